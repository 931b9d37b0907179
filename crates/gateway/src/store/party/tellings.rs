//! What another gateway is told of, until it was told. It has a connection of its own: telling decides nothing, and needs no
//! place in the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::journal::store::StoreError;
use domain::time::{Span, Timestamp};
use rusqlite::Connection;

use crate::store::sqlite::{failed, open_writer};

/// So often it is tried to tell that a suspension was lifted; with waits that grow up to an hour that is about a day. What
/// holds is told as long as it holds.
const TRIES_MAX: u32 = 35;
/// What the telling of a suspension begins with.
const SUSPENDED: &str = "suspended ";
/// What the telling that it was lifted begins with.
const RESUMED: &str = "resumed ";
/// The longest wait between two tries.
const WAIT_MAX_S: u32 = 3600;

/// What waits to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    row: i64,
    /// What, in the words that name it here.
    pub what: String,
    /// How often it was tried.
    pub tries: u32,
}

/// What one peer is told of.
pub struct Tellings {
    connection: Mutex<Connection>,
    peer: String,
}

impl Tellings {
    /// Opens what a peer is told of.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn open(store: &Path, peer: &str) -> Result<Self, StoreError> {
        Ok(Self {
            connection: Mutex::new(open_writer(store)?),
            peer: peer.to_owned(),
        })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What holds now is what is told: what is new waits to be told, and what no longer holds is forgotten, so that it is
    /// told anew when it comes again. Of a suspension that is lifted the peer is told that too, if it may have heard of it.
    ///
    /// # Errors
    /// The database's.
    pub fn keep(&self, holds: &BTreeSet<String>, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let known: BTreeMap<String, bool> = connection
            .prepare_cached("SELECT what, tries > 0 OR told IS NOT NULL FROM telling WHERE peer = ?1")
            .and_then(|mut select| {
                let rows = select.query_map([&self.peer], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect()
            })
            .map_err(failed)?;
        let fresh: Vec<&String> = holds.iter().filter(|what| !known.contains_key(*what)).collect();
        let gone = |what: &str| match what.strip_prefix(RESUMED) {
            Some(of) => holds.contains(&format!("{SUSPENDED}{of}")),
            None => !holds.contains(what),
        };
        let gone: Vec<(&String, bool)> = known
            .iter()
            .filter(|(what, _)| gone(what))
            .map(|(what, heard)| (what, *heard))
            .collect();
        if fresh.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let write = connection.transaction().map_err(failed)?;
        let insert = |what: &str| {
            write
                .prepare_cached("INSERT INTO telling (peer, what, due) VALUES (?1, ?2, ?3)")
                .and_then(|mut insert| insert.execute((&self.peer, what, now.unix_ms())))
                .map_err(failed)
        };
        for what in fresh {
            insert(what)?;
        }
        for (what, heard) in gone {
            write
                .prepare_cached("DELETE FROM telling WHERE peer = ?1 AND what = ?2")
                .and_then(|mut delete| delete.execute((&self.peer, what)))
                .map_err(failed)?;
            if let Some(of) = what.strip_prefix(SUSPENDED).filter(|_| heard) {
                insert(&format!("{RESUMED}{of}"))?;
            }
        }
        write.commit().map_err(failed)
    }

    /// What is due, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn due(&self, now: Timestamp) -> Result<Vec<Telling>, StoreError> {
        let connection = self.connection();
        let mut select = connection
            .prepare_cached(
                "SELECT row, what, tries FROM telling
                 WHERE told IS NULL AND due <= ?2 AND peer = ?1 AND (tries < ?3 OR what NOT LIKE 'resumed %')
                 ORDER BY row LIMIT 100",
            )
            .map_err(failed)?;
        let rows = select.query_map((&self.peer, now.unix_ms(), TRIES_MAX), |row| {
            Ok(Telling {
                row: row.get(0)?,
                what: row.get(1)?,
                tries: row.get(2)?,
            })
        });
        rows.map_err(failed)?.map(|row| row.map_err(failed)).collect()
    }

    /// How many things it was not told yet.
    ///
    /// # Errors
    /// The database's.
    pub fn untold(&self) -> Result<u64, StoreError> {
        self.connection()
            .prepare_cached(
                "SELECT count(*) FROM telling
                 WHERE told IS NULL AND peer = ?1 AND (tries < ?2 OR what NOT LIKE 'resumed %')",
            )
            .and_then(|mut select| select.query_row((&self.peer, TRIES_MAX), |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
            .map_err(failed)
    }

    /// It was told.
    ///
    /// # Errors
    /// The database's.
    pub fn told(&self, telling: &Telling, now: Timestamp) -> Result<(), StoreError> {
        self.connection()
            .execute(
                "UPDATE telling SET told = ?2 WHERE row = ?1",
                (telling.row, now.unix_ms()),
            )
            .map(|_| ())
            .map_err(failed)
    }

    /// It was not told, and is tried again later: after one second, then two, four, and so on up to an hour.
    ///
    /// # Errors
    /// The database's.
    pub fn again(&self, telling: &Telling, now: Timestamp) -> Result<(), StoreError> {
        let wait_s = 1_u32.checked_shl(telling.tries).unwrap_or(WAIT_MAX_S).min(WAIT_MAX_S);
        self.after(telling, wait_s, now)
    }

    /// The peer would not take it: it is tried again after an hour, since the peer may come to know of the party.
    ///
    /// # Errors
    /// The database's.
    pub fn refused(&self, telling: &Telling, now: Timestamp) -> Result<(), StoreError> {
        self.after(telling, WAIT_MAX_S, now)
    }

    fn after(&self, telling: &Telling, wait_s: u32, now: Timestamp) -> Result<(), StoreError> {
        let due = now.after(Span::seconds(wait_s));
        self.connection()
            .execute(
                "UPDATE telling SET tries = tries + 1, due = ?2 WHERE row = ?1",
                (telling.row, due.unix_ms()),
            )
            .map(|_| ())
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn waits(tellings: &Tellings, now: Timestamp) -> Vec<String> {
        let due = tellings.due(now).expect("read");
        due.into_iter().map(|telling| telling.what).collect()
    }

    #[test]
    fn a_lifted_suspension_is_told_if_the_suspension_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let tellings = Tellings::open(&folder.path().join("store.sqlite"), "castor").expect("opened");
        let both = BTreeSet::from(["suspended pty_a".to_owned(), "suspended pty_b Towing".to_owned()]);
        tellings.keep(&both, NOW).expect("kept");
        assert_eq!(waits(&tellings, NOW).len(), 2);
        assert_eq!(tellings.untold().expect("read"), 2);
        let first = tellings.due(NOW).expect("read").remove(0);
        tellings.told(&first, NOW).expect("kept");
        tellings.keep(&BTreeSet::new(), NOW).expect("kept");
        assert_eq!(waits(&tellings, NOW), ["resumed pty_a"], "nobody heard of the other");
        tellings.keep(&BTreeSet::new(), NOW).expect("kept");
        assert_eq!(waits(&tellings, NOW), ["resumed pty_a"]);
        tellings.keep(&both, NOW).expect("kept");
        assert_eq!(waits(&tellings, NOW).len(), 2, "it is suspended again, and not resumed");
    }

    #[test]
    fn what_a_peer_refuses_is_tried_again_after_an_hour_as_long_as_it_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let tellings = Tellings::open(&folder.path().join("store.sqlite"), "castor").expect("opened");
        let holds = BTreeSet::from(["suspended pty_a".to_owned()]);
        tellings.keep(&holds, NOW).expect("kept");
        let mut now = NOW;
        for _ in 0..TRIES_MAX + 3 {
            let due = tellings.due(now).expect("read");
            tellings.refused(&due[0], now).expect("kept");
            assert!(waits(&tellings, now.after(Span::seconds(3599))).is_empty());
            now = now.after(Span::seconds(3600));
        }
        assert_eq!(waits(&tellings, now).len(), 1);
        assert_eq!(tellings.untold().expect("read"), 1);
    }
}
