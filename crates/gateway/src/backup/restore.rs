//! A backup put in the place of a store that was lost. What happened since is gone, withdrawals among it, so nothing that
//! the backup allows is believed: every consent in it is ended and every party suspended before the store has its name.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::ConsentId;
use domain::journal::settle::{Change, Depth, Item, Outcome};
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use domain::time::Timestamp;

use super::{BackupError, MANIFEST, Manifest, copy_file, copy_folder, io, private_folder, sha256, sync};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::gateway::Gateway;
use crate::data::{self, Data, mark};
use crate::keys::KeyDirectory;
use crate::store::party::sqlite::list_after;
use crate::store::permission::sqlite::live_after;
use crate::store::sqlite::{log_path, open_writer};

/// So many people are looked at, and so many changes settled, at a time.
const AT_A_TIME: usize = 256;

/// What was restored.
#[derive(Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// How many entries the key directory remembers beyond it, if it remembers more: so many are lost for certain.
    pub lost_at_least: u64,
    /// How many consents and questions were ended.
    pub ended: u64,
    /// How many parties were suspended.
    pub suspended: u64,
}

/// Puts the backup in `from` where the configuration wants the store, and the keys in `keys_from` beside it, if they are
/// not there.
///
/// # Errors
/// When there is a store already, the backup is not sound or is another gateway's, or the keys do not fit. Nothing is
/// left then that `wayleave serve` would start from.
pub fn restore(
    gateway: &Gateway,
    from: &Path,
    keys_from: Option<&Path>,
    clock: &Arc<dyn Clock>,
) -> Result<Restored, BackupError> {
    let manifest = read_manifest(gateway, from)?;
    private_folder(&gateway.data_dir)?;
    let _lock = data::lock(&gateway.data_dir)?;
    let store = gateway.data_dir.join(data::STORE);
    // A log that was left alone would be played into the restored store.
    if let Some(found) = with_logs(&store).into_iter().find(|path| path.exists()) {
        let want = "no store where the backup goes; move the old one away with its `-wal` and `-shm`, and keep it: it is evidence";
        return Err(BackupError::Place(found, want));
    }
    restore_keys(gateway, keys_from)?;
    let keys = gateway.data_dir.join(data::KEYS);
    let remembered = mark::read(&keys)?;
    let making = store.with_extension("restoring");
    clear(&making)?;
    copy_file(&from.join(data::STORE), &making)?;
    if sha256(&making)? != manifest.sha256 {
        clear(&making)?;
        return Err(BackupError::Unfit(
            "the copy that the manifest names",
            "another one".to_owned(),
        ));
    }
    let (ended, suspended) = disarm(gateway, &making, clock).inspect_err(|_| {
        // What is left half-way has no name that anything starts from.
        let _ = clear(&making);
    })?;
    mark::write(&keys, 0)?;
    sync(&making)?;
    fs::rename(&making, &store).map_err(io(&store))?;
    sync(&gateway.data_dir)?;
    let lost_at_least = remembered.saturating_sub(manifest.entries);
    Ok(Restored {
        manifest,
        lost_at_least,
        ended,
        suspended,
    })
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
    if manifest.origin != gateway.origin() || manifest.world != gateway.world {
        let found = format!("one of `{}` ({:?})", manifest.origin, manifest.world);
        return Err(BackupError::Unfit(
            "a backup of the configured gateway",
            found.to_lowercase(),
        ));
    }
    Ok(manifest)
}

fn restore_keys(gateway: &Gateway, keys_from: Option<&Path>) -> Result<(), BackupError> {
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
    KeyDirectory::open(&keys, gateway.world.into()).map_err(data::DataError::Keys)?;
    Ok(())
}

/// Ends what the store allows, and returns how many consents and how many parties that were.
fn disarm(gateway: &Gateway, store: &Path, clock: &Arc<dyn Clock>) -> Result<(u64, u64), BackupError> {
    let mut data = data::open_store(gateway, store.to_owned(), Depth::Whole, Arc::clone(clock))?;
    let mut chance = SystemChance::new();
    let open_asks = std::mem::take(&mut data.opened.open_asks);
    data.journal.abandon(open_asks, &mut chance)?;
    let suspended = suspend_parties(&mut data, &mut chance)?;
    let ended = end_consents(&mut data, clock.now(), &mut chance)?;
    drop(data);
    // The last to close is a writer, which finishes the log and removes it; a reader could not.
    drop(open_writer(store)?);
    let log = log_path(store);
    if log.exists() {
        return Err(BackupError::Unfit(
            "a store without a log beside it",
            format!("`{}`", log.display()),
        ));
    }
    Ok((ended, suspended))
}

fn suspend_parties(data: &mut Data, chance: &mut SystemChance) -> Result<u64, BackupError> {
    let (mut suspended, mut after) = (0, String::new());
    loop {
        let parties = data.reader.read(|store| list_after(store, &after))?;
        let Some(last) = parties.last() else {
            return Ok(suspended);
        };
        after.clone_from(&last.record.client);
        let changes = parties.iter().map(|party| Change::Suspend {
            party: party.id,
            suspended: true,
        });
        // One that is suspended already stays as it is, and is not counted.
        suspended += settle(data, changes.collect(), chance)?;
    }
}

fn end_consents(data: &mut Data, now: Timestamp, chance: &mut SystemChance) -> Result<u64, BackupError> {
    let (mut ended, mut after) = (0, None);
    loop {
        let found: Vec<(SubjectKey, Vec<ConsentId>)> = data
            .reader
            .read(|store| live_after(store, after, now, AT_A_TIME, &data.sealer))?;
        let Some((last, _)) = found.last() else {
            return Ok(ended);
        };
        after = Some(*last);
        let changes = found.iter().flat_map(|(subject, consents)| {
            consents.iter().map(|consent| Change::Withdraw {
                subject: *subject,
                consent: *consent,
            })
        });
        ended += settle(data, changes.collect(), chance)?;
    }
}

/// Settles changes, and returns how many had something to change.
fn settle(data: &mut Data, changes: Vec<Change>, chance: &mut SystemChance) -> Result<u64, BackupError> {
    let mut changed = 0;
    let mut items: Vec<Item> = changes.into_iter().map(Item::Change).collect();
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(AT_A_TIME));
        let outcomes = data
            .journal
            .settle("restore", std::mem::replace(&mut items, rest), chance)?;
        for outcome in outcomes {
            match outcome {
                Outcome::Changed(_) => changed += 1,
                // It was so already: withdrawing one consent ends its twins with it.
                Outcome::NotApplicable => {}
                _ => return Err(StoreError::Failed("a change had the outcome of another item".to_owned()).into()),
            }
        }
    }
    Ok(changed)
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
