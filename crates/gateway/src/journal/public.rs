//! What everybody may read of the journal: the checkpoint, the tree's tiles, the public leaves, and proofs. Nothing here
//! opens a part of an entry.

use std::path::Path;

use domain::journal::Leaf;
use domain::journal::store::StoreError;
use domain::journal::tile::Tile;
use domain::journal::tree::Hash;
use rusqlite::Connection;

use super::proofs::Proofs;
use crate::store::cosigned::{self, Cosigned};
use crate::store::journal::sqlite::latest_note;

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
    proofs: Proofs,
    cosigned: bool,
}

impl PublicLog {
    /// The journal in this store.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(store: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            proofs: Proofs::open(store)?,
            cosigned: false,
        })
    }

    /// The same, which shows what enough witnesses cosigned rather than the head, once there is such a checkpoint.
    #[must_use]
    pub fn cosigned(self, cosigned: bool) -> Self {
        Self { cosigned, ..self }
    }

    /// The checkpoint that `/journal/checkpoint` shows and the published files end with; `None` while there is none.
    ///
    /// # Errors
    /// The store's.
    pub fn offered(&self) -> Result<Option<Offered>, StoreError> {
        self.proofs.at_head(|walk| match cosigned::newest(walk.store())? {
            Some(Cosigned { size, note, .. }) if self.cosigned => Ok(Some(Offered { size, note })),
            _ => offered(walk.store()),
        })
    }

    /// How many entries the journal has.
    ///
    /// # Errors
    /// The store's.
    pub fn size(&self) -> Result<u64, StoreError> {
        self.proofs.at_head(|walk| Ok(walk.size()))
    }

    /// The bytes of a tile or a bundle; `None` if the journal has not grown so far.
    ///
    /// # Errors
    /// The store's.
    pub fn tile(&self, tile: Tile) -> Result<Option<Vec<u8>>, StoreError> {
        self.proofs.at_head(|walk| walk.bytes(tile))
    }

    /// The inclusion proof of a leaf under the first `size` leaves, from the leaf upward.
    ///
    /// # Errors
    /// The store's, or that the leaf lies beyond.
    pub fn inclusion(&self, leaf: Leaf, size: u64) -> Result<Vec<Hash>, StoreError> {
        self.proofs.at_head(|walk| walk.inclusion(leaf, size))
    }

    /// The root of the first `size` leaves.
    ///
    /// # Errors
    /// The store's, or that it has fewer.
    pub fn root(&self, size: u64) -> Result<Hash, StoreError> {
        self.proofs.at_head(|walk| walk.root(size))
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
