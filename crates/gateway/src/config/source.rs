//! `[[source]]`: one carrier. Which keys there are depends on its `kind`, the protocol that it speaks.

pub mod camara;
pub mod gateway;
pub mod mlp;

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::gateway::WorldWord;
use super::{ConfigError, is_loopback, wide, within};
use crate::tls::identity::IdentityError;
use crate::tls::trust::Trust;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Source {
    /// CAMARA location retrieval.
    Camara(camara::Camara),
    /// Another gateway.
    Gateway(gateway::Gateway),
    /// OMA's Mobile Location Protocol.
    Mlp(mlp::Mlp),
}

impl Source {
    /// The carrier's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Camara(camara) => &camara.name,
            Self::Gateway(gateway) => &gateway.name,
            Self::Mlp(mlp) => &mlp.name,
        }
    }

    /// The beginnings of the numbers that it serves.
    #[must_use]
    pub fn prefixes(&self) -> &[String] {
        match self {
            Self::Camara(camara) => &camara.prefixes,
            Self::Gateway(gateway) => &gateway.prefixes,
            Self::Mlp(mlp) => &mlp.prefixes,
        }
    }

    /// Whom to believe at its end of TLS, and who to be there. Without TLS nothing is read.
    ///
    /// # Errors
    /// When a file holds nothing that can be used, or the system has no roots.
    pub fn trust(&self) -> Result<Trust, IdentityError> {
        let (files, urls) = match self {
            Self::Camara(camara) => (camara.trust(), [&camara.base_url, &camara.token_endpoint]),
            Self::Gateway(gateway) => (gateway.trust(), [&gateway.issuer, &gateway.issuer]),
            Self::Mlp(mlp) => (mlp.trust(), [&mlp.url, &mlp.url]),
        };
        if urls.iter().any(|url| url.starts_with("https:")) {
            Trust::read(files)
        } else {
            Trust::nobody()
        }
    }

    /// Whether its answers may come as reports, for which this gateway must listen.
    #[must_use]
    pub fn is_pushed_to_us(&self) -> bool {
        matches!(self, Self::Mlp(mlp) if mlp.mode == mlp::Mode::Async)
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        match self {
            Self::Camara(camara) => camara.resolve(folder),
            Self::Gateway(gateway) => gateway.resolve(folder),
            Self::Mlp(mlp) => mlp.resolve(folder),
        }
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        match self {
            Self::Camara(camara) => camara.check(world),
            Self::Gateway(gateway) => gateway.check(world),
            Self::Mlp(mlp) => mlp.check(world),
        }
    }
}

const fn requests_per_second_max() -> u32 {
    200
}

const fn in_flight_max() -> usize {
    256
}

fn loopback_in_sandbox(key: &'static str, url: &str, world: WorldWord) -> Result<(), ConfigError> {
    if world == WorldWord::Sandbox && !is_loopback(url) {
        let want = "an address on loopback, since this is a sandbox";
        return Err(ConfigError::Unfit(key, want, url.to_owned()));
    }
    Ok(())
}

/// Checks whom a source serves, and how much it takes.
fn takes(prefixes: &[String], requests_per_second_max: u32, in_flight_max: usize) -> Result<(), ConfigError> {
    if prefixes.is_empty() {
        let want = "at least one beginning of a number";
        return Err(ConfigError::Unfit("source.prefixes", want, "none".to_owned()));
    }
    within(
        "source.requests_per_second_max",
        "1 to 1000000",
        1..=1_000_000,
        requests_per_second_max.into(),
    )?;
    within("source.in_flight_max", "1 to 100000", 1..=100_000, wide(in_flight_max))
}
