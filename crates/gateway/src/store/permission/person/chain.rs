//! How a person's events, calls and stopped programmes are packed, and what a consent has of its chain.

use domain::event::{Call, Event, EventKey, EventKind, LineKey};
use domain::facts::{Passed, Passing, Person};
use domain::id::PartyId;
use domain::permission::consent::Consent;

use super::{Bytes, index, list, purpose};

/// Beside the state of what is passed on: it is followed by when a consent was last asked for. Rows from before that was
/// kept have neither.
const ASKED: u8 = 0x80;

pub(super) fn pack(person: &Person, row: &mut Vec<u8>) {
    row.push(u8::from(person.suspended));
    list(&person.events, row, pack_event);
    list(&person.calls, row, |call, row| {
        row.extend(call.key.to_bytes());
        row.extend(call.line.to_bytes());
        row.extend(call.until.unix_ms().to_be_bytes());
        row.push(u8::from(call.over));
    });
    list(&person.passed, row, |passed, row| {
        row.extend(passed.party.to_bytes());
        row.push(index(passed.purpose));
        let state = Passing::ALL.iter().position(|state| *state == passed.state);
        let state = state.and_then(|state| u8::try_from(state).ok()).unwrap_or(u8::MAX);
        row.push(state | if passed.asked.is_some() { ASKED } else { 0 });
        row.extend(passed.asked.iter().flat_map(|at| at.unix_ms().to_be_bytes()));
    });
}

fn pack_event(event: &Event, row: &mut Vec<u8>) {
    row.extend(event.key.to_bytes());
    let kind = EventKind::ALL.iter().position(|other| *other == event.kind);
    row.push(kind.and_then(|kind| u8::try_from(kind).ok()).unwrap_or(u8::MAX));
    row.extend(event.source.to_bytes());
    row.extend(event.recipient.to_bytes());
    row.extend(event.until.unix_ms().to_be_bytes());
    row.extend(event.count.to_be_bytes());
    row.extend(event.used.to_be_bytes());
    row.push(u8::from(event.line.is_some()));
    row.extend(event.line.iter().flat_map(|line| line.to_bytes()));
}

/// Adds to `person` what [`pack`] wrote.
pub(super) fn unpack(person: &mut Person, bytes: &mut Bytes<'_>) -> Option<()> {
    person.suspended = bytes.flag()?;
    person.events = bytes.list(unpack_event)?;
    person.calls = bytes.list(|bytes| {
        Some(Call {
            key: EventKey::from_bytes(bytes.take()?),
            line: LineKey::from_bytes(bytes.take()?),
            until: bytes.timestamp()?,
            over: bytes.flag()?,
        })
    })?;
    person.passed = bytes.list(|bytes| {
        let (party, purpose) = (PartyId::from_bytes(bytes.take()?), purpose(bytes)?);
        let state = bytes.byte()?;
        let asked = if state & ASKED == 0 {
            None
        } else {
            Some(bytes.timestamp()?)
        };
        Some(Passed {
            party,
            purpose,
            state: *Passing::ALL.get(usize::from(state & !ASKED))?,
            asked,
        })
    })?;
    Some(())
}

fn unpack_event(bytes: &mut Bytes<'_>) -> Option<Event> {
    Some(Event {
        key: EventKey::from_bytes(bytes.take()?),
        kind: *EventKind::ALL.get(usize::from(bytes.byte()?))?,
        source: PartyId::from_bytes(bytes.take()?),
        recipient: PartyId::from_bytes(bytes.take()?),
        until: bytes.timestamp()?,
        count: bytes.u32()?,
        used: bytes.u32()?,
        line: if bytes.flag()? {
            Some(LineKey::from_bytes(bytes.take()?))
        } else {
            None
        },
    })
}

pub(super) fn pack_consent(consent: &Consent, row: &mut Vec<u8>) {
    list(&consent.relays, row, |relay, row| row.extend(relay.to_bytes()));
    row.push(u8::from(consent.seal.is_some()));
    row.extend(consent.seal.iter().flatten());
    row.push(u8::from(consent.event.is_some()));
    row.extend(consent.event.iter().flat_map(|event| event.to_bytes()));
}

/// Adds to `consent` what [`pack_consent`] wrote.
pub(super) fn unpack_consent(consent: &mut Consent, bytes: &mut Bytes<'_>) -> Option<()> {
    consent.relays = bytes.list(|bytes| bytes.take().map(PartyId::from_bytes))?;
    consent.seal = if bytes.flag()? { Some(bytes.take()?) } else { None };
    consent.event = if bytes.flag()? {
        Some(EventKey::from_bytes(bytes.take()?))
    } else {
        None
    };
    Some(())
}
