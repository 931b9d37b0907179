//! Whom an ask is about: the number as it was given, and the keyed name under which the store knows the person.

use std::fmt;

use crate::number::Msisdn;

/// The keyed hash of a number, under a key that is not in the store. It names a person without naming the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectKey([u8; 16]);

impl SubjectKey {
    /// The key from the sixteen bytes of a keyed hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectKey({:02x}…)", self.0.first().copied().unwrap_or_default())
    }
}

/// A subscriber as one ask names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The keyed name.
    pub key: SubjectKey,
    /// The number, which a source needs.
    pub number: Msisdn,
}
