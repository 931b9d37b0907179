//! `[push]`: where carriers bring the answers that they give later, and its limits.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::listen::Listen;
use super::{ConfigError, Key, Section, is_loopback, wide, within};

/// How long reports that are under way may take at the end.
const DRAIN_S: u32 = 5;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Push {
    /// Address and port.
    pub address: String,
    /// The beginning of the address that carriers are given.
    pub base_url: String,
    /// The certificate and those that lead to its root. With it the address speaks TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// The certificate's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Whether plain HTTP may be spoken off this machine.
    pub plain_http_elsewhere: bool,
    /// Connections at a time.
    pub connections_max: usize,
    /// Time for a report's head.
    pub header_timeout_ms: u32,
    /// Time for a report's body.
    pub body_timeout_ms: u32,
    /// Size of a report's body.
    pub body_bytes_max: usize,
}

impl Default for Push {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:8090".to_owned(),
            base_url: "http://127.0.0.1:8090".to_owned(),
            certificate_file: None,
            key_file: None,
            plain_http_elsewhere: false,
            connections_max: 256,
            header_timeout_ms: 5_000,
            body_timeout_ms: 5_000,
            body_bytes_max: 65_536,
        }
    }
}

impl Push {
    /// The limits of the listener, as the public one has them too.
    #[must_use]
    pub fn limits(&self) -> Listen {
        Listen {
            address: self.address.clone(),
            certificate_file: self.certificate_file.clone(),
            key_file: self.key_file.clone(),
            ask_client_certificate: false,
            plain_http_elsewhere: self.plain_http_elsewhere,
            connections_max: self.connections_max,
            // A carrier comes from one address.
            connections_per_address_max: self.connections_max,
            header_timeout_ms: self.header_timeout_ms,
            body_timeout_ms: self.body_timeout_ms,
            body_bytes_max: self.body_bytes_max,
            drain_s: DRAIN_S,
            ..Listen::default()
        }
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        for file in [&mut self.certificate_file, &mut self.key_file].into_iter().flatten() {
            *file = folder.join(&file);
        }
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        self.check_place(world)?;
        self.check_url(world)?;
        within(
            "push.connections_max",
            "1 to 100000",
            1..=100_000,
            wide(self.connections_max),
        )?;
        for (key, found) in [
            ("push.header_timeout_ms", self.header_timeout_ms),
            ("push.body_timeout_ms", self.body_timeout_ms),
        ] {
            within(key, "100 to 60000 milliseconds", 100..=60_000, found.into())?;
        }
        within(
            "push.body_bytes_max",
            "1024 to 65536 bytes",
            1024..=65_536,
            wide(self.body_bytes_max),
        )
    }
}

impl Push {
    /// Plain HTTP stays on this machine unless it is told otherwise, and a sandbox always does.
    fn check_place(&self, world: WorldWord) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        if self.address.parse::<SocketAddr>().is_err() {
            return unfit("push.address", "an IP address and a port", &self.address);
        }
        if self.certificate_file.is_some() != self.key_file.is_some() {
            let want = "`certificate_file` and `key_file` together, or neither";
            return unfit("push.certificate_file", want, "one of them");
        }
        let plain = self.certificate_file.is_none();
        match world {
            WorldWord::Sandbox if self.plain_http_elsewhere => {
                let want = "`false`, since this is a sandbox";
                unfit("push.plain_http_elsewhere", want, "true")
            }
            WorldWord::Sandbox if !is_loopback(&self.address) => {
                let want = "an address on loopback, since this is a sandbox";
                unfit("push.address", want, &self.address)
            }
            WorldWord::Live if plain && !self.plain_http_elsewhere && !is_loopback(&self.address) => {
                let want = "an address on loopback, a certificate, or `plain_http_elsewhere = true`";
                unfit("push.address", want, &self.address)
            }
            _ => Ok(()),
        }
    }

    fn check_url(&self, world: WorldWord) -> Result<(), ConfigError> {
        let unfit = |want| Err(ConfigError::Unfit("push.base_url", want, self.base_url.clone()));
        let plain = self.base_url.strip_prefix("http://");
        let rest = plain.or(self.base_url.strip_prefix("https://")).unwrap_or_default();
        let whole = !rest.is_empty()
            && !rest.ends_with('/')
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b));
        if !whole {
            return unfit("`http://` or `https://`, a host, and at most a path, without a slash at its end");
        }
        if world == WorldWord::Sandbox && !is_loopback(&self.base_url) {
            return unfit("an address on loopback, since this is a sandbox");
        }
        if plain.is_some() && !self.plain_http_elsewhere && !is_loopback(&self.base_url) {
            return unfit("`https://` (`http://` on loopback, or with `plain_http_elsewhere = true`)");
        }
        Ok(())
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[push]",
    about: "Where carriers bring the answers that they give later (`mode = \"async\"`). It has an address of its own, which only carriers need to reach. With a certificate it speaks TLS; without one plain HTTP on loopback, for a proxy on the same machine that ends TLS. Each request has an address there that nobody can guess.",
    keys: &[
        Key {
            name: "address",
            default: "127.0.0.1:8090",
            about: "address and port; never the public one",
            example: "address = \"127.0.0.1:8090\"",
        },
        Key {
            name: "base_url",
            default: "http://127.0.0.1:8090",
            about: "the beginning of the address that carriers are given; `/mlp/` and a token follow",
            example: "base_url = \"http://127.0.0.1:8090\"",
        },
        Key {
            name: "certificate_file",
            default: "none",
            about: "the certificate and those that lead to its root, PEM",
            example: "certificate_file = \"tls/push.pem\"",
        },
        Key {
            name: "key_file",
            default: "none",
            about: "the certificate's key, PEM, readable by its owner only",
            example: "key_file = \"tls/push.key\"",
        },
        Key {
            name: "plain_http_elsewhere",
            default: "false",
            about: "speak plain HTTP on other addresses than loopback: whoever is on the way reads positions. Never in a sandbox",
            example: "plain_http_elsewhere = false",
        },
        Key {
            name: "connections_max",
            default: "256",
            about: "connections at a time; more wait to be accepted",
            example: "connections_max = 256",
        },
        Key {
            name: "header_timeout_ms",
            default: "5000",
            about: "milliseconds for a report's head",
            example: "header_timeout_ms = 5000",
        },
        Key {
            name: "body_timeout_ms",
            default: "5000",
            about: "milliseconds for a report's body",
            example: "body_timeout_ms = 5000",
        },
        Key {
            name: "body_bytes_max",
            default: "65536",
            about: "bytes of a report's body",
            example: "body_bytes_max = 65536",
        },
    ],
};
