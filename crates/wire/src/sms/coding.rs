//! How the octets of a message stand for its text: SMPP's `data_coding`.

use super::gsm7;

/// A way to write a text in octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coding {
    /// `data_coding` 0: the GSM 7-bit default alphabet, one septet an octet.
    Gsm7,
    /// `data_coding` 1: IA5, that is ASCII.
    Ascii,
    /// `data_coding` 3: ISO 8859-1.
    Latin1,
    /// `data_coding` 8: UCS-2 as big-endian UTF-16.
    Ucs2,
}

impl Coding {
    /// Every coding that is read here.
    pub const ALL: [Self; 4] = [Self::Gsm7, Self::Ascii, Self::Latin1, Self::Ucs2];

    /// The value of `data_coding`.
    #[must_use]
    pub const fn data_coding(self) -> u8 {
        match self {
            Self::Gsm7 => 0,
            Self::Ascii => 1,
            Self::Latin1 => 3,
            Self::Ucs2 => 8,
        }
    }

    /// The coding with this value; `None` for binary messages and codings that are not read here.
    #[must_use]
    pub fn from_data_coding(value: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|coding| coding.data_coding() == value)
    }

    /// The text of octets. What cannot be read is shown as U+FFFD.
    #[must_use]
    pub fn decode(self, octets: &[u8]) -> String {
        match self {
            Self::Gsm7 => gsm7::decode(octets),
            Self::Ascii => octets
                .iter()
                .map(|octet| {
                    if octet.is_ascii() {
                        char::from(*octet)
                    } else {
                        char::REPLACEMENT_CHARACTER
                    }
                })
                .collect(),
            Self::Latin1 => octets.iter().copied().map(char::from).collect(),
            Self::Ucs2 => {
                let units = octets.chunks(2).map(|pair| match pair {
                    [high, low] => u16::from_be_bytes([*high, *low]),
                    // Half a unit at the end stands for nothing.
                    _ => u16::from_be_bytes([0xFF, 0xFD]),
                });
                char::decode_utf16(units)
                    .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
        }
    }
}
