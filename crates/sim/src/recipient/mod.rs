//! A recipient's own code: what a company needs to ask through others who can neither read nor alter what they carry.

pub mod ask;
pub mod note;
pub mod outcome;
pub mod receipt;

use crate::client::{CallError, Client};
use crate::clock;
use crate::fetch::Fetch;
use crate::jwe::{Opened, SealingKey};
use crate::jwt::{JwtError, PublicJwk, SigningKey};
use crate::sync::lock;
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

/// A recipient with its keys.
#[derive(Debug)]
pub struct Recipient {
    /// Its file: who it is to the gateway.
    pub client: Client,
    /// The key that signs its asks.
    pub signing: SigningKey,
    /// The keys that outcomes are sealed for, the present one first.
    pub sealing: Vec<SealingKey>,
}

impl Recipient {
    /// Reads a client's file; it must hold an `encryption_jwk`.
    ///
    /// # Errors
    /// When the file or a key in it is unusable.
    pub fn open(path: &Path) -> Result<Self, CallError> {
        let client = Client::open(path)?;
        let missing = || CallError(format!("{}: expected an `encryption_jwk`, found none", path.display()));
        let present = client.encryption_jwk.as_ref().ok_or_else(missing)?;
        let sealing = std::iter::once(present).chain(&client.former_encryption_jwks);
        let sealing = sealing.map(SealingKey::from_jwk).collect::<Result<_, _>>()?;
        let signing = SigningKey::from_jwk(&client.private_jwk)?;
        Ok(Self {
            client,
            signing,
            sealing,
        })
    }

    /// Opens what was sealed for one of its keys.
    ///
    /// # Errors
    /// As [`SealingKey::open`], of the key that was tried last.
    pub fn unseal(&self, jwe: &str) -> Result<Opened, JwtError> {
        let mut failure = JwtError::new("expected a key to open it with, found none");
        for key in &self.sealing {
            match key.open(jwe) {
                Ok(opened) => return Ok(opened),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// How long a gateway's key is used before it is read again, in seconds.
const KEY_LIVES_S: i64 = 300;

/// The keys that gateways have subjects sealed for, as they publish them.
#[derive(Debug, Default)]
pub struct GatewayKeys {
    known: Mutex<HashMap<String, (PublicJwk, i64)>>,
}

impl GatewayKeys {
    /// The key of the gateway with this issuer: the one in its key set whose `use` is `enc`.
    ///
    /// # Errors
    /// When the gateway does not answer, or publishes no such key.
    pub async fn of(&self, fetch: &Fetch, issuer: &str) -> Result<PublicJwk, CallError> {
        let known = lock(&self.known).get(issuer).cloned();
        if let Some((key, _)) = known.filter(|(_, until_s)| *until_s > clock::now_s()) {
            return Ok(key);
        }
        let url = format!("{}/oauth2/jwks", issuer.trim_end_matches('/'));
        let set: Value = fetch.read_json(&url).await?;
        let keys = set["keys"].as_array().into_iter().flatten();
        let key = keys
            .filter(|key| key["use"] == "enc" && key["crv"] == "P-256")
            .find_map(|key| serde_json::from_value::<PublicJwk>(key.clone()).ok())
            .ok_or_else(|| CallError(format!("{url}: expected a P-256 key with use `enc`, found none")))?;
        lock(&self.known).insert(issuer.to_owned(), (key.clone(), clock::now_s() + KEY_LIVES_S));
        Ok(key)
    }
}
