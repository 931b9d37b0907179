//! What the gateway keeps of a party: its registered name, its keys, and what it is approved for.

mod sealing;

pub use sealing::SealingKey;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::PartyId;
use domain::journal::settle::Change;
use domain::party::{Standing, standing_of};
use domain::purpose::Purpose;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use wire::jose::VerifyingKey;
use wire::jose::edwards_key::EdwardsKey;
use wire::jose::jwk::Jwk;
use wire::oauth::grant::Flow;
use wire::oauth::redirect::RedirectUri;

/// A party's record, as it is stored and hashed into the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRecord {
    /// The name that subscribers read.
    pub name: String,
    /// The name of its OAuth client.
    pub client: String,
    /// The keys that sign its assertions, until others take their place.
    pub keys: Vec<PublicKey>,
    /// The keys that take their place, and when.
    pub next_keys: Option<NextKeys>,
    /// What it is approved for.
    pub purposes: Vec<Purpose>,
    /// The API scopes that its tokens may have.
    pub scopes: Vec<String>,
    /// The ways in which it may get a token.
    pub flows: Vec<Flow>,
    /// What its tokens must be bound to.
    pub binding: Binding,
    /// Where its users' browsers may be sent back.
    pub redirects: Vec<RedirectUri>,
    /// Whether its authorization requests must be signed (RFC 9101 §10.5), so that no stranger sends browsers in its name.
    pub signed_requests: bool,
    /// What bounds it under a purpose, besides the policy.
    pub programmes: Vec<ProgrammeBounds>,
    /// The keys that its answers are sealed to, oldest first: each signed into the place of the one before it.
    pub sealing: Vec<SealingKey>,
    /// The issuer of the gateway that this party is, if it is one: it passes on asks that were made for it.
    pub gateway: Option<String>,
}

/// What bounds a party under one purpose, besides the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeBounds {
    /// The purpose's term.
    pub purpose: String,
    /// The kinds of events of which an ask needs one that is live.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// The parties whose word about events counts, by their ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The keyed hashes of the listed numbers whose calls count, in hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// At most so many asks within an hour, over all people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour_max: Option<u32>,
    /// The beginnings of the numbers that may be asked about, without the plus.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
}

/// What a party's tokens must be bound to, so that a stolen one is useless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A key that each request proves (DPoP, RFC 9449).
    Dpop,
    /// The client certificate of the connection (RFC 8705 §3).
    Certificate,
    /// Nothing: in a sandbox only.
    Nothing,
}

/// A set of keys that waits for its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextKeys {
    /// The keys.
    pub keys: Vec<PublicKey>,
    /// From then on they are the party's keys, and the ones before are not.
    pub from: Timestamp,
}

/// A public key as a JWK carries it: on P-256 (RFC 7518 §6.2), or on Ed25519 (RFC 8037 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// The key's name; its RFC 7638 thumbprint unless the party chose another.
    pub kid: String,
    /// The x coordinate, base64url.
    pub x: String,
    /// The y coordinate, base64url; empty on Ed25519, which has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub y: String,
}

/// The stored form. Members that came later may be missing, and are left out where they say what was always so.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    name: String,
    client: String,
    keys: Vec<PublicKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_keys: Option<StoredNext>,
    purposes: Vec<String>,
    scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flows: Option<Vec<String>>,
    dpop: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    certificate: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    redirects: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    signed_requests: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    programmes: Vec<ProgrammeBounds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sealing: Vec<SealingKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gateway: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredNext {
    keys: Vec<PublicKey>,
    from_ms: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl PublicKey {
    /// The key, if its coordinates are a point on its curve.
    #[must_use]
    pub fn jwk(&self) -> Option<Jwk> {
        let part = |text: &str| <[u8; 32]>::try_from(URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        let key = if self.y.is_empty() {
            EdwardsKey::new(part(&self.x)?)?.into()
        } else {
            wire::jose::jwk::PublicKey::new(part(&self.x)?, part(&self.y)?)?.into()
        };
        Some(Jwk {
            kid: self.kid.clone(),
            key,
        })
    }
}

impl From<&Jwk> for PublicKey {
    fn from(jwk: &Jwk) -> Self {
        let part = |bytes: &[u8; 32]| URL_SAFE_NO_PAD.encode(bytes);
        let (x, y) = match &jwk.key {
            VerifyingKey::P256(key) => (part(key.x()), part(key.y())),
            VerifyingKey::Ed25519(key) => (part(key.x()), String::new()),
        };
        Self {
            kid: jwk.kid.clone(),
            x,
            y,
        }
    }
}

impl Binding {
    /// The operator's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dpop => "dpop",
            Self::Certificate => "mtls",
            Self::Nothing => "none",
        }
    }
}

impl PartyRecord {
    /// The keys that sign its assertions now.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Vec<Jwk> {
        self.keys_at(now).iter().filter_map(PublicKey::jwk).collect()
    }

    /// The key that its answers are sealed to now, if it has one.
    #[must_use]
    pub fn sealed_to(&self, now: Timestamp) -> Option<&SealingKey> {
        self.sealing.iter().rfind(|key| key.from_ms <= now.unix_ms())
    }

    /// Whether browsers may be sent back to this address.
    #[must_use]
    pub fn takes_back(&self, asked: &RedirectUri) -> bool {
        self.redirects.iter().any(|registered| registered.covers(asked))
    }

    /// The keys that are the party's at a time.
    #[must_use]
    pub fn keys_at(&self, now: Timestamp) -> &[PublicKey] {
        match &self.next_keys {
            Some(next) if next.from <= now => &next.keys,
            _ => &self.keys,
        }
    }

    /// The change that enrols a party with this record.
    #[must_use]
    pub fn enrolment(&self, party: PartyId, now: Timestamp) -> Change {
        let record = self.to_json();
        let standing = standing_of(&record, now).unwrap_or_else(|| Standing::approved(&[]));
        Change::Enrol {
            party,
            client: self.client.clone(),
            record,
            programmes: standing.programmes,
            seal: standing.seals.first().copied(),
        }
    }

    /// The stored text.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A record without flows is of a time that had only this one.
        let only_the_first = self.flows == [Flow::ClientCredentials];
        let stored = Stored {
            name: self.name.clone(),
            client: self.client.clone(),
            keys: self.keys.clone(),
            next_keys: self.next_keys.as_ref().map(|next| StoredNext {
                keys: next.keys.clone(),
                from_ms: next.from.unix_ms(),
            }),
            purposes: self.purposes.iter().map(|purpose| purpose.term().to_owned()).collect(),
            scopes: self.scopes.clone(),
            flows: (!only_the_first).then(|| self.flows.iter().map(|flow| flow.word().to_owned()).collect()),
            dpop: self.binding == Binding::Dpop,
            certificate: self.binding == Binding::Certificate,
            redirects: self.redirects.iter().map(|uri| uri.as_str().to_owned()).collect(),
            signed_requests: self.signed_requests,
            programmes: self.programmes.clone(),
            sealing: self.sealing.clone(),
            gateway: self.gateway.clone(),
        };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads the stored text.
    ///
    /// # Errors
    /// Names the field that is missing, unknown or malformed.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        let stored: Stored = serde_json::from_str(text)?;
        let purposes = stored.purposes.iter().filter_map(|term| Purpose::from_term(term));
        let flows = stored.flows.map_or_else(
            || vec![Flow::ClientCredentials],
            |words| words.iter().filter_map(|word| Flow::from_word(word)).collect(),
        );
        Ok(Self {
            name: stored.name,
            client: stored.client,
            keys: stored.keys,
            next_keys: stored.next_keys.map(|next| NextKeys {
                keys: next.keys,
                from: Timestamp::from_unix_ms(next.from_ms),
            }),
            purposes: purposes.collect(),
            scopes: stored.scopes,
            flows,
            binding: match (stored.certificate, stored.dpop) {
                (true, _) => Binding::Certificate,
                (false, true) => Binding::Dpop,
                (false, false) => Binding::Nothing,
            },
            // One that could not be registered today is no way back.
            redirects: stored.redirects.iter().filter_map(|uri| uri.parse().ok()).collect(),
            signed_requests: stored.signed_requests,
            programmes: stored.programmes,
            sealing: stored.sealing,
            gateway: stored.gateway,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Span;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn key(name: &str) -> PublicKey {
        PublicKey {
            kid: name.to_owned(),
            x: "x".to_owned(),
            y: "y".to_owned(),
        }
    }

    #[test]
    fn a_record_of_the_first_form_means_what_it_meant() {
        let text = r#"{"name":"Harbour Bank","client":"bank","keys":[{"kid":"a","x":"x","y":"y"}],"purposes":["FraudPreventionAndDetection"],"scopes":["location-verification:verify"],"dpop":true}"#;
        let record = PartyRecord::from_json(text).expect("a record");
        assert_eq!((record.binding, record.flows.len()), (Binding::Dpop, 1));
        assert_eq!(record.to_json(), text, "so that its stamp and its hash stay");
    }

    #[test]
    fn a_key_of_either_kind_survives() {
        let (x, y) = ("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", String::new());
        let stored = PublicKey {
            kid: "ed".to_owned(),
            x: x.to_owned(),
            y,
        };
        let jwk = stored.jwk().expect("the key of RFC 8037 appendix A.2");
        assert!(matches!(jwk.key, VerifyingKey::Ed25519(_)));
        assert_eq!(PublicKey::from(&jwk), stored);
        assert_eq!(
            serde_json::to_string(&stored).expect("json"),
            format!(r#"{{"kid":"ed","x":"{x}"}}"#)
        );
    }

    #[test]
    fn a_whole_record_survives() {
        let record = PartyRecord {
            name: "Harbour Bank".to_owned(),
            client: "bank".to_owned(),
            keys: vec![key("old")],
            next_keys: Some(NextKeys {
                keys: vec![key("new"), key("newer")],
                from: NOW,
            }),
            purposes: vec![Purpose::FraudPreventionAndDetection],
            scopes: vec!["location-verification:verify".to_owned()],
            flows: vec![Flow::Ciba],
            binding: Binding::Certificate,
            redirects: vec!["https://bank.example.com/back".parse().expect("an address")],
            signed_requests: true,
            programmes: vec![ProgrammeBounds {
                purpose: Purpose::FraudPreventionAndDetection.term().to_owned(),
                events: vec!["ticket".to_owned()],
                sources: vec![PartyId::from_bytes([4; 16]).to_string()],
                lines: vec!["00".repeat(16)],
                per_hour_max: Some(12),
                regions: vec!["1202".to_owned()],
            }],
            sealing: vec![SealingKey {
                key: key("seal"),
                thumbprint: "11".repeat(32),
                from_ms: 7,
            }],
            gateway: Some("https://hub.example.com".to_owned()),
        };
        assert_eq!(PartyRecord::from_json(&record.to_json()).expect("a record"), record);
        assert_eq!(record.keys_at(NOW.before(Span::milliseconds(1))), [key("old")]);
        assert_eq!(record.keys_at(NOW), [key("new"), key("newer")]);
    }
}
