//! Private keys that sign: the gateway's own, a client's, a partner's in a sandbox. On P-256 they sign by ES256, on Ed25519
//! by `EdDSA`.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;
use serde_json::Value;

use super::edwards_key::EdwardsKey;
use super::jwk::{Jwk, read_coordinate, take_extractable, take_kid, take_word};
use super::p256_pair::P256Pair;
use super::verifying_key::{Algorithm, VerifyingKey};
use crate::json::{self, DEPTH_MAX, ParseError};

/// A private key that signs. Its `Debug` shows the public part's name only.
pub struct SigningKey {
    /// The scalar on P-256, the seed on Ed25519 (RFC 8032 §5.1.5): the `d` of a JWK.
    secret: Secret<[u8; 32]>,
    pkcs8: Secret<Vec<u8>>,
    encoding: EncodingKey,
    public: Jwk,
}

/// Bytes that are no private key, or a key that would not sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyError;

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a private key on P-256 or Ed25519, found something else")
    }
}

impl std::error::Error for KeyError {}

/// What a private JWK says that it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyUse {
    /// Signing by the algorithm of its kind.
    Signing,
    /// Agreeing on a key with ECDH-ES, which only a key on P-256 is good for.
    Agreement,
}

impl SigningKey {
    /// The key on P-256 from 32 bytes of the caller's chance, taken as its scalar (FIPS 186-5 §A.2.2).
    ///
    /// # Errors
    /// For zero and for numbers beyond the curve's order, which chance gives once in four thousand million times: draw
    /// again.
    pub fn from_chance(chance: [u8; 32]) -> Result<Self, KeyError> {
        P256Pair::from_chance(chance).map(Self::on_p256)
    }

    /// The key on Ed25519 from 32 bytes of the caller's chance, its seed (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// If the library refuses, which it does for no seed.
    pub fn ed25519_from_chance(chance: [u8; 32]) -> Result<Self, KeyError> {
        let secret = Secret::new(chance);
        let pair = Ed25519KeyPair::from_seed_unchecked(secret.expose()).map_err(|_| KeyError)?;
        let public = <[u8; 32]>::try_from(pair.public_key().as_ref()).map_err(|_| KeyError)?;
        let public = EdwardsKey::new(public).ok_or(KeyError)?;
        let pkcs8 = Secret::new(pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref().to_vec());
        let encoding = EncodingKey::from_ed_der(pkcs8.expose());
        Ok(Self {
            secret,
            pkcs8,
            encoding,
            public: Jwk::named_by_thumbprint(public),
        })
    }

    /// The key on P-256 from a PKCS#8 document.
    ///
    /// # Errors
    /// If it is none, or of another kind or curve.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        P256Pair::from_pkcs8(der).map(Self::on_p256)
    }

    fn on_p256(pair: P256Pair) -> Self {
        let encoding = EncodingKey::from_ec_der(pair.pkcs8.expose());
        Self {
            secret: pair.scalar,
            pkcs8: pair.pkcs8,
            encoding,
            public: Jwk::named_by_thumbprint(pair.public),
        }
    }

    /// Reads a private JWK that signs, as a client keeps it in a file. Its `kid` stays.
    ///
    /// # Errors
    /// If it is no private key on P-256 or Ed25519, or if its public part belongs to another key.
    pub fn parse_private_jwk(bytes: &[u8]) -> Result<Self, ParseError> {
        Self::read_private_jwk(json::parse(bytes, DEPTH_MAX)?)
    }

    /// Reads a private JWK that is part of a larger document.
    ///
    /// # Errors
    /// As [`SigningKey::parse_private_jwk`].
    pub fn read_private_jwk(node: json::Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            let mut key = if fields.is_text("kty", "OKP") {
                Self::take_ed25519(fields)?
            } else {
                Self::on_p256(P256Pair::take(fields)?)
            };
            if let Some(kid) = take_kid(fields)? {
                key.public.kid = kid;
            }
            take_word(fields, "use", "sig")?;
            take_word(fields, "alg", key.algorithm().name())?;
            if let Some(operations) = fields.optional("key_ops") {
                operations.list(1..=1, |node| node.parsed("sign", |text| (text == "sign").then_some(())))?;
            }
            take_extractable(fields)?;
            Ok(key)
        })
    }

    fn take_ed25519(fields: &mut json::Fields) -> Result<Self, ParseError> {
        let public = VerifyingKey::take(fields)?;
        let seed = fields.required("d")?.parsed("32 bytes in base64url", read_coordinate)?;
        Self::ed25519_from_chance(seed)
            .ok()
            .filter(|key| key.public.key == public)
            .ok_or_else(|| ParseError::new("the private key of x", "another one").under_field("d"))
    }

    /// The private JWK, as a client keeps it in a file.
    #[must_use]
    pub fn print_private_jwk(&self, key_use: KeyUse) -> Secret<String> {
        let mut jwk = self.public.key.print();
        if let Value::Object(members) = &mut jwk {
            let (usage, algorithm) = match key_use {
                KeyUse::Signing => ("sig", self.algorithm().name()),
                KeyUse::Agreement => ("enc", "ECDH-ES"),
            };
            members.insert("kid".to_owned(), Value::from(self.public.kid.as_str()));
            members.insert("use".to_owned(), Value::from(usage));
            members.insert("alg".to_owned(), Value::from(algorithm));
            members.insert(
                "d".to_owned(),
                Value::from(URL_SAFE_NO_PAD.encode(self.secret.expose())),
            );
        }
        Secret::new(jwk.to_string())
    }

    /// The PKCS#8 document, as a key directory keeps it.
    #[must_use]
    pub const fn pkcs8(&self) -> &Secret<Vec<u8>> {
        &self.pkcs8
    }

    /// The public part.
    #[must_use]
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    const fn algorithm(&self) -> Algorithm {
        self.public.key.algorithm()
    }

    /// Signs claims as a compact JWS of this `typ`, naming the key by its `kid`.
    pub(crate) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let header = Header {
            kid: Some(self.public.kid.clone()),
            ..self.header(typ)
        };
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(|_| KeyError)
    }

    /// Signs claims as a compact JWS of this `typ` that carries the public key itself.
    pub(super) fn sign_with_key(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = self.header(typ);
        header.jwk = Some(serde_json::from_value(self.public.key.print()).map_err(|_| KeyError)?);
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(|_| KeyError)
    }

    fn header(&self, typ: &str) -> Header {
        Header {
            typ: Some(typ.to_owned()),
            ..Header::new(self.algorithm().of_library())
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.kid)
    }
}
