//! The Merkle tree of RFC 6962 §2.1 over SHA-256, grown from its frontier: a batch needs nothing older than that.

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

    /// Appends a perfect subtree of `2^height` leaves by its root, at a place where such a subtree begins.
    pub(super) fn push_perfect(&mut self, root: Hash, height: u32) {
        let mut merged = root;
        for _ in 0..(self.size >> height).trailing_ones() {
            if let Some(left) = self.roots.pop() {
                merged = node_hash(&left, &merged);
            }
        }
        self.roots.push(merged);
        self.size += 1 << height;
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
    before: u64,
    size: u64,
    /// The perfect subtrees that are known, a level for each size: leaves first.
    levels: Vec<Level>,
    /// The subtrees at the right edge that are not perfect, by where they begin. A leaf that is added ends them.
    edges: Vec<(Leaf, Hash)>,
}

/// Perfect subtrees of one size, side by side.
#[derive(Debug)]
struct Level {
    /// Which subtree of this size the first one is, counted from the tree's beginning.
    first: u64,
    hashes: Vec<Hash>,
}

impl Growth {
    /// Nothing added yet.
    #[must_use]
    pub fn from(before: &Frontier) -> Self {
        let mut smallest_first = before.roots.iter().rev();
        let levels = (0..u64::BITS - before.size.leading_zeros()).map(|height| {
            let count = before.size >> height;
            // With an odd count the last subtree of this size has no right neighbour, and stands in the frontier.
            let last = (count & 1 == 1).then(|| smallest_first.next()).flatten();
            Level {
                first: count - u64::from(last.is_some()),
                hashes: last.copied().into_iter().collect(),
            }
        });
        Self {
            before: before.size,
            size: before.size,
            levels: levels.collect(),
            edges: Vec::new(),
        }
    }

    /// Appends one leaf by its hash, and says which it is.
    pub fn push(&mut self, leaf: Hash) -> Leaf {
        let index = self.size;
        self.size += 1;
        self.edges.clear();
        let (mut hash, mut place) = (leaf, index);
        for height in 0_usize.. {
            let Some(level) = self.levels.get_mut(height) else {
                self.levels.push(Level {
                    first: place,
                    hashes: vec![hash],
                });
                break;
            };
            let left = level.hashes.last().filter(|_| place & 1 == 1).copied();
            level.hashes.push(hash);
            let Some(left) = left else { break };
            hash = node_hash(&left, &hash);
            place >>= 1;
        }
        index
    }

    /// The hashes of the leaves that were added.
    #[must_use]
    pub fn added(&self) -> Vec<Hash> {
        let Some(leaves) = self.levels.first() else {
            return Vec::new();
        };
        let known = usize::try_from(self.before.saturating_sub(leaves.first)).unwrap_or(0);
        leaves.hashes.get(known..).unwrap_or_default().to_vec()
    }

    /// How many leaves the tree has, with those that were added.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The frontier with everything that was added.
    #[must_use]
    pub fn after(&self) -> Frontier {
        let standing = (0..)
            .zip(&self.levels)
            .filter(|(height, _)| self.size >> height & 1 == 1)
            .filter_map(|(_, level)| level.hashes.last().copied());
        let mut roots: Vec<Hash> = standing.collect();
        roots.reverse();
        Frontier { size: self.size, roots }
    }

    /// The hash of the `size` leaves from `start`; `None` if they lie below the frontier or beyond the tree.
    fn hash(&mut self, start: Leaf, size: u64) -> Option<Hash> {
        if size.is_power_of_two() {
            let height = size.trailing_zeros();
            let level = self.levels.get(usize::try_from(height).ok()?)?;
            let index = (start >> height).checked_sub(level.first)?;
            return level.hashes.get(usize::try_from(index).ok()?).copied();
        }
        if let Some((_, hash)) = self.edges.iter().find(|(edge, _)| *edge == start) {
            return Some(*hash);
        }
        let left_size = split(size);
        let left = self.hash(start, left_size)?;
        let right = self.hash(start + left_size, size - left_size)?;
        let hash = node_hash(&left, &right);
        self.edges.push((start, hash));
        Some(hash)
    }

    /// The inclusion proof of an added leaf in the whole tree (RFC 6962 §2.1.1), from the leaf upward; `None` for a
    /// leaf that this batch did not add.
    pub fn inclusion(&mut self, leaf: Leaf) -> Option<Vec<Hash>> {
        if leaf < self.before || leaf >= self.size {
            return None;
        }
        let (mut start, mut size) = (0, self.size);
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
                let mut growth = Growth::from(&frontier);
                all[before as usize..].iter().for_each(|leaf| {
                    growth.push(*leaf);
                });
                assert_eq!(growth.added(), &all[before as usize..]);
                let root = growth.after().root();
                assert_eq!(root, reference_root(&all));
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
