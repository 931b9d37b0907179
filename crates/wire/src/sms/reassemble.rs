//! Incoming long messages: parts come in any order, more than once, or never, and are put together in memory.
//!
//! What waits here is not durable. If the process ends between two parts, the message stays incomplete, is dropped, and
//! the person is as if they had not answered.

use std::fmt;

use domain::number::Msisdn;
use domain::time::{Span, Timestamp};

use super::coding::Coding;

/// How many parts a message to the gateway may have. Replies are short.
const PARTS_MAX: u8 = 6;

/// How many unfinished messages may wait, over all senders.
const WAITING_MAX: usize = 256;

/// How many of them may be one sender's, so that nobody can push out the others'.
const WAITING_PER_SENDER_MAX: usize = 2;

/// How long a part waits for the others.
const WAIT: Span = Span::seconds(600);

/// One part as it came.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    /// The sender.
    pub from: Msisdn,
    /// How the octets stand for the text.
    pub coding: Coding,
    /// SMPP's `short_message`.
    pub octets: &'a [u8],
    /// Whether it begins with a user data header: `esm_class` has 0x40.
    pub has_header: bool,
}

/// Why a part is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartError {
    /// Its header is longer than the message, or broken off.
    Header,
    /// The message has more parts than are read.
    TooManyParts,
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "expected a user data header, found fewer octets",
            Self::TooManyParts => "expected a message of at most 6 parts, found more",
        })
    }
}

impl std::error::Error for PartError {}

/// A place in a long message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    reference: u16,
    total: u8,
    sequence: u8,
}

/// A message of which some parts have come.
struct Waiting {
    from: Msisdn,
    reference: u16,
    coding: Coding,
    parts: Vec<Option<Vec<u8>>>,
    since: Timestamp,
}

/// All messages of which some parts have come.
#[derive(Default)]
pub struct Reassembly(Vec<Waiting>);

impl fmt::Debug for Reassembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reassembly({} waiting)", self.0.len())
    }
}

impl Reassembly {
    /// Nothing waits.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Takes a part. Gives the text when it was the last one missing, `None` when others are still to come. A part that
    /// comes again changes nothing.
    ///
    /// # Errors
    /// If the part's header is broken, or the message has too many parts.
    pub fn accept(&mut self, incoming: Incoming<'_>, now: Timestamp) -> Result<Option<String>, PartError> {
        let (place, body) = if incoming.has_header {
            read_header(incoming.octets)?
        } else {
            (None, incoming.octets)
        };
        let Some(place) = place.filter(|place| place.total > 1) else {
            return Ok(Some(incoming.coding.decode(body)));
        };
        if place.total > PARTS_MAX {
            return Err(PartError::TooManyParts);
        }
        self.0.retain(|waiting| waiting.since >= now.before(WAIT));
        let mut waiting = self.take(&incoming, place).unwrap_or_else(|| Waiting {
            from: incoming.from,
            reference: place.reference,
            coding: incoming.coding,
            parts: vec![None; usize::from(place.total)],
            since: now,
        });
        if let Some(slot) = waiting.parts.get_mut(usize::from(place.sequence).saturating_sub(1)) {
            *slot = Some(body.to_vec());
        }
        let complete: Option<Vec<Vec<u8>>> = waiting.parts.iter().cloned().collect();
        match complete {
            // Octets are joined before they are decoded, since some phones cut a surrogate pair in two.
            Some(parts) => Ok(Some(waiting.coding.decode(&parts.concat()))),
            None => {
                self.make_room(incoming.from);
                self.0.push(waiting);
                Ok(None)
            }
        }
    }

    fn take(&mut self, incoming: &Incoming<'_>, place: Place) -> Option<Waiting> {
        let index = self.0.iter().position(|waiting| {
            waiting.from == incoming.from
                && waiting.reference == place.reference
                && waiting.parts.len() == usize::from(place.total)
                && waiting.coding == incoming.coding
        })?;
        Some(self.0.remove(index))
    }

    /// Drops the longest unchanged ones until one more fits.
    fn make_room(&mut self, from: Msisdn) {
        while self.0.iter().filter(|waiting| waiting.from == from).count() >= WAITING_PER_SENDER_MAX {
            if let Some(index) = self.0.iter().position(|waiting| waiting.from == from) {
                self.0.remove(index);
            }
        }
        if self.0.len() >= WAITING_MAX {
            self.0.remove(0);
        }
    }
}

/// Reads a user data header (3GPP TS 23.040 §9.2.3.24): the place, if an element gives one, and what follows.
fn read_header(octets: &[u8]) -> Result<(Option<Place>, &[u8]), PartError> {
    let (length, rest) = octets.split_first().ok_or(PartError::Header)?;
    let (mut header, body) = rest.split_at_checked(usize::from(*length)).ok_or(PartError::Header)?;
    let mut place = None;
    while let [element, length, after @ ..] = header {
        let (value, next) = after.split_at_checked(usize::from(*length)).ok_or(PartError::Header)?;
        let found = match (*element, value) {
            (0x00, [reference, total, sequence]) => Some((u16::from(*reference), *total, *sequence)),
            (0x08, [high, low, total, sequence]) => Some((u16::from_be_bytes([*high, *low]), *total, *sequence)),
            _ => None,
        };
        // §9.2.3.24.1: an element with an impossible place is ignored.
        place = found
            .filter(|(_, total, sequence)| (1..=*total).contains(sequence))
            .map(|(reference, total, sequence)| Place {
                reference,
                total,
                sequence,
            })
            .or(place);
        header = next;
    }
    Ok((place, body))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sms::split::split;

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    fn sender(last: u8) -> Msisdn {
        Msisdn::from_digits(&format!("120255501{last:02}")).expect("a reserved number")
    }

    fn part(from: Msisdn, octets: &[u8]) -> Incoming<'_> {
        Incoming {
            from,
            coding: Coding::Gsm7,
            octets,
            has_header: true,
        }
    }

    #[test]
    fn parts_come_in_any_order_and_twice() {
        let mut reassembly = Reassembly::new();
        let [first, second] = [
            &b"\x05\x00\x03\x09\x02\x01YES "[..],
            &b"\x06\x08\x04\x00\x09\x02\x024821"[..],
        ];
        assert_eq!(reassembly.accept(part(sender(1), second), NOW), Ok(None));
        assert_eq!(reassembly.accept(part(sender(1), second), NOW), Ok(None));
        assert_eq!(reassembly.accept(part(sender(2), first), NOW), Ok(None));
        assert_eq!(
            reassembly.accept(part(sender(1), first), NOW),
            Ok(Some("YES 4821".to_owned()))
        );
        assert_eq!(reassembly.0.len(), 1);
    }

    #[test]
    fn a_message_without_a_place_is_whole() {
        let mut reassembly = Reassembly::new();
        let whole = Incoming {
            has_header: false,
            ..part(sender(1), b"STOP")
        };
        assert_eq!(reassembly.accept(whole, NOW), Ok(Some("STOP".to_owned())));
        for octets in [
            &b"\x00STOP"[..],
            b"\x05\x00\x03\x09\x01\x01STOP",
            b"\x05\x00\x03\x09\x02\x03STOP",
            b"\x02\x70\x00STOP",
        ] {
            assert_eq!(
                reassembly.accept(part(sender(1), octets), NOW),
                Ok(Some("STOP".to_owned())),
                "{octets:?}"
            );
        }
    }

    #[test]
    fn broken_and_endless_messages_are_not_taken() {
        let mut reassembly = Reassembly::new();
        for octets in [&b""[..], b"\x05\x00", b"\x03\x00\x03\x09", b"\x02\x00\x09x"] {
            assert_eq!(
                reassembly.accept(part(sender(1), octets), NOW),
                Err(PartError::Header),
                "{octets:?}"
            );
        }
        assert_eq!(
            reassembly.accept(part(sender(1), b"\x05\x00\x03\x09\x07\x01x"), NOW),
            Err(PartError::TooManyParts)
        );
    }

    #[test]
    fn a_part_waits_ten_minutes_and_few_may_wait() {
        let mut reassembly = Reassembly::new();
        assert_eq!(
            reassembly.accept(part(sender(1), b"\x05\x00\x03\x09\x02\x01a"), NOW),
            Ok(None)
        );
        let late = NOW.after(Span::seconds(601));
        assert_eq!(
            reassembly.accept(part(sender(1), b"\x05\x00\x03\x09\x02\x02b"), late),
            Ok(None)
        );
        for reference in 0..100 {
            let octets = [5, 0, 3, reference, 2, 1, b'x'];
            assert_eq!(reassembly.accept(part(sender(2), &octets), late), Ok(None));
        }
        assert_eq!(reassembly.0.len(), 3);
        assert_eq!(
            reassembly.accept(part(sender(1), b"\x05\x00\x03\x09\x02\x01a"), late),
            Ok(Some("ab".to_owned()))
        );
    }

    proptest! {
        #[test]
        fn no_octets_panic(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Reassembly::new().accept(part(sender(1), &octets), NOW);
        }

        #[test]
        fn what_was_split_comes_together(text in "[a-zA-Z0-9 €ä]{0,380}|[a-z ж🚗]{0,180}") {
            let message = split(&text, 3, &[]).expect("at most 8 parts");
            // Incoming messages may have fewer parts than outgoing ones.
            if message.segments.len() > usize::from(PARTS_MAX) {
                return Ok(());
            }
            let mut reassembly = Reassembly::new();
            let mut whole = None;
            for segment in message.segments.iter().rev() {
                let incoming = Incoming {
                    from: sender(1), coding: message.coding, octets: &segment.octets, has_header: segment.has_header,
                };
                whole = reassembly.accept(incoming, NOW).expect("well formed");
            }
            prop_assert_eq!(whole, Some(text));
        }
    }
}
