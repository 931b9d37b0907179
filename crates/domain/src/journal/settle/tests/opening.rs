//! Start-up distrusts the store: whatever was altered, cut, added or reordered is refused.

use super::history::busy;
use super::world::*;
use crate::facts::Needs;
use crate::journal::entry::{Entry, Kind};
use crate::journal::kept::Kept;
use crate::journal::memory::{Content, MemoryStore};
use crate::journal::store::{Body, Head, Store, StoreError};
use crate::journal::tree::{Frontier, Hash};
use crate::time::{Span, Timestamp};

fn refused(what: &str, alter: impl FnOnce(&mut Content)) {
    let world = busy();
    assert!(open(&world.store).is_ok());
    alter(&mut world.store.content());
    match open(&world.store) {
        Err(StoreError::Corrupt(_)) => {}
        other => panic!("{what}: expected a corrupt store, found {other:?}"),
    }
}

#[test]
fn any_altered_column_of_any_entry_is_found() {
    let count = busy().store.content().entries.len();
    type Alter = fn(&mut Entry);
    let alterations: [(&str, Alter); 10] = [
        ("tag", |entry| entry.tag[0] ^= 1),
        ("salt of the party's part", |entry| entry.party.salt[3] ^= 1),
        ("party's part", |entry| {
            entry.party.text = entry.party.text.replacen("\"v\":1", "\"v\":2", 1)
        }),
        ("salt of the subject's part", |entry| entry.subject_part.salt[3] ^= 1),
        ("subject's part", |entry| entry.subject_part.text.push(' ')),
        ("leaf", |entry| entry.leaf += 1),
        ("time", |entry| entry.at = entry.at.after(Span::milliseconds(1))),
        ("kind", |entry| {
            let other = Kind::Failed;
            entry.kind = if entry.kind == other { Kind::Answered } else { other };
        }),
        ("subject", |entry| {
            entry.subject = entry.subject.is_none().then(|| person(1).key).or(Some(person(9).key));
        }),
        ("what it closes", |entry| {
            entry.closes = Some(entry.closes.map_or(0, |leaf| leaf + 1))
        }),
    ];
    for (what, alter) in alterations {
        for index in [0, count / 2, count - 1] {
            refused(&format!("{what} of entry {index}"), |content| {
                alter(&mut content.entries[index])
            });
        }
    }
}

#[test]
fn a_cut_or_reordered_journal_is_refused() {
    refused("last entry cut", |content| {
        content.entries.pop();
    });
    refused("first entry cut", |content| {
        content.entries.remove(0);
    });
    refused("an entry cut in the middle, the rest renumbered", |content| {
        content.entries.remove(5);
        (0_u64..)
            .zip(&mut content.entries)
            .for_each(|(leaf, entry)| entry.leaf = leaf);
    });
    refused("two entries exchanged", |content| content.entries.swap(3, 4));
    refused("two entries exchanged and renumbered", |content| {
        content.entries.swap(3, 4);
        (content.entries[3].leaf, content.entries[4].leaf) = (3, 4);
    });
    refused("an entry beyond the head", |content| {
        let mut again = content.entries.last().cloned().expect("one");
        again.leaf += 1;
        content.entries.push(again);
    });
    refused("everything gone but the head", |content| content.entries.clear());
}

#[test]
fn a_head_that_is_not_the_entries_head_is_refused() {
    refused("empty head", |content| content.head.frontier = Frontier::default());
    refused("older time", |content| content.head.at = Timestamp::from_unix_ms(1));
    refused("other root", |content| {
        let mut roots = content.head.frontier.roots().to_vec();
        roots[0][0] ^= 1;
        content.head.frontier = Frontier::new(content.head.frontier.size(), roots).expect("as many roots");
    });
}

#[test]
fn progress_counts_what_was_verified() {
    let world = busy();
    let mut counts = Vec::new();
    let opened = open_any(Box::new(world.store.clone()), &mut |count| counts.push(count));
    let (_, opened) = opened.expect("verifies");
    assert_eq!(counts.last(), Some(&opened.entries));
}

/// Another process appends between the look at the head and the look at the entries.
struct Appending(MemoryStore, Vec<Entry>, Head);

impl Store for Appending {
    fn transact(&mut self, name: &'static str, needs: &Needs, body: &mut Body<'_>) -> Result<(), StoreError> {
        self.0.transact(name, needs, body)
    }
    fn head(&mut self) -> Result<Head, StoreError> {
        let head = self.0.head();
        self.0.content().head = self.2.clone();
        self.0.content().entries = self.1.clone();
        head
    }
    fn tiles(&mut self, level: u8, from: u64, limit: usize) -> Result<Vec<Vec<Hash>>, StoreError> {
        self.0.tiles(level, from, limit)
    }
    fn kept(&mut self, from: u64, limit: usize) -> Result<Vec<Kept>, StoreError> {
        self.0.kept(from, limit)
    }
}

#[test]
fn what_another_process_appends_meanwhile_is_left_to_it() {
    let mut world = busy();
    let (store, before) = (MemoryStore::new(START), world.store.content().entries.clone());
    let head = world.store.content().head.clone();
    store.content().entries = before.clone();
    store.content().head = head;
    world.agreed(ROADSIDE, person(4), |_| ());
    let entries = world.store.content().entries.clone();
    let head = world.store.content().head.clone();
    assert!(entries.len() > before.len());
    let opened = open_any(Box::new(Appending(store, entries, head)), &mut |_| ());
    assert_eq!(opened.expect("verifies").1.entries, before.len() as u64);
}

#[test]
fn looking_closes_nothing() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let (_, opened) = open(&world.store).expect("verifies");
    let open_leaves: Vec<_> = opened.open_asks.iter().map(|entry| entry.leaf).collect();
    assert_eq!(open_leaves, [recorded.leaf()]);
    let answer = world.answer(recorded);
    drop(released(world.one(crate::journal::settle::Item::Release(answer))));
}

/// More than two tiles of refused asks.
fn tiled() -> World {
    let mut world = busy();
    for _ in 0..550 {
        let ask = world.ask(ROADSIDE, person(12), WHERE);
        assert_eq!(word(&world.one(ask)), "no-permission");
    }
    world
}

#[test]
fn an_altered_tile_is_found_and_a_lost_one_is_done_without() {
    let world = tiled();
    let size = world.store.content().head.frontier.size();
    assert_eq!(world.store.content().tiles.len(), 2);
    world.store.content().tiles.get_mut(&(0, 1)).expect("a tile")[77][3] ^= 1;
    for opened in [open(&world.store), open_latest(&world.store, 10)] {
        assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{opened:?}");
    }
    world.store.content().tiles.remove(&(0, 1));
    // The entries say all that a tile says.
    assert_eq!(open_latest(&world.store, 10).expect("opens").1.verified, size - 256);
    world.store.content().tiles.insert((0, 1), vec![[0; 32]; 255]);
    assert!(matches!(open_latest(&world.store, 10), Err(StoreError::Corrupt(_))));
}

#[test]
fn an_entry_that_its_tile_does_not_know_is_found_where_entries_are_read() {
    let world = tiled();
    for (leaf, found_at_start) in [(20, false), (300, true), (500, true)] {
        let kept = world.store.content().entries[leaf].clone();
        world.store.content().entries[leaf].party.salt[0] ^= 1;
        assert!(matches!(open(&world.store), Err(StoreError::Corrupt(_))), "{leaf}");
        let start = open_latest(&world.store, 300);
        assert_eq!(matches!(start, Err(StoreError::Corrupt(_))), found_at_start, "{leaf}");
        world.store.content().entries[leaf] = kept;
    }
    // What the whole look says is what the short one says.
    let (whole, start) = (open(&world.store).expect("opens").1, open_latest(&world.store, 1));
    assert_eq!(start.expect("opens").1.entries, whole.entries);
}

#[test]
fn a_start_finds_the_asks_of_a_crash_however_old_they_are() {
    let mut world = World::new();
    assert_eq!(restart(&mut world).1, 0);
    world.agreed(ROADSIDE, person(1), |_| ());
    let lost = world.recorded(ROADSIDE, person(1), WHERE).leaf();
    for _ in 0..600 {
        let ask = world.ask(ROADSIDE, person(12), WHERE);
        drop(world.one(ask));
    }
    assert_eq!(world.store.content().head.closed_below, lost);
    let (mut journal, opened) = open_latest(&world.store, 10).expect("opens");
    let left: Vec<u64> = opened.open_asks.iter().map(|asked| asked.leaf).collect();
    assert_eq!(left, [lost]);
    journal
        .abandon(opened.open_asks, &mut Count(9))
        .expect("the store works");
    let size = world.store.content().head.frontier.size();
    assert_eq!(world.store.content().head.closed_below, size);
    // A process that does not serve leaves the mark alone: it does not know what is under way.
    let (mut beside, _) = open(&world.store).expect("opens");
    let suspend = vec![World::suspend(ROADSIDE, true)];
    beside
        .settle("beside", suspend, &mut Count(10))
        .expect("the store works");
    assert_eq!(world.store.content().head.closed_below, size);
}
