//! How the carrier behaves: how fast, how sure, and which misdeed it commits.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A way in which a peer may fail its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Misbehaviour {
    /// Takes the question and never answers.
    Hang,
    /// Promises a length and hangs up halfway.
    Truncate,
    /// Answers about another number.
    WrongNumber,
    /// Sends the answer document twice in one body.
    Twice,
    /// Sends something that is not JSON.
    Malformed,
    /// Answers 500 `INTERNAL`.
    #[serde(rename = "error-500")]
    Error500,
    /// Sends one byte of the body each half second.
    SlowBody,
    /// Sends a body of 64 MiB.
    Huge,
    /// Sends the caller elsewhere (307).
    Redirect,
    /// Answers correctly, but only after `late_ms`.
    Late,
    /// Locates numbers that are nobody's.
    LocatesNobody,
    /// Takes requests without a token, or with any.
    AnyToken,
    /// Gives tokens to whoever signs in its client's name.
    AnyClient,
    /// Does not send `x-correlator` back.
    NoCorrelator,
    /// Sends another `x-correlator` back.
    OtherCorrelator,
    /// Calls its answer `text/html`.
    WrongType,
    /// Its errors are not `ErrorInfo`.
    BareErrors,
    /// Answers 400 to whatever it refuses.
    #[serde(rename = "always-400")]
    Always400,
}

/// The form in which positions are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Shape {
    /// A circle.
    Circle,
    /// A polygon of twelve corners around that circle.
    Polygon,
}

/// The carrier's behaviour; every field can be changed while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// How long a last known position takes, in milliseconds.
    pub last_known_ms: u64,
    /// The least and most that a fresh position takes, in milliseconds.
    pub fresh_ms: (u64, u64),
    /// How often the reported circle contains the truth, in percent, 1 to 100.
    pub confidence: u8,
    /// Circles or polygons.
    pub shape: Shape,
    /// The misdeed, if any.
    pub misbehave: Option<Misbehaviour>,
    /// How late `late` is, in milliseconds.
    pub late_ms: u64,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            last_known_ms: 50,
            fresh_ms: (2_000, 12_000),
            confidence: 95,
            shape: Shape::Circle,
            misbehave: None,
            late_ms: 30_000,
        }
    }
}

impl Behaviour {
    /// This behaviour with the named fields changed; what `change` does not name stays.
    ///
    /// # Errors
    /// When `change` is no object, or a field is unknown or out of range.
    pub fn changed(&self, change: Value) -> Result<Self, String> {
        let Value::Object(change) = change else {
            return Err("expected an object of the fields to change".into());
        };
        let mut fields = serde_json::to_value(self).map_err(|error| error.to_string())?;
        if let Some(fields) = fields.as_object_mut() {
            fields.extend(change);
        }
        let changed: Self = serde_json::from_value(fields).map_err(|error| error.to_string())?;
        if changed.fresh_ms.0 > changed.fresh_ms.1 {
            return Err("expected fresh_ms as [least, most]".into());
        }
        if !(1..=100).contains(&changed.confidence) {
            return Err(format!(
                "expected a confidence of 1 to 100 percent, found {}",
                changed.confidence
            ));
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_named_fields_change() {
        let changed = Behaviour::default()
            .changed(json!({"last_known_ms": 0, "misbehave": "error-500"}))
            .unwrap();
        assert_eq!((changed.last_known_ms, changed.fresh_ms), (0, (2_000, 12_000)));
        assert_eq!(changed.misbehave, Some(Misbehaviour::Error500));
        let kept = changed.changed(json!({"fresh_ms": [1, 2]})).unwrap();
        assert_eq!(kept.misbehave, Some(Misbehaviour::Error500));
        assert_eq!(kept.changed(json!({"misbehave": null})).unwrap().misbehave, None);
        assert!(kept.changed(json!({"last_know_ms": 1})).is_err());
        assert!(kept.changed(json!({"fresh_ms": [3, 2]})).is_err());
    }
}
