//! Whole trees, and what was altered in them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::journal::bundle::PublicLeaf;
use crate::journal::proof::{verify_consistency, verify_inclusion};
use crate::journal::tile_proof::Tiles;

fn leaf(number: u64) -> PublicLeaf {
    let mut leaf = [0; 96];
    leaf[..8].copy_from_slice(&number.to_be_bytes());
    leaf
}

fn range_root(from: u64, to: u64) -> Hash {
    let mut tree = Frontier::default();
    (from..to).for_each(|number| tree.push(leaf_hash(&leaf(number))));
    tree.root()
}

/// The bytes of a tile, by its definition.
fn content(tile: Tile) -> Vec<u8> {
    let places = tile.index() * WIDTH..tile.index() * WIDTH + u64::from(tile.width());
    match tile.row() {
        Row::Entries => bundle::write(&places.map(leaf).collect::<Vec<_>>()),
        Row::Hashes(level) => {
            let each = WIDTH.pow(level.into());
            places
                .flat_map(|place| range_root(place * each, (place + 1) * each))
                .collect()
        }
    }
}

/// Every tile that a tree of this size has.
fn published(size: u64) -> BTreeMap<Tile, Vec<u8>> {
    Tile::added(0, size).map(|tile| (tile, content(tile))).collect()
}

fn check(size: u64, tiles: &BTreeMap<Tile, Vec<u8>>) -> Result<(Hash, usize), Fault> {
    let mut check = TreeCheck::new(size);
    let mut taken = 0;
    while let Some(tile) = check.wanted() {
        check.take(
            tiles
                .get(&tile)
                .unwrap_or_else(|| panic!("`{tile}` is no tile of this tree")),
        )?;
        taken += 1;
    }
    assert_eq!(check.read(), size);
    Ok((check.root(), taken))
}

#[test]
fn every_tile_of_a_tree_is_wanted_once_and_leads_to_its_root() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 600, 65_535, 65_536, 65_537, 66_000] {
        let tiles = published(size);
        assert_eq!(check(size, &tiles), Ok((range_root(0, size), tiles.len())), "{size}");
    }
}

#[test]
fn any_altered_byte_is_found() {
    let size = 258;
    let tiles = published(size);
    for (tile, bytes) in &tiles {
        let step = if tile.is_full() { 13 } else { 1 };
        for at in (0..bytes.len()).step_by(step) {
            let mut altered = tiles.clone();
            altered.get_mut(tile).expect("there")[at] ^= 1 << (at % 8);
            assert!(check(size, &altered).is_err(), "{tile}, byte {at}");
        }
        let mut altered = tiles.clone();
        altered.get_mut(tile).expect("there").pop();
        assert!(check(size, &altered).is_err(), "{tile}, cut");
        altered.get_mut(tile).expect("there").extend([0, 0]);
        assert!(check(size, &altered).is_err(), "{tile}, longer");
    }
}

#[test]
fn the_root_of_an_older_size_is_noted() {
    let tiles = published(600);
    for old in [0, 1, 255, 256, 300, 600] {
        let mut check = TreeCheck::new(600).keeping(old);
        while let Some(tile) = check.wanted() {
            check.take(&tiles[&tile]).expect("whole");
        }
        assert_eq!(check.kept(), Some(range_root(0, old)));
    }
    assert_eq!(TreeCheck::new(0).keeping(1).kept(), None);
    assert_eq!(TreeCheck::new(0).take(&[]), Err(Fault::Unwanted));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn proofs_come_from_tiles_alone(size in 1_u64..1_500, leaf_of in any::<u64>(), old_of in any::<u64>()) {
        let (index, old) = (leaf_of % size, 1 + old_of % size);
        let mut read = |tile: Tile| -> Result<Vec<u8>, String> {
            assert!(tile.needs() <= size && !matches!(tile.row(), Row::Entries));
            Ok(content(tile))
        };
        let mut tiles = Tiles::new(size, &mut read);
        let root = range_root(0, size);
        prop_assert_eq!(tiles.root().expect("a root"), root);
        let proof = tiles.inclusion(index).expect("a proof");
        prop_assert!(verify_inclusion(&leaf_hash(&leaf(index)), index, size, &proof, &root));
        let proof = tiles.consistency(old).expect("a proof");
        prop_assert!(verify_consistency(old, &range_root(0, old), size, &root, &proof));
        prop_assert!(tiles.inclusion(size).is_err() && tiles.consistency(size + 1).is_err() && tiles.consistency(0).is_err());
    }
}

#[test]
fn a_tile_of_another_length_gives_no_proof() {
    for short in [vec![], vec![0; 31], vec![0; 32 * 256 + 1]] {
        let mut read = |_: Tile| Ok(short.clone());
        assert!(Tiles::new(300, &mut read).root().is_err());
    }
}
