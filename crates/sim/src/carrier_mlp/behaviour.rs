//! How the carrier behaves: how fast, how sure, with which habits of the field, and which misdeed it commits.

use super::quirk::Quirk;
use super::shape::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A way in which a location server may fail its client. Those that concern a document befall the one with the result:
/// the answer, or the report of an asynchronous request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Misbehaviour {
    /// Takes the question and never answers.
    Hang,
    /// Promises a length and hangs up halfway.
    Truncate,
    /// Answers 500 with a page for people.
    #[serde(rename = "error-500")]
    Error500,
    /// Sends one byte of the body each half second.
    SlowBody,
    /// Sends a body of 64 MiB.
    Huge,
    /// Sends a body that never ends.
    Endless,
    /// Sends the client elsewhere (307).
    Redirect,
    /// Answers correctly, but only after `late_ms`.
    Late,
    /// Calls its answer `text/html`.
    WrongType,
    /// Answers services that it does not know, and documents that it cannot read, with status 200.
    AlwaysOk,
    /// Takes any password.
    AnyPassword,
    /// Takes any version.
    AnyVersion,
    /// Locates numbers that are nobody's.
    LocatesNobody,
    /// Answers with a result code that stands in no table.
    UnknownResult,
    /// Answers about another number.
    WrongNumber,
    /// Two positions of one phone that exclude each other.
    Disagree,
    /// A position from tomorrow.
    FutureTime,
    /// A position from yesterday, whatever was asked.
    StaleTime,
    /// Sends the document twice in one body.
    Twice,
    /// Sends something that is not XML.
    Malformed,
    /// Declares entities that grow to gigabytes, and uses them.
    EntityBomb,
    /// Declares an entity that is to be fetched from outside, and uses it.
    Doctype,
    /// Nests elements by the thousand.
    DeepNesting,
    /// Accepts an asynchronous request and never reports.
    NeverPush,
    /// Reports after `late_ms` more.
    LatePush,
    /// Reports twice.
    PushTwice,
    /// Reports to an address that nobody gave it.
    PushToNobody,
    /// Reports with a wrong password.
    PushWrongLogin,
    /// Reports without logging in.
    PushWithoutLogin,
    /// Reports about a request that it never accepted.
    PushWrongRequest,
    /// Reports with a body of 64 MiB.
    PushHuge,
    /// Reports one byte each half second.
    PushSlow,
}

/// The carrier's behaviour; every field can be changed while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// How long a last known position takes, in milliseconds.
    pub last_known_ms: u64,
    /// The least and most that a fresh position takes, in milliseconds.
    pub fresh_ms: (u64, u64),
    /// How long after the position is known it is reported, in milliseconds.
    pub push_delay_ms: u64,
    /// How often the reported area contains the truth, in percent, 1 to 100; a position that the network had before
    /// keeps the confidence that it was made with.
    pub confidence: u8,
    /// The kind of area that is reported.
    pub shape: Kind,
    /// The habit of the field, if any.
    pub quirk: Option<Quirk>,
    /// The misdeed, if any.
    pub misbehave: Option<Misbehaviour>,
    /// How late `late` and `late-push` are, in milliseconds.
    pub late_ms: u64,
    /// Whether the ledger keeps each request's document; load tests may do without.
    pub documents: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            last_known_ms: 50,
            fresh_ms: (2_000, 12_000),
            push_delay_ms: 20,
            confidence: 67,
            shape: Kind::CircularArea,
            quirk: None,
            misbehave: None,
            late_ms: 30_000,
            documents: true,
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
            let found = changed.confidence;
            return Err(format!("expected a confidence of 1 to 100 percent, found {found}"));
        }
        Ok(changed)
    }

    /// The kind of area that is reported: some habits are habits of one kind.
    pub fn kind(&self) -> Kind {
        self.quirk.and_then(Quirk::kind).unwrap_or(self.shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_named_fields_change() {
        let change = json!({"misbehave": "error-500", "quirk": "three-digit-degrees", "shape": "Polygon"});
        let changed = Behaviour::default().changed(change).unwrap();
        assert_eq!(changed.misbehave, Some(Misbehaviour::Error500));
        assert_eq!((changed.kind(), changed.last_known_ms), (Kind::Polygon, 50));
        let arc = changed.changed(json!({"quirk": "arc-absolute-stop"})).unwrap();
        assert_eq!(arc.kind(), Kind::CircularArcArea);
        for bad in [
            json!({"quirk": "none"}),
            json!({"fresh_ms": [3, 2]}),
            json!({"confidence": 0}),
            json!(1),
        ] {
            assert!(arc.changed(bad.clone()).is_err(), "{bad}");
        }
    }
}
