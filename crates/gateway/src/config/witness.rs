//! `[[witness]]`: somebody who cosigns the journal's checkpoints.

use std::path::{Path, PathBuf};

use domain::journal::cosignature::CosignerKey;
use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback};
use crate::sources::link::endpoint::Endpoint;
use crate::tls::identity::IdentityError;
use crate::tls::trust::Trust;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// The witness's name in the log and the metrics.
    pub name: String,
    /// What stands before `/add-checkpoint`.
    pub url: String,
    /// Its key, as it prints it.
    pub key: String,
    /// The roots that its certificate must lead to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl Witness {
    pub(super) fn resolve(&mut self, folder: &Path) {
        if let Some(file) = &mut self.ca_file {
            *file = folder.join(&*file);
        }
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        if self.name.is_empty() {
            return unfit("witness.name", "a name", "none");
        }
        if CosignerKey::parse(&self.key).is_err() {
            let want = "a witness's key as `wayleave witness key` prints it: `<name>+<key id>+<base64>`, of type 0x04";
            return unfit("witness.key", want, &self.key);
        }
        if Endpoint::parse(&self.url).is_err() {
            let want = "`https://` and a host, or `http://` and a loopback address";
            return unfit("witness.url", want, &self.url);
        }
        if world == WorldWord::Sandbox && !is_loopback(&self.url) {
            return unfit(
                "witness.url",
                "an address on loopback, since this is a sandbox",
                &self.url,
            );
        }
        Ok(())
    }

    /// Whom to believe at its end of TLS.
    ///
    /// # Errors
    /// When a file holds nothing that can be used, or the system has no roots.
    pub fn trust(&self) -> Result<Trust, IdentityError> {
        Trust::at(&self.url, self.ca_file.as_deref())
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[[witness]]",
    about: "One witness of the journal (C2SP tlog-witness), such as `wayleave witness` run by a carrier, a regulator or an NGO. It is sent sizes and hashes, and trusted with nothing: what it cosigns is checked against its key.",
    keys: &[
        Key {
            name: "name",
            default: "required",
            about: "the witness's name in the log and the metrics",
            example: "name = \"harbour-ngo\"",
        },
        Key {
            name: "url",
            default: "required",
            about: "what stands before `/add-checkpoint`; `https://`, or a loopback address",
            example: "url = \"https://witness.example.com\"",
        },
        Key {
            name: "key",
            default: "required",
            about: "its key, as `wayleave witness key` prints it",
            example: "key = \"witness.example.com/w1+0d4b…+BF…\"",
        },
        Key {
            name: "ca_file",
            default: "none",
            about: "the roots that its certificate must lead to, PEM; those of the system if none is given",
            example: "ca_file = \"tls/witness-ca.pem\"",
        },
    ],
};
