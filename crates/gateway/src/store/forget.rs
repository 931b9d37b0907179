//! Wiping what is kept about a person besides their entries and their count.

use domain::journal::store::{Cold, StoreError};
use rusqlite::Transaction;

use crate::store::sqlite::failed;

/// Each wipes the rows of one subject. Texts that are still to be sent go with their questions.
const WIPES: [&str; 7] = [
    "DELETE FROM signature WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM reminder WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM outbox WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM submitted WHERE consent IN (SELECT id FROM consent WHERE subject = ?1)",
    "DELETE FROM consent WHERE subject = ?1",
    "DELETE FROM sign_in_link WHERE subject = ?1",
    "DELETE FROM board_key WHERE subject = ?1",
];

/// Carries a [`Cold::Forget`] out; everything else is another family's.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold) -> Result<(), StoreError> {
    let Cold::Forget { subject } = cold else {
        return Ok(());
    };
    for wipe in WIPES {
        transaction
            .prepare_cached(wipe)
            .and_then(|mut delete| delete.execute([&subject.to_bytes()[..]]))
            .map_err(failed)?;
    }
    Ok(())
}
