//! What a store has at a leaf: an entry, or what is left of one that was erased.

use super::Leaf;
use super::entry::{Entry, public_leaf};
use super::tree::{Hash, leaf_hash};

/// An erased entry: its public leaf, which says nothing, and nothing else. The tree stands on it as it stood before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shell {
    /// Its place.
    pub leaf: Leaf,
    /// What the tree shows of whom it was about.
    pub tag: Hash,
    /// The commitment of what the party could read.
    pub party: Hash,
    /// The commitment of what the subject could read besides.
    pub subject: Hash,
}

impl From<&Entry> for Shell {
    fn from(entry: &Entry) -> Self {
        Self {
            leaf: entry.leaf,
            tag: entry.tag,
            party: entry.party.commitment(),
            subject: entry.subject_part.commitment(),
        }
    }
}

/// What stands at a leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kept {
    /// A whole entry.
    Entry(Box<Entry>),
    /// What is left of an erased one.
    Shell(Shell),
}

impl Kept {
    /// Its place.
    #[must_use]
    pub const fn leaf(&self) -> Leaf {
        match self {
            Self::Entry(entry) => entry.leaf,
            Self::Shell(shell) => shell.leaf,
        }
    }

    /// The public leaf: tag and the two commitments.
    #[must_use]
    pub fn public_leaf(&self) -> [u8; 96] {
        match self {
            Self::Entry(entry) => entry.public_leaf(),
            Self::Shell(shell) => public_leaf(&shell.tag, &shell.party, &shell.subject),
        }
    }

    /// The leaf's hash in the tree.
    #[must_use]
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.public_leaf())
    }

    /// The entry, unless it was erased.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Shell(_) => None,
        }
    }

    /// The entry itself, unless it was erased.
    #[must_use]
    pub fn into_entry(self) -> Option<Entry> {
        match self {
            Self::Entry(entry) => Some(*entry),
            Self::Shell(_) => None,
        }
    }
}

impl From<Entry> for Kept {
    fn from(entry: Entry) -> Self {
        Self::Entry(Box::new(entry))
    }
}
