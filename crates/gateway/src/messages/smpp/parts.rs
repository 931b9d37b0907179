//! Long texts from phones, put together from their parts in any order.
//!
//! A part is acknowledged once it is kept here, in memory; the last one only after the whole text was dealt with. Should
//! the process end in between, the parts before are gone and the text never becomes whole. The words that matter are
//! short, and a phone sends them in one part.

use std::collections::BTreeMap;

use domain::number::Msisdn;
use domain::time::{Span, Timestamp};

use super::text::decode;

/// How long the parts of a text are waited for, and how long a finished one is remembered so that a part that comes
/// again is known.
const LIFE: Span = Span::seconds(300);

/// How many parts a text may have; phones stop at about as many.
const TOTAL_MOST: u8 = 16;

/// How many texts one number may have begun; the oldest makes room.
const PER_NUMBER_MOST: usize = 4;

/// How many texts may be begun in all; beyond that, parts are put off.
const BEGUN_MOST: usize = 2_000;

/// What a part says about its place in the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) reference: u16,
    pub(super) total: u8,
    /// From 1.
    pub(super) number: u8,
}

/// A text or a part of one, as it came.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) place: Option<Place>,
    pub(super) data_coding: u8,
    pub(super) octets: Vec<u8>,
}

/// The name of a long text: whose, which reference, how many parts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    from: [u8; 8],
    reference: u16,
    total: u8,
}

/// What became of a piece.
#[derive(PartialEq, Eq)]
pub(super) enum Taken {
    /// The text is whole; call [`Parts::finish`] with the key once it was dealt with.
    Whole(String, Option<Key>),
    /// Kept; others are missing.
    Kept,
    /// The text was whole before; this part came again.
    Again,
    /// There is no room; the part should come again later.
    Full,
}

enum Begun {
    Waiting(Vec<Option<(u8, Vec<u8>)>>),
    Finished,
}

/// The texts that have begun and are not whole.
#[derive(Default)]
pub(super) struct Parts {
    begun: BTreeMap<Key, (Timestamp, Begun)>,
}

impl Parts {
    /// Takes one piece.
    pub(super) fn take(&mut self, from: Msisdn, piece: Piece, now: Timestamp) -> Taken {
        let Some(place) = piece.place.filter(|place| is_part(*place)) else {
            return Taken::Whole(decode(piece.data_coding, &piece.octets), None);
        };
        let key = Key {
            from: from.to_bytes(),
            reference: place.reference,
            total: place.total,
        };
        self.begun.retain(|_, (since, begun)| match begun {
            Begun::Finished => now.since(*since) < LIFE,
            // What is overdue is passed on by `overdue`, and forgotten after that.
            Begun::Waiting(_) => true,
        });
        if !self.begun.contains_key(&key) {
            self.make_room(key);
            if self.begun.len() >= BEGUN_MOST {
                return Taken::Full;
            }
        }
        let empty = || (now, Begun::Waiting(vec![None; usize::from(place.total)]));
        let (_, begun) = self.begun.entry(key).or_insert_with(empty);
        let Begun::Waiting(slots) = begun else {
            return Taken::Again;
        };
        if let Some(slot) = slots.get_mut(usize::from(place.number) - 1) {
            *slot = Some((piece.data_coding, piece.octets));
        }
        if slots.iter().all(Option::is_some) {
            Taken::Whole(joined(slots), Some(key))
        } else {
            Taken::Kept
        }
    }

    /// The text was dealt with; a part of it that comes again changes nothing.
    pub(super) fn finish(&mut self, key: Key) {
        if let Some((_, begun)) = self.begun.get_mut(&key) {
            *begun = Begun::Finished;
        }
    }

    /// The texts whose missing parts did not come in time, as far as they can be read from the beginning: a STOP is
    /// heard even if what followed it was lost. Each is handed out until it is finished.
    pub(super) fn overdue(&mut self, now: Timestamp) -> Vec<(Key, Msisdn, String)> {
        let late = self.begun.iter().filter(|(_, (since, _))| now.since(*since) >= LIFE);
        late.filter_map(|(key, (_, begun))| match begun {
            Begun::Waiting(slots) => Some((*key, Msisdn::from_bytes(key.from)?, joined(slots))),
            Begun::Finished => None,
        })
        .collect()
    }

    fn make_room(&mut self, key: Key) {
        let theirs: Vec<(Key, Timestamp)> = self
            .begun
            .iter()
            .filter(|(begun, (_, state))| begun.from == key.from && matches!(state, Begun::Waiting(_)))
            .map(|(begun, (since, _))| (*begun, *since))
            .collect();
        if theirs.len() >= PER_NUMBER_MOST
            && let Some((oldest, _)) = theirs.iter().min_by_key(|(_, since)| *since)
        {
            self.begun.remove(oldest);
        }
    }
}

/// Whether the place is one in a long text; one that contradicts itself counts as a whole text.
fn is_part(place: Place) -> bool {
    (2..=TOTAL_MOST).contains(&place.total) && (1..=place.total).contains(&place.number)
}

/// The text up to the first part that is missing. Octets are joined before they are read, since a character may lie
/// across two parts.
fn joined(slots: &[Option<(u8, Vec<u8>)>]) -> String {
    let mut text = String::new();
    let mut run: Option<(u8, Vec<u8>)> = None;
    for (coding, octets) in slots.iter().map_while(Option::as_ref) {
        match &mut run {
            Some((running, joined)) if running == coding => joined.extend_from_slice(octets),
            other => {
                if let Some((coding, octets)) = other.replace((*coding, octets.clone())) {
                    text.push_str(&decode(coding, &octets));
                }
            }
        }
    }
    if let Some((coding, octets)) = run {
        text.push_str(&decode(coding, &octets));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> Msisdn {
        Msisdn::parse(&format!("+120255501{last:02}")).expect("a reserved number")
    }

    fn part(reference: u16, total: u8, number: u8, text: &str) -> Piece {
        Piece {
            place: Some(Place {
                reference,
                total,
                number,
            }),
            data_coding: 0,
            octets: text.as_bytes().to_vec(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    #[test]
    fn parts_in_any_order_make_one_text_once() {
        let mut parts = Parts::default();
        assert!(parts.take(from(1), part(7, 3, 3, "c"), at(0)) == Taken::Kept);
        assert!(parts.take(from(1), part(7, 3, 1, "a"), at(0)) == Taken::Kept);
        // Another person's part with the same reference is another text.
        assert!(parts.take(from(2), part(7, 3, 2, "x"), at(0)) == Taken::Kept);
        let Taken::Whole(text, Some(key)) = parts.take(from(1), part(7, 3, 2, "b"), at(1)) else {
            panic!("the text is whole");
        };
        assert_eq!(text, "abc");
        // Not dealt with: the last part comes again, and so does the text.
        assert!(matches!(
            parts.take(from(1), part(7, 3, 2, "b"), at(2)),
            Taken::Whole(..)
        ));
        parts.finish(key);
        assert!(parts.take(from(1), part(7, 3, 2, "b"), at(3)) == Taken::Again);
        // The reference is free again after its life.
        assert!(parts.take(from(1), part(7, 3, 2, "b"), at(400)) == Taken::Kept);
    }

    #[test]
    fn a_character_may_lie_across_two_parts() {
        let mut parts = Parts::default();
        let ucs2: Vec<u8> = "a😀".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let piece = |number, octets: &[u8]| Piece {
            place: Some(Place {
                reference: 1,
                total: 2,
                number,
            }),
            data_coding: 8,
            octets: octets.to_vec(),
        };
        assert!(parts.take(from(1), piece(1, &ucs2[..4]), at(0)) == Taken::Kept);
        let whole = parts.take(from(1), piece(2, &ucs2[4..]), at(0));
        assert!(matches!(whole, Taken::Whole(text, _) if text == "a😀"));
    }

    #[test]
    fn what_never_becomes_whole_is_read_from_its_beginning() {
        let mut parts = Parts::default();
        parts.take(from(1), part(7, 3, 1, "STOP it now"), at(0));
        parts.take(from(1), part(7, 3, 3, "never mind"), at(0));
        assert!(parts.overdue(at(299)).is_empty());
        let overdue = parts.overdue(at(300));
        assert_eq!(overdue.len(), 1);
        assert_eq!((overdue[0].1, overdue[0].2.as_str()), (from(1), "STOP it now"));
        parts.finish(overdue[0].0);
        assert!(parts.overdue(at(301)).is_empty());
    }

    #[test]
    fn memory_is_bounded_for_one_number_and_for_all() {
        let mut parts = Parts::default();
        for reference in 0..100 {
            assert!(parts.take(from(1), part(reference, 2, 1, "a"), at(i64::from(reference))) == Taken::Kept);
        }
        assert_eq!(parts.begun.len(), PER_NUMBER_MOST);
        for tail in 0..3_000_u32 {
            let other = Msisdn::parse(&format!("+99912{tail:04}")).expect("a reserved number");
            parts.take(other, part(1, 2, 1, "a"), at(200));
        }
        assert_eq!(parts.begun.len(), BEGUN_MOST);
        assert!(parts.take(from(3), part(1, 2, 1, "a"), at(200)) == Taken::Full);
    }

    #[test]
    fn a_place_that_contradicts_itself_is_no_place() {
        let mut parts = Parts::default();
        for (total, number) in [(0, 0), (1, 1), (3, 4), (3, 0), (255, 1)] {
            let taken = parts.take(from(1), part(1, total, number, "a"), at(0));
            assert!(
                matches!(taken, Taken::Whole(text, None) if text == "a"),
                "{number} of {total}"
            );
        }
    }
}
