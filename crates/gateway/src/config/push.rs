//! `[push]`: where carriers bring the answers that they give later, and its limits.

use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback, wide, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Push {
    /// Address and port.
    pub address: String,
    /// The beginning of the address that carriers are given.
    pub base_url: String,
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
            connections_max: 256,
            header_timeout_ms: 5_000,
            body_timeout_ms: 5_000,
            body_bytes_max: 65_536,
        }
    }
}

impl Push {
    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        if self.address.parse::<std::net::SocketAddr>().is_err() {
            return unfit("push.address", "an IP address and a port", &self.address);
        }
        if !is_loopback(&self.address) {
            let want = match world {
                WorldWord::Sandbox => "an address on loopback, since this is a sandbox",
                WorldWord::Live => "an address on loopback behind a proxy that ends TLS",
            };
            return unfit("push.address", want, &self.address);
        }
        let local = self.base_url.starts_with("http://") && is_loopback(&self.base_url);
        let secure = self.base_url.starts_with("https://") && world == WorldWord::Live;
        if !local && !secure {
            let want = match world {
                WorldWord::Sandbox => "`http://` and an address on loopback, since this is a sandbox",
                WorldWord::Live => "`https://` and a host (`http://` on loopback only)",
            };
            return unfit("push.base_url", want, &self.base_url);
        }
        if self.base_url.contains(['?', '#', '@', '"', '<', '>', '&', ' ']) {
            return unfit(
                "push.base_url",
                "an address without user, query or fragment",
                &self.base_url,
            );
        }
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

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[push]",
    about: "Where carriers bring the answers that they give later (`mode = \"async\"`). It has an address of its own, which only carriers need to reach; it speaks plain HTTP on loopback, and a proxy on the same machine ends TLS. Each request has an address that nobody can guess.",
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
