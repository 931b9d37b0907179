//! `[sms]`: the bind to the message centre.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback, wide, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// Host and port.
    pub address: String,
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
        if world == WorldWord::Sandbox && !is_loopback(&self.address) {
            let want = "an address on loopback, since this is a sandbox";
            return Err(ConfigError::Unfit("sms.address", want, self.address.clone()));
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
    ],
};
