//! The published documents, as the store keeps them.

use domain::journal::store::StoreError;
use rusqlite::{Connection, OptionalExtension as _};

use super::day::Day;
use crate::store::sqlite::failed;

/// The document of a day, as it was published.
///
/// # Errors
/// When the store cannot be read.
pub fn of(connection: &Connection, day: Day) -> Result<Option<String>, StoreError> {
    connection
        .prepare_cached("SELECT document FROM counts WHERE day = ?1")
        .and_then(|mut select| select.query_row([day.to_string()], |row| row.get(0)).optional())
        .map_err(failed)
}

/// The latest published days with their documents, newest first, at most so many.
///
/// # Errors
/// When the store cannot be read.
pub fn latest(connection: &Connection, most: u32) -> Result<Vec<(Day, String)>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT day, document FROM counts ORDER BY day DESC LIMIT ?1")
        .map_err(failed)?;
    let rows = select
        .query_map([most], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .map_err(failed)?;
    rows.map(|row| {
        let (day, document) = row.map_err(failed)?;
        let day = Day::parse(&day)
            .ok_or_else(|| StoreError::Corrupt(format!("expected a day of published counts, found `{day}`")))?;
        Ok((day, document))
    })
    .collect()
}
