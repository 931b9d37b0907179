//! `[publish]`: the log as plain files, for a static host.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Where the files are written.
    pub folder: PathBuf,
    /// How long it rests between two checkpoints.
    #[serde(default = "rest_s")]
    pub rest_s: u32,
}

const fn rest_s() -> u32 {
    10
}

impl Publish {
    pub(super) fn resolve(&mut self, folder: &Path) {
        self.folder = folder.join(&self.folder);
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("publish.rest_s", "1 to 3600 seconds", 1..=3600, self.rest_s.into())
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[publish]",
    about: "Optional: the log as plain files, the same bytes under the same paths as below `/journal/`, for a static host that serves them even while the gateway does not. The host is trusted with nothing: whoever reads verifies. It holds public leaves only.",
    keys: &[
        Key {
            name: "folder",
            default: "required",
            about: "where the files are written; it is made if it is not there, and everybody on the machine may read it",
            example: "folder = \"/srv/wayleave/journal\"",
        },
        Key {
            name: "rest_s",
            default: "10",
            about: "seconds between two looks whether there is more to publish, on average",
            example: "rest_s = 10",
        },
    ],
};
