//! Long messages: parts with a user data header (3GPP TS 23.040 §9.2.3.24) put together in any order, and cut apart.

use super::alphabet;
use super::pdu::{Address, Message};
use std::collections::HashMap;

/// The bit of `esm_class` that says that a user data header precedes the text.
const HEADER_PRESENT: u8 = 0x40;

/// How many unfinished messages are kept before the oldest are forgotten.
const UNFINISHED_MAX: usize = 1_000;

/// Puts the parts of long messages together.
#[derive(Debug, Default)]
pub struct Assembly {
    unfinished: HashMap<Key, Parts>,
    clock: u64,
}

type Key = (String, String, u16, u8);

#[derive(Debug)]
struct Parts {
    born: u64,
    texts: Vec<Option<String>>,
}

/// What a part says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The long message's reference.
    pub reference: u16,
    /// How many parts it has.
    pub total: u8,
    /// Which part this is, from 1.
    pub part: u8,
}

/// The message's place in a long one, if it has one, and its text.
pub fn open(message: &Message) -> (Option<Place>, String) {
    let (header, octets) = if message.esm_class & HEADER_PRESENT != 0 {
        let length = message.payload.first().copied().map_or(0, usize::from);
        let end = (length + 1).min(message.payload.len());
        (
            message.payload.get(1..end).unwrap_or_default(),
            message.payload.get(end..).unwrap_or_default(),
        )
    } else {
        (&[][..], message.payload.as_slice())
    };
    let sar = message
        .sar
        .map(|(reference, total, part)| Place { reference, total, part });
    (place(header).or(sar), alphabet::text(message.data_coding, octets))
}

/// Looks for a concatenation element (0x00 with an 8-bit, 0x08 with a 16-bit reference) in a user data header.
fn place(mut header: &[u8]) -> Option<Place> {
    while let [element, length, rest @ ..] = header {
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        match (element, value) {
            (0x00, [reference, total, part]) => {
                return Some(Place {
                    reference: u16::from(*reference),
                    total: *total,
                    part: *part,
                });
            }
            (0x08, [high, low, total, part]) => {
                let reference = u16::from_be_bytes([*high, *low]);
                return Some(Place {
                    reference,
                    total: *total,
                    part: *part,
                });
            }
            _ => header = rest,
        }
    }
    None
}

impl Assembly {
    /// Takes a message or a part of one; gives the whole text once nothing is missing.
    pub fn take(&mut self, message: &Message) -> Option<String> {
        let (place, text) = open(message);
        let Some(place) = place.filter(|place| place.total > 1 && (1..=place.total).contains(&place.part)) else {
            return Some(text);
        };
        self.clock += 1;
        if self.unfinished.len() >= UNFINISHED_MAX
            && let Some(oldest) = self
                .unfinished
                .iter()
                .min_by_key(|(_, parts)| parts.born)
                .map(|(key, _)| key.clone())
        {
            self.unfinished.remove(&oldest);
        }
        let key = (
            message.source.shown(),
            message.destination.shown(),
            place.reference,
            place.total,
        );
        let parts = self.unfinished.entry(key.clone()).or_insert_with(|| Parts {
            born: self.clock,
            texts: vec![None; usize::from(place.total)],
        });
        if let Some(slot) = parts.texts.get_mut(usize::from(place.part) - 1) {
            *slot = Some(text);
        }
        let whole: Option<String> = parts.texts.iter().cloned().collect();
        if whole.is_some() {
            self.unfinished.remove(&key);
        }
        whole
    }
}

/// The messages that carry `text` from `source` to `destination`: one, or several with headers under `reference`.
pub fn messages(source: &Address, destination: &Address, text: &str, reference: u8) -> Vec<Message> {
    let (data_coding, parts) = alphabet::parts(text);
    let message = |payload| Message::new(source.clone(), destination.clone(), data_coding, payload);
    let total = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    if total <= 1 {
        return parts.into_iter().map(message).collect();
    }
    let part = |(number, octets): (u8, Vec<u8>)| {
        let mut payload = vec![5, 0, 3, reference, total, number];
        payload.extend(octets);
        Message {
            esm_class: HEADER_PRESENT,
            ..message(payload)
        }
    };
    (1..=total).zip(parts).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_any_order_and_twice_make_one_text() {
        let (source, destination) = (
            Address::international("+12025550199"),
            Address::international("+12025550101"),
        );
        let text = format!("where are you? {} €", "x".repeat(400));
        let mut parts = messages(&source, &destination, &text, 7);
        assert_eq!(parts.len(), 3);
        parts.rotate_left(1);
        parts.insert(1, parts[0].clone());
        let mut assembly = Assembly::default();
        let whole: Vec<_> = parts.iter().filter_map(|part| assembly.take(part)).collect();
        assert_eq!(whole, [text]);
        assert!(assembly.unfinished.is_empty());
    }

    #[test]
    fn sixteen_bit_references_and_sar_are_understood() {
        let address = Address::international("+12025550199");
        let mut message = Message::new(address.clone(), address, 0, vec![6, 8, 4, 1, 2, 3, 1, b'a']);
        message.esm_class = HEADER_PRESENT;
        assert_eq!(
            open(&message),
            (
                Some(Place {
                    reference: 0x0102,
                    total: 3,
                    part: 1
                }),
                "a".into()
            )
        );
        message.esm_class = 0;
        message.payload = b"b".to_vec();
        message.sar = Some((9, 2, 2));
        assert_eq!(
            open(&message),
            (
                Some(Place {
                    reference: 9,
                    total: 2,
                    part: 2
                }),
                "b".into()
            )
        );
    }
}
