//! `[breaker]`: when a source that fails is left alone.

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Breaker {
    /// Failures in a row.
    pub failures_in_a_row: u32,
    /// Time for which the source is left alone.
    pub open_s: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures_in_a_row: 20,
            open_s: 10,
        }
    }
}

impl Breaker {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let (failures, open) = (self.failures_in_a_row.into(), self.open_s.into());
        within("breaker.failures_in_a_row", "1 to 100000", 1..=100_000, failures)?;
        within("breaker.open_s", "1 to 3600 seconds", 1..=3600, open)
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[breaker]",
    about: "When a source fails again and again it is left alone for a while, and asks about its numbers fail at once. They are not spent, since nobody was asked. Then one ask is let through to try.",
    keys: &[
        Key {
            name: "failures_in_a_row",
            default: "20",
            about: "asks of one source in a row that timed out, found nobody or were answered with nonsense, after which it is left alone",
            example: "failures_in_a_row = 20",
        },
        Key {
            name: "open_s",
            default: "10",
            about: "seconds until one ask is let through to try",
            example: "open_s = 10",
        },
    ],
};
