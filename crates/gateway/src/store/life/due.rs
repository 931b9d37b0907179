//! What is due: jobs and doors find here what they hand to the journal, which decides.

use domain::id::{ConsentId, PartyId};
use domain::journal::store::StoreError;
use domain::party::ReplayKey;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use crate::seal::Sealer;
use crate::store::permission::sqlite::{Question, by_id};
use crate::store::sqlite::failed;

/// A place in the list of questions by the time at which they lapse.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Lapsing {
    /// When the question lapses.
    pub until: Timestamp,
    row: i64,
}

impl Lapsing {
    /// Before every question.
    pub const FIRST: Self = Self {
        until: Timestamp::from_unix_ms(i64::MIN),
        row: i64::MIN,
    };
}

/// Questions that nobody answered in time, after `after`, so many at most. Among them are those that were never put to
/// their person, which nothing closes.
///
/// # Errors
/// When they cannot be read.
pub fn lapsed_after(
    connection: &Connection,
    after: Lapsing,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(Lapsing, SubjectKey, ConsentId)>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT until, row, subject, id FROM consent
             WHERE state = 'asked' AND until <= ?1 AND (until, row) > (?2, ?3) ORDER BY until, row LIMIT ?4",
        )
        .map_err(failed)?;
    let rows = statement
        .query_map((now.unix_ms(), after.until.unix_ms(), after.row, limit), |row| {
            let lapsing = Lapsing {
                until: Timestamp::from_unix_ms(row.get(0)?),
                row: row.get(1)?,
            };
            let (subject, consent) = (row.get(2)?, row.get(3)?);
            Ok((lapsing, SubjectKey::from_bytes(subject), ConsentId::from_bytes(consent)))
        })
        .map_err(failed)?;
    rows.collect::<rusqlite::Result<_>>().map_err(failed)
}

/// Consents whose reminder is due, the longest overdue first, so many at most, each with when it was due.
///
/// # Errors
/// When they cannot be read.
pub fn reminders_due(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(ConsentId, Timestamp)>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT consent, next FROM reminder WHERE next IS NOT NULL AND next <= ?1 ORDER BY next LIMIT ?2",
        )
        .map_err(failed)?;
    let rows = statement
        .query_map((now.unix_ms(), limit), |row| {
            Ok((ConsentId::from_bytes(row.get(0)?), Timestamp::from_unix_ms(row.get(1)?)))
        })
        .map_err(failed)?;
    rows.collect::<rusqlite::Result<_>>().map_err(failed)
}

/// A consent with its question, whoever its recipient is: for the gateway's own work.
///
/// # Errors
/// When the row cannot be read or opened.
pub fn question(connection: &Connection, id: ConsentId, sealer: &Sealer) -> Result<Option<Question>, StoreError> {
    let recipient: Option<[u8; 16]> = connection
        .prepare_cached("SELECT recipient FROM consent WHERE id = ?1")
        .and_then(|mut select| select.query_row([id.to_bytes()], |row| row.get(0)).optional())
        .map_err(failed)?;
    match recipient {
        Some(recipient) => by_id(connection, id, PartyId::from_bytes(recipient), sealer),
        None => Ok(None),
    }
}

/// Whether something that is good once was used. Only a look: what decides uses it up.
///
/// # Errors
/// When it cannot be read.
pub fn is_spent(connection: &Connection, key: ReplayKey) -> Result<bool, StoreError> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM spent WHERE minute = ?1 AND hash = ?2)")
        .and_then(|mut select| select.query_row((key.until_minute, key.hash), |row| row.get(0)))
        .map_err(failed)
}
