//! The forms of MLP that this carrier can speak: OMA MLP 3.0, 3.2 and 3.5, each with the habits of its field.

use clap::ValueEnum;

/// A form of MLP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Dialect {
    /// MLP 3.0: degrees with leading zeros, a DOCTYPE, no time offset, results outside of positions.
    #[value(name = "3.0")]
    V3_0,
    /// MLP 3.2: longitudes of two digits where two are enough, local times.
    #[value(name = "3.2")]
    V3_2,
    /// MLP 3.5: decimal degrees, times in UTC, how a position was found.
    #[value(name = "3.5")]
    V3_5,
}

impl Dialect {
    /// What `ver` says.
    pub fn version(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0.0",
            Self::V3_2 => "3.2.0",
            Self::V3_5 => "3.5.0",
        }
    }

    /// The command line's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::V3_0 => "3.0",
            Self::V3_2 => "3.2",
            Self::V3_5 => "3.5",
        }
    }

    /// Whether a document of version `version` is understood: the third generation, up to this one's own.
    pub fn understands(self, version: &str) -> bool {
        let mut parts = version.split('.');
        let major = parts.next().and_then(|part| part.parse::<u32>().ok());
        let minor = parts.next().and_then(|part| part.parse::<u32>().ok());
        let own = match self {
            Self::V3_0 => 0,
            Self::V3_2 => 2,
            Self::V3_5 => 5,
        };
        major == Some(3) && minor.is_some_and(|minor| minor <= own)
    }

    /// The media type of what this carrier sends.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::V3_0 => "text/xml",
            Self::V3_2 => "application/xml",
            Self::V3_5 => "text/xml; charset=utf-8",
        }
    }
}
