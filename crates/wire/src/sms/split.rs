//! A text as one message or several: the smallest alphabet that fits, and cuts between words, so that a link or a code
//! always arrives whole.

use std::fmt;
use std::ops::Range;

use super::coding::Coding;
use super::gsm7;

/// How many parts a text may take.
pub const SEGMENTS_MAX: usize = 14;

/// A message ready to be submitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// How its octets stand for the text.
    pub coding: Coding,
    /// Its parts, in order.
    pub segments: Vec<Segment>,
}

/// One part: SMPP's `short_message`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// The octets, with the header if there is one.
    pub octets: Vec<u8>,
    /// Whether they begin with a user data header, which `esm_class` 0x40 says.
    pub has_header: bool,
}

/// A text that would take more than [`SEGMENTS_MAX`] parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a text of at most {SEGMENTS_MAX} parts, found a longer one")
    }
}

impl std::error::Error for TooLong {}

/// Writes a text as a message. `reference` tells its parts from those of other messages to the same phone; `whole` are
/// phrases that must not be cut at their spaces either.
///
/// # Errors
/// If it takes more than [`SEGMENTS_MAX`] parts.
pub fn split(text: &str, reference: u8, whole: &[&str]) -> Result<Message, TooLong> {
    let coding = if gsm7::misfits(text).next().is_none() {
        Coding::Gsm7
    } else {
        Coding::Ucs2
    };
    let (alone, in_parts) = match coding {
        Coding::Ucs2 => (70, 67),
        _ => (160, 153),
    };
    let units = |text: &str| text.chars().map(|character| length(coding, character)).sum::<usize>();
    if units(text) <= alone {
        return Ok(Message {
            coding,
            segments: vec![Segment {
                octets: encode(coding, text),
                has_header: false,
            }],
        });
    }
    let pieces = cut(
        text,
        in_parts,
        |character| length(coding, character),
        &phrases(text, whole),
    );
    let total = u8::try_from(pieces.len())
        .ok()
        .filter(|total| usize::from(*total) <= SEGMENTS_MAX)
        .ok_or(TooLong)?;
    let segments = (1..=total).zip(pieces).map(|(sequence, piece)| {
        // 3GPP TS 23.040 §9.2.3.24.1: five octets follow, element 0 of three octets.
        let mut octets = vec![0x05, 0x00, 0x03, reference, total, sequence];
        octets.extend(encode(coding, piece));
        Segment {
            octets,
            has_header: true,
        }
    });
    Ok(Message {
        coding,
        segments: segments.collect(),
    })
}

fn length(coding: Coding, character: char) -> usize {
    match coding {
        Coding::Ucs2 => character.len_utf16(),
        _ => gsm7::length(character).unwrap_or(1),
    }
}

fn encode(coding: Coding, text: &str) -> Vec<u8> {
    match coding {
        Coding::Ucs2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        // The coding was chosen because every character fits.
        _ => gsm7::encode(text).unwrap_or_default(),
    }
}

/// Where the phrases stand in the text.
fn phrases(text: &str, whole: &[&str]) -> Vec<Range<usize>> {
    whole
        .iter()
        .filter(|phrase| !phrase.is_empty())
        .flat_map(|phrase| {
            text.match_indices(phrase)
                .map(|(start, found)| start..start + found.len())
        })
        .collect()
}

/// Cuts a text into pieces of at most `limit` units, after a space that lies outside of every phrase where there is one,
/// else between two characters.
fn cut<'a>(text: &'a str, limit: usize, length: impl Fn(char) -> usize, phrases: &[Range<usize>]) -> Vec<&'a str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() && pieces.len() <= SEGMENTS_MAX {
        let rest = text.get(start..).unwrap_or_default();
        let mut used = 0;
        let (mut between_characters, mut between_words) = (None, None);
        let mut fits = true;
        for (index, character) in rest.char_indices() {
            used += length(character);
            if used > limit {
                fits = false;
                break;
            }
            let end = start + index + character.len_utf8();
            between_characters = Some(end);
            let inside = phrases.iter().any(|phrase| phrase.start < end && end < phrase.end);
            if character == ' ' && !inside {
                between_words = Some(end);
            }
        }
        let end = if fits {
            None
        } else {
            between_words.or(between_characters)
        }
        .unwrap_or(text.len());
        pieces.push(text.get(start..end).unwrap_or_default());
        start = end;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The texts of the parts, as a phone would show them.
    fn pieces(message: &Message) -> Vec<String> {
        let body = |segment: &Segment| {
            if segment.has_header {
                segment.octets[6..].to_vec()
            } else {
                segment.octets.clone()
            }
        };
        message
            .segments
            .iter()
            .map(|segment| message.coding.decode(&body(segment)))
            .collect()
    }

    #[test]
    fn limits_of_one_message() {
        for (text, coding, segments) in [
            ("a".repeat(160), Coding::Gsm7, 1),
            ("a".repeat(161), Coding::Gsm7, 2),
            ("€".repeat(80), Coding::Gsm7, 1),
            ("€".repeat(81), Coding::Gsm7, 2),
            ("a".repeat(306), Coding::Gsm7, 2),
            ("a".repeat(307), Coding::Gsm7, 3),
            ("ж".repeat(70), Coding::Ucs2, 1),
            ("ж".repeat(71), Coding::Ucs2, 2),
            ("ж".repeat(134), Coding::Ucs2, 2),
            ("ж".repeat(135), Coding::Ucs2, 3),
            ("🚗".repeat(35), Coding::Ucs2, 1),
            (String::new(), Coding::Gsm7, 1),
        ] {
            let message = split(&text, 7, &[]).expect("short enough");
            assert_eq!(
                (message.coding, message.segments.len()),
                (coding, segments),
                "{}",
                text.len()
            );
        }
        assert_eq!(split(&"a".repeat(153 * SEGMENTS_MAX + 1), 7, &[]), Err(TooLong));
        assert_eq!(split(&"a".repeat(100_000), 7, &[]), Err(TooLong));
    }

    #[test]
    fn parts_carry_the_header() {
        let message = split(&"ab ".repeat(100), 0xC3, &[]).expect("two parts");
        let headers: Vec<&[u8]> = message.segments.iter().map(|segment| &segment.octets[..6]).collect();
        assert_eq!(headers, [[5, 0, 3, 0xC3, 2, 1], [5, 0, 3, 0xC3, 2, 2]]);
    }

    #[test]
    fn pairs_stay_together() {
        let extension = split(&format!("{}€{}", "a".repeat(152), "b".repeat(20)), 1, &[]).expect("two parts");
        assert_eq!(pieces(&extension)[0], "a".repeat(152));
        let surrogates = split(&format!("{}🚗{}", "ж".repeat(66), "ж".repeat(20)), 1, &[]).expect("two parts");
        assert_eq!(pieces(&surrogates)[0], "ж".repeat(66));
    }

    #[test]
    fn a_link_and_a_code_arrive_whole() {
        let link = "https://gateway.example.com/c/AbCdEfGhIjKlMnOpQrStUv";
        for before in 0..200 {
            let text = format!(
                "{}{link} or reply YES 4821 or NO. {}",
                "xyz ".repeat(before),
                "y".repeat(10)
            );
            let Ok(message) = split(&text, 1, &["YES 4821"]) else {
                continue;
            };
            let pieces = pieces(&message);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().any(|piece| piece.contains(link)), "{before}: {pieces:?}");
            assert!(
                pieces.iter().any(|piece| piece.contains("YES 4821")),
                "{before}: {pieces:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in "[a-zA-Z0-9 €{}äñ🚗ж.]{0,400}", reference: u8) {
            if let Ok(message) = split(&text, reference, &["a b"]) {
                prop_assert_eq!(pieces(&message).concat(), text);
                for segment in &message.segments {
                    let limit = if message.coding == Coding::Ucs2 { 140 } else { 160 };
                    prop_assert!(segment.octets.len() <= limit);
                }
            }
        }
    }
}
