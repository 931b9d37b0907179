//! Everything about one person is erased, a few hundred entries at a time. Each step is one change of the journal; a run that
//! is interrupted is simply begun again, and goes on with what is left.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use domain::facts::{Held, Hold};
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::journal::settle::{Change, ERASED_MAX, Word};
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use rusqlite::Connection;
use serde_json::Value;

use crate::store::holds;
use crate::store::journal::sqlite::read_entries;
use crate::store::sqlite::{failed, open_writer, without_patience};

/// How often a log that readers hold is tried again.
const TRIES: u32 = 800;
/// How long it rests between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// The erasure of one person, step by step.
#[derive(Debug)]
pub struct Erasure {
    subject: SubjectKey,
    why: &'static str,
    /// An entry that stays: that of who carries it out.
    spared: Option<Leaf>,
    state: State,
    /// From here on entries were not looked at.
    from: Leaf,
    waiting: VecDeque<Leaf>,
    erased: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// What was agreed to has not ended yet.
    Live,
    /// It has; entries are taken away.
    Stopped,
    /// Everything was.
    Over,
}

/// Whether one of these holds covers a person as a whole.
#[must_use]
pub fn covers_person(holds: &[Hold], subject: SubjectKey) -> bool {
    holds
        .iter()
        .any(|hold| hold.held == Held::Everything || hold.held == Held::Subject(subject))
}

impl Erasure {
    /// Nothing done yet. `why` is `asked` or `retention`.
    #[must_use]
    pub const fn new(subject: SubjectKey, why: &'static str, spared: Option<Leaf>) -> Self {
        Self {
            subject,
            why,
            spared,
            state: State::Live,
            from: 0,
            waiting: VecDeque::new(),
            erased: 0,
        }
    }

    /// How many entries were erased so far, if each step was settled.
    #[must_use]
    pub const fn erased(&self) -> u64 {
        self.erased
    }

    /// The legal hold under which nothing of this person may be erased, if there is one: it covers them, or a party that
    /// asked about them.
    ///
    /// # Errors
    /// The database's.
    pub fn hold(&self, connection: &Connection) -> Result<Option<String>, StoreError> {
        let holds = holds::standing(connection)?;
        if holds.is_empty() {
            return Ok(None);
        }
        let of_person = |hold: &&Hold| covers_person(std::slice::from_ref(hold), self.subject);
        if let Some(hold) = holds.iter().find(of_person) {
            return Ok(Some(hold.name.clone()));
        }
        let mut select = connection
            .prepare("SELECT party FROM entry WHERE subject = ?1")
            .map_err(failed)?;
        let mut rows = select.query([&self.subject.to_bytes()[..]]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let part: String = row.get(0).map_err(failed)?;
            let part: Value = serde_json::from_str(&part).unwrap_or_default();
            let recipient = part.get("recipient").and_then(Value::as_str);
            let held = holds.iter().find(|hold| match hold.held {
                Held::Party(party) => recipient == Some(party.to_string().as_str()),
                Held::Everything | Held::Subject(_) => false,
            });
            if let Some(hold) = held {
                return Ok(Some(hold.name.clone()));
            }
        }
        Ok(None)
    }

    /// The next change to settle; `None` once everything is done. First what was agreed to ends, as by a STOP; then the
    /// entries go, those among them that were written meanwhile; last what else is kept of the person.
    ///
    /// # Errors
    /// The database's.
    pub fn next(&mut self, connection: &Connection) -> Result<Option<Change>, StoreError> {
        match self.state {
            State::Live => {
                self.state = State::Stopped;
                return Ok(Some(Change::Reply {
                    subject: self.subject,
                    word: Word::Stop,
                }));
            }
            State::Over => return Ok(None),
            State::Stopped => {}
        }
        if self.waiting.is_empty() {
            self.look(connection)?;
        }
        let mut entries = Vec::new();
        while entries.len() < ERASED_MAX
            && let Some(leaf) = self.waiting.pop_front()
        {
            entries.extend(self.entry(connection, leaf)?);
        }
        let last = entries.is_empty();
        if last {
            self.state = State::Over;
        }
        self.erased += u64::try_from(entries.len()).unwrap_or_default();
        Ok(Some(Change::Erase {
            subject: Some(self.subject),
            entries,
            last,
            why: self.why,
        }))
    }

    fn entry(&self, connection: &Connection, leaf: Leaf) -> Result<Option<Entry>, StoreError> {
        let found = read_entries(connection, leaf, 1)?.pop();
        Ok(found.filter(|entry| entry.leaf == leaf && entry.subject == Some(self.subject)))
    }

    /// Finds the person's entries that are not known yet.
    fn look(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let mut select = connection
            .prepare("SELECT leaf FROM entry WHERE leaf >= ?1 AND subject = ?2 AND kind <> ?3 ORDER BY leaf")
            .map_err(failed)?;
        let from = i64::try_from(self.from).unwrap_or(i64::MAX);
        let wanted = (from, &self.subject.to_bytes()[..], Kind::Erased.word());
        let rows = select.query_map(wanted, |row| row.get::<_, i64>(0)).map_err(failed)?;
        for leaf in rows {
            let leaf = leaf.map_err(failed)?.unsigned_abs();
            self.from = leaf + 1;
            if self.spared != Some(leaf) {
                self.waiting.push_back(leaf);
            }
        }
        Ok(())
    }
}

/// Empties the write-ahead log, so that no older copy of a page stays in it. Whether nobody kept it from being emptied.
/// Blocks for minutes while somebody reads, such as a backup; whoever writes meanwhile waits for none of it.
///
/// # Errors
/// The database's.
pub fn empty_log(store: &Path) -> Result<bool, StoreError> {
    let connection = open_writer(store)?;
    for _ in 0..TRIES {
        // SQLite waits for readers while it holds the lock that a commit needs.
        let busy: i64 = without_patience(&connection, |connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        })
        .map_err(failed)?;
        if busy == 0 {
            return Ok(true);
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::store::sqlite::open_reader;

    #[test]
    fn commits_go_on_while_an_erasure_waits_for_a_backup() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let writer = open_writer(&path).expect("a store");
        let backup = open_reader(&path).expect("a reader");
        backup
            .execute_batch("BEGIN; SELECT * FROM head")
            .expect("a read that lasts");
        let commit = |writer: &Connection| writer.execute("UPDATE head SET at = at + 1", []).expect("committed");
        commit(&writer);
        let emptying = std::thread::spawn(move || empty_log(&path));
        std::thread::sleep(BETWEEN_TRIES / 2);
        let (done, committed) = channel();
        std::thread::spawn(move || done.send((0..3).map(|_| commit(&writer)).sum::<usize>()));
        // Half of what a commit would wait for another writer.
        assert_eq!(committed.recv_timeout(Duration::from_secs(5)), Ok(3));
        drop(backup);
        let emptied = emptying.join().expect("it ended");
        assert!(emptied.expect("no error"), "the log was not emptied");
    }
}
