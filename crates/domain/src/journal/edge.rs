//! The right edge of a tree that is kept in tiles (C2SP tlog-tiles): tiles come out full as leaves are appended.

use super::tile::WIDTH;
use super::tree::Hash;
use super::tree_check::root_of;

/// A tile is so many levels of the tree high.
pub const TILE_HEIGHT: u32 = 8;
/// So many levels of tiles cover every tree.
const LEVELS: u8 = 8;

/// A full tile of hashes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FullTile {
    /// 0 for hashes of leaves; above, for roots of full tiles of the level below.
    pub level: u8,
    /// Which one of its level, from zero.
    pub index: u64,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
}

/// How many hashes the partial tile of a level has in a tree of `size` leaves.
#[must_use]
pub const fn partial_width(level: u8, size: u64) -> u64 {
    let height = level as u32 * TILE_HEIGHT;
    if height >= u64::BITS {
        return 0;
    }
    (size >> height) % WIDTH
}

/// How many full tiles a level has in a tree of `size` leaves.
#[must_use]
pub const fn full_tiles(level: u8, size: u64) -> u64 {
    let height = (level as u32 + 1) * TILE_HEIGHT;
    if height >= u64::BITS {
        return 0;
    }
    size >> height
}

/// The partial tiles at a tree's right edge, one for each level: all that is needed to go on tiling it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of a tree of `size` leaves. `read` gives the hashes of the partial tile at a level, as many as asked for.
    ///
    /// # Errors
    /// What `read` says, or `None` inside if it gave another number of hashes.
    pub fn read<E>(size: u64, read: &mut dyn FnMut(u8, u64, u64) -> Result<Vec<Hash>, E>) -> Result<Option<Self>, E> {
        let mut levels = Vec::new();
        for level in 0..LEVELS {
            if size >> (u32::from(level) * TILE_HEIGHT) == 0 {
                break;
            }
            let width = partial_width(level, size);
            let hashes = if width == 0 {
                Vec::new()
            } else {
                read(level, full_tiles(level, size), width)?
            };
            if hashes.len() as u64 != width {
                return Ok(None);
            }
            levels.push(hashes);
        }
        Ok(Some(Self { size, levels }))
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the partial tile at a level.
    #[must_use]
    pub fn partial(&self, level: u8) -> &[Hash] {
        self.levels.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// Appends one leaf by its hash; the tiles that it completes, the lowest first.
    pub fn push(&mut self, leaf: Hash) -> Vec<FullTile> {
        self.size += 1;
        self.add(0, leaf)
    }

    /// Appends a full tile of leaves by its root, at a place where a tile begins.
    pub fn push_tile(&mut self, root: Hash) -> Vec<FullTile> {
        self.size += WIDTH;
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        self.add(1, root)
    }

    fn add(&mut self, from: u8, hash: Hash) -> Vec<FullTile> {
        let (mut tiles, mut hash) = (Vec::new(), hash);
        for level in from..LEVELS {
            let place = usize::from(level);
            if self.levels.len() <= place {
                self.levels.push(Vec::new());
            }
            let Some(partial) = self.levels.get_mut(place) else {
                break;
            };
            partial.push(hash);
            if (partial.len() as u64) < WIDTH {
                break;
            }
            let hashes = std::mem::take(partial);
            hash = root_of(&hashes);
            let index = full_tiles(level, self.size).saturating_sub(1);
            tiles.push(FullTile { level, index, hashes });
        }
        tiles
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::journal::tile::{Row, Tile};
    use crate::journal::tile_proof::Tiles;
    use crate::journal::tree::{Frontier, leaf_hash};

    fn leaf(number: u64) -> Hash {
        leaf_hash(&number.to_be_bytes())
    }

    #[test]
    fn tiles_come_out_as_they_fill_and_lead_to_the_same_root() {
        let (mut edge, mut tiles) = (Edge::default(), HashMap::new());
        let size = 70_000;
        for number in 0..size {
            for tile in edge.push(leaf(number)) {
                assert_eq!(tile.hashes.len(), 256);
                tiles.insert((tile.level, tile.index), tile.hashes);
            }
        }
        // The specification's own example (tlog-tiles, Partial Tiles).
        assert_eq!(tiles.keys().filter(|(level, _)| *level == 0).count(), 273);
        assert_eq!(tiles.keys().filter(|(level, _)| *level == 1).count(), 1);
        assert_eq!([0, 1, 2].map(|level| edge.partial(level).len()), [112, 17, 1]);
        let mut frontier = Frontier::default();
        (0..size).for_each(|number| frontier.push(leaf(number)));
        let mut fetch = |tile: Tile| -> Result<Vec<u8>, String> {
            let Row::Hashes(level) = tile.row() else {
                return Err("hashes".to_owned());
            };
            let full = tiles.get(&(level, tile.index()));
            Ok(full.map_or(edge.partial(level), Vec::as_slice).concat())
        };
        assert_eq!(Tiles::new(size, &mut fetch).root(), Ok(frontier.root()));
    }

    #[test]
    fn an_edge_is_read_back_and_goes_on() {
        for size in [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_792, 66_000] {
            let (mut edge, mut tiles) = (Edge::default(), HashMap::new());
            let mut fill = |edge: &mut Edge, from, to| {
                for number in from..to {
                    for tile in edge.push(leaf(number)) {
                        tiles.insert((tile.level, tile.index), tile.hashes);
                    }
                }
            };
            fill(&mut edge, 0, size);
            let kept = edge.clone();
            let mut read = |level: u8, _, width: u64| -> Result<Vec<Hash>, ()> {
                Ok(kept.partial(level)[..width as usize].to_vec())
            };
            let mut again = Edge::read(size, &mut read).expect("reads").expect("fits");
            assert_eq!(again, edge, "{size}");
            fill(&mut edge, size, size + 600);
            for number in size..size + 600 {
                again.push(leaf(number));
            }
            assert_eq!(again, edge, "{size}");
        }
        let short = Edge::read(300, &mut |_, _, _| Ok::<_, ()>(Vec::new()));
        assert_eq!(short, Ok(None));
    }

    #[test]
    fn whole_tiles_are_appended_by_their_roots() {
        let (mut one, mut other) = (Edge::default(), Edge::default());
        for tile in 0..300 {
            let leaves: Vec<Hash> = (0..256).map(|number| leaf(tile * 256 + number)).collect();
            let by_leaves: Vec<FullTile> = leaves.iter().flat_map(|leaf| one.push(*leaf)).collect();
            let by_root = other.push_tile(root_of(&leaves));
            assert_eq!(by_leaves[1..], by_root);
        }
        assert_eq!(one, other);
    }
}
