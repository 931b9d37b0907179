//! Public keys on Ed25519 as JSON Web Keys (RFC 8037 §2). They check signatures only; nothing is sealed to one.

use std::fmt;

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::jwk::{Thumbprint, read_coordinate};
use crate::json::{Fields, ParseError};

/// A public key on Ed25519, checked to be a point on the curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EdwardsKey([u8; 32]);

impl EdwardsKey {
    /// The key with these bytes (RFC 8032 §5.1.5); `None` if they are no point on the curve.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Option<Self> {
        ParsedPublicKey::new(&ED25519, bytes).ok().map(|_| Self(bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn x(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's name for the whole world: SHA-256 over its canonical JSON (RFC 8037 appendix A.3).
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        let x = URL_SAFE_NO_PAD.encode(self.0);
        Thumbprint::over(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#))
    }

    /// The members of the JWK that make the key.
    #[must_use]
    pub fn print(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.0) })
    }

    /// Takes `crv` and `x`; `kty` was read already.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, ParseError> {
        fields
            .required("crv")?
            .parsed("Ed25519", |text| (text == "Ed25519").then_some(()))?;
        let x = fields.required("x")?.parsed("32 bytes in base64url", read_coordinate)?;
        Self::new(x).ok_or_else(|| ParseError::new("a point on Ed25519", "another point"))
    }
}

impl fmt::Debug for EdwardsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EdwardsKey({})", self.thumbprint())
    }
}
