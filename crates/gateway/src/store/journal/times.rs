//! Where a moment stands in the journal.

use domain::journal::Leaf;
use domain::journal::store::StoreError;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::sqlite::latest_note;
use crate::store::sqlite::failed;

/// The place behind the last entry before a moment. Entries stand in the order of their times.
///
/// # Errors
/// When the store cannot be read.
pub fn first_not_before(connection: &Connection, moment: Timestamp) -> Result<Leaf, StoreError> {
    let (size, _) = latest_note(connection)?;
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        match entry_from(connection, middle)? {
            Some((leaf, at)) if at < moment => low = leaf.saturating_add(1),
            Some(_) | None => high = middle,
        }
    }
    Ok(low)
}

/// The first entry that stands at this place or behind it, and its time.
///
/// # Errors
/// When the store cannot be read.
pub fn entry_from(connection: &Connection, leaf: Leaf) -> Result<Option<(Leaf, Timestamp)>, StoreError> {
    let found: Option<(i64, i64)> = connection
        .prepare_cached("SELECT leaf, at FROM entry WHERE leaf >= ?1 ORDER BY leaf LIMIT 1")
        .and_then(|mut select| {
            let leaf = i64::try_from(leaf).unwrap_or(i64::MAX);
            select
                .query_row([leaf], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(failed)?;
    Ok(found.and_then(|(leaf, at)| Some((Leaf::try_from(leaf).ok()?, Timestamp::from_unix_ms(at)))))
}
