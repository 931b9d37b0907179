//! One type per kind of identifier, so that a consent's id can never stand where a party's belongs.
//!
//! Every id is 128 bits: 48 bits of milliseconds, then 80 bits of chance, both passed in by the caller. Its text form
//! is a prefix and 26 characters of Crockford base 32 (`con_01J…`), so that a log line or a support mail explains
//! itself.

use std::fmt;
use std::str::FromStr;

use crate::time::Timestamp;

/// The characters of Crockford's base 32: no `I`, `L`, `O` or `U`.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError {
    /// The prefix that was expected, without the underscore.
    pub want: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected `{}_` and 26 characters of base 32", self.want)
    }
}

impl std::error::Error for IdError {}

fn write_base32(value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; 26];
    for (place, shift) in text.iter_mut().zip((0..26).rev()) {
        let digit = usize::try_from((value >> (shift * 5)) & 31).unwrap_or(0);
        *place = ALPHABET.get(digit).copied().unwrap_or(b'0');
    }
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn read_base32(text: &str) -> Option<u128> {
    if text.len() != 26 {
        return None;
    }
    let mut value: u128 = 0;
    for (index, byte) in text.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|c| *c == byte)?;
        if index == 0 && digit > 7 {
            return None;
        }
        value = (value << 5) | u128::try_from(digit).ok()?;
    }
    Some(value)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The text form's prefix, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from the time and ten bytes of chance, both the caller's.
            #[must_use]
            pub fn new(at: Timestamp, chance: [u8; 10]) -> Self {
                let milliseconds = u128::from(at.unix_ms().unsigned_abs()) & 0xFFFF_FFFF_FFFF;
                let tail = chance.iter().fold(0_u128, |value, byte| (value << 8) | u128::from(*byte));
                Self((milliseconds << 80) | tail)
            }

            /// The sixteen bytes that a store keeps, most significant first.
            #[must_use]
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// The id that `to_bytes` gave.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_"))?;
                write_base32(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(read_base32)
                    .map(Self)
                    .ok_or(IdError { want: $prefix })
            }
        }
    };
}

id!(
    /// One ask, from the moment it is parsed; the carrier's records keep it too (`x-correlator`).
    AskId,
    "ask"
);
id!(
    /// One consent, from the question to its end.
    ConsentId,
    "con"
);
id!(
    /// One enrolled party.
    PartyId,
    "pty"
);
id!(
    /// One account that holds machine lines.
    AccountId,
    "acc"
);
id!(
    /// One request to the holder of an account, over many machine lines.
    LineRequestId,
    "lrq"
);
id!(
    /// One notice of misuse.
    NoticeId,
    "ntc"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_round_trips_and_explains_itself() {
        let id = ConsentId::new(Timestamp::from_unix_ms(1_790_000_000_000), [7; 10]);
        let text = id.to_string();
        assert!(text.starts_with("con_01"), "{text}");
        assert_eq!(text.len(), 30);
        assert_eq!(text.parse::<ConsentId>(), Ok(id));
        assert_eq!(ConsentId::from_bytes(id.to_bytes()), id);
    }

    #[test]
    fn another_kinds_id_is_refused() {
        let id = ConsentId::new(Timestamp::from_unix_ms(1), [0; 10]).to_string();
        assert_eq!(id.parse::<PartyId>(), Err(IdError { want: "pty" }));
        assert!("con_8ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<ConsentId>().is_err());
        assert!("con_".parse::<ConsentId>().is_err());
    }
}
