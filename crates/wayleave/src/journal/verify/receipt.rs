//! A receipt: that its entry is in the journal; that it is for an answer; that a newer log still holds it.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::bundle;
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::entry::public_leaf;
use domain::journal::proof::{verify_consistency, verify_inclusion};
use domain::journal::receipt::Receipt;
use domain::journal::tile::{Row, Tile, WIDTH};
use domain::journal::tile_proof::Tiles;
use domain::journal::tree::leaf_hash;

use super::source::Source;
use super::{answer, log, not_verified};
use crate::{Failure, Unread};

/// The largest receipt that is read, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// Verifies a receipt, and says in words what was found.
pub(super) fn verify(
    path: &str,
    key: &VerifierKey,
    answer: Option<&Path>,
    newer: Option<&Source>,
) -> Result<(), Failure> {
    let receipt = read(path)?;
    let checkpoint = receipt.verify(key).map_err(not_verified)?;
    if checkpoint.origin != key.name() {
        return Err(not_verified(
            "expected a checkpoint of the journal that the key is named for, found another's",
        ));
    }
    if let Some(path) = answer {
        let body = std::fs::read(path).map_err(|error| Unread(format!("cannot read `{}`: {error}", path.display())))?;
        if !receipt.is_for(&answer::canonical(&body)?) {
            return Err(not_verified(
                "expected a receipt for this answer, found one for another",
            ));
        }
    }
    let grown = newer.map(|log| in_newer(log, &receipt, &checkpoint, key)).transpose()?;
    println!(
        "verified: entry {} of {} in `{}`",
        receipt.leaf, checkpoint.size, checkpoint.origin
    );
    println!("it says: {}", receipt.party.text);
    if answer.is_some() {
        println!("it is for this answer");
    }
    if let Some(grown) = grown {
        println!(
            "the log of {} entries holds it, and everything that the receipt's checkpoint stands over",
            grown.size
        );
    }
    Ok(())
}

/// That the log continues the receipt's checkpoint, and has the entry in its place, leaf and hash.
fn in_newer(source: &Source, receipt: &Receipt, old: &Checkpoint, key: &VerifierKey) -> Result<Checkpoint, Failure> {
    let new = log::opened(key, &source.checkpoint()?)?;
    if new.size < old.size {
        return Err(Unread(format!(
            "the log stands over {} entries and the receipt over {}: ask again when it has grown; if it never does, it was \
             rolled back, and the receipt proves it",
            new.size, old.size
        ))
        .into());
    }
    let mut unread = None;
    let mut fetch = |tile| {
        source.tile(tile, new.size).map_err(|error| {
            let why = error.to_string();
            unread = Some(error);
            why
        })
    };
    let mut tiles = Tiles::new(new.size, &mut fetch);
    let proofs = tiles
        .consistency(old.size)
        .and_then(|first| Ok((first, tiles.inclusion(receipt.leaf)?)));
    let (consistency, inclusion) = match (proofs, unread) {
        (Ok(proofs), _) => proofs,
        (Err(_), Some(error)) => return Err(error),
        (Err(why), None) => return Err(not_verified(why)),
    };
    if !verify_consistency(old.size, &old.root, new.size, &new.root, &consistency) {
        return Err(not_verified(format!(
            "forked, or altered: this log does not lead back to the receipt's checkpoint over {} entries",
            old.size
        )));
    }
    let leaf = public_leaf(&receipt.tag, &receipt.party.commitment(), &receipt.subject);
    if !verify_inclusion(&leaf_hash(&leaf), receipt.leaf, new.size, &inclusion, &new.root) {
        return Err(not_verified(
            "expected the receipt's entry in this log, found another in its place",
        ));
    }
    let Some(tile) = Tile::within(Row::Entries, receipt.leaf / WIDTH, new.size) else {
        return Err(not_verified(
            "expected a bundle with the receipt's entry, found that there can be none",
        ));
    };
    let leaves = bundle::read(&source.tile(tile, new.size)?, tile.width().into()).map_err(not_verified)?;
    let place = usize::try_from(receipt.leaf % WIDTH).unwrap_or(usize::MAX);
    if leaves.get(place) != Some(&leaf) {
        return Err(not_verified(format!(
            "expected the receipt's entry in `{tile}`, found another in its place"
        )));
    }
    Ok(new)
}

fn read(path: &str) -> Result<Receipt, Failure> {
    let mut bytes = Vec::new();
    let unread = |error: std::io::Error| Unread(format!("cannot read `{path}`: {error}"));
    if path == "-" {
        std::io::stdin()
            .take(BYTES_MAX)
            .read_to_end(&mut bytes)
            .map_err(unread)?;
    } else {
        let file = std::fs::File::open(path).map_err(unread)?;
        file.take(BYTES_MAX).read_to_end(&mut bytes).map_err(unread)?;
    }
    let text = bytes.trim_ascii();
    let json = if text.starts_with(b"{") {
        text.to_vec()
    } else {
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| not_verified("expected JSON or base64url, found something else"))?
    };
    let json = String::from_utf8(json).map_err(|_| not_verified("expected a receipt in UTF-8, found other bytes"))?;
    Receipt::from_json(&json).map_err(not_verified)
}
