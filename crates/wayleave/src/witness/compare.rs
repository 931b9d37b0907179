//! `wayleave witness compare`: whether two checkpoints that two people were shown can be of one journal.

use std::path::PathBuf;

use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::note::Note;

use super::judge::is_fork;
use crate::Failure;

/// What `compare` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Two signed checkpoints: files.
    #[arg(num_args = 2, required = true)]
    notes: Vec<PathBuf>,
    /// The journal's key.
    #[arg(long)]
    key: String,
}

/// Compares two checkpoints; a fork is a failure.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let key = VerifierKey::parse(&options.key)?;
    let mut read = Vec::new();
    for path in &options.notes {
        let text = std::fs::read_to_string(path).map_err(super::folder::io(path))?;
        let opened = Note::parse(&text).and_then(|note| key.checkpoint(&note));
        read.push(opened.map_err(|error| format!("`{}`: {error}", path.display()))?);
    }
    let [one, other] = read.as_slice() else {
        return Err("expected two checkpoints".into());
    };
    println!("{}", outcome(one, other)?);
    Ok(())
}

fn outcome(one: &Checkpoint, other: &Checkpoint) -> Result<String, Failure> {
    if one.origin != other.origin {
        let found = format!(
            "expected two checkpoints of one journal, found `{}` and `{}`",
            one.origin, other.origin
        );
        return Err(found.into());
    }
    if is_fork(one, other) {
        let said = format!(
            "FORK: `{}` signed two different journals of {} entries; keep both files, they are the proof",
            one.origin, one.size
        );
        return Err(said.into());
    }
    if one.size == other.size {
        return Ok(format!("the same: {} entries of `{}`", one.size, one.origin));
    }
    Ok(format!(
        "no contradiction by themselves: {} and {} entries of `{}`; whether the larger continues the smaller takes the \
         journal's tiles: `wayleave journal verify`",
        one.size.min(other.size),
        one.size.max(other.size),
        one.origin
    ))
}
