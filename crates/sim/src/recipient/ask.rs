//! A signed ask: a compact JWS whose subject only the gateway can read.

use super::Recipient;
use crate::jwt::{JwtError, PublicJwk, SigningKey};
use crate::{chance, clock, jwe};
use serde_json::{Map, Value, json};

/// How long an ask may travel, in seconds.
const LIVES_S: i64 = 60;

/// The path that asks are sent to.
pub const PATH: &str = "/wayleave/v1/asks";

/// What a recipient wants to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Whose phone: E.164 with `+`.
    pub number: String,
    /// The DPV purpose.
    pub purpose: String,
    /// The event that the ask rests on: a ticket, a call.
    pub event: Option<String>,
    /// The question, with its `type`.
    pub question: Value,
    /// The gateway: its issuer.
    pub audience: String,
    /// Who may carry it, from the recipient outward.
    pub relays: Vec<String>,
    /// Claims that take the place of the usual ones; a null takes one away.
    pub claims: Map<String, Value>,
}

/// A signed ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// The JWS.
    pub jws: String,
    /// What it says.
    pub claims: Value,
}

impl Signed {
    /// Its name, which the outcome has to bear.
    pub fn jti(&self) -> &str {
        self.claims["jti"].as_str().unwrap_or_default()
    }
}

impl Draft {
    /// Signs it in the recipient's name, with the subject sealed for the gateway's key.
    ///
    /// # Errors
    /// When sealing or signing fails.
    pub fn sign(&self, recipient: &Recipient, gateway: &PublicJwk) -> Result<Signed, JwtError> {
        self.sign_as(&recipient.client.client_id, &recipient.signing, gateway)
    }

    /// Signs it with any key in any name, as somebody who holds the wrong one could.
    ///
    /// # Errors
    /// When sealing or signing fails.
    pub fn sign_as(&self, issuer: &str, key: &SigningKey, gateway: &PublicJwk) -> Result<Signed, JwtError> {
        let now = clock::now_s();
        let subject = jwe::seal_subject(&self.number, issuer, gateway)?;
        let mut claims = json!({
            "iss": issuer, "aud": self.audience, "iat": now, "exp": now + LIVES_S, "jti": chance::token(),
            "relays": self.relays, "subject": subject, "purpose": self.purpose, "question": self.question,
        });
        if let Some(event) = &self.event {
            claims["event"] = event.as_str().into();
        }
        alter(&mut claims, &self.claims);
        let mut header = json!({"typ": "wayleave-ask+jwt"});
        if let Some(kid) = &key.public.kid {
            header["kid"] = kid.as_str().into();
        }
        let jws = key.sign_jws(header, &claims)?;
        Ok(Signed { jws, claims })
    }
}

/// Puts `changes` over `claims`; a null takes a claim away.
pub fn alter(claims: &mut Value, changes: &Map<String, Value>) {
    if let Some(claims) = claims.as_object_mut() {
        claims.extend(changes.clone());
        claims.retain(|name, _| changes.get(name) != Some(&Value::Null));
    }
}
