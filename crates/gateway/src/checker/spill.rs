//! Where people are kept while the journal is read: those met lately in memory, the others in a temporary database that
//! ends with the check, so that the memory that a check takes is bounded however many people there are.

use std::collections::HashMap;

use domain::journal::Leaf;
use domain::journal::store::StoreError;
use rusqlite::{Connection, OptionalExtension as _};

use super::known::Known;
use crate::store::sqlite::failed;

/// So many people are kept in memory. One takes some hundreds of bytes.
const IN_MEMORY: usize = 50_000;

/// Everybody that the check has met, and the tags of erased entries.
pub(super) struct Spill {
    warm: HashMap<[u8; 16], Known>,
    most: usize,
    cold: Connection,
    met: u64,
    shells: u64,
}

impl Spill {
    /// Nobody yet.
    pub(super) fn new() -> Result<Self, StoreError> {
        Self::of(IN_MEMORY)
    }

    /// The same with another number of people in memory.
    pub(super) fn of(most: usize) -> Result<Self, StoreError> {
        // A path of nothing is a file without a name, which SQLite removes when it is closed.
        let cold = Connection::open("").map_err(failed)?;
        cold.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
             CREATE TABLE person (key BLOB PRIMARY KEY, known TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE shell (tag BLOB PRIMARY KEY, leaf INTEGER NOT NULL UNIQUE, owned INTEGER NOT NULL) STRICT;
             CREATE TABLE holed (key BLOB PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
        )
        .map_err(failed)?;
        Ok(Self {
            warm: HashMap::new(),
            most,
            cold,
            met: 0,
            shells: 0,
        })
    }

    /// How many people there are.
    pub(super) const fn met(&self) -> u64 {
        self.met
    }

    /// What is known of somebody, out of the store: it is put back by [`Spill::put`].
    pub(super) fn take(&mut self, key: [u8; 16]) -> Result<Known, StoreError> {
        if let Some(known) = self.warm.remove(&key) {
            return Ok(known);
        }
        let found: Option<String> = self
            .cold
            .prepare_cached("SELECT known FROM person WHERE key = ?1")
            .and_then(|mut select| select.query_row([key], |row| row.get(0)).optional())
            .map_err(failed)?;
        match found {
            Some(text) => serde_json::from_str(&text).map_err(failed),
            None => {
                self.met += 1;
                Ok(Known::default())
            }
        }
    }

    /// Keeps what is known of somebody.
    pub(super) fn put(&mut self, key: [u8; 16], known: Known) -> Result<(), StoreError> {
        if self.warm.len() >= self.most {
            self.cool()?;
        }
        self.warm.insert(key, known);
        Ok(())
    }

    /// Moves everybody out of memory.
    fn cool(&mut self) -> Result<(), StoreError> {
        let transaction = self.cold.transaction().map_err(failed)?;
        for (key, known) in self.warm.drain() {
            let text = serde_json::to_string(&known).map_err(failed)?;
            transaction
                .prepare_cached("INSERT OR REPLACE INTO person (key, known) VALUES (?1, ?2)")
                .and_then(|mut insert| insert.execute((key, text)))
                .map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    /// Notes an erased entry; whether it is the first with its tag.
    pub(super) fn add_shell(&mut self, tag: [u8; 32], leaf: Leaf) -> Result<bool, StoreError> {
        self.shells += 1;
        self.cold
            .prepare_cached("INSERT OR IGNORE INTO shell (tag, leaf, owned) VALUES (?1, ?2, 0)")
            .and_then(|mut insert| insert.execute((tag, i64::try_from(leaf).unwrap_or(i64::MAX))))
            .map(|added| added == 1)
            .map_err(failed)
    }

    /// Marks the erased entry with this tag as somebody's; its place.
    pub(super) fn claim(&mut self, tag: [u8; 32]) -> Result<Option<Leaf>, StoreError> {
        if self.shells == 0 {
            return Ok(None);
        }
        let leaf: Option<i64> = self
            .cold
            .prepare_cached("UPDATE shell SET owned = 1 WHERE tag = ?1 RETURNING leaf")
            .and_then(|mut claim| claim.query_row([tag], |row| row.get(0)).optional())
            .map_err(failed)?;
        Ok(leaf.and_then(|leaf| Leaf::try_from(leaf).ok()))
    }

    /// The tag of the erased entry at this place, if one stands there.
    pub(super) fn shell_tag(&self, leaf: Leaf) -> Result<Option<[u8; 32]>, StoreError> {
        self.cold
            .prepare_cached("SELECT tag FROM shell WHERE leaf = ?1")
            .and_then(|mut select| {
                let leaf = i64::try_from(leaf).unwrap_or(i64::MAX);
                select.query_row([leaf], |row| row.get(0)).optional()
            })
            .map_err(failed)
    }

    /// Notes somebody of whom entries were erased, and how many numbers their count has.
    pub(super) fn note_holed(&self, key: [u8; 16], n: u64) -> Result<(), StoreError> {
        self.cold
            .prepare_cached("INSERT INTO holed (key, n) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET n = max(n, ?2)")
            .and_then(|mut insert| insert.execute((key, i64::try_from(n).unwrap_or(i64::MAX))))
            .map(|_| ())
            .map_err(failed)
    }

    /// People of whom entries were erased, after a key, in the order of keys.
    pub(super) fn holed(&self, after: &[u8]) -> Result<Option<([u8; 16], u64)>, StoreError> {
        self.cold
            .prepare_cached("SELECT key, n FROM holed WHERE key > ?1 ORDER BY key LIMIT 1")
            .and_then(|mut select| {
                let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?));
                select.query_row([after], read).optional()
            })
            .map(|found| found.map(|(key, n)| (key, u64::try_from(n).unwrap_or_default())))
            .map_err(failed)
    }

    /// Erased entries that nobody claimed, at most so many.
    pub(super) fn orphans(&self, limit: u32) -> Result<Vec<([u8; 32], Leaf)>, StoreError> {
        let mut select = self
            .cold
            .prepare_cached("SELECT tag, leaf FROM shell WHERE owned = 0 ORDER BY leaf LIMIT ?1")
            .map_err(failed)?;
        let rows = select
            .query_map([limit], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))
            .map_err(failed)?;
        rows.map(|row| {
            let (tag, leaf) = row.map_err(failed)?;
            Ok((tag, Leaf::try_from(leaf).unwrap_or_default()))
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_forgotten_or_met_twice_however_small_the_memory() {
        let mut spill = Spill::of(2).expect("a temporary database");
        for round in 1..=3_u64 {
            for person in 0..9_u8 {
                let mut known = spill.take([person; 16]).expect("read");
                assert_eq!(known.n, round - 1);
                known.n = round;
                spill.put([person; 16], known).expect("kept");
            }
        }
        assert_eq!(spill.met(), 9);
    }
}
