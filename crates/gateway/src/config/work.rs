//! `[work]`: what the gateway does by itself.

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Work {
    /// How long its jobs rest.
    pub rest_s: u32,
}

impl Default for Work {
    fn default() -> Self {
        Self { rest_s: 10 }
    }
}

impl Work {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("work.rest_s", "1 to 3600 seconds", 1..=3600, self.rest_s.into())
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[work]",
    about: "What the gateway does by itself: it closes questions that nobody answered, and sends the reminders that the policy asks for.",
    keys: &[Key {
        name: "rest_s",
        default: "10",
        about: "seconds that it rests between two looks at what is due, on average",
        example: "rest_s = 10",
    }],
};
