//! A published document held against the journal.

use std::collections::BTreeSet;

use domain::id::PartyId;
use domain::purpose::Purpose;

use super::document::Document;
use super::tally::{Cell, LEAST, Number, Tally};

/// What is published otherwise than the journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Whose asks.
    pub party: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// `answered`, `refused` or `unanswered`.
    pub which: &'static str,
    /// What is published; `None` is nothing.
    pub published: Option<u64>,
    /// What the journal has; `None` is a number that may not be published.
    pub counted: Option<u64>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let say = |number: Option<u64>| number.map_or_else(|| "nothing".to_owned(), |number| number.to_string());
        let (published, counted) = (say(self.published), say(self.counted));
        let Self {
            party, purpose, which, ..
        } = self;
        write!(
            f,
            "{party} {purpose} {which}: published {published}, the journal has {counted}"
        )
    }
}

/// Every difference. Where entries of the day were erased, a published number may be larger than what can still be
/// counted, by at most as many.
#[must_use]
pub fn differences(published: &Document, tally: &Tally) -> Vec<Difference> {
    let counted = tally.cells.keys().copied();
    let keys: BTreeSet<(PartyId, Purpose)> = counted
        .chain(published.rows.iter().map(|row| (row.party, row.purpose)))
        .collect();
    let nothing = Cell::default();
    let mut found = Vec::new();
    for (party, purpose) in keys {
        let cell = tally.cells.get(&(party, purpose)).unwrap_or(&nothing);
        let mut rows = published
            .rows
            .iter()
            .filter(|row| (row.party, row.purpose) == (party, purpose));
        let row = rows.next();
        let numbers = row.map_or([None; 3], super::document::Row::numbers);
        let counted = [&cell.answered, &cell.refused, &cell.unanswered];
        for ((which, published), counted) in ["answered", "refused", "unanswered"]
            .into_iter()
            .zip(numbers)
            .zip(counted)
        {
            if !agrees(published, counted, tally.erased) {
                found.push(Difference {
                    party,
                    purpose,
                    which,
                    published,
                    counted: counted.published(),
                });
            }
        }
        // A second row for the same party and purpose is a number too many, whatever it says.
        found.extend(rows.map(|row| Difference {
            party,
            purpose,
            which: "a second row",
            published: row.answered.or(row.refused).or(row.unanswered),
            counted: None,
        }));
    }
    found
}

fn agrees(published: Option<u64>, counted: &Number, erased: u64) -> bool {
    match published {
        _ if erased == 0 => published == counted.published(),
        Some(number) => number >= LEAST && (counted.asks..=counted.asks.saturating_add(erased)).contains(&number),
        // Erased entries only add to what there was.
        None => counted.published().is_none(),
    }
}
