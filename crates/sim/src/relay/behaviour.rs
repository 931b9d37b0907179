//! What a relay may be told to do with what it carries. An honest one does nothing of it.

use crate::client::{CallError, Client};
use crate::jwt::SigningKey;
use crate::recipient::ask::alter;
use crate::{jwe, saw};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Its misdeeds, each off until it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Behaviour {
    /// Claims that it puts over each ask's; a null takes one away. The recipient's signature stays as it was.
    pub alter: Map<String, Value>,
    /// Sign each ask with its own key under the recipient's name.
    pub resign: bool,
    /// Post asks to this URL instead.
    pub readdress: Option<String>,
    /// Post asks so many seconds late.
    pub hold_s: u64,
    /// Keep the outcome, and answer with status 504.
    pub keep_outcome: bool,
    /// Give the outcome that it kept instead, and keep this one; within a batch, give each recipient the next one's.
    pub swap_outcomes: bool,
}

impl Behaviour {
    /// The ask as it travels on.
    ///
    /// # Errors
    /// When the ask is none, or the relay's own key is unusable.
    pub fn ask(&self, jws: &str, client: &Client) -> Result<String, CallError> {
        if self.alter.is_empty() && !self.resign {
            return Ok(jws.to_owned());
        }
        let mut claims = Value::Object(saw::claims(jws)?);
        alter(&mut claims, &self.alter);
        if self.resign {
            let key = SigningKey::from_jwk(&client.private_jwk)?;
            return Ok(key.sign_jws(jwe::header(jws)?, &claims)?);
        }
        let mut parts = jws.split('.');
        let (header, signature) = (parts.next(), parts.nth(1));
        let claims = crate::jwt::base64url(claims.to_string());
        Ok([header.unwrap_or_default(), &claims, signature.unwrap_or_default()].join("."))
    }
}
