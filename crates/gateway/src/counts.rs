//! Public counts: how often each party asked, for which purpose, and what came of it, day by day. What is published lets
//! nobody learn of one person, and whoever has the journal can make it again.

pub mod day;
pub mod document;
pub mod kept;
pub mod publish;
pub mod recount;
pub mod tally;

use std::collections::BTreeMap;

use domain::id::PartyId;
use domain::journal::store::StoreError;

use crate::data::Reader;
use crate::seal::Sealer;
use crate::store::party::sqlite::by_id;
use day::Day;
use document::Document;
use tally::Tally;

/// The name under which the journal's key signs the counts of a day, after the journal's own.
#[must_use]
pub fn name(day: Day) -> String {
    format!("counts/{day}")
}

/// Counts a day, and makes the document that is published about it.
///
/// # Errors
/// When the store cannot be read.
pub fn of_day(reader: &Reader, sealer: &Sealer, journal: &str, day: Day) -> Result<(Tally, Document), StoreError> {
    let tally = tally::of_day(reader, day)?;
    let names = names(reader, sealer, &tally)?;
    let document = Document::published(journal, day, &tally, &names);
    Ok((tally, document))
}

/// The registered names of the parties that were counted.
///
/// # Errors
/// When the store cannot be read.
pub fn names(reader: &Reader, sealer: &Sealer, tally: &Tally) -> Result<BTreeMap<PartyId, String>, StoreError> {
    let mut names = BTreeMap::new();
    for (party, _) in tally.cells.keys() {
        if !names.contains_key(party)
            && let Some(listed) = reader.read(|store| by_id(store, *party, sealer))?
        {
            names.insert(*party, listed.record.name);
        }
    }
    Ok(names)
}
