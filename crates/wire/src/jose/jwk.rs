//! Public keys as JSON Web Keys (RFC 7517): those on P-256 (RFC 7518 §6.2), their thumbprints (RFC 7638), and the names
//! under which keys that check signatures are published.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::verifying_key::VerifyingKey;
use crate::json::{Fields, Node, ParseError};

/// A point on P-256, checked to lie on the curve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl PublicKey {
    /// The key with these big-endian coordinates; `None` if they are no point on the curve.
    #[must_use]
    pub fn new(x: [u8; 32], y: [u8; 32]) -> Option<Self> {
        let key = Self { x, y };
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.uncompressed())
            .ok()
            .map(|_| key)
    }

    /// The key from its uncompressed point (SEC 1 §2.3.3).
    pub(super) fn from_uncompressed(bytes: &[u8]) -> Option<Self> {
        let (x, y) = bytes.strip_prefix(&[4])?.split_at_checked(32)?;
        Self::new(x.try_into().ok()?, y.try_into().ok()?)
    }

    /// The x coordinate, big-endian.
    #[must_use]
    pub const fn x(&self) -> &[u8; 32] {
        &self.x
    }

    /// The y coordinate, big-endian.
    #[must_use]
    pub const fn y(&self) -> &[u8; 32] {
        &self.y
    }

    /// The uncompressed point.
    pub(super) fn uncompressed(&self) -> Vec<u8> {
        [&[4_u8][..], &self.x, &self.y].concat()
    }

    /// The key's name for the whole world: SHA-256 over its canonical JSON.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        let [x, y] = [self.x, self.y].map(|part| URL_SAFE_NO_PAD.encode(part));
        // RFC 7638 §3.2: these members, in this order, without white space.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Thumbprint::over(&canonical)
    }

    /// The members of the JWK that make the key.
    #[must_use]
    pub fn print(&self) -> Value {
        let [x, y] = [self.x, self.y].map(|part| URL_SAFE_NO_PAD.encode(part));
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y })
    }

    /// Reads a public JWK for ES256, where no other kind of key will do.
    ///
    /// # Errors
    /// As [`Jwk::read`], and for a key on another curve.
    pub fn read(node: Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            require_kty(fields)?;
            let key = Self::take(fields)?;
            take_kid(fields)?;
            take_meant_for_signing(fields, "ES256")?;
            Ok(key)
        })
    }

    /// Takes `crv`, `x` and `y`; `kty` was read already.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, ParseError> {
        fields
            .required("crv")?
            .parsed("P-256", |text| (text == "P-256").then_some(()))?;
        let x = fields.required("x")?.parsed("32 bytes in base64url", read_coordinate)?;
        let y = fields.required("y")?.parsed("32 bytes in base64url", read_coordinate)?;
        Self::new(x, y).ok_or_else(|| ParseError::new("a point on P-256", "another point"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.thumbprint())
    }
}

/// The RFC 7638 thumbprint of a key, by SHA-256. It prints as base64url, as `jkt` and `kid` carry it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// The thumbprint over a key's canonical JSON.
    pub(super) fn over(canonical: &str) -> Self {
        let hash = digest(&SHA256, canonical.as_bytes());
        Self(hash.as_ref().try_into().unwrap_or_default())
    }

    /// Reads the base64url form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        read_coordinate(text).map(Self)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A public key that checks signatures, with the name under which its owner publishes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Jwk {
    /// The key's name; its thumbprint if the owner gives none.
    pub kid: String,
    /// The key.
    pub key: VerifyingKey,
}

/// The longest `kid`, in bytes.
const KID_BYTES_MAX: usize = 128;

impl Jwk {
    /// The key under its thumbprint as a name.
    #[must_use]
    pub fn named_by_thumbprint(key: impl Into<VerifyingKey>) -> Self {
        let key = key.into();
        Self {
            kid: key.thumbprint().to_string(),
            key,
        }
    }

    /// Reads a public JWK for ES256 or `EdDSA`. Any member that is not known is refused, above all the private `d`.
    ///
    /// # Errors
    /// If it is no point on P-256 or Ed25519, is meant for another use, or has members beyond those of a public key.
    pub fn read(node: Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            let key = VerifyingKey::take(fields)?;
            let kid = take_kid(fields)?.unwrap_or_else(|| key.thumbprint().to_string());
            take_meant_for_signing(fields, key.algorithm().name())?;
            Ok(Self { kid, key })
        })
    }

    /// The JWK as it is published.
    #[must_use]
    pub fn print(&self) -> Value {
        let mut jwk = self.key.print();
        if let Value::Object(members) = &mut jwk {
            members.insert("kid".to_owned(), Value::from(self.kid.as_str()));
            members.insert("use".to_owned(), Value::from("sig"));
            members.insert("alg".to_owned(), Value::from(self.key.algorithm().name()));
        }
        jwk
    }
}

/// Takes the members by which a public key says that it checks signatures of this algorithm.
fn take_meant_for_signing(fields: &mut Fields, algorithm: &'static str) -> Result<(), ParseError> {
    take_word(fields, "use", "sig")?;
    take_word(fields, "alg", algorithm)?;
    if let Some(operations) = fields.optional("key_ops") {
        operations.list(1..=1, |node| {
            node.parsed("verify", |text| (text == "verify").then_some(()))
        })?;
    }
    take_extractable(fields)
}

/// Takes WebCrypto's own member; what it says is past once a key is written down.
pub(super) fn take_extractable(fields: &mut Fields) -> Result<(), ParseError> {
    fields
        .optional("ext")
        .map_or(Ok(()), |extractable| extractable.boolean().map(|_| ()))
}

/// Takes the `kty` of a key on P-256.
pub(super) fn require_kty(fields: &mut Fields) -> Result<(), ParseError> {
    fields
        .required("kty")?
        .parsed("EC", |text| (text == "EC").then_some(()))
}

/// Takes `kid`.
pub(super) fn take_kid(fields: &mut Fields) -> Result<Option<String>, ParseError> {
    let read = |text: &str| (1..=KID_BYTES_MAX).contains(&text.len()).then(|| text.to_owned());
    fields
        .optional("kid")
        .map(|node| node.parsed("a text of 1 to 128 bytes", read))
        .transpose()
}

/// Takes a member that may be there and then says one thing only.
pub(super) fn take_word(fields: &mut Fields, name: &'static str, value: &'static str) -> Result<(), ParseError> {
    fields
        .optional(name)
        .map_or(Ok(()), |node| node.parsed(value, |text| (text == value).then_some(())))
}

/// Reads 32 bytes in base64url.
pub(super) fn read_coordinate(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
