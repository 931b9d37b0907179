//! The two kinds of key that check signatures, and the one algorithm that each is for. A token's algorithm never chooses
//! how a key is used: the key's kind does, and the token's has to match it.

use jsonwebtoken::DecodingKey;
use serde_json::Value;

use super::edwards_key::EdwardsKey;
use super::jwk::{PublicKey, Thumbprint};
use crate::json::{Fields, ParseError};

/// A public key that checks signatures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifyingKey {
    /// On P-256, for ES256 (RFC 7518 §3.4).
    P256(PublicKey),
    /// On Ed25519, for `EdDSA` (RFC 8037 §3.1).
    Ed25519(EdwardsKey),
}

/// How a token is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Algorithm {
    Es256,
    EdDsa,
}

impl Algorithm {
    /// The header's `alg`; `None` for one that is not taken.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Es256, Self::EdDsa].into_iter().find(|alg| alg.name() == name)
    }

    /// As a header and a JWK name it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// As the library names it.
    pub(super) const fn of_library(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

impl VerifyingKey {
    /// The key's name for the whole world.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        match self {
            Self::P256(key) => key.thumbprint(),
            Self::Ed25519(key) => key.thumbprint(),
        }
    }

    /// The members of the JWK that make the key.
    #[must_use]
    pub fn print(&self) -> Value {
        match self {
            Self::P256(key) => key.print(),
            Self::Ed25519(key) => key.print(),
        }
    }

    /// The key on P-256, if it is one.
    #[must_use]
    pub const fn p256(&self) -> Option<&PublicKey> {
        match self {
            Self::P256(key) => Some(key),
            Self::Ed25519(_) => None,
        }
    }

    /// The only algorithm that the key is used with.
    pub(super) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256(_) => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    pub(super) fn for_library(&self) -> DecodingKey {
        match self {
            Self::P256(key) => DecodingKey::from_ec_der(&key.uncompressed()),
            Self::Ed25519(key) => DecodingKey::from_ed_der(key.x()),
        }
    }

    /// Takes the members that make a key of either kind.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, ParseError> {
        let on_p256 = fields.required("kty")?.parsed("EC or OKP", |text| match text {
            "EC" => Some(true),
            "OKP" => Some(false),
            _ => None,
        })?;
        if on_p256 {
            PublicKey::take(fields).map(Self::P256)
        } else {
            EdwardsKey::take(fields).map(Self::Ed25519)
        }
    }
}

impl From<PublicKey> for VerifyingKey {
    fn from(key: PublicKey) -> Self {
        Self::P256(key)
    }
}

impl From<EdwardsKey> for VerifyingKey {
    fn from(key: EdwardsKey) -> Self {
        Self::Ed25519(key)
    }
}
