//! The versions of the protocol that carriers speak.

use std::fmt;
use std::str::FromStr;

/// A version of MLP. The third number of each is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dialect {
    /// LIF TS 101, 3.0.0.
    V3_0,
    /// OMA MLP 3.1, for 3GPP Release 5.
    V3_1,
    /// OMA MLP 3.2, for 3GPP Release 6.
    V3_2,
    /// OMA MLP 3.4, for 3GPP Release 10.
    V3_4,
    /// OMA MLP 3.5.
    V3_5,
}

impl Dialect {
    /// All of them, oldest first.
    pub const ALL: [Self; 5] = [Self::V3_0, Self::V3_1, Self::V3_2, Self::V3_4, Self::V3_5];

    /// The value of `ver` in a document.
    #[must_use]
    pub const fn ver(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0.0",
            Self::V3_1 => "3.1.0",
            Self::V3_2 => "3.2.0",
            Self::V3_4 => "3.4.0",
            Self::V3_5 => "3.5.0",
        }
    }

    /// Whether the dialect has `type` on `requestor` and `qos_class` on accuracies: since 3.4.
    #[must_use]
    pub const fn has_qos_class(self) -> bool {
        matches!(self, Self::V3_4 | Self::V3_5)
    }
}

/// As `ver` has it: `3.5.0`.
impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ver())
    }
}

/// A version that is none of [`Dialect::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownDialect;

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected the MLP version `3.0`, `3.1`, `3.2`, `3.4` or `3.5`")
    }
}

impl std::error::Error for UnknownDialect {}

/// Reads `3.5` as a configuration has it, or `3.5.0` as a document does.
impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        Self::ALL
            .into_iter()
            .find(|dialect| text == dialect.ver() || dialect.ver().strip_suffix(".0") == Some(text))
            .ok_or(UnknownDialect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_in_both_lengths() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
            assert_eq!(dialect.ver()[..3].parse(), Ok(dialect));
        }
        for other in ["3.3", "3.5.1", "3", "", "3.5 ", "V3_5"] {
            assert_eq!(other.parse::<Dialect>(), Err(UnknownDialect), "{other}");
        }
    }
}
