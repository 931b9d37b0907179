//! Proofs about the journal's tree, and its tiles and bundles of entries as strangers fetch them, read from the store.
//!
//! A proof takes a few tiles: the full ones as they are stored, and the partial ones at the right edge, whose upper levels
//! are kept in memory since the full tiles below them would all have to be read for them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use domain::journal::Leaf;
use domain::journal::bundle::{self, PublicLeaf};
use domain::journal::edge::{Edge, full_tiles};
use domain::journal::kept::Kept;
use domain::journal::store::StoreError;
use domain::journal::tile::{Row, Tile, WIDTH};
use domain::journal::tile_proof::Tiles;
use domain::journal::tree::Hash;
use rusqlite::Connection;

use crate::store::journal::shells::read_kept;
use crate::store::journal::sqlite::latest_note;
use crate::store::journal::tiles::{grow_edge, read_tiles};
use crate::store::sqlite::{failed, open_reader};

/// Reads proofs from a store, on a connection of its own.
pub struct Proofs {
    state: Mutex<State>,
}

struct State {
    connection: Connection,
    edge: Edge,
}

impl Proofs {
    /// Opens the store at `path` for reading.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            state: Mutex::new(State {
                connection: open_reader(path)?,
                edge: Edge::default(),
            }),
        })
    }

    /// Runs `body` over one state of the journal: what it reads belongs together, whatever is appended meanwhile. Blocks
    /// for some milliseconds; the first time on a large journal, some tens.
    ///
    /// # Errors
    /// The store's, or what `body` says.
    pub fn at_head<T>(&self, body: impl FnOnce(&mut Walk<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { connection, edge } = &mut *state;
        let snapshot = connection.unchecked_transaction().map_err(failed)?;
        let (size, note) = latest_note(&snapshot)?;
        body(&mut Walk {
            connection: &snapshot,
            size,
            edge,
            note,
            tiles: HashMap::new(),
        })
    }
}

impl std::fmt::Debug for Proofs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proofs")
    }
}

/// One state of the journal; proofs from it share what they read.
pub struct Walk<'a> {
    connection: &'a Connection,
    size: u64,
    /// Of the state that somebody looked at before, until it is needed.
    edge: &'a mut Edge,
    note: String,
    tiles: HashMap<(u8, u64), Vec<Hash>>,
}

impl Walk<'_> {
    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The signed note over all of them; an empty text while there are none.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The store at this state, for what else belongs to it.
    #[must_use]
    pub const fn store(&self) -> &Connection {
        self.connection
    }

    /// The root of the first `size` leaves.
    ///
    /// # Errors
    /// The store's, or that there are fewer.
    pub fn root(&mut self, size: u64) -> Result<Hash, StoreError> {
        self.prove(size, |tiles| tiles.root())
    }

    /// The inclusion proof of `leaf` under the first `size` leaves, from the leaf upward (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// The store's, or that the leaf lies beyond.
    pub fn inclusion(&mut self, leaf: Leaf, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.prove(size, |tiles| tiles.inclusion(leaf))
    }

    /// The consistency proof between the first `old` leaves and the first `size` (RFC 6962 §2.1.2).
    ///
    /// # Errors
    /// The store's, or that `old` is not between one and `size`.
    pub fn consistency(&mut self, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.prove(size, |tiles| tiles.consistency(old))
    }

    fn prove<T>(&mut self, size: u64, make: impl FnOnce(&mut Tiles<'_>) -> Result<T, String>) -> Result<T, StoreError> {
        if size > self.size() {
            let there = self.size();
            return Err(StoreError::Failed(format!(
                "expected a size up to {there}, found {size}"
            )));
        }
        let mut fetch = |tile: Tile| {
            let bytes = self.bytes(tile).map_err(|error| error.to_string())?;
            bytes.ok_or_else(|| format!("expected a tile `{tile}`, found none"))
        };
        make(&mut Tiles::new(size, &mut fetch)).map_err(StoreError::Failed)
    }

    /// The bytes of a tile, or of a bundle of public leaves (C2SP tlog-tiles); `None` where the tree has none so wide.
    ///
    /// # Errors
    /// The store's.
    pub fn bytes(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
        if tile.needs() > self.size() {
            return Ok(None);
        }
        let width = usize::from(tile.width());
        match tile.row() {
            Row::Entries => {
                let kept = read_kept(self.connection, tile.index() * WIDTH, width)?;
                let leaves: Vec<PublicLeaf> = kept.iter().map(Kept::public_leaf).collect();
                if leaves.len() != width {
                    let found = leaves.len();
                    return Err(StoreError::Corrupt(format!(
                        "expected {width} entries of `{tile}`, found {found}"
                    )));
                }
                Ok(Some(bundle::write(&leaves)))
            }
            Row::Hashes(level) => {
                let hashes = self.hashes(level, tile.index())?.get(..width);
                Ok(hashes.map(<[Hash]>::concat))
            }
        }
    }

    /// The hashes of a tile, as many as there are.
    fn hashes(&mut self, level: u8, index: u64) -> Result<&[Hash], StoreError> {
        if index >= full_tiles(level, self.size) {
            if self.edge.size() != self.size {
                // One that cannot be grown is read anew the next time.
                *self.edge = grow_edge(self.connection, std::mem::take(self.edge), self.size)?;
            }
            return Ok(self.edge.partial(level));
        }
        let missing = || StoreError::Corrupt(format!("expected a tile {index} of level {level}, found none"));
        if !self.tiles.contains_key(&(level, index)) {
            let tile = read_tiles(self.connection, level, index, 1)?.pop();
            self.tiles.insert((level, index), tile.ok_or_else(missing)?);
        }
        self.tiles.get(&(level, index)).map(Vec::as_slice).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests;
