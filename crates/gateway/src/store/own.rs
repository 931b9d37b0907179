//! A person's own entries as one list: which numbers still stand, and the hash of each leaf. Read only.

use domain::journal::Leaf;
use domain::journal::entry::Entry;
use domain::journal::keys::Keys;
use domain::journal::statement::SubjectHead;
use domain::journal::store::StoreError;
use domain::journal::tree::{Frontier, Hash};
use domain::subject::SubjectKey;
use rusqlite::Connection;
use serde_json::Value;

use super::journal::entries::read_entries;
use super::journal::shells::is_erased;
use super::permission::sqlite::person_of;
use super::sqlite::failed;
use crate::seal::Sealer;

/// The numbered entries of one person that still stand, without a gap up to the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The first number.
    pub from: u64,
    /// The person's count: the last number.
    pub count: u64,
    /// The hashes of the leaves from the first to the last.
    pub hashes: Vec<Hash>,
}

impl Own {
    /// The signed head over them.
    #[must_use]
    pub fn head(&self, keys: &Keys, subject: SubjectKey) -> String {
        let mut tree = Frontier::default();
        self.hashes.iter().for_each(|hash| tree.push(*hash));
        SubjectHead::new(keys, subject, (self.from, self.count), tree.root()).sign(keys)
    }
}

/// Walks the chain of a person's entries from the newest back to the first that still stands.
///
/// # Errors
/// When the store cannot be read, or the numbers have a gap.
pub fn of(connection: &Connection, subject: SubjectKey, sealer: &Sealer) -> Result<Own, StoreError> {
    let person = person_of(connection, subject, sealer)?;
    let (mut number, mut next) = (person.count, person.last_leaf);
    let mut hashes = Vec::new();
    while let Some(leaf) = next {
        let Some(entry) = entry(connection, leaf)? else { break };
        if entry.subject != Some(subject) || number_of(&entry) != Some(number) {
            return Err(StoreError::Corrupt(format!(
                "expected a person's entry of number {number} at {leaf}, found another"
            )));
        }
        hashes.push(entry.hash());
        number = number.saturating_sub(1);
        next = entry.previous.filter(|previous| *previous < leaf);
    }
    hashes.reverse();
    Ok(Own {
        from: number.saturating_add(1),
        count: person.count,
        hashes,
    })
}

/// The latest entries that tell of a restore, newest first.
///
/// # Errors
/// The database's, or that it contradicts itself.
pub fn restores(connection: &Connection, limit: u32) -> Result<Vec<Entry>, StoreError> {
    let leaves = connection
        .prepare_cached("SELECT leaf FROM entry WHERE kind = 'journal-restored' ORDER BY leaf DESC LIMIT ?1")
        .and_then(|mut select| {
            let leaves = select.query_map([limit], |row| row.get::<_, i64>(0))?;
            leaves.collect::<Result<Vec<i64>, _>>()
        })
        .map_err(failed)?;
    let read = |leaf: i64| entry(connection, leaf.unsigned_abs());
    leaves.into_iter().filter_map(|leaf| read(leaf).transpose()).collect()
}

/// The entry at this place; `None` if it was erased.
fn entry(connection: &Connection, leaf: Leaf) -> Result<Option<Entry>, StoreError> {
    let found = read_entries(connection, leaf, 1)?
        .pop()
        .filter(|entry| entry.leaf == leaf);
    if found.is_none() && !is_erased(connection, leaf)? {
        return Err(StoreError::Corrupt(format!("expected an entry at {leaf}, found none")));
    }
    Ok(found)
}

fn number_of(entry: &Entry) -> Option<u64> {
    let own: Value = serde_json::from_str(&entry.subject_part.text).ok()?;
    own.get("n")?.as_u64()
}
