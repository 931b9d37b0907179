//! `[[peer]]`: another gateway that is told at once of a party that is suspended here, or whose agreement ends; and, if it is
//! a hub, of consents that end here.

use std::path::{Path, PathBuf};

use domain::id::PartyId;
use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback, tls};
use crate::sources::link::endpoint::Endpoint;
use crate::tls::identity::IdentityError;
use crate::tls::trust::Trust;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// The gateway's name in the log and the metrics.
    pub name: String,
    /// Its issuer.
    pub url: String,
    /// Who we are there: the id of the party that it enrolled for this gateway.
    pub client_id: String,
    /// The private key of that party.
    pub key_file: PathBuf,
    /// Its public key for what is sealed to it: then it is told, as a hub, of what people end here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_key_file: Option<PathBuf>,
    /// The roots that its certificate must lead to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl Peer {
    pub(super) fn resolve(&mut self, folder: &Path) {
        self.key_file = folder.join(&self.key_file);
        for file in [&mut self.encryption_key_file, &mut self.ca_file].into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        if self.name.is_empty() {
            return unfit("peer.name", "a name", "none");
        }
        if self.client_id.parse::<PartyId>().is_err() {
            return unfit("peer.client_id", "the id of a party, `pty_…`", &self.client_id);
        }
        if Endpoint::parse(&self.url).is_err() || self.url.ends_with('/') {
            let want =
                "an issuer: `https://` and a host, or `http://` and a loopback address, without a slash at its end";
            return unfit("peer.url", want, &self.url);
        }
        if world == WorldWord::Sandbox && !is_loopback(&self.url) {
            return unfit("peer.url", "an address on loopback, since this is a sandbox", &self.url);
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
    heading: "[[peer]]",
    about: "Another gateway that is told at once when a party is suspended here, or its agreement ends. It decides for itself what it does about it, and is trusted with nothing.",
    keys: &[
        Key {
            name: "name",
            default: "required",
            about: "the gateway's name in the log and the metrics",
            example: "name = \"castor\"",
        },
        Key {
            name: "url",
            default: "required",
            about: "its issuer",
            example: "url = \"http://127.0.0.1:8081\"",
        },
        Key {
            name: "client_id",
            default: "required",
            about: "who we are there: the party that it enrolled for this gateway, with the scope `wayleave:notices`",
            example: "client_id = \"pty_01KAQ0000000000000000000A1\"",
        },
        Key {
            name: "key_file",
            default: "required",
            about: "the private key of that party, a JWK, readable by its owner only",
            example: "key_file = \"keys/castor.jwk\"",
        },
        Key {
            name: "encryption_key_file",
            default: "none",
            about: "its public key for what is sealed to it, the one with `use: enc` of its `/oauth2/jwks`, got from its operator: then it is told, as a hub, which of the consents that name it have ended here",
            example: "encryption_key_file = \"keys/castor.enc.jwk\"",
        },
        tls::CA_FILE,
    ],
};
