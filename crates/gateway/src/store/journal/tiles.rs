//! The full tiles of the tree, on SQLite: written with the entries that complete them, in the same transaction.

use domain::journal::Leaf;
use domain::journal::edge::{Edge, FullTile, full_tiles};
use domain::journal::store::StoreError;
use domain::journal::tile::WIDTH;
use domain::journal::tree::Hash;
use domain::journal::tree_check::root_of;
use rusqlite::{Connection, Transaction};

use super::shells::read_kept;
use crate::store::sqlite::failed;

/// Bits of an id that are the tile's index; the level stands above them.
const INDEX_BITS: u32 = 48;
/// An edge that lacks more leaves than this is read anew rather than grown: then that is less to read.
const GROWN_MOST: u64 = 1_024;
/// So many tiles are made from entries in one transaction.
const MADE_AT_A_TIME: u64 = 64;

fn id(level: u8, index: u64) -> i64 {
    i64::try_from(u64::from(level) << INDEX_BITS | index).unwrap_or(i64::MAX)
}

/// Tiles new leaves, which follow those of `edge`.
///
/// # Errors
/// The database's.
pub(super) fn write(transaction: &Transaction<'_>, edge: &mut Edge, leaves: &[Hash]) -> Result<(), StoreError> {
    for tile in leaves.iter().flat_map(|leaf| edge.push(*leaf)) {
        write_tile(transaction, &tile)?;
    }
    Ok(())
}

fn write_tile(transaction: &Transaction<'_>, tile: &FullTile) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO tile (id, hashes) VALUES (?1, ?2)")
        .and_then(|mut insert| insert.execute((id(tile.level, tile.index), tile.hashes.concat())))
        .map_err(failed)
        .map(|_| ())
}

/// The full tiles of a level from an index on, in order; fewer than `limit` where the level ends.
///
/// # Errors
/// When the table cannot be read or holds what this program does not write.
pub fn read_tiles(connection: &Connection, level: u8, from: u64, limit: usize) -> Result<Vec<Vec<Hash>>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT id, hashes FROM tile WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3")
        .map_err(failed)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = select
        .query((id(level, from), id(level.saturating_add(1), 0), limit))
        .map_err(failed)?;
    let (mut tiles, mut next) = (Vec::new(), id(level, from));
    while let Some(row) = rows.next().map_err(failed)? {
        let found: i64 = row.get(0).map_err(failed)?;
        let bytes = row.get_ref(1).ok().and_then(|value| value.as_blob().ok());
        let hashes = bytes.map(<[u8]>::as_chunks::<32>);
        let hashes = hashes.filter(|(hashes, rest)| rest.is_empty() && hashes.len() as u64 == WIDTH);
        let Some((hashes, _)) = hashes.filter(|_| found == next) else {
            return Err(StoreError::Corrupt(format!(
                "expected a tile {} of level {level}, found another",
                next & ((1 << INDEX_BITS) - 1)
            )));
        };
        tiles.push(hashes.to_vec());
        next += 1;
    }
    Ok(tiles)
}

/// The partial tiles of a tree of `size` leaves, from entries and full tiles.
///
/// # Errors
/// When they cannot be read, or there are fewer than the size says.
pub fn read_edge(connection: &Connection, size: u64) -> Result<Edge, StoreError> {
    let edge = Edge::read(size, &mut |level, index, width| {
        partial(connection, level, index, width)
    })?;
    edge.ok_or_else(|| StoreError::Corrupt(format!("expected the tiles of {size} entries, found fewer")))
}

/// The partial tiles of a tree of `size` leaves, from those that the same tree had before.
///
/// # Errors
/// As [`read_edge`].
pub fn grow_edge(connection: &Connection, mut edge: Edge, size: u64) -> Result<Edge, StoreError> {
    let lacks = size.checked_sub(edge.size()).filter(|lacks| *lacks <= GROWN_MOST);
    let Some(lacks) = lacks.and_then(|lacks| usize::try_from(lacks).ok()) else {
        return read_edge(connection, size);
    };
    for leaf in leaves(connection, edge.size(), lacks)? {
        edge.push(leaf);
    }
    if edge.size() == size {
        Ok(edge)
    } else {
        Err(StoreError::Corrupt(format!("expected {size} entries, found fewer")))
    }
}

/// The first `width` hashes of a tile that is not full: hashes of leaves, or roots of the full tiles below it.
fn partial(connection: &Connection, level: u8, index: u64, width: u64) -> Result<Vec<Hash>, StoreError> {
    let (from, limit) = (index * WIDTH, usize::try_from(width).unwrap_or(0));
    if level == 0 {
        return leaves(connection, from, limit);
    }
    let below = read_tiles(connection, level - 1, from, limit)?;
    Ok(below.iter().map(|hashes| root_of(hashes)).collect())
}

fn leaves(connection: &Connection, from: Leaf, limit: usize) -> Result<Vec<Hash>, StoreError> {
    let kept = read_kept(connection, from, limit)?;
    Ok(kept.iter().map(domain::journal::kept::Kept::hash).collect())
}

/// Makes the tiles that a store from before there were any lacks, from its entries, and says how far it is.
///
/// # Errors
/// The database's, or that the entries are fewer than the head says.
pub(super) fn make_missing(connection: &mut Connection, size: u64) -> Result<(), StoreError> {
    let wanted = full_tiles(0, size);
    let mut have = count(connection)?;
    if have >= wanted {
        return Ok(());
    }
    tracing::info!(tiles = wanted - have, "making the tiles of an older store");
    while have < wanted {
        let transaction = connection.transaction().map_err(failed)?;
        let mut edge = read_edge(&transaction, have * WIDTH)?;
        for _ in 0..MADE_AT_A_TIME.min(wanted - have) {
            let tile = leaves(&transaction, edge.size(), 256)?;
            if (tile.len() as u64) < WIDTH {
                return Err(StoreError::Corrupt(format!("expected {size} entries, found fewer")));
            }
            write(&transaction, &mut edge, &tile)?;
        }
        // A crash leaves whole tiles, and the next start goes on after them.
        transaction.commit().map_err(failed)?;
        have = count(connection)?;
        if have % 4_096 == 0 {
            tracing::info!(made = have, of = wanted, "making tiles");
        }
    }
    Ok(())
}

/// How many tiles of leaves there are.
fn count(connection: &Connection) -> Result<u64, StoreError> {
    let last: Option<i64> = connection
        .query_row("SELECT max(id) FROM tile WHERE id < ?1", [id(1, 0)], |row| row.get(0))
        .map_err(failed)?;
    Ok(last.map_or(0, |last| u64::try_from(last).unwrap_or(0) + 1))
}
