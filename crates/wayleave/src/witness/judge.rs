//! What a witness makes of a submission, by the rules of C2SP tlog-witness: pure, so that every rule is a test.

use domain::journal::checkpoint::Checkpoint;
use domain::journal::proof::verify_consistency;
use domain::journal::submission::Submission;
use domain::journal::tree::Frontier;

/// What is done with a submission whose checkpoint the journal signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It continues what was cosigned before.
    Cosign,
    /// It says that the journal shrank from one line to the next, which is nonsense.
    Nonsense,
    /// It begins elsewhere than where this witness is; says where that is.
    Elsewhere(u64),
    /// It has the size of what was cosigned before, and another root: two journals under one name.
    Forked(u64),
    /// Its proof does not show that it continues what was cosigned before.
    Unproved,
    /// It is what was cosigned before, with a proof where none belongs: it contradicts nothing.
    Overproved,
}

/// Judges a submission by the latest cosigned checkpoint of its journal.
pub(super) fn judge(latest: Option<&Checkpoint>, submission: &Submission, new: &Checkpoint) -> Verdict {
    let known = latest.map_or(0, |latest| latest.size);
    if submission.old > new.size {
        return Verdict::Nonsense;
    }
    if latest.is_some_and(|latest| is_fork(latest, new)) {
        return Verdict::Forked(known);
    }
    if submission.old != known {
        return Verdict::Elsewhere(known);
    }
    let continues = match latest.filter(|latest| latest.size > 0) {
        Some(latest) => verify_consistency(known, &latest.root, new.size, &new.root, &submission.proof),
        // Every journal continues nothing, and there is nothing to prove. An empty one has the root of nothing.
        None => submission.proof.is_empty() && (new.size > 0 || new.root == Frontier::default().root()),
    };
    match latest {
        _ if continues => Verdict::Cosign,
        Some(latest) if latest.size == new.size && latest.root == new.root => Verdict::Overproved,
        _ => Verdict::Unproved,
    }
}

/// Whether two checkpoints of one journal contradict each other by themselves.
pub(super) fn is_fork(one: &Checkpoint, other: &Checkpoint) -> bool {
    one.origin == other.origin && one.size == other.size && one.root != other.root
}

#[cfg(test)]
mod tests {
    use domain::journal::keys::Keys;
    use domain::journal::note::Note;
    use domain::journal::proof::consistency;
    use domain::journal::tree::{Growth, Hash, leaf_hash};

    use super::*;

    fn leaves(count: u64, salt: u8) -> Vec<Hash> {
        (0..count)
            .map(|n| leaf_hash(&[n as u8, if n < 3 { 0 } else { salt }]))
            .collect()
    }

    fn checkpoint(leaves: &[Hash]) -> Checkpoint {
        let mut tree = Growth::from(&Frontier::default());
        for leaf in leaves {
            tree.push(*leaf);
        }
        Checkpoint {
            origin: "gateway.example.com/journal".to_owned(),
            size: leaves.len() as u64,
            root: tree.after().root(),
        }
    }

    fn submission(old: u64, proof: Vec<Hash>) -> Submission {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        let note = domain::journal::checkpoint::sign(&keys, 0, &[0; 32]);
        let note = Note::parse(&note).expect("a note");
        Submission { old, proof, note }
    }

    /// A journal of five leaves and of nine, another that parts from it after three, and the proofs of both.
    struct Two {
        five: Checkpoint,
        nine: Checkpoint,
        good: Vec<Hash>,
        of_five: Checkpoint,
        of_nine: Checkpoint,
        forked: Vec<Hash>,
    }

    fn two() -> Two {
        let (one, other) = (leaves(9, 1), leaves(9, 2));
        Two {
            five: checkpoint(&one[..5]),
            nine: checkpoint(&one),
            good: consistency(&one, 5).expect("a proof"),
            of_five: checkpoint(&other[..5]),
            of_nine: checkpoint(&other),
            forked: consistency(&other, 5).expect("a proof"),
        }
    }

    #[test]
    fn the_first_checkpoint_needs_no_proof_and_takes_none() {
        let Two { five, good, .. } = two();
        let empty = checkpoint(&[]);
        let false_empty = Checkpoint {
            root: [1; 32],
            ..empty.clone()
        };
        let check =
            |latest, old, proof: &[Hash], new: &Checkpoint| judge(latest, &submission(old, proof.to_vec()), new);
        assert_eq!(check(None, 0, &[], &five), Verdict::Cosign);
        assert_eq!(check(None, 2, &[], &five), Verdict::Elsewhere(0));
        assert_eq!(check(None, 0, &good, &five), Verdict::Unproved);
        assert_eq!(check(None, 0, &[], &empty), Verdict::Cosign);
        assert_eq!(
            check(None, 0, &[], &false_empty),
            Verdict::Unproved,
            "a root of something"
        );
        assert_eq!(check(Some(&empty), 0, &[], &five), Verdict::Cosign);
    }

    #[test]
    fn the_next_checkpoint_continues_the_last_one_or_is_refused() {
        let two = two();
        let (five, nine, good) = (&two.five, &two.nine, &two.good[..]);
        let mut altered = two.good.clone();
        altered[0][7] ^= 1;
        let check =
            |latest, old, proof: &[Hash], new: &Checkpoint| judge(Some(latest), &submission(old, proof.to_vec()), new);
        assert_eq!(check(five, 5, good, nine), Verdict::Cosign);
        assert_eq!(check(five, 5, &altered, nine), Verdict::Unproved);
        assert_eq!(check(five, 5, &[], nine), Verdict::Unproved);
        assert_eq!(check(five, 4, good, nine), Verdict::Elsewhere(5));
        assert_eq!(
            check(five, 0, &[], nine),
            Verdict::Elsewhere(5),
            "it asks where the witness is"
        );
        assert_eq!(check(five, 5, &[], five), Verdict::Cosign, "the same again");
        assert_eq!(
            check(five, 5, good, five),
            Verdict::Overproved,
            "the same needs no proof"
        );
        assert_eq!(check(nine, 9, &[], five), Verdict::Nonsense);
        assert_eq!(check(nine, 5, &[], five), Verdict::Elsewhere(9));
        assert_eq!(check(five, 5, &[], &two.of_five), Verdict::Forked(5));
        assert_eq!(
            check(five, 0, &[], &two.of_five),
            Verdict::Forked(5),
            "wherever it begins"
        );
        assert_eq!(check(five, 5, &two.forked, &two.of_nine), Verdict::Unproved);
    }
}
