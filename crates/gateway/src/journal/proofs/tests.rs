use std::sync::Arc;

use domain::facts::Needs;
use domain::journal::entry::{Entry, Kind, Part};
use domain::journal::proof::{verify_consistency, verify_inclusion};
use domain::journal::store::{Head, Store as _, Writes};
use domain::journal::tree::{Frontier, leaf_hash};
use domain::secret::Secret;
use domain::time::Timestamp;

use super::*;
use crate::clock::SystemClock;
use crate::seal::Sealer;
use crate::store::journal::sqlite::SqliteJournal;

fn entry(leaf: Leaf) -> Entry {
    let part = |text: &str| Part {
        salt: [7; 16],
        text: format!("{{\"{text}\":{leaf}}}"),
    };
    Entry {
        leaf,
        kind: Kind::Refused,
        at: Timestamp::from_unix_ms(1),
        subject: None,
        previous: None,
        closes: None,
        tag: leaf_hash(&leaf.to_be_bytes()),
        party: part("party"),
        subject_part: part("subject"),
    }
}

/// Appends entries up to `size`, in one transaction.
fn grow(store: &mut SqliteJournal, size: u64) {
    store
        .transact("grow", &Needs::default(), &mut |head, now, _| {
            let entries: Vec<Entry> = (head.frontier.size()..size).map(entry).collect();
            let leaves: Vec<Hash> = entries.iter().map(Entry::hash).collect();
            let mut frontier = head.frontier.clone();
            leaves.iter().for_each(|leaf| frontier.push(*leaf));
            Writes {
                checkpoint: Some(format!("of {size}").into()),
                entries: Arc::new(entries),
                people: Vec::new(),
                changes: Vec::new(),
                spent: Vec::new(),
                cold: Vec::new(),
                erased: Vec::new(),
                leaves,
                head: Head {
                    frontier,
                    at: now,
                    closed_below: 0,
                },
            }
        })
        .expect("written");
}

fn open(path: &Path) -> SqliteJournal {
    let sealer = Arc::new(Sealer::new(Secret::new([5; 32])));
    SqliteJournal::open(path, Arc::new(SystemClock), sealer).expect("opens")
}

fn root(size: u64) -> Hash {
    let mut frontier = Frontier::default();
    (0..size).for_each(|leaf| frontier.push(entry(leaf).hash()));
    frontier.root()
}

/// Sizes around full tiles, reached step by step as a journal grows.
const SIZES: [u64; 13] = [1, 2, 3, 100, 255, 256, 257, 511, 512, 513, 768, 1000, 1300];

#[test]
fn every_proof_leads_to_the_root_that_the_journal_signs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    let mut store = open(&path);
    let proofs = Proofs::open(&path).expect("opens");
    for size in SIZES {
        grow(&mut store, size);
        let checked = proofs.at_head(|walk| {
            assert_eq!((walk.size(), walk.note()), (size, &*format!("of {size}")));
            let top = walk.root(size)?;
            assert_eq!(top, root(size), "{size}");
            for leaf in [0, 1, 42, 255, 256, 300, 511, 512, 767, 999, 1299] {
                if leaf >= size {
                    assert!(walk.inclusion(leaf, size).is_err());
                    continue;
                }
                let proof = walk.inclusion(leaf, size)?;
                assert!(
                    verify_inclusion(&entry(leaf).hash(), leaf, size, &proof, &top),
                    "{leaf} of {size}"
                );
            }
            for old in SIZES.into_iter().filter(|old| *old <= size) {
                let proof = walk.consistency(old, size)?;
                assert!(
                    verify_consistency(old, &root(old), size, &top, &proof),
                    "{old} of {size}"
                );
                assert_eq!(walk.root(old)?, root(old));
            }
            assert!(walk.consistency(0, size).is_err() && walk.consistency(size + 1, size).is_err());
            assert!(walk.root(size + 1).is_err());
            Ok(())
        });
        checked.expect("a whole store");
    }
}

#[test]
fn tiles_and_bundles_are_those_of_the_specification() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    grow(&mut open(&path), 600);
    let proofs = Proofs::open(&path).expect("opens");
    let checked = proofs.at_head(|walk| {
        let hashes = |from: Leaf, to: Leaf| -> Vec<u8> { (from..to).flat_map(|leaf| entry(leaf).hash()).collect() };
        let row = |level, index, width| Tile::new(Row::Hashes(level), index, width).expect("a tile");
        assert_eq!(walk.bytes(row(0, 1, 256))?, Some(hashes(256, 512)));
        assert_eq!(walk.bytes(row(0, 2, 88))?, Some(hashes(512, 600)));
        assert_eq!(walk.bytes(row(0, 2, 3))?, Some(hashes(512, 515)));
        let roots: Vec<u8> = [0, 256]
            .iter()
            .flat_map(|from| {
                let mut frontier = Frontier::default();
                (*from..from + 256).for_each(|leaf| frontier.push(entry(leaf).hash()));
                frontier.root()
            })
            .collect();
        assert_eq!(walk.bytes(row(1, 0, 2))?, Some(roots));
        for (level, index, width) in [(0, 2, 89), (0, 3, 1), (1, 0, 3), (1, 1, 1), (2, 0, 1)] {
            assert_eq!(walk.bytes(row(level, index, width))?, None, "{level} {index} {width}");
        }
        let entries = |width| Tile::new(Row::Entries, 2, width).expect("a tile");
        let bundle = walk.bytes(entries(88))?.expect("there");
        assert_eq!(bundle.len(), 88 * 98);
        for (leaf, found) in (512..).zip(bundle.chunks(98)) {
            assert_eq!(
                (&found[..2], &found[2..]),
                (&[0, 96][..], &entry(leaf).public_leaf()[..])
            );
        }
        assert_eq!(walk.bytes(entries(89))?, None);
        Ok(())
    });
    checked.expect("a whole store");
}

#[test]
fn a_store_from_before_there_were_tiles_gets_them_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    grow(&mut open(&path), 70_000);
    let wanted = Tile::new(Row::Hashes(1), 1, 17).expect("a tile");
    let tile = |path: &Path| {
        let proofs = Proofs::open(path).expect("opens");
        proofs.at_head(|walk| walk.bytes(wanted)).expect("read")
    };
    let before = tile(&path);
    assert!(before.is_some());
    crate::store::sqlite::open_writer(&path)
        .expect("opens")
        .execute("DELETE FROM tile WHERE id % 65536 > 99", [])
        .expect("deleted");
    let mut store = open(&path);
    assert_eq!(tile(&path), before);
    assert_eq!(store.tiles(0, 0, 1_000).expect("read").len(), 273);
    grow(&mut store, 70_300);
}

#[test]
fn a_process_goes_on_where_another_left_the_edge() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    let (mut one, mut other) = (open(&path), open(&path));
    for step in 1..12 {
        grow(if step % 2 == 0 { &mut one } else { &mut other }, step * 77);
    }
    let proofs = Proofs::open(&path).expect("opens");
    let found = proofs.at_head(|walk| walk.root(847)).expect("read");
    assert_eq!(found, root(847));
}

#[test]
fn a_reader_that_stays_proves_what_a_new_one_does_and_reads_no_edge_for_a_checkpoint() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    let mut store = open(&path);
    grow(&mut store, 5);
    let stays = Proofs::open(&path).expect("opens");
    assert_eq!(
        stays.at_head(|walk| Ok(walk.note().to_owned())).ok(),
        Some("of 5".to_owned())
    );
    assert_eq!(stays.state.lock().expect("free").edge.size(), 0);
    for size in [255, 256, 257, 600, 601, 4_000] {
        grow(&mut store, size);
        let prove = |proofs: &Proofs| {
            proofs
                .at_head(|walk| Ok((walk.root(size)?, walk.inclusion(size - 1, size)?)))
                .expect("proven")
        };
        let proven = prove(&stays);
        assert_eq!(proven, prove(&Proofs::open(&path).expect("opens")), "{size}");
        assert_eq!(proven.0, root(size), "{size}");
        assert_eq!(stays.state.lock().expect("free").edge.size(), size);
    }
}
