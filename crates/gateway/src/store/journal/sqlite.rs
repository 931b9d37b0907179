//! The journal on SQLite. One writer owns the connection; the head's row orders everything, also between processes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::facts::{Facts, Needs, Person};
use domain::id::PartyId;
use domain::journal::Leaf;
use domain::journal::edge::Edge;
use domain::journal::kept::Kept;
use domain::journal::store::{Body, Cold, Head, Store, StoreError, Writes};
use domain::journal::tree::{Frontier, Hash};
use domain::party::ReplayKey;
use domain::time::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, Transaction, TransactionBehavior};

use super::changes;
pub use super::entries::read_entries;
use super::entries::{self, signed, unsigned};
use super::tiles;
use crate::clock::Clock;
use crate::seal::Sealer;
use crate::store::board::keys;
use crate::store::journal::shells::{self, read_kept};
use crate::store::permission::{person, sqlite as permission};
use crate::store::sqlite::{LOG_BYTES_MAX, failed, log_path, open_reader, open_writer, without_patience};
use crate::store::{forget, holds, life, outbox, party, stops};

/// The log's size is looked at after so many transactions.
const LOG_LOOK_EVERY: u32 = 64;

/// The journal's store on one SQLite file.
pub struct SqliteJournal {
    connection: Connection,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    sealer: Arc<Sealer>,
    transactions: u32,
    /// The partial tiles at the tree's edge, as this process wrote them last.
    edge: Edge,
}

impl SqliteJournal {
    /// Opens the file, creating its tables if need be.
    ///
    /// # Errors
    /// When the file cannot be opened or is not this program's.
    pub fn open(path: &Path, clock: Arc<dyn Clock>, sealer: Arc<Sealer>) -> Result<Self, StoreError> {
        let mut connection = open_writer(path)?;
        let size = latest_size(&connection)?;
        tiles::make_missing(&mut connection, size)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            clock,
            sealer,
            transactions: 0,
            edge: Edge::default(),
        })
    }

    /// Opens a file only to read and verify it: nothing is created, and nothing can be settled.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open_to_verify(path: &Path, clock: Arc<dyn Clock>, sealer: Arc<Sealer>) -> Result<Self, StoreError> {
        Ok(Self {
            connection: open_reader(path)?,
            path: path.to_owned(),
            clock,
            sealer,
            transactions: 0,
            edge: Edge::default(),
        })
    }

    /// Once the log is large, the writer finishes what the passive checkpoints left, so that the log starts again. It
    /// waits for nobody: while a backup reads, the log grows, and asks are answered all the same.
    fn keep_log_small(&mut self) {
        self.transactions = self.transactions.wrapping_add(1);
        if !self.transactions.is_multiple_of(LOG_LOOK_EVERY) {
            return;
        }
        let bytes = std::fs::metadata(log_path(&self.path)).map_or(0, |file| file.len());
        if bytes > LOG_BYTES_MAX {
            let outcome = without_patience(&self.connection, |connection| {
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            });
            tracing::debug!(bytes, ?outcome, "the writer finished a checkpoint");
        }
    }
}

impl Store for SqliteJournal {
    fn transact(&mut self, name: &'static str, needs: &Needs, body: &mut Body<'_>) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let head = read_head(&transaction)?;
        let now = self.clock.now().max(head.at);
        let facts = read_facts(&transaction, needs, now, &self.sealer)?;
        let writes = body(&head, now, facts);
        // Another process may have written meanwhile; and a transaction that failed leaves an edge that is ahead.
        let mut edge = std::mem::take(&mut self.edge);
        if edge.size() != head.frontier.size() && !writes.leaves.is_empty() {
            edge = tiles::read_edge(&transaction, head.frontier.size())?;
        }
        tiles::write(&transaction, &mut edge, &writes.leaves)?;
        write(&transaction, &writes, now, &self.sealer)?;
        // A crash before the commit leaves nothing; one after it leaves everything, and the next start closes what is
        // open. Only the commit's own failure is unclear.
        if let Err(error) = transaction.commit() {
            return Err(after_failed_commit(&self.connection, &head, &error));
        }
        self.edge = edge;
        tracing::trace!(name, entries = writes.entries.len(), "settled");
        self.keep_log_small();
        Ok(())
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        read_head(&self.connection)
    }

    fn tiles(&mut self, level: u8, from: u64, limit: usize) -> Result<Vec<Vec<Hash>>, StoreError> {
        tiles::read_tiles(&self.connection, level, from, limit)
    }

    fn kept(&mut self, from: Leaf, limit: usize) -> Result<Vec<Kept>, StoreError> {
        read_kept(&self.connection, from, limit)
    }
}

/// A full disk fails before the commit's record is written, and a second look at the head proves it. Everything else
/// stays unclear: nothing may be released.
fn after_failed_commit(connection: &Connection, before: &Head, error: &rusqlite::Error) -> StoreError {
    let full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
    let unchanged = read_head(connection).is_ok_and(|head| head == *before);
    if full && unchanged && connection.is_autocommit() {
        StoreError::Failed(error.to_string())
    } else {
        StoreError::Unknown(error.to_string())
    }
}

pub(super) fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt(format!("expected a well-formed `{what}`, found another"))
}

fn read_head(connection: &Connection) -> Result<Head, StoreError> {
    let (size, at, roots, closed_below): (i64, i64, Vec<u8>, i64) = connection
        .prepare_cached("SELECT size, at, roots, closed_below FROM head WHERE id = 1")
        .and_then(|mut head| head.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))))
        .map_err(failed)?;
    let (roots, rest) = roots.as_chunks::<32>();
    let frontier = Frontier::new(unsigned(size), roots.to_vec()).filter(|_| rest.is_empty());
    Ok(Head {
        frontier: frontier.ok_or_else(|| corrupt("head"))?,
        at: Timestamp::from_unix_ms(at),
        closed_below: unsigned(closed_below),
    })
}

/// When the latest entry was recorded, as the head says.
///
/// # Errors
/// When the head cannot be read.
pub fn latest_entry_at(connection: &Connection) -> Result<Timestamp, StoreError> {
    Ok(read_head(connection)?.at)
}

/// How many entries there are, as the head says.
///
/// # Errors
/// When the head cannot be read.
pub fn latest_size(connection: &Connection) -> Result<u64, StoreError> {
    Ok(read_head(connection)?.frontier.size())
}

/// How many entries there are, and the signed note that says so; an empty text while there are none.
///
/// # Errors
/// When the head cannot be read.
pub fn latest_note(connection: &Connection) -> Result<(u64, String), StoreError> {
    connection
        .query_row("SELECT size, checkpoint FROM head WHERE id = 1", [], |row| {
            Ok((unsigned(row.get(0)?), row.get(1)?))
        })
        .map_err(failed)
}

/// The tree and the signed note over it, of one moment; an empty text while there are no entries.
///
/// # Errors
/// When the head cannot be read.
pub fn latest_signed(connection: &Connection) -> Result<(Frontier, String), StoreError> {
    let snapshot = connection.unchecked_transaction().map_err(failed)?;
    let note = latest_note(&snapshot)?.1;
    Ok((read_head(&snapshot)?.frontier, note))
}

fn read_people(
    transaction: &Transaction<'_>,
    needs: &Needs,
    sealer: &Sealer,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let mut select = transaction
        .prepare_cached("SELECT facts FROM person WHERE key = ?1")
        .map_err(failed)?;
    for key in &needs.people {
        let read = |row: &Row<'_>| {
            Ok(row
                .get_ref(0)?
                .as_blob()
                .ok()
                .and_then(|row| person::read(*key, row, sealer)))
        };
        let found = select
            .query_row([&key.to_bytes()[..]], read)
            .optional()
            .map_err(failed)?;
        if let Some(person) = found {
            facts.people.insert(*key, person.ok_or_else(|| corrupt("person"))?);
        }
    }
    Ok(())
}

fn read_facts(
    transaction: &Transaction<'_>,
    needs: &Needs,
    now: Timestamp,
    sealer: &Sealer,
) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    read_people(transaction, needs, sealer, &mut facts)?;
    let behind = facts.people.values().flat_map(Person::parties);
    let parties: BTreeSet<PartyId> = needs.parties.iter().copied().chain(behind).collect();
    for id in parties {
        if let Some(standing) = party::sqlite::standing(transaction, id, now, sealer)? {
            facts.parties.insert(id, standing);
        }
    }
    for proof in &needs.proofs {
        let used = transaction
            .prepare_cached("SELECT 1 FROM spent WHERE minute = ?1 AND hash = ?2")
            .and_then(|mut spent| spent.exists((proof.until_minute, &proof.hash[..])))
            .map_err(failed)?;
        if used {
            facts.spent.insert(*proof);
        }
    }
    if let Some(after) = needs.changes_after {
        facts.changes = changes::read(transaction, after)?;
    }
    if needs.holds {
        facts.holds = holds::standing(transaction)?;
    }
    for notice in &needs.notices {
        if party::notices::is_open(transaction, *notice, sealer)? {
            facts.notices.insert(*notice);
        }
    }
    for leaf in &needs.entries {
        let there = transaction
            .prepare_cached("SELECT 1 FROM entry WHERE leaf = ?1")
            .and_then(|mut entry| entry.exists([signed(*leaf)]))
            .map_err(failed)?;
        if there {
            facts.whole.insert(*leaf);
        }
    }
    Ok(facts)
}

fn write(transaction: &Transaction<'_>, writes: &Writes, now: Timestamp, sealer: &Sealer) -> Result<(), StoreError> {
    entries::write(transaction, &writes.entries).map_err(failed)?;
    shells::write(transaction, &writes.erased)?;
    let mut person = transaction
        .prepare_cached("INSERT INTO person (key, facts) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET facts = ?2")
        .map_err(failed)?;
    for (key, facts) in &writes.people {
        let row = person::write(*key, facts, sealer);
        person.execute((&key.to_bytes()[..], row)).map_err(failed)?;
    }
    changes::write(transaction, &writes.changes, now)?;
    write_spent(transaction, &writes.spent, now).map_err(failed)?;
    for cold in &writes.cold {
        write_cold(transaction, cold, now, sealer)?;
    }
    if let Some(checkpoint) = &writes.checkpoint {
        let frontier = &writes.head.frontier;
        transaction
            .prepare_cached(
                "UPDATE head SET size = ?1, at = ?2, roots = ?3, checkpoint = ?4, closed_below = ?5 WHERE id = 1",
            )
            .and_then(|mut head| {
                let (at, closed) = (writes.head.at.unix_ms(), signed(writes.head.closed_below));
                let roots = frontier.roots().concat();
                head.execute((signed(frontier.size()), at, roots, &**checkpoint, closed))
            })
            .map_err(failed)?;
    }
    Ok(())
}

/// Each row goes to the family that keeps it.
fn write_cold(transaction: &Transaction<'_>, cold: &Cold, now: Timestamp, sealer: &Sealer) -> Result<(), StoreError> {
    match cold {
        Cold::Question { .. } | Cold::Signature { .. } => permission::write(transaction, cold, now, sealer),
        Cold::Life { .. } => {
            permission::write(transaction, cold, now, sealer)?;
            life::write(transaction, cold, now)
        }
        Cold::Reminder { .. } | Cold::Tenure { .. } | Cold::Policy { .. } => life::write(transaction, cold, now),
        Cold::Party { .. }
        | Cold::Keys { .. }
        | Cold::Suspended { .. }
        | Cold::ProgrammeSuspended { .. }
        | Cold::ProgrammeCounted { .. }
        | Cold::Ending { .. }
        | Cold::Attested { .. }
        | Cold::Tally { .. } => party::sqlite::write(transaction, cold, sealer),
        Cold::Notice(_) | Cold::NoticeClosed { .. } | Cold::Because { .. } => {
            party::notices::write(transaction, cold, now, sealer)
        }
        Cold::PassedOn { .. } | Cold::Stopped { .. } => stops::write(transaction, cold, now, sealer),
        Cold::Text { .. } => outbox::sqlite::write(transaction, cold, sealer),
        Cold::Hold { .. } | Cold::HoldLifted { .. } | Cold::Counts { .. } => holds::write(transaction, cold, now),
        Cold::Forget { subject } => forget::write(transaction, *subject),
        Cold::KeyRemoved { subject, row } => keys::remove(transaction, *subject, *row),
    }
}

fn write_spent(transaction: &Transaction<'_>, spent: &[ReplayKey], now: Timestamp) -> rusqlite::Result<()> {
    for proof in spent {
        transaction
            .prepare_cached("INSERT INTO spent (minute, hash) VALUES (?1, ?2)")?
            .execute((proof.until_minute, &proof.hash[..]))?;
    }
    if !spent.is_empty() {
        // A proof whose time is over is refused by its own date.
        let minute = now.unix_seconds() / 60;
        transaction
            .prepare_cached("DELETE FROM spent WHERE minute < ?1")?
            .execute([minute])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
