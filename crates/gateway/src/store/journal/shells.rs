//! What is left of erased entries, on SQLite.

use domain::journal::Leaf;
use domain::journal::kept::{Kept, Shell};
use domain::journal::store::StoreError;
use rusqlite::{Connection, Row, Transaction};

use super::sqlite::read_entries;
use crate::store::sqlite::failed;

/// Puts each shell in its entry's place.
///
/// # Errors
/// The database's, or `Corrupt` if there is no such entry.
pub(super) fn write(transaction: &Transaction<'_>, erased: &[Shell]) -> Result<(), StoreError> {
    for shell in erased {
        let leaf = i64::try_from(shell.leaf).unwrap_or(i64::MAX);
        let gone = transaction
            .prepare_cached("DELETE FROM entry WHERE leaf = ?1")
            .and_then(|mut delete| delete.execute([leaf]))
            .map_err(failed)?;
        if gone != 1 {
            return Err(StoreError::Failed(format!(
                "expected an entry {leaf} to erase, found none"
            )));
        }
        transaction
            .prepare_cached("INSERT INTO erased (leaf, tag, party, subject) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute((leaf, &shell.tag[..], &shell.party[..], &shell.subject[..])))
            .map_err(failed)?;
    }
    Ok(())
}

/// What stands at the leaves from `from` on, at most `limit` of them, in order.
///
/// # Errors
/// When the tables cannot be read or hold what this program does not write.
pub fn read_kept(connection: &Connection, from: Leaf, limit: usize) -> Result<Vec<Kept>, StoreError> {
    let mut entries = read_entries(connection, from, limit)?.into_iter().peekable();
    let mut shells = read_shells(connection, from, limit)?.into_iter().peekable();
    let mut kept = Vec::new();
    while kept.len() < limit {
        let shell_is_next = match (entries.peek(), shells.peek()) {
            (Some(entry), Some(shell)) => shell.leaf < entry.leaf,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        let next = if shell_is_next {
            shells.next().map(Kept::Shell)
        } else {
            entries.next().map(Kept::from)
        };
        let Some(next) = next else { break };
        kept.push(next);
    }
    Ok(kept)
}

/// Whether the entry at this leaf was erased.
///
/// # Errors
/// When the table cannot be read.
pub fn is_erased(connection: &Connection, leaf: Leaf) -> Result<bool, StoreError> {
    connection
        .prepare_cached("SELECT 1 FROM erased WHERE leaf = ?1")
        .and_then(|mut select| select.exists([i64::try_from(leaf).unwrap_or(i64::MAX)]))
        .map_err(failed)
}

fn read_shells(connection: &Connection, from: Leaf, limit: usize) -> Result<Vec<Shell>, StoreError> {
    let range = (
        i64::try_from(from).unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX),
    );
    let mut select = connection
        .prepare_cached("SELECT leaf, tag, party, subject FROM erased WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2")
        .map_err(failed)?;
    let read = |row: &Row<'_>| {
        Ok(Shell {
            leaf: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(u64::MAX),
            tag: row.get(1)?,
            party: row.get(2)?,
            subject: row.get(3)?,
        })
    };
    let rows = select.query_map(range, read).map_err(failed)?;
    rows.collect::<Result<_, _>>()
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}
