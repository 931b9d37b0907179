//! `[listen]`: the HTTP side and its limits.

use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, Key, Section, is_loopback, wide, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Address and port.
    pub address: String,
    /// Connections at a time.
    pub connections_max: usize,
    /// Time for a request's head.
    pub header_timeout_ms: u32,
    /// Time for a request's body.
    pub body_timeout_ms: u32,
    /// Size of a request's body.
    pub body_bytes_max: usize,
    /// Time for what was accepted when the program is told to stop.
    pub drain_s: u32,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:8080".to_owned(),
            connections_max: 4096,
            header_timeout_ms: 10_000,
            body_timeout_ms: 10_000,
            body_bytes_max: 16_384,
            drain_s: 20,
        }
    }
}

impl Listen {
    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        let address = &self.address;
        if address.parse::<std::net::SocketAddr>().is_err() {
            return Err(ConfigError::Unfit(
                "listen.address",
                "an IP address and a port",
                address.clone(),
            ));
        }
        // This server speaks plain HTTP; in front of the world stands a proxy that ends TLS on the same machine.
        if !is_loopback(address) {
            let want = match world {
                WorldWord::Sandbox => "an address on loopback, since this is a sandbox",
                WorldWord::Live => "an address on loopback behind a proxy that ends TLS",
            };
            return Err(ConfigError::Unfit("listen.address", want, address.clone()));
        }
        within(
            "listen.connections_max",
            "1 to 1000000",
            1..=1_000_000,
            wide(self.connections_max),
        )?;
        for (key, found) in [
            ("listen.header_timeout_ms", self.header_timeout_ms),
            ("listen.body_timeout_ms", self.body_timeout_ms),
        ] {
            within(key, "100 to 120000 milliseconds", 100..=120_000, found.into())?;
        }
        within(
            "listen.body_bytes_max",
            "1024 to 1048576 bytes",
            1024..=1_048_576,
            wide(self.body_bytes_max),
        )?;
        within("listen.drain_s", "at most 600 seconds", 0..=600, self.drain_s.into())
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[listen]",
    about: "The HTTP side. It speaks plain HTTP on loopback; a proxy on the same machine ends TLS.",
    keys: &[
        Key {
            name: "address",
            default: "127.0.0.1:8080",
            about: "address and port; a busy one is named at start",
            example: "address = \"127.0.0.1:8080\"",
        },
        Key {
            name: "connections_max",
            default: "4096",
            about: "connections at a time; more wait to be accepted",
            example: "connections_max = 4096",
        },
        Key {
            name: "header_timeout_ms",
            default: "10000",
            about: "milliseconds for a request's head",
            example: "header_timeout_ms = 10000",
        },
        Key {
            name: "body_timeout_ms",
            default: "10000",
            about: "milliseconds for a request's body",
            example: "body_timeout_ms = 10000",
        },
        Key {
            name: "body_bytes_max",
            default: "16384",
            about: "bytes of a request's body",
            example: "body_bytes_max = 16384",
        },
        Key {
            name: "drain_s",
            default: "20",
            about: "seconds for what was accepted when the program is told to stop",
            example: "drain_s = 20",
        },
    ],
};
