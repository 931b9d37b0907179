//! Text messages: alphabets, long messages in parts, the words that the gateway sends, and what a reply means.

pub mod coding;
pub mod gsm7;
pub mod reply;
pub mod split;
pub mod words;

use std::fmt;

/// The four digits that bind a reply to one question. They are no secret, only hard to send by accident.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Code(u16);

impl Code {
    /// A code from the caller's chance. The remainder favours no code by more than one in a hundred thousand.
    #[must_use]
    pub fn from_chance(chance: [u8; 4]) -> Self {
        // The remainder is below 10 000, which every u16 holds.
        Self(u16::try_from(u32::from_be_bytes(chance) % 10_000).unwrap_or_default())
    }

    /// Reads exactly four digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        if four_digits { text.parse().ok().map(Self) } else { None }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}
