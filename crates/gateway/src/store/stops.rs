//! Stops that another gateway is to be told of, and the numbers that it is told about. They are written in the transaction
//! of the stop itself, so that none is lost between the two.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::PartyId;
use domain::journal::store::{Cold, StoreError};
use domain::number::Msisdn;
use domain::purpose::Purpose;
use domain::subject::{Subject, SubjectKey};
use domain::time::{Span, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};
use serde_json::Value;

use super::permission::sqlite::number_of as number_asked;
use super::sqlite::{failed, open_writer};
use crate::seal::{Place, Sealer};

/// The longest wait between two tries.
const WAIT_MAX_S: u32 = 3600;
/// A stop that waits for its number: the next ask about the person brings it.
const NO_NUMBER: &[u8] = &[];

const fn place(table: &'static str, row: i64) -> Place {
    let column = "number";
    Place { table, column, row }
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's, or the sealer's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, now: Timestamp, sealer: &Sealer) -> Result<(), StoreError> {
    match cold {
        Cold::PassedOn { subject } => remember(transaction, *subject, sealer),
        Cold::Stopped {
            subject,
            towards,
            recipient,
            purpose,
        } => {
            let stop = (*subject, *towards, *recipient, *purpose);
            queue(transaction, stop, now, sealer)
        }
        // Another family's.
        _ => Ok(()),
    }
}

fn remember(transaction: &Transaction<'_>, subject: Subject, sealer: &Sealer) -> Result<(), StoreError> {
    let added = transaction
        .prepare_cached("INSERT OR IGNORE INTO passed_on (subject, number) VALUES (?1, x'')")
        .and_then(|mut insert| insert.execute([&subject.key.to_bytes()[..]]))
        .map_err(failed)?;
    if added == 0 {
        return Ok(());
    }
    let row = transaction.last_insert_rowid();
    seal_number(transaction, ("passed_on", row), subject.number, sealer)?;
    let rows = transaction
        .prepare_cached("SELECT row FROM stop WHERE subject = ?1 AND number = ?2")
        .and_then(|mut select| {
            let rows = select.query_map((&subject.key.to_bytes()[..], NO_NUMBER), |row| row.get(0))?;
            rows.collect::<Result<Vec<i64>, _>>()
        })
        .map_err(failed)?;
    rows.into_iter()
        .try_for_each(|row| seal_number(transaction, ("stop", row), subject.number, sealer))
}

/// Seals the number of a row.
fn seal_number(
    transaction: &Transaction<'_>,
    (table, row): (&'static str, i64),
    number: Msisdn,
    sealer: &Sealer,
) -> Result<(), StoreError> {
    let sealed = sealer.seal(place(table, row), &number.to_bytes()).map_err(failed)?;
    transaction
        .prepare_cached(&format!("UPDATE {table} SET number = ?2 WHERE row = ?1"))
        .and_then(|mut update| update.execute((row, sealed)))
        .map(|_| ())
        .map_err(failed)
}

type Stopped = (SubjectKey, Option<PartyId>, PartyId, Purpose);

/// Queues a stop, unless nobody is to be told of it: a relay that is no gateway learns of it by being refused.
fn queue(
    transaction: &Transaction<'_>,
    (subject, towards, recipient, purpose): Stopped,
    now: Timestamp,
    sealer: &Sealer,
) -> Result<(), StoreError> {
    if let Some(relay) = towards
        && !is_gateway(transaction, relay)?
    {
        return Ok(());
    }
    // Nothing here may keep somebody from stopping: what cannot be told is stopped at this end all the same.
    let number = number_of(transaction, subject, sealer).ok().flatten();
    if number.is_none() {
        tracing::warn!("a stop cannot be told to another gateway: the number is not kept");
        if towards.is_some() {
            return Ok(());
        }
    }
    let towards = towards.map_or_else(Vec::new, |relay| relay.to_bytes().to_vec());
    let key = (
        &subject.to_bytes()[..],
        towards,
        &recipient.to_bytes()[..],
        purpose.term(),
    );
    // One that waits already is told at once, as of now: its peer may be there again.
    let waits = transaction
        .prepare_cached(
            "UPDATE stop SET at = ?5, due = ?5, tries = 0
             WHERE subject = ?1 AND towards = ?2 AND recipient = ?3 AND purpose = ?4",
        )
        .and_then(|mut update| update.execute((key.0, &key.1, key.2, key.3, now.unix_ms())))
        .map_err(failed)?;
    if waits > 0 {
        return Ok(());
    }
    transaction
        .prepare_cached(
            "INSERT INTO stop (subject, towards, recipient, purpose, number, at, due)
             VALUES (?1, ?2, ?3, ?4, x'', ?5, ?5)",
        )
        .and_then(|mut insert| insert.execute((key.0, &key.1, key.2, key.3, now.unix_ms())))
        .map_err(failed)?;
    let row = transaction.last_insert_rowid();
    number.map_or(Ok(()), |number| seal_number(transaction, ("stop", row), number, sealer))
}

/// Whether the home was not told yet that the person stopped what this party asks for this purpose.
///
/// # Errors
/// The database's.
pub fn is_untold(
    connection: &Connection,
    (subject, recipient, purpose): (SubjectKey, PartyId, Purpose),
) -> Result<bool, StoreError> {
    let key = (&subject.to_bytes()[..], &recipient.to_bytes()[..], purpose.term());
    connection
        .prepare_cached("SELECT 1 FROM stop WHERE subject = ?1 AND towards = x'' AND recipient = ?2 AND purpose = ?3")
        .and_then(|mut select| select.exists(key))
        .map_err(failed)
}

/// Whether a party says that it is a gateway. Who tells it looks at its whole record.
fn is_gateway(connection: &Connection, party: PartyId) -> Result<bool, StoreError> {
    let record: Option<String> = connection
        .prepare_cached("SELECT record FROM party WHERE id = ?1")
        .and_then(|mut select| select.query_row([party.to_bytes()], |row| row.get(0)).optional())
        .map_err(failed)?;
    let record = record.and_then(|record| serde_json::from_str::<Value>(&record).ok());
    Ok(record.is_some_and(|record| record.get("gateway").is_some_and(Value::is_string)))
}

/// The number of a person: as a question that was put to them has it, or what was passed on about them.
fn number_of(connection: &Connection, subject: SubjectKey, sealer: &Sealer) -> Result<Option<Msisdn>, StoreError> {
    if let Some(number) = number_asked(connection, subject, sealer)? {
        return Ok(Some(number));
    }
    let found: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT row, number FROM passed_on WHERE subject = ?1")
        .and_then(|mut select| {
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            select.query_row([&subject.to_bytes()[..]], read).optional()
        })
        .map_err(failed)?;
    found
        .map(|(row, sealed)| opened("passed_on", row, &sealed, sealer))
        .transpose()
}

fn opened(table: &'static str, row: i64, sealed: &[u8], sealer: &Sealer) -> Result<Msisdn, StoreError> {
    let corrupt = || {
        StoreError::Corrupt(format!(
            "expected a number as this gateway sealed it in `{table}`, found other"
        ))
    };
    let plain = sealer.open(place(table, row), sealed).map_err(|_| corrupt())?;
    plain.try_into().ok().and_then(Msisdn::from_bytes).ok_or_else(corrupt)
}

/// A stop that waits to be told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    row: i64,
    /// Who stopped it.
    pub subject: SubjectKey,
    /// Their number.
    pub number: Msisdn,
    /// The gateway that is told, as a party; `None` for the home of the number.
    pub towards: Option<PartyId>,
    /// Whose asks.
    pub recipient: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// When it was stopped.
    pub at: Timestamp,
    tries: u32,
    due: i64,
}

/// The stops that wait. They have a connection of their own: telling decides nothing.
pub struct Stops {
    connection: Mutex<Connection>,
    sealer: Arc<Sealer>,
}

impl Stops {
    /// Opens the stops of a store.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn open(store: &Path, sealer: &Arc<Sealer>) -> Result<Self, StoreError> {
        Ok(Self {
            connection: Mutex::new(open_writer(store)?),
            sealer: Arc::clone(sealer),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is due, oldest first. One that cannot be read is left for an hour, and keeps no other waiting.
    ///
    /// # Errors
    /// The database's.
    pub fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        let connection = self.connection();
        let read: Vec<(i64, Result<Waiting, StoreError>)> = connection
            .prepare_cached(
                "SELECT row, subject, towards, recipient, purpose, number, at, tries, due FROM stop
                 WHERE due <= ?1 AND number <> x'' ORDER BY due, row LIMIT ?2",
            )
            .and_then(|mut select| {
                let rows = select.query_map((now.unix_ms(), limit), |row| Ok((row.get(0)?, self.read(row))))?;
                rows.collect()
            })
            .map_err(failed)?;
        let mut due = Vec::with_capacity(read.len());
        for (row, read) in read {
            match read {
                Ok(stop) => due.push(stop),
                Err(error) => {
                    tracing::warn!(%error, "a stop that waits to be told cannot be read");
                    let later = now.after(Span::seconds(WAIT_MAX_S)).unix_ms();
                    connection
                        .execute("UPDATE stop SET due = ?2 WHERE row = ?1", (row, later))
                        .map_err(failed)?;
                }
            }
        }
        Ok(due)
    }

    fn read(&self, columns: &Row<'_>) -> Result<Waiting, StoreError> {
        let row = columns.get(0).map_err(failed)?;
        let towards: Vec<u8> = columns.get(2).map_err(failed)?;
        let purpose: String = columns.get(4).map_err(failed)?;
        let sealed: Vec<u8> = columns.get(5).map_err(failed)?;
        let unknown = || StoreError::Corrupt("expected the purpose of a stop, found another".to_owned());
        Ok(Waiting {
            row,
            subject: SubjectKey::from_bytes(columns.get(1).map_err(failed)?),
            number: opened("stop", row, &sealed, &self.sealer)?,
            towards: towards.try_into().ok().map(PartyId::from_bytes),
            recipient: PartyId::from_bytes(columns.get(3).map_err(failed)?),
            purpose: Purpose::from_term(&purpose).ok_or_else(unknown)?,
            at: Timestamp::from_unix_ms(columns.get(6).map_err(failed)?),
            tries: columns.get(7).map_err(failed)?,
            due: columns.get(8).map_err(failed)?,
        })
    }

    /// How many wait.
    ///
    /// # Errors
    /// The database's.
    pub fn waiting(&self) -> Result<u64, StoreError> {
        self.connection()
            .prepare_cached("SELECT count(*) FROM stop")
            .and_then(|mut count| count.query_row([], |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
            .map_err(failed)
    }

    /// It was told, or is not to be told any more. One that was stopped anew meanwhile stays.
    ///
    /// # Errors
    /// The database's.
    pub fn done(&self, stop: &Waiting) -> Result<(), StoreError> {
        self.connection()
            .execute("DELETE FROM stop WHERE row = ?1 AND due = ?2", (stop.row, stop.due))
            .map(|_| ())
            .map_err(failed)
    }

    /// It was not told, and is tried again later: after one second, then two, four, and so on up to an hour.
    ///
    /// # Errors
    /// The database's.
    pub fn again(&self, stop: &Waiting, now: Timestamp) -> Result<(), StoreError> {
        let wait_s = 1_u32.checked_shl(stop.tries).unwrap_or(WAIT_MAX_S).min(WAIT_MAX_S);
        self.wait(stop, now.after(Span::seconds(wait_s)), 1)
    }

    /// It was not looked at by who is told, and is tried again at `due` as if it had not been tried.
    ///
    /// # Errors
    /// The database's.
    pub fn put_off(&self, stop: &Waiting, due: Timestamp) -> Result<(), StoreError> {
        self.wait(stop, due, 0)
    }

    fn wait(&self, stop: &Waiting, due: Timestamp, tries: u32) -> Result<(), StoreError> {
        self.connection()
            .execute(
                "UPDATE stop SET tries = tries + ?4, due = ?3 WHERE row = ?1 AND due = ?2",
                (stop.row, stop.due, due.unix_ms(), tries),
            )
            .map(|_| ())
            .map_err(failed)
    }
}

/// A stop of nobody in particular.
#[cfg(test)]
pub(crate) fn sample(towards: Option<PartyId>, recipient: PartyId, purpose: Purpose, at: Timestamp) -> Waiting {
    Waiting {
        row: 1,
        subject: SubjectKey::from_bytes([1; 16]),
        number: Msisdn::parse("+12025550101").expect("a reserved number"),
        towards,
        recipient,
        purpose,
        at,
        tries: 0,
        due: at.unix_ms(),
    }
}

#[cfg(test)]
mod tests;
