//! All that a decision may look at, read in the transaction that decides.

use std::collections::{HashMap, HashSet};

use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::party::{ReplayKey, Standing};
use crate::permission::consent::Consent;
use crate::subject::SubjectKey;

/// So many consents are kept at hand for one person; ended ones make room for new ones.
pub const CONSENTS_MAX: usize = 16;

/// What is known of one person.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Person {
    /// How many entries bear this person's count.
    pub count: u64,
    /// The latest of them.
    pub last_leaf: Option<Leaf>,
    /// Consents and open questions, oldest first.
    pub consents: Vec<Consent>,
    /// Whether the person has paused everything: what was agreed stays agreed, and nothing is answered.
    pub paused: bool,
}

impl Person {
    /// The consent with this id.
    #[must_use]
    pub fn consent(&self, id: ConsentId) -> Option<&Consent> {
        self.consents.iter().find(|consent| consent.id == id)
    }

    /// Adds a question, dropping the oldest consent that is over when the person has too many; `false` when all are
    /// alive.
    pub fn add(&mut self, consent: Consent) -> bool {
        if self.consents.len() >= CONSENTS_MAX {
            let Some(over) = self.consents.iter().position(|old| old.life.is_over()) else {
                return false;
            };
            self.consents.remove(over);
        }
        self.consents.push(consent);
        true
    }
}

/// What a change ends, or a pause suspends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// One consent.
    Consent(ConsentId),
    /// Everything that one party may do.
    Party(PartyId),
    /// Everything about one person, who paused it.
    Person(SubjectKey),
}

/// The facts of a batch; kept true for the next item while the batch is decided.
#[derive(Default, Debug)]
pub struct Facts {
    /// The people asked about; somebody never heard of is absent.
    pub people: HashMap<SubjectKey, Person>,
    /// The parties that ask.
    pub parties: HashMap<PartyId, Standing>,
    /// Proofs and assertions that were used before.
    pub spent: HashSet<ReplayKey>,
    /// Everything that ended a permission, by its leaf, oldest first.
    pub changes: Vec<(Leaf, Scope)>,
}

/// What a batch wants to know.
#[derive(Default, Debug)]
pub struct Needs {
    /// People.
    pub people: Vec<SubjectKey>,
    /// Parties.
    pub parties: Vec<PartyId>,
    /// Proofs and assertions.
    pub proofs: Vec<ReplayKey>,
    /// Changes after this leaf; `None` for none.
    pub changes_after: Option<Leaf>,
}
