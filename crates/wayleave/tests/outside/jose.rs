//! Keys, assertions and proofs, signed by these tests themselves, rightly and wrongly.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn unbase64url(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

/// Seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("a time within i64")
}

/// Sixteen bytes of chance, as a token's name.
pub fn jti() -> String {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("chance");
    base64url(bytes)
}

/// An EC P-256 key.
pub struct Key {
    pair: EcdsaKeyPair,
    x: String,
    y: String,
}

impl Key {
    pub fn generate() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self::of(pair)
    }

    /// The key of a private JWK.
    pub fn read(jwk: &Value) -> Self {
        let part = |name: &str| unbase64url(jwk[name].as_str().expect(name));
        let public = [vec![4], part("x"), part("y")].concat();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &part("d"), &public);
        Self::of(pair.expect("a private key"))
    }

    fn of(pair: EcdsaKeyPair) -> Self {
        let point = pair.public_key().as_ref().to_vec();
        Self {
            x: base64url(&point[1..33]),
            y: base64url(&point[33..65]),
            pair,
        }
    }

    pub fn public(&self) -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": self.x, "y": self.y})
    }

    pub fn private(&self) -> Value {
        let secret = self.pair.private_key().as_be_bytes().expect("a private key");
        let mut jwk = self.public();
        jwk["d"] = base64url(secret.as_ref()).into();
        jwk["alg"] = "ES256".into();
        jwk
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.pair.sign(&SystemRandom::new(), message).expect("a signature");
        signature.as_ref().to_vec()
    }

    /// A JWS in compact form.
    pub fn jws(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let signature = base64url(self.sign(text.as_bytes()));
        format!("{text}.{signature}")
    }

    /// A client's assertion, as it should be.
    pub fn assertion(&self, client_id: &str, audience: &str) -> String {
        self.jws(
            &json!({"alg": "ES256", "typ": "JWT"}),
            &assertion_claims(client_id, audience),
        )
    }

    /// A proof of possession, as it should be.
    pub fn proof(&self, method: &str, url: &str, token: Option<&str>) -> String {
        self.jws(&self.proof_header(), &proof_claims(method, url, token))
    }

    pub fn proof_header(&self) -> Value {
        json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": self.public()})
    }
}

pub fn assertion_claims(client_id: &str, audience: &str) -> Value {
    json!({"iss": client_id, "sub": client_id, "aud": audience, "jti": jti(), "iat": now(), "exp": now() + 60})
}

pub fn proof_claims(method: &str, url: &str, token: Option<&str>) -> Value {
    let mut claims = json!({"jti": jti(), "htm": method, "htu": url, "iat": now()});
    if let Some(token) = token {
        claims["ath"] = base64url(digest(&SHA256, token.as_bytes())).into();
    }
    claims
}
