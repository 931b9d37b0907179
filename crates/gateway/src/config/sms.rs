//! `[sms]`: the bind to the message centre.

use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback, wide, within};
use crate::messages::quiet::{Quiet, time_of_day};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Host and port.
    pub address: String,
    /// Further addresses of the same message centre, for when that one is gone.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Who we are there.
    pub system_id: String,
    /// The file that holds the password.
    pub password_file: PathBuf,
    /// Our own number or short code.
    pub number: String,
    /// Unanswered messages at a time.
    #[serde(default = "window")]
    pub window: usize,
    /// How often the link is tried.
    #[serde(default = "enquire_link_s")]
    pub enquire_link_s: u32,
    /// How long an answer may take.
    #[serde(default = "response_timeout_s")]
    pub response_timeout_s: u32,
    /// How many parts of texts are sent within a second, at most; zero for no such limit.
    #[serde(default)]
    pub texts_per_second_max: u32,
    /// The command statuses with which the centre says that a person wants no more texts.
    #[serde(default)]
    pub opt_out_statuses: Vec<u32>,
    /// From this time of day on nobody is reminded of anything.
    #[serde(default = "quiet_from")]
    pub quiet_from: String,
    /// Until this time of day.
    #[serde(default = "quiet_to")]
    pub quiet_to: String,
}

fn quiet_from() -> String {
    "21:00".to_owned()
}

fn quiet_to() -> String {
    "08:00".to_owned()
}

const fn window() -> usize {
    10
}

const fn enquire_link_s() -> u32 {
    30
}

const fn response_timeout_s() -> u32 {
    10
}

impl Sms {
    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        let keys = std::iter::once("sms.address").chain(std::iter::repeat("sms.addresses"));
        for (key, address) in keys.zip(self.every_address()) {
            if world == WorldWord::Sandbox && !is_loopback(address) {
                let want = "an address on loopback, since this is a sandbox";
                return Err(ConfigError::Unfit(key, want, address.clone()));
            }
        }
        within(
            "sms.addresses",
            "at most 7 addresses",
            0..=7,
            wide(self.addresses.len()),
        )?;
        within(
            "sms.texts_per_second_max",
            "0 to 10000",
            0..=10_000,
            self.texts_per_second_max.into(),
        )?;
        within(
            "sms.opt_out_statuses",
            "at most 32",
            0..=32,
            wide(self.opt_out_statuses.len()),
        )?;
        if self.opt_out_statuses.contains(&0) {
            let want = "statuses of refusals; 0 is success";
            return Err(ConfigError::Unfit("sms.opt_out_statuses", want, "0".to_owned()));
        }
        for (key, found) in [("sms.quiet_from", &self.quiet_from), ("sms.quiet_to", &self.quiet_to)] {
            if time_of_day(found).is_none() {
                return Err(ConfigError::Unfit(key, "a time of day as `21:00`", found.clone()));
            }
        }
        within("sms.window", "1 to 1000", 1..=1000, wide(self.window))?;
        for (key, found) in [
            ("sms.enquire_link_s", self.enquire_link_s),
            ("sms.response_timeout_s", self.response_timeout_s),
        ] {
            within(key, "1 to 600 seconds", 1..=600, found.into())?;
        }
        Ok(())
    }

    /// Every address of the message centre, the preferred one first.
    pub fn every_address(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.address).chain(&self.addresses)
    }

    /// The hours in which nobody is reminded of anything, on the clock of a zone.
    #[must_use]
    pub fn quiet(&self, zone: TimeZone) -> Option<Quiet> {
        Some(Quiet {
            from: time_of_day(&self.quiet_from)?,
            to: time_of_day(&self.quiet_to)?,
            zone,
        })
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[sms]",
    about: "The bind to the message centre (SMPP 3.4). It is trusted with the words of every question, its link included, and with saying from which number a reply came. Without this section nobody can be asked.",
    keys: &[
        Key {
            name: "address",
            default: "required",
            about: "host and port of the message centre",
            example: "address = \"127.0.0.1:2775\"",
        },
        Key {
            name: "addresses",
            default: "[]",
            about: "up to 7 more addresses of the same centre: a bind is kept to each, and texts go over the first that stands",
            example: "addresses = [\"127.0.0.1:2776\"]",
        },
        Key {
            name: "system_id",
            default: "required",
            about: "the bind's name, at most 15 characters",
            example: "system_id = \"wayleave\"",
        },
        Key {
            name: "password_file",
            default: "required",
            about: "the file that holds the password, at most 8 characters, readable by its owner only",
            example: "password_file = \"smpp.password\"",
        },
        Key {
            name: "number",
            default: "required",
            about: "our own number (with `+`) or short code, to which people reply",
            example: "number = \"+12025550199\"",
        },
        Key {
            name: "window",
            default: "10",
            about: "unanswered messages at a time",
            example: "window = 10",
        },
        Key {
            name: "enquire_link_s",
            default: "30",
            about: "seconds between tries of an idle link",
            example: "enquire_link_s = 30",
        },
        Key {
            name: "response_timeout_s",
            default: "10",
            about: "seconds for an answer of the message centre",
            example: "response_timeout_s = 10",
        },
        Key {
            name: "texts_per_second_max",
            default: "0",
            about: "parts of texts sent within any second, at most; 0 for no such limit",
            example: "texts_per_second_max = 20",
        },
        Key {
            name: "opt_out_statuses",
            default: "[]",
            about: "command statuses with which this centre says that a person wants no more texts; they count as STOP",
            example: "opt_out_statuses = [0x0400]",
        },
        Key {
            name: "quiet_from",
            default: "21:00",
            about: "time of day (of `gateway.time_zone`) from which nobody is reminded of anything; questions and answers are not held back",
            example: "quiet_from = \"21:00\"",
        },
        Key {
            name: "quiet_to",
            default: "08:00",
            about: "time of day until which nobody is reminded; the same as `quiet_from` for no quiet",
            example: "quiet_to = \"08:00\"",
        },
    ],
};
