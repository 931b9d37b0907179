//! The Merkle tree of RFC 6962 §2.1 over SHA-256, grown from its frontier: a batch needs nothing older than that.

use std::collections::HashMap;

use aws_lc_rs::digest::{Context, SHA256};

use super::Leaf;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The SHA-256 of the parts, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The hash of a leaf: SHA-256 of `0x00` and the leaf's bytes (RFC 6962 §2.1).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// The hash of a node: SHA-256 of `0x01` and its two children (RFC 6962 §2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The largest power of two smaller than `size`, which is at least 2.
#[must_use]
pub(super) const fn split(size: u64) -> u64 {
    1 << (63 - size.saturating_sub(1).leading_zeros())
}

/// The roots of the perfect subtrees that make up a tree, the largest first. All that is needed to grow it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// A frontier as a store kept it; `None` unless there is one root for each bit of the size.
    #[must_use]
    pub fn new(size: u64, roots: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == roots.len()).then_some(Self { size, roots })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots, the largest subtree first.
    #[must_use]
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Appends one leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut merged = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                merged = node_hash(&left, &merged);
            }
        }
        self.roots.push(merged);
        self.size += 1;
    }

    /// The root of the tree; of the empty tree, the hash of nothing (RFC 6962 §2.1).
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev().copied();
        let Some(smallest) = roots.next() else {
            return sha256(&[]);
        };
        roots.fold(smallest, |right, left| node_hash(&left, &right))
    }
}

/// A frontier and the leaves that a batch adds to it: enough to prove each of them against the new root.
#[derive(Debug)]
pub struct Growth {
    before: Frontier,
    after: Frontier,
    known: HashMap<(Leaf, u64), Hash>,
}

impl Growth {
    /// Nothing added yet.
    #[must_use]
    pub fn from(before: Frontier) -> Self {
        let mut known = HashMap::new();
        let mut start = 0;
        let mut roots = before.roots.iter();
        for bit in (0..64)
            .rev()
            .map(|bit| 1_u64 << bit)
            .filter(|bit| before.size & bit != 0)
        {
            if let Some(root) = roots.next() {
                known.insert((start, bit), *root);
                start += bit;
            }
        }
        Self {
            after: before.clone(),
            before,
            known,
        }
    }

    /// Appends one leaf by its hash, and says which it is.
    pub fn push(&mut self, leaf: Hash) -> Leaf {
        let index = self.after.size;
        self.known.insert((index, 1), leaf);
        self.after.push(leaf);
        index
    }

    /// The frontier with everything that was added.
    #[must_use]
    pub const fn after(&self) -> &Frontier {
        &self.after
    }

    /// The hash of the `size` leaves from `start`; `None` if they lie below the frontier or beyond the tree.
    fn hash(&mut self, start: Leaf, size: u64) -> Option<Hash> {
        if let Some(hash) = self.known.get(&(start, size)) {
            return Some(*hash);
        }
        if size < 2 || start + size > self.after.size || start + size <= self.before.size {
            return None;
        }
        let left_size = split(size);
        let left = self.hash(start, left_size)?;
        let right = self.hash(start + left_size, size - left_size)?;
        let hash = node_hash(&left, &right);
        self.known.insert((start, size), hash);
        Some(hash)
    }

    /// The inclusion proof of an added leaf in the whole tree (RFC 6962 §2.1.1), from the leaf upward; `None` for a
    /// leaf that this batch did not add.
    pub fn inclusion(&mut self, leaf: Leaf) -> Option<Vec<Hash>> {
        if leaf < self.before.size || leaf >= self.after.size {
            return None;
        }
        let (mut start, mut size) = (0, self.after.size);
        let mut path = Vec::new();
        while size > 1 {
            let left_size = split(size);
            if leaf < start + left_size {
                path.push(self.hash(start + left_size, size - left_size)?);
                size = left_size;
            } else {
                path.push(self.hash(start, left_size)?);
                start += left_size;
                size -= left_size;
            }
        }
        path.reverse();
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::proof::verify_inclusion;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn reference_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [only] => *only,
            more => {
                let middle = split(more.len() as u64) as usize;
                node_hash(&reference_root(&more[..middle]), &reference_root(&more[middle..]))
            }
        }
    }

    #[test]
    fn the_empty_tree_is_the_hash_of_nothing() {
        assert_eq!(
            super::super::entry::hex(&Frontier::default().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn the_frontier_agrees_with_the_definition() {
        let all = leaves(70);
        let mut frontier = Frontier::default();
        for (count, leaf) in all.iter().enumerate() {
            assert_eq!(frontier.root(), reference_root(&all[..count]));
            frontier.push(*leaf);
        }
    }

    #[test]
    fn every_leaf_of_every_batch_is_proved_and_altered_proofs_are_not() {
        for before in 0..20 {
            for added in 1..20 {
                let all = leaves(before + added);
                let mut frontier = Frontier::default();
                all[..before as usize].iter().for_each(|leaf| frontier.push(*leaf));
                let mut growth = Growth::from(frontier);
                all[before as usize..].iter().for_each(|leaf| {
                    growth.push(*leaf);
                });
                let root = growth.after().root();
                for index in before..before + added {
                    let proof = growth.inclusion(index).expect("added");
                    let leaf = &all[index as usize];
                    assert!(verify_inclusion(leaf, index, before + added, &proof, &root));
                    assert!(!verify_inclusion(leaf, index ^ 1, before + added, &proof, &root) || before + added == 1);
                    for position in 0..proof.len() {
                        let mut altered = proof.clone();
                        altered[position][7] ^= 1;
                        assert!(!verify_inclusion(leaf, index, before + added, &altered, &root));
                    }
                }
            }
        }
    }
}
