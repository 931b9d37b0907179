//! What a control asks a desk to ask, and what is usual where it does not say.

use crate::city::port_aster;
use crate::recipient::ask::Draft;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One ask, as a control wants it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Whose phone.
    pub number: String,
    /// `retrieve`, `verify`, or the question itself; `retrieve` where it is missing.
    #[serde(default)]
    pub question: Value,
    /// The event that it rests on.
    pub event: Option<String>,
    /// The purpose; the asker's own where it is missing.
    pub purpose: Option<String>,
    /// The gateway's issuer; the usual one where it is missing.
    pub audience: Option<String>,
    /// The relays; the usual ones where they are missing.
    pub relays: Option<Vec<String>>,
    /// Claims that take the place of the usual ones; a null takes one away.
    #[serde(default)]
    pub claims: Map<String, Value>,
}

/// What an asker usually says.
#[derive(Debug, Clone, Copy)]
pub struct Usual<'a> {
    /// The gateway's issuer.
    pub audience: &'a str,
    /// The relays.
    pub relays: &'a [String],
    /// The purpose.
    pub purpose: &'a str,
}

impl Wanted {
    /// What is asked for.
    pub fn draft(self, usual: Usual<'_>) -> Draft {
        Draft {
            number: self.number,
            purpose: self.purpose.unwrap_or_else(|| usual.purpose.to_owned()),
            event: self.event,
            question: question(self.question),
            audience: self.audience.unwrap_or_else(|| usual.audience.to_owned()),
            relays: self.relays.unwrap_or_else(|| usual.relays.to_vec()),
            claims: self.claims,
        }
    }
}

fn question(wanted: Value) -> Value {
    match wanted {
        Value::Null => json!({"type": "retrieve"}),
        Value::String(word) if word == "verify" => {
            let center = port_aster().center;
            json!({"type": "verify", "area": {"areaType": "CIRCLE", "center": center, "radius": 2000}})
        }
        Value::String(word) => json!({ "type": word }),
        question => question,
    }
}

/// The consent that is usually asked for with a purpose.
pub fn usual_consent(purpose: &str) -> Value {
    match purpose {
        "FraudPreventionAndDetection" => json!({
            "precision": {"type": "YES_NO", "metres": 2000}, "durationSeconds": 31_536_000, "caseReference": "CARD-2207",
        }),
        "InmateCommunication" => json!({
            "precision": {"type": "AREA", "metres": 500}, "count": 5, "durationSeconds": 3600, "caseReference": "CALL-5501",
        }),
        _ => json!({
            "precision": {"type": "AREA", "metres": 200}, "count": 12, "durationSeconds": 7200, "caseReference": "TOW-8841",
        }),
    }
}
