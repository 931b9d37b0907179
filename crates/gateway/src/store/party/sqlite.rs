//! Parties on SQLite.

use domain::id::PartyId;
use domain::journal::store::{Cold, StoreError};
use domain::journal::tree::sha256;
use domain::party::{Standing, Tally, standing_of};
use domain::programme::Hour;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use super::held::Held;
use crate::party::PartyRecord;
use crate::seal::Sealer;
use crate::store::sqlite::failed;

/// The most parties that one listing returns.
pub const LIST_MAX: usize = 1000;

/// A party's row, apart from what is only counted.
#[derive(Clone, Debug)]
struct Row {
    record: String,
    suspended: bool,
    held: String,
}

impl Row {
    /// The stamp of the row: what it says is not a matter of who can write to the store.
    fn stamp(&self, party: PartyId, sealer: &Sealer) -> [u8; 16] {
        let mut value = [&[u8::from(self.suspended)][..], self.record.as_bytes()].concat();
        // A row that nothing holds back keeps the stamp that it had before anything could.
        if !self.held.is_empty() {
            value.push(0);
            value.extend(self.held.as_bytes());
        }
        sealer.stamp("party", party.to_bytes(), &value)
    }

    fn held(&self) -> Result<Held, StoreError> {
        Held::from_text(&self.held).ok_or_else(not_ours)
    }

    fn update(&self, transaction: &Transaction<'_>, party: PartyId, sealer: &Sealer) -> Result<(), StoreError> {
        let stamp = self.stamp(party, sealer);
        transaction
            .prepare_cached("UPDATE party SET record = ?2, suspended = ?3, held = ?4, stamp = ?5 WHERE id = ?1")
            .and_then(|mut update| update.execute((party.to_bytes(), &self.record, self.suspended, &self.held, stamp)))
            .map(|_| ())
            .map_err(failed)
    }
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, sealer: &Sealer) -> Result<(), StoreError> {
    let row_of = |party| row(transaction, party, sealer)?.ok_or_else(not_ours);
    match cold {
        Cold::Party { party, client, record } => insert(transaction, *party, client, record, sealer),
        Cold::Keys {
            party,
            record,
            replaces,
        } => {
            let row = row_of(*party)?;
            if sha256(&[row.record.as_bytes()]) != *replaces {
                let found =
                    "expected the party's record as it was read, found that it was changed meanwhile; try again";
                return Err(StoreError::Failed(found.to_owned()));
            }
            let record = record.clone();
            Row { record, ..row }.update(transaction, *party, sealer)
        }
        Cold::Suspended { party, suspended } => {
            let (row, suspended) = (row_of(*party)?, *suspended);
            Row { suspended, ..row }.update(transaction, *party, sealer)?;
            transaction
                .prepare_cached("UPDATE party SET given = 0, refused = 0 WHERE id = ?1")
                .and_then(|mut update| update.execute([party.to_bytes()]))
                .map(|_| ())
                .map_err(failed)
        }
        Cold::ProgrammeSuspended {
            party,
            purpose,
            suspended,
        } => hold(transaction, *party, sealer, |held| held.suspend(*purpose, *suspended)),
        Cold::Ending { party, ending } => hold(transaction, *party, sealer, |held| held.ending = Some(ending.clone())),
        Cold::Attested { party, until } => hold(transaction, *party, sealer, |held| held.attested = Some(*until)),
        Cold::ProgrammeCounted { party, purpose, hour } => transaction
            .prepare_cached(
                "INSERT INTO programme_hour (party, purpose, began, asks) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET began = ?3, asks = ?4",
            )
            .and_then(|mut insert| {
                let began = hour.from.map_or(0, Timestamp::unix_ms);
                insert.execute((party.to_bytes(), purpose.term(), began, hour.asks))
            })
            .map(|_| ())
            .map_err(failed),
        Cold::Tally { party, given } => transaction
            .prepare_cached("UPDATE party SET given = given + ?2, refused = refused + NOT ?2 WHERE id = ?1")
            .and_then(|mut update| update.execute((party.to_bytes(), given)))
            .map(|_| ())
            .map_err(failed),
        // Another family's.
        _ => Ok(()),
    }
}

fn insert(
    transaction: &Transaction<'_>,
    party: PartyId,
    client: &str,
    record: &str,
    sealer: &Sealer,
) -> Result<(), StoreError> {
    let row = Row {
        record: record.to_owned(),
        suspended: false,
        held: String::new(),
    };
    transaction
        .prepare_cached("INSERT INTO party (id, client, record, stamp) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut insert| insert.execute((party.to_bytes(), client, record, row.stamp(party, sealer))))
        .map(|_| ())
        .map_err(failed)
}

/// Changes what holds a party back.
fn hold(
    transaction: &Transaction<'_>,
    party: PartyId,
    sealer: &Sealer,
    change: impl FnOnce(&mut Held),
) -> Result<(), StoreError> {
    let row = row(transaction, party, sealer)?.ok_or_else(not_ours)?;
    let mut held = row.held()?;
    change(&mut held);
    let held = held.to_text();
    Row { held, ..row }.update(transaction, party, sealer)
}

fn not_ours() -> StoreError {
    StoreError::Corrupt("expected a party as this gateway wrote it, found another".to_owned())
}

/// A party's row, if it is as this gateway wrote it.
fn row(connection: &Connection, party: PartyId, sealer: &Sealer) -> Result<Option<Row>, StoreError> {
    let found: Option<(Row, Vec<u8>)> = connection
        .prepare_cached("SELECT record, suspended, held, stamp FROM party WHERE id = ?1")
        .and_then(|mut select| {
            select
                .query_row([party.to_bytes()], |row| {
                    let found = Row {
                        record: row.get(0)?,
                        suspended: row.get(1)?,
                        held: row.get(2)?,
                    };
                    Ok((found, row.get(3)?))
                })
                .optional()
        })
        .map_err(failed)?;
    match found {
        Some((row, stamp)) if stamp == row.stamp(party, sealer) => Ok(Some(row)),
        Some(_) => Err(not_ours()),
        None => Ok(None),
    }
}

fn parse(record: &str) -> Result<PartyRecord, StoreError> {
    PartyRecord::from_json(record).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// What a decision looks at in a party.
///
/// # Errors
/// When the row cannot be read.
pub fn standing(
    transaction: &Transaction<'_>,
    party: PartyId,
    now: Timestamp,
    sealer: &Sealer,
) -> Result<Option<Standing>, StoreError> {
    let Some(row) = row(transaction, party, sealer)? else {
        return Ok(None);
    };
    let mut standing = standing_of(&row.record, now).ok_or_else(not_ours)?;
    standing.suspended = row.suspended;
    standing.tally = tally(transaction, party)?;
    row.held()?.apply(&mut standing);
    let bounded = standing.programmes.iter_mut();
    for programme in bounded.filter(|programme| programme.per_hour_max.is_some()) {
        programme.hour = hour(transaction, party, programme.purpose)?;
    }
    Ok(Some(standing))
}

/// How many asks the hour of a programme has.
fn hour(transaction: &Transaction<'_>, party: PartyId, purpose: Purpose) -> Result<Hour, StoreError> {
    let found = transaction
        .prepare_cached("SELECT began, asks FROM programme_hour WHERE party = ?1 AND purpose = ?2")
        .and_then(|mut select| {
            select
                .query_row((party.to_bytes(), purpose.term()), |row| {
                    Ok(Hour {
                        from: Some(Timestamp::from_unix_ms(row.get(0)?)),
                        asks: row.get(1)?,
                    })
                })
                .optional()
        })
        .map_err(failed)?;
    Ok(found.unwrap_or_default())
}

/// What people answered to a party's questions. It is not stamped: it only says when the operator is to look at a party.
fn tally(transaction: &Transaction<'_>, party: PartyId) -> Result<Tally, StoreError> {
    transaction
        .prepare_cached("SELECT given, refused FROM party WHERE id = ?1")
        .and_then(|mut select| {
            select.query_row([party.to_bytes()], |row| {
                Ok(Tally {
                    given: row.get(0)?,
                    refused: row.get(1)?,
                })
            })
        })
        .map_err(failed)
}

/// A party as the token endpoint and the operator see it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The party.
    pub id: PartyId,
    /// Its record.
    pub record: PartyRecord,
    /// Whether it is suspended.
    pub suspended: bool,
    /// What else holds it back.
    pub held: Held,
}

/// The party whose client has this name.
///
/// # Errors
/// When the row cannot be read.
pub fn by_client(connection: &Connection, client: &str) -> Result<Option<Listed>, StoreError> {
    let mut found = select(connection, "WHERE client = ?1", client)?;
    Ok(found.pop())
}

/// The party with this id.
///
/// # Errors
/// When the row cannot be read.
pub fn by_id(connection: &Connection, party: PartyId, sealer: &Sealer) -> Result<Option<Listed>, StoreError> {
    let found = row(connection, party, sealer)?;
    found
        .map(|row| {
            Ok(Listed {
                id: party,
                record: parse(&row.record)?,
                suspended: row.suspended,
                held: row.held()?,
            })
        })
        .transpose()
}

/// All parties, at most [`LIST_MAX`], by the name of their client.
///
/// # Errors
/// When the rows cannot be read.
pub fn list(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    select(connection, "WHERE client > ?1 ORDER BY client LIMIT 1000", "")
}

/// A few hundred parties whose clients' names come after this one, in order.
///
/// # Errors
/// When a row cannot be read.
pub fn list_after(connection: &Connection, client: &str) -> Result<Vec<Listed>, StoreError> {
    select(connection, "WHERE client > ?1 ORDER BY client LIMIT 256", client)
}

/// The parties that something holds back besides a suspension.
///
/// # Errors
/// When a row cannot be read.
pub fn held_back(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    select(connection, "WHERE held <> ?1", "")
}

fn select(connection: &Connection, condition: &str, argument: impl rusqlite::ToSql) -> Result<Vec<Listed>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT id, record, suspended, held FROM party {condition}"))
        .map_err(failed)?;
    let rows = statement
        .query_map([argument], |row| {
            Ok((
                row.get::<_, [u8; 16]>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, bool>(2)?,
                row.get::<_, String>(3)?,
            ))
        })
        .map_err(failed)?;
    rows.map(|row| {
        let (id, record, suspended, held) = row.map_err(failed)?;
        Ok(Listed {
            id: PartyId::from_bytes(id),
            record: parse(&record)?,
            suspended,
            held: Held::from_text(&held).ok_or_else(not_ours)?,
        })
    })
    .collect()
}
