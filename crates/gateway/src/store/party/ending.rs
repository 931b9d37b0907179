//! Whose agreement ends, and whom that affects.

use domain::id::{ConsentId, PartyId};
use domain::journal::store::StoreError;
use domain::time::Timestamp;
use rusqlite::Connection;

use super::sqlite::{Listed, held_back, list_after};
use crate::store::sqlite::failed;

/// The parties whose agreement was said to end.
///
/// # Errors
/// When a row cannot be read.
pub fn ending(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    let mut parties = held_back(connection)?;
    parties.retain(|party| party.held.ending.is_some());
    Ok(parties)
}

/// Every party, however many there are.
///
/// # Errors
/// When a row cannot be read.
pub fn every(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    let mut parties: Vec<Listed> = Vec::new();
    loop {
        let after = parties.last().map_or("", |party| party.record.client.as_str());
        let found = list_after(connection, after)?;
        if found.is_empty() {
            return Ok(parties);
        }
        parties.extend(found);
    }
}

/// The consents that people gave a party and that are live now, after the row `after`, so many at most, each with its row.
///
/// # Errors
/// When the rows cannot be read.
pub fn live_consents(
    connection: &Connection,
    party: PartyId,
    after: i64,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(i64, ConsentId)>, StoreError> {
    let mut select = connection
        .prepare_cached(
            "SELECT row, id FROM consent
             WHERE recipient = ?1 AND row > ?2 AND state = 'given' AND (ends IS NULL OR ends > ?3) ORDER BY row LIMIT ?4",
        )
        .map_err(failed)?;
    let rows = select
        .query_map((party.to_bytes(), after, now.unix_ms(), limit), |row| {
            Ok((row.get(0)?, ConsentId::from_bytes(row.get(1)?)))
        })
        .map_err(failed)?;
    rows.collect::<rusqlite::Result<_>>().map_err(failed)
}
