//! Counting: every ask of a day, by who asked, what for, and how it ended. An entry counts on the day that it bears.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::PartyId;
use domain::journal::entry::{Entry, Kind};
use domain::journal::kept::Kept;
use domain::journal::store::StoreError;
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::day::Day;
use crate::data::Reader;
use crate::store::journal::shells::read_kept;
use crate::store::journal::times::{entry_from, first_not_before};

/// Below this nothing is published: a number stands for at least so many asks about at least so many people.
pub const LEAST: u64 = 10;
/// So many entries are read at a time, so that nobody else waits long.
const AT_A_TIME: usize = 1_000;

/// How many asks, about how many people.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Number {
    /// How many asks.
    pub asks: u64,
    /// Some of the people whom they were about: all of them, up to [`LEAST`].
    people: BTreeSet<SubjectKey>,
}

impl Number {
    /// Counts one ask about somebody.
    pub fn add(&mut self, subject: SubjectKey) {
        self.asks = self.asks.saturating_add(1);
        if (self.people.len() as u64) < LEAST {
            self.people.insert(subject);
        }
    }

    /// The number, if it may be published.
    #[must_use]
    pub fn published(&self) -> Option<u64> {
        (self.asks >= LEAST && self.people.len() as u64 >= LEAST).then_some(self.asks)
    }
}

/// What came of one party's asks for one purpose.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Answers that left.
    pub answered: Number,
    /// Asks that nothing covered.
    pub refused: Number,
    /// Asks that were covered and got no answer: withheld, failed, or left open by a crash.
    pub unanswered: Number,
}

/// A day's counts, before anything is left out.
#[derive(Clone, Default, Debug)]
pub struct Tally {
    /// By who asked and what for.
    pub cells: BTreeMap<(PartyId, Purpose), Cell>,
    /// How many entries of the day were erased since: these can no longer be counted.
    pub erased: u64,
}

impl Tally {
    /// Counts an entry, if it ends an ask. `asked` is the entry of that ask, where the end itself does not say what for.
    ///
    /// # Errors
    /// When neither says who asked, what for, or about whom.
    pub fn add(&mut self, entry: &Entry, asked: Option<&Entry>) -> Result<(), StoreError> {
        type Which = fn(&mut Cell) -> &mut Number;
        let which: Which = match entry.kind {
            Kind::Answered => |cell| &mut cell.answered,
            Kind::Refused => |cell| &mut cell.refused,
            Kind::Withheld | Kind::Failed | Kind::Abandoned => |cell| &mut cell.unanswered,
            _ => return Ok(()),
        };
        let Some((recipient, purpose, subject)) = about(entry).or_else(|| asked.and_then(about)) else {
            return Err(StoreError::Corrupt(format!(
                "expected a recipient, a purpose and a subject in entry {}, found others",
                entry.leaf
            )));
        };
        which(self.cells.entry((recipient, purpose)).or_default()).add(subject);
        Ok(())
    }
}

/// Who asked, what for, and about whom, if an entry says all of it.
fn about(entry: &Entry) -> Option<(PartyId, Purpose, SubjectKey)> {
    let party: Value = serde_json::from_str(&entry.party.text).ok()?;
    let word = |key| party.get(key)?.as_str();
    let recipient = word("recipient")?.parse().ok()?;
    Some((recipient, Purpose::from_term(word("purpose")?)?, entry.subject?))
}

/// What was asked, for the end of an ask that does not say what for: the first versions wrote such ends after a crash.
fn asked_before(reader: &Reader, entry: &Entry) -> Result<Option<Kept>, StoreError> {
    if entry.kind != Kind::Abandoned || about(entry).is_some() {
        return Ok(None);
    }
    let party: Option<Value> = serde_json::from_str(&entry.party.text).ok();
    let Some(leaf) = party.and_then(|party| party.get("asked")?.as_u64()) else {
        return Ok(None);
    };
    Ok(reader.read(|store| read_kept(store, leaf, 1))?.pop())
}

/// Counts a day.
///
/// # Errors
/// When the store cannot be read.
pub fn of_day(reader: &Reader, day: Day) -> Result<Tally, StoreError> {
    let (mut next, end) = reader.read(|store| {
        let first = first_not_before(store, day.begins())?;
        Ok::<_, StoreError>((first, first_not_before(store, day.next().begins())?))
    })?;
    let mut tally = Tally::default();
    loop {
        let chunk = reader.read(|store| read_kept(store, next, AT_A_TIME))?;
        for kept in &chunk {
            match kept {
                // What stands erased between the last of the day and the first of the next may be of either.
                Kept::Shell(_) => tally.erased = tally.erased.saturating_add(1),
                Kept::Entry(entry) if entry.leaf < end => match asked_before(reader, entry)? {
                    Some(Kept::Shell(_)) => tally.erased = tally.erased.saturating_add(1),
                    Some(Kept::Entry(asked)) => tally.add(entry, Some(&asked))?,
                    None => tally.add(entry, None)?,
                },
                Kept::Entry(_) => return Ok(tally),
            }
        }
        let Some(last) = chunk.last() else { return Ok(tally) };
        next = last.leaf().saturating_add(1);
    }
}

/// When the journal begins: the time of its first entry that still stands.
///
/// # Errors
/// When the store cannot be read.
pub fn begins(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    Ok(entry_from(connection, 0)?.map(|(_, at)| at))
}

#[cfg(test)]
mod tests;
