//! The document that is published about a day: one line of canonical JSON (RFC 8785), the same for whoever makes it from
//! the same journal.
//!
//! Each number stands alone: it is there when it counts at least ten asks about at least ten people, and otherwise
//! `null`. No sum is published that holds a number that is left out, so that nothing can be found by taking one from
//! another. A party and purpose of which nothing may be published are not named.

use std::collections::BTreeMap;

use domain::id::PartyId;
use domain::journal::entry::Object;
use domain::purpose::Purpose;
use serde_json::Value;

use super::day::Day;
use super::tally::{LEAST, Tally};

/// On what the asks that are counted rest. Orders and emergencies are counted by themselves.
const GROUND: &str = "consent";

/// What is published of one party and purpose. `None` is left out since it is below ten, or zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Who asked.
    pub party: PartyId,
    /// Their registered name.
    pub name: String,
    /// What for.
    pub purpose: Purpose,
    /// Answers that left.
    pub answered: Option<u64>,
    /// Asks that nothing covered.
    pub refused: Option<u64>,
    /// Asks that were covered and got no answer.
    pub unanswered: Option<u64>,
}

impl Row {
    /// The three numbers, in the order in which they are shown: answered, refused, unanswered.
    #[must_use]
    pub const fn numbers(&self) -> [Option<u64>; 3] {
        [self.answered, self.refused, self.unanswered]
    }
}

/// The counts of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The journal's name.
    pub journal: String,
    /// The day, in UTC.
    pub day: Day,
    /// What is published, by party and purpose.
    pub rows: Vec<Row>,
}

impl Document {
    /// What may be published of a day.
    #[must_use]
    pub fn published(journal: &str, day: Day, tally: &Tally, names: &BTreeMap<PartyId, String>) -> Self {
        let rows = tally.cells.iter().map(|((party, purpose), cell)| Row {
            party: *party,
            name: names.get(party).cloned().unwrap_or_default(),
            purpose: *purpose,
            answered: cell.answered.published(),
            refused: cell.refused.published(),
            unanswered: cell.unanswered.published(),
        });
        Self {
            journal: journal.to_owned(),
            day,
            rows: rows.filter(|row| row.numbers().iter().any(Option::is_some)).collect(),
        }
    }

    /// The document's bytes.
    #[must_use]
    pub fn canonical(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(print).collect();
        Object::new()
            .shown("day", self.day)
            .text("journal", &self.journal)
            .number("least", LEAST)
            .raw("rows", &format!("[{}]", rows.join(",")))
            .number("v", 1)
            .finish()
    }

    /// Reads a document, to the letter: what [`Document::canonical`] would not have written is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end();
        let value: Value = serde_json::from_str(text).ok()?;
        let document = Self {
            journal: value.get("journal")?.as_str()?.to_owned(),
            day: Day::parse(value.get("day")?.as_str()?)?,
            rows: value.get("rows")?.as_array()?.iter().map(read).collect::<Option<_>>()?,
        };
        (document.canonical() == text).then_some(document)
    }
}

fn print(row: &Row) -> String {
    Object::new()
        .number_or_null("answered", row.answered)
        .text("ground", GROUND)
        .text("name", &row.name)
        .shown("party", row.party)
        .text("purpose", row.purpose.term())
        .number_or_null("refused", row.refused)
        .number_or_null("unanswered", row.unanswered)
        .finish()
}

fn read(row: &Value) -> Option<Row> {
    let word = |key| row.get(key)?.as_str();
    let number = |key| row.get(key).and_then(Value::as_u64);
    Some(Row {
        party: word("party")?.parse().ok()?,
        name: word("name")?.to_owned(),
        purpose: Purpose::from_term(word("purpose")?)?,
        answered: number("answered"),
        refused: number("refused"),
        unanswered: number("unanswered"),
    })
}
