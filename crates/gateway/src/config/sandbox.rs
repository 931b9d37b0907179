//! `[sandbox]`: the simulated world that the stage shows.

use domain::number::Msisdn;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, is_loopback};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// The simulated phones.
    pub phones_url: String,
    /// The simulated partner's backend.
    pub partner_url: String,
    /// The simulated carrier's control.
    pub carrier_control_url: String,
    /// The phone on the stage.
    pub stage_number: String,
}

impl Sandbox {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, url) in [
            ("sandbox.phones_url", &self.phones_url),
            ("sandbox.partner_url", &self.partner_url),
            ("sandbox.carrier_control_url", &self.carrier_control_url),
        ] {
            // They stand in the stage's links, and in what its scripts may reach.
            if !(url.starts_with("http://") && is_loopback(url)) {
                return Err(ConfigError::Unfit(key, "an http address on loopback", url.clone()));
            }
        }
        if Msisdn::parse(&self.stage_number).is_some_and(|number| number.is_reserved()) {
            Ok(())
        } else {
            let want = "a reserved number, such as `+12025550101`";
            Err(ConfigError::Unfit(
                "sandbox.stage_number",
                want,
                self.stage_number.clone(),
            ))
        }
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[sandbox]",
    about: "The simulated world that the stage at `/` shows. `wayleave demo` writes it; a live world has no such section.",
    keys: &[
        Key {
            name: "phones_url",
            default: "required",
            about: "the simulated phones",
            example: "phones_url = \"http://127.0.0.1:9301\"",
        },
        Key {
            name: "partner_url",
            default: "required",
            about: "the simulated partner's backend",
            example: "partner_url = \"http://127.0.0.1:9302\"",
        },
        Key {
            name: "carrier_control_url",
            default: "required",
            about: "the simulated carrier's control",
            example: "carrier_control_url = \"http://127.0.0.1:9100/control\"",
        },
        Key {
            name: "stage_number",
            default: "required",
            about: "the phone on the stage",
            example: "stage_number = \"+12025550101\"",
        },
    ],
};
