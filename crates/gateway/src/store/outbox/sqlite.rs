//! The outbox on SQLite: texts are written in the transaction of what they tell, sealed until they are sent.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::ConsentId;
use domain::journal::store::{Cold, StoreError};
use domain::number::Msisdn;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use crate::seal::{Place, Sealer};
use crate::store::sqlite::{failed, open_writer};

fn place(row: i64) -> Place {
    Place {
        table: "outbox",
        column: "text",
        row,
    }
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's, or the sealer's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, sealer: &Sealer) -> Result<(), StoreError> {
    let Cold::Text { to, words, until, puts } = cold else {
        return Ok(());
    };
    transaction
        .prepare_cached("INSERT INTO outbox (text, until, consent) VALUES (x'', ?1, ?2)")
        .and_then(|mut insert| insert.execute((until.unix_ms(), puts.map(ConsentId::to_bytes))))
        .map_err(failed)?;
    let row = transaction.last_insert_rowid();
    let plain = [&to.to_bytes()[..], words.as_bytes()].concat();
    let sealed = sealer.seal(place(row), &plain).map_err(failed)?;
    transaction
        .prepare_cached("UPDATE outbox SET text = ?2 WHERE row = ?1")
        .and_then(|mut update| update.execute((row, sealed)))
        .map_err(failed)?;
    Ok(())
}

/// A text that waits.
#[derive(Debug)]
pub struct Waiting {
    /// Its row.
    pub row: i64,
    /// To whom.
    pub to: Msisdn,
    /// The words.
    pub words: String,
    /// After this it is not worth sending.
    pub until: Timestamp,
    /// The question that it puts, if it puts one.
    pub question: Option<ConsentId>,
}

/// How many texts wait to be sent.
///
/// # Errors
/// When the rows cannot be counted.
pub fn waiting(connection: &Connection) -> Result<u32, StoreError> {
    connection
        .query_row("SELECT count(*) FROM outbox WHERE outcome IS NULL", [], |row| {
            row.get(0)
        })
        .map_err(failed)
}

/// The outbox with a connection of its own: marking a text as sent decides nothing, and needs no place in the journal.
pub struct SqliteOutbox {
    connection: Mutex<Connection>,
    sealer: Arc<Sealer>,
}

impl SqliteOutbox {
    /// Opens the outbox of a store that exists.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path, sealer: Arc<Sealer>) -> Result<Self, StoreError> {
        Ok(Self {
            connection: Mutex::new(open_writer(path)?),
            sealer,
        })
    }

    pub(super) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The oldest texts that wait, at most `limit`.
    ///
    /// # Errors
    /// When the rows cannot be read or opened.
    pub fn due(&self, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached("SELECT row, text, until, consent FROM outbox WHERE outcome IS NULL ORDER BY row LIMIT ?1")
            .map_err(failed)?;
        let rows = statement
            .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], columns)
            .map_err(failed)?;
        rows.map(|row| self.open_text(row.map_err(failed)?)).collect()
    }

    /// One text that waits.
    pub(super) fn text(&self, connection: &Connection, row: i64) -> Result<Option<Waiting>, StoreError> {
        let found = connection
            .prepare_cached("SELECT row, text, until, consent FROM outbox WHERE row = ?1 AND outcome IS NULL")
            .and_then(|mut select| select.query_row([row], columns).optional())
            .map_err(failed)?;
        found.map(|columns| self.open_text(columns)).transpose()
    }

    fn open_text(&self, (row, sealed, until, question): Columns) -> Result<Waiting, StoreError> {
        let corrupt = || StoreError::Corrupt("expected a text of the outbox, found another value".to_owned());
        let plain = self
            .sealer
            .open(place(row), &sealed)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let (to, words) = plain.split_first_chunk::<8>().ok_or_else(corrupt)?;
        Ok(Waiting {
            row,
            to: Msisdn::from_bytes(*to).ok_or_else(corrupt)?,
            words: String::from_utf8(words.to_vec()).map_err(|_| corrupt())?,
            until: Timestamp::from_unix_ms(until),
            question: question.map(ConsentId::from_bytes),
        })
    }

    /// Notes what became of a text and wipes it.
    ///
    /// # Errors
    /// When the row cannot be written; the text may then be sent again.
    pub fn done(&self, row: i64, outcome: &str) -> Result<(), StoreError> {
        Self::mark(&self.connection(), row, outcome)
    }

    pub(super) fn mark(connection: &Connection, row: i64, outcome: &str) -> Result<(), StoreError> {
        connection
            .prepare_cached("UPDATE outbox SET outcome = ?2, text = x'' WHERE row = ?1")
            .and_then(|mut update| update.execute((row, outcome)))
            .map_err(failed)?;
        Ok(())
    }
}

type Columns = (i64, Vec<u8>, i64, Option<[u8; 16]>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}
