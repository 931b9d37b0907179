//! `[listen]`: the HTTP side and its limits.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::gateway::{Gateway, WorldWord};
use super::{ConfigError, is_loopback, wide, within};

mod reference;

pub use reference::SECTION;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Address and port.
    pub address: String,
    /// The certificate and those that lead to its root. With it the address speaks TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// The certificate's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Whether clients are asked for a certificate.
    pub ask_client_certificate: bool,
    /// Whether plain HTTP may be spoken off this machine.
    pub plain_http_elsewhere: bool,
    /// Where the operator's own tools read readiness and metrics, if not at the address itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operators_address: Option<String>,
    /// Connections at a time.
    pub connections_max: usize,
    /// Connections of one address at a time, where TLS is spoken.
    pub connections_per_address_max: usize,
    /// Requests at a time.
    pub requests_max: usize,
    /// Requests of one party within any second.
    pub asks_per_second_max: u32,
    /// Time for a TLS handshake.
    pub handshake_timeout_ms: u32,
    /// Time for a request's head, and for which a connection may be idle.
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
            certificate_file: None,
            key_file: None,
            ask_client_certificate: true,
            plain_http_elsewhere: false,
            operators_address: None,
            connections_max: 4096,
            connections_per_address_max: 512,
            requests_max: 4096,
            asks_per_second_max: 2000,
            handshake_timeout_ms: 5_000,
            header_timeout_ms: 10_000,
            body_timeout_ms: 10_000,
            body_bytes_max: 16_384,
            drain_s: 20,
        }
    }
}

impl Listen {
    /// The files of the certificate and its key, where TLS is spoken.
    #[must_use]
    pub fn pair(&self) -> Option<(&Path, &Path)> {
        self.certificate_file.as_deref().zip(self.key_file.as_deref())
    }

    /// Whether readiness and metrics are told at the address that everybody reaches: only where a proxy on this machine
    /// stands before it, which keeps them from outsiders.
    #[must_use]
    pub fn tells_operators(&self) -> bool {
        self.operators_address.is_none() && self.pair().is_none() && is_loopback(&self.address)
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        for file in [&mut self.certificate_file, &mut self.key_file].into_iter().flatten() {
            *file = folder.join(&file);
        }
    }

    pub(super) fn check(&self, gateway: &Gateway) -> Result<(), ConfigError> {
        if self.address.parse::<SocketAddr>().is_err() {
            let want = "an IP address and a port";
            return Err(ConfigError::Unfit("listen.address", want, self.address.clone()));
        }
        if let Some(address) = &self.operators_address
            && (address.parse::<SocketAddr>().is_err() || !is_loopback(address))
        {
            let want = "a loopback IP address and a port";
            return Err(ConfigError::Unfit("listen.operators_address", want, address.clone()));
        }
        self.check_pair(gateway)?;
        self.check_place(gateway.world)?;
        for (key, want, most, found) in [
            (
                "listen.connections_max",
                "1 to 1000000",
                1_000_000,
                self.connections_max,
            ),
            (
                "listen.connections_per_address_max",
                "1 to 1000000",
                1_000_000,
                self.connections_per_address_max,
            ),
            ("listen.requests_max", "1 to 1000000", 1_000_000, self.requests_max),
        ] {
            within(key, want, 1..=most, wide(found))?;
        }
        let asks = u64::from(self.asks_per_second_max);
        within("listen.asks_per_second_max", "1 to 1000000", 1..=1_000_000, asks)?;
        for (key, found) in [
            ("listen.handshake_timeout_ms", self.handshake_timeout_ms),
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

    /// Half a pair is none, and who speaks TLS says so in the issuer.
    fn check_pair(&self, gateway: &Gateway) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        match (&self.certificate_file, &self.key_file) {
            (Some(_), None) => unfit("listen.key_file", "the key of `listen.certificate_file`", "none"),
            (None, Some(_)) => unfit(
                "listen.certificate_file",
                "the certificate of `listen.key_file`",
                "none",
            ),
            (Some(_), Some(_)) if !gateway.issuer.starts_with("https://") => {
                let want = "`https://`, since `listen.certificate_file` is given";
                unfit("gateway.issuer", want, &gateway.issuer)
            }
            _ => Ok(()),
        }
    }

    /// Plain HTTP stays on this machine unless it is told otherwise, and a sandbox always does.
    fn check_place(&self, world: WorldWord) -> Result<(), ConfigError> {
        let unfit = |key, want, found: &str| Err(ConfigError::Unfit(key, want, found.to_owned()));
        match world {
            WorldWord::Sandbox if self.plain_http_elsewhere => {
                let want = "`false`, since this is a sandbox";
                unfit("listen.plain_http_elsewhere", want, "true")
            }
            WorldWord::Sandbox if !is_loopback(&self.address) => {
                let want = "an address on loopback, since this is a sandbox";
                unfit("listen.address", want, &self.address)
            }
            WorldWord::Live if self.pair().is_none() && !self.plain_http_elsewhere && !is_loopback(&self.address) => {
                let want = "an address on loopback, a certificate, or `plain_http_elsewhere = true`";
                unfit("listen.address", want, &self.address)
            }
            _ => Ok(()),
        }
    }
}
