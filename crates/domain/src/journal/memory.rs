//! A store in memory, for tests: its clock stands until it is moved, its transactions can be made to fail before or after
//! they wrote, and what it holds can be looked at and altered from outside.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Leaf;
use super::entry::Entry;
use super::store::{Body, Cold, Head, Store, StoreError, Writes};
use super::tree::Frontier;
use crate::facts::{Facts, Needs, Person, Scope};
use crate::id::PartyId;
use crate::party::{ReplayKey, Standing, Tally};
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
    /// The latest checkpoint.
    pub checkpoint: Option<Arc<str>>,
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// The people.
    pub people: HashMap<SubjectKey, Person>,
    /// The parties.
    pub parties: HashMap<PartyId, Standing>,
    /// What ended a permission, oldest first.
    pub changes: Vec<(Leaf, Scope)>,
    /// Proofs and assertions that were used.
    pub spent: HashSet<ReplayKey>,
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
            },
            checkpoint: None,
            entries: Vec::new(),
            people: HashMap::new(),
            parties: HashMap::new(),
            changes: Vec::new(),
            spent: HashSet::new(),
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
        let parties = needs.parties.iter();
        let after = needs.changes_after;
        Facts {
            people: people
                .filter_map(|key| Some((*key, self.people.get(key)?.clone())))
                .collect(),
            parties: parties
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
        }
    }

    fn write(&mut self, writes: Writes) {
        self.entries.extend(writes.entries.iter().cloned());
        self.people.extend(writes.people);
        self.changes.extend(writes.changes);
        self.spent.extend(writes.spent);
        for cold in &writes.cold {
            self.write_party(cold);
        }
        self.cold.extend(writes.cold);
        if writes.checkpoint.is_some() {
            self.head = writes.head;
            self.checkpoint = writes.checkpoint;
        }
    }

    fn write_party(&mut self, cold: &Cold) {
        match cold {
            Cold::Party { party, record, .. } => {
                let standing = Standing {
                    purposes: purposes(record),
                    suspended: false,
                    tally: Tally::default(),
                };
                self.parties.insert(*party, standing);
            }
            Cold::Suspended { party, suspended } => {
                if let Some(standing) = self.parties.get_mut(party) {
                    standing.suspended = *suspended;
                    standing.tally = Tally::default();
                }
            }
            Cold::Tally { party, given } => {
                if let Some(standing) = self.parties.get_mut(party) {
                    standing.tally.count(*given);
                }
            }
            Cold::Question { .. }
            | Cold::Reminder { .. }
            | Cold::Tenure { .. }
            | Cold::Policy { .. }
            | Cold::Life { .. }
            | Cold::Signature { .. }
            | Cold::Text { .. }
            | Cold::Keys { .. } => {}
        }
    }
}

/// The purposes that a party's record names; none for a record of another form.
fn purposes(record: &str) -> Vec<Purpose> {
    let record: serde_json::Value = serde_json::from_str(record).unwrap_or_default();
    let terms = record
        .get("purposes")
        .and_then(|terms| terms.as_array())
        .into_iter()
        .flatten();
    terms.filter_map(|term| Purpose::from_term(term.as_str()?)).collect()
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
        content.write(writes);
        match fault {
            Some(Fault::UnknownAfterWrite) => Err(StoreError::Unknown("an unknown end was wanted".to_owned())),
            _ => Ok(()),
        }
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        Ok(self.content().head.clone())
    }

    fn entries(&mut self, from: Leaf, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let content = self.content();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(content.entries.iter().skip(from).take(limit).cloned().collect())
    }
}
