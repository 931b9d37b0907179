//! One batch while it is decided: the facts as the items before have left them, and the entries so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::mint::{Proofs, Replied};
use super::{Confirmation, Item, checkpoint_of};
use crate::chance::Chance;
use crate::decide::Grant;
use crate::facts::{Facts, Scope};
use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::journal::canaries::Canaries;
use crate::journal::entry::{Entry, Kind, Object, Part, public_leaf};
use crate::journal::kept::Shell;
use crate::journal::keys::Keys;
use crate::journal::store::{Cold, Head, Writes};
use crate::journal::tree::{Growth, Hash, leaf_hash};
use crate::number::Msisdn;
use crate::party::ReplayKey;
use crate::policy::Policy;
use crate::purpose::Purpose;
use crate::refusal::Refusal;
use crate::subject::SubjectKey;
use crate::time::Timestamp;

/// What was decided about an item, before the commit.
pub(super) enum Verdict {
    Granted {
        grant: Grant,
        leaf: Leaf,
        n: u64,
    },
    Refused {
        reason: Refusal,
        leaf: Leaf,
        /// Whether it was about a canary, and the party was suspended for it.
        canary: bool,
    },
    /// The key is that of the answer's digest, which its recipient gets.
    Released {
        leaf: Leaf,
        key: Hash,
    },
    Withheld {
        reason: Refusal,
    },
    Failed,
    Changed {
        leaf: Leaf,
    },
    Replied(Replied),
    ReplyNeeded,
    Opened(bool),
    NotApplicable,
    Done,
    Replayed,
}

/// An entry before it has a place.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) subject: Option<SubjectKey>,
    pub(super) closes: Option<(Leaf, u64)>,
    pub(super) party: String,
    pub(super) permission: Option<ConsentId>,
    pub(super) reason: Option<&'static str>,
    pub(super) carrier: Option<Arc<str>>,
}

/// What holds for every batch of a journal.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) keys: &'a Keys,
    pub(super) policy: &'a Policy,
    pub(super) policy_hash: &'a str,
    pub(super) canaries: &'a Canaries,
}

pub(super) struct Batch<'a> {
    pub(super) now: Timestamp,
    /// The same as the entries' text.
    pub(super) at: String,
    pub(super) facts: Facts,
    pub(super) keys: &'a Keys,
    pub(super) policy: &'a Policy,
    pub(super) policy_hash: &'a str,
    pub(super) canaries: &'a Canaries,
    pub(super) cold: Vec<Cold>,
    pub(super) erased: Vec<Shell>,
    chance: &'a mut dyn Chance,
    growth: Growth,
    entries: Vec<Entry>,
    /// The commitments of the entries' subject parts.
    subjects: Vec<Hash>,
    pub(super) touched: BTreeSet<SubjectKey>,
    /// The programmes whose hour counted an ask.
    pub(super) counted: BTreeSet<(PartyId, Purpose)>,
    changes: Vec<(Leaf, Scope)>,
    spent: Vec<ReplayKey>,
    head_at: Timestamp,
    closed_below: Leaf,
}

impl<'a> Batch<'a> {
    pub(super) fn new(head: &Head, now: Timestamp, facts: Facts, rules: Rules<'a>, chance: &'a mut dyn Chance) -> Self {
        Self {
            now,
            at: now.rfc3339(),
            facts,
            keys: rules.keys,
            policy: rules.policy,
            policy_hash: rules.policy_hash,
            canaries: rules.canaries,
            cold: Vec::new(),
            erased: Vec::new(),
            chance,
            growth: Growth::from(&head.frontier),
            entries: Vec::new(),
            subjects: Vec::new(),
            touched: BTreeSet::new(),
            counted: BTreeSet::new(),
            changes: Vec::new(),
            spent: Vec::new(),
            head_at: head.at,
            closed_below: head.closed_below,
        }
    }

    pub(super) fn decide(&mut self, item: &Item) -> Verdict {
        match item {
            Item::Ask(ask, caller) => self.ask(ask, caller),
            Item::Release(answer) => self.release(answer),
            Item::Fail(recorded, failure) => self.fail(recorded, *failure),
            Item::Change(change) => self.change(change),
            Item::Spend(proof) => {
                if self.spend(Some(*proof)) {
                    Verdict::Done
                } else {
                    Verdict::Replayed
                }
            }
            Item::Text { to, words, until } => {
                self.text(*to, words, *until, None);
                Verdict::Done
            }
            Item::Remind { consent, text, next } => {
                if let Some(Confirmation { to, words, until }) = text {
                    self.text(*to, words, *until, None);
                }
                self.cold.push(Cold::Reminder {
                    consent: *consent,
                    next: *next,
                });
                Verdict::Done
            }
        }
    }

    /// Queues a text with what is written; `puts` is the question that it puts.
    pub(super) fn text(&mut self, to: Msisdn, words: &str, until: Timestamp, puts: Option<ConsentId>) {
        self.cold.push(Cold::Text {
            to,
            words: words.to_owned(),
            until,
            puts,
        });
    }

    /// Uses a proof up; `false` if it was used before.
    pub(super) fn spend(&mut self, proof: Option<ReplayKey>) -> bool {
        let Some(proof) = proof else { return true };
        let fresh = self.facts.spent.insert(proof);
        if fresh {
            self.spent.push(proof);
        }
        fresh
    }

    pub(super) fn consent_mut(
        &mut self,
        subject: SubjectKey,
        id: ConsentId,
    ) -> Option<&mut crate::permission::consent::Consent> {
        self.touched.insert(subject);
        self.facts
            .people
            .get_mut(&subject)?
            .consents
            .iter_mut()
            .find(|consent| consent.id == id)
    }

    /// Notes that something ended, for releases that are in flight.
    pub(super) fn end(&mut self, leaf: Leaf, scope: Scope) {
        self.changes.push((leaf, scope));
        self.facts.changes.push((leaf, scope));
    }

    /// Gives a draft its place: numbers it in the person's count, salts its parts, and grows the tree.
    pub(super) fn write(&mut self, draft: Draft) -> Leaf {
        let leaf = self.growth.size();
        let (n, previous, tag) = match (draft.subject, draft.closes) {
            (Some(subject), Some((asked, n))) => (Some(n), Some(asked), self.keys.tag(subject, n, true)),
            (Some(subject), None) => {
                self.touched.insert(subject);
                let person = self.facts.people.entry(subject).or_default();
                let previous = person.last_leaf.replace(leaf);
                person.count += 1;
                (
                    Some(person.count),
                    previous,
                    self.keys.tag(subject, person.count, false),
                )
            }
            (None, _) => (None, None, self.keys.tag_of_nobody(leaf)),
        };
        let subject_text = Object::new()
            .text_or_null("carrier", draft.carrier.as_deref())
            .number_or_null("n", n)
            .text_or_null("permission", draft.permission.map(|id| id.to_string()).as_deref())
            .text_or_null("reason", draft.reason)
            .number("v", 1)
            .finish();
        let entry = Entry {
            leaf,
            kind: draft.kind,
            at: self.now,
            subject: draft.subject,
            previous,
            closes: draft.closes.map(|(asked, _)| asked),
            tag,
            party: self.salted(draft.party),
            subject_part: self.salted(subject_text),
        };
        let subject = entry.subject_part.commitment();
        self.growth
            .push(leaf_hash(&public_leaf(&entry.tag, &entry.party.commitment(), &subject)));
        self.subjects.push(subject);
        self.entries.push(entry);
        leaf
    }

    fn salted(&mut self, text: String) -> Part {
        let mut salt = [0; 16];
        self.chance.fill(&mut salt);
        Part { salt, text }
    }

    /// What is to be written, and what is needed afterwards to hand out proofs.
    pub(super) fn finish(mut self) -> (Writes, Proofs) {
        let frontier = self.growth.after();
        let entries = Arc::new(self.entries);
        let checkpoint = (!entries.is_empty()).then(|| checkpoint_of(self.keys, &frontier));
        let at = if entries.is_empty() { self.head_at } else { self.now };
        let people = self
            .touched
            .iter()
            .filter_map(|key| self.facts.people.remove(key).map(|person| (*key, person)))
            .collect();
        for (party, purpose) in self.counted {
            let standing = self.facts.parties.get(&party);
            if let Some(programme) = standing.and_then(|standing| standing.programme(purpose)) {
                let hour = programme.hour;
                self.cold.push(Cold::ProgrammeCounted { party, purpose, hour });
            }
        }
        let writes = Writes {
            entries: Arc::clone(&entries),
            people,
            changes: self.changes,
            spent: self.spent,
            cold: self.cold,
            erased: self.erased,
            leaves: self.growth.added(),
            head: Head {
                frontier,
                at,
                closed_below: self.closed_below,
            },
            checkpoint: checkpoint.clone(),
        };
        (
            writes,
            Proofs {
                entries,
                subjects: self.subjects,
                growth: self.growth,
                checkpoint,
                at: self.now,
            },
        )
    }
}
