//! Where a published log is read: a folder, or a URL.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use domain::journal::note::NOTE_BYTES_MAX;
use domain::journal::tile::{Row, Tile, WIDTH};
use gateway::fetch::Fetch;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::{Failure, Unread};

/// The largest tile is a full bundle; a little more, so that a longer one is seen as wrong rather than not read.
const TILE_BYTES_MAX: usize = 64 << 10;
/// So many tiles and bundles are fetched ahead: a host that is far away answers one as late as many.
const AHEAD: u64 = 16;

/// A published log.
pub(super) enum Source {
    /// Files.
    Folder(PathBuf),
    /// A host.
    Host(Box<Host>),
}

/// A tile that is being fetched.
type Begun = JoinHandle<Result<Option<Vec<u8>>, String>>;

/// A log behind a URL.
pub(super) struct Host {
    base: String,
    fetch: Fetch,
    runtime: Runtime,
    ahead: RefCell<BTreeMap<Tile, Begun>>,
}

impl Source {
    /// The log that a word names; `None` if it names neither a folder nor a URL.
    pub(super) fn of(word: &str, roots: Option<&Path>) -> Result<Option<Self>, Failure> {
        if word.starts_with("http://") || word.starts_with("https://") {
            let base = word.trim_end_matches('/').to_owned();
            return Ok(Some(Self::Host(Box::new(Host {
                fetch: Fetch::new(&base, roots).map_err(Unread)?,
                base,
                runtime: tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(1)
                    .enable_all()
                    .build()?,
                ahead: RefCell::default(),
            }))));
        }
        Ok(Path::new(word).is_dir().then(|| Self::Folder(PathBuf::from(word))))
    }

    /// The same; an error if it is none.
    pub(super) fn must_be(word: &str, roots: Option<&Path>) -> Result<Self, Failure> {
        Self::of(word, roots)?
            .ok_or_else(|| Unread(format!("expected the folder of a log, or its URL, found `{word}`")).into())
    }

    /// The checkpoint's note.
    pub(super) fn checkpoint(&self) -> Result<String, Failure> {
        let found = match self {
            Self::Folder(folder) => file(&folder.join("checkpoint"))?,
            Self::Host(host) => host.get("checkpoint", NOTE_BYTES_MAX)?,
        };
        let bytes = found.ok_or_else(|| Unread("expected a `checkpoint`, found none".to_owned()))?;
        String::from_utf8(bytes).map_err(|_| super::not_verified("expected a checkpoint in UTF-8, found other bytes"))
    }

    /// A tile of a tree of `size` leaves: from its own file, or out of the full one, which may stand in its place.
    pub(super) fn tile(&self, tile: Tile, size: u64) -> Result<Vec<u8>, Failure> {
        if let Some(bytes) = self.read(tile, size)? {
            return Ok(bytes);
        }
        let full = tile.filled().filter(|_| !tile.is_full());
        let full = full.map(|full| self.read(full, size)).transpose()?.flatten();
        let cut = full.and_then(|mut bytes| {
            let each = bytes.len() / usize::try_from(WIDTH).ok()?;
            bytes.truncate(each * usize::from(tile.width()));
            Some(bytes)
        });
        cut.ok_or_else(|| {
            super::not_verified(format!(
                "expected `{tile}`, which the checkpoint stands over, found nothing there"
            ))
        })
    }

    fn read(&self, tile: Tile, size: u64) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Folder(folder) => file(&folder.join(tile.to_string())),
            Self::Host(host) => host.tile(tile, size),
        }
    }
}

fn file(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Unread(format!("cannot read `{}`: {error}", path.display())).into()),
    }
}

impl Host {
    fn get(&self, path: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, Failure> {
        let url = format!("{}/{path}", self.base);
        let found = self.runtime.block_on(self.fetch.get(&url, bytes_max));
        Ok(found.map_err(Unread)?.map(|bytes| bytes.to_vec()))
    }

    fn tile(&self, tile: Tile, size: u64) -> Result<Option<Vec<u8>>, Failure> {
        if tile.row() == Row::Entries {
            self.look_ahead(tile.index(), size);
        }
        let begun = self.ahead.borrow_mut().remove(&tile);
        let Some(begun) = begun else {
            return self.get(&tile.to_string(), TILE_BYTES_MAX);
        };
        let found = self
            .runtime
            .block_on(begun)
            .map_err(|error| Unread(error.to_string()))?;
        Ok(found.map_err(Unread)?)
    }

    /// Begins to fetch the bundles and hashes that come next.
    fn look_ahead(&self, index: u64, size: u64) {
        let mut ahead = self.ahead.borrow_mut();
        for row in [Row::Entries, Row::Hashes(0)] {
            for tile in (index..index + AHEAD).filter_map(|index| Tile::within(row, index, size)) {
                ahead.entry(tile).or_insert_with(|| {
                    let (fetch, url) = (self.fetch.clone(), format!("{}/{tile}", self.base));
                    self.runtime.spawn(async move {
                        let found = fetch.get(&url, TILE_BYTES_MAX).await?;
                        Ok(found.map(|bytes| bytes.to_vec()))
                    })
                });
            }
        }
    }
}
