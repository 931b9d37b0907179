//! How one person's facts are packed into a row: a version byte, then fields of fixed order, integers big-endian.

use domain::facts::Person;
use domain::id::{ConsentId, PartyId};
use domain::permission::consent::{Consent, Life};
use domain::permission::evidence::Grade;
use domain::permission::probe::Probe;
use domain::permission::terms::{Origin, Precision};
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};

use crate::seal::Sealer;

/// The layout's version. Version 1 had no pauses.
const VERSION: u8 = 2;
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
    row.push(u8::try_from(person.consents.len()).unwrap_or(u8::MAX));
    person
        .consents
        .iter()
        .take(usize::from(u8::MAX))
        .for_each(|consent| pack_consent(consent, &mut row));
    row
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
    pack_life(consent.life, row);
    row.extend(consent.used.to_be_bytes());
    row.push(u8::try_from(consent.recent.len()).unwrap_or(u8::MAX));
    consent
        .recent
        .iter()
        .take(usize::from(u8::MAX))
        .for_each(|at| row.extend(at.unix_ms().to_be_bytes()));
    row.push(u8::try_from(consent.probes.len()).unwrap_or(u8::MAX));
    for probe in consent.probes.iter().take(usize::from(u8::MAX)) {
        row.extend(probe.place.to_be_bytes());
        row.extend(probe.radius_m.to_be_bytes());
        row.extend(probe.at.unix_ms().to_be_bytes());
    }
}

fn pack_life(life: Life, row: &mut Vec<u8>) {
    let (tag, first, second, small) = match life {
        Life::Asked { until, wrong_codes } => (0, until, until, wrong_codes),
        Life::Given { at, until, grade } => (1, at, until, u8::from(grade == Grade::HandsetLink)),
        Life::Refused { at } => (2, at, at, 0),
        Life::Lapsed { at } => (3, at, at, 0),
        Life::Withdrawn { at } => (4, at, at, 0),
        Life::Expired { at } => (5, at, at, 0),
    };
    row.push(tag);
    row.extend(first.unix_ms().to_be_bytes());
    row.extend(second.unix_ms().to_be_bytes());
    row.push(small);
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
    let paused = version >= 2 && bytes.byte()? == 1;
    let consents = (0..bytes.byte()?)
        .map(|_| unpack_consent(&mut bytes))
        .collect::<Option<Vec<_>>>()?;
    bytes.0.is_empty().then_some(Person {
        count,
        last_leaf,
        consents,
        paused,
    })
}

fn unpack_consent(bytes: &mut Bytes<'_>) -> Option<Consent> {
    let id = ConsentId::from_bytes(bytes.take()?);
    let recipient = PartyId::from_bytes(bytes.take()?);
    let purpose = *Purpose::ALL.get(usize::from(bytes.byte()?))?;
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
    let life = unpack_life(bytes)?;
    let used = bytes.u32()?;
    let recent = (0..bytes.byte()?)
        .map(|_| bytes.timestamp())
        .collect::<Option<Vec<_>>>()?;
    let probes = (0..bytes.byte()?)
        .map(|_| unpack_probe(bytes))
        .collect::<Option<Vec<_>>>()?;
    let precision = if yes_no {
        Precision::YesNo { metres }
    } else {
        Precision::Area { metres }
    };
    Some(Consent {
        id,
        recipient,
        purpose,
        precision,
        origin,
        count,
        per_hour,
        lasts,
        life,
        used,
        recent,
        probes,
    })
}

fn unpack_probe(bytes: &mut Bytes<'_>) -> Option<Probe> {
    Some(Probe {
        place: u16::from_be_bytes(bytes.take()?),
        radius_m: bytes.u32()?,
        at: bytes.timestamp()?,
    })
}

fn unpack_life(bytes: &mut Bytes<'_>) -> Option<Life> {
    let tag = bytes.byte()?;
    let (at, until, small) = (bytes.timestamp()?, bytes.timestamp()?, bytes.byte()?);
    Some(match tag {
        0 => Life::Asked {
            until,
            wrong_codes: small,
        },
        1 => Life::Given {
            at,
            until,
            grade: if small == 1 {
                Grade::HandsetLink
            } else {
                Grade::SmsReply
            },
        },
        2 => Life::Refused { at },
        3 => Life::Lapsed { at },
        4 => Life::Withdrawn { at },
        5 => Life::Expired { at },
        _ => return None,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consent(life: Life) -> Consent {
        Consent {
            id: ConsentId::from_bytes([1; 16]),
            recipient: PartyId::from_bytes([2; 16]),
            purpose: Purpose::FraudPreventionAndDetection,
            precision: Precision::YesNo { metres: 2000 },
            origin: Origin::Handset,
            count: None,
            per_hour: Some(4),
            lasts: Span::seconds(365 * 86_400),
            life,
            used: 3,
            recent: vec![Timestamp::from_unix_ms(5), Timestamp::from_unix_ms(9)],
            probes: vec![Probe {
                place: 7,
                radius_m: 2000,
                at: Timestamp::from_unix_ms(9),
            }],
        }
    }

    #[test]
    fn every_life_round_trips_and_cut_rows_do_not() {
        let at = Timestamp::from_unix_ms(1_800_000_000_000);
        let lives = [
            Life::Asked {
                until: at,
                wrong_codes: 2,
            },
            Life::Given {
                at,
                until: at.after(Span::seconds(1)),
                grade: Grade::HandsetLink,
            },
            Life::Given {
                at,
                until: at.after(Span::seconds(1)),
                grade: Grade::SmsReply,
            },
            Life::Refused { at },
            Life::Lapsed { at },
            Life::Withdrawn { at },
            Life::Expired { at },
        ];
        let person = Person {
            count: 9,
            last_leaf: Some(77),
            consents: lives.map(consent).to_vec(),
            paused: true,
        };
        let row = pack(&person);
        assert_eq!(unpack(&row), Some(person));
        assert!((0..row.len()).all(|end| unpack(&row[..end]).is_none()));
        assert_eq!(unpack(&pack(&Person::default())), Some(Person::default()));
        let before_pauses = [&[1][..], &row[1..17], &row[18..]].concat();
        let awake = unpack(&before_pauses).expect("a row of version 1");
        assert!(!awake.paused && awake.consents.len() == 7 && awake.count == 9);
    }

    #[test]
    fn only_the_keys_make_a_row() {
        let sealer = Sealer::new(domain::secret::Secret::new([5; 32]));
        let [one, other] = [1, 2].map(|byte| SubjectKey::from_bytes([byte; 16]));
        let person = Person {
            consents: vec![consent(Life::Refused {
                at: Timestamp::from_unix_ms(1),
            })],
            ..Person::default()
        };
        let row = write(one, &person, &sealer);
        assert_eq!(read(one, &row, &sealer).as_ref(), Some(&person));
        assert_eq!(read(other, &row, &sealer), None, "moved");
        for index in 0..row.len() {
            let mut altered = row.clone();
            altered[index] ^= 1;
            assert_eq!(read(one, &altered, &sealer), None, "altered at {index}");
        }
    }
}
