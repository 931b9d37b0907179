//! `[questions]`: how long questions, tokens and refusals take.

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Questions {
    /// How long a question stays open.
    pub life_s: u32,
    /// How long an access token lives.
    pub token_life_s: u32,
    /// How long refresh tokens of one grant live.
    pub refresh_life_s: u32,
    /// No refusal is seen sooner than so long after its request arrived.
    pub refusal_floor_ms: u32,
    /// No refusal is held back longer than this for the sake of its timing.
    pub refusal_ceiling_ms: u32,
}

impl Default for Questions {
    fn default() -> Self {
        Self {
            life_s: 900,
            token_life_s: 600,
            refresh_life_s: 2_592_000,
            refusal_floor_ms: 25,
            refusal_ceiling_ms: 2000,
        }
    }
}

impl Questions {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let unfit = |key, want, found: u32| Err(ConfigError::Unfit(key, want, found.to_string()));
        match self {
            Self { life_s, .. } if !(30..=86_400).contains(life_s) => {
                unfit("questions.life_s", "30 to 86400 seconds", *life_s)
            }
            Self { token_life_s, .. } if !(10..=3600).contains(token_life_s) => {
                unfit("questions.token_life_s", "10 to 3600 seconds", *token_life_s)
            }
            Self { refresh_life_s, .. } if !(60..=31_536_000).contains(refresh_life_s) => {
                unfit("questions.refresh_life_s", "60 to 31536000 seconds", *refresh_life_s)
            }
            Self { refusal_floor_ms, .. } if *refusal_floor_ms > 5000 => unfit(
                "questions.refusal_floor_ms",
                "at most 5000 milliseconds",
                *refusal_floor_ms,
            ),
            Self { refusal_ceiling_ms, .. } if *refusal_ceiling_ms > 15_000 => unfit(
                "questions.refusal_ceiling_ms",
                "at most 15000 milliseconds",
                *refusal_ceiling_ms,
            ),
            _ => Ok(()),
        }
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[questions]",
    about: "How long questions, tokens and refusals take.",
    keys: &[
        Key {
            name: "life_s",
            default: "900",
            about: "seconds for which a question may be answered",
            example: "life_s = 900",
        },
        Key {
            name: "token_life_s",
            default: "600",
            about: "seconds for which an access token lives; it says who asks, never that it may",
            example: "token_life_s = 600",
        },
        Key {
            name: "refresh_life_s",
            default: "2592000",
            about: "seconds for which a grant can be refreshed, while the consent holds; after that the person is asked for a code again",
            example: "refresh_life_s = 2592000",
        },
        Key {
            name: "refusal_floor_ms",
            default: "25",
            about: "milliseconds before which no refusal is seen",
            example: "refusal_floor_ms = 25",
        },
        Key {
            name: "refusal_ceiling_ms",
            default: "2000",
            about: "milliseconds that a refusal is held back at most, so that it takes as long as a carrier that was really asked and says no",
            example: "refusal_ceiling_ms = 2000",
        },
    ],
};
