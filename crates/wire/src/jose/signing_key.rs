//! Private keys on P-256: the gateway's own, a client's, a partner's in a sandbox.

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::Value;

use super::jwk::{Jwk, PublicKey, read_coordinate, take_key, take_kid};
use crate::json::{self, DEPTH_MAX, ParseError};

/// A private key that signs by ES256. Its `Debug` shows the public part's name only.
pub struct SigningKey {
    scalar: Secret<[u8; 32]>,
    pkcs8: Secret<Vec<u8>>,
    encoding: EncodingKey,
    public: Jwk,
}

/// Bytes that are no private key, or a key that would not sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyError;

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a private key on P-256, found something else")
    }
}

impl std::error::Error for KeyError {}

/// What a private JWK says that it is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyUse {
    /// Signing by ES256.
    Signing,
    /// Agreeing on a key with ECDH-ES.
    Agreement,
}

impl SigningKey {
    /// The key from 32 bytes of the caller's chance, taken as its scalar (FIPS 186-5 §A.2.2).
    ///
    /// # Errors
    /// For zero and for numbers beyond the curve's order, which chance gives once in four thousand million times: draw
    /// again.
    pub fn from_chance(chance: [u8; 32]) -> Result<Self, KeyError> {
        let scalar = Secret::new(chance);
        let public = PrivateKey::from_private_key(&ECDH_P256, scalar.expose())
            .ok()
            .and_then(|key| key.compute_public_key().ok())
            .ok_or(KeyError)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            scalar.expose(),
            public.as_ref(),
        )
        .map_err(|_| KeyError)?;
        Self::from_pair(&pair)
    }

    /// The key from a PKCS#8 document.
    ///
    /// # Errors
    /// If it is none, or of another kind or curve.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError)?;
        Self::from_pair(&pair)
    }

    fn from_pair(pair: &EcdsaKeyPair) -> Result<Self, KeyError> {
        let scalar = pair.private_key().as_be_bytes().map_err(|_| KeyError)?;
        let scalar = Secret::new(<[u8; 32]>::try_from(scalar.as_ref()).map_err(|_| KeyError)?);
        let pkcs8 = Secret::new(pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref().to_vec());
        let encoding = EncodingKey::from_ec_der(pkcs8.expose());
        let public = PublicKey::from_uncompressed(pair.public_key().as_ref()).ok_or(KeyError)?;
        Ok(Self {
            scalar,
            pkcs8,
            encoding,
            public: Jwk::named_by_thumbprint(public),
        })
    }

    /// Reads a private JWK for ES256, as a client keeps it in a file. Its `kid` stays.
    ///
    /// # Errors
    /// If it is no private key on P-256, or if its public part belongs to another key.
    pub fn parse_private_jwk(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse(bytes, DEPTH_MAX)?.object(Self::take_private_jwk)
    }

    /// Reads a private JWK that is part of a larger document.
    ///
    /// # Errors
    /// As [`SigningKey::parse_private_jwk`].
    pub fn read_private_jwk(node: json::Node) -> Result<Self, ParseError> {
        node.object(Self::take_private_jwk)
    }

    fn take_private_jwk(fields: &mut json::Fields) -> Result<Self, ParseError> {
        let public = take_key(fields)?;
        let kid = take_kid(fields)?;
        let scalar = fields.required("d")?.parsed("32 bytes in base64url", read_coordinate)?;
        for (name, value) in [("use", "sig"), ("alg", "ES256")] {
            if let Some(node) = fields.optional(name) {
                node.parsed(value, |text| (text == value).then_some(()))?;
            }
        }
        if let Some(operations) = fields.optional("key_ops") {
            operations.list(1..=1, |node| node.parsed("sign", |text| (text == "sign").then_some(())))?;
        }
        if let Some(extractable) = fields.optional("ext") {
            // WebCrypto's own member; the key has been exported already.
            extractable.boolean()?;
        }
        let mut key = Self::from_chance(scalar)
            .ok()
            .filter(|key| key.public.key == public)
            .ok_or_else(|| ParseError::new("the private key of x and y", "another number").under_field("d"))?;
        if let Some(kid) = kid {
            key.public.kid = kid;
        }
        Ok(key)
    }

    /// The private JWK, as a client keeps it in a file.
    #[must_use]
    pub fn print_private_jwk(&self, key_use: KeyUse) -> Secret<String> {
        let mut jwk = self.public.key.print();
        if let Value::Object(members) = &mut jwk {
            let (usage, algorithm) = match key_use {
                KeyUse::Signing => ("sig", "ES256"),
                KeyUse::Agreement => ("enc", "ECDH-ES"),
            };
            members.insert("kid".to_owned(), Value::from(self.public.kid.as_str()));
            members.insert("use".to_owned(), Value::from(usage));
            members.insert("alg".to_owned(), Value::from(algorithm));
            members.insert(
                "d".to_owned(),
                Value::from(URL_SAFE_NO_PAD.encode(self.scalar.expose())),
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

    /// Signs claims as a compact JWS of this `typ`, naming the key by its `kid`.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let header = Header {
            kid: Some(self.public.kid.clone()),
            ..header(typ)
        };
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(|_| KeyError)
    }

    /// Signs claims as a compact JWS of this `typ` that carries the public key itself.
    pub(super) fn sign_with_key(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = header(typ);
        header.jwk = Some(serde_json::from_value(self.public.key.print()).map_err(|_| KeyError)?);
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(|_| KeyError)
    }
}

fn header(typ: &str) -> Header {
    Header {
        typ: Some(typ.to_owned()),
        ..Header::new(Algorithm::ES256)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.kid)
    }
}
