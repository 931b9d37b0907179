//! What goes on over time, on SQLite: the tenures of numbers, the policies that were in force, the reminders that are due.

pub mod due;

use domain::id::ConsentId;
use domain::journal::store::{Cold, StoreError};
use domain::permission::consent::Life;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use crate::store::sqlite::failed;

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, now: Timestamp) -> Result<(), StoreError> {
    let written = match cold {
        Cold::Reminder { consent, next } => transaction
            .prepare_cached("INSERT INTO reminder (consent, next) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET next = ?2")
            .and_then(|mut insert| insert.execute((consent.to_bytes(), next.map(Timestamp::unix_ms)))),
        Cold::Tenure { number, tenure } => transaction
            .prepare_cached(
                "INSERT INTO tenure (number, tenure, since) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET tenure = ?2, since = ?3",
            )
            .and_then(|mut insert| insert.execute((number, tenure, now.unix_ms()))),
        Cold::Policy { hash, text } => transaction
            .prepare_cached("INSERT INTO policy (hash, text) VALUES (?1, ?2)")
            .and_then(|mut insert| insert.execute((hash, text))),
        Cold::Life { consent, life } => follow(transaction, *consent, *life, now),
        // Another family's.
        _ => return Ok(()),
    };
    written.map(|_| ()).map_err(failed)
}

/// A consent that is given becomes due at once, so that the time of its first reminder is chosen; one that is over has
/// none.
fn follow(transaction: &Transaction<'_>, consent: ConsentId, life: Life, now: Timestamp) -> rusqlite::Result<usize> {
    match life {
        Life::Asked { .. } => Ok(0),
        Life::Given { .. } => transaction
            .prepare_cached("INSERT INTO reminder (consent, next) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET next = ?2")?
            .execute((consent.to_bytes(), now.unix_ms())),
        _ => transaction
            .prepare_cached("DELETE FROM reminder WHERE consent = ?1")?
            .execute([consent.to_bytes()]),
    }
}

/// The numbers that changed hands, by their keyed names, with the number of the tenure that each has now, and since when
/// it is known.
///
/// # Errors
/// When the rows cannot be read.
pub fn tenures(connection: &Connection) -> Result<Vec<([u8; 16], u32, Timestamp)>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT number, tenure, since FROM tenure")
        .map_err(failed)?;
    let rows = select
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, Timestamp::from_unix_ms(row.get(2)?)))
        })
        .map_err(failed)?;
    rows.map(|row| row.map_err(failed)).collect()
}

/// The text of the policy with this hash.
///
/// # Errors
/// When the row cannot be read.
pub fn policy_text(connection: &Connection, hash: &[u8]) -> Result<Option<String>, StoreError> {
    connection
        .query_row("SELECT text FROM policy WHERE hash = ?1", [hash], |row| row.get(0))
        .optional()
        .map_err(failed)
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
