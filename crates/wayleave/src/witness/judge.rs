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
    if continues { Verdict::Cosign } else { Verdict::Unproved }
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

    #[test]
    fn every_rule_of_the_specification() {
        let (one, other) = (leaves(9, 1), leaves(9, 2));
        let (five, nine) = (checkpoint(&one[..5]), checkpoint(&one));
        let good = consistency(&one, 5).expect("a proof");
        let mut altered = good.clone();
        altered[0][7] ^= 1;
        let forked = consistency(&other, 5).expect("a proof");
        let (of_five, of_nine) = (checkpoint(&other[..5]), checkpoint(&other));
        let none = Vec::new;
        let empty = checkpoint(&[]);
        let false_empty = Checkpoint {
            root: [1; 32],
            ..empty.clone()
        };
        let cases = [
            ("the first", None, 0, none(), &five, Verdict::Cosign),
            (
                "the first, from elsewhere",
                None,
                2,
                none(),
                &five,
                Verdict::Elsewhere(0),
            ),
            (
                "the first, with a proof of nothing",
                None,
                0,
                good.clone(),
                &five,
                Verdict::Unproved,
            ),
            ("an empty journal", None, 0, none(), &empty, Verdict::Cosign),
            (
                "an empty journal of something",
                None,
                0,
                none(),
                &false_empty,
                Verdict::Unproved,
            ),
            ("after the empty one", Some(&empty), 0, none(), &five, Verdict::Cosign),
            ("the next", Some(&five), 5, good.clone(), &nine, Verdict::Cosign),
            (
                "the next, an altered proof",
                Some(&five),
                5,
                altered,
                &nine,
                Verdict::Unproved,
            ),
            ("the next, no proof", Some(&five), 5, none(), &nine, Verdict::Unproved),
            (
                "the next, from elsewhere",
                Some(&five),
                4,
                good.clone(),
                &nine,
                Verdict::Elsewhere(5),
            ),
            (
                "asking where it is",
                Some(&five),
                0,
                none(),
                &nine,
                Verdict::Elsewhere(5),
            ),
            ("the same again", Some(&five), 5, none(), &five, Verdict::Cosign),
            ("the same with a proof", Some(&five), 5, good, &five, Verdict::Unproved),
            ("a smaller one", Some(&nine), 9, none(), &five, Verdict::Nonsense),
            (
                "a smaller one, honestly",
                Some(&nine),
                5,
                none(),
                &five,
                Verdict::Elsewhere(9),
            ),
            (
                "another of the same size",
                Some(&five),
                5,
                none(),
                &of_five,
                Verdict::Forked(5),
            ),
            (
                "the same, from elsewhere",
                Some(&five),
                0,
                none(),
                &of_five,
                Verdict::Forked(5),
            ),
            (
                "a continuation of another",
                Some(&five),
                5,
                forked,
                &of_nine,
                Verdict::Unproved,
            ),
        ];
        for (what, latest, old, proof, new, want) in cases {
            assert_eq!(judge(latest, &submission(old, proof), new), want, "{what}");
        }
    }
}
