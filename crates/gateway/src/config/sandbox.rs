//! `[sandbox]`: the simulated world that the stage shows.

use serde::{Deserialize, Serialize};

use super::{Key, Section};

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
