//! A journal that grows as a test wants, and a reader of what was published of it.

use std::path::Path;
use std::sync::Arc;

use domain::facts::Needs;
use domain::journal::checkpoint::{VerifierKey, sign};
use domain::journal::entry::{Entry, Kind, Part};
use domain::journal::keys::Keys;
use domain::journal::store::{Head, Store as _, Writes};
use domain::journal::tree_check::TreeCheck;
use domain::secret::Secret;
use tempfile::TempDir;
use tokio::sync::watch;

use super::super::place::Place;
use super::super::{CHECKPOINT, Publisher};
use crate::clock::SystemClock;
use crate::journal::public::PublicLog;
use crate::seal::Sealer;
use crate::store::journal::sqlite::SqliteJournal;

pub(super) struct Fixture {
    pub(super) folder: TempDir,
    pub(super) log: Arc<PublicLog>,
    store: SqliteJournal,
    keys: Keys,
    text: &'static str,
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self::make("gateway.example.com/journal", "{\"of\":\"us\"}")
    }

    /// Under the same name and key, with other entries.
    pub(super) fn of_others() -> Self {
        Self::make("gateway.example.com/journal", "{\"of\":\"others\"}")
    }

    pub(super) fn under(origin: &str) -> Self {
        Self::make(origin, "{\"of\":\"us\"}")
    }

    fn make(origin: &str, text: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let sealer = Arc::new(Sealer::new(Secret::new([5; 32])));
        Self {
            store: SqliteJournal::open(&path, Arc::new(SystemClock), sealer).expect("opens"),
            log: Arc::new(PublicLog::open(&path).expect("opens")),
            keys: Keys::new(origin, &[1; 32], &[2; 32]).expect("keys"),
            folder,
            text,
        }
    }

    pub(super) fn key(&self) -> VerifierKey {
        VerifierKey::of(&self.keys)
    }

    pub(super) fn publisher(&self, place: Arc<dyn Place>) -> Publisher {
        Publisher {
            log: Arc::clone(&self.log),
            key: self.key(),
            place,
            rests: std::time::Duration::from_secs(1),
            stopping: watch::channel(false).1,
        }
    }

    /// Appends entries until there are so many.
    pub(super) fn grow_to(&mut self, size: u64) {
        let (keys, text) = (&self.keys, self.text);
        let mut body = |head: &Head, at, _| {
            let mut frontier = head.frontier.clone();
            let entries: Vec<Entry> = (frontier.size()..size).map(|leaf| entry(leaf, at, text)).collect();
            let leaves: Vec<_> = entries.iter().map(Entry::hash).collect();
            leaves.iter().for_each(|leaf| frontier.push(*leaf));
            let note = sign(keys, frontier.size(), &frontier.root());
            Writes {
                entries: Arc::new(entries),
                people: Vec::new(),
                erased: Vec::new(),
                changes: Vec::new(),
                spent: Vec::new(),
                cold: Vec::new(),
                leaves,
                head: Head {
                    frontier,
                    at,
                    closed_below: 0,
                },
                checkpoint: Some(note.into()),
            }
        };
        self.store
            .transact("test", &Needs::default(), &mut body)
            .expect("written");
    }
}

fn entry(leaf: u64, at: domain::time::Timestamp, text: &str) -> Entry {
    let mut tag = [7; 32];
    tag[..8].copy_from_slice(&leaf.to_be_bytes());
    let part = || Part {
        salt: [3; 16],
        text: text.to_owned(),
    };
    Entry {
        leaf,
        kind: Kind::PolicyChanged,
        at,
        subject: None,
        previous: None,
        closes: None,
        tag,
        party: part(),
        subject_part: part(),
    }
}

/// Verifies a folder as a stranger would; its size.
pub(super) fn check(folder: &Path, key: &VerifierKey) -> Result<u64, String> {
    let note = std::fs::read_to_string(folder.join(CHECKPOINT)).map_err(|error| error.to_string())?;
    let checkpoint = key.open(&note).map_err(|error| error.to_string())?;
    let mut check = TreeCheck::new(checkpoint.size);
    while let Some(tile) = check.wanted() {
        let bytes = std::fs::read(folder.join(tile.to_string())).or_else(|_| {
            // A crash may come after the full tile took the place of its beginning.
            let full = std::fs::read(folder.join(tile.filled().expect("a tile").to_string()))?;
            let each = full.len() / 256;
            Ok::<_, std::io::Error>(full[..each * usize::from(tile.width())].to_vec())
        });
        let bytes = bytes.map_err(|error| format!("{tile}: {error}"))?;
        check.take(&bytes).map_err(|fault| fault.to_string())?;
    }
    (check.root() == checkpoint.root)
        .then_some(check.read())
        .ok_or_else(|| "another root".to_owned())
}
