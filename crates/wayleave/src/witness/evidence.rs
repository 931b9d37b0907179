//! What a witness caught: two signed checkpoints that do not go together, kept where its operator finds them.

use std::fs;
use std::path::{Path, PathBuf};

use domain::journal::entry::hex;
use domain::journal::note::Note;
use domain::journal::submission::Submission;
use domain::journal::tree::sha256;
use gateway::keys::write_new;

use super::folder::{private_folder, sync};
use crate::Failure;

/// Where it is kept, in the witness's folder.
const EVIDENCE: &str = "evidence";
/// The most cases that are kept. Who sends true checkpoints with false proofs must not fill the disk.
const CASES_MAX: usize = 1000;

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

/// Keeps a case, and returns its folder; `None` if it, or too much, is kept already.
pub(super) fn keep(
    witness: &Path,
    kind: Kind,
    known: &Note,
    submission: &Submission,
) -> Result<Option<PathBuf>, Failure> {
    let all = witness.join(EVIDENCE);
    private_folder(&all)?;
    let digest = hex(&sha256(&[known.text().as_bytes(), submission.note.text().as_bytes()]));
    let case = all.join(format!("{}-{}", kind.word(), digest.get(..16).unwrap_or_default()));
    let cases = fs::read_dir(&all)
        .map_err(super::folder::io(&all))?
        .take(CASES_MAX)
        .count();
    if case.exists() || cases >= CASES_MAX {
        return Ok(None);
    }
    private_folder(&case)?;
    write_new(&case.join("cosigned"), known.to_string().as_bytes())?;
    write_new(&case.join("submitted"), submission.note.to_string().as_bytes())?;
    write_new(&case.join("request"), submission.to_string().as_bytes())?;
    sync(&case)?;
    sync(&all)?;
    Ok(Some(case))
}
