//! Texts in the alphabets of short messages: GSM 7-bit (3GPP TS 23.038 §6.2.1, one octet per character as SMPP carries
//! it), Latin-1 and UCS-2.

/// The default alphabet, by code; 0x1B is the escape to the extension.
const BASIC: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', 'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω',
    'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1b}', 'Æ', 'æ', 'ß', 'É', ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+',
    ',', '-', '.', '/', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', '¡', 'A', 'B',
    'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y',
    'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p',
    'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
];

/// The extension table.
const EXTENSION: [(u8, char); 10] = [
    (0x0A, '\u{c}'),
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

const ESCAPE: u8 = 0x1B;

/// Reads GSM 7-bit octets; an unknown extension shows as its basic character, as phones do.
pub fn from_gsm7(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    let mut octets = octets.iter().copied();
    while let Some(octet) = octets.next() {
        let basic = |octet: u8| BASIC.get(usize::from(octet & 0x7F)).copied().unwrap_or(' ');
        if octet != ESCAPE {
            text.push(basic(octet));
        } else if let Some(next) = octets.next() {
            let extended = EXTENSION
                .iter()
                .find(|(code, _)| *code == next)
                .map(|(_, shown)| *shown);
            text.push(extended.unwrap_or_else(|| basic(next)));
        }
    }
    text
}

/// The text as GSM 7-bit octets; `None` when it has a character outside the alphabet.
pub fn to_gsm7(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    for shown in text.chars() {
        if let Some((code, _)) = EXTENSION.iter().find(|(_, extended)| *extended == shown) {
            octets.extend([ESCAPE, *code]);
            continue;
        }
        let code = BASIC
            .iter()
            .position(|basic| *basic == shown)
            .filter(|code| *code != usize::from(ESCAPE))?;
        octets.push(u8::try_from(code).ok()?);
    }
    Some(octets)
}

/// The text of a payload in `data_coding`: 8 is UCS-2, 1 ASCII, 3 Latin-1, everything else the default alphabet.
pub fn text(data_coding: u8, octets: &[u8]) -> String {
    match data_coding {
        8 => {
            let units: Vec<u16> = octets
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        1 | 3 => octets.iter().map(|octet| char::from(*octet)).collect(),
        _ => from_gsm7(octets),
    }
}

/// The text as a phone would send it, in parts: its data coding, and the octets of each part without header.
pub fn parts(text: &str) -> (u8, Vec<Vec<u8>>) {
    match to_gsm7(text) {
        Some(octets) if octets.len() <= 160 => (0, vec![octets]),
        Some(octets) => (0, split(&octets, 153, |octets, at| octets.get(at - 1) == Some(&ESCAPE))),
        None => {
            let octets: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            if octets.len() <= 140 {
                return (8, vec![octets]);
            }
            // A surrogate pair must not be torn apart.
            let torn = |octets: &[u8], at: usize| octets.get(at - 2).is_some_and(|high| (0xD8..0xDC).contains(high));
            (8, split(&octets, 134, torn))
        }
    }
}

/// Cuts `octets` into parts of at most `most`; where `torn` says that a cut would divide a character, earlier.
fn split(octets: &[u8], most: usize, torn: impl Fn(&[u8], usize) -> bool) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut left = octets;
    while left.len() > most {
        let step = if most == 134 { 2 } else { 1 };
        let at = if torn(left, most) { most - step } else { most };
        let (part, rest) = left.split_at(at);
        parts.push(part.to_vec());
        left = rest;
    }
    parts.push(left.to_vec());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_alphabet_survives() {
        let text: String = BASIC
            .iter()
            .filter(|c| **c != '\u{1b}')
            .chain(EXTENSION.iter().map(|(_, c)| c))
            .collect();
        assert_eq!(from_gsm7(&to_gsm7(&text).unwrap()), text);
        assert_eq!(to_gsm7("€"), Some(vec![0x1B, 0x65]));
        assert_eq!(to_gsm7("@_"), Some(vec![0x00, 0x11]));
        assert_eq!(to_gsm7("日"), None);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = format!("{}€{}", "a".repeat(152), "b".repeat(100));
        let (coding, cut) = parts(&long);
        assert_eq!((coding, cut.len(), cut[0].len()), (0, 2, 152));
        assert_eq!(cut.iter().map(|part| from_gsm7(part)).collect::<String>(), long);

        let emoji = "🚗".repeat(50);
        let (coding, cut) = parts(&emoji);
        assert_eq!(coding, 8);
        assert_eq!(cut.iter().map(|part| text(8, part)).collect::<String>(), emoji);
        assert!(cut.iter().all(|part| part.len() <= 134));
    }
}
