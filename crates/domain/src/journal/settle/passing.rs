//! What is passed on to the home of a number: stopped here by the person, or ended by what the other end tells. A stop at
//! one end is told to the other; it can only narrow, so each believes the other in that, and in nothing else.

use super::batch::{Batch, Verdict};
use crate::ask::{Ask, Question};
use crate::facts::{Passed, Passing, Scope};
use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::journal::entry::{Kind, Object};
use crate::journal::store::Cold;
use crate::party::ReplayKey;
use crate::permission::consent::{Consent, Life};
use crate::purpose::Purpose;
use crate::subject::SubjectKey;
use crate::time::{Span, Timestamp};

/// Why a consent ended, in its entry: the hub that carries its asks told that the person stopped it there.
const AT_HUB: &str = "stopped-at-hub";
/// The class of a question that asks for a new consent.
const CONSENT: &str = "consent";
/// The clocks of two gateways differ by no more. A consent that was given so soon after a stop ends with it.
const CLOCKS_DIFFER: Span = Span::seconds(10);

/// What another gateway tells: a person stopped, at its end, what a party asks for a purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StopTold {
    /// Who.
    pub subject: SubjectKey,
    /// The gateway that tells it.
    pub by: PartyId,
    /// Which end that gateway is.
    pub end: End,
    /// Whose asks.
    pub recipient: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// When the person stopped it, by that gateway's clock: what was agreed or asked later stands.
    pub at: Timestamp,
    /// The use-up of what told it.
    pub proofs: Vec<ReplayKey>,
}

/// One of the two ends of a chain of gateways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The gateway that keeps the consents of the number.
    Home,
    /// One that passes asks on to it.
    Hub,
}

impl Batch<'_> {
    /// Remembers that an ask is passed on, and the number, which the home is told should the person stop it here. A new
    /// question opens again what the home says has ended.
    pub(super) fn note_passed(&mut self, ask: &Ask) {
        let (now, subject) = (self.now, ask.subject());
        self.touched.insert(subject.key);
        let person = self.facts.people.entry(subject.key).or_default();
        let asks_anew = matches!(ask.question(), Question::PassOn { class } if *class == CONSENT);
        if let Some(passed) = person.pass(ask.recipient(), ask.purpose())
            && asks_anew
        {
            passed.asked = Some(now);
            if passed.state == Passing::Ended {
                passed.state = Passing::Going;
            }
        }
        // Each time: what was passed on before numbers were kept gets its number with the next ask.
        self.cold.push(Cold::PassedOn { subject });
    }

    /// The person stops what is passed on to the home of their number.
    pub(super) fn stop_passing(&mut self, subject: SubjectKey, party: PartyId, purpose: Purpose) -> Verdict {
        if !self.move_passing(subject, party, purpose, Passing::Stopped) {
            return Verdict::NotApplicable;
        }
        let leaf = self.write_passing_stopped(subject, (party, purpose), None);
        self.end(leaf, Scope::Pair(subject, party));
        self.cold.push(Cold::Stopped {
            subject,
            towards: None,
            recipient: party,
            purpose,
        });
        Verdict::Changed { leaf }
    }

    /// Another gateway tells of a stop. What it may end is what hangs on it: a hub, the consents that name it as a relay; a
    /// home, what is passed on to it.
    pub(super) fn stop_was_told(&mut self, told: &StopTold) -> Verdict {
        if !self.told_by(told.by, &told.proofs) {
            return Verdict::Replayed;
        }
        match told.end {
            End::Home => self.ended_at_home(told),
            End::Hub => self.stopped_at_hub(told),
        }
    }

    /// What the home released before it told of this it has sealed already; what is asked from now on is not passed on. It is
    /// void if a new consent was asked for since.
    fn ended_at_home(&mut self, told: &StopTold) -> Verdict {
        let line = (told.recipient, told.purpose);
        let person = self.facts.people.get(&told.subject);
        let going = person.and_then(|person| person.passed(line.0, line.1));
        let is_over =
            |passed: &Passed| passed.state == Passing::Going && passed.asked.is_none_or(|asked| asked <= told.at);
        if !going.is_some_and(is_over) {
            return Verdict::NotApplicable;
        }
        self.move_passing(told.subject, line.0, line.1, Passing::Ended);
        let leaf = self.write_passing_stopped(told.subject, line, Some(told.by));
        Verdict::Changed { leaf }
    }

    fn stopped_at_hub(&mut self, told: &StopTold) -> Verdict {
        let now = self.now;
        let hangs_on_it = |consent: &&Consent| {
            (consent.recipient, consent.purpose) == (told.recipient, told.purpose) && consent.relays.contains(&told.by)
        };
        let last = told.at.after(CLOCKS_DIFFER);
        let given = |consent: &&Consent| matches!(consent.life.at(now), Life::Given { at, .. } if at <= last);
        let person = self.facts.people.get(&told.subject);
        let consents = person.into_iter().flat_map(|person| &person.consents);
        let ends: Vec<ConsentId> = consents
            .filter(hangs_on_it)
            .filter(given)
            .map(|consent| consent.id)
            .collect();
        let mut verdict = Verdict::NotApplicable;
        for id in ends {
            verdict = self.turn_because(told.subject, id, Life::withdraw, Some(AT_HUB));
            self.tell_of_end(told.subject, id, Some(told.by));
        }
        verdict
    }

    /// A consent ended before its time, and no hub told of it.
    pub(super) fn tell_relays(&mut self, subject: SubjectKey, id: ConsentId, reason: Option<&'static str>) {
        if reason != Some(AT_HUB) {
            self.tell_of_end(subject, id, None);
        }
    }

    /// The hubs among the relays of a consent that ended are told, but not the one that told of it. Of what must look like a
    /// phone that is off they learn nothing: they pass it on whether it ended or not.
    fn tell_of_end(&mut self, subject: SubjectKey, id: ConsentId, by: Option<PartyId>) {
        let person = self.facts.people.get(&subject);
        let Some(consent) = person.and_then(|person| person.consent(id)) else {
            return;
        };
        let (recipient, purpose) = (consent.recipient, consent.purpose);
        if purpose.ends_unseen() {
            return;
        }
        let others = consent.relays.iter().filter(|relay| Some(**relay) != by);
        let stopped = others.map(|relay| Cold::Stopped {
            subject,
            towards: Some(*relay),
            recipient,
            purpose,
        });
        self.cold.extend(stopped);
    }

    /// Whether it was in another state.
    fn move_passing(&mut self, subject: SubjectKey, party: PartyId, purpose: Purpose, to: Passing) -> bool {
        self.touched.insert(subject);
        let person = self.facts.people.entry(subject).or_default();
        let passed = person.pass(party, purpose);
        passed.is_some_and(|passed| std::mem::replace(&mut passed.state, to) != to)
    }

    /// `home` is the gateway that told of it, if it was not stopped here.
    fn write_passing_stopped(
        &mut self,
        subject: SubjectKey,
        (party, purpose): (PartyId, Purpose),
        home: Option<PartyId>,
    ) -> Leaf {
        let object = Object::new().text("at", &self.at);
        let object = match home {
            Some(home) => object.shown("home", home),
            None => object,
        };
        let text = object
            .text("kind", Kind::PassingStopped.word())
            .text("purpose", purpose.term())
            .shown("recipient", party)
            .number("v", 1)
            .finish();
        self.write_about(Kind::PassingStopped, subject, text)
    }
}
