//! How a consent's life is packed.

use domain::permission::consent::{Life, Reach};
use domain::permission::evidence::Grade;
use domain::time::Timestamp;

use super::Bytes;

/// Stands for "not signed".
const NONE: u8 = u8::MAX;

fn of(grade: Option<Grade>) -> u8 {
    let index = grade.and_then(|grade| Grade::ALL.iter().position(|other| *other == grade));
    index.and_then(|index| u8::try_from(index).ok()).unwrap_or(NONE)
}

fn grade(index: u8) -> Option<Grade> {
    Grade::ALL.get(usize::from(index)).copied()
}

pub(super) fn pack(life: Life, row: &mut Vec<u8>) {
    let mut write = |tag: u8, times: &[Timestamp], small: &[u8]| {
        row.push(tag);
        times.iter().for_each(|at| row.extend(at.unix_ms().to_be_bytes()));
        row.extend(small);
    };
    match life {
        Life::Asked {
            until,
            wrong_codes,
            vouched,
            signed,
            replied,
        } => write(
            0,
            &[until],
            &[wrong_codes, u8::from(vouched), of(signed), u8::from(replied)],
        ),
        Life::Given {
            at,
            from,
            until,
            grade,
            replied,
        } => write(1, &[at, from, until], &[of(Some(grade)), u8::from(replied)]),
        Life::Refused { at } => write(2, &[at], &[]),
        Life::Lapsed { at } => write(3, &[at], &[]),
        Life::Withdrawn { at, reach } => write(4, &[at, reach.from, reach.until], &[]),
        Life::Expired { at } => write(5, &[at], &[]),
        Life::Void { at, reach } => write(6, &[at, reach.from, reach.until], &[]),
    }
}

pub(super) fn unpack(bytes: &mut Bytes<'_>) -> Option<Life> {
    Some(match bytes.byte()? {
        0 => Life::Asked {
            until: bytes.timestamp()?,
            wrong_codes: bytes.byte()?,
            vouched: bytes.flag()?,
            signed: match bytes.byte()? {
                NONE => None,
                index => Some(grade(index)?),
            },
            replied: bytes.flag()?,
        },
        1 => Life::Given {
            at: bytes.timestamp()?,
            from: bytes.timestamp()?,
            until: bytes.timestamp()?,
            grade: grade(bytes.byte()?)?,
            replied: bytes.flag()?,
        },
        2 => Life::Refused { at: bytes.timestamp()? },
        3 => Life::Lapsed { at: bytes.timestamp()? },
        4 => Life::Withdrawn {
            at: bytes.timestamp()?,
            reach: reach(bytes)?,
        },
        5 => Life::Expired { at: bytes.timestamp()? },
        6 => Life::Void {
            at: bytes.timestamp()?,
            reach: reach(bytes)?,
        },
        _ => return None,
    })
}

fn reach(bytes: &mut Bytes<'_>) -> Option<Reach> {
    Some(Reach {
        from: bytes.timestamp()?,
        until: bytes.timestamp()?,
    })
}

/// Reads a life as the versions before the third wrote it: a tag, two times, and a small number.
pub(super) fn unpack_before_3(bytes: &mut Bytes<'_>) -> Option<Life> {
    let tag = bytes.byte()?;
    let (at, until, small) = (bytes.timestamp()?, bytes.timestamp()?, bytes.byte()?);
    Some(match tag {
        0 => Life::Asked {
            until,
            wrong_codes: small,
            vouched: true,
            signed: None,
            replied: false,
        },
        // Where a reply was asked for besides the signature it was not noted, and what stands stands.
        1 => Life::Given {
            at,
            from: at,
            until,
            grade: if small == 1 {
                Grade::HandsetLink
            } else {
                Grade::SmsReply
            },
            replied: small == 0,
        },
        2 => Life::Refused { at },
        3 => Life::Lapsed { at },
        4 => Life::Withdrawn {
            at,
            reach: Reach { from: at, until: at },
        },
        5 => Life::Expired { at },
        _ => return None,
    })
}
