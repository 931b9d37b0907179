//! `[[source]]` of the kind `gateway`: another gateway, which is home to its numbers. Signed asks about them are passed on.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{in_flight_max, loopback_in_sandbox, requests_per_second_max, takes};
use crate::config::gateway::WorldWord;
use crate::config::{ConfigError, Key, Section, tls};
use crate::tls::trust::TrustFiles;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Its name in the journal and the metrics.
    pub name: String,
    /// The numbers that it is home to, by their beginnings.
    pub prefixes: Vec<String>,
    /// Its issuer URL.
    pub issuer: String,
    /// Who this gateway is there: a party's id.
    pub client_id: String,
    /// Our private key for it.
    pub key_file: PathBuf,
    /// Its public key for what is sealed to it.
    pub encryption_key_file: PathBuf,
    /// The roots that its certificate must lead to.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Our own certificate for it.
    #[serde(default)]
    pub client_certificate_file: Option<PathBuf>,
    /// That certificate's key.
    #[serde(default)]
    pub client_key_file: Option<PathBuf>,
    /// Requests a second.
    #[serde(default = "requests_per_second_max")]
    pub requests_per_second_max: u32,
    /// Requests at a time.
    #[serde(default = "in_flight_max")]
    pub in_flight_max: usize,
}

impl Gateway {
    /// Whom to believe at its end of TLS, and who to be there.
    #[must_use]
    pub fn trust(&self) -> TrustFiles<'_> {
        self.tls().trusted()
    }

    fn tls(&self) -> tls::Files<'_> {
        tls::Files {
            roots: &self.ca_file,
            certificate: &self.client_certificate_file,
            key: &self.client_key_file,
        }
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        let own = (&mut self.client_certificate_file, &mut self.client_key_file);
        tls::resolve(folder, [&mut self.ca_file, own.0, own.1]);
        self.key_file = folder.join(&self.key_file);
        self.encryption_key_file = folder.join(&self.encryption_key_file);
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        self.tls().check()?;
        loopback_in_sandbox("source.issuer", &self.issuer, world)?;
        takes(&self.prefixes, self.requests_per_second_max, self.in_flight_max)
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[[source]] # kind = \"gateway\"",
    about: "Another gateway, which is home to its numbers: it asks its own people, decides, and seals what it says to the recipient. This gateway passes signed asks on to it, and reads nothing of what comes back.",
    keys: &[
        Key {
            name: "name",
            default: "required",
            about: "its name in the journal, the log and the metrics",
            example: "name = \"lark\"",
        },
        Key {
            name: "kind",
            default: "required",
            about: "the protocol: `gateway`",
            example: "kind = \"gateway\"",
        },
        Key {
            name: "prefixes",
            default: "required",
            about: "beginnings of the numbers that it is home to; the longest wins",
            example: "prefixes = [\"+120255501\"]",
        },
        Key {
            name: "issuer",
            default: "required",
            about: "its issuer URL",
            example: "issuer = \"https://gateway.example.com\"",
        },
        Key {
            name: "client_id",
            default: "required",
            about: "the party that we are there, which recipients name among the relays of their asks",
            example: "client_id = \"pty_01KAAAAAAAAAAAAAAAAAAAAAAA\"",
        },
        Key {
            name: "key_file",
            default: "required",
            about: "our private key for it, a JWK (EC P-256), readable by its owner only",
            example: "key_file = \"keys/lark.jwk\"",
        },
        Key {
            name: "encryption_key_file",
            default: "required",
            about: "its public key for what is sealed to it: the one with `use: enc` of its `/oauth2/jwks`, got from its operator",
            example: "encryption_key_file = \"keys/lark.enc.jwk\"",
        },
        tls::CA_FILE,
        tls::CLIENT_CERTIFICATE_FILE,
        tls::CLIENT_KEY_FILE,
        Key {
            name: "requests_per_second_max",
            default: "200",
            about: "requests a second at most",
            example: "requests_per_second_max = 200",
        },
        Key {
            name: "in_flight_max",
            default: "256",
            about: "requests at a time",
            example: "in_flight_max = 256",
        },
    ],
};
