//! Proofs about the journal's tree, computed when somebody asks for them: that an entry is under a checkpoint, and that an
//! older checkpoint is the beginning of a newer one (RFC 6962 §2.1).
//!
//! The hashes of the leaves stand in the store. What is kept in memory is one hash for 256 of them, so that a journal of
//! ten million entries takes little more than a megabyte; the first proof after a start reads the whole journal once.

use std::collections::HashMap;

use domain::journal::Leaf;
use domain::journal::store::StoreError;
use domain::journal::tree::{Hash, node_hash, sha256};

/// So many leaves are one hash in memory. A power of two.
const TREE_LEAVES: u64 = 256;

/// Reads the hashes of at most so many leaves from one on.
pub type Leaves<'a> = dyn FnMut(Leaf, usize) -> Result<Vec<Hash>, StoreError> + 'a;

/// The roots of all complete trees of 256 leaves, in order.
#[derive(Debug, Default)]
pub struct Forest {
    roots: Vec<Hash>,
}

impl Forest {
    /// Reads on to the last complete tree within `size` leaves.
    ///
    /// # Errors
    /// The store's, or that it has fewer leaves than it says.
    pub fn grow(&mut self, size: u64, leaves: &mut Leaves<'_>) -> Result<(), StoreError> {
        while self.covered() + TREE_LEAVES <= size {
            let tree = read(self.covered(), TREE_LEAVES, leaves)?;
            self.roots.push(root_of(&tree));
        }
        Ok(())
    }

    fn covered(&self) -> u64 {
        TREE_LEAVES.saturating_mul(self.roots.len() as u64)
    }

    /// A walk over this forest that reads what is missing from `leaves`.
    pub fn walk<'a>(&'a self, leaves: &'a mut Leaves<'a>) -> Walk<'a> {
        Walk {
            forest: self,
            leaves,
            trees: HashMap::new(),
            known: HashMap::new(),
        }
    }
}

/// One or several proofs, which share what they read.
pub struct Walk<'a> {
    forest: &'a Forest,
    leaves: &'a mut Leaves<'a>,
    trees: HashMap<u64, Vec<Hash>>,
    known: HashMap<(u64, u64), Hash>,
}

impl Walk<'_> {
    /// The root of the first `size` leaves.
    ///
    /// # Errors
    /// The store's.
    pub fn root(&mut self, size: u64) -> Result<Hash, StoreError> {
        if size == 0 {
            return Ok(sha256(&[]));
        }
        self.range(0, size)
    }

    /// The inclusion proof of `leaf` under the first `size` leaves, from the leaf upward (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// The store's, or that the leaf lies beyond.
    pub fn inclusion(&mut self, leaf: Leaf, size: u64) -> Result<Vec<Hash>, StoreError> {
        if leaf >= size {
            return Err(StoreError::Failed(format!(
                "expected a leaf below {size}, found {leaf}"
            )));
        }
        let mut siblings = Vec::new();
        let (mut from, mut to) = (0, size);
        while to - from > 1 {
            let middle = from + split(to - from);
            if leaf < middle {
                siblings.push(self.range(middle, to)?);
                to = middle;
            } else {
                siblings.push(self.range(from, middle)?);
                from = middle;
            }
        }
        siblings.reverse();
        Ok(siblings)
    }

    /// The consistency proof between the first `old` leaves and the first `size` (RFC 6962 §2.1.2).
    ///
    /// # Errors
    /// The store's, or that `old` is not between one and `size`.
    pub fn consistency(&mut self, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        if old == 0 || old > size {
            return Err(StoreError::Failed(format!(
                "expected a size from 1 to {size}, found {old}"
            )));
        }
        let mut proof = Vec::new();
        let (mut from, mut to, mut whole) = (0, size, true);
        while old != to {
            let middle = from + split(to - from);
            if old <= middle {
                proof.push(self.range(middle, to)?);
                to = middle;
            } else {
                proof.push(self.range(from, middle)?);
                from = middle;
                whole = false;
            }
        }
        if !whole {
            proof.push(self.range(from, to)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The root of a branch of `length` leaves, a power of two, of which `from` is a multiple.
    ///
    /// # Errors
    /// The store's.
    pub fn branch(&mut self, from: Leaf, length: u64) -> Result<Hash, StoreError> {
        self.range(from, from.saturating_add(length))
    }

    /// The root of the leaves from `from` up to `to`.
    fn range(&mut self, from: u64, to: u64) -> Result<Hash, StoreError> {
        let length = to - from;
        if length == TREE_LEAVES
            && from.is_multiple_of(TREE_LEAVES)
            && let Some(root) = index(from / TREE_LEAVES).and_then(|tree| self.forest.roots.get(tree))
        {
            return Ok(*root);
        }
        if length <= TREE_LEAVES {
            return self.within_tree(from, to);
        }
        if let Some(known) = self.known.get(&(from, to)) {
            return Ok(*known);
        }
        let middle = from + split(length);
        let hash = node_hash(&self.range(from, middle)?, &self.range(middle, to)?);
        self.known.insert((from, to), hash);
        Ok(hash)
    }

    /// The root of leaves that lie within one tree of 256: no range that a proof names crosses from one into the next.
    fn within_tree(&mut self, from: u64, to: u64) -> Result<Hash, StoreError> {
        let start = from - from % TREE_LEAVES;
        let wanted = to - start;
        let kept = self.trees.get(&start).map_or(0, |tree| tree.len() as u64);
        if kept < wanted {
            let tree = read(start, wanted, self.leaves)?;
            self.trees.insert(start, tree);
        }
        let range = index(from - start).zip(index(wanted));
        let leaves = self.trees.get(&start).zip(range);
        let leaves = leaves.and_then(|(tree, (first, end))| tree.get(first..end));
        leaves
            .map(root_of)
            .ok_or_else(|| StoreError::Corrupt(format!("expected leaves {from} to {to}, found fewer")))
    }
}

/// Exactly `count` leaves.
fn read(from: Leaf, count: u64, leaves: &mut Leaves<'_>) -> Result<Vec<Hash>, StoreError> {
    let count = index(count).unwrap_or(0);
    let found = leaves(from, count)?;
    if found.len() < count {
        let found = found.len();
        return Err(StoreError::Corrupt(format!(
            "expected {count} leaves from {from} on, found {found}"
        )));
    }
    Ok(found)
}

fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [only] => *only,
        more => {
            let (left, right) = more.split_at(index(split(more.len() as u64)).unwrap_or(0));
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// The largest power of two smaller than `size`, which is at least 2.
const fn split(size: u64) -> u64 {
    1 << (63 - size.saturating_sub(1).leading_zeros())
}

fn index(number: u64) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use domain::journal::proof::{verify_consistency, verify_inclusion};
    use domain::journal::tree::{Frontier, leaf_hash};

    use super::*;

    fn leaf(number: u64) -> Hash {
        leaf_hash(&number.to_be_bytes())
    }

    fn source(size: u64) -> impl FnMut(Leaf, usize) -> Result<Vec<Hash>, StoreError> {
        move |from, limit| Ok((from..size).take(limit).map(leaf).collect())
    }

    fn root(size: u64) -> Hash {
        let mut frontier = Frontier::default();
        (0..size).for_each(|number| frontier.push(leaf(number)));
        frontier.root()
    }

    #[test]
    fn every_proof_leads_to_the_root_that_the_journal_signs() {
        let mut forest = Forest::default();
        // Sizes around complete trees, reached step by step as a journal grows.
        for size in [1, 2, 3, 100, 255, 256, 257, 511, 512, 513, 768, 1000, 1300] {
            let mut leaves = source(size);
            forest.grow(size, &mut leaves).expect("grown");
            let mut leaves = source(size);
            let mut walk = forest.walk(&mut leaves);
            let top = walk.root(size).expect("a root");
            assert_eq!(top, root(size), "{size}");
            for number in [0, 1, 42, 255, 256, 300, 511, 512, 767, 999, 1299]
                .into_iter()
                .filter(|n| *n < size)
            {
                let proof = walk.inclusion(number, size).expect("a proof");
                assert!(
                    verify_inclusion(&leaf(number), number, size, &proof, &top),
                    "{number} of {size}"
                );
            }
            for old in [1, 2, 3, 64, 255, 256, 257, 400, 512, 513, 1000]
                .into_iter()
                .filter(|old| *old <= size)
            {
                let proof = walk.consistency(old, size).expect("a proof");
                assert!(
                    verify_consistency(old, &root(old), size, &top, &proof),
                    "{old} of {size}"
                );
            }
            assert!(walk.inclusion(size, size).is_err() && walk.consistency(size + 1, size).is_err());
        }
    }

    #[test]
    fn a_store_with_fewer_leaves_than_it_says_is_found_out() {
        let mut forest = Forest::default();
        let mut short = source(300);
        assert!(matches!(forest.grow(600, &mut short), Err(StoreError::Corrupt(_))));
        let mut short = source(300);
        assert!(matches!(forest.walk(&mut short).root(301), Err(StoreError::Corrupt(_))));
    }
}
