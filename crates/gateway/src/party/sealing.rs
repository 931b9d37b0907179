//! The keys that a party's answers are sealed to, one after the other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::entry::{hex, unhex};
use domain::journal::tree::Hash;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use wire::jose::SealingJwk;

use super::PublicKey;

/// A key that answers are sealed to, from a time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealingKey {
    /// The key.
    pub key: PublicKey,
    /// Its thumbprint (RFC 7638), in hexadecimal.
    pub thumbprint: String,
    /// From then on it is the party's key, in milliseconds since the Unix epoch.
    pub from_ms: i64,
}

impl SealingKey {
    /// The thumbprint's bytes.
    #[must_use]
    pub fn hash(&self) -> Option<Hash> {
        unhex(&self.thumbprint)
    }

    /// The key, if its coordinates are a point on the curve.
    #[must_use]
    pub fn jwk(&self) -> Option<SealingJwk> {
        let part = |text: &str| <[u8; 32]>::try_from(URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        let key = wire::jose::jwk::PublicKey::new(part(&self.key.x)?, part(&self.key.y)?)?;
        Some(SealingJwk {
            kid: self.key.kid.clone(),
            key,
        })
    }

    /// A key that is the party's from `from` on.
    #[must_use]
    pub fn new(jwk: &SealingJwk, from: Timestamp) -> Self {
        Self {
            key: PublicKey {
                kid: jwk.kid.clone(),
                x: URL_SAFE_NO_PAD.encode(jwk.key.x()),
                y: URL_SAFE_NO_PAD.encode(jwk.key.y()),
            },
            thumbprint: hex(&jwk.thumbprint().to_bytes()),
            from_ms: from.unix_ms(),
        }
    }
}
