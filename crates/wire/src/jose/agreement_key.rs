//! Private keys that open what was sealed: a recipient's, and the gateway's own.

use std::fmt;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use serde_json::Value;

use super::jwk::{PublicKey, take_extractable, take_kid, take_word};
use super::p256_pair::P256Pair;
use super::sealing_key::SealingJwk;
use super::signing_key::KeyError;
use crate::json::{self, DEPTH_MAX, ParseError};

/// A private key on P-256 that agrees on keys with ECDH-ES. It signs nothing. Its `Debug` shows the public part's name only.
pub struct AgreementKey {
    scalar: Secret<[u8; 32]>,
    pkcs8: Secret<Vec<u8>>,
    public: SealingJwk,
}

impl AgreementKey {
    /// The key from 32 bytes of the caller's chance, taken as its scalar (FIPS 186-5 §A.2.2).
    ///
    /// # Errors
    /// For zero and for numbers beyond the curve's order: draw again.
    pub fn from_chance(chance: [u8; 32]) -> Result<Self, KeyError> {
        P256Pair::from_chance(chance).map(Self::of)
    }

    /// The key from a PKCS#8 document.
    ///
    /// # Errors
    /// If it is none, or of another kind or curve.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        P256Pair::from_pkcs8(der).map(Self::of)
    }

    fn of(pair: P256Pair) -> Self {
        Self {
            scalar: pair.scalar,
            pkcs8: pair.pkcs8,
            public: SealingJwk::named_by_thumbprint(pair.public),
        }
    }

    /// Reads a private JWK for ECDH-ES, as a client keeps it in a file. Its `kid` stays.
    ///
    /// # Errors
    /// If it is no private key on P-256, is meant to sign, or if its public part belongs to another key.
    pub fn parse_private_jwk(bytes: &[u8]) -> Result<Self, ParseError> {
        Self::read_private_jwk(json::parse(bytes, DEPTH_MAX)?)
    }

    /// Reads a private JWK that is part of a larger document.
    ///
    /// # Errors
    /// As [`AgreementKey::parse_private_jwk`].
    pub fn read_private_jwk(node: json::Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            let mut key = Self::of(P256Pair::take(fields)?);
            if let Some(kid) = take_kid(fields)? {
                key.public.kid = kid;
            }
            take_word(fields, "use", "enc")?;
            take_word(fields, "alg", "ECDH-ES")?;
            if let Some(operations) = fields.optional("key_ops") {
                operations.list(1..=2, |node| {
                    node.parsed("deriveKey or deriveBits", |text| {
                        ["deriveKey", "deriveBits"].contains(&text).then_some(())
                    })
                })?;
            }
            take_extractable(fields)?;
            Ok(key)
        })
    }

    /// The private JWK, as a client keeps it in a file.
    #[must_use]
    pub fn print_private_jwk(&self) -> Secret<String> {
        let mut jwk = self.public.print();
        if let Value::Object(members) = &mut jwk {
            let scalar = URL_SAFE_NO_PAD.encode(self.scalar.expose());
            members.insert("d".to_owned(), Value::from(scalar));
        }
        Secret::new(jwk.to_string())
    }

    /// The PKCS#8 document, as a key directory keeps it.
    #[must_use]
    pub const fn pkcs8(&self) -> &Secret<Vec<u8>> {
        &self.pkcs8
    }

    /// The public part, which others seal to.
    #[must_use]
    pub const fn public(&self) -> &SealingJwk {
        &self.public
    }

    /// What `derive` makes of the secret that this key shares with a peer's; `None` if the library refuses.
    pub(super) fn agree<T>(&self, peer: &PublicKey, derive: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let own = PrivateKey::from_private_key(&ECDH_P256, self.scalar.expose()).ok()?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, peer.uncompressed());
        agree(&own, peer, (), |shared| Ok(derive(shared))).ok()
    }
}

impl fmt::Debug for AgreementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgreementKey({})", self.public.kid)
    }
}
