//! `[notices]`: how long a notice of misuse, and an attestation of deletion, may wait.

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notices {
    /// A notice of misuse on which nobody acts within this suspends what it is about by itself.
    pub act_within_s: u32,
    /// A party whose agreement ended attests within this that it deleted what it received.
    pub attest_within_s: u32,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            act_within_s: 259_200,
            attest_within_s: 2_592_000,
        }
    }
}

impl Notices {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within(
            "notices.act_within_s",
            "1 to 2592000 seconds",
            1..=2_592_000,
            self.act_within_s.into(),
        )?;
        within(
            "notices.attest_within_s",
            "1 to 31536000 seconds",
            1..=31_536_000,
            self.attest_within_s.into(),
        )
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[notices]",
    about: "How long notices of misuse and attestations of deletion may wait.",
    keys: &[
        Key {
            name: "act_within_s",
            default: "259200",
            about: "seconds after which a notice of misuse that nobody acted on or dismissed suspends what it is about by itself",
            example: "act_within_s = 86400",
        },
        Key {
            name: "attest_within_s",
            default: "2592000",
            about: "seconds after the end of an agreement after which a missing attestation of deletion is listed as missing",
            example: "attest_within_s = 2592000",
        },
    ],
};
