//! Inclusion and consistency proofs (RFC 6962 §2.1; verified as RFC 9162 §2.1.3.2 and §2.1.4.2 say).

use super::Leaf;
use super::tree::{Hash, node_hash, sha256, split};

/// Whether `proof` shows that `leaf` is the leaf with this index in the tree of `size` leaves with this `root`.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: Leaf, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut index, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if index & 1 == 1 || index == last {
            hash = node_hash(sibling, &hash);
            while index & 1 == 0 && index != 0 {
                index >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// The consistency proof between the first `old` leaves and all of them; `None` unless `old` is between one and all.
#[must_use]
pub fn consistency(leaves: &[Hash], old: u64) -> Option<Vec<Hash>> {
    let size = leaves.len() as u64;
    if old == 0 || old > size {
        return None;
    }
    let mut path = Vec::new();
    subproof(leaves, old, true, &mut path);
    Some(path)
}

/// RFC 6962 §2.1.2, SUBPROOF.
fn subproof(leaves: &[Hash], old: u64, whole: bool, path: &mut Vec<Hash>) {
    let size = leaves.len() as u64;
    if old == size {
        if !whole {
            path.push(range_root(leaves));
        }
        return;
    }
    let middle = split(size);
    let (left, right) = leaves.split_at(usize::try_from(middle).unwrap_or(leaves.len()));
    if old <= middle {
        subproof(left, old, whole, path);
        path.push(range_root(right));
    } else {
        subproof(right, old - middle, false, path);
        path.push(range_root(left));
    }
}

fn range_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [only] => *only,
        more => {
            let middle = usize::try_from(split(more.len() as u64)).unwrap_or(0);
            let (left, right) = more.split_at(middle);
            node_hash(&range_root(left), &range_root(right))
        }
    }
}

/// Whether `proof` shows that the tree of `old` leaves with `old_root` is the beginning of the tree of `size` leaves
/// with `root`.
#[must_use]
pub fn verify_consistency(old: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old == 0 || old > size {
        return false;
    }
    if old == size {
        return proof.is_empty() && old_root == root;
    }
    let mut steps = proof.iter();
    let seed = if old.is_power_of_two() {
        Some(*old_root)
    } else {
        steps.next().copied()
    };
    let Some(seed) = seed else { return false };
    let (mut index, mut last) = (old - 1, size - 1);
    while index & 1 == 1 {
        index >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (seed, seed);
    for sibling in steps {
        if last == 0 {
            return false;
        }
        if index & 1 == 1 || index == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while index & 1 == 0 && index != 0 {
                index >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tree::leaf_hash;

    #[test]
    fn every_prefix_is_consistent_and_altered_proofs_are_not() {
        let leaves: Vec<Hash> = (0_u64..40).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        for size in 1..=leaves.len() {
            for old in 1..=size {
                let (old_root, root) = (range_root(&leaves[..old]), range_root(&leaves[..size]));
                let proof = consistency(&leaves[..size], old as u64).expect("within");
                assert!(
                    verify_consistency(old as u64, &old_root, size as u64, &root, &proof),
                    "{old} {size}"
                );
                for position in 0..proof.len() {
                    let mut altered = proof.clone();
                    altered[position][0] ^= 128;
                    assert!(!verify_consistency(old as u64, &old_root, size as u64, &root, &altered));
                }
                let mut forged = old_root;
                forged[3] ^= 1;
                assert!(!verify_consistency(old as u64, &forged, size as u64, &root, &proof));
            }
        }
    }
}
