//! `wayleave journal verify-export`: an export checked with the journal's key alone.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use domain::journal::checkpoint::VerifierKey;
use gateway::records::check::check;

use super::records::note_of;
use crate::Failure;

/// What `journal verify-export` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The export. Its signature is read from beside it, from the same name and `.note`.
    file: PathBuf,
    /// The journal's key, as its operator publishes it: `<name>+<key id>+<base64>`.
    #[arg(long)]
    key: String,
}

/// Checks the export and says what it holds.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let key = VerifierKey::parse(&options.key)?;
    let note = note_of(&options.file);
    let unreadable = |path: &PathBuf, error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
    let signature = std::fs::read_to_string(&note).map_err(|error| unreadable(&note, error))?;
    let file = File::open(&options.file).map_err(|error| unreadable(&options.file, error))?;
    let checked = check(&mut BufReader::new(file), &signature, &key)?;
    let (counts, header) = (&checked.counts, &checked.header);
    println!(
        "verified: {} entries and {} shells under the signed head of {} entries in `{}`",
        counts.entries, counts.shells, checked.checkpoint.size, checked.checkpoint.origin
    );
    println!("asked for: {}", serde_json::to_string(&header.asked)?);
    for (kind, count) in &counts.kinds {
        println!("  {count:>8}  {kind}");
    }
    if let Some((first, end)) = header.leaves {
        println!("complete: every leaf from {first} up to {end} is here");
    }
    if let Some(numbered) = header.numbered {
        println!(
            "complete: every number of the person's own count up to {numbered} is here, but for {} erased",
            checked.erased
        );
    }
    if let Some(people) = counts.people {
        println!("people: {people}");
    }
    if let Some(unanswered) = counts.unanswered {
        println!("on the gateway's word: {unanswered} asks without an answer");
    }
    Ok(())
}
