//! The GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1) with its extension table, one septet an octet, as SMPP's
//! `data_coding` 0 carries it.

/// The default alphabet, in order. The place of the escape holds U+001B.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1B}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The septet that says that the next one is from the extension table.
const ESCAPE: u8 = 0x1B;

/// The extension table.
const EXTENSION: [(u8, char); 10] = [
    (0x0A, '\u{C}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2F, '\\'),
    (0x3C, '['),
    (0x3D, '~'),
    (0x3E, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

/// One or two septets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Septets {
    One(u8),
    Two(u8),
}

fn septets(character: char) -> Option<Septets> {
    if character == char::from(ESCAPE) {
        return None;
    }
    let basic = BASIC
        .chars()
        .position(|one| one == character)
        .and_then(|index| u8::try_from(index).ok());
    let extension = || {
        EXTENSION
            .iter()
            .find(|(_, one)| *one == character)
            .map(|(septet, _)| Septets::Two(*septet))
    };
    basic.map(Septets::One).or_else(extension)
}

/// How many septets a character takes; `None` if the alphabet has none for it.
#[must_use]
pub fn length(character: char) -> Option<usize> {
    septets(character).map(|septets| match septets {
        Septets::One(_) => 1,
        Septets::Two(_) => 2,
    })
}

/// The characters of a text for which the alphabet has no septet.
pub fn misfits(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|character| length(*character).is_none())
}

/// The text as octets; `None` if a character does not fit.
#[must_use]
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    for character in text.chars() {
        match septets(character)? {
            Septets::One(septet) => octets.push(septet),
            Septets::Two(septet) => octets.extend([ESCAPE, septet]),
        }
    }
    Some(octets)
}

/// The text of octets. What the tables do not know is shown as the standard says: an unknown extension as the septet's
/// basic character, an escape without a partner as a space; an octet beyond seven bits as U+FFFD.
#[must_use]
pub fn decode(octets: &[u8]) -> String {
    let basic: Vec<char> = BASIC.chars().collect();
    let shown = |octet: u8| {
        basic
            .get(usize::from(octet))
            .copied()
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    let mut text = String::with_capacity(octets.len());
    let mut rest = octets.iter().copied();
    while let Some(octet) = rest.next() {
        text.push(if octet != ESCAPE {
            shown(octet)
        } else {
            match rest.next() {
                None | Some(ESCAPE) => ' ',
                Some(next) => EXTENSION
                    .iter()
                    .find(|(septet, _)| *septet == next)
                    .map_or_else(|| shown(next), |(_, one)| *one),
            }
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_has_its_128_places() {
        assert_eq!(BASIC.chars().count(), 128);
        for (octet, character) in [
            (0x00, '@'),
            (0x0A, '\n'),
            (0x10, 'Δ'),
            (0x1F, 'É'),
            (0x20, ' '),
            (0x24, '¤'),
            (0x30, '0'),
            (0x40, '¡'),
            (0x41, 'A'),
            (0x5B, 'Ä'),
            (0x60, '¿'),
            (0x61, 'a'),
            (0x7F, 'à'),
        ] {
            assert_eq!(decode(&[octet]), character.to_string());
            assert_eq!(encode(&character.to_string()), Some(vec![octet]));
        }
        assert_eq!(encode("€^"), Some(vec![0x1B, 0x65, 0x1B, 0x14]));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(misfits("Ångström ç “x” 🚗").collect::<String>(), "ç“”🚗");
        assert_eq!(encode("ç"), None);
        assert_eq!(encode("\u{1B}"), None);
    }

    #[test]
    fn stray_octets_are_shown() {
        assert_eq!(decode(&[0x1B, 0x41, 0x1B, 0x1B, 0x80, 0x1B]), "A \u{FFFD} ");
    }

    proptest! {
        #[test]
        fn decoding_never_fails(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = decode(&octets);
            prop_assert!(text.chars().count() <= octets.len());
        }

        #[test]
        fn what_fits_survives(octets in proptest::collection::vec(0_u8..0x1B, 0..200), tail in "[a-zA-Z0-9€{}~ ]{0,40}") {
            let text = decode(&octets) + &tail;
            prop_assert_eq!(decode(&encode(&text).expect("all fit")), text);
        }
    }
}
