//! A store in memory, for tests: its clock stands until it is moved, its transactions can be made to fail before or after
//! they wrote, and what it holds can be looked at and altered from outside.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Leaf;
use super::edge::Edge;
use super::entry::{Entry, Part};
use super::kept::{Kept, Shell};
use super::store::{Body, Cold, Head, Store, StoreError, Writes};
use super::tree::{Frontier, Hash};
use crate::facts::{Facts, Hold, Needs, Person, Scope};
use crate::id::{NoticeId, PartyId};
use crate::party::{ReplayKey, Standing, Tally, standing_of};
use crate::programme::Programme;
use crate::purpose::Purpose;
use crate::subject::SubjectKey;
use crate::time::Timestamp;

/// How a transaction is made to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It fails and wrote nothing.
    FailedBeforeWrite,
    /// It wrote nothing, and does not say so.
    UnknownBeforeWrite,
    /// It wrote everything, and does not say so.
    UnknownAfterWrite,
    /// The body is called, the transaction is rolled back, and the body is called again: no failure.
    Retried,
}

/// Everything that a [`MemoryStore`] holds.
#[derive(Debug)]
pub struct Content {
    /// The time of the next transactions.
    pub now: Timestamp,
    /// How the next transaction ends; `None` for well.
    pub fault: Option<Fault>,
    /// The head.
    pub head: Head,
    /// The right edge of the tree's tiles.
    pub edge: Edge,
    /// The full tiles, by level and index.
    pub tiles: HashMap<(u8, u64), Vec<Hash>>,
    /// The latest checkpoint.
    pub checkpoint: Option<Arc<str>>,
    /// The entries, in order; of an erased one nothing but its place and time counts.
    pub entries: Vec<Entry>,
    /// What is left of the erased ones.
    pub shells: HashMap<Leaf, Shell>,
    /// The people.
    pub people: HashMap<SubjectKey, Person>,
    /// The parties.
    pub parties: HashMap<PartyId, Standing>,
    /// What ended a permission, oldest first.
    pub changes: Vec<(Leaf, Scope)>,
    /// Proofs and assertions that were used.
    pub spent: HashSet<ReplayKey>,
    /// The legal holds.
    pub holds: Vec<Hold>,
    /// The notices of misuse that are open.
    pub notices: HashSet<NoticeId>,
    /// Rows that no decision reads.
    pub cold: Vec<Cold>,
}

/// A store in memory. Clones share their content, so that a test keeps one and gives one away.
#[derive(Clone, Debug)]
pub struct MemoryStore(Arc<Mutex<Content>>);

impl MemoryStore {
    /// An empty store whose clock stands at `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Content {
            now,
            fault: None,
            head: Head {
                frontier: Frontier::default(),
                at: Timestamp::from_unix_ms(0),
                closed_below: 0,
            },
            edge: Edge::default(),
            tiles: HashMap::new(),
            checkpoint: None,
            entries: Vec::new(),
            shells: HashMap::new(),
            people: HashMap::new(),
            parties: HashMap::new(),
            changes: Vec::new(),
            spent: HashSet::new(),
            holds: Vec::new(),
            notices: HashSet::new(),
            cold: Vec::new(),
        })))
    }

    /// What it holds, to be looked at or altered.
    pub fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    fn facts(&self, needs: &Needs) -> Facts {
        let people = needs.people.iter();
        let behind = people
            .clone()
            .filter_map(|key| self.people.get(key))
            .flat_map(Person::parties);
        let parties: HashSet<PartyId> = needs.parties.iter().copied().chain(behind).collect();
        let after = needs.changes_after;
        Facts {
            people: people
                .filter_map(|key| Some((*key, self.people.get(key)?.clone())))
                .collect(),
            parties: parties
                .iter()
                .filter_map(|id| Some((*id, self.parties.get(id)?.clone())))
                .collect(),
            spent: needs
                .proofs
                .iter()
                .filter(|proof| self.spent.contains(proof))
                .copied()
                .collect(),
            changes: after.map_or_else(Vec::new, |after| {
                self.changes.iter().filter(|(leaf, _)| *leaf > after).copied().collect()
            }),
            holds: if needs.holds { self.holds.clone() } else { Vec::new() },
            whole: needs
                .entries
                .iter()
                .copied()
                .filter(|leaf| self.is_whole(*leaf))
                .collect(),
            notices: needs
                .notices
                .iter()
                .copied()
                .filter(|notice| self.notices.contains(notice))
                .collect(),
        }
    }

    fn is_whole(&self, leaf: Leaf) -> bool {
        leaf < self.entries.len() as u64 && !self.shells.contains_key(&leaf)
    }

    /// An entry may end several things, and none of them twice.
    fn has_a_change_twice(&self, writes: &Writes) -> bool {
        let before = |nth| self.changes.iter().chain(writes.changes.iter().take(nth));
        let mut changes = writes.changes.iter().enumerate();
        changes.any(|(nth, change)| before(nth).any(|other| other == change))
    }

    fn write(&mut self, writes: Writes) {
        self.entries.extend(writes.entries.iter().cloned());
        for tile in writes.leaves.iter().flat_map(|leaf| self.edge.push(*leaf)) {
            self.tiles.insert((tile.level, tile.index), tile.hashes);
        }
        for shell in writes.erased {
            let place = usize::try_from(shell.leaf).unwrap_or(usize::MAX);
            if let Some(entry) = self.entries.get_mut(place) {
                let nothing = Part {
                    salt: [0; 16],
                    text: String::new(),
                };
                (entry.party, entry.subject_part) = (nothing.clone(), nothing);
            }
            self.shells.insert(shell.leaf, shell);
        }
        self.people.extend(writes.people);
        self.changes.extend(writes.changes);
        self.spent.extend(writes.spent);
        for cold in &writes.cold {
            self.write_row(cold);
        }
        self.cold.extend(writes.cold);
        if writes.checkpoint.is_some() {
            self.head = writes.head;
            self.checkpoint = writes.checkpoint;
        }
    }

    fn write_row(&mut self, cold: &Cold) {
        match cold {
            Cold::Party { party, record, .. } => {
                self.take_record(*party, record);
            }
            Cold::Suspended { party, suspended } => {
                if let Some(standing) = self.parties.get_mut(party) {
                    standing.suspended = *suspended;
                    standing.tally = Tally::default();
                }
            }
            Cold::Keys { party, record, .. } => self.take_record(*party, record),
            Cold::ProgrammeSuspended {
                party,
                purpose,
                suspended,
            } => self.on_programme(*party, *purpose, |programme| programme.suspended = *suspended),
            Cold::ProgrammeCounted { party, purpose, hour } => {
                self.on_programme(*party, *purpose, |programme| programme.hour = *hour);
            }
            Cold::Ending { party, ending } => {
                if let Some(standing) = self.parties.get_mut(party) {
                    standing.ending = Some(ending.clone());
                }
            }
            Cold::Notice(notice) => {
                self.notices.insert(notice.id);
            }
            Cold::NoticeClosed { notice, .. } => {
                self.notices.remove(notice);
            }
            Cold::Tally { party, given } => {
                if let Some(standing) = self.parties.get_mut(party) {
                    standing.tally.count(*given);
                }
            }
            Cold::Hold { name, held, .. } => self.holds.push(Hold {
                name: name.clone(),
                held: *held,
            }),
            Cold::HoldLifted { name } => self.holds.retain(|hold| hold.name != *name),
            Cold::Question { .. }
            | Cold::Counts { .. }
            | Cold::Forget { .. }
            | Cold::Reminder { .. }
            | Cold::Tenure { .. }
            | Cold::Policy { .. }
            | Cold::Life { .. }
            | Cold::Signature { .. }
            | Cold::Text { .. }
            | Cold::Because { .. }
            | Cold::PassedOn { .. }
            | Cold::Stopped { .. }
            | Cold::Attested { .. }
            | Cold::KeyRemoved { .. } => {}
        }
    }

    /// A new record leaves alone what is suspended, counted, or said to end.
    fn take_record(&mut self, party: PartyId, record: &str) {
        let read = standing_of(record, self.now).unwrap_or_else(|| Standing::approved(&[]));
        match self.parties.get_mut(&party) {
            None => {
                self.parties.insert(party, read);
            }
            Some(standing) => {
                let before = std::mem::replace(&mut standing.programmes, read.programmes);
                standing.seals = read.seals;
                for programme in &mut standing.programmes {
                    if let Some(old) = before.iter().find(|old| old.purpose == programme.purpose) {
                        (programme.suspended, programme.hour) = (old.suspended, old.hour);
                    }
                }
            }
        }
    }

    fn on_programme(&mut self, party: PartyId, purpose: Purpose, change: impl FnOnce(&mut Programme)) {
        let standing = self.parties.get_mut(&party);
        let programmes = standing.into_iter().flat_map(|standing| &mut standing.programmes);
        if let Some(programme) = programmes.into_iter().find(|programme| programme.purpose == purpose) {
            change(programme);
        }
    }
}

impl Store for MemoryStore {
    fn transact(&mut self, _name: &'static str, needs: &Needs, body: &mut Body<'_>) -> Result<(), StoreError> {
        let mut content = self.content();
        let now = content.now.max(content.head.at);
        let fault = content.fault.take();
        let (head, facts) = (content.head.clone(), content.facts(needs));
        let mut writes = body(&head, now, facts);
        match fault {
            Some(Fault::FailedBeforeWrite) => return Err(StoreError::Failed("a failure was wanted".to_owned())),
            Some(Fault::UnknownBeforeWrite) => return Err(StoreError::Unknown("an unknown end was wanted".to_owned())),
            Some(Fault::Retried) => {
                let facts = content.facts(needs);
                writes = body(&head, now, facts);
            }
            Some(Fault::UnknownAfterWrite) | None => {}
        }
        if content.has_a_change_twice(&writes) {
            return Err(StoreError::Failed(
                "expected a change once at its leaf, found it twice".to_owned(),
            ));
        }
        content.write(writes);
        match fault {
            Some(Fault::UnknownAfterWrite) => Err(StoreError::Unknown("an unknown end was wanted".to_owned())),
            _ => Ok(()),
        }
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        Ok(self.content().head.clone())
    }

    fn tiles(&mut self, level: u8, from: u64, limit: usize) -> Result<Vec<Vec<Hash>>, StoreError> {
        let content = self.content();
        let tiles = (from..)
            .take(limit)
            .map_while(|index| content.tiles.get(&(level, index)));
        Ok(tiles.cloned().collect())
    }

    fn kept(&mut self, from: Leaf, limit: usize) -> Result<Vec<Kept>, StoreError> {
        let content = self.content();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let entries = content.entries.iter().skip(from).take(limit);
        let kept = |entry: &Entry| match content.shells.get(&entry.leaf) {
            Some(shell) => Kept::Shell(shell.clone()),
            None => Kept::from(entry.clone()),
        };
        Ok(entries.map(kept).collect())
    }
}
