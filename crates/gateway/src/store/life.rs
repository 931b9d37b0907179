//! What goes on over time, on SQLite: the tenures of numbers, the policies that were in force, the reminders that are due.

use domain::journal::store::{Cold, StoreError};
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use crate::store::sqlite::failed;

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold) -> Result<(), StoreError> {
    let written = match cold {
        Cold::Reminder { consent, next } => transaction
            .prepare_cached("INSERT INTO reminder (consent, next) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET next = ?2")
            .and_then(|mut insert| insert.execute((consent.to_bytes(), next.map(Timestamp::unix_ms)))),
        Cold::Tenure { number, tenure } => transaction
            .prepare_cached("INSERT INTO tenure (number, tenure) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET tenure = ?2")
            .and_then(|mut insert| insert.execute((number, tenure))),
        Cold::Policy { hash, text } => transaction
            .prepare_cached("INSERT INTO policy (hash, text) VALUES (?1, ?2)")
            .and_then(|mut insert| insert.execute((hash, text))),
        Cold::Question { .. }
        | Cold::Life { .. }
        | Cold::Signature { .. }
        | Cold::Text { .. }
        | Cold::Party { .. }
        | Cold::Keys { .. }
        | Cold::Tally { .. }
        | Cold::Suspended { .. } => return Ok(()),
    };
    written.map(|_| ()).map_err(failed)
}

/// The numbers that changed hands, by their keyed names, and the number of the tenure that each has now.
///
/// # Errors
/// When the rows cannot be read.
pub fn tenures(connection: &Connection) -> Result<Vec<([u8; 16], u32)>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT number, tenure FROM tenure")
        .map_err(failed)?;
    let rows = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(failed)?;
    rows.map(|row| row.map_err(failed)).collect()
}

/// The hash of the policy that was written down last.
///
/// # Errors
/// When the row cannot be read.
pub fn last_policy(connection: &Connection) -> Result<Option<[u8; 32]>, StoreError> {
    connection
        .query_row("SELECT hash FROM policy ORDER BY row DESC LIMIT 1", [], |row| {
            row.get(0)
        })
        .optional()
        .map_err(failed)
}
