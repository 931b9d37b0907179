//! What a person's text message changes: YES with a code, NO, STOP, PAUSE or RESUME.

use super::batch::{Batch, Draft, Verdict};
use super::mint::{Replied, Word};
use crate::facts::{Person, Scope};
use crate::id::ConsentId;
use crate::journal::entry::{Kind, Object};
use crate::journal::store::Cold;
use crate::permission::consent::Life;
use crate::permission::evidence::Grade;
use crate::policy::Rule;
use crate::subject::SubjectKey;

impl Batch<'_> {
    pub(super) fn reply(&mut self, subject: SubjectKey, word: &Word) -> Replied {
        let open = self.lives(subject, |life| matches!(life, Life::Asked { .. }));
        match word {
            Word::Stop => self.stop(subject),
            Word::Pause => self.pause(subject, true),
            Word::Resume => self.pause(subject, false),
            _ if open.is_empty() => Replied::NothingOpen,
            Word::Yes(code) => self.yes(subject, &open, code),
            Word::No => match open.as_slice() {
                [only] => {
                    self.turn(subject, *only, Life::refuse);
                    Replied::Refused(*only)
                }
                _ => Replied::Ambiguous,
            },
        }
    }

    /// A bare STOP means everything: what was agreed is withdrawn, what is open is refused.
    fn stop(&mut self, subject: SubjectKey) -> Replied {
        let alive = self.lives(subject, |life| !life.is_over());
        let mut ended = 0;
        for id in alive {
            let verdict = self.turn(subject, id, Life::withdraw);
            ended += u32::from(matches!(verdict, Verdict::Changed { .. }));
        }
        Replied::Stopped(ended)
    }

    /// A pause lies over everything, also over what is agreed to later; agreeing does not lift it, RESUME does.
    fn pause(&mut self, subject: SubjectKey, paused: bool) -> Replied {
        let said = if paused { Replied::Paused } else { Replied::Resumed };
        let person = self.facts.people.entry(subject).or_default();
        if person.paused == paused {
            return said;
        }
        person.paused = paused;
        let kind = if paused {
            Kind::PersonPaused
        } else {
            Kind::PersonResumed
        };
        let party = Object::new()
            .text("at", &self.at)
            .text("kind", kind.word())
            .number("v", 1)
            .finish();
        let leaf = self.write(Draft {
            kind,
            subject: Some(subject),
            closes: None,
            party,
            permission: None,
            reason: None,
            carrier: None,
        });
        if paused {
            self.end(leaf, Scope::Person(subject));
        }
        said
    }

    /// The code picks the question; a code that fits none counts against every open one.
    fn yes(&mut self, subject: SubjectKey, open: &[ConsentId], code: &str) -> Replied {
        let matching: Vec<ConsentId> = open.iter().copied().filter(|id| self.keys.code(*id) == code).collect();
        match matching.as_slice() {
            // A reply that the network delivered twice is no mistake.
            [] if self.was_given(subject, code) => Replied::NothingOpen,
            [] => {
                open.iter().for_each(|id| self.mistake(subject, *id));
                Replied::WrongCode
            }
            [only] if self.reply_suffices(subject, *only) => {
                let lasts = self
                    .consent_mut(subject, *only)
                    .map(|consent| consent.lasts)
                    .unwrap_or_default();
                self.turn(subject, *only, |life, now| life.give(Grade::SmsReply, lasts, now));
                Replied::Given(*only)
            }
            [only] => Replied::LinkNeeded(*only),
            _ => Replied::Ambiguous,
        }
    }

    /// Counts a wrong code against a question. Only the one that closes it is an entry.
    fn mistake(&mut self, subject: SubjectKey, id: ConsentId) {
        let now = self.now;
        let Some(consent) = self.consent_mut(subject, id) else {
            return;
        };
        match consent.life.mistake(now) {
            Some(life @ Life::Asked { .. }) => {
                consent.life = life;
                self.cold.push(Cold::Life { consent: id, life });
            }
            Some(_) => {
                self.turn(subject, id, Life::mistake);
            }
            None => {}
        }
    }

    /// Whether this is the code of a consent that is given already.
    fn was_given(&self, subject: SubjectKey, code: &str) -> bool {
        let given = self.lives(subject, |life| matches!(life, Life::Given { .. }));
        given.into_iter().any(|id| self.keys.code(id) == code)
    }

    fn reply_suffices(&self, subject: SubjectKey, id: ConsentId) -> bool {
        let consent = self.facts.people.get(&subject).and_then(|person| person.consent(id));
        consent.is_some_and(|consent| match self.policy.rule(consent.purpose) {
            Rule::Consent(rule) => rule.least_grade <= Grade::SmsReply,
            Rule::Unavailable | Rule::Forbidden => false,
        })
    }

    fn lives(&self, subject: SubjectKey, wanted: impl Fn(Life) -> bool) -> Vec<ConsentId> {
        let person: Option<&Person> = self.facts.people.get(&subject);
        let consents = person.into_iter().flat_map(|person| &person.consents);
        consents
            .filter(|consent| wanted(consent.life.at(self.now)))
            .map(|consent| consent.id)
            .collect()
    }
}
