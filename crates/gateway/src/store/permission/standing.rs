//! The latest consents and questions that one recipient has of one person, for what the recipient may know of them.

use domain::id::PartyId;
use domain::journal::store::StoreError;
use domain::permission::terms::Terms;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::Connection;

use crate::store::sqlite::failed;

/// A consent or a question, as its row has it.
#[derive(Debug)]
pub struct Row {
    /// The terms.
    pub terms: Terms,
    /// Where it stands, by the latest entry; the clock may have ended it since.
    pub state: String,
    /// When that state began.
    pub at: Timestamp,
    /// When its question lapses unanswered.
    pub until: Timestamp,
    /// When the consent ends, once given.
    pub ends: Option<Timestamp>,
}

/// The rows, newest first, no more than a few.
///
/// # Errors
/// When a row cannot be read, or is not this program's.
pub fn latest(connection: &Connection, subject: SubjectKey, recipient: PartyId) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT terms, state, at, until, ends FROM consent
             WHERE subject = ?1 AND recipient = ?2 ORDER BY row DESC LIMIT 32",
        )
        .map_err(failed)?;
    let rows = statement
        .query_map((&subject.to_bytes()[..], &recipient.to_bytes()[..]), |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, i64>(3)?,
                row.get::<_, Option<i64>>(4)?,
            ))
        })
        .map_err(failed)?;
    rows.map(|row| {
        let (terms, state, at, until, ends) = row.map_err(failed)?;
        let terms = Terms::from_canonical(&terms);
        Ok(Row {
            terms: terms.ok_or_else(|| {
                StoreError::Corrupt("expected well-formed terms of a consent, found others".to_owned())
            })?,
            state,
            at: Timestamp::from_unix_ms(at),
            until: Timestamp::from_unix_ms(until),
            ends: ends.map(Timestamp::from_unix_ms),
        })
    })
    .collect()
}
