//! What a witness caught: two signed checkpoints that do not go together, kept where its operator finds them.

use std::fs;
use std::path::{Path, PathBuf};

use domain::journal::entry::hex;
use domain::journal::note::Note;
use domain::journal::submission::Submission;
use domain::journal::tree::sha256;
use gateway::keys::write_new;

use super::folder::{io, private_folder, sync};
use crate::Failure;

/// Where it is kept, in the witness's folder.
const EVIDENCE: &str = "evidence";
/// The most cases that are kept of each kind. Who sends true checkpoints with false proofs must not fill the disk, and takes
/// no room of the forks, which only the holder of the journal's key can make.
const CASES_MAX: usize = 1000;
/// Where a case is written before it has its name. A crash leaves this, and never a case that lacks a half.
const MAKING: &str = "making";

/// What kind of evidence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Two signed checkpoints of one size with different roots. They are the proof by themselves.
    Fork,
    /// A signed checkpoint that was not shown to continue the cosigned one. It is a proof only if the journal can show no
    /// other: anybody can send a true checkpoint with a false proof.
    Unproved,
}

impl Kind {
    /// The word in names and the log.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Unproved => "unproved",
        }
    }
}

/// What became of a case.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Kept {
    /// It is kept in this folder.
    Now(PathBuf),
    /// It was kept before.
    Before,
    /// As many of its kind as there may be are kept already.
    Full,
}

/// Keeps a case. The caller holds the folder alone.
pub(super) fn keep(witness: &Path, kind: Kind, known: &Note, submission: &Submission) -> Result<Kept, Failure> {
    let all = witness.join(EVIDENCE);
    private_folder(&all)?;
    let digest = hex(&sha256(&[known.text().as_bytes(), submission.note.text().as_bytes()]));
    let case = all.join(format!("{}-{}", kind.word(), digest.get(..16).unwrap_or_default()));
    if case.exists() {
        return Ok(Kept::Before);
    }
    if count(&all, kind)? >= CASES_MAX {
        return Ok(Kept::Full);
    }
    let making = all.join(MAKING);
    if making.exists() {
        fs::remove_dir_all(&making).map_err(io(&making))?;
    }
    private_folder(&making)?;
    write_new(&making.join("cosigned"), known.to_string().as_bytes())?;
    write_new(&making.join("submitted"), submission.note.to_string().as_bytes())?;
    write_new(&making.join("request"), submission.to_string().as_bytes())?;
    sync(&making)?;
    fs::rename(&making, &case).map_err(io(&case))?;
    sync(&all)?;
    Ok(Kept::Now(case))
}

/// How many cases of a kind are kept, as far as it matters.
fn count(all: &Path, kind: Kind) -> Result<usize, Failure> {
    let mut count = 0;
    for entry in fs::read_dir(all).map_err(io(all))? {
        let name = entry.map_err(io(all))?.file_name();
        count += usize::from(name.to_string_lossy().starts_with(kind.word()));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use domain::journal::checkpoint::sign;
    use domain::journal::keys::Keys;

    use super::*;

    fn note(size: u64, root: u8) -> Note {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        Note::parse(&sign(&keys, size, &[root; 32])).expect("a note")
    }

    fn submission(size: u64, root: u8) -> Submission {
        Submission {
            old: 5,
            proof: Vec::new(),
            note: note(size, root),
        }
    }

    #[test]
    fn false_proofs_take_no_room_of_a_fork() {
        let folder = tempfile::tempdir().expect("a folder");
        let all = folder.path().join(EVIDENCE);
        for case in 0..CASES_MAX {
            private_folder(&all.join(format!("unproved-{case}"))).expect("made");
        }
        let known = note(5, 1);
        let keep = |kind, submission| keep(folder.path(), kind, &known, &submission).expect("the disk works");
        assert_eq!(keep(Kind::Unproved, submission(9, 1)), Kept::Full);
        let Kept::Now(case) = keep(Kind::Fork, submission(5, 2)) else {
            panic!("a fork is not kept")
        };
        assert_eq!(
            fs::read_to_string(case.join("cosigned")).expect("there"),
            known.to_string()
        );
        assert_eq!(keep(Kind::Fork, submission(5, 2)), Kept::Before);
    }

    #[test]
    fn a_case_that_a_crash_left_half_written_is_written_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let making = folder.path().join(EVIDENCE).join(MAKING);
        private_folder(&making).expect("made");
        write_new(&making.join("cosigned"), b"half").expect("written");
        let kept = keep(folder.path(), Kind::Fork, &note(5, 1), &submission(5, 2)).expect("kept");
        let Kept::Now(case) = kept else { panic!("{kept:?}") };
        for half in ["cosigned", "submitted", "request"] {
            assert!(
                fs::read_to_string(case.join(half))
                    .expect("there")
                    .contains("gateway.example.com"),
                "{half}"
            );
        }
        assert!(!making.exists());
    }
}
