//! Legal holds and public counts, on SQLite.

use domain::facts::{Held, Hold};
use domain::id::PartyId;
use domain::journal::store::{Cold, StoreError};
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};

use crate::store::sqlite::failed;

/// A hold as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldRow {
    /// The hold.
    pub hold: Hold,
    /// Why it was placed.
    pub why: String,
    /// When.
    pub placed: Timestamp,
    /// When it was lifted; `None` while it stands.
    pub lifted: Option<Timestamp>,
}

/// Writes the rows of this family.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, cold: &Cold, now: Timestamp) -> Result<(), StoreError> {
    let now = now.unix_ms();
    let written = match cold {
        // A name that was lifted may be used again; its entries tell of both.
        Cold::Hold { name, held, why } => {
            let (scope, id) = row_of(*held);
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO hold (name, scope, id, why, placed) VALUES (?1, ?2, ?3, ?4, ?5)",
                )
                .and_then(|mut insert| insert.execute((name, scope, id, why, now)))
        }
        Cold::HoldLifted { name } => transaction
            .prepare_cached("UPDATE hold SET lifted = ?2 WHERE name = ?1")
            .and_then(|mut update| update.execute((name, now))),
        Cold::Counts { day, document } => transaction
            .prepare_cached("INSERT OR REPLACE INTO counts (day, document) VALUES (?1, ?2)")
            .and_then(|mut insert| insert.execute((day, document))),
        _ => return Ok(()),
    };
    written.map(|_| ()).map_err(failed)
}

fn row_of(held: Held) -> (&'static str, Vec<u8>) {
    match held {
        Held::Everything => ("everything", Vec::new()),
        Held::Subject(subject) => ("subject", subject.to_bytes().to_vec()),
        Held::Party(party) => ("party", party.to_bytes().to_vec()),
    }
}

fn held_of(scope: &str, id: &[u8]) -> Option<Held> {
    match scope {
        "everything" if id.is_empty() => Some(Held::Everything),
        "subject" => Some(Held::Subject(SubjectKey::from_bytes(id.try_into().ok()?))),
        "party" => Some(Held::Party(PartyId::from_bytes(id.try_into().ok()?))),
        _ => None,
    }
}

/// The holds that stand, by name.
///
/// # Errors
/// When the table cannot be read or holds what this program does not write.
pub fn standing(connection: &Connection) -> Result<Vec<Hold>, StoreError> {
    let rows = list(connection)?.into_iter();
    Ok(rows.filter(|row| row.lifted.is_none()).map(|row| row.hold).collect())
}

/// Every hold there was, by name.
///
/// # Errors
/// As [`standing`].
pub fn list(connection: &Connection) -> Result<Vec<HoldRow>, StoreError> {
    let corrupt = || StoreError::Corrupt("expected a well-formed `hold`, found another".to_owned());
    let mut select = connection
        .prepare_cached("SELECT name, scope, id, why, placed, lifted FROM hold ORDER BY name")
        .map_err(failed)?;
    let mut rows = select.query([]).map_err(failed)?;
    let mut holds = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let (scope, id): (String, Vec<u8>) = (row.get(1).map_err(failed)?, row.get(2).map_err(failed)?);
        let lifted: Option<i64> = row.get(5).map_err(failed)?;
        holds.push(HoldRow {
            hold: Hold {
                name: row.get(0).map_err(failed)?,
                held: held_of(&scope, &id).ok_or_else(corrupt)?,
            },
            why: row.get(3).map_err(failed)?,
            placed: Timestamp::from_unix_ms(row.get(4).map_err(failed)?),
            lifted: lifted.map(Timestamp::from_unix_ms),
        });
    }
    Ok(holds)
}
