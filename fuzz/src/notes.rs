//! What logs, witnesses and their readers tell one another: signed notes, keys, cosignatures, submissions.

use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::cosignature::{Cosigner, CosignerKey};
use domain::journal::note::{Note, NoteKey, NoteSignature, SIGNATURES_MAX};
use domain::journal::submission::{PROOF_LINES_MAX, Submission};

pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(note) = Note::parse(text) {
        assert_eq!(note.to_string(), text, "a note with two spellings");
        assert!((1..=SIGNATURES_MAX).contains(&note.signatures().len()));
        cosign(note);
    }
    if let Ok(lines) = NoteSignature::parse_lines(text) {
        let printed: String = lines.iter().map(ToString::to_string).collect();
        assert_eq!(printed, text, "signature lines with two spellings");
    }
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert!(
            text.starts_with(&checkpoint.text()),
            "a checkpoint that reads otherwise"
        );
    }
    if let Ok(submission) = Submission::parse(text) {
        assert_eq!(submission.to_string(), text, "a submission with two spellings");
        assert!(submission.proof.len() <= PROOF_LINES_MAX);
    }
    if let Ok(key) = NoteKey::parse(text) {
        assert_eq!(key.to_string(), text.trim(), "a key with two spellings");
        let uses = [VerifierKey::parse(text).is_ok(), CosignerKey::parse(text).is_ok()];
        assert!(uses[0] != uses[1], "a key of two uses, or of none");
    }
}

/// A cosignature is found among any others, and none can be made without the key.
fn cosign(mut note: Note) {
    let witness = Cosigner::new("w.example/fuzz", &[3; 32]).expect("a key");
    assert!(witness.key().cosigned(&note).is_err(), "a cosignature that nobody made");
    let line = witness.sign(note.text(), 1_800_000_000);
    if note.add(line).is_ok() {
        assert_eq!(witness.key().cosigned(&note), Ok(1_800_000_000));
    }
}
