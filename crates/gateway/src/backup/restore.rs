//! A backup put in the place of a store that was lost. What happened since is gone, withdrawals among it. So the journal
//! goes on under a new name, which its witnesses have to be told of; every person with something live is paused and told by
//! text, every party is suspended, and sign-in links and sessions of before are void: all that before the store has its
//! name.

mod disarm;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::journal::checkpoint::VerifierKey;

use super::{BackupError, MANIFEST, Manifest, copy_file, copy_folder, io, private_folder, sha256, sync};
use crate::clock::Clock;
use crate::config::gateway::Gateway;
use crate::data::{self, mark};
use crate::keys::{KeyDirectory, number_of};
use disarm::disarm;

/// What is restored, and what is known of what was lost.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// One backup of the store.
    pub from: &'a Path,
    /// One backup of the keys, if they are lost too.
    pub keys_from: Option<&'a Path>,
    /// The number of the journal from now on, if it is not the next: a key directory that was restored too may have
    /// forgotten an earlier restore.
    pub number: Option<u32>,
    /// How many entries witnesses have seen, if any said so.
    pub seen: u64,
}

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// The journal's key from now on.
    pub key: VerifierKey,
    /// How many entries the key directory or a witness remembers beyond the backup: so many are lost for certain.
    pub lost_at_least: u64,
    /// How many people with something live were paused.
    pub paused: u64,
    /// How many parties were suspended.
    pub suspended: u64,
}

/// Puts a backup where the configuration wants the store, and the keys beside it, if they are not there.
///
/// # Errors
/// When there is a store already, the backup is not sound or is another gateway's, or the keys do not fit. Nothing is
/// left then that `wayleave serve` would start from.
pub fn restore(gateway: &Gateway, wanted: &Wanted<'_>, clock: &Arc<dyn Clock>) -> Result<Restored, BackupError> {
    let manifest = read_manifest(gateway, wanted.from)?;
    private_folder(&gateway.data_dir)?;
    let _lock = data::lock(&gateway.data_dir)?;
    let store = gateway.data_dir.join(data::STORE);
    // A log that was left alone would be played into the restored store.
    if let Some(found) = with_logs(&store).into_iter().find(|path| path.exists()) {
        let want = "no store where the backup goes; move the old one away with its `-wal` and `-shm`, and keep it: it is evidence";
        return Err(BackupError::Place(found, want));
    }
    let directory = restore_keys(gateway, wanted.keys_from)?;
    let directory = renumbered(directory, gateway, &manifest, wanted.number)?;
    let keys = gateway.data_dir.join(data::KEYS);
    let known = mark::read(&keys)?.max(wanted.seen).max(manifest.entries);
    let making = store.with_extension("restoring");
    clear(&making)?;
    copy_file(&wanted.from.join(data::STORE), &making)?;
    if sha256(&making)? != manifest.sha256 {
        clear(&making)?;
        let want = "the copy that the manifest names";
        return Err(BackupError::Unfit(want, "another one".to_owned()));
    }
    let disarmed = disarm(gateway, &directory, &making, (&manifest, known), clock).inspect_err(|_| {
        // What is left half-way has no name that anything starts from.
        let _ = clear(&making);
    })?;
    // A crash from here on leaves no store, and a number that the next try counts on from.
    directory.keep_number().map_err(data::DataError::Keys)?;
    mark::write(&keys, 0)?;
    sync(&making)?;
    fs::rename(&making, &store).map_err(io(&store))?;
    sync(&gateway.data_dir)?;
    Ok(Restored {
        lost_at_least: known.saturating_sub(manifest.entries),
        manifest,
        key: disarmed.key,
        paused: disarmed.paused,
        suspended: disarmed.suspended,
    })
}

/// The keys of the journal that begins now.
fn renumbered(
    directory: KeyDirectory,
    gateway: &Gateway,
    manifest: &Manifest,
    number: Option<u32>,
) -> Result<KeyDirectory, BackupError> {
    let of_backup = number_of(&gateway.origin(), &manifest.origin).unwrap_or(1);
    let least = directory.number().max(of_backup).saturating_add(1);
    match number {
        Some(number) if number < least => Err(BackupError::Unfit(
            "a number that no journal of this gateway has had",
            format!("`{number}`; the next is `{least}`"),
        )),
        number => Ok(directory.with_number(number.unwrap_or(least))),
    }
}

/// Reads a backup's manifest and checks that it is this gateway's.
fn read_manifest(gateway: &Gateway, from: &Path) -> Result<Manifest, BackupError> {
    let path = from.join(MANIFEST);
    let text = fs::read(&path).map_err(io(&path))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| BackupError::Unfit("a manifest", error.to_string()))?;
    if manifest.v != 1 {
        return Err(BackupError::Unfit("a manifest of layout 1", manifest.v.to_string()));
    }
    if number_of(&gateway.origin(), &manifest.origin).is_none() || manifest.world != gateway.world {
        let found = format!("one of `{}` ({:?})", manifest.origin, manifest.world);
        return Err(BackupError::Unfit(
            "a backup of the configured gateway",
            found.to_lowercase(),
        ));
    }
    Ok(manifest)
}

fn restore_keys(gateway: &Gateway, keys_from: Option<&Path>) -> Result<KeyDirectory, BackupError> {
    let keys = gateway.data_dir.join(data::KEYS);
    if let Some(from) = keys_from {
        if keys.exists() {
            return Err(BackupError::Place(keys, "no key directory where its backup goes"));
        }
        let making = gateway.data_dir.join("keys.restoring");
        if making.exists() {
            fs::remove_dir_all(&making).map_err(io(&making))?;
        }
        private_folder(&making)?;
        copy_folder(from, &making)?;
        fs::rename(&making, &keys).map_err(io(&keys))?;
    }
    Ok(KeyDirectory::open(&keys, gateway.world.into()).map_err(data::DataError::Keys)?)
}

/// A store's file and what SQLite may leave beside it.
fn with_logs(store: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|ending| {
        let mut name = store.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

fn clear(making: &Path) -> Result<(), BackupError> {
    for path in with_logs(making) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(BackupError::Io(path, error)),
            _ => {}
        }
    }
    Ok(())
}
