//! Compact JWE by ECDH-ES on P-256 and A256GCM (RFC 7516, RFC 7518 §4.6 and §5.3), written for the simulator alone, over
//! aws-lc-rs: a recipient seals the subject of its ask, and opens what comes back.

use crate::jwt::{JwtError, PublicJwk, base64url, unbase64url};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, RandomizedNonceKey, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use serde_json::{Value, json};

/// The `enc` of every text here; the key that is derived is named after it.
const ENC: &str = "A256GCM";
/// The length of GCM's tag, in bytes.
const TAG_BYTES: usize = 16;

/// A private EC P-256 key that texts are sealed for.
pub struct SealingKey {
    secret: PrivateKey,
    /// The public half.
    pub public: PublicJwk,
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SealingKey(kid {:?})", self.public.kid)
    }
}

/// What was in a sealed text.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// Its header, which everybody could read.
    pub header: Value,
    /// The text.
    pub text: Vec<u8>,
}

impl SealingKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// When the system refuses to give randomness.
    pub fn generate() -> Result<Self, JwtError> {
        let refused = |_| JwtError::new("the system refused to make a key");
        let secret = PrivateKey::generate(&ECDH_P256).map_err(refused)?;
        let public = public_half(&secret)?;
        Ok(Self { secret, public })
    }

    /// Reads a private JWK (`d` included).
    ///
    /// # Errors
    /// When it is not a private EC P-256 key, or its halves do not belong together.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JwtError> {
        let public: PublicJwk = serde_json::from_value(jwk.clone())
            .map_err(|error| JwtError::new(format!("expected an EC JWK: {error}")))?;
        let secret = jwk.get("d").and_then(Value::as_str);
        let secret = unbase64url(secret.ok_or_else(|| JwtError::new("expected a private key with `d`"))?)?;
        let unfit = || JwtError::new("expected a private key that fits its public half");
        let secret = PrivateKey::from_private_key(&ECDH_P256, &secret).map_err(|_| unfit())?;
        if public_half(&secret)?.point()? != public.point()? {
            return Err(unfit());
        }
        Ok(Self { secret, public })
    }

    /// The key with its secret `d`, to be kept in a file of its owner's.
    ///
    /// # Errors
    /// When the library cannot give the scalar.
    pub fn private_jwk(&self) -> Result<Value, JwtError> {
        let failed = |_| JwtError::new("the key cannot be exported");
        let secret: EcPrivateKeyBin<'_> = self.secret.as_be_bytes().map_err(failed)?;
        let public = &self.public;
        let d = base64url(secret.as_ref());
        Ok(json!({"kty": "EC", "crv": "P-256", "x": public.x, "y": public.y, "d": d, "use": "enc"}))
    }

    /// Opens what was sealed for this key.
    ///
    /// # Errors
    /// When it is no such JWE, is for another key, or was altered.
    pub fn open(&self, jwe: &str) -> Result<Opened, JwtError> {
        let parts: Vec<&str> = jwe.split('.').collect();
        let [protected, "", nonce, sealed, tag] = parts.as_slice() else {
            return Err(JwtError::new("expected a compact JWE of five parts, the second empty"));
        };
        let header = header(jwe)?;
        if header["alg"] != "ECDH-ES" || header["enc"] != ENC || header.get("crit").is_some() {
            return Err(JwtError::new("expected a JWE by `ECDH-ES` and `A256GCM`"));
        }
        let sender: PublicJwk = serde_json::from_value(header["epk"].clone())
            .map_err(|error| JwtError::new(format!("expected an EC key in `epk`: {error}")))?;
        let parties = [bytes_of(&header, "apu")?, bytes_of(&header, "apv")?];
        let key = agreed(&self.secret, &sender, &parties)?;
        let refused = || JwtError::new("it is sealed for another key, or was altered");
        let nonce: [u8; NONCE_LEN] = unbase64url(nonce)?.try_into().map_err(|_| refused())?;
        let mut bytes = [unbase64url(sealed)?, unbase64url(tag)?].concat();
        let plain = UnboundKey::new(&AES_256_GCM, &key)
            .map(LessSafeKey::new)
            .and_then(|key| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.open_in_place(nonce, Aad::from(protected.as_bytes()), &mut bytes)
            })
            .map_err(|_| refused())?;
        let text = plain.to_vec();
        Ok(Opened { header, text })
    }
}

/// What a header says of both sides; all of it is readable, and none of it can be altered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Label<'a> {
    /// Who sealed it (RFC 7518 §4.6.1.2); left out where empty.
    pub apu: &'a str,
    /// For whom and for what (§4.6.1.3); left out where empty.
    pub apv: &'a str,
}

/// Seals a text for a key.
///
/// # Errors
/// When `to` is no EC P-256 key, or the system refuses to give randomness.
pub fn seal(text: &[u8], to: &PublicJwk, label: Label<'_>) -> Result<String, JwtError> {
    let once = SealingKey::generate()?;
    let own = &once.public;
    let epk = json!({"kty": own.kty, "crv": own.crv, "x": own.x, "y": own.y});
    let mut header = json!({"alg": "ECDH-ES", "enc": ENC, "epk": epk});
    if let Some(kid) = &to.kid {
        header["kid"] = kid.as_str().into();
    }
    for (name, party) in [("apu", label.apu), ("apv", label.apv)] {
        if !party.is_empty() {
            header[name] = base64url(party).into();
        }
    }
    let protected = base64url(header.to_string());
    let key = agreed(
        &once.secret,
        to,
        &[label.apu, label.apv].map(|party| party.as_bytes().to_vec()),
    )?;
    let failed = |_| JwtError::new("sealing failed");
    let mut bytes = text.to_vec();
    let nonce = RandomizedNonceKey::new(&AES_256_GCM, &key)
        .and_then(|key| key.seal_in_place_append_tag(Aad::from(protected.as_bytes()), &mut bytes))
        .map_err(failed)?;
    let tag = bytes.split_off(bytes.len().saturating_sub(TAG_BYTES));
    let (nonce, sealed, tag) = (base64url(nonce.as_ref()), base64url(bytes), base64url(tag));
    Ok(format!("{protected}..{nonce}.{sealed}.{tag}"))
}

/// Seals the number of a phone for a gateway, in the name of the party in whose statement it will stand.
///
/// # Errors
/// As [`seal`].
pub fn seal_subject(number: &str, by: &str, gateway: &PublicJwk) -> Result<String, JwtError> {
    let label = Label {
        apu: by,
        ..Label::default()
    };
    seal(format!("tel:{number}").as_bytes(), gateway, label)
}

/// The header of a compact JWE or JWS, which everybody can read.
///
/// # Errors
/// When it is no JSON object in base64url.
pub fn header(compact: &str) -> Result<Value, JwtError> {
    let first = compact.split('.').next().unwrap_or_default();
    let bytes = unbase64url(first)?;
    let header: Option<Value> = serde_json::from_slice(&bytes).ok();
    header
        .filter(Value::is_object)
        .ok_or_else(|| JwtError::new("expected a JSON object in the header"))
}

fn public_half(secret: &PrivateKey) -> Result<PublicJwk, JwtError> {
    let refused = |_| JwtError::new("the key's public half cannot be had");
    let point = secret.compute_public_key().map_err(refused)?;
    let (Some(x), Some(y)) = (point.as_ref().get(1..33), point.as_ref().get(33..65)) else {
        return Err(JwtError::new("expected an uncompressed point of 65 bytes"));
    };
    Ok(PublicJwk {
        kty: "EC".into(),
        crv: "P-256".into(),
        x: base64url(x),
        y: base64url(y),
        kid: None,
    })
}

fn bytes_of(header: &Value, name: &str) -> Result<Vec<u8>, JwtError> {
    match header.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => unbase64url(text),
        Some(_) => Err(JwtError::new(format!("expected base64url in `{name}`"))),
    }
}

/// The key that two halves agree on: one round of the Concat KDF over the shared secret (RFC 7518 §4.6.2). `parties` are
/// the bytes of `apu` and `apv`.
fn agreed(own: &PrivateKey, other: &PublicJwk, parties: &[Vec<u8>; 2]) -> Result<[u8; 32], JwtError> {
    let failed = || JwtError::new("the keys do not agree");
    let peer = UnparsedPublicKey::new(&ECDH_P256, other.point()?);
    agree(own, peer, failed(), |shared| {
        let round = derivation(shared, ENC, parties, 256);
        digest(&SHA256, &round).as_ref().try_into().map_err(|_| failed())
    })
}

/// What the one round hashes: its count, the secret, and what the key is for, each with its length.
fn derivation(shared: &[u8], algorithm: &str, parties: &[Vec<u8>; 2], key_bits: u32) -> Vec<u8> {
    let mut round = vec![0, 0, 0, 1];
    round.extend_from_slice(shared);
    let [apu, apv] = parties;
    for part in [algorithm.as_bytes(), apu, apv] {
        // None of the three comes near four gigabytes.
        round.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        round.extend_from_slice(part);
    }
    round.extend_from_slice(&key_bits.to_be_bytes());
    round
}

#[cfg(test)]
mod tests;
