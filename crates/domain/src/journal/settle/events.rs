//! Events and calls in the journal: told of by their sources, confirmed by the carrier, and over.

use super::batch::{Batch, Draft, Verdict};
use super::changes::Change;
use crate::decide::event::stands;
use crate::event::{Call, Event, EventKey};
use crate::facts::Scope;
use crate::id::PartyId;
use crate::journal::Leaf;
use crate::journal::entry::{Kind, Object, hex};
use crate::party::ReplayKey;
use crate::subject::SubjectKey;
use crate::time::Timestamp;

impl Batch<'_> {
    pub(super) fn change_events(&mut self, change: &Change) -> Verdict {
        match change {
            Change::OpenEvent { subject, event, proofs } => self.open_event(*subject, event, proofs),
            Change::EndEvent {
                subject,
                source,
                event,
                proofs,
            } => self.end_event(*subject, *source, *event, proofs),
            Change::BeginCall { subject, call } => self.begin_call(*subject, *call),
            Change::EndCall { subject, call, until } => self.end_call(*subject, *call, *until),
            _ => Verdict::NotApplicable,
        }
    }

    /// Uses up what told of an event; `false` if one of them was used before, or a party may tell of nothing.
    pub(super) fn told_by(&mut self, source: PartyId, proofs: &[ReplayKey]) -> bool {
        let fresh = proofs.iter().all(|proof| !self.facts.spent.contains(proof));
        proofs.iter().for_each(|proof| {
            self.spend(Some(*proof));
        });
        let standing = self.facts.parties.get(&source);
        fresh && standing.is_some_and(|standing| !standing.suspended && !standing.ending_is_over(self.now))
    }

    fn open_event(&mut self, subject: SubjectKey, event: &Event, proofs: &[ReplayKey]) -> Verdict {
        if !self.told_by(event.source, proofs) {
            return Verdict::Replayed;
        }
        let recipient = self.facts.parties.get(&event.recipient);
        if event.until <= self.now || !recipient.is_some_and(|standing| standing.believes(event)) {
            return Verdict::NotApplicable;
        }
        let now = self.now;
        self.touched.insert(subject);
        let person = self.facts.people.entry(subject).or_default();
        if !person.tell_event(event.clone(), now) {
            return Verdict::NotApplicable;
        }
        let text = Object::new()
            .text("at", &self.at)
            .number("count", u64::from(event.count))
            .text("event", &hex(&event.key.to_bytes()))
            .text("kind", Kind::EventOpened.word())
            .shown("recipient", event.recipient)
            .shown("source", event.source)
            .text("until", &event.until.rfc3339())
            .number("v", 1)
            .text("what", event.kind.word())
            .finish();
        let leaf = self.write_about(Kind::EventOpened, subject, text);
        Verdict::Changed { leaf }
    }

    /// Only who told of an event can tell that it is over.
    fn end_event(&mut self, subject: SubjectKey, source: PartyId, key: EventKey, proofs: &[ReplayKey]) -> Verdict {
        if !self.told_by(source, proofs) {
            return Verdict::Replayed;
        }
        let Some(person) = self.facts.people.get_mut(&subject) else {
            return Verdict::NotApplicable;
        };
        let before = person.events.len();
        person.events.retain(|event| (event.key, event.source) != (key, source));
        if person.events.len() == before {
            return Verdict::NotApplicable;
        }
        let leaf = self.write_event_ended(subject, key, Some(source));
        self.end(leaf, Scope::Event(subject, key));
        Verdict::Changed { leaf }
    }

    /// A call that the carrier tells of is an entry too: who it was with, only its listed number knows.
    fn begin_call(&mut self, subject: SubjectKey, call: Call) -> Verdict {
        let now = self.now;
        self.touched.insert(subject);
        let person = self.facts.people.entry(subject).or_default();
        if call.until <= now || !person.begin_call(call, now) {
            return Verdict::NotApplicable;
        }
        let text = Object::new()
            .text("at", &self.at)
            .raw("count", "null")
            .text("event", &hex(&call.key.to_bytes()))
            .text("kind", Kind::EventOpened.word())
            .raw("recipient", "null")
            .raw("source", "null")
            .text("until", &call.until.rfc3339())
            .number("v", 1)
            .text("what", "call-confirmed")
            .finish();
        let leaf = self.write_about(Kind::EventOpened, subject, text);
        Verdict::Changed { leaf }
    }

    /// What rests on a call ends with it, asks in flight included.
    fn end_call(&mut self, subject: SubjectKey, key: EventKey, until: Timestamp) -> Verdict {
        let now = self.now;
        self.touched.insert(subject);
        let person = self.facts.people.entry(subject).or_default();
        let Some(ended) = person.end_call(key, until, now) else {
            return Verdict::NotApplicable;
        };
        let over = |event: &&Event| event.line == Some(ended.line) && !person.confirms(event, now);
        let events = person.events.iter().filter(over).map(|event| (event.key, event.source));
        let events: Vec<(EventKey, PartyId)> = events.collect();
        person
            .events
            .retain(|event| !events.contains(&(event.key, event.source)));
        let leaf = self.write_event_ended(subject, key, None);
        // Each has an entry of its own: several may have been told of with the same listed number.
        for (event, source) in events {
            let leaf = self.write_event_ended(subject, event, Some(source));
            self.end(leaf, Scope::Event(subject, event));
        }
        Verdict::Changed { leaf }
    }

    /// Whether a yes to a question counts now: the event that it is bound to goes on.
    pub(super) fn event_stands(&self, subject: SubjectKey, bound: Option<EventKey>) -> bool {
        let person = self.facts.people.get(&subject);
        person.is_some_and(|person| stands(bound, person, self.now))
    }

    fn write_event_ended(&mut self, subject: SubjectKey, key: EventKey, source: Option<PartyId>) -> Leaf {
        let text = Object::new()
            .text("at", &self.at)
            .text("event", &hex(&key.to_bytes()))
            .text("kind", Kind::EventEnded.word())
            .text_or_null("source", source.map(|party| party.to_string()).as_deref())
            .number("v", 1)
            .finish();
        self.write_about(Kind::EventEnded, subject, text)
    }

    pub(super) fn write_about(&mut self, kind: Kind, subject: SubjectKey, party: String) -> Leaf {
        self.write(Draft {
            kind,
            subject: Some(subject),
            closes: None,
            party,
            permission: None,
            reason: None,
            carrier: None,
        })
    }
}
