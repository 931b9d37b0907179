//! Proofs of inclusion and consistency, over small trees: only the one true proof is accepted.

use std::sync::OnceLock;

use domain::journal::proof::{consistency, verify_consistency, verify_inclusion};
use domain::journal::tree::{Frontier, Growth, Hash, leaf_hash};

use crate::input::Choices;

/// The largest tree.
const LEAVES: usize = 40;

struct Tree {
    root: Hash,
    leaves: Vec<Hash>,
    inclusion: Vec<Vec<Hash>>,
}

/// The trees of the first so many leaves, from one.
fn trees() -> &'static [Tree] {
    static TREES: OnceLock<Vec<Tree>> = OnceLock::new();
    TREES.get_or_init(|| {
        let leaves: Vec<Hash> = (0..LEAVES).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
        let tree = |size: usize| {
            let mut growth = Growth::from(&Frontier::default());
            for leaf in &leaves[..size] {
                growth.push(*leaf);
            }
            let inclusion = (0..size).map(|leaf| growth.inclusion(leaf as u64).expect("a leaf of this tree"));
            Tree {
                inclusion: inclusion.collect(),
                root: growth.after().root(),
                leaves: leaves[..size].to_vec(),
            }
        };
        (1..=LEAVES).map(tree).collect()
    })
}

/// Sizes and an index, then edits of the true proof: places, bytes, and hashes cut off or added.
pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let size = 1 + choices.below(LEAVES);
    let tree = &trees()[size - 1];
    let (index, claimed) = (choices.below(size), u64::from(choices.byte()));
    let old = 1 + choices.below(size);
    let truth = &tree.inclusion[index];
    let proof = edited(truth, &mut choices);
    let (size, leaf) = (size as u64, &tree.leaves[index]);
    let accepted = verify_inclusion(leaf, claimed, size, &proof, &tree.root);
    assert_eq!(
        accepted,
        claimed == index as u64 && proof == *truth,
        "another proof shows the same"
    );
    let old_root = &trees()[old - 1].root;
    let truth = consistency(&tree.leaves, old as u64).expect("within the tree");
    let proof = edited(&truth, &mut choices);
    let accepted = verify_consistency(old as u64, old_root, size, &tree.root, &proof);
    assert_eq!(accepted, proof == truth, "another proof shows the same");
    // Sizes that do not belong to the roots, up to the largest that can be written. They may pass: a root does not say
    // how many leaves it stands over, so a checkpoint signs both.
    let (any_old, any_size) = (u64::from_be_bytes(choices.bytes()), u64::from_be_bytes(choices.bytes()));
    let passes = verify_consistency(any_old, old_root, any_size, &tree.root, &proof);
    assert!(!passes || (1..=any_size).contains(&any_old));
    let passes = verify_inclusion(leaf, any_old, any_size, &proof, &tree.root);
    assert!(!passes || any_old < any_size);
}

fn edited(truth: &[Hash], choices: &mut Choices<'_>) -> Vec<Hash> {
    let mut proof = truth.to_vec();
    for _ in 0..choices.below(4) {
        let (kind, place, byte) = (choices.byte() & 3, choices.byte(), choices.byte());
        let spot = usize::from(place) % (proof.len() + 1);
        match (kind, proof.get_mut(spot)) {
            (0, Some(hash)) => hash[usize::from(byte) & 31] ^= choices.byte(),
            (1, Some(_)) => drop(proof.remove(spot)),
            (2, _) => proof.insert(spot, [byte; 32]),
            (3, Some(hash)) => {
                let copy = *hash;
                proof.push(copy);
            }
            _ => {}
        }
    }
    proof
}
