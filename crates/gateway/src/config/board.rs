//! `[board]`: the subscriber's own page, and the try page.

use domain::policy::World;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section};

/// How long a new key of a board waits before it shows the past: 72 hours.
const KEY_WAIT_S: u32 = 259_200;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Board {
    /// How long a new key, and a board after a change of SIM, waits before it shows the past.
    pub key_wait_s: u32,
    /// At most so many sign-in links are asked for from one address within an hour.
    pub links_per_address_max: u32,
    /// At most so many sign-in links are texted within a minute, whoever asks.
    pub links_per_minute_max: u32,
    /// Whether there is a try page; `None` for a sandbox's own default, which is yes.
    pub try_page: Option<bool>,
    /// At most so many visits to the try page are begun within an hour.
    pub visits_per_hour_max: u32,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            key_wait_s: KEY_WAIT_S,
            links_per_address_max: 10,
            links_per_minute_max: 60,
            try_page: None,
            visits_per_hour_max: 120,
        }
    }
}

impl Board {
    pub(super) fn check(&self, world: World) -> Result<(), ConfigError> {
        if world == World::Live && self.key_wait_s < KEY_WAIT_S {
            let want = "at least 259200 seconds (72 hours) in a live world";
            return Err(ConfigError::Unfit(
                "board.key_wait_s",
                want,
                self.key_wait_s.to_string(),
            ));
        }
        if self.links_per_address_max == 0 || self.links_per_minute_max == 0 {
            let want = "at least 1, so that people can sign in";
            return Err(ConfigError::Unfit("board.links_per_address_max", want, "0".to_owned()));
        }
        Ok(())
    }

    /// Whether this gateway has a try page.
    #[must_use]
    pub fn has_try_page(&self, world: World) -> bool {
        self.try_page.unwrap_or(world == World::Sandbox)
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[board]",
    about: "The subscriber's own page at `/me`, and the try page at `/try`.",
    keys: &[
        Key {
            name: "key_wait_s",
            default: "259200",
            about: "seconds that a new key of a board, and a board after a change of SIM, waits before it shows the past; only a sandbox may wait less than 72 hours",
            example: "key_wait_s = 259200",
        },
        Key {
            name: "links_per_address_max",
            default: "10",
            about: "sign-in links, and apart from them page codes, that one address may ask for within an hour, where the gateway itself ends TLS; a proxy in front counts for itself",
            example: "links_per_address_max = 10",
        },
        Key {
            name: "links_per_minute_max",
            default: "60",
            about: "sign-in links, and apart from them page codes, that are texted within a minute, whoever asks; each number gets at most 3 links an hour, and 5 of either a day",
            example: "links_per_minute_max = 60",
        },
        Key {
            name: "try_page",
            default: "none",
            about: "whether there is a try page, where visitors see the way of a question on their own phone; a sandbox has one unless this is `false`",
            example: "try_page = true",
        },
        Key {
            name: "visits_per_hour_max",
            default: "120",
            about: "visits to the try page that are begun within an hour",
            example: "visits_per_hour_max = 120",
        },
    ],
};
