//! Notices on SQLite. Their texts are sealed: they may name people. One that has a clock is `open` until it is closed; one
//! that is information alone is `noted` until then.

use std::collections::HashSet;

use domain::id::{NoticeId, PartyId};
use domain::journal::settle::Misuse;
use domain::journal::store::{Cold, StoreError};
use domain::purpose::Purpose;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use crate::seal::fields::Writer;
use crate::seal::{Place, Sealer};
use crate::store::sqlite::failed;

/// The most notices that one listing returns.
pub const LIST_MAX: usize = 500;

/// The states of a notice that nobody closed.
const STANDS: &str = "state IN ('open', 'noted')";

/// A notice as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub id: NoticeId,
    /// Who sent it.
    pub by: PartyId,
    /// The party that it is about.
    pub about: PartyId,
    /// The programme that it is about, if it is about one alone.
    pub purpose: Option<Purpose>,
    /// What it says it is: `misuse`, or what a peer tells.
    pub kind: String,
    /// When it came.
    pub at: Timestamp,
    /// Until when somebody has to act on it; `None` if nothing happens by itself.
    pub until: Option<Timestamp>,
    /// `open`, `noted`, or how it was closed.
    pub state: String,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// SHA-256 of the signed notice.
    document: Option<[u8; 32]>,
    /// Whether its row is as this program wrote it.
    pub is_genuine: bool,
}

impl Row {
    /// What nobody without the keys can make of another row.
    fn stamp(&self, sealer: &Sealer) -> [u8; 16] {
        let moment = |at: Option<Timestamp>| at.unwrap_or(Timestamp::from_unix_ms(-1));
        let value = Writer::default()
            .party(self.by)
            .party(self.about)
            .optional_text(self.purpose.map(Purpose::term))
            .text(&self.kind)
            .fixed(&self.document.unwrap_or_default())
            .time(self.at)
            .time(moment(self.until))
            .text(&self.state)
            .time(moment(self.closed));
        sealer.stamp("notice", self.id.to_bytes(), &value.bytes())
    }

    /// Whether nobody closed it.
    #[must_use]
    pub fn stands(&self) -> bool {
        ["open", "noted"].contains(&self.state.as_str())
    }

    /// The row, unless somebody altered it.
    fn genuine(self) -> Result<Self, StoreError> {
        if self.is_genuine {
            Ok(self)
        } else {
            Err(altered(self.id))
        }
    }
}

/// What a row is that this program did not write so.
#[must_use]
pub fn altered(notice: NoticeId) -> StoreError {
    StoreError::Corrupt(format!(
        "expected the row of {notice} as this program wrote it, found another"
    ))
}

const fn place(row: i64) -> Place {
    Place {
        table: "notice",
        column: "text",
        row,
    }
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, now: Timestamp, sealer: &Sealer) -> Result<(), StoreError> {
    match cold {
        Cold::Notice(notice) => insert(transaction, notice, now, sealer),
        Cold::NoticeClosed { notice, how } => close(transaction, *notice, how, now, sealer),
        Cold::Because { party, purpose, why } => because(transaction, (*party, *purpose), why.as_deref()),
        _ => Ok(()),
    }
}

fn close(
    transaction: &Transaction<'_>,
    notice: NoticeId,
    how: &str,
    now: Timestamp,
    sealer: &Sealer,
) -> Result<(), StoreError> {
    let Some(row) = by_id(transaction, notice, sealer)?.filter(Row::stands) else {
        return Ok(());
    };
    let row = Row {
        state: how.to_owned(),
        closed: Some(now),
        ..row.genuine()?
    };
    transaction
        .prepare_cached("UPDATE notice SET state = ?2, closed = ?3, stamp = ?4 WHERE id = ?1")
        .and_then(|mut update| update.execute((notice.to_bytes(), how, now.unix_ms(), row.stamp(sealer))))
        .map(|_| ())
        .map_err(failed)
}

fn insert(transaction: &Transaction<'_>, notice: &Misuse, now: Timestamp, sealer: &Sealer) -> Result<(), StoreError> {
    let kept = Row {
        id: notice.id,
        by: notice.by,
        about: notice.about,
        purpose: notice.purpose,
        kind: notice.kind.to_owned(),
        // As it is read back: in milliseconds.
        at: Timestamp::from_unix_ms(now.unix_ms()),
        until: notice.until,
        state: if notice.until.is_some() { "open" } else { "noted" }.to_owned(),
        closed: None,
        document: Some(notice.document),
        is_genuine: true,
    };
    transaction
        .prepare_cached(
            "INSERT INTO notice (id, sender, about, purpose, kind, document, text, at, until, state, stamp)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, x'', ?7, ?8, ?9, ?10)",
        )
        .and_then(|mut insert| {
            insert.execute((
                kept.id.to_bytes(),
                kept.by.to_bytes(),
                kept.about.to_bytes(),
                kept.purpose.map(Purpose::term),
                &kept.kind,
                kept.document,
                kept.at.unix_ms(),
                kept.until.map(Timestamp::unix_ms),
                &kept.state,
                kept.stamp(sealer),
            ))
        })
        .map_err(failed)?;
    let row = transaction.last_insert_rowid();
    let sealed = sealer
        .seal(place(row), notice.text.as_bytes())
        .map_err(|error| StoreError::Failed(error.to_string()))?;
    transaction
        .prepare_cached("UPDATE notice SET text = ?2 WHERE row = ?1")
        .and_then(|mut update| update.execute((row, sealed)))
        .map(|_| ())
        .map_err(failed)
}

fn because(
    transaction: &Transaction<'_>,
    (party, purpose): (PartyId, Option<Purpose>),
    why: Option<&str>,
) -> Result<(), StoreError> {
    let place = (party.to_bytes(), purpose.map_or("", Purpose::term));
    transaction
        .prepare_cached("DELETE FROM because WHERE party = ?1 AND purpose = ?2")
        .and_then(|mut delete| delete.execute(place))
        .map_err(failed)?;
    let Some(why) = why else { return Ok(()) };
    transaction
        .prepare_cached("INSERT INTO because (party, purpose, why) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute((place.0, place.1, why)))
        .map(|_| ())
        .map_err(failed)
}

/// Whether nobody has closed a notice yet.
///
/// # Errors
/// When the row cannot be read, or was altered.
pub fn is_open(transaction: &Transaction<'_>, notice: NoticeId, sealer: &Sealer) -> Result<bool, StoreError> {
    match by_id(transaction, notice, sealer)? {
        Some(row) => row.genuine().map(|row| row.stands()),
        None => Ok(false),
    }
}

/// The notices, at most [`LIST_MAX`]: those with a clock by what is left of it, then those that are information, then those
/// that are closed, newest first. One that was altered is among them, and says so.
///
/// # Errors
/// When a row cannot be read.
pub fn list(connection: &Connection, sealer: &Sealer) -> Result<Vec<Row>, StoreError> {
    let order = "1 = ?1 ORDER BY CASE state WHEN 'open' THEN 0 WHEN 'noted' THEN 1 ELSE 2 END,
                 CASE state WHEN 'open' THEN until END, row DESC";
    select(connection, (order, 1), sealer)
}

/// The open notices whose time is over, oldest first, at most [`LIST_MAX`]. One that was altered is among them, and says so.
///
/// # Errors
/// When a row cannot be read.
pub fn overdue(connection: &Connection, now: Timestamp, sealer: &Sealer) -> Result<Vec<Row>, StoreError> {
    let due = "state = 'open' AND until <= ?1 ORDER BY until";
    select(connection, (due, now.unix_ms()), sealer)
}

/// The notice with this name. One that was altered says so.
///
/// # Errors
/// When the row cannot be read.
pub fn by_id(connection: &Connection, notice: NoticeId, sealer: &Sealer) -> Result<Option<Row>, StoreError> {
    let mut found = select(connection, ("id = ?1", notice.to_bytes()), sealer)?;
    Ok(found.pop())
}

/// The genuine notices of a sender that nobody closed, newest first, at most [`LIST_MAX`].
///
/// # Errors
/// When a row cannot be read.
pub fn standing_of(connection: &Connection, sender: PartyId, sealer: &Sealer) -> Result<Vec<Row>, StoreError> {
    let which = format!("sender = ?1 AND {STANDS} ORDER BY row DESC");
    let mut found = select(connection, (&which, sender.to_bytes()), sealer)?;
    found.retain(|row| row.is_genuine);
    Ok(found)
}

/// The genuine notice of this sender with this text, whatever became of it; the text by its SHA-256.
///
/// # Errors
/// When a row cannot be read.
pub fn of_document(
    connection: &Connection,
    (sender, document): (PartyId, [u8; 32]),
    sealer: &Sealer,
) -> Result<Option<Row>, StoreError> {
    let mut found = select(connection, ("document = ?1", document), sealer)?;
    found.retain(|row| row.by == sender && row.is_genuine);
    Ok(found.pop())
}

/// The signed notice itself.
///
/// # Errors
/// When the row cannot be read or opened.
pub fn text_of(connection: &Connection, sealer: &Sealer, notice: NoticeId) -> Result<Option<String>, StoreError> {
    let found = connection
        .prepare_cached("SELECT row, text FROM notice WHERE id = ?1")
        .and_then(|mut select| {
            select
                .query_row([notice.to_bytes()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
                .optional()
        })
        .map_err(failed)?;
    let Some((row, sealed)) = found else { return Ok(None) };
    let plain = sealer
        .open(place(row), &sealed)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    String::from_utf8(plain)
        .map(Some)
        .map_err(|_| StoreError::Corrupt("expected a notice's text, found other bytes".to_owned()))
}

/// Until when the genuine open notice whose time is over first has to be acted on.
///
/// # Errors
/// When the rows cannot be read.
pub fn nearest(connection: &Connection, sealer: &Sealer) -> Result<Option<Timestamp>, StoreError> {
    let open = select(connection, ("state = ?1 ORDER BY until", "open"), sealer)?;
    Ok(open.into_iter().filter(|row| row.is_genuine).find_map(|row| row.until))
}

/// The parties and programmes that are suspended for a reason of which others are not told: what suspended itself, or
/// followed what a peer told.
///
/// # Errors
/// When the rows cannot be read.
pub fn kept_quiet(connection: &Connection) -> Result<HashSet<(PartyId, Option<Purpose>)>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT party, purpose FROM because WHERE why NOT IN ('notice', 'notice-unanswered')")
        .map_err(failed)?;
    let rows = select.query_map([], |row| {
        let purpose: String = row.get(1)?;
        Ok((PartyId::from_bytes(row.get(0)?), Purpose::from_term(&purpose)))
    });
    rows.map_err(failed)?.map(|row| row.map_err(failed)).collect()
}

fn select(
    connection: &Connection,
    (which, argument): (&str, impl rusqlite::ToSql),
    sealer: &Sealer,
) -> Result<Vec<Row>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT id, sender, about, purpose, kind, at, until, state, closed, document, stamp FROM notice
             WHERE {which} LIMIT {LIST_MAX}"
        ))
        .map_err(failed)?;
    let rows = statement.query_map([argument], |row| {
        let purpose: Option<String> = row.get(3)?;
        let (until, closed): (Option<i64>, Option<i64>) = (row.get(6)?, row.get(8)?);
        let stamp: Vec<u8> = row.get(10)?;
        let row = Row {
            id: NoticeId::from_bytes(row.get(0)?),
            by: PartyId::from_bytes(row.get(1)?),
            about: PartyId::from_bytes(row.get(2)?),
            purpose: purpose.as_deref().and_then(Purpose::from_term),
            kind: row.get(4)?,
            at: Timestamp::from_unix_ms(row.get(5)?),
            until: until.map(Timestamp::from_unix_ms),
            state: row.get(7)?,
            closed: closed.map(Timestamp::from_unix_ms),
            document: row.get(9)?,
            is_genuine: false,
        };
        Ok(Row {
            is_genuine: row.stamp(sealer)[..] == stamp[..],
            ..row
        })
    });
    rows.map_err(failed)?.map(|row| row.map_err(failed)).collect()
}

#[cfg(test)]
mod tests;
