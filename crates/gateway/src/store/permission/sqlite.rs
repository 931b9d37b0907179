//! Questions, terms and signatures on SQLite. No decision reads these tables.

use domain::facts::Person;
use domain::id::{ConsentId, PartyId};
use domain::journal::store::{Cold, StoreError};
use domain::number::Msisdn;
use domain::permission::consent::Life;
use domain::permission::terms::Terms;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use super::{evidence, person};
use crate::seal::{Place, Sealer};
use crate::store::sqlite::failed;

fn place(column: &'static str, row: i64) -> Place {
    Place {
        table: "consent",
        column,
        row,
    }
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's, or the sealer's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, now: Timestamp, sealer: &Sealer) -> Result<(), StoreError> {
    match cold {
        Cold::Question {
            subject,
            terms,
            words,
            link,
            until,
        } => {
            let row: i64 = transaction
                .query_row("SELECT coalesce(max(row), 0) + 1 FROM consent", [], |row| row.get(0))
                .map_err(failed)?;
            let number = sealer
                .seal(place("number", row), &subject.number.to_bytes())
                .map_err(failed)?;
            let words = sealer.seal(place("words", row), words.as_bytes()).map_err(failed)?;
            transaction
                .prepare_cached(
                    "INSERT INTO consent (row, id, subject, recipient, terms, number, words, link, until, state, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'asked', ?10)",
                )
                .and_then(|mut insert| {
                    insert.execute(rusqlite::params![
                        row,
                        terms.consent.to_bytes(),
                        subject.key.to_bytes(),
                        terms.recipient.to_bytes(),
                        terms.canonical(),
                        number,
                        words,
                        link,
                        until.unix_ms(),
                        now.unix_ms(),
                    ])
                })
                .map_err(failed)?;
        }
        Cold::Life { consent, life } => {
            let ends = match life {
                Life::Given { until, .. } => Some(until.unix_ms()),
                Life::Withdrawn { reach, .. } | Life::Void { reach, .. } => Some(reach.until.unix_ms()),
                _ => None,
            };
            transaction
                .prepare_cached("UPDATE consent SET state = ?2, at = ?3, ends = ?4 WHERE id = ?1")
                .and_then(|mut update| update.execute((consent.to_bytes(), life.word(), now.unix_ms(), ends)))
                .map_err(failed)?;
        }
        Cold::Signature { consent, signed } => evidence::write(transaction, *consent, signed)?,
        // Another family's.
        _ => {}
    }
    Ok(())
}

/// A question as its page shows it, and as its partner may ask after it.
#[derive(Debug)]
pub struct Question {
    /// Whom it was put to.
    pub subject: SubjectKey,
    /// The number, to which the home alone writes.
    pub number: Msisdn,
    /// The terms.
    pub terms: Terms,
    /// The words of the text message.
    pub words: String,
    /// Where it stands, by the latest entry; the clock may have ended it since.
    pub state: String,
    /// When that state began.
    pub at: Timestamp,
    /// When it lapses unanswered.
    pub until: Timestamp,
    /// When the consent ends, once given.
    pub ends: Option<Timestamp>,
    /// Where it stands in full, while it is kept at hand.
    pub life: Option<Life>,
    /// How many asks were spent.
    pub used: u32,
    /// When the latest of them was.
    pub used_last_at: Option<Timestamp>,
}

impl Question {
    /// Where it stands now: what the clock has ended is over.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> &str {
        match (self.state.as_str(), self.ends) {
            ("asked", _) if now >= self.until => "lapsed",
            ("given", Some(ends)) if now >= ends => "expired",
            (state, _) => state,
        }
    }
}

/// The consents and open questions that are live now, person by person, of so many people after `after`.
///
/// # Errors
/// When a row cannot be read, or is not this program's.
pub fn live_after(
    connection: &Connection,
    after: Option<SubjectKey>,
    now: Timestamp,
    limit: usize,
    sealer: &Sealer,
) -> Result<Vec<(SubjectKey, Vec<ConsentId>)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT key, facts FROM person WHERE key > ?1 ORDER BY key LIMIT ?2")
        .map_err(failed)?;
    // No key is empty, so the first comes after an empty one.
    let after = after.map_or_else(Vec::new, |key| key.to_bytes().to_vec());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement
        .query_map((after, limit), |row| {
            Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .map_err(failed)?;
    rows.map(|row| {
        let (key, facts) = row.map_err(failed)?;
        let key = SubjectKey::from_bytes(key);
        let person = person::read(key, &facts, sealer)
            .ok_or_else(|| StoreError::Corrupt("expected a well-formed `person`, found another".to_owned()))?;
        let live = person.consents.iter().filter(|consent| !consent.life.at(now).is_over());
        Ok((key, live.map(|consent| consent.id).collect()))
    })
    .collect()
}

const COLUMNS: &str = "SELECT row, subject, number, terms, words, state, at, until, ends FROM consent";

/// The question behind a link.
///
/// # Errors
/// When the row cannot be read or opened.
pub fn by_link(connection: &Connection, link: &[u8; 16], sealer: &Sealer) -> Result<Option<Question>, StoreError> {
    let found = connection
        .prepare_cached(&format!("{COLUMNS} WHERE link = ?1"))
        .and_then(|mut select| select.query_row([&link[..]], columns).optional())
        .map_err(failed)?;
    found.map(|row| open(connection, row, sealer)).transpose()
}

/// The question with this id, if it is this recipient's.
///
/// # Errors
/// When the row cannot be read or opened.
pub fn by_id(
    connection: &Connection,
    id: ConsentId,
    recipient: PartyId,
    sealer: &Sealer,
) -> Result<Option<Question>, StoreError> {
    let found = connection
        .prepare_cached(&format!("{COLUMNS} WHERE id = ?1 AND recipient = ?2"))
        .and_then(|mut select| {
            select
                .query_row((id.to_bytes(), recipient.to_bytes()), columns)
                .optional()
        })
        .map_err(failed)?;
    found.map(|row| open(connection, row, sealer)).transpose()
}

/// The terms of a consent.
///
/// # Errors
/// When the row cannot be read.
pub fn terms_of(connection: &Connection, id: ConsentId) -> Result<Option<Terms>, StoreError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT terms FROM consent WHERE id = ?1")
        .and_then(|mut select| select.query_row([id.to_bytes()], |row| row.get(0)).optional())
        .map_err(failed)?;
    let read = |terms: Vec<u8>| Terms::from_canonical(&terms).ok_or_else(|| corrupt("terms"));
    found.map(read).transpose()
}

/// The terms of the latest question that was put to a person.
///
/// # Errors
/// When the row cannot be read.
pub fn latest_terms_of(connection: &Connection, subject: SubjectKey) -> Result<Option<Terms>, StoreError> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT terms FROM consent WHERE subject = ?1 ORDER BY row DESC LIMIT 1")
        .and_then(|mut select| select.query_row([&subject.to_bytes()[..]], |row| row.get(0)).optional())
        .map_err(failed)?;
    let read = |terms: Vec<u8>| Terms::from_canonical(&terms).ok_or_else(|| corrupt("terms"));
    found.map(read).transpose()
}

/// Whom a question was put to.
///
/// # Errors
/// When the row cannot be read.
pub fn subject_of(connection: &Connection, id: ConsentId) -> Result<Option<SubjectKey>, StoreError> {
    let found: Option<[u8; 16]> = connection
        .prepare_cached("SELECT subject FROM consent WHERE id = ?1")
        .and_then(|mut select| select.query_row([id.to_bytes()], |row| row.get(0)).optional())
        .map_err(failed)?;
    Ok(found.map(SubjectKey::from_bytes))
}

/// The number of a person, as the latest question that was put to them has it; `None` if there was never one.
///
/// # Errors
/// When the row cannot be read or opened.
pub fn number_of(connection: &Connection, subject: SubjectKey, sealer: &Sealer) -> Result<Option<Msisdn>, StoreError> {
    let found: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT row, number FROM consent WHERE subject = ?1 ORDER BY row DESC LIMIT 1")
        .and_then(|mut select| {
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            select.query_row([&subject.to_bytes()[..]], read).optional()
        })
        .map_err(failed)?;
    let read = |(row, sealed): (i64, Vec<u8>)| {
        let plain = sealer
            .open(place("number", row), &sealed)
            .map_err(|_| corrupt("number"))?;
        let number = plain.try_into().ok().and_then(Msisdn::from_bytes);
        number.ok_or_else(|| corrupt("number"))
    };
    found.map(read).transpose()
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("expected well-formed {what} of a consent, found others"))
}

/// What is known of a person; somebody never heard of is nobody's.
///
/// # Errors
/// When the row cannot be read.
pub fn person_of(connection: &Connection, subject: SubjectKey, sealer: &Sealer) -> Result<Person, StoreError> {
    let row: Option<Vec<u8>> = connection
        .prepare_cached("SELECT facts FROM person WHERE key = ?1")
        .and_then(|mut select| select.query_row([&subject.to_bytes()[..]], |row| row.get(0)).optional())
        .map_err(failed)?;
    let read = |row: Vec<u8>| person::read(subject, &row, sealer).ok_or_else(|| corrupt("facts"));
    Ok(row.map(read).transpose()?.unwrap_or_default())
}

type Columns = (i64, [u8; 16], Vec<u8>, Vec<u8>, Vec<u8>, String, i64, i64, Option<i64>);

fn columns(row: &Row<'_>) -> rusqlite::Result<Columns> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
        row.get(8)?,
    ))
}

fn open(connection: &Connection, columns: Columns, sealer: &Sealer) -> Result<Question, StoreError> {
    let (row, subject, number, terms, words, state, at, until, ends) = columns;
    let words = sealer
        .open(place("words", row), &words)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let number = sealer
        .open(place("number", row), &number)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let number = number.try_into().ok().and_then(Msisdn::from_bytes);
    let subject = SubjectKey::from_bytes(subject);
    let terms = Terms::from_canonical(&terms).ok_or_else(|| corrupt("terms"))?;
    let person = person_of(connection, subject, sealer)?;
    let consent = person.consent(terms.consent);
    Ok(Question {
        subject,
        number: number.ok_or_else(|| corrupt("number"))?,
        terms,
        life: consent.map(|consent| consent.life),
        used: consent.map_or(0, |consent| consent.used),
        used_last_at: consent.and_then(|consent| consent.recent.last().copied()),
        at: Timestamp::from_unix_ms(at),
        words: String::from_utf8(words).map_err(|_| corrupt("words"))?,
        state,
        until: Timestamp::from_unix_ms(until),
        ends: ends.map(Timestamp::from_unix_ms),
    })
}
