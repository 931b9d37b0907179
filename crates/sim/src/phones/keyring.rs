//! The keys that the phones' browsers made, and which of their pages are still open; kept in `keys.json`, readable by
//! its owner only.

use crate::life::StartError;
use crate::sync::lock;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A key with the page for which it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Whose phone.
    pub number: String,
    /// The page.
    pub link: String,
    /// The key, secret included: this file is that browser's own storage.
    pub key: Value,
    /// Whether the page stays open to give positions.
    pub live: bool,
}

/// All kept keys.
#[derive(Debug)]
pub struct Keyring {
    path: PathBuf,
    keys: Mutex<Vec<Kept>>,
}

impl Keyring {
    /// The keys of earlier runs.
    ///
    /// # Errors
    /// When the file is there but cannot be read.
    pub fn open(dir: &Path) -> Result<Self, StartError> {
        let path = dir.join("keys.json");
        let keys = match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| format!("`{}`: {error}", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(format!("cannot read `{}`: {error}", path.display()).into()),
        };
        Ok(Self {
            path,
            keys: Mutex::new(keys),
        })
    }

    /// Keeps a key.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, kept: Kept) -> std::io::Result<()> {
        let mut keys = lock(&self.keys);
        keys.push(kept);
        self.write(&keys)
    }

    /// The pages that are open to give positions.
    pub fn live(&self) -> Vec<Kept> {
        lock(&self.keys).iter().filter(|kept| kept.live).cloned().collect()
    }

    /// Notes that a page was closed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn close(&self, link: &str) -> std::io::Result<()> {
        let mut keys = lock(&self.keys);
        for kept in keys.iter_mut().filter(|kept| kept.link == link) {
            kept.live = false;
        }
        self.write(&keys)
    }

    fn write(&self, keys: &[Kept]) -> std::io::Result<()> {
        let new = self.path.with_extension("json.new");
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&new)?.write_all(&serde_json::to_vec_pretty(keys)?)?;
        std::fs::rename(&new, &self.path)
    }
}
