//! `[sandbox]`: the simulated world that the stage shows.

use std::path::{Path, PathBuf};

use domain::number::Msisdn;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, is_loopback};

/// The section. Either the four keys of the stage, which belong together, or `stage_origin` alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sandbox {
    /// The simulated phones.
    pub phones_url: Option<String>,
    /// The simulated partner's backend.
    pub partner_url: Option<String>,
    /// The simulated carrier's control.
    pub carrier_control_url: Option<String>,
    /// The phone on the stage.
    pub stage_number: Option<String>,
    /// Where the simulated parties of the journeys are.
    pub world_file: Option<PathBuf>,
    /// The origin of the stage that shows this gateway's pages and journal.
    pub stage_origin: Option<String>,
}

/// What the stage at `/` needs.
#[derive(Debug, Clone, Copy)]
pub struct Stage<'a> {
    /// The simulated phones.
    pub phones_url: &'a str,
    /// The simulated partner's backend.
    pub partner_url: &'a str,
    /// The simulated carrier's control.
    pub carrier_control_url: &'a str,
    /// The phone on the stage.
    pub number: &'a str,
}

impl Sandbox {
    /// The stage, where this gateway shows one.
    #[must_use]
    pub fn stage(&self) -> Option<Stage<'_>> {
        Some(Stage {
            phones_url: self.phones_url.as_deref()?,
            partner_url: self.partner_url.as_deref()?,
            carrier_control_url: self.carrier_control_url.as_deref()?,
            number: self.stage_number.as_deref()?,
        })
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        if let Some(file) = &mut self.world_file {
            *file = folder.join(&*file);
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let urls = [
            ("sandbox.phones_url", &self.phones_url),
            ("sandbox.partner_url", &self.partner_url),
            ("sandbox.carrier_control_url", &self.carrier_control_url),
        ];
        for (key, url) in urls {
            // They stand in the stage's links, and in what its scripts may reach.
            fits(key, url.as_deref(), "an http address on loopback", is_local)?;
        }
        let want = "a reserved number, such as `+12025550101`";
        fits("sandbox.stage_number", self.stage_number.as_deref(), want, is_reserved)?;
        let want = "an http origin on loopback, without a path";
        fits("sandbox.stage_origin", self.stage_origin.as_deref(), want, |text| {
            is_local(text) && text.matches('/').count() == 2
        })?;
        let given = urls.iter().filter(|(_, url)| url.is_some()).count() + usize::from(self.stage_number.is_some());
        match (given, &self.world_file, &self.stage_origin) {
            (4, _, _) | (0, None, Some(_)) => Ok(()),
            _ => {
                let want =
                    "`phones_url`, `partner_url`, `carrier_control_url` and `stage_number`, or `stage_origin` alone";
                Err(ConfigError::Unfit("sandbox", want, format!("{given} of the four")))
            }
        }
    }
}

/// Whether a text is a plain `http` address on this machine.
pub(super) fn is_local(text: &str) -> bool {
    text.starts_with("http://") && is_loopback(text)
}

/// Whether a text is a number that belongs to nobody.
pub(super) fn is_reserved(text: &str) -> bool {
    Msisdn::parse(text).is_some_and(|number| number.is_reserved())
}

fn fits(
    key: &'static str,
    found: Option<&str>,
    want: &'static str,
    is_fit: impl Fn(&str) -> bool,
) -> Result<(), ConfigError> {
    match found {
        Some(found) if !is_fit(found) => Err(ConfigError::Unfit(key, want, found.to_owned())),
        Some(_) | None => Ok(()),
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[sandbox]",
    about: "The simulated world that the stage at `/` shows: the first four keys belong together, with or without the fifth. \
            A gateway that another one's stage shows has `stage_origin` alone. `wayleave demo` writes it; a live world has \
            no such section.",
    keys: &[
        Key {
            name: "phones_url",
            default: "none",
            about: "the simulated phones",
            example: "phones_url = \"http://127.0.0.1:9301\"",
        },
        Key {
            name: "partner_url",
            default: "none",
            about: "the simulated partner's backend",
            example: "partner_url = \"http://127.0.0.1:9302\"",
        },
        Key {
            name: "carrier_control_url",
            default: "none",
            about: "the simulated carrier's control",
            example: "carrier_control_url = \"http://127.0.0.1:9100/control\"",
        },
        Key {
            name: "stage_number",
            default: "none",
            about: "the phone on the stage",
            example: "stage_number = \"+12025550101\"",
        },
        Key {
            name: "world_file",
            default: "none",
            about: "where the simulated parties of the chain are, as JSON: with it there are journeys at `/journeys`",
            example: "world_file = \"stage.json\"",
        },
        Key {
            name: "stage_origin",
            default: "none",
            about: "the stage that may frame this gateway's pages and read its journal",
            example: "stage_origin = \"http://127.0.0.1:8080\"",
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::Sandbox;

    fn check(text: &str) -> Result<(), String> {
        let sandbox: Sandbox = toml::from_str(text).map_err(|error| error.to_string())?;
        sandbox.check().map_err(|error| error.to_string())
    }

    const FOUR: &str = "phones_url = \"http://127.0.0.1:1\"\npartner_url = \"http://127.0.0.1:2\"\n\
                        carrier_control_url = \"http://127.0.0.1:3/control\"\nstage_number = \"+12025550101\"\n";

    #[test]
    fn the_four_belong_together_and_an_origin_may_stand_alone() {
        for fit in [
            FOUR.to_owned(),
            format!("{FOUR}world_file = \"stage.json\"\n"),
            "stage_origin = \"http://127.0.0.1:8080\"".to_owned(),
        ] {
            assert_eq!(check(&fit), Ok(()), "{fit}");
        }
        for unfit in [
            String::new(),
            "world_file = \"stage.json\"\n".to_owned(),
            "phones_url = \"http://127.0.0.1:1\"\nstage_origin = \"http://127.0.0.1:8080\"".to_owned(),
            FOUR.replace("+12025550101", concat!("+1202", "5560101")),
            FOUR.replace("http://127.0.0.1:2", "http://192.0.2.1:2"),
            "stage_origin = \"http://127.0.0.1:8080/\"".to_owned(),
            "stage_origin = \"https://stage.example.com\"".to_owned(),
        ] {
            assert!(check(&unfit).is_err(), "{unfit}");
        }
    }
}
