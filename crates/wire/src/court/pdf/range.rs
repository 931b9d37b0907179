//! What the signature covers, read from the bare bytes: `/ByteRange` and the gap that it leaves for `/Contents`.

use super::super::Refused;
use super::not_plain;

const BYTE_RANGE: &[u8] = b"/ByteRange";
const CONTENTS: &[u8] = b"/Contents";

/// The parts of a signed file.
#[derive(Debug)]
pub(super) struct Ranges<'a> {
    /// What is covered before the gap.
    pub(super) before: &'a [u8],
    /// What is covered after it, to the end of the file.
    pub(super) after: &'a [u8],
    /// What the hexadecimal digits in the gap stand for: the message, and zeros that fill the gap.
    pub(super) contents: Vec<u8>,
    /// The four numbers.
    pub(super) numbers: [usize; 4],
}

impl<'a> Ranges<'a> {
    /// Finds the one signature of a file, and checks that it covers all but itself.
    pub(super) fn read(file: &'a [u8]) -> Result<Self, Refused> {
        if !file.starts_with(b"%PDF-") {
            return Err(not_plain("its header at the very beginning"));
        }
        let places = places(file, BYTE_RANGE);
        let [place] = places[..] else {
            return Err(Refused::Signers { found: places.len() });
        };
        let numbers = file
            .get(place + BYTE_RANGE.len()..)
            .and_then(read_numbers)
            .ok_or_else(|| not_plain("four numbers in `/ByteRange`"))?;
        let ranges = Self::cut(file, numbers)?;
        ranges.check_place(file, place)?;
        Ok(ranges)
    }

    fn cut(file: &'a [u8], numbers: [usize; 4]) -> Result<Self, Refused> {
        let refused = |want| Refused::Range {
            want,
            found: numbers,
            length: file.len(),
        };
        let [start, length, second, rest] = numbers;
        let covered = second.checked_add(rest);
        let covered = covered.ok_or_else(|| refused("ranges within the file"))?;
        if covered < file.len() {
            return Err(Refused::After {
                covered,
                length: file.len(),
            });
        }
        if covered > file.len() || start != 0 || length >= second {
            return Err(refused("two ranges, from the first byte to the last, with one gap"));
        }
        let gap = file.get(length..second).and_then(|gap| gap.strip_prefix(b"<"));
        let digits = gap.and_then(|gap| gap.strip_suffix(b">")).and_then(unhex);
        Ok(Self {
            before: file.get(..length).unwrap_or_default(),
            after: file.get(second..).unwrap_or_default(),
            contents: digits
                .ok_or_else(|| refused("a gap that is `/Contents` in hexadecimal digits and nothing else"))?,
            numbers,
        })
    }

    /// Whether the gap is the `/Contents` of the object in which `/ByteRange` stands, and that has no other.
    fn check_place(&self, file: &[u8], place: usize) -> Result<(), Refused> {
        let [_, length, second, _] = self.numbers;
        let wrong = || not_plain("one `/Contents`, in the object in which `/ByteRange` stands");
        if !self.before.trim_ascii_end().ends_with(CONTENTS) {
            return Err(wrong());
        }
        let object = places(self.before, b" obj").last().copied().ok_or_else(wrong)?;
        let end = places(self.after, b"endobj").first().copied().ok_or_else(wrong)? + second;
        let around = [file.get(object..length), file.get(second..end)];
        let contents: usize = around.iter().flatten().map(|part| places(part, CONTENTS).len()).sum();
        if contents == 1 && (object..end).contains(&place) {
            Ok(())
        } else {
            Err(wrong())
        }
    }

    /// The CMS message in the gap, without the zeros that fill it.
    pub(super) fn message(&self) -> Result<&[u8], Refused> {
        let want = "a CMS message in `/Contents`, and nothing but zeros after it";
        let length = der_length(&self.contents).ok_or_else(|| not_plain(want))?;
        match self.contents.split_at_checked(length) {
            Some((message, filling)) if filling.iter().all(|byte| *byte == 0) => Ok(message),
            _ => Err(not_plain(want)),
        }
    }
}

/// Where `what` stands in `bytes`.
fn places(bytes: &[u8], what: &[u8]) -> Vec<usize> {
    let at = |(place, window): (usize, &[u8])| (window == what).then_some(place);
    bytes.windows(what.len()).enumerate().filter_map(at).collect()
}

/// Reads `[0 1 2 3]`, with white space as in ISO 32000-1 §7.2.2.
fn read_numbers(bytes: &[u8]) -> Option<[usize; 4]> {
    let text = bytes
        .get(..bytes.len().min(256))?
        .trim_ascii_start()
        .strip_prefix(b"[")?;
    let end = text.iter().position(|byte| *byte == b']')?;
    let text = std::str::from_utf8(text.get(..end)?).ok()?;
    let numbers: Vec<usize> = text
        .split_ascii_whitespace()
        .map(|digits| {
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok())?
        })
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Reads hexadecimal digits, all small or all capital, so that they stand for the bytes in one way only.
fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let capital = digits.iter().any(u8::is_ascii_uppercase);
    let small = digits.iter().any(u8::is_ascii_lowercase);
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    if capital && small {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?))
        .collect()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// How many bytes the first element takes, by its length in the definite form (X.690 §8.1.3).
fn der_length(bytes: &[u8]) -> Option<usize> {
    let (head, rest) = bytes.split_at_checked(2)?;
    let first = usize::from(*head.last()?);
    if first < 0x80 {
        return Some(2 + first);
    }
    let count = first & 0x7F;
    if !(1..=4).contains(&count) {
        return None;
    }
    let length = rest
        .get(..count)?
        .iter()
        .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
    length.checked_add(2 + count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_four_and_bare() {
        assert_eq!(read_numbers(b" [0 10  20\n00030 ]"), Some([0, 10, 20, 30]));
        for bad in [
            &b"0 1 2 3"[..],
            b"[0 1 2]",
            b"[0 1 2 3 4]",
            b"[0 1 2 -3]",
            b"[0 1 2 +3]",
            b"[0 1 2 3",
        ] {
            assert_eq!(read_numbers(bad), None, "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn digits_stand_for_bytes_in_one_way() {
        assert_eq!(unhex(b"0aff"), Some(vec![10, 255]));
        assert_eq!(unhex(b"0AFF"), Some(vec![10, 255]));
        for bad in [&b"0aFF"[..], b"0a f", b"0ag0", b"0af"] {
            assert_eq!(unhex(bad), None, "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn lengths_are_definite() {
        assert_eq!(der_length(&[0x30, 3, 1, 1, 1, 0]), Some(5));
        assert_eq!(der_length(&[0x30, 0x82, 1, 0]), Some(260));
        assert_eq!(der_length(&[0x30, 0x80, 0, 0]), None);
        assert_eq!(der_length(&[0x30]), None);
    }
}
