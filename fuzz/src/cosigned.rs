//! A checkpoint with the cosignatures of several witnesses, and a proof as a text on top of it: with any bytes altered,
//! they prove what they proved, or nothing.

use std::sync::OnceLock;

use domain::journal::checkpoint::{VerifierKey, sign};
use domain::journal::cosignature::Cosigner;
use domain::journal::keys::Keys;
use domain::journal::note::Note;
use domain::journal::proof_text::{self, ProofText};
use domain::journal::tree::{Frontier, Growth, Hash, leaf_hash};

use crate::input::Choices;

/// So many leaves the tree has.
const LEAVES: u64 = 7;
/// When the first witness cosigned, in Unix seconds; each later one a second after.
const TIME: u64 = 1_800_000_000;

struct Log {
    key: VerifierKey,
    witnesses: Vec<Cosigner>,
    leaves: Vec<Hash>,
    paths: Vec<Vec<Hash>>,
    root: Hash,
    note: String,
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let keys = Keys::new("gateway.example.com/journal", &[7; 32], &[8; 32]).expect("keys");
        let leaves: Vec<Hash> = (0..LEAVES).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
        let mut growth = Growth::from(&Frontier::default());
        for leaf in &leaves {
            growth.push(*leaf);
        }
        let root = growth.after().root();
        let witness = |seed: u8| Cosigner::new(&format!("w{seed}.example.com"), &[seed; 32]).expect("a key");
        Log {
            key: VerifierKey::of(&keys),
            witnesses: (1..=3).map(witness).collect(),
            note: sign(&keys, LEAVES, &root),
            paths: (0..LEAVES)
                .map(|leaf| growth.inclusion(leaf).expect("a leaf"))
                .collect(),
            leaves,
            root,
        }
    })
}

/// Raw bytes as a proof; then which witnesses cosigned, whether it is the note alone, and what is altered.
pub(crate) fn run(data: &[u8]) {
    if let Some(proof) = std::str::from_utf8(data)
        .ok()
        .and_then(|text| ProofText::parse(text).ok())
    {
        let again = proof_text::write(proof.leaf, &proof.path, &proof.checkpoint);
        assert_eq!(again.as_bytes(), data, "a proof with two spellings");
    }
    let mut choices = Choices::new(data);
    let (who, leaf) = (choices.byte(), choices.below(log().leaves.len()));
    let mut note = Note::parse(&log().note).expect("a note");
    for (place, witness) in log().witnesses.iter().enumerate() {
        if who >> place & 1 == 1 {
            note.add(witness.sign(note.text(), TIME + place as u64)).expect("room");
        }
    }
    let truth = note.to_string();
    if choices.flag() {
        let text = edited(truth.clone(), &mut choices);
        judge_note(&text, &note, who);
        assert!(
            text != truth || log().key.open(&text).is_ok(),
            "a true note was refused"
        );
    } else {
        let path = &log().paths[leaf];
        let truth = proof_text::write(leaf as u64, path, &truth);
        let text = edited(truth.clone(), &mut choices);
        judge_proof(&text, (leaf, path), (&note, who));
        let entry = &log().leaves[leaf];
        let holds = ProofText::parse(&text).is_ok_and(|proof| proof.verify(entry, &log().key).is_ok());
        assert!(holds || text != truth, "a true proof was refused");
    }
}

/// Bytes removed, repeated, changed and put in; what is no text any more ends there.
fn edited(text: String, choices: &mut Choices<'_>) -> String {
    let mut bytes = text.into_bytes();
    for _ in 0..choices.below(4) {
        let at = usize::from(u16::from_be_bytes(choices.bytes())) % (bytes.len() + 1);
        let to = (at + choices.below(200)).min(bytes.len());
        match choices.byte() % 4 {
            0 => drop(bytes.drain(at..to)),
            1 => {
                let copy = bytes[at..to].to_vec();
                bytes.splice(at..at, copy);
            }
            2 => {
                let new: [u8; 3] = choices.bytes();
                bytes.splice(at..at, new);
            }
            _ => bytes
                .iter_mut()
                .skip(at)
                .take(1)
                .for_each(|byte| *byte ^= 1 << choices.below(8)),
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Whoever is found to have signed has signed this, and at that time.
fn judge_note(text: &str, truth: &Note, who: u8) {
    let Ok(note) = Note::parse(text) else {
        assert!(log().key.open(text).is_err(), "a checkpoint that is no note");
        return;
    };
    if let Ok(checkpoint) = log().key.open(text) {
        assert_eq!((checkpoint.size, checkpoint.root), (LEAVES, log().root));
        assert_eq!(
            note.text(),
            truth.text(),
            "a checkpoint that nobody signed was accepted"
        );
    }
    for (place, witness) in log().witnesses.iter().enumerate() {
        if let Ok(time) = witness.key().cosigned(&note) {
            assert_eq!(who >> place & 1, 1, "a witness that did not cosign");
            assert_eq!((note.text(), time), (truth.text(), TIME + place as u64));
        }
    }
}

/// Whatever is proved was proved before.
fn judge_proof(text: &str, (leaf, path): (usize, &[Hash]), (truth, who): (&Note, u8)) {
    let Ok(proof) = ProofText::parse(text) else { return };
    assert_eq!(
        proof_text::write(proof.leaf, &proof.path, &proof.checkpoint),
        text,
        "a proof with two spellings"
    );
    judge_note(&proof.checkpoint, truth, who);
    for (place, entry) in log().leaves.iter().enumerate() {
        if proof.verify(entry, &log().key).is_ok() {
            assert_eq!((place, proof.leaf), (leaf, leaf as u64), "another entry");
            assert_eq!(proof.path, path, "another way to the root");
        }
    }
}
