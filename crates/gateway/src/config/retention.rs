//! `[retention]`: how long entries about people keep their parts.

use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, within};

/// The longest time, in days: a hundred years.
const DAYS_MAX: u64 = 36_500;
/// The shortest time in a live world that is not for ever, in days: people must have a chance to ask what was asked of them.
const DAYS_MIN: u64 = 30;

/// The section. Zero keeps for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// How long asks that were covered are kept, with their ends.
    pub asks_days: u32,
    /// How long refusals are kept.
    pub refusals_days: u32,
    /// How long a consent and its evidence are kept once it has ended.
    pub consents_days: u32,
    /// How long everything else about a person is kept.
    pub changes_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            asks_days: 1_095,
            refusals_days: 1_095,
            consents_days: 2_190,
            changes_days: 2_190,
        }
    }
}

/// What is kept alike long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Asks that were covered, and how they ended.
    Ask,
    /// Refusals.
    Refusal,
    /// Consents.
    Consent,
    /// Everything else about a person.
    Change,
}

impl Retention {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, days) in [
            ("retention.asks_days", self.asks_days),
            ("retention.refusals_days", self.refusals_days),
            ("retention.consents_days", self.consents_days),
            ("retention.changes_days", self.changes_days),
        ] {
            if days != 0 {
                within(key, "0, or 30 to 36500 days", DAYS_MIN..=DAYS_MAX, days.into())?;
            }
        }
        // What was refused is derived again from the terms of the consents: they stay as long.
        let days_kept = |days: u32| if days == 0 { u32::MAX } else { days };
        if days_kept(self.consents_days) < days_kept(self.refusals_days) {
            return Err(ConfigError::Unfit(
                "retention.consents_days",
                "at least `retention.refusals_days`, where 0 is for ever",
                self.consents_days.to_string(),
            ));
        }
        Ok(())
    }

    /// What was recorded before this time is over; `None` if it is kept for ever. Entries go by whole months, in UTC, since the
    /// totals that they leave tell no more.
    #[must_use]
    pub fn over_before(&self, class: Class, now: Timestamp) -> Option<Timestamp> {
        let days = match class {
            Class::Ask => self.asks_days,
            Class::Refusal => self.refusals_days,
            Class::Consent => self.consents_days,
            Class::Change => self.changes_days,
        };
        if days == 0 {
            return None;
        }
        let over = now.before(Span::seconds(days.saturating_mul(86_400)));
        let month: String = over.rfc3339().chars().take(7).collect();
        Timestamp::from_rfc3339(&format!("{month}-01T00:00:00Z"))
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[retention]",
    about: "How long entries about people keep their parts, in days; 0 keeps for ever, anything else is at least 30. Once a day what is over is erased, by whole months in UTC: its totals stay, and the journal verifies as before. A legal hold stops it.",
    keys: &[
        Key {
            name: "asks_days",
            default: "1095",
            about: "days that asks which were covered are kept, with how they ended",
            example: "asks_days = 1095",
        },
        Key {
            name: "refusals_days",
            default: "1095",
            about: "days that refusals are kept",
            example: "refusals_days = 1095",
        },
        Key {
            name: "consents_days",
            default: "2190",
            about: "days that a consent, its words and its evidence are kept once it has ended; no fewer than `refusals_days`",
            example: "consents_days = 2190",
        },
        Key {
            name: "changes_days",
            default: "2190",
            about: "days that everything else about a person is kept: pauses, changes of SIM, who looked",
            example: "changes_days = 2190",
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_over_by_whole_months() {
        let at = |text: &str| Timestamp::from_rfc3339(text).expect("a time");
        let retention = Retention {
            asks_days: 30,
            refusals_days: 0,
            consents_days: 0,
            ..Retention::default()
        };
        let now = at("2026-11-22T08:00:00Z");
        assert_eq!(retention.over_before(Class::Ask, now), Some(at("2026-10-01T00:00:00Z")));
        assert_eq!(retention.over_before(Class::Refusal, now), None);
        assert!(retention.check().is_ok());
        assert!(
            Retention {
                asks_days: 29,
                ..retention
            }
            .check()
            .is_err()
        );
    }

    #[test]
    fn consents_are_kept_as_long_as_the_refusals_that_rest_on_them() {
        for (refusals_days, consents_days, fits) in [
            (60, 60, true),
            (60, 59, false),
            (60, 0, true),
            (0, 0, true),
            (0, 36_500, false),
        ] {
            let retention = Retention {
                refusals_days,
                consents_days,
                ..Retention::default()
            };
            assert_eq!(retention.check().is_ok(), fits, "{refusals_days}, {consents_days}");
        }
    }
}
