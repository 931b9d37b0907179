//! `[[feed]]`: a carrier that tells what happens to its numbers, in signed events.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section};
use crate::sources::route::Prefix;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The feed's name in the journal, the log and the metrics.
    pub name: String,
    /// Who signs: the `iss` of its events.
    pub issuer: String,
    /// Its public key.
    pub public_key_file: PathBuf,
    /// The numbers of which it may speak, by their beginnings.
    pub prefixes: Vec<String>,
}

impl Feed {
    pub(super) fn resolve(&mut self, folder: &Path) {
        self.public_key_file = folder.join(&self.public_key_file);
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        if self.name.is_empty() {
            return unfit("feed.name", "a name", "none");
        }
        if self.issuer.is_empty() {
            return unfit("feed.issuer", "the `iss` of its events", "none");
        }
        if self.prefixes.is_empty() {
            return unfit("feed.prefixes", "at least one beginning of a number", "none");
        }
        match self.prefixes.iter().find(|prefix| Prefix::parse(prefix).is_err()) {
            Some(prefix) => unfit("feed.prefixes", "`+` and 1 to 15 digits, the first not zero", prefix),
            None => Ok(()),
        }
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[[feed]]",
    about: "One carrier that tells what happens to its numbers, by `POST /wayleave/v1/carrier-events`. It is trusted to end consents of those numbers and to say which lines are machines, and with nothing else: it can give no consent.",
    keys: &[
        Key {
            name: "name",
            default: "required",
            about: "the feed's name in the log and the metrics",
            example: "name = \"meridian\"",
        },
        Key {
            name: "issuer",
            default: "required",
            about: "who signs its events: their `iss`",
            example: "issuer = \"https://events.carrier.example.com\"",
        },
        Key {
            name: "public_key_file",
            default: "required",
            about: "its public key, a JWK (EC P-256)",
            example: "public_key_file = \"keys/meridian-events.pub.jwk\"",
        },
        Key {
            name: "prefixes",
            default: "required",
            about: "beginnings of the numbers of which it may speak",
            example: "prefixes = [\"+120255501\"]",
        },
    ],
};
