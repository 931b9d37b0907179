//! What a person wrote last, as far as it was confirmed: so that a text that is brought again after a restart is not
//! confirmed again. Phones and words stand here as keyed stamps.

use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use rusqlite::OptionalExtension as _;

use super::sqlite::SqliteOutbox;
use crate::store::sqlite::failed;

/// How long what was written is known.
pub const KEPT: Span = Span::seconds(86_400);

impl SqliteOutbox {
    /// Whether this is what the person wrote last, when it was confirmed, within [`KEPT`].
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub fn was_heard(&self, from: Msisdn, said: &str, now: Timestamp) -> Result<bool, StoreError> {
        let (phone, said) = self.heard_stamps(from, said);
        let found: Option<i64> = self
            .connection()
            .prepare_cached("SELECT at FROM heard WHERE phone = ?1 AND said = ?2")
            .and_then(|mut select| select.query_row((&phone[..], &said[..]), |row| row.get(0)).optional())
            .map_err(failed)?;
        Ok(found.is_some_and(|at| now.since(Timestamp::from_unix_ms(at)) < KEPT))
    }

    /// Notes what a person wrote and had confirmed.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn hear(&self, from: Msisdn, said: &str, now: Timestamp) -> Result<(), StoreError> {
        let (phone, said) = self.heard_stamps(from, said);
        let connection = self.connection();
        connection
            .prepare_cached("INSERT OR REPLACE INTO heard (phone, said, at) VALUES (?1, ?2, ?3)")
            .and_then(|mut insert| insert.execute((&phone[..], &said[..], now.unix_ms())))
            .map_err(failed)?;
        connection
            .prepare_cached("DELETE FROM heard WHERE at < ?1")
            .and_then(|mut delete| delete.execute([now.before(KEPT).unix_ms()]))
            .map_err(failed)?;
        Ok(())
    }

    fn heard_stamps(&self, from: Msisdn, said: &str) -> ([u8; 16], [u8; 16]) {
        let phone = self.sealer().stamp("heard", [0; 16], &from.to_bytes());
        (phone, self.sealer().stamp("heard", phone, said.as_bytes()))
    }
}
