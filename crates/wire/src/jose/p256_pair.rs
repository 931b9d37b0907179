//! A private key on P-256 in the forms in which it is kept: its scalar, and PKCS#8. What it is used for is its holder's
//! matter: see [`super::SigningKey`] and [`super::AgreementKey`].

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use domain::secret::Secret;

use super::jwk::{PublicKey, read_coordinate, require_kty};
use super::signing_key::KeyError;
use crate::json::{Fields, ParseError};

/// The two halves of a key.
pub(super) struct P256Pair {
    pub(super) scalar: Secret<[u8; 32]>,
    pub(super) pkcs8: Secret<Vec<u8>>,
    pub(super) public: PublicKey,
}

impl P256Pair {
    /// The pair from 32 bytes of the caller's chance, taken as its scalar (FIPS 186-5 §A.2.2). Zero and numbers beyond the
    /// curve's order are none.
    pub(super) fn from_chance(chance: [u8; 32]) -> Result<Self, KeyError> {
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
        Self::of(&pair)
    }

    /// The pair from a PKCS#8 document.
    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError)?;
        Self::of(&pair)
    }

    fn of(pair: &EcdsaKeyPair) -> Result<Self, KeyError> {
        let scalar = pair.private_key().as_be_bytes().map_err(|_| KeyError)?;
        Ok(Self {
            scalar: Secret::new(<[u8; 32]>::try_from(scalar.as_ref()).map_err(|_| KeyError)?),
            pkcs8: Secret::new(pair.to_pkcs8v1().map_err(|_| KeyError)?.as_ref().to_vec()),
            public: PublicKey::from_uncompressed(pair.public_key().as_ref()).ok_or(KeyError)?,
        })
    }

    /// Takes the members `kty`, `crv`, `x`, `y` and `d` of a private JWK, which have to be of one key.
    pub(super) fn take(fields: &mut Fields) -> Result<Self, ParseError> {
        require_kty(fields)?;
        let public = PublicKey::take(fields)?;
        let scalar = fields.required("d")?.parsed("32 bytes in base64url", read_coordinate)?;
        Self::from_chance(scalar)
            .ok()
            .filter(|pair| pair.public == public)
            .ok_or_else(|| ParseError::new("the private key of x and y", "another number").under_field("d"))
    }
}
