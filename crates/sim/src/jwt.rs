//! JWK, JWS (ES256) and DPoP, written for the simulator alone, over aws-lc-rs.

use crate::{chance, clock};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What is wrong with a key or a token; a sentence for logs and error documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtError(String);

impl JwtError {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl std::fmt::Display for JwtError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for JwtError {}

/// Bytes as base64url without padding (RFC 7515 §2).
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text without padding.
///
/// # Errors
/// When `text` is not base64url.
pub fn unbase64url(text: &str) -> Result<Vec<u8>, JwtError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| JwtError::new("expected base64url without padding"))
}

/// The public half of an EC P-256 key (RFC 7517, RFC 7518 §6.2). A private member is never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    /// Always `EC`.
    pub kty: String,
    /// Always `P-256`.
    pub crv: String,
    /// The x coordinate, 32 bytes, base64url.
    pub x: String,
    /// The y coordinate, 32 bytes, base64url.
    pub y: String,
    /// The key's id, where its owner gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
}

impl PublicJwk {
    /// Reads a JWK, or the keys of a JWK set.
    ///
    /// # Errors
    /// When the text is neither, or holds no key.
    pub fn read_all(text: &str) -> Result<Vec<Self>, JwtError> {
        let bad = |error: serde_json::Error| JwtError::new(format!("expected a JWK or a JWK set: {error}"));
        let value: Value = serde_json::from_str(text).map_err(bad)?;
        let list = match value.get("keys") {
            Some(keys) => serde_json::from_value(keys.clone()).map_err(bad)?,
            None => vec![serde_json::from_value(value).map_err(bad)?],
        };
        if list.is_empty() {
            return Err(JwtError::new("expected at least one key, found none"));
        }
        Ok(list)
    }

    /// The uncompressed point 0x04 ‖ x ‖ y.
    ///
    /// # Errors
    /// When this is not an EC P-256 key with coordinates of 32 bytes.
    pub fn point(&self) -> Result<Vec<u8>, JwtError> {
        if self.kty != "EC" || self.crv != "P-256" {
            return Err(JwtError::new(format!(
                "expected an EC P-256 key, found `{} {}`",
                self.kty, self.crv
            )));
        }
        let (x, y) = (unbase64url(&self.x)?, unbase64url(&self.y)?);
        if x.len() != 32 || y.len() != 32 {
            return Err(JwtError::new("expected coordinates of 32 bytes"));
        }
        Ok([&[4], x.as_slice(), y.as_slice()].concat())
    }

    /// Checks an ECDSA P-256 SHA-256 signature (r ‖ s) over `message`.
    ///
    /// # Errors
    /// When the key is unusable or the signature is not by it.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), JwtError> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.point()?)
            .verify(message, signature)
            .map_err(|_| JwtError::new("the signature does not match the key"))
    }
}

/// A private EC P-256 key that signs as ES256.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    /// The public half.
    pub public: PublicJwk,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey(kid {:?})", self.public.kid)
    }
}

impl SigningKey {
    /// Reads a private JWK (`d` included).
    ///
    /// # Errors
    /// When it is not a private EC P-256 key or its halves do not belong together.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JwtError> {
        let public: PublicJwk = serde_json::from_value(jwk.clone())
            .map_err(|error| JwtError::new(format!("expected an EC JWK: {error}")))?;
        let secret = jwk
            .get("d")
            .and_then(Value::as_str)
            .ok_or_else(|| JwtError::new("expected a private key with `d`"))?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &unbase64url(secret)?,
            &public.point()?,
        )
        .map_err(|_| JwtError::new("expected a private key that fits its public half"))?;
        Ok(Self { pair, public })
    }

    /// Makes a new key, as a handset's browser does.
    ///
    /// # Errors
    /// When the system refuses to give randomness.
    pub fn generate() -> Result<Self, JwtError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| JwtError::new("the system refused to make a key"))?;
        let point = pair.public_key().as_ref();
        let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else {
            return Err(JwtError::new("expected an uncompressed point of 65 bytes"));
        };
        let public = PublicJwk {
            kty: "EC".into(),
            crv: "P-256".into(),
            x: base64url(x),
            y: base64url(y),
            kid: None,
        };
        Ok(Self { pair, public })
    }

    /// The key with its secret `d`, to be kept in a file of its owner's.
    ///
    /// # Errors
    /// When the library cannot give the scalar.
    pub fn private_jwk(&self) -> Result<Value, JwtError> {
        let secret: aws_lc_rs::encoding::EcPrivateKeyBin<'_> = self
            .pair
            .private_key()
            .as_be_bytes()
            .map_err(|_| JwtError::new("the key cannot be exported"))?;
        let public = &self.public;
        Ok(json!({"kty": "EC", "crv": "P-256", "x": public.x, "y": public.y, "d": base64url(secret.as_ref())}))
    }

    /// An ECDSA P-256 SHA-256 signature over `message`, r ‖ s, 64 bytes.
    ///
    /// # Errors
    /// When the system refuses to give randomness.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JwtError> {
        let signature = self
            .pair
            .sign(&chance::system(), message)
            .map_err(|_| JwtError::new("signing failed"))?;
        Ok(signature.as_ref().to_vec())
    }

    /// A compact JWS over `claims` with the given protected header (`alg` is added).
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign_jws(&self, mut header: Value, claims: &Value) -> Result<String, JwtError> {
        if let Some(header) = header.as_object_mut() {
            header.insert("alg".into(), "ES256".into());
        }
        let input = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let signature = self.sign(input.as_bytes())?;
        Ok(format!("{input}.{}", base64url(signature)))
    }

    /// A `private_key_jwt` assertion (RFC 7523 §2.2) that lives for a minute.
    ///
    /// # Errors
    /// When signing fails.
    pub fn client_assertion(&self, client_id: &str, audience: &str) -> Result<String, JwtError> {
        let now = clock::now_s();
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": audience, "jti": chance::token(), "iat": now, "exp": now + 60,
        });
        let header = match &self.public.kid {
            Some(kid) => json!({"typ": "JWT", "kid": kid}),
            None => json!({"typ": "JWT"}),
        };
        self.sign_jws(header, &claims)
    }

    /// A DPoP proof (RFC 9449 §4.2) for one request; `access_token` adds `ath`, `nonce` the server's nonce.
    ///
    /// # Errors
    /// When signing fails.
    pub fn dpop_proof(
        &self,
        method: &str,
        url: &str,
        access_token: Option<&str>,
        nonce: Option<&str>,
    ) -> Result<String, JwtError> {
        let public = &self.public;
        let jwk = json!({"kty": public.kty, "crv": public.crv, "x": public.x, "y": public.y});
        let target = url.split(['?', '#']).next().unwrap_or(url);
        let mut claims = json!({"jti": chance::token(), "htm": method, "htu": target, "iat": clock::now_s()});
        if let Some(token) = access_token {
            claims["ath"] = base64url(digest(&SHA256, token.as_bytes())).into();
        }
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        self.sign_jws(json!({"typ": "dpop+jwt", "jwk": jwk}), &claims)
    }
}

/// Checks a compact ES256 JWS against the keys of its supposed signer and returns its claims.
///
/// # Errors
/// When the token is malformed, names another algorithm or key, or no key verifies it.
pub fn verify_jws(token: &str, keys: &[PublicJwk]) -> Result<Value, JwtError> {
    let (input, signature) = token
        .rsplit_once('.')
        .ok_or_else(|| JwtError::new("expected a compact JWS"))?;
    let (header, claims) = input
        .split_once('.')
        .ok_or_else(|| JwtError::new("expected a compact JWS"))?;
    let header = json_part(header, "header")?;
    if header.get("alg").and_then(Value::as_str) != Some("ES256") {
        return Err(JwtError::new("expected alg `ES256`"));
    }
    if header.get("crit").is_some() {
        return Err(JwtError::new(
            "found critical header parameters, which are not understood",
        ));
    }
    let kid = header.get("kid").and_then(Value::as_str);
    let fits = |key: &&PublicJwk| kid.is_none() || key.kid.is_none() || key.kid.as_deref() == kid;
    let signature = unbase64url(signature)?;
    let mut failure = JwtError::new("no key with the token's kid is registered");
    for key in keys.iter().filter(fits) {
        match key.verify(input.as_bytes(), &signature) {
            Ok(()) => return json_part(claims, "claims"),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn json_part(part: &str, what: &str) -> Result<Value, JwtError> {
    let bytes = unbase64url(part)?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|_| JwtError::new(format!("expected JSON in the {what}")))?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(JwtError::new(format!("expected an object in the {what}")))
    }
}

#[cfg(test)]
mod tests;
