//! `[checker]`: the second opinion on the journal.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::gateway::Gateway;
use super::{ConfigError, Key, Section, within};
use crate::checker::job::Plan;
use crate::messages::quiet::time_of_day;

/// The section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checker {
    /// The time of day of a run.
    pub at: String,
    /// The hours between two runs; 0 for none.
    pub every_h: u8,
}

impl Default for Checker {
    fn default() -> Self {
        Self {
            at: "03:30".to_owned(),
            every_h: 24,
        }
    }
}

impl Checker {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.time().is_none() {
            let want = "a time of day as `03:30`";
            return Err(ConfigError::Unfit("checker.at", want, self.at.clone()));
        }
        within(
            "checker.every_h",
            "1 to 24 hours, or 0 for never",
            0..=24,
            self.every_h.into(),
        )
    }

    fn time(&self) -> Option<Time> {
        time_of_day(&self.at)
    }

    /// When runs are due; `None` for never.
    #[must_use]
    pub fn plan(&self, gateway: &Gateway) -> Option<Plan> {
        Some(Plan {
            at: self.time()?,
            every_h: self.every_h,
            zone: gateway.time_zone(),
        })
        .filter(|plan| plan.every_h > 0)
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[checker]",
    about: "The second opinion on the journal: every decision is derived once more from the entries, the terms, the signatures and the policies, by code that shares nothing with the path of a request.",
    keys: &[
        Key {
            name: "at",
            default: "03:30",
            about: "time of day (of `gateway.time_zone`) at which it runs",
            example: "at = \"03:30\"",
        },
        Key {
            name: "every_h",
            default: "24",
            about: "hours between two runs, from that time on; 0 for never",
            example: "every_h = 6",
        },
    ],
};
