//! What was used once, read beside the journal: so that a second use is known before anything else is looked at. What
//! decides is the journal's own look, when something is used up.

use domain::journal::store::StoreError;
use domain::party::ReplayKey;
use rusqlite::Connection;

use super::sqlite::failed;

/// Whether this was used before.
///
/// # Errors
/// When the table cannot be read.
pub fn is_spent(connection: &Connection, key: &ReplayKey) -> Result<bool, StoreError> {
    connection
        .prepare_cached("SELECT 1 FROM spent WHERE minute = ?1 AND hash = ?2")
        .and_then(|mut spent| spent.exists((key.until_minute, &key.hash[..])))
        .map_err(failed)
}
