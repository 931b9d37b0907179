//! What a published log consists of: paths of tiles, bundles, a tree in tiles, and proofs that are made from tiles.

use std::sync::OnceLock;

use domain::journal::bundle::{self, PUBLIC_LEAF_BYTES, PublicLeaf};
use domain::journal::proof::{verify_consistency, verify_inclusion};
use domain::journal::tile::{Row, Tile};
use domain::journal::tile_proof::Tiles;
use domain::journal::tree::{Frontier, Growth, Hash, leaf_hash};
use domain::journal::tree_check::{TreeCheck, root_of};

use crate::input::Choices;

/// The largest tree: two full tiles, and the beginning of a third.
const LEAVES: usize = 600;
/// So many bytes one leaf takes in a bundle.
const STEP: usize = PUBLIC_LEAF_BYTES + 2;

struct Log {
    leaves: Vec<PublicLeaf>,
    hashes: Vec<Hash>,
    /// The root at every size from zero.
    roots: Vec<Hash>,
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let leaf = |index: usize| {
            let mut leaf = [0; PUBLIC_LEAF_BYTES];
            leaf[..8].copy_from_slice(&index.to_be_bytes());
            leaf
        };
        let leaves: Vec<PublicLeaf> = (0..LEAVES).map(leaf).collect();
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let mut tree = Frontier::default();
        let mut roots = vec![tree.root()];
        for hash in &hashes {
            tree.push(*hash);
            roots.push(tree.root());
        }
        Log { leaves, hashes, roots }
    })
}

/// The bytes of a tile as the log has it; nothing for one that it does not have.
fn truth(tile: Tile) -> Vec<u8> {
    let width = usize::from(tile.width());
    let from = usize::try_from(tile.index()).unwrap_or(usize::MAX).saturating_mul(256);
    let places = from..from.saturating_add(width);
    match tile.row() {
        Row::Entries => log().leaves.get(places).map(bundle::write).unwrap_or_default(),
        Row::Hashes(0) => log()
            .hashes
            .get(places)
            .map(|row| row.as_flattened().to_vec())
            .unwrap_or_default(),
        Row::Hashes(1) => {
            let full = log().hashes.as_chunks::<256>().0;
            let row = full.get(places).unwrap_or_default();
            row.iter().flat_map(|tile| root_of(tile)).collect()
        }
        Row::Hashes(_) => Vec::new(),
    }
}

/// Raw bytes as a path and as a bundle; then a size, and which of the tree's tiles is altered and how.
pub(crate) fn run(data: &[u8]) {
    if let Some(tile) = std::str::from_utf8(data).ok().and_then(Tile::parse) {
        assert_eq!(tile.to_string().as_bytes(), data, "a path with two spellings");
        assert_eq!(Tile::within(tile.row(), tile.index(), tile.needs()), Some(tile));
        assert_eq!(
            Tile::within(tile.row(), tile.index(), tile.needs() - 1).is_none(),
            tile.width() == 1
        );
    }
    if let Ok(leaves) = bundle::read(data, data.len() / STEP) {
        assert_eq!(bundle::write(&leaves), data, "a bundle with two spellings");
        assert_eq!(leaves.len() * STEP, data.len());
    }
    let mut choices = Choices::new(data);
    let size = usize::from(u16::from_be_bytes(choices.bytes())) % (LEAVES + 1);
    let kept = usize::from(u16::from_be_bytes(choices.bytes())) % (size + 1);
    let target = usize::from(choices.byte() & 15);
    let edit = Edit::chosen(&mut choices);
    walk((size, kept), target, edit);
    prove((size, kept), target, edit);
}

/// What is done to a tile.
#[derive(Clone, Copy)]
struct Edit {
    kind: u8,
    at: u16,
    byte: u8,
}

impl Edit {
    fn chosen(choices: &mut Choices<'_>) -> Self {
        Self {
            kind: choices.byte() % 5,
            at: u16::from_be_bytes(choices.bytes()),
            byte: choices.byte(),
        }
    }

    fn on(self, mut bytes: Vec<u8>) -> Vec<u8> {
        let at = usize::from(self.at) % bytes.len().max(1);
        match self.kind {
            0 => {}
            1 => bytes.truncate(at),
            2 => bytes.push(self.byte),
            3 => bytes.extend_from_within(at..),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= self.byte),
        }
        bytes
    }
}

/// The whole tree, with one tile altered: only the true one passes, and has the true roots.
fn walk((size, kept): (usize, usize), target: usize, edit: Edit) {
    let mut check = TreeCheck::new(size as u64).keeping(kept as u64);
    let (mut altered, mut step) = (false, 0);
    let whole = loop {
        let Some(tile) = check.wanted() else { break true };
        let bytes = truth(tile);
        let given = if step == target {
            edit.on(bytes.clone())
        } else {
            bytes.clone()
        };
        altered |= given != bytes;
        step += 1;
        if check.take(&given).is_err() {
            break false;
        }
    };
    assert_eq!(whole, !altered, "an altered tile passed, or a true one did not");
    if whole {
        assert_eq!((check.read(), check.root()), (size as u64, log().roots[size]));
        assert_eq!(check.kept(), Some(log().roots[kept]));
        assert!(check.take(&[]).is_err(), "more than there is was taken");
    }
}

/// Proofs from tiles of which one is altered: what leads to the true root is the true proof.
fn prove((size, leaf): (usize, usize), target: usize, edit: Edit) {
    let mut step = 0;
    let mut fetch = |tile: Tile| {
        let bytes = truth(tile);
        let given = if step == target { edit.on(bytes) } else { bytes };
        step += 1;
        Ok(given)
    };
    let root = &log().roots[size];
    let mut tiles = Tiles::new(size as u64, &mut fetch);
    let (inclusion, consistency) = (tiles.inclusion(leaf as u64), tiles.consistency(leaf as u64));
    if let Ok(proof) = inclusion {
        let mut growth = Growth::from(&Frontier::default());
        for hash in &log().hashes[..size] {
            growth.push(*hash);
        }
        let accepted = verify_inclusion(&log().hashes[leaf], leaf as u64, size as u64, &proof, root);
        assert_eq!(accepted, growth.inclusion(leaf as u64).as_ref() == Some(&proof));
        assert!(accepted || edit.kind != 0, "true tiles made no proof");
    }
    if let Ok(proof) = consistency {
        let truth = domain::journal::proof::consistency(&log().hashes[..size], leaf as u64);
        let accepted = verify_consistency(leaf as u64, &log().roots[leaf], size as u64, root, &proof);
        assert_eq!(accepted, truth.as_ref() == Some(&proof));
        assert!(accepted || edit.kind != 0, "true tiles made no proof");
    }
}
