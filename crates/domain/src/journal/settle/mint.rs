//! The values that prove a step was taken. Only the journal's settling makes them, and only after its commit; `forge.rs`
//! holds that against attempts.

use std::sync::Arc;

use super::Item;
use super::batch::Verdict;
use super::changes::Change;
use crate::ask::Ask;
use crate::decide::Grant;
use crate::id::ConsentId;
use crate::journal::Leaf;
use crate::journal::entry::Entry;
use crate::journal::receipt::Receipt;
use crate::journal::tree::{Growth, Hash};
use crate::locate::Failure;
use crate::minimise::Answer;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// An ask that is covered and durably written down: the one thing that a source answers to.
#[derive(Debug)]
#[must_use]
pub struct Recorded {
    ask: Ask,
    grant: Grant,
    leaf: Leaf,
    n: u64,
    at: Timestamp,
}

impl Recorded {
    /// The ask.
    pub const fn ask(&self) -> &Ask {
        &self.ask
    }

    /// What its answer may have.
    #[must_use]
    pub const fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Its *asked* entry.
    #[must_use]
    pub const fn leaf(&self) -> Leaf {
        self.leaf
    }

    /// When it was recorded.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Its number in the person's own count.
    pub(super) const fn n(&self) -> u64 {
        self.n
    }
}

/// An answer that nothing ended, durably written down: the one thing that becomes a reply.
#[derive(Debug)]
#[must_use]
pub struct Released {
    answer: Answer,
    receipt: Receipt,
    at: Timestamp,
}

impl Released {
    pub(crate) const fn answer(&self) -> &Answer {
        &self.answer
    }

    pub(crate) const fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }
}

/// An ask that is not covered, durably written down.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// The true reason, for the journal, the sandbox and the log.
    pub reason: Refusal,
    /// Its entry.
    pub leaf: Leaf,
    /// Whether it was about a number that nobody may ask about, and the party was suspended for it: for the operator's
    /// alarm, and for nobody outside.
    pub canary: bool,
}

/// A change that was written down.
#[derive(Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its entry's receipt.
    pub receipt: Receipt,
    /// When it took effect.
    pub at: Timestamp,
}

/// What a person's text message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Word {
    /// YES with a code.
    Yes(String),
    /// NO.
    No,
    /// STOP and its relatives.
    Stop,
    /// PAUSE: nothing is answered until RESUME.
    Pause,
    /// RESUME.
    Resume,
    /// NEVER: everything ends, and nobody may ask.
    Never,
    /// ALLOW: people may be asked again, after a delay.
    Allow,
}

/// What a text message did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replied {
    /// The person agreed to this question.
    Given(ConsentId),
    /// The person said no to this question.
    Refused(ConsentId),
    /// So many consents and questions were ended.
    Stopped(u32),
    /// Several questions are open and the reply fits none alone.
    Ambiguous,
    /// No question is open.
    NothingOpen,
    /// The code belongs to no open question.
    WrongCode,
    /// The reply is noted, and the link must be opened as well: the purpose wants stronger evidence.
    LinkNeeded(ConsentId),
    /// Everything is paused, now or already.
    Paused,
    /// Nothing is paused, now or already.
    Resumed,
    /// Nobody may ask, now or already.
    Never,
    /// Questions may be put again from then on.
    Lifting(Timestamp),
    /// Nobody was forbidden to ask.
    NothingForbidden,
}

/// What became of an item.
#[derive(Debug)]
pub enum Outcome {
    /// The ask is covered; a source may be asked.
    Recorded(Box<Recorded>),
    /// The ask, or the question, is not covered.
    Refused(Refused),
    /// The answer may leave.
    Released(Box<Released>),
    /// The answer may not leave: this ended its permission.
    Withheld(Refusal),
    /// The failure was written down.
    Failed(Failure),
    /// The change was written down.
    Changed(Box<Changed>),
    /// The change does not fit the state it would change; nothing was written.
    NotApplicable,
    /// The text message was acted upon.
    Replied(Replied),
    /// The signature counts; the consent is given once the number replies with the code.
    ReplyNeeded,
    /// The code from the text opens the page.
    Opened,
    /// Another code was texted, or none.
    NotOpened,
    /// The proof or assertion had not been used before, or the text was queued.
    Done,
    /// The proof or assertion had been used before.
    Replayed,
}

/// What is needed after the commit to hand out proofs.
pub(super) struct Proofs {
    pub(super) entries: Arc<Vec<Entry>>,
    /// The commitments of the entries' subject parts.
    pub(super) subjects: Vec<Hash>,
    pub(super) growth: Growth,
    pub(super) checkpoint: Option<Arc<str>>,
    pub(super) at: Timestamp,
}

impl Proofs {
    /// Joins an item with what was decided about it. Called after the commit only.
    pub(super) fn mint(&mut self, item: Item, verdict: Verdict) -> Outcome {
        match (item, verdict) {
            (Item::Ask(ask, _), Verdict::Granted { grant, leaf, n }) => Outcome::Recorded(Box::new(Recorded {
                ask,
                grant,
                leaf,
                n,
                at: self.at,
            })),
            (
                Item::Ask(..) | Item::Change(Change::Put { .. } | Change::AgreeForLine { .. }),
                Verdict::Refused { reason, leaf, canary },
            ) => Outcome::Refused(Refused { reason, leaf, canary }),
            (Item::Release(answer), Verdict::Released { leaf, key }) => {
                match self.receipt(leaf, Some(key)) {
                    Some(receipt) => Outcome::Released(Box::new(Released {
                        answer,
                        receipt,
                        at: self.at,
                    })),
                    // INVARIANT: every leaf of the batch has a proof. Without one, nothing is released.
                    None => Outcome::NotApplicable,
                }
            }
            (Item::Release(_), Verdict::Withheld { reason }) => Outcome::Withheld(reason),
            (Item::Fail(_, failure), Verdict::Failed) => Outcome::Failed(failure),
            (Item::Change(_), Verdict::Changed { leaf }) => match self.receipt(leaf, None) {
                Some(receipt) => Outcome::Changed(Box::new(Changed { receipt, at: self.at })),
                None => Outcome::NotApplicable,
            },
            (Item::Change(_), Verdict::Replied(replied)) => Outcome::Replied(replied),
            (Item::Change(_), Verdict::ReplyNeeded) => Outcome::ReplyNeeded,
            (Item::Change(_), Verdict::Opened(opened)) => {
                if opened {
                    Outcome::Opened
                } else {
                    Outcome::NotOpened
                }
            }
            (Item::Spend(_) | Item::Text { .. } | Item::Remind { .. }, Verdict::Done) => Outcome::Done,
            (Item::Spend(_) | Item::Change(_), Verdict::Replayed) => Outcome::Replayed,
            _ => Outcome::NotApplicable,
        }
    }

    fn receipt(&mut self, leaf: Leaf, answer_key: Option<[u8; 32]>) -> Option<Receipt> {
        let first = self.entries.first()?.leaf;
        let index = usize::try_from(leaf.checked_sub(first)?).ok()?;
        let (entry, subject) = (self.entries.get(index)?, self.subjects.get(index)?);
        let proof = self.growth.inclusion(leaf)?;
        Some(Receipt::new(
            entry,
            *subject,
            proof,
            self.checkpoint.clone()?,
            answer_key,
        ))
    }
}
