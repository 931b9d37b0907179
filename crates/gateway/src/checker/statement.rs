//! What one entry says, read from the JSON of its two parts.

use domain::journal::Leaf;
use domain::time::Timestamp;
use serde_json::Value;

use super::forms::{Forms, Part};
use super::rows::Row;

/// An entry as the check reads it. Times are milliseconds since the Unix epoch.
pub(super) struct Statement {
    pub(super) leaf: Leaf,
    pub(super) at: i64,
    pub(super) kind: String,
    pub(super) subject: Option<[u8; 16]>,
    /// The number in the person's own count.
    pub(super) n: Option<u64>,
    /// The *asked* entry that it ends.
    pub(super) closes: Option<Leaf>,
    party: Part,
    own: Part,
}

/// Reads a time as entries write it: with milliseconds, in UTC.
pub(super) fn time(text: &str) -> Option<i64> {
    let at = Timestamp::from_rfc3339(text)?;
    (at.rfc3339() == text).then(|| at.unix_ms())
}

/// Reads canonical JSON (RFC 8785): keys sorted and each once, no white space.
fn canonical(text: &str) -> Option<Part> {
    let part: Part = serde_json::from_str(text).ok()?;
    (serde_json::to_string(&part).ok()? == text).then_some(part)
}

impl Statement {
    /// Reads a row; `Err` says in what it is not an entry of its kind.
    pub(super) fn read(row: &Row, forms: &Forms) -> Result<Self, String> {
        let party = canonical(&row.party.1).ok_or("the party's part is not canonical JSON")?;
        let own = canonical(&row.own.1).ok_or("the subject's part is not canonical JSON")?;
        let kind = party.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        forms.fit(&kind, &party, &own)?;
        let at = party
            .get("at")
            .and_then(Value::as_str)
            .and_then(time)
            .unwrap_or_default();
        let closes = party.get("asked").and_then(Value::as_u64);
        if kind != row.kind || at != row.at || closes != row.closes {
            return Err("the columns beside the parts say something else than the parts".to_owned());
        }
        let n = own.get("n").and_then(Value::as_u64);
        if n.is_some() != row.subject.is_some() {
            return Err("the entry has a number and no person, or a person and no number".to_owned());
        }
        Ok(Self {
            leaf: row.leaf,
            at,
            kind,
            subject: row.subject,
            n,
            closes,
            party,
            own,
        })
    }

    /// A text of the party's part; empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.party.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text of the party's part, if there is one.
    pub(super) fn said(&self, name: &str) -> Option<&str> {
        self.party.get(name).and_then(Value::as_str)
    }

    /// The texts of a list of the party's part.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let list = self.party.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A number of the party's part.
    pub(super) fn number(&self, name: &str) -> u64 {
        self.party.get(name).and_then(Value::as_u64).unwrap_or_default()
    }

    /// How many entries the totals of an erasure count.
    pub(super) fn total(&self) -> Option<u64> {
        let rows = self.party.get("totals")?.as_array()?;
        rows.iter().map(|row| row.get("n")?.as_u64()).sum()
    }

    /// The permission that it names.
    pub(super) fn permission(&self) -> Option<&str> {
        self.own.get("permission").and_then(Value::as_str)
    }

    /// The reason that it gives.
    pub(super) fn reason(&self) -> Option<&str> {
        self.own.get("reason").and_then(Value::as_str)
    }
}
