//! How a journal is opened: nothing that the store says is believed before it leads to the head.
//!
//! The tree is always verified whole, from its tiles. Entries are held against it from where the caller wants it: all of
//! them, or at a start the latest ones and every one that an ask without an end may be among. The older ones are read by
//! the independent checker while the gateway serves; no decision rests on them.

use std::collections::BTreeMap;

use super::{Canaries, Journal};
use crate::journal::Leaf;
use crate::journal::edge::{Edge, TILE_HEIGHT, full_tiles};
use crate::journal::entry::{Entry, Kind, hex};
use crate::journal::kept::Kept;
use crate::journal::keys::Keys;
use crate::journal::store::{Head, Store, StoreError};
use crate::journal::tile::WIDTH;
use crate::journal::tree::{Frontier, Hash};
use crate::journal::tree_check::root_of;
use crate::policy::Policy;
use crate::time::Timestamp;

/// How many entries are verified at a time; whole tiles.
const ENTRIES_AT_A_TIME: u64 = 2_048;
/// How many tiles are verified at a time.
const TILES_AT_A_TIME: usize = 64;

/// How many entries are held against the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Depth {
    /// Every one.
    Whole,
    /// At least so many of the latest, and every one since the lowest ask without an end: for a start.
    Latest(u64),
}

/// What start-up found.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    /// How many entries there are.
    pub entries: u64,
    /// How many of them were held against the tree, the latest ones.
    pub verified: u64,
    /// The asks without an end: of a crash, or of a process that is serving them now.
    pub open_asks: Vec<Entry>,
}

impl Journal {
    /// Verifies the whole tree against the head, and entries against the tree. `progress` is called with how many leaves
    /// were looked at so far.
    ///
    /// # Errors
    /// `Corrupt` if a tile, an entry, its place, or the root is not what the head says.
    pub fn open(
        mut store: Box<dyn Store>,
        keys: Keys,
        policy: Policy,
        depth: Depth,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(Self, Opened), StoreError> {
        let head = store.head()?;
        let tiled = verify_tiles(&mut *store, &head, progress)?;
        let size = head.frontier.size();
        let from = match depth {
            Depth::Whole => 0,
            Depth::Latest(least) => head.closed_below.min(size.saturating_sub(least)),
        };
        // What is not tiled is verified in any case: the tree needs it.
        let first = from.min(tiled.size()) / WIDTH * WIDTH;
        let mut seen = Seen {
            next: first,
            tiled: tiled.size(),
            frontier: tiled,
            latest: head.at,
            open_asks: BTreeMap::new(),
        };
        // Up to the head and no further: another process may be appending meanwhile.
        while seen.next < size {
            let limit = ENTRIES_AT_A_TIME.min(size - seen.next);
            if !seen.verify_entries(&mut *store, &keys, limit)? {
                break;
            }
            progress(seen.next);
        }
        seen.is_as(&head)?;
        nothing_beyond(&mut *store, size)?;
        let opened = Opened {
            entries: size,
            verified: size - first,
            open_asks: seen.open_asks.into_values().collect(),
        };
        let journal = Self {
            store,
            keys,
            policy_hash: hex(&policy.hash()),
            policy,
            canaries: Canaries::default(),
            open: None,
        };
        Ok((journal, opened))
    }
}

/// The tree over all full tiles, each of which must be what the tiles above it say.
fn verify_tiles(store: &mut dyn Store, head: &Head, progress: &mut dyn FnMut(u64)) -> Result<Frontier, StoreError> {
    let count = full_tiles(0, head.frontier.size());
    let (mut frontier, mut edge, mut next) = (Frontier::default(), Edge::default(), 0);
    while next < count {
        let left = usize::try_from(count - next).unwrap_or(TILES_AT_A_TIME);
        let tiles = store.tiles(0, next, left.min(TILES_AT_A_TIME))?;
        if tiles.is_empty() {
            break;
        }
        for hashes in &tiles {
            let root = root_of(full(hashes)?);
            frontier.push_perfect(root, TILE_HEIGHT);
            for above in edge.push_tile(root) {
                if store.tiles(above.level, above.index, 1)?.pop().as_ref() != Some(&above.hashes) {
                    let (level, index) = (above.level, above.index);
                    return Err(StoreError::Corrupt(format!(
                        "expected a tile {index} of level {level} that says what the tiles below it say, found another or none"
                    )));
                }
            }
        }
        next += tiles.len() as u64;
        progress(frontier.size());
    }
    Ok(frontier)
}

fn full(hashes: &[Hash]) -> Result<&[Hash], StoreError> {
    if hashes.len() as u64 == WIDTH {
        return Ok(hashes);
    }
    let found = hashes.len();
    Err(StoreError::Corrupt(format!(
        "expected a tile of {WIDTH} hashes, found {found}"
    )))
}

/// How far the entries were verified.
struct Seen {
    next: Leaf,
    /// So many leaves stand in full tiles.
    tiled: u64,
    frontier: Frontier,
    latest: Timestamp,
    open_asks: BTreeMap<Leaf, Entry>,
}

impl Seen {
    /// Verifies at most `limit` entries more, from where a tile begins; whether there were any.
    fn verify_entries(&mut self, store: &mut dyn Store, keys: &Keys, limit: u64) -> Result<bool, StoreError> {
        let kept = store.kept(self.next, usize::try_from(limit).unwrap_or(usize::MAX))?;
        let tile = self.next / WIDTH;
        let left = (self.tiled / WIDTH).saturating_sub(tile);
        let wanted = usize::try_from(left.min(limit.div_ceil(WIDTH))).unwrap_or(0);
        let tiles = if wanted == 0 {
            Vec::new()
        } else {
            store.tiles(0, tile, wanted)?
        };
        let mut tiled = tiles.into_iter().flatten();
        let any = !kept.is_empty();
        for kept in kept {
            let hash = if self.next < self.tiled { tiled.next() } else { None };
            self.follow(kept, hash, keys)?;
        }
        Ok(any)
    }

    /// One step: the entry must be the next one; an *asked* opens, its end closes.
    fn follow(&mut self, kept: Kept, tiled: Option<Hash>, keys: &Keys) -> Result<(), StoreError> {
        if kept.leaf() != self.next {
            let (want, found) = (self.next, kept.leaf());
            return Err(StoreError::Corrupt(format!("expected entry {want}, found {found}")));
        }
        let hash = kept.hash();
        match tiled {
            Some(want) if want == hash => {}
            None if self.next >= self.tiled => self.frontier.push(hash),
            Some(_) | None => {
                let found = self.next;
                return Err(StoreError::Corrupt(format!(
                    "expected the entry {found} that its tile has the hash of, found another"
                )));
            }
        }
        self.next += 1;
        // What was erased had come to its end before.
        let Some(entry) = kept.into_entry() else {
            return Ok(());
        };
        if !entry.agrees(keys) {
            let found = entry.leaf;
            return Err(StoreError::Corrupt(format!(
                "expected columns that say what entry {found} says, found others"
            )));
        }
        self.latest = entry.at;
        if let Some(asked) = entry.closes {
            self.open_asks.remove(&asked);
        }
        if entry.kind == Kind::Asked {
            self.open_asks.insert(entry.leaf, entry);
        }
        Ok(())
    }

    fn is_as(&self, head: &Head) -> Result<(), StoreError> {
        if self.frontier != head.frontier {
            let (want, found) = (head.frontier.size(), self.next);
            return Err(StoreError::Corrupt(format!(
                "the head wants {want} entries under its root, found {found} or another root"
            )));
        }
        if self.latest != head.at {
            let (want, latest) = (head.at, self.latest);
            return Err(StoreError::Corrupt(format!(
                "the head wants a latest entry of {want}, found one of {latest}"
            )));
        }
        Ok(())
    }
}

/// Entries and head are committed together, so what stands beyond the head is another process's, and a later look at the
/// head covers it; or somebody wound the head back.
fn nothing_beyond(store: &mut dyn Store, size: u64) -> Result<(), StoreError> {
    let beyond = !store.kept(size, 1)?.is_empty();
    if beyond && store.head()?.frontier.size() <= size {
        return Err(StoreError::Corrupt(format!(
            "expected {size} entries under the head, found more"
        )));
    }
    Ok(())
}
