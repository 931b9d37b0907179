//! What everybody may read of the journal: the checkpoint, the tree's tiles, the public leaves, and proofs. Nothing here
//! opens a part of an entry.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::journal::Leaf;
use domain::journal::bundle::{self, PublicLeaf};
use domain::journal::store::StoreError;
use domain::journal::tile::{Row, Tile, WIDTH};
use domain::journal::tree::Hash;
use rusqlite::Connection;

use super::forest::Forest;
use crate::store::journal::shells::read_kept;
use crate::store::journal::sqlite::{latest_note, latest_size};
use crate::store::sqlite::open_reader;

/// A checkpoint that is shown to everybody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// How many leaves it stands over.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// The journal as strangers read it. One reader at a time: however many ask, the disk serves partners first.
#[derive(Debug)]
pub struct PublicLog {
    path: PathBuf,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    connection: Option<Connection>,
    forest: Forest,
}

impl PublicLog {
    /// The journal in this store, which is opened when somebody first reads.
    #[must_use]
    pub fn new(store: &Path) -> Self {
        Self {
            path: store.to_owned(),
            open: Mutex::default(),
        }
    }

    fn read<T>(&self, body: impl FnOnce(&Connection, &mut Forest) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Open { connection, forest } = &mut *open;
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(open_reader(&self.path)?),
        };
        body(connection, forest)
    }

    /// The checkpoint that `/journal/checkpoint` shows and the published files end with; `None` while there is none.
    ///
    /// # Errors
    /// The store's.
    pub fn offered(&self) -> Result<Option<Offered>, StoreError> {
        self.read(|store, _| offered(store))
    }

    /// How many entries the journal has.
    ///
    /// # Errors
    /// The store's.
    pub fn size(&self) -> Result<u64, StoreError> {
        self.read(|store, _| latest_size(store))
    }

    /// The bytes of a tile or a bundle; `None` if the journal has not grown so far.
    ///
    /// # Errors
    /// The store's.
    pub fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|store, forest| {
            let size = latest_size(store)?;
            if tile.needs() > size {
                return Ok(None);
            }
            let (first, count) = (tile.index().saturating_mul(WIDTH), usize::from(tile.width()));
            let bytes = match tile.row() {
                Row::Entries => bundle::write(&public_leaves(store, first, count)?),
                Row::Hashes(0) => hashes(store, first, count)?.concat(),
                Row::Hashes(level) => {
                    forest.grow(size, &mut |from, limit| hashes(store, from, limit))?;
                    let mut read = |from: Leaf, limit: usize| hashes(store, from, limit);
                    let mut walk = forest.walk(&mut read);
                    let each = WIDTH.saturating_pow(level.into());
                    let places = first..first.saturating_add(tile.width().into());
                    let roots = places.map(|place| walk.branch(place.saturating_mul(each), each));
                    roots.collect::<Result<Vec<Hash>, _>>()?.concat()
                }
            };
            Ok(Some(bytes))
        })
    }

    /// The inclusion proof of a leaf under the first `size` leaves, from the leaf upward.
    ///
    /// # Errors
    /// The store's, or that the leaf lies beyond.
    pub fn inclusion(&self, leaf: Leaf, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.read(|store, forest| {
            forest.grow(size, &mut |from, limit| hashes(store, from, limit))?;
            let mut read = |from: Leaf, limit: usize| hashes(store, from, limit);
            forest.walk(&mut read).inclusion(leaf, size)
        })
    }

    /// The root of the first `size` leaves.
    ///
    /// # Errors
    /// The store's, or that it has fewer.
    pub fn root(&self, size: u64) -> Result<Hash, StoreError> {
        self.read(|store, forest| {
            forest.grow(size, &mut |from, limit| hashes(store, from, limit))?;
            let mut read = |from: Leaf, limit: usize| hashes(store, from, limit);
            forest.walk(&mut read).root(size)
        })
    }
}

/// The checkpoint that is shown to everybody.
///
/// # Errors
/// The store's.
pub fn offered(store: &Connection) -> Result<Option<Offered>, StoreError> {
    let (size, note) = latest_note(store)?;
    Ok((!note.is_empty()).then_some(Offered { size, note }))
}

/// Exactly `count` public leaves.
fn public_leaves(store: &Connection, from: Leaf, count: usize) -> Result<Vec<PublicLeaf>, StoreError> {
    let entries = read_kept(store, from, count)?;
    if entries.len() != count {
        let found = entries.len();
        return Err(StoreError::Corrupt(format!(
            "expected {count} entries from {from} on, found {found}"
        )));
    }
    Ok(entries.iter().map(|entry| entry.public_leaf()).collect())
}

fn hashes(store: &Connection, from: Leaf, limit: usize) -> Result<Vec<Hash>, StoreError> {
    Ok(read_kept(store, from, limit)?
        .iter()
        .map(|entry| entry.hash())
        .collect())
}
