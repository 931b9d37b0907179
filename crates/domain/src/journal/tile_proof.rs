//! Proofs from a published tree's tiles. What a tile says is not believed: a proof that is made from an altered tile leads
//! to another root, so whoever asks for one verifies it.

use std::collections::BTreeMap;

use super::Leaf;
use super::tile::{Row, Tile, WIDTH};
use super::tree::{Hash, node_hash, sha256, split};
use super::tree_check::root_of;

/// Fetches the bytes of a tile, or says in words why not.
pub type Fetch<'a> = dyn FnMut(Tile) -> Result<Vec<u8>, String> + 'a;

/// The tiles of a tree of one size. Each is fetched once.
pub struct Tiles<'a> {
    size: u64,
    fetch: &'a mut Fetch<'a>,
    fetched: BTreeMap<Tile, Vec<Hash>>,
}

impl<'a> Tiles<'a> {
    /// The tree of `size` leaves.
    pub fn new(size: u64, fetch: &'a mut Fetch<'a>) -> Self {
        Self {
            size,
            fetch,
            fetched: BTreeMap::new(),
        }
    }

    /// The root over all leaves.
    ///
    /// # Errors
    /// When a tile cannot be fetched or has another length.
    pub fn root(&mut self) -> Result<Hash, String> {
        match self.size {
            0 => Ok(sha256(&[])),
            size => self.range(0, size),
        }
    }

    /// The inclusion proof of a leaf, from the leaf upward (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// When there is no such leaf, a tile cannot be fetched, or has another length.
    pub fn inclusion(&mut self, leaf: Leaf) -> Result<Vec<Hash>, String> {
        if leaf >= self.size {
            return Err(format!("expected a leaf below {}, found {leaf}", self.size));
        }
        let mut siblings = Vec::new();
        let (mut from, mut to) = (0, self.size);
        while to - from > 1 {
            let middle = from + split(to - from);
            if leaf < middle {
                siblings.push(self.range(middle, to)?);
                to = middle;
            } else {
                siblings.push(self.range(from, middle)?);
                from = middle;
            }
        }
        siblings.reverse();
        Ok(siblings)
    }

    /// The proof that the first `old` leaves are this tree's beginning (RFC 6962 §2.1.2).
    ///
    /// # Errors
    /// When `old` is not between one and the size, a tile cannot be fetched, or has another length.
    pub fn consistency(&mut self, old: u64) -> Result<Vec<Hash>, String> {
        if old == 0 || old > self.size {
            return Err(format!("expected a size from 1 to {}, found {old}", self.size));
        }
        let mut proof = Vec::new();
        let (mut from, mut to) = (0, self.size);
        while old != to {
            let middle = from + split(to - from);
            if old <= middle {
                proof.push(self.range(middle, to)?);
                to = middle;
            } else {
                proof.push(self.range(from, middle)?);
                from = middle;
            }
        }
        // Where the old tree is one whole branch from the first leaf on, its root is known already.
        if from > 0 {
            proof.push(self.range(from, to)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The root over the leaves from `from` up to `to`, which are one branch of the tree.
    fn range(&mut self, from: u64, to: u64) -> Result<Hash, String> {
        let length = to - from;
        if !length.is_power_of_two() {
            let middle = from + split(length);
            return Ok(node_hash(&self.range(from, middle)?, &self.range(middle, to)?));
        }
        let bits = length.trailing_zeros();
        let level = u8::try_from(bits / 8).unwrap_or(u8::MAX);
        let (place, count) = (from >> (bits - bits % 8), 1_u64 << (bits % 8));
        let tile = Tile::within(Row::Hashes(level), place / WIDTH, self.size)
            .ok_or_else(|| format!("expected leaves within {}, found {from} to {to}", self.size))?;
        let hashes = self.hashes(tile)?;
        let first = usize::try_from(place % WIDTH).unwrap_or(usize::MAX);
        let end = first.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        let branch = hashes.get(first..end);
        branch
            .map(root_of)
            .ok_or_else(|| format!("`{tile}`: expected {end} hashes, found fewer"))
    }

    fn hashes(&mut self, tile: Tile) -> Result<&[Hash], String> {
        if !self.fetched.contains_key(&tile) {
            let bytes = (self.fetch)(tile)?;
            let (hashes, rest) = bytes.as_chunks::<32>();
            if hashes.len() != usize::from(tile.width()) || !rest.is_empty() {
                let (want, found) = (tile.width(), bytes.len());
                return Err(format!(
                    "`{tile}`: expected {want} hashes of 32 bytes, found {found} bytes"
                ));
            }
            self.fetched.insert(tile, hashes.to_vec());
        }
        Ok(self.fetched.get(&tile).map_or(&[], Vec::as_slice))
    }
}
