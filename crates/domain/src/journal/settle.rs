//! The only mint of [`Recorded`] and [`Released`]: a batch of items is decided and written down in one transaction, and
//! the proofs that it happened are made only after the commit.

mod asks;
mod batch;
mod change;
mod changes;
mod erase;
mod events;
mod mint;
mod misuse;
mod notices;
mod open_asks;
mod opening;
mod passing;
mod person;
mod programmes;
mod question;
mod reply;

pub use changes::{Change, Closing, Confirmation, Words};
pub use erase::ERASED_MAX;
pub use mint::{Changed, Outcome, Recorded, Refused, Released, Replied, Word};
pub use misuse::{HowClosed, Misuse};
pub use notices::{KeyStep, Notice};
pub use opening::{Depth, Opened};
pub use passing::{End, StopTold};

use crate::ask::Ask;
use crate::chance::Chance;
use crate::facts::Needs;
use crate::id::ConsentId;
use crate::journal::canaries::Canaries;
use crate::journal::checkpoint;
use crate::journal::entry::Entry;
use crate::journal::keys::Keys;
use crate::journal::store::{Store, StoreError};
use crate::journal::tree::Frontier;
use crate::locate::Failure;
use crate::minimise::Answer;
use crate::number::Msisdn;
use crate::party::{Caller, ReplayKey};
use crate::policy::Policy;
use crate::time::Timestamp;
use batch::{Batch, Rules};
use open_asks::OpenAsks;

/// One thing to be decided and written down.
#[derive(Debug)]
pub enum Item {
    /// An ask, by an authenticated caller.
    Ask(Ask, Caller),
    /// An answer that wants to leave.
    Release(Answer),
    /// A covered ask that found no answer.
    Fail(Recorded, Failure),
    /// A change of permissions or parties.
    Change(Change),
    /// A proof or assertion to be used up; leaves no entry.
    Spend(ReplayKey),
    /// A text message to send; leaves no entry.
    Text {
        /// To whom.
        to: Msisdn,
        /// The words.
        words: String,
        /// After this it is not worth sending.
        until: Timestamp,
    },
    /// A reminder of a consent that repeats, and when the next one is due; leaves no entry.
    Remind {
        /// Which consent.
        consent: ConsentId,
        /// The text, unless this only sets the time of the first.
        text: Option<Confirmation>,
        /// When the next is due; `None` for never.
        next: Option<Timestamp>,
    },
}

/// The journal of one gateway, verified and open.
pub struct Journal {
    store: Box<dyn Store>,
    keys: Keys,
    policy: Policy,
    /// The policy's hash, as every entry has it.
    policy_hash: String,
    canaries: Canaries,
    /// The asks without an end, where this process is the one that serves.
    open: Option<OpenAsks>,
}

impl Journal {
    /// Closes asks that a crash left open, as *abandoned*. Only for who knows that no other process serves them.
    ///
    /// # Errors
    /// The store's.
    pub fn abandon(&mut self, open_asks: Vec<Entry>, chance: &mut dyn Chance) -> Result<(), StoreError> {
        self.open = Some(open_asks.iter().map(|asked| asked.leaf).collect());
        for asked in open_asks {
            self.settle("abandon", vec![Item::Change(Change::Abandon(Box::new(asked)))], chance)?;
        }
        Ok(())
    }

    /// The numbers that nobody may ask about; to be set, at first and later.
    #[must_use]
    pub fn canaries(&self) -> Canaries {
        self.canaries.clone()
    }

    /// The journal's keys.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Decides `items` one after the other, each seeing what the ones before it did, writes everything down in one
    /// transaction, and hands out the outcomes after the commit, in order.
    ///
    /// # Errors
    /// The store's: then nothing may be released, and no outcome exists.
    pub fn settle(
        &mut self,
        name: &'static str,
        items: Vec<Item>,
        chance: &mut dyn Chance,
    ) -> Result<Vec<Outcome>, StoreError> {
        let rules = Rules {
            keys: &self.keys,
            policy: &self.policy,
            policy_hash: &self.policy_hash,
            canaries: &self.canaries,
        };
        let mut plan = None;
        self.store.transact(name, &needs(&items), &mut |head, now, facts| {
            let mut batch = Batch::new(head, now, facts, rules, chance);
            let verdicts: Vec<_> = items.iter().map(|item| batch.decide(item)).collect();
            let (mut writes, proofs) = batch.finish();
            if let Some(open) = &self.open {
                writes.head.closed_below = open.lowest_after(&writes.entries, writes.head.frontier.size());
            }
            plan = Some((verdicts, proofs));
            writes
        })?;
        // Durable from here. A crash before this line leaves entries without proof values: nobody was asked, nothing
        // left, and the next start closes what is open.
        let (verdicts, mut proofs) =
            plan.ok_or_else(|| StoreError::Unknown("the transaction never called its body".to_owned()))?;
        if let Some(open) = &mut self.open {
            open.follow(&proofs.entries);
        }
        Ok(items
            .into_iter()
            .zip(verdicts)
            .map(|(item, verdict)| proofs.mint(item, verdict))
            .collect())
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Journal({})", self.keys.origin())
    }
}

fn needs(items: &[Item]) -> Needs {
    let mut needs = Needs::default();
    for item in items {
        match item {
            Item::Ask(ask, caller) => {
                needs.people.push(ask.subject().key);
                needs.parties.push(caller.party());
                needs.proofs.extend(caller.proofs());
                needs.parties.extend(&ask.how().relays);
            }
            Item::Release(answer) => {
                let asked = answer.recorded().leaf();
                needs.changes_after = Some(needs.changes_after.map_or(asked, |least| least.min(asked)));
            }
            Item::Fail(recorded, failure) if failure.gives_back() => needs.people.push(recorded.ask().subject().key),
            Item::Change(change) => change.needs(&mut needs),
            Item::Spend(proof) => needs.proofs.push(*proof),
            Item::Fail(..) | Item::Text { .. } | Item::Remind { .. } => {}
        }
    }
    needs.people.sort_unstable();
    needs.people.dedup();
    needs.parties.sort_unstable();
    needs.parties.dedup();
    needs
}

/// The signed note for a frontier.
fn checkpoint_of(keys: &Keys, frontier: &Frontier) -> std::sync::Arc<str> {
    checkpoint::sign(keys, frontier.size(), &frontier.root()).into()
}

#[cfg(test)]
mod tests;
