//! Events and calls, as the entries tell of them, and whether an ask may rest on one.
//!
//! No entry says which number a call is with. So a call that goes on may confirm any event that wants one, and a call that
//! ended may have ended any of them.

use serde::{Deserialize, Serialize};

use super::known::Known;
use super::statement::Statement;
use super::walk::Walk;

/// So many events of one person are known at one time to the gateway, which forgets the oldest beyond it.
const EVENTS_MAX: usize = 16;
/// So many events and calls are remembered here.
const REMEMBERED_MAX: usize = 64;
/// What may keep an ask from an event and stands in no entry: the number that a call is with, what the party's programme
/// wants, and what was used by asks that name no event.
pub(super) const UNSAID: [&str; 3] = ["no-event", "event-spent", "event-unconfirmed"];

/// An event that its source told of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Event {
    key: String,
    recipient: String,
    source: String,
    /// `ticket` or `call`.
    kind: String,
    until: i64,
    count: u64,
    /// At least so many asks rested on it.
    used: u64,
    /// Whether the gateway may have forgotten it, with what was used of it.
    is_doubtful: bool,
}

/// A call that the carrier says is going on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Call {
    key: String,
    until: i64,
}

/// What an ask wants to rest on.
pub(super) struct Wanted<'a> {
    pub(super) recipient: &'a str,
    /// The event that the ask names.
    pub(super) named: Option<&'a str>,
    /// The event that the consent is bound to.
    pub(super) bound: Option<&'a str>,
    /// The kind that the policy wants for the purpose.
    pub(super) kind: Option<&'a str>,
    /// Whether no consent of this gateway's covers it.
    pub(super) elsewhere: bool,
}

impl Event {
    fn wants_a_call(&self) -> bool {
        self.kind == "call" || self.source == self.recipient
    }
}

/// Until when the ask may rest on an event, if it names one or wants one.
///
/// # Errors
/// Why it rests on none.
pub(super) fn rests_on(wanted: &Wanted<'_>, known: &Known, now: i64) -> Result<Option<i64>, &'static str> {
    let named = match (wanted.bound, wanted.named) {
        (None, _) if wanted.kind == Some("call") && !wanted.elsewhere => return Err("no-event"),
        (Some(bound), Some(named)) if bound != named => return Err("no-event"),
        (bound, named) => bound.or(named),
    };
    if named.is_none() && wanted.kind.is_none() {
        return Ok(None);
    }
    let calls = known.calls.iter().any(|call| now < call.until);
    let (mut until, mut why) = (None, "no-event");
    for event in &known.events {
        let fits = event.recipient == wanted.recipient
            && named.is_none_or(|named| event.key == named)
            && wanted.kind.is_none_or(|kind| event.kind == kind)
            && now < event.until;
        if !fits {
        } else if event.used >= event.count {
            why = "event-spent";
        } else if event.wants_a_call() && !calls {
            why = "event-unconfirmed";
        } else {
            until = until.max(Some(event.until));
        }
    }
    // What was erased may have told of one.
    if until.is_none() && known.hole.is_none() {
        return Err(why);
    }
    Ok(until)
}

impl Known {
    /// Whether a yes to a question that is bound to an event can count now.
    pub(super) fn event_goes_on(&self, key: &str, now: i64) -> bool {
        self.hole.is_some() || self.events.iter().any(|event| event.key == key && now < event.until)
    }

    /// Counts an ask for the event that it rests on.
    pub(super) fn use_event(&mut self, key: &str, recipient: &str) {
        let rests_on = |event: &&mut Event| event.key == key && event.recipient == recipient;
        if let Some(event) = self.events.iter_mut().find(rests_on) {
            event.used += 1;
        }
    }

    /// Whether an event of a recipient ran out between two times.
    pub(super) fn event_ran_out(&self, recipient: &str, after: i64, now: i64) -> bool {
        let ran_out = |event: &Event| event.recipient == recipient && after < event.until && event.until <= now;
        self.events.iter().any(ran_out)
    }

    fn tell_event(&mut self, mut event: Event, now: i64) {
        let same = |old: &Event| old.key == event.key && old.source == event.source;
        self.events.retain(|old| now < old.until);
        let known = self.events.iter().find(|old| same(old) && !old.is_doubtful);
        event.used = known.map_or(0, |old| old.used);
        self.events.retain(|old| !same(old));
        if self.events.len() >= EVENTS_MAX {
            self.events.iter_mut().for_each(|old| old.is_doubtful = true);
        }
        if self.events.len() >= REMEMBERED_MAX {
            self.events.remove(0);
        }
        self.events.push(event);
    }

    fn begin_call(&mut self, call: Call, now: i64) {
        self.calls.retain(|old| now < old.until && old.key != call.key);
        if self.calls.len() >= REMEMBERED_MAX {
            self.calls.remove(0);
        }
        self.calls.push(call);
    }
}

impl Walk<'_> {
    /// A source told of an event, or the carrier of a call.
    pub(super) fn event_opened(&mut self, statement: &Statement, known: &mut Known) {
        let key = statement.text("event").to_owned();
        let until = statement.said("until").and_then(super::statement::time);
        let until = until.unwrap_or_default();
        let (source, recipient) = (statement.said("source"), statement.said("recipient"));
        match (statement.text("what"), source, recipient) {
            ("call-confirmed", None, None) => known.begin_call(Call { key, until }, statement.at),
            (kind @ ("ticket" | "call"), Some(source), Some(recipient)) => {
                let event = Event {
                    key,
                    recipient: recipient.to_owned(),
                    source: source.to_owned(),
                    kind: kind.to_owned(),
                    until,
                    count: statement.number("count"),
                    used: 0,
                    is_doubtful: false,
                };
                known.tell_event(event, statement.at);
            }
            (what, ..) => self.differ(statement.leaf, "form", format!("no event is called `{what}` here")),
        }
    }

    /// It is over, and what rests on it ends.
    pub(super) fn event_ended(&mut self, statement: &Statement, subject: [u8; 16], known: &mut Known) {
        let key = statement.text("event");
        let Some(source) = statement.said("source") else {
            let before = known.calls.len();
            known.calls.retain(|call| call.key != key);
            if known.calls.len() == before {
                self.doubt(known, statement.leaf, "event", "it ends a call that was not told of");
            }
            known.events.iter_mut().for_each(|event| event.is_doubtful = true);
            self.maybe_end_flights(subject, |_| true);
            return;
        };
        let before = known.events.len();
        known.events.retain(|event| event.key != key || event.source != source);
        if known.events.len() == before {
            self.doubt(
                known,
                statement.leaf,
                "event",
                "it ends an event that its source did not tell of",
            );
        }
        self.end_flights(subject, "no-event", |flight| flight.event.as_deref() == Some(key));
        self.maybe_end_flights(subject, |flight| flight.event.is_none());
    }
}
