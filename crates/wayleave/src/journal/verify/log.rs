//! A whole published log: the checkpoint's signature, every bundle against the hashes of its leaves, every row of tiles
//! against the one below, the root; and that a checkpoint that somebody kept is its beginning.

use std::io::IsTerminal as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::tree_check::TreeCheck;

use super::not_verified;
use super::source::Source;
use crate::{Failure, Unread};

/// So many leaves lie between two lines of progress, on a terminal and in a file.
const SHOWN_EVERY: (u64, u64) = (25_600, 1_024_000);

/// Verifies a log, and says in words what was found.
pub(super) fn verify(source: &Source, key: &VerifierKey, since: Option<&Path>) -> Result<(), Failure> {
    let note = source.checkpoint()?;
    let checkpoint = opened(key, &note)?;
    let kept = since.map(|path| kept(path, key)).transpose()?;
    if let Some(kept) = &kept
        && kept.size > checkpoint.size
    {
        return Err(not_verified(format!(
            "rolled back: the checkpoint that you kept stands over {} entries, this log over {}; both are signed by the same key, which proves it",
            kept.size, checkpoint.size
        )));
    }
    let mut check = TreeCheck::new(checkpoint.size);
    if let Some(kept) = &kept {
        check = check.keeping(kept.size);
    }
    let tiles = walk(&mut check, source, checkpoint.size)?;
    if check.root() != checkpoint.root {
        return Err(not_verified(
            "expected the root that the checkpoint signs over these tiles, found another",
        ));
    }
    if let Some(kept) = &kept
        && check.kept() != Some(kept.root)
    {
        return Err(not_verified(format!(
            "forked: the first {} entries of this log are not those under the checkpoint that you kept; both are signed by the same key, which proves it",
            kept.size
        )));
    }
    println!("verified: {} entries in `{}`", checkpoint.size, checkpoint.origin);
    println!(
        "the checkpoint is signed by the key that was given; its root is {}",
        STANDARD.encode(checkpoint.root)
    );
    println!("{tiles} tiles and bundles, each against what it stands over");
    if let Some(kept) = &kept {
        println!(
            "its first {} entries are those under the checkpoint that you kept",
            kept.size
        );
    }
    Ok(())
}

/// Reads every tile that the walk wants; how many there were.
fn walk(check: &mut TreeCheck, source: &Source, size: u64) -> Result<u64, Failure> {
    let on_terminal = std::io::stderr().is_terminal();
    let every = if on_terminal { SHOWN_EVERY.0 } else { SHOWN_EVERY.1 };
    let (mut tiles, mut shown) = (0, 0);
    while let Some(tile) = check.wanted() {
        check.take(&source.tile(tile, size)?).map_err(not_verified)?;
        tiles += 1;
        if check.read() / every > shown {
            shown = check.read() / every;
            let (begin, end) = if on_terminal { ("\r", "") } else { ("", "\n") };
            eprint!("{begin}{} of {size} entries{end}", check.read());
        }
    }
    if on_terminal && shown > 0 {
        eprintln!();
    }
    Ok(tiles)
}

/// A checkpoint that somebody kept.
fn kept(path: &Path, key: &VerifierKey) -> Result<Checkpoint, Failure> {
    let note = std::fs::read_to_string(path);
    let note = note.map_err(|error| Unread(format!("cannot read `{}`: {error}", path.display())))?;
    opened(key, &note)
}

/// A checkpoint of the journal that the key is named for.
pub(super) fn opened(key: &VerifierKey, note: &str) -> Result<Checkpoint, Failure> {
    let checkpoint = key.open(note).map_err(not_verified)?;
    if checkpoint.origin == key.name() {
        Ok(checkpoint)
    } else {
        let (want, found) = (key.name(), &checkpoint.origin);
        Err(not_verified(format!(
            "expected a checkpoint of `{want}`, found one of `{found}`"
        )))
    }
}
