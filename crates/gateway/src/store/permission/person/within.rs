//! How a schedule is packed: nothing, a window, or the slots of a week.

use domain::permission::within::{Days, Slot, Weekly, Within, Zone};

use super::{Bytes, list};

pub(super) fn pack(within: Option<&Within>, row: &mut Vec<u8>) {
    match within {
        None => row.push(0),
        Some(Within::Window { from, to }) => {
            row.push(1);
            row.extend(from.unix_ms().to_be_bytes());
            row.extend(to.unix_ms().to_be_bytes());
        }
        Some(Within::Weekly(weekly)) => {
            row.push(2);
            list(weekly.zone().name().as_bytes(), row, |byte, row| row.push(*byte));
            list(weekly.slots(), row, |slot, row| {
                row.push(slot.days().bits());
                row.extend(slot.from_minute().to_be_bytes());
                row.extend(slot.to_minute().to_be_bytes());
            });
        }
    }
}

pub(super) fn unpack(bytes: &mut Bytes<'_>) -> Option<Option<Within>> {
    let within = match bytes.byte()? {
        0 => return Some(None),
        1 => Within::Window {
            from: bytes.timestamp()?,
            to: bytes.timestamp()?,
        },
        2 => {
            let zone = String::from_utf8(bytes.list(Bytes::byte)?).ok()?;
            Within::Weekly(Weekly::new(Zone::new(&zone)?, bytes.list(slot)?)?)
        }
        _ => return None,
    };
    Some(Some(within))
}

fn slot(bytes: &mut Bytes<'_>) -> Option<Slot> {
    let days = Days::new(bytes.byte()?)?;
    let from = u16::from_be_bytes(bytes.take()?);
    Slot::new(days, from, u16::from_be_bytes(bytes.take()?))
}
