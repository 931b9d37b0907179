//! `[[source]]` of the kind `camara`: a carrier that speaks CAMARA location retrieval.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{in_flight_max, loopback_in_sandbox, requests_per_second_max, takes};
use crate::config::gateway::WorldWord;
use crate::config::{ConfigError, Key, Section, tls};
use crate::tls::trust::TrustFiles;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camara {
    /// The carrier's name in the journal and the metrics.
    pub name: String,
    /// The numbers that it serves, by their beginnings.
    pub prefixes: Vec<String>,
    /// Its CAMARA API root.
    pub base_url: String,
    /// Its token endpoint.
    pub token_endpoint: String,
    /// What it wants as the audience of our assertions.
    #[serde(default)]
    pub audience: Option<String>,
    /// Who we are there.
    pub client_id: String,
    /// Our private key for it.
    pub key_file: PathBuf,
    /// The roots that its certificate must lead to.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Our own certificate for it.
    #[serde(default)]
    pub client_certificate_file: Option<PathBuf>,
    /// That certificate's key.
    #[serde(default)]
    pub client_key_file: Option<PathBuf>,
    /// Whether its consent master is asked before it is asked where a phone is.
    #[serde(default)]
    pub consent_info: bool,
    /// Requests a second.
    #[serde(default = "requests_per_second_max")]
    pub requests_per_second_max: u32,
    /// Requests at a time.
    #[serde(default = "in_flight_max")]
    pub in_flight_max: usize,
}

impl Camara {
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
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        self.tls().check()?;
        loopback_in_sandbox("source.base_url", &self.base_url, world)?;
        loopback_in_sandbox("source.token_endpoint", &self.token_endpoint, world)?;
        takes(&self.prefixes, self.requests_per_second_max, self.in_flight_max)
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[[source]] # kind = \"camara\"",
    about: "One carrier that speaks CAMARA. It is trusted to know where its own subscribers are, and with nothing else: an answer about another number is thrown away.",
    keys: &[
        Key {
            name: "name",
            default: "required",
            about: "the carrier's name in the journal, the log and the metrics",
            example: "name = \"meridian\"",
        },
        Key {
            name: "kind",
            default: "required",
            about: "the protocol: `camara`",
            example: "kind = \"camara\"",
        },
        Key {
            name: "prefixes",
            default: "required",
            about: "beginnings of the numbers that it serves; the longest wins",
            example: "prefixes = [\"+120255501\"]",
        },
        Key {
            name: "base_url",
            default: "required",
            about: "its API root, without `/location-retrieval/…`",
            example: "base_url = \"http://127.0.0.1:9100\"",
        },
        Key {
            name: "token_endpoint",
            default: "required",
            about: "its token endpoint",
            example: "token_endpoint = \"http://127.0.0.1:9100/oauth2/token\"",
        },
        Key {
            name: "audience",
            default: "none",
            about: "the audience of our assertions, if it is not the token endpoint",
            example: "audience = \"http://127.0.0.1:9100\"",
        },
        Key {
            name: "client_id",
            default: "required",
            about: "our client there",
            example: "client_id = \"wayleave\"",
        },
        Key {
            name: "key_file",
            default: "required",
            about: "our private key for it, a JWK (EC P-256), readable by its owner only",
            example: "key_file = \"keys/meridian.jwk\"",
        },
        tls::CA_FILE,
        tls::CLIENT_CERTIFICATE_FILE,
        tls::CLIENT_KEY_FILE,
        Key {
            name: "consent_info",
            default: "false",
            about: "ask its CAMARA consent-info before each position; its no ends the ask, its yes gives nothing",
            example: "consent_info = true",
        },
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
