//! Checks a published tree from its tiles: every bundle against its hashes, every row against the one below, and what stands
//! over all of it. It asks for one tile after the other and keeps no more than one of each row.

use std::fmt;

use super::bundle::{self, BundleError};
use super::tile::{Row, Tile, WIDTH};
use super::tree::{Frontier, Hash, leaf_hash, node_hash, split};

/// What is wrong with a published tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A bundle that holds something else than its leaves.
    Bundle(Tile, BundleError),
    /// A tile that holds other hashes than those of what it stands over.
    Hashes(Tile),
    /// Something was given though nothing more was wanted.
    Unwanted,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundle(tile, error) => write!(f, "`{tile}`: {error}"),
            Self::Hashes(tile) => write!(f, "`{tile}`: expected the hashes of what it stands over, found others"),
            Self::Unwanted => f.write_str("expected nothing more, found another tile"),
        }
    }
}

impl std::error::Error for Fault {}

/// One walk over all tiles of a tree.
#[derive(Debug)]
pub struct TreeCheck {
    size: u64,
    grown: Frontier,
    /// The hashes of the tile of each row that is not yet checked, worked out from below.
    rows: Vec<Vec<Hash>>,
    wanted: Option<Tile>,
    kept: Option<(u64, Hash)>,
}

impl TreeCheck {
    /// A walk over the tree of `size` leaves.
    #[must_use]
    pub fn new(size: u64) -> Self {
        Self {
            size,
            grown: Frontier::default(),
            rows: Vec::new(),
            wanted: Tile::within(Row::Entries, 0, size),
            kept: None,
        }
    }

    /// Also notes the root of the first `size` leaves on the way, for [`TreeCheck::kept`].
    #[must_use]
    pub fn keeping(mut self, size: u64) -> Self {
        self.kept = (size == 0).then(|| (0, self.grown.root()));
        Self {
            kept: self.kept.or(Some((size, [0; 32]))),
            ..self
        }
    }

    /// The tile that comes next; `None` once all were checked.
    #[must_use]
    pub const fn wanted(&self) -> Option<Tile> {
        self.wanted
    }

    /// How many leaves were read.
    #[must_use]
    pub const fn read(&self) -> u64 {
        self.grown.size()
    }

    /// The root over all leaves that were read.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.grown.root()
    }

    /// The root at the size that was to be noted; `None` if so many leaves were not read.
    #[must_use]
    pub fn kept(&self) -> Option<Hash> {
        self.kept.filter(|(size, _)| *size <= self.read()).map(|(_, root)| root)
    }

    /// Checks the bytes of the tile that was wanted.
    ///
    /// # Errors
    /// When they are others; the walk is then over.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let tile = self.wanted.take().ok_or(Fault::Unwanted)?;
        self.wanted = match tile.row() {
            Row::Entries => {
                self.take_bundle(tile, bytes)?;
                Tile::new(Row::Hashes(0), tile.index(), tile.width())
            }
            Row::Hashes(level) => {
                self.take_hashes(level, tile, bytes)?;
                self.after(level, tile)
            }
        };
        Ok(())
    }

    fn take_bundle(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), Fault> {
        let leaves = bundle::read(bytes, tile.width().into()).map_err(|error| Fault::Bundle(tile, error))?;
        for leaf in &leaves {
            let hash = leaf_hash(leaf);
            self.grown.push(hash);
            self.put(0, hash);
            let size = self.grown.size();
            if let Some((_, root)) = self.kept.as_mut().filter(|(kept, _)| *kept == size) {
                *root = self.grown.root();
            }
        }
        Ok(())
    }

    fn put(&mut self, level: usize, hash: Hash) {
        if self.rows.len() <= level {
            self.rows.resize(level + 1, Vec::new());
        }
        if let Some(row) = self.rows.get_mut(level) {
            row.push(hash);
        }
    }

    fn take_hashes(&mut self, level: u8, tile: Tile, bytes: &[u8]) -> Result<(), Fault> {
        let row = self
            .rows
            .get_mut(usize::from(level))
            .map(std::mem::take)
            .unwrap_or_default();
        if row.as_flattened() != bytes {
            return Err(Fault::Hashes(tile));
        }
        if tile.is_full() {
            self.put(usize::from(level) + 1, root_of(&row));
        }
        Ok(())
    }

    /// What comes after a checked tile of hashes: the tile above that it filled; or the next bundle; or, once all leaves
    /// were read, the rows above that are not full.
    fn after(&self, level: u8, tile: Tile) -> Option<Tile> {
        let above = self.rows.get(usize::from(level) + 1).map_or(0, |row| row.len() as u64);
        let filled = tile.is_full() && above == WIDTH;
        if !filled && self.grown.size() < self.size {
            return Tile::within(Row::Entries, self.grown.size() / WIDTH, self.size);
        }
        let rows = (level + 1..).zip(self.rows.iter().skip(usize::from(level) + 1));
        let (level, _) = rows.into_iter().find(|(_, row)| !row.is_empty())?;
        let row = Row::Hashes(level);
        let places = self.grown.size() >> (8 * u32::from(level));
        Tile::within(row, places.saturating_sub(1) / WIDTH, self.grown.size())
    }
}

/// The root over the hashes of one tile.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => super::tree::sha256(&[]),
        [only] => *only,
        more => {
            let middle = usize::try_from(split(more.len() as u64)).unwrap_or(0);
            let (left, right) = more.split_at(middle);
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

#[cfg(test)]
#[path = "tree_check/tests.rs"]
mod tests;
