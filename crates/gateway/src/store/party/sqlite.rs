//! Parties on SQLite.

use domain::id::PartyId;
use domain::journal::store::{Cold, StoreError};
use domain::journal::tree::sha256;
use domain::party::{Standing, Tally};
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use crate::party::PartyRecord;
use crate::seal::Sealer;
use crate::store::sqlite::failed;

/// The most parties that one listing returns.
pub const LIST_MAX: usize = 1000;

/// The stamp of a party's row: its record and whether it is suspended are not a matter of who can write to the store.
fn stamp(party: PartyId, record: &str, suspended: bool, sealer: &Sealer) -> [u8; 16] {
    let value = [&[u8::from(suspended)][..], record.as_bytes()].concat();
    sealer.stamp("party", party.to_bytes(), &value)
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, sealer: &Sealer) -> Result<(), StoreError> {
    match cold {
        Cold::Party { party, client, record } => {
            let stamp = stamp(*party, record, false, sealer);
            transaction
                .prepare_cached("INSERT INTO party (id, client, record, stamp) VALUES (?1, ?2, ?3, ?4)")
                .and_then(|mut insert| insert.execute((party.to_bytes(), client, record, stamp)))
                .map_err(failed)?;
        }
        Cold::Keys {
            party,
            record,
            replaces,
        } => {
            let (present, suspended) = row(transaction, *party, sealer)?.ok_or_else(not_ours)?;
            if sha256(&[present.as_bytes()]) != *replaces {
                let found =
                    "expected the party's record as it was read, found that it was changed meanwhile; try again";
                return Err(StoreError::Failed(found.to_owned()));
            }
            let stamp = stamp(*party, record, suspended, sealer);
            transaction
                .prepare_cached("UPDATE party SET record = ?2, stamp = ?3 WHERE id = ?1")
                .and_then(|mut update| update.execute((party.to_bytes(), record, stamp)))
                .map_err(failed)?;
        }
        Cold::Suspended { party, suspended } => {
            let (record, _) = row(transaction, *party, sealer)?.ok_or_else(not_ours)?;
            let stamp = stamp(*party, &record, *suspended, sealer);
            transaction
                .prepare_cached("UPDATE party SET suspended = ?2, stamp = ?3, given = 0, refused = 0 WHERE id = ?1")
                .and_then(|mut update| update.execute((party.to_bytes(), suspended, stamp)))
                .map_err(failed)?;
        }
        Cold::Tally { party, given } => {
            transaction
                .prepare_cached("UPDATE party SET given = given + ?2, refused = refused + NOT ?2 WHERE id = ?1")
                .and_then(|mut update| update.execute((party.to_bytes(), given)))
                .map_err(failed)?;
        }
        // Another family's.
        _ => {}
    }
    Ok(())
}

fn not_ours() -> StoreError {
    StoreError::Corrupt("expected a party as this gateway wrote it, found another".to_owned())
}

/// A party's record and whether it is suspended, if the row is as this gateway wrote it.
fn row(connection: &Connection, party: PartyId, sealer: &Sealer) -> Result<Option<(String, bool)>, StoreError> {
    let row: Option<(String, bool, Vec<u8>)> = connection
        .prepare_cached("SELECT record, suspended, stamp FROM party WHERE id = ?1")
        .and_then(|mut select| {
            select
                .query_row([party.to_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()
        })
        .map_err(failed)?;
    match row {
        Some((record, suspended, found)) if found == stamp(party, &record, suspended, sealer) => {
            Ok(Some((record, suspended)))
        }
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
    sealer: &Sealer,
) -> Result<Option<Standing>, StoreError> {
    let row = row(transaction, party, sealer)?;
    let Some((record, suspended)) = row else {
        return Ok(None);
    };
    Ok(Some(Standing {
        purposes: parse(&record)?.purposes,
        suspended,
        tally: tally(transaction, party)?,
    }))
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
        .map(|(record, suspended)| {
            Ok(Listed {
                id: party,
                record: parse(&record)?,
                suspended,
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

fn select(connection: &Connection, condition: &str, argument: impl rusqlite::ToSql) -> Result<Vec<Listed>, StoreError> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT id, record, suspended FROM party {condition}"))
        .map_err(failed)?;
    let rows = statement
        .query_map([argument], |row| {
            Ok((
                row.get::<_, [u8; 16]>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, bool>(2)?,
            ))
        })
        .map_err(failed)?;
    rows.map(|row| {
        let (id, record, suspended) = row.map_err(failed)?;
        Ok(Listed {
            id: PartyId::from_bytes(id),
            record: parse(&record)?,
            suspended,
        })
    })
    .collect()
}
