//! What a person's text message changes: YES with a code, NO, STOP, PAUSE, RESUME, NEVER or ALLOW.

use super::batch::Batch;
use super::mint::{Replied, Word};
use crate::id::ConsentId;
use crate::permission::consent::{Consent, Life};
use crate::permission::evidence::Grade;
use crate::policy::ConsentRule;
use crate::subject::SubjectKey;

impl Batch<'_> {
    pub(super) fn reply(&mut self, subject: SubjectKey, word: &Word) -> Replied {
        let open = self.lives(subject, |life| matches!(life, Life::Asked { .. }));
        match word {
            Word::Stop => self.stop(subject),
            Word::Pause => self.pause(subject, true),
            Word::Resume => self.pause(subject, false),
            Word::Never => self.never(subject),
            Word::Allow => self.allow(subject),
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
            [only] => self.reply_counts(subject, *only),
            _ => Replied::Ambiguous,
        }
    }

    /// A reply gives a consent where a reply is enough, or where the terms were signed before; else it is half of it.
    fn reply_counts(&mut self, subject: SubjectKey, id: ConsentId) -> Replied {
        let now = self.now;
        let Some((life, rule, consent)) = self.asked(subject, id) else {
            return Replied::NothingOpen;
        };
        let Life::Asked { signed, .. } = life else {
            return Replied::NothingOpen;
        };
        let grade = signed.or((rule.least_grade <= Grade::SmsReply).then_some(Grade::SmsReply));
        let Some(grade) = grade else {
            self.step(subject, id, Life::note_reply);
            return Replied::LinkNeeded(id);
        };
        let reach = consent.reach(rule.waits, now);
        self.turn(subject, id, |life, now| life.give(grade, true, reach, now));
        Replied::Given(id)
    }

    fn asked(&self, subject: SubjectKey, id: ConsentId) -> Option<(Life, ConsentRule, &Consent)> {
        let consent = self.facts.people.get(&subject)?.consent(id)?;
        let rule = self.consent_rule(consent.purpose)?;
        // A yes that is bound to a call comes during that call.
        if !self.event_stands(subject, consent.event) || self.is_ending(consent) {
            return None;
        }
        Some((consent.life.at(self.now), rule, consent))
    }

    /// Counts a wrong code against a question. Only the one that closes it is an entry.
    pub(super) fn mistake(&mut self, subject: SubjectKey, id: ConsentId) {
        let now = self.now;
        let Some(consent) = self.consent_mut(subject, id) else {
            return;
        };
        match consent.life.mistake(now) {
            Some(Life::Asked { .. }) => {
                self.step(subject, id, Life::mistake);
            }
            Some(_) => {
                self.turn_because(subject, id, Life::mistake, Some("wrong-codes"));
            }
            None => {}
        }
    }

    /// Whether this is the code of a consent that is given already.
    fn was_given(&self, subject: SubjectKey, code: &str) -> bool {
        let given = self.lives(subject, |life| matches!(life, Life::Given { .. }));
        given.into_iter().any(|id| self.keys.code(id) == code)
    }
}
