//! What a store keeps besides entries and facts: shells, tiles, holds.

use super::{commit, entry, nothing, same, store_error};
use crate::facts::{Held, Hold, Needs};
use crate::id::PartyId;
use crate::journal::kept::{Kept, Shell};
use crate::journal::store::{Cold, Store};
use crate::journal::tree::{Frontier, Hash};
use crate::subject::SubjectKey;

pub(super) fn shells_take_places(store: &mut dyn Store) -> Result<(), String> {
    let needs = Needs::default();
    let (_, at, _) = commit(store, &needs, 9, &nothing)?;
    let shells: Vec<Shell> = [2, 3, 8]
        .map(|leaf| Shell::from(&entry(leaf, leaf % 2 == 0, at)))
        .into();
    commit(store, &needs, 1, &|writes| writes.erased = shells.clone())?;
    let wanted = Needs {
        entries: vec![1, 2, 4, 8, 9, 700],
        ..Needs::default()
    };
    let (_, _, facts) = commit(store, &wanted, 0, &nothing)?;
    same("what is whole", &facts.whole, &[1, 4, 9].into())?;
    let kept = store.kept(0, 10).map_err(store_error)?;
    let leaves: Vec<u64> = kept.iter().map(Kept::leaf).collect();
    same("leaves", &leaves, &(0..10).collect())?;
    let left: Vec<Shell> = kept
        .iter()
        .filter_map(|kept| match kept {
            Kept::Shell(shell) => Some(shell.clone()),
            Kept::Entry(_) => None,
        })
        .collect();
    same("shells", &left, &shells)?;
    let mut frontier = Frontier::default();
    kept.iter().for_each(|kept| frontier.push(kept.hash()));
    same("tree", &store.head().map_err(store_error)?.frontier, &frontier)
}

pub(super) fn tiles_come_back(store: &mut dyn Store) -> Result<(), String> {
    let needs = Needs::default();
    let mut leaves: Vec<Hash> = Vec::new();
    // Batches that end within a tile, at its end, and beyond it.
    for count in [100, 156, 300, 1, 211, 40] {
        let (_, at, _) = commit(store, &needs, count, &nothing)?;
        let size = leaves.len() as u64;
        leaves.extend((size..size + count).map(|leaf| entry(leaf, leaf % 2 == 0, at).hash()));
    }
    let want: Vec<Vec<Hash>> = leaves.chunks_exact(256).map(<[Hash]>::to_vec).collect();
    same("tiles", &store.tiles(0, 0, 10).map_err(store_error)?, &want)?;
    let second: Vec<Vec<Hash>> = want.iter().skip(1).take(1).cloned().collect();
    same("a window", &store.tiles(0, 1, 1).map_err(store_error)?, &second)?;
    same("above", &store.tiles(1, 0, 10).map_err(store_error)?, &Vec::new())
}

pub(super) fn holds_come_back(store: &mut dyn Store) -> Result<(), String> {
    let wanted = Needs {
        holds: true,
        ..Needs::default()
    };
    let held = [
        ("case-1", Held::Everything),
        ("case-2", Held::Subject(SubjectKey::from_bytes([2; 16]))),
        ("case-3", Held::Party(PartyId::from_bytes([3; 16]))),
    ];
    let rows = held.map(|(name, held)| (name.to_owned(), held));
    commit(store, &wanted, 1, &|writes| {
        writes.cold = rows
            .iter()
            .map(|(name, held)| Cold::Hold {
                name: name.clone(),
                held: *held,
                why: "a lawsuit".to_owned(),
            })
            .collect();
    })?;
    let (_, _, facts) = commit(store, &Needs::default(), 0, &nothing)?;
    same("unwanted", &facts.holds, &Vec::new())?;
    let name = "case-2".to_owned();
    let (_, _, facts) = commit(store, &wanted, 1, &|writes| {
        writes.cold = vec![Cold::HoldLifted { name: name.clone() }];
    })?;
    same(
        "all",
        &facts.holds,
        &rows.clone().map(|(name, held)| Hold { name, held }).into(),
    )?;
    let (_, _, facts) = commit(store, &wanted, 0, &nothing)?;
    let [first, _, third] = rows.map(|(name, held)| Hold { name, held });
    same("what stands", &facts.holds, &vec![first, third])
}
