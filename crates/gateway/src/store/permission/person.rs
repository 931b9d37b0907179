//! How one person's facts are packed into a row: a version byte, then fields of fixed order, integers big-endian.

mod chain;
mod life;
mod whole;
mod within;

use domain::facts::Person;
use domain::id::{ConsentId, PartyId};
use domain::permission::consent::Consent;
use domain::permission::probe::Probe;
use domain::permission::terms::{Origin, Precision};
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};

use crate::seal::Sealer;

/// The layout's version. Version 1 had no pauses; version 2 no schedules, half answers, limits, tenures and lines;
/// version 3 no events, and consents without a chain.
const VERSION: u8 = 4;
/// Stands for "no limit" and "none" where a number could.
const NONE_32: u32 = u32::MAX;
/// Stands for "no leaf yet".
const NONE_64: u64 = u64::MAX;

/// Packs a person into the row of this key, stamped: consents are not a matter of who can write to the store.
#[must_use]
pub fn write(key: SubjectKey, person: &Person, sealer: &Sealer) -> Vec<u8> {
    let mut row = pack(person);
    let stamp = sealer.stamp("person", key.to_bytes(), &row);
    row.extend(stamp);
    row
}

/// Unpacks the row of this key; `None` for bytes that [`write`] did not write there.
#[must_use]
pub fn read(key: SubjectKey, row: &[u8], sealer: &Sealer) -> Option<Person> {
    let (row, stamp) = row.split_last_chunk::<16>()?;
    (sealer.stamp("person", key.to_bytes(), row) == *stamp)
        .then(|| unpack(row))
        .flatten()
}

/// Packs a person.
fn pack(person: &Person) -> Vec<u8> {
    let mut row = Vec::with_capacity(128);
    row.push(VERSION);
    row.extend(person.count.to_be_bytes());
    row.extend(person.last_leaf.unwrap_or(NONE_64).to_be_bytes());
    row.push(u8::from(person.paused));
    whole::pack(person, &mut row);
    chain::pack(person, &mut row);
    list(&person.consents, &mut row, pack_consent);
    row
}

/// A list of at most 255: its length, and its members.
fn list<T>(members: &[T], row: &mut Vec<u8>, pack: impl Fn(&T, &mut Vec<u8>)) {
    let most = usize::from(u8::MAX);
    row.push(u8::try_from(members.len().min(most)).unwrap_or(u8::MAX));
    members.iter().take(most).for_each(|member| pack(member, row));
}

fn pack_consent(consent: &Consent, row: &mut Vec<u8>) {
    row.extend(consent.id.to_bytes());
    row.extend(consent.recipient.to_bytes());
    row.push(index(consent.purpose));
    row.push(u8::from(matches!(consent.precision, Precision::YesNo { .. })));
    row.extend(consent.precision.metres().to_be_bytes());
    row.push(u8::from(consent.origin == Origin::Handset));
    row.extend(consent.count.unwrap_or(NONE_32).to_be_bytes());
    row.extend(consent.per_hour.unwrap_or(NONE_32).to_be_bytes());
    row.extend(consent.lasts.as_ms().to_be_bytes());
    within::pack(consent.within.as_ref(), row);
    row.push(u8::from(consent.terms.is_some()));
    row.extend(consent.terms.iter().flatten());
    life::pack(consent.life, row);
    row.extend(consent.used.to_be_bytes());
    list(&consent.recent, row, |at, row| row.extend(at.unix_ms().to_be_bytes()));
    list(&consent.probes, row, |probe, row| {
        row.extend(probe.place.to_be_bytes());
        row.extend(probe.radius_m.to_be_bytes());
        row.extend(probe.at.unix_ms().to_be_bytes());
    });
    chain::pack_consent(consent, row);
}

fn index(purpose: Purpose) -> u8 {
    let position = Purpose::ALL.iter().position(|other| *other == purpose);
    position
        .and_then(|position| u8::try_from(position).ok())
        .unwrap_or(u8::MAX)
}

/// Unpacks a person; `None` for bytes that [`pack`] did not write.
fn unpack(row: &[u8]) -> Option<Person> {
    let mut bytes = Bytes(row);
    let version = Some(bytes.byte()?).filter(|version| (1..=VERSION).contains(version))?;
    let count = bytes.u64()?;
    let last_leaf = Some(bytes.u64()?).filter(|leaf| *leaf != NONE_64);
    let mut person = Person {
        count,
        last_leaf,
        paused: version >= 2 && bytes.byte()? == 1,
        ..Person::default()
    };
    if version >= 3 {
        whole::unpack(&mut person, &mut bytes)?;
    }
    if version >= 4 {
        chain::unpack(&mut person, &mut bytes)?;
    }
    person.consents = bytes.list(|bytes| unpack_consent(version, bytes))?;
    bytes.0.is_empty().then_some(person)
}

fn unpack_consent(version: u8, bytes: &mut Bytes<'_>) -> Option<Consent> {
    let id = ConsentId::from_bytes(bytes.take()?);
    let recipient = PartyId::from_bytes(bytes.take()?);
    let purpose = purpose(bytes)?;
    let yes_no = bytes.byte()? == 1;
    let metres = bytes.u32()?;
    let origin = if bytes.byte()? == 1 {
        Origin::Handset
    } else {
        Origin::Network
    };
    let count = Some(bytes.u32()?).filter(|count| *count != NONE_32);
    let per_hour = Some(bytes.u32()?).filter(|most| *most != NONE_32);
    let lasts = Span::seconds(u32::try_from(bytes.i64()? / 1000).ok()?);
    let within = if version >= 3 { within::unpack(bytes)? } else { None };
    let terms = if version >= 3 && bytes.flag()? {
        Some(bytes.take()?)
    } else {
        None
    };
    let life = if version >= 3 {
        life::unpack(bytes)?
    } else {
        life::unpack_before_3(bytes)?
    };
    let used = bytes.u32()?;
    let recent = bytes.list(Bytes::timestamp)?;
    let probes = bytes.list(unpack_probe)?;
    let precision = if yes_no {
        Precision::YesNo { metres }
    } else {
        Precision::Area { metres }
    };
    let mut consent = Consent {
        id,
        recipient,
        purpose,
        precision,
        origin,
        count,
        per_hour,
        lasts,
        within,
        relays: Vec::new(),
        seal: None,
        event: None,
        terms,
        life,
        used,
        recent,
        probes,
    };
    if version >= 4 {
        chain::unpack_consent(&mut consent, bytes)?;
    }
    Some(consent)
}

fn purpose(bytes: &mut Bytes<'_>) -> Option<Purpose> {
    Purpose::ALL.get(usize::from(bytes.byte()?)).copied()
}

fn unpack_probe(bytes: &mut Bytes<'_>) -> Option<Probe> {
    Some(Probe {
        place: u16::from_be_bytes(bytes.take()?),
        radius_m: bytes.u32()?,
        at: bytes.timestamp()?,
    })
}

/// The rest of a row.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_be_bytes)
    }

    fn timestamp(&mut self) -> Option<Timestamp> {
        self.i64().map(Timestamp::from_unix_ms)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn list<T>(&mut self, mut member: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.byte()?).map(|_| member(self)).collect()
    }
}

#[cfg(test)]
mod tests;
