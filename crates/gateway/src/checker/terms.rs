//! The terms of a consent, read from the text that was signed.

use domain::journal::tree::sha256;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::schedule::Schedule;

/// The terms as they are signed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Signed {
    #[serde(rename = "case")]
    _case: String,
    consent: String,
    count: Option<u32>,
    #[serde(default, deserialize_with = "said")]
    event: Option<Option<String>>,
    gateway: String,
    kind: String,
    lasts_seconds: u32,
    #[serde(rename = "locale")]
    _locale: String,
    metres: u32,
    origin: String,
    per_hour: Option<u32>,
    precision: String,
    purpose: String,
    recipient: String,
    #[serde(rename = "recipientName")]
    _recipient_name: String,
    relays: Vec<Relay>,
    #[serde(default, deserialize_with = "said")]
    seal: Option<Option<String>>,
    text_hash: String,
    v: u8,
    within: Option<Schedule>,
}

/// A company that may carry asks and answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Relay {
    #[serde(rename = "name")]
    _name: String,
    party: String,
}

/// A member that is there, null or not.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What bounds a consent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) consent: String,
    pub(super) recipient: String,
    pub(super) purpose: String,
    pub(super) metres: u32,
    /// Whether only yes or no is allowed.
    pub(super) yes_no: bool,
    pub(super) count: Option<u32>,
    pub(super) per_hour: Option<u32>,
    pub(super) lasts_ms: i64,
    pub(super) within: Option<Schedule>,
    /// SHA-256 of the words, in hexadecimal.
    pub(super) text_hash: String,
    /// The gateway that asks: its address.
    pub(super) gateway: String,
    /// Who may carry asks and answers.
    pub(super) relays: Vec<String>,
    /// The event during which alone it holds.
    pub(super) event: Option<String>,
    /// The thumbprint of the key that answers to signed asks are sealed to.
    pub(super) seal: Option<String>,
}

/// A consent of more asks than this goes on, and wants a reply from the number.
const FEW: u32 = 24;
/// So does one that lasts longer than a day.
const DAY_MS: i64 = 86_400_000;

impl Terms {
    /// Reads the canonical text; `None` for another.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let signed: Signed = serde_json::from_slice(bytes).ok()?;
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let sorted: std::collections::BTreeMap<_, _> = value.as_object()?.iter().collect();
        let canonical = serde_json::to_vec(&sorted).ok()? == bytes;
        let chained = signed.event.is_some() || signed.seal.is_some();
        let of_its_version = match signed.v {
            1 => !chained && signed.relays.is_empty() && signed.within.is_none(),
            2 => !chained && signed.relays.is_empty() && signed.within.is_some(),
            3 => signed.event.is_some() && signed.seal.is_some(),
            _ => false,
        };
        let known = matches!(&*signed.precision, "AREA" | "YES_NO") && matches!(&*signed.origin, "NETWORK" | "HANDSET");
        let fits = canonical && of_its_version && known && signed.kind == "wayleave consent";
        fits.then(|| Self {
            consent: signed.consent,
            recipient: signed.recipient,
            purpose: signed.purpose,
            metres: signed.metres,
            yes_no: signed.precision == "YES_NO",
            count: signed.count,
            per_hour: signed.per_hour,
            lasts_ms: i64::from(signed.lasts_seconds) * 1000,
            within: signed.within,
            text_hash: signed.text_hash,
            gateway: signed.gateway,
            relays: signed.relays.into_iter().map(|relay| relay.party).collect(),
            event: signed.event.flatten(),
            seal: signed.seal.flatten(),
        })
    }

    /// Whether a reply from the number belongs to its evidence.
    pub(super) fn wants_reply(&self) -> bool {
        self.count.is_none_or(|count| count > FEW)
            || self.within.as_ref().is_some_and(Schedule::is_weekly)
            || self.lasts_ms > DAY_MS
    }

    /// From when to when it is in force if it is given at a time and waits so long.
    pub(super) fn reach(&self, given: i64, waits_ms: i64) -> (i64, i64) {
        let from = given + waits_ms;
        let until = from + self.lasts_ms;
        match self.within.as_ref().and_then(Schedule::window) {
            Some((opens, closes)) => (from.max(opens), until.min(closes)),
            None => (from, until),
        }
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn hash_of(bytes: &[u8]) -> String {
    domain::journal::entry::hex(&sha256(&[bytes]))
}
