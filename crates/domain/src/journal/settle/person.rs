//! What changes about a person as a whole: stop, pause, never, another SIM, another holder, what the line is.

use super::batch::{Batch, Draft, Verdict};
use super::mint::Replied;
use super::{Change, Confirmation};
use crate::facts::{Line, Never, PAUSED_FOR_MAX, Passed, Passing, Scope};
use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::journal::entry::{Kind, Object};
use crate::journal::store::Cold;
use crate::permission::consent::Life;
use crate::permission::evidence::Grade;
use crate::purpose::Purpose;
use crate::subject::SubjectKey;

impl Batch<'_> {
    pub(super) fn change_person(&mut self, change: &Change) -> Verdict {
        match change {
            Change::PauseParty { subject, party, paused } => self.pause_party(*subject, *party, *paused),
            Change::SimChanged { subject } => self.sim_changed(*subject),
            Change::EndTenure {
                subject,
                number,
                tenure,
            } => self.end_tenure(*subject, *number, *tenure),
            Change::AttestLine { subject, line } => self.attest_line(*subject, *line),
            Change::SuspendPerson { subject, suspended } => self.suspend_person(*subject, *suspended),
            Change::StopPassing {
                subject,
                party,
                purpose,
            } => self.stop_passing(*subject, *party, *purpose),
            Change::HearStop(told) => self.stop_was_told(told),
            Change::PauseRestored { subject, text } => self.pause_restored(*subject, text.as_ref()),
            _ => Verdict::NotApplicable,
        }
    }

    /// A bare STOP means everything: what was agreed is withdrawn, what is open is refused.
    pub(super) fn stop(&mut self, subject: SubjectKey) -> Replied {
        let mut ended = 0;
        for id in self.lives(subject, |life| !life.is_over()) {
            let verdict = self.turn(subject, id, Life::withdraw);
            ended += u32::from(matches!(verdict, Verdict::Changed { .. }));
        }
        for (party, purpose) in self.passed_on(subject) {
            let verdict = self.stop_passing(subject, party, purpose);
            ended += u32::from(matches!(verdict, Verdict::Changed { .. }));
        }
        Replied::Stopped(ended)
    }

    /// What is passed on to the home of the person's number, and was not stopped.
    fn passed_on(&self, subject: SubjectKey) -> Vec<(PartyId, Purpose)> {
        let person = self.facts.people.get(&subject);
        let passed = person.into_iter().flat_map(|person| &person.passed);
        passed
            .filter(|passed| passed.state == Passing::Going)
            .map(|passed| (passed.party, passed.purpose))
            .collect()
    }

    /// A pause lies over everything, also over what is agreed to later; agreeing does not lift it, RESUME does.
    pub(super) fn pause(&mut self, subject: SubjectKey, paused: bool) -> Replied {
        let said = if paused { Replied::Paused } else { Replied::Resumed };
        let person = self.facts.people.entry(subject).or_default();
        if person.paused == paused && (paused || person.paused_for.is_empty()) {
            return said;
        }
        person.paused = paused;
        // RESUME means everything, as PAUSE does.
        person.paused_for.clear();
        let leaf = self.write_of_person(pause_kind(paused), subject, None);
        if paused {
            self.end(leaf, Scope::Person(subject));
        }
        said
    }

    /// What a backup allows may have been withdrawn since it was made, so none of it is answered before the person says so.
    pub(super) fn pause_restored(&mut self, subject: SubjectKey, text: Option<&Confirmation>) -> Verdict {
        let person = self.facts.people.entry(subject).or_default();
        let paused = std::mem::replace(&mut person.paused, true);
        if let Some(Confirmation { to, words, until }) = text {
            self.text(*to, words, *until, None);
        }
        if paused {
            return Verdict::NotApplicable;
        }
        let leaf = self.write_of_person(Kind::PersonPaused, subject, Some(("reason", "restored")));
        self.end(leaf, Scope::Person(subject));
        Verdict::Changed { leaf }
    }

    pub(super) fn pause_party(&mut self, subject: SubjectKey, party: PartyId, paused: bool) -> Verdict {
        let person = self.facts.people.entry(subject).or_default();
        let known = person.paused_for.contains(&party);
        if known == paused || (paused && person.paused_for.len() >= PAUSED_FOR_MAX) {
            return Verdict::NotApplicable;
        }
        if paused {
            person.paused_for.push(party);
        } else {
            person.paused_for.retain(|other| *other != party);
        }
        let leaf = self.write_of_person(pause_kind(paused), subject, Some(("recipient", &party.to_string())));
        if paused {
            self.end(leaf, Scope::Pair(subject, party));
        }
        Verdict::Changed { leaf }
    }

    /// Everything ends, and nobody may ask from now on.
    pub(super) fn never(&mut self, subject: SubjectKey) -> Replied {
        self.stop(subject);
        let now = self.now;
        let person = self.facts.people.entry(subject).or_default();
        if !matches!(person.never, Some(Never::Stands { .. })) {
            person.never = Some(Never::Stands { since: now });
            self.write_of_person(Kind::PersonNever, subject, None);
        }
        Replied::Never
    }

    /// Lifts a *never*, after the delay: whoever holds the phone for a moment must not open it to the world.
    pub(super) fn allow(&mut self, subject: SubjectKey) -> Replied {
        let (now, wait) = (self.now, self.policy.person.never_lift_wait);
        let Some(person) = self.facts.people.get_mut(&subject) else {
            return Replied::NothingForbidden;
        };
        match person.never {
            Some(Never::Stands { since }) => {
                let at = now.after(wait);
                person.never = Some(Never::Lifting { since, at });
                self.write_of_person(Kind::PersonAllowed, subject, Some(("from", &at.rfc3339())));
                Replied::Lifting(at)
            }
            Some(Never::Lifting { at, .. }) if now < at => Replied::Lifting(at),
            // What was stopped here may be passed on again: the home still asks for its own consent.
            Some(Never::Lifting { .. }) | None if person.passed.iter().any(is_stopped) => {
                person.passed.retain(|passed| !is_stopped(passed));
                self.write_of_person(Kind::PersonAllowed, subject, Some(("from", &now.rfc3339())));
                Replied::Lifting(now)
            }
            Some(Never::Lifting { .. }) | None => Replied::NothingForbidden,
        }
    }

    pub(super) fn sim_changed(&mut self, subject: SubjectKey) -> Verdict {
        self.void(subject, |_| true);
        let now = self.now;
        self.facts.people.entry(subject).or_default().sim_changed = Some(now);
        let leaf = self.write_of_person(Kind::SimChanged, subject, None);
        Verdict::Changed { leaf }
    }

    /// The number is somebody else's: what was agreed ends, and from now on the number names another subject.
    pub(super) fn end_tenure(&mut self, subject: SubjectKey, number: [u8; 16], tenure: u32) -> Verdict {
        let known = self.facts.people.get(&subject);
        if known.is_some_and(|person| person.ended) {
            return Verdict::NotApplicable;
        }
        self.void(subject, |_| true);
        self.facts.people.entry(subject).or_default().ended = true;
        let leaf = self.write_of_person(Kind::TenureEnded, subject, None);
        self.cold.push(Cold::Tenure { number, tenure });
        Verdict::Changed { leaf }
    }

    pub(super) fn attest_line(&mut self, subject: SubjectKey, line: Line) -> Verdict {
        let person = self.facts.people.entry(subject).or_default();
        if person.line == line {
            return Verdict::NotApplicable;
        }
        person.line = line;
        // What an account agreed to does not outlive its hold on the line.
        self.void(subject, |life| {
            matches!(
                life,
                Life::Given {
                    grade: Grade::AccountHolder,
                    ..
                }
            )
        });
        let account = match line {
            Line::Personal => None,
            Line::Machine { account } => Some(account.to_string()),
        };
        let leaf = self.write_of_person(
            Kind::LineAttested,
            subject,
            account.as_deref().map(|account| ("account", account)),
        );
        Verdict::Changed { leaf }
    }

    fn void(&mut self, subject: SubjectKey, which: impl Fn(Life) -> bool) {
        for id in self.lives(subject, |life| !life.is_over() && which(life)) {
            self.turn(subject, id, Life::void);
        }
    }

    /// The consents and questions of a person whose state by now is `wanted`.
    pub(super) fn lives(&self, subject: SubjectKey, wanted: impl Fn(Life) -> bool) -> Vec<ConsentId> {
        let person = self.facts.people.get(&subject);
        let consents = person.into_iter().flat_map(|person| &person.consents);
        consents
            .filter(|consent| wanted(consent.life.at(self.now)))
            .map(|consent| consent.id)
            .collect()
    }

    /// Writes an entry about a person, with at most one more field.
    pub(super) fn write_of_person(&mut self, kind: Kind, subject: SubjectKey, more: Option<(&str, &str)>) -> Leaf {
        let at = self.at.clone();
        let mut fields = vec![("at", at.as_str()), ("kind", kind.word())];
        fields.extend(more);
        fields.sort_unstable();
        let party = fields
            .into_iter()
            .fold(Object::new(), |object, (key, value)| object.text(key, value));
        self.write(Draft {
            kind,
            subject: Some(subject),
            closes: None,
            party: party.number("v", 1).finish(),
            permission: None,
            reason: None,
            carrier: None,
        })
    }
}

fn is_stopped(passed: &Passed) -> bool {
    passed.state == Passing::Stopped
}

const fn pause_kind(paused: bool) -> Kind {
    if paused {
        Kind::PersonPaused
    } else {
        Kind::PersonResumed
    }
}
