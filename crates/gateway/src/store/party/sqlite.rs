//! Parties on SQLite.

use domain::id::PartyId;
use domain::journal::store::{Cold, StoreError};
use domain::party::Standing;
use rusqlite::{Connection, OptionalExtension as _, Transaction};

use crate::party::PartyRecord;
use crate::store::sqlite::failed;

/// The most parties that one listing returns.
pub const LIST_MAX: usize = 1000;

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold) -> rusqlite::Result<()> {
    match cold {
        Cold::Party { party, client, record } => {
            transaction
                .prepare_cached("INSERT INTO party (id, client, record) VALUES (?1, ?2, ?3)")?
                .execute((party.to_bytes(), client, record))?;
        }
        Cold::Suspended { party, suspended } => {
            transaction
                .prepare_cached("UPDATE party SET suspended = ?2 WHERE id = ?1")?
                .execute((party.to_bytes(), suspended))?;
        }
        Cold::Question { .. } | Cold::Life { .. } | Cold::Signature { .. } | Cold::Text { .. } => {}
    }
    Ok(())
}

fn parse(record: &str) -> Result<PartyRecord, StoreError> {
    PartyRecord::from_json(record).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// What a decision looks at in a party.
///
/// # Errors
/// When the row cannot be read.
pub fn standing(transaction: &Transaction<'_>, party: PartyId) -> Result<Option<Standing>, StoreError> {
    let row: Option<(String, bool)> = transaction
        .prepare_cached("SELECT record, suspended FROM party WHERE id = ?1")
        .and_then(|mut select| {
            select
                .query_row([party.to_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(failed)?;
    let Some((record, suspended)) = row else {
        return Ok(None);
    };
    Ok(Some(Standing {
        purposes: parse(&record)?.purposes,
        suspended,
    }))
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
pub fn by_id(connection: &Connection, party: PartyId) -> Result<Option<Listed>, StoreError> {
    let mut found = select(connection, "WHERE id = ?1", party.to_bytes())?;
    Ok(found.pop())
}

/// All parties, at most [`LIST_MAX`], by the name of their client.
///
/// # Errors
/// When the rows cannot be read.
pub fn list(connection: &Connection) -> Result<Vec<Listed>, StoreError> {
    select(connection, "WHERE client > ?1 ORDER BY client LIMIT 1000", "")
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
