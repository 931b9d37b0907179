//! Which asks have no end yet. Whoever serves keeps them in mind, and with each batch writes down below which leaf there is
//! none: so that the next start need not read the whole journal to find those that a crash left.

use std::collections::{BTreeSet, HashSet};

use crate::journal::Leaf;
use crate::journal::entry::{Entry, Kind};

/// The asks without an end.
#[derive(Debug, Default)]
pub(super) struct OpenAsks(BTreeSet<Leaf>);

impl FromIterator<Leaf> for OpenAsks {
    fn from_iter<I: IntoIterator<Item = Leaf>>(leaves: I) -> Self {
        Self(leaves.into_iter().collect())
    }
}

impl OpenAsks {
    /// The lowest ask that is open once these entries stand; `size` if none is.
    pub(super) fn lowest_after(&self, entries: &[Entry], size: u64) -> Leaf {
        let closed: HashSet<Leaf> = entries.iter().filter_map(|entry| entry.closes).collect();
        let is_open = |leaf: &Leaf| !closed.contains(leaf);
        let lowest = self.0.iter().copied().find(is_open);
        let mut asked = entries.iter().filter(|entry| entry.kind == Kind::Asked);
        // What a batch asks lies beyond everything that was open before it.
        lowest
            .or_else(|| asked.find(|entry| is_open(&entry.leaf)).map(|entry| entry.leaf))
            .unwrap_or(size)
    }

    /// Takes note of entries that were committed.
    pub(super) fn follow(&mut self, entries: &[Entry]) {
        for entry in entries {
            if entry.kind == Kind::Asked {
                self.0.insert(entry.leaf);
            }
            if let Some(asked) = entry.closes {
                self.0.remove(&asked);
            }
        }
    }
}
