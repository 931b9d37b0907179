//! Wiping what is kept about a person besides their entries and their count.

use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use rusqlite::Transaction;

use crate::store::sqlite::failed;

/// Each wipes the rows of one subject. Texts that are still to be sent go with their questions; a stop
/// that another gateway was not told of yet stays until it was.
const WIPES: [&str; 8] = [
    "DELETE FROM signature WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM reminder WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM outbox WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM submitted WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM consent WHERE subject = ?1",
    "DELETE FROM sign_in_link WHERE subject = ?1",
    "DELETE FROM board_key WHERE subject = ?1",
    "DELETE FROM passed_on WHERE subject = ?1",
];

/// Wipes what is kept about a person.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, subject: SubjectKey) -> Result<(), StoreError> {
    for wipe in WIPES {
        transaction
            .prepare_cached(wipe)
            .and_then(|mut delete| delete.execute([&subject.to_bytes()[..]]))
            .map_err(failed)?;
    }
    Ok(())
}
