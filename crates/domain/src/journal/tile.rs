//! The tiles that a tree is published in (C2SP tlog-tiles): which there are at a size, and the path of each.

use std::fmt;

/// So many hashes, or entries, fill a tile.
pub const WIDTH: u64 = 256;
/// The highest row that a tree of 64-bit size can have: one hash there stands over 2⁵⁶ leaves.
const ROW_MAX: u8 = 7;

/// Which row of tiles.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Row {
    /// The entries themselves, in bundles.
    Entries,
    /// Hashes: of leaves in row 0, and above it of full tiles in the row below.
    Hashes(u8),
}

impl Row {
    const fn level(self) -> u8 {
        match self {
            Self::Entries => 0,
            Self::Hashes(level) => level,
        }
    }

    /// How many leaves one place in this row stands over, as a power of two.
    const fn bits(self) -> u32 {
        8 * self.level() as u32
    }
}

/// One tile: a full one, or the beginning of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tile {
    row: Row,
    index: u64,
    width: u16,
}

impl Tile {
    /// The first `width` places of the `index`th tile of a row; `None` for a width that is not 1 to 256, and for a tile
    /// that no tree of 64-bit size has.
    #[must_use]
    pub fn new(row: Row, index: u64, width: u16) -> Option<Self> {
        let tile = Self { row, index, width };
        let fits = row.level() <= ROW_MAX && (1..=WIDTH).contains(&u64::from(width)) && tile.checked_needs().is_some();
        fits.then_some(tile)
    }

    /// The `index`th tile of a row as a tree of `size` leaves has it; `None` if it has nothing there.
    #[must_use]
    pub fn within(row: Row, index: u64, size: u64) -> Option<Self> {
        let places = size.checked_shr(row.bits())?;
        let width = places.checked_sub(index.checked_mul(WIDTH)?)?.min(WIDTH);
        Self::new(row, index, u16::try_from(width).ok()?)
    }

    /// Which row it is in.
    #[must_use]
    pub const fn row(&self) -> Row {
        self.row
    }

    /// Which of its row it is, from zero.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many places of it there are, from 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it is full: it never changes again.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width as u64 == WIDTH
    }

    /// The same tile, full.
    #[must_use]
    pub fn filled(&self) -> Option<Self> {
        Self::new(self.row, self.index, 256)
    }

    /// The smallest tree that has it, in leaves.
    #[must_use]
    pub fn needs(&self) -> u64 {
        self.checked_needs().unwrap_or(u64::MAX)
    }

    fn checked_needs(&self) -> Option<u64> {
        let places = self.index.checked_mul(WIDTH)?.checked_add(self.width.into())?;
        places.checked_mul(1_u64.checked_shl(self.row.bits())?)
    }

    /// The tiles that a tree of `new` leaves has and one of `old` leaves does not, row by row from the entries upward.
    pub fn added(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let hashes = (0..=ROW_MAX).map(Row::Hashes);
        std::iter::once(Row::Entries).chain(hashes).flat_map(move |row| {
            let (had, has) = (old >> row.bits(), new >> row.bits());
            let indices = if has > had {
                had / WIDTH..has.div_ceil(WIDTH)
            } else {
                0..0
            };
            indices.filter_map(move |index| Self::within(row, index, new))
        })
    }

    /// Reads a path behind a log's prefix, such as `tile/0/x001/234.p/17`; `None` unless it is spelled exactly as the tile's
    /// own path.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (row, place) = path.strip_prefix("tile/")?.split_once('/')?;
        let row = match row {
            "entries" => Row::Entries,
            level => Row::Hashes(level.parse().ok()?),
        };
        let (index, width) = match place.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok().filter(|width| u64::from(*width) < WIDTH)?),
            None => (place, 256),
        };
        let mut number = 0_u64;
        for part in index.split('/') {
            let digits = part.strip_prefix('x').unwrap_or(part);
            if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            number = number.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        // Signs, leading zeros and a wrong `x` are all other spellings than the one that is printed.
        Self::new(row, number, width).filter(|tile| tile.to_string() == path)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Entries => f.write_str("tile/entries/")?,
            Row::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (left, group) in groups.iter().enumerate().rev() {
            match left {
                0 => write!(f, "{group:03}")?,
                _ => write!(f, "x{group:03}/")?,
            }
        }
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tile(row: Row, index: u64, width: u16) -> Tile {
        Tile::new(row, index, width).expect("a tile")
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        for (path, row, index, width) in [
            ("tile/0/000", Row::Hashes(0), 0, 256),
            ("tile/0/x001/x234/067", Row::Hashes(0), 1_234_067, 256),
            ("tile/1/x123/000.p/255", Row::Hashes(1), 123_000, 255),
            ("tile/entries/273.p/112", Row::Entries, 273, 112),
        ] {
            assert_eq!(tile(row, index, width).to_string(), path);
            assert_eq!(Tile::parse(path), Some(tile(row, index, width)));
        }
        for path in [
            "tile/0/0",
            "tile/0/0000",
            "tile/0/x000/001",
            "tile/0/001/001",
            "tile/0/x001",
            "tile/00/001",
            "tile/+0/001",
            "tile/-1/001",
            "tile/64/001",
            "tile/8/000",
            "tile/0/001.p/0",
            "tile/0/001.p/01",
            "tile/0/001.p/+1",
            "tile/0/001.p/256",
            "tile/0/001.p",
            "tile/0/001.p/1/",
            "tile/0/001/",
            "tile/0//001",
            "tile/data/001",
            "/tile/0/001",
            "tile/0/x099/x999/x999/x999/x999/x999/x999/999",
            "tile/0/x٠٠١/000",
            "",
        ] {
            assert_eq!(Tile::parse(path), None, "{path}");
        }
    }

    #[test]
    fn the_example_of_the_specification_has_its_tiles() {
        let all: Vec<Tile> = Tile::added(0, 70_000).collect();
        let of = |row, full| all.iter().filter(move |tile| tile.row == row && tile.is_full() == full);
        assert_eq!(of(Row::Hashes(0), true).count(), 273);
        assert_eq!(of(Row::Entries, true).count(), 273);
        assert_eq!(of(Row::Hashes(1), true).count(), 1);
        let partial: Vec<String> = all.iter().filter(|tile| !tile.is_full()).map(Tile::to_string).collect();
        assert_eq!(
            partial,
            [
                "tile/entries/273.p/112",
                "tile/0/273.p/112",
                "tile/1/001.p/17",
                "tile/2/000.p/1"
            ]
        );
        let of_256: Vec<String> = Tile::added(0, 256).map(|tile| tile.to_string()).collect();
        assert_eq!(of_256, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(Tile::added(0, u64::MAX).next(), Some(tile(Row::Entries, 0, 256)));
    }

    proptest! {
        #[test]
        fn a_path_leads_back_to_its_tile(level in 0_u8..=7, index in 0_u64..1 << 48, width in 1_u16..=256, entries: bool) {
            let row = if entries { Row::Entries } else { Row::Hashes(level) };
            if let Some(tile) = Tile::new(row, index, width) {
                prop_assert_eq!(Tile::parse(&tile.to_string()), Some(tile));
                prop_assert_eq!(Tile::within(row, index, tile.needs()), Some(tile));
                prop_assert_eq!(Tile::within(row, index, tile.needs() - 1).map(|before| before.width), (width > 1).then(|| width - 1));
            }
        }

        #[test]
        fn what_is_accepted_is_spelled_so(path in "tile/(entries|[0-9]{1,2})/(x?[0-9]{3}/?){1,4}(\\.p/[0-9]{1,3})?") {
            if let Some(tile) = Tile::parse(&path) {
                prop_assert_eq!(tile.to_string(), path);
            }
        }

        #[test]
        fn growing_by_steps_or_at_once_makes_the_same_full_tiles(old in 0_u64..140_000, more in 0_u64..70_000) {
            let new = old + more;
            let full = |from, to| Tile::added(from, to).filter(Tile::is_full).collect::<std::collections::BTreeSet<_>>();
            let mut steps = full(0, old);
            let later = full(old, new);
            prop_assert!(steps.is_disjoint(&later));
            steps.extend(later);
            prop_assert_eq!(steps, full(0, new));
            prop_assert!(Tile::added(old, new).all(|tile| tile.needs() > old && tile.needs() <= new));
        }
    }
}
