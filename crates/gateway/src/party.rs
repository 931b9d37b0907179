//! What the gateway keeps of a party: its registered name, its keys, and what it is approved for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::purpose::Purpose;
use serde::{Deserialize, Serialize};
use wire::jose::jwk::Jwk;

/// A party's record, as it is stored and hashed into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRecord {
    /// The name that subscribers read.
    pub name: String,
    /// The name of its OAuth client.
    pub client: String,
    /// The keys that sign its assertions.
    pub keys: Vec<PublicKey>,
    /// What it is approved for.
    pub purposes: Vec<Purpose>,
    /// The API scopes that its tokens may have.
    pub scopes: Vec<String>,
    /// Whether its tokens must be bound to a key (RFC 9449).
    pub dpop: bool,
}

/// An EC P-256 public key as a JWK carries it (RFC 7518 §6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// The key's name; its RFC 7638 thumbprint unless the party chose another.
    pub kid: String,
    /// The x coordinate, base64url.
    pub x: String,
    /// The y coordinate, base64url.
    pub y: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    name: String,
    client: String,
    keys: Vec<PublicKey>,
    purposes: Vec<String>,
    scopes: Vec<String>,
    dpop: bool,
}

impl PublicKey {
    /// The key, if its coordinates are a point on the curve.
    #[must_use]
    pub fn jwk(&self) -> Option<Jwk> {
        let part = |text: &str| <[u8; 32]>::try_from(URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        let key = wire::jose::jwk::PublicKey::new(part(&self.x)?, part(&self.y)?)?;
        Some(Jwk {
            kid: self.kid.clone(),
            key,
        })
    }
}

impl From<&Jwk> for PublicKey {
    fn from(jwk: &Jwk) -> Self {
        let part = |bytes: &[u8; 32]| URL_SAFE_NO_PAD.encode(bytes);
        Self {
            kid: jwk.kid.clone(),
            x: part(jwk.key.x()),
            y: part(jwk.key.y()),
        }
    }
}

impl PartyRecord {
    /// The keys that sign its assertions.
    #[must_use]
    pub fn jwks(&self) -> Vec<Jwk> {
        self.keys.iter().filter_map(PublicKey::jwk).collect()
    }

    /// The stored text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let stored = Stored {
            name: self.name.clone(),
            client: self.client.clone(),
            keys: self.keys.clone(),
            purposes: self.purposes.iter().map(|purpose| purpose.term().to_owned()).collect(),
            scopes: self.scopes.clone(),
            dpop: self.dpop,
        };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// Names the field that is missing, unknown or malformed.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let stored: Stored = serde_json::from_str(text)?;
        Ok(Self {
            name: stored.name,
            client: stored.client,
            keys: stored.keys,
            purposes: stored
                .purposes
                .iter()
                .filter_map(|term| Purpose::from_term(term))
                .collect(),
            scopes: stored.scopes,
            dpop: stored.dpop,
        })
    }
}
