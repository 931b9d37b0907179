//! How the facts about a person as a whole are packed: pauses, *never*, limits, the SIM, the tenure, the line.

use domain::facts::{Day, Line, Never, Person};
use domain::id::{AccountId, PartyId};
use domain::time::Timestamp;

use super::{Bytes, list};

pub(super) fn pack(person: &Person, row: &mut Vec<u8>) {
    list(&person.paused_for, row, |party, row| row.extend(party.to_bytes()));
    match person.never {
        None => row.push(0),
        Some(Never::Stands { since }) => {
            row.push(1);
            time(since, row);
        }
        Some(Never::Lifting { since, at }) => {
            row.push(2);
            time(since, row);
            time(at, row);
        }
    }
    list(&person.questions, row, |at, row| time(*at, row));
    list(&person.noes, row, |(party, at), row| {
        row.extend(party.to_bytes());
        time(*at, row);
    });
    maybe(person.day.from, row);
    row.extend(person.day.asks.to_be_bytes());
    maybe(person.sim_changed, row);
    row.push(u8::from(person.ended));
    match person.line {
        Line::Personal => row.push(0),
        Line::Machine { account } => {
            row.push(1);
            row.extend(account.to_bytes());
        }
    }
}

fn time(at: Timestamp, row: &mut Vec<u8>) {
    row.extend(at.unix_ms().to_be_bytes());
}

fn maybe(at: Option<Timestamp>, row: &mut Vec<u8>) {
    row.push(u8::from(at.is_some()));
    if let Some(at) = at {
        time(at, row);
    }
}

/// Adds to `person` what [`pack`] wrote.
pub(super) fn unpack(person: &mut Person, bytes: &mut Bytes<'_>) -> Option<()> {
    person.paused_for = bytes.list(party)?;
    person.never = match bytes.byte()? {
        0 => None,
        1 => Some(Never::Stands {
            since: bytes.timestamp()?,
        }),
        2 => Some(Never::Lifting {
            since: bytes.timestamp()?,
            at: bytes.timestamp()?,
        }),
        _ => return None,
    };
    person.questions = bytes.list(Bytes::timestamp)?;
    person.noes = bytes.list(|bytes| Some((party(bytes)?, bytes.timestamp()?)))?;
    person.day = Day {
        from: read_maybe(bytes)?,
        asks: bytes.u32()?,
    };
    person.sim_changed = read_maybe(bytes)?;
    person.ended = bytes.flag()?;
    person.line = if bytes.flag()? {
        let account = AccountId::from_bytes(bytes.take()?);
        Line::Machine { account }
    } else {
        Line::Personal
    };
    Some(())
}

fn party(bytes: &mut Bytes<'_>) -> Option<PartyId> {
    bytes.take().map(PartyId::from_bytes)
}

fn read_maybe(bytes: &mut Bytes<'_>) -> Option<Option<Timestamp>> {
    Some(if bytes.flag()? { Some(bytes.timestamp()?) } else { None })
}
