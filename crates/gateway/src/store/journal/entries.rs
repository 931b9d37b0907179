//! The rows of entries, on SQLite.

use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind, Part};
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, Row, Transaction};

use super::sqlite::corrupt;
use crate::store::sqlite::failed;

/// A number as a column has it.
pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// A number for a column.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Writes new entries.
///
/// # Errors
/// The database's.
pub(super) fn write(transaction: &Transaction<'_>, entries: &[Entry]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO entry (leaf, kind, at, subject, previous, closes, tag, party_salt, party, subject_salt,
         subject_part) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for entry in entries {
        statement.execute(rusqlite::params![
            signed(entry.leaf),
            entry.kind.word(),
            entry.at.unix_ms(),
            entry.subject.map(SubjectKey::to_bytes),
            entry.previous.map(signed),
            entry.closes.map(signed),
            &entry.tag[..],
            &entry.party.salt[..],
            entry.party.text,
            &entry.subject_part.salt[..],
            entry.subject_part.text,
        ])?;
    }
    Ok(())
}

/// At most `limit` entries from leaf `from` on, in order.
///
/// # Errors
/// When the table cannot be read or holds what this program does not write.
pub fn read_entries(connection: &Connection, from: Leaf, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT leaf, kind, at, subject, previous, closes, tag, party_salt, party, subject_salt, subject_part
             FROM entry WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2",
        )
        .map_err(failed)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement
        .query_map((signed(from), limit), |row| Ok(read_entry(row)))
        .map_err(failed)?;
    rows.map(|row| {
        row.map_err(failed)?
            .map_err(|error| StoreError::Corrupt(error.to_string()))?
            .ok_or_else(|| corrupt("entry"))
    })
    .collect()
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Option<Entry>> {
    let kind: String = row.get(1)?;
    let Some(kind) = Kind::from_word(&kind) else {
        return Ok(None);
    };
    Ok(Some(Entry {
        leaf: unsigned(row.get(0)?),
        kind,
        at: Timestamp::from_unix_ms(row.get(2)?),
        subject: row.get::<_, Option<[u8; 16]>>(3)?.map(SubjectKey::from_bytes),
        previous: row.get::<_, Option<i64>>(4)?.map(unsigned),
        closes: row.get::<_, Option<i64>>(5)?.map(unsigned),
        tag: row.get(6)?,
        party: Part {
            salt: row.get(7)?,
            text: row.get(8)?,
        },
        subject_part: Part {
            salt: row.get(9)?,
            text: row.get(10)?,
        },
    }))
}
