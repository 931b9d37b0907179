//! A copy of the store that a new machine can start from: taken while the gateway serves, verified before it is called a
//! backup, and kept apart from the keys without which it says nothing.

pub mod restore;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest;
use domain::journal::store::StoreError;
use domain::time::Timestamp;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::config::gateway::{Gateway, WorldWord};
use crate::data::{self, DataError};
use crate::keys::{KeyDirectory, numbered};
use crate::store::sqlite::{failed, open_reader};

/// What a backup says of itself, beside the copy.
pub const MANIFEST: &str = "manifest.json";
/// When the last backup was made, in the data directory; whoever watches the gateway asks for it.
pub const LAST: &str = "last-backup";
/// So many pages are copied at a time.
const PAGES_AT_A_TIME: i32 = 4096;

/// Why there is no backup, or nothing was restored.
#[derive(Debug)]
pub enum BackupError {
    /// A file or folder cannot be used.
    Io(PathBuf, std::io::Error),
    /// The data directory.
    Data(DataError),
    /// A place that will not do: which, and why not.
    Place(PathBuf, &'static str),
    /// The backup is not what its manifest says, or is somebody else's: what was wanted, and what was found.
    Unfit(&'static str, String),
}

impl std::fmt::Display for BackupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
            Self::Data(error) => error.fmt(f),
            Self::Place(path, want) => write!(f, "expected {want}, found `{}`", path.display()),
            Self::Unfit(want, found) => write!(f, "expected {want}, found {found}"),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<DataError> for BackupError {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Data(DataError::Store(error))
    }
}

/// Turns a file's error into one that names the file.
fn io(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    |error| BackupError::Io(path, error)
}

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The layout: 1.
    pub v: u32,
    /// The program's version.
    pub program: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The journal's name.
    pub origin: String,
    /// The world.
    pub world: WorldWord,
    /// How many entries the journal has in it.
    pub entries: u64,
    /// The signed checkpoint of that size, as auditors got it.
    pub checkpoint: String,
    /// SHA-256 of the store's copy, in hexadecimal.
    pub sha256: String,
}

/// A backup that was made.
#[derive(Debug)]
pub struct Made {
    /// Its folder.
    pub folder: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The size of the copy.
    pub bytes: u64,
}

/// Copies the store into a new folder under `to`, verifies the copy's journal, and says what it is. The gateway may
/// serve meanwhile: the copy is the store of one moment.
///
/// # Errors
/// When a place will not do, the store cannot be read, or the copy does not verify. Nothing is left that looks like a
/// backup.
pub fn make(gateway: &Gateway, to: &Path, clock: Arc<dyn Clock>) -> Result<Made, BackupError> {
    apart(
        to,
        &gateway.data_dir,
        "a folder that is not the data directory nor in it",
    )?;
    let at = clock.now();
    let folder = new_folder(to, "wayleave-store", at)?;
    let making = Making::start(&folder)?;
    let copy = making.0.join(data::STORE);
    let checkpoint = copy_store(&gateway.data_dir.join(data::STORE), &copy)?;
    let opened = data::verify_copy(gateway, &copy, clock)?;
    let manifest = Manifest {
        v: 1,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: at.rfc3339(),
        origin: origin(gateway)?,
        world: gateway.world,
        entries: opened.entries,
        checkpoint,
        sha256: sha256(&copy)?,
    };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|error| BackupError::Data(DataError::Store(failed(error))))?;
    write_file(&making.0.join(MANIFEST), format!("{text}\n").as_bytes())?;
    let bytes = fs::metadata(&copy).map_err(io(&copy))?.len();
    making.finish(&folder)?;
    note(&gateway.data_dir, at);
    Ok(Made {
        folder,
        manifest,
        bytes,
    })
}

/// The name of the gateway's journal now.
fn origin(gateway: &Gateway) -> Result<String, BackupError> {
    let keys = KeyDirectory::open(&gateway.data_dir.join(data::KEYS), gateway.world.into());
    Ok(numbered(&gateway.origin(), keys.map_err(DataError::Keys)?.number()))
}

/// Copies the key directory into a new folder under `to`.
///
/// # Errors
/// When a place will not do, or a file cannot be read or written.
pub fn keep_keys(
    gateway: &Gateway,
    to: &Path,
    store_to: Option<&Path>,
    now: Timestamp,
) -> Result<PathBuf, BackupError> {
    apart(
        to,
        &gateway.data_dir,
        "a folder that is not the data directory nor in it",
    )?;
    if let Some(store_to) = store_to {
        let want = "a folder for the keys apart from that of the store: together they are everything";
        apart(to, store_to, want)?;
        apart(store_to, to, want)?;
    }
    let folder = new_folder(to, "wayleave-keys", now)?;
    let making = Making::start(&folder)?;
    copy_folder(&gateway.data_dir.join(data::KEYS), &making.0)?;
    making.finish(&folder)?;
    Ok(folder)
}

/// A folder that is being filled; it gets its name when it is whole, and is removed if that never happens.
struct Making(PathBuf);

impl Making {
    fn start(folder: &Path) -> Result<Self, BackupError> {
        let making = folder.with_extension("unfinished");
        private_folder(&making)?;
        Ok(Self(making))
    }

    fn finish(self, folder: &Path) -> Result<(), BackupError> {
        sync(&self.0)?;
        fs::rename(&self.0, folder).map_err(io(folder))?;
        sync(folder.parent().unwrap_or(folder))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // Gone already if it was finished.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Copies the store as it is at one moment and returns the checkpoint of that moment. The open read keeps the copy from
/// starting again whenever something is committed, and commits do not wait for it; the log grows until it ends.
fn copy_store(store: &Path, copy: &Path) -> Result<String, BackupError> {
    if !store.exists() {
        return Err(DataError::StoreLost(store.to_owned()).into());
    }
    let source = open_reader(store)?;
    source.execute_batch("BEGIN").map_err(failed)?;
    let checkpoint = source
        .query_row("SELECT checkpoint FROM head WHERE id = 1", [], |row| row.get(0))
        .map_err(failed)?;
    write_file(copy, b"")?;
    let mut target = Connection::open(copy).map_err(failed)?;
    let backup = Backup::new(&source, &mut target).map_err(failed)?;
    while backup.step(PAGES_AT_A_TIME).map_err(failed)? == StepResult::More {
        let progress = backup.progress();
        tracing::info!(
            pages = progress.pagecount,
            left = progress.remaining,
            "copying the store"
        );
    }
    drop(backup);
    // One file that needs no log beside it, so that it can be read where nothing can be written.
    let mode: String = target
        .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))
        .map_err(failed)?;
    let sound: String = target
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(failed)?;
    if mode != "delete" || sound != "ok" {
        return Err(BackupError::Unfit(
            "a sound copy of the store",
            format!("`{mode}`, `{sound}`"),
        ));
    }
    target.close().map_err(|(_, error)| failed(error))?;
    sync(copy)?;
    Ok(checkpoint)
}

/// `inner` must not be `outer` nor lie in it. Neither needs to be there yet.
fn apart(inner: &Path, outer: &Path, want: &'static str) -> Result<(), BackupError> {
    if whole(inner)?.starts_with(whole(outer)?) {
        return Err(BackupError::Place(inner.to_owned(), want));
    }
    Ok(())
}

/// A path without links and dots, as far as it is there.
fn whole(path: &Path) -> Result<PathBuf, BackupError> {
    let mut missing = Vec::new();
    let mut there = std::path::absolute(path).map_err(io(path))?;
    while !there.exists() {
        missing.push(there.file_name().unwrap_or_default().to_owned());
        if !there.pop() {
            break;
        }
    }
    let there = there.canonicalize().map_err(io(path))?;
    Ok(missing.into_iter().rev().fold(there, |path, name| path.join(name)))
}

fn new_folder(under: &Path, name: &str, at: Timestamp) -> Result<PathBuf, BackupError> {
    // Letters and digits only: the time as it sorts, to the millisecond.
    let at: String = at.rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
    let folder = under.join(format!("{name}-{at}"));
    if folder.exists() {
        return Err(BackupError::Place(folder, "a folder that is not there yet"));
    }
    Ok(folder)
}

/// Makes a folder for its owner only, unless it is there.
fn private_folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(io(path))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut file = new_file(path)?;
    file.write_all(bytes).map_err(io(path))?;
    file.sync_all().map_err(io(path))
}

fn new_file(path: &Path) -> Result<File, BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path).map_err(io(path))
}

fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(io(path))
}

/// Copies one file for its owner only, and makes it durable.
fn copy_file(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut source = File::open(from).map_err(io(from))?;
    let mut target = new_file(to)?;
    std::io::copy(&mut source, &mut target).map_err(io(to))?;
    target.sync_all().map_err(io(to))
}

/// Copies the files of a folder, and the folders in it, into one that is there.
fn copy_folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    for entry in fs::read_dir(from).map_err(io(from))? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).map_err(io(from))?;
        if path.is_dir() {
            private_folder(&to.join(&name))?;
            copy_folder(&path, &to.join(&name))?;
        } else {
            copy_file(&path, &to.join(&name))?;
        }
    }
    sync(to)
}

fn sha256(path: &Path) -> Result<String, BackupError> {
    let mut file = File::open(path).map_err(io(path))?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(io(path))?;
        if read == 0 {
            break;
        }
        context.update(buffer.get(..read).unwrap_or_default());
    }
    let digest = context.finish();
    Ok(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Notes in the data directory that there is a backup. One that is not noted is a backup all the same.
fn note(data_dir: &Path, at: Timestamp) {
    if let Err(error) = fs::write(data_dir.join(LAST), format!("{}\n", at.rfc3339())) {
        tracing::warn!(%error, "the data directory does not learn of this backup");
    }
}

/// When the last backup was made, if one was.
#[must_use]
pub fn last(data_dir: &Path) -> Option<Timestamp> {
    Timestamp::from_rfc3339(fs::read_to_string(data_dir.join(LAST)).ok()?.trim())
}

#[cfg(test)]
mod tests;
