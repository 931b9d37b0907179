//! A data directory: the store, the key directory, and the lock of the one process that serves from it.

mod error;
mod head;
pub mod highest;
pub mod mark;
pub mod published;

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::geo::grid::GridKey;
use domain::journal::canaries::Canaries;
use domain::journal::keys::Keys;
use domain::journal::settle::{Depth, Journal, Opened};
use domain::policy::Policy;
use domain::secret::Secret;
use rusqlite::Connection;
use wire::jose::signing_key::SigningKey;

pub use error::DataError;

use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::gateway::Gateway;
use crate::keys::sealing::SealingKeys;
use crate::keys::tokens::TokenKeys;
use crate::keys::{self, KeyDirectory, SubjectIndex, Tenure};
use crate::policy_file;
use crate::seal::Sealer;
use crate::store::journal::sqlite::SqliteJournal;
use crate::store::life::tenures;
use crate::store::sqlite::{open_reader, open_writer};

/// The store's file.
pub const STORE: &str = "wayleave.db";
/// At a start at least so many of the latest entries are held against the tree.
const LATEST: u64 = 100_000;
/// The key directory.
pub const KEYS: &str = "keys";

/// Reads the store beside the journal's writer. Reads fill pages and find keys; they never decide.
pub struct Reader {
    connection: Mutex<Connection>,
}

impl Reader {
    /// Runs one short read.
    pub fn read<T>(&self, body: impl FnOnce(&Connection) -> T) -> T {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        body(&connection)
    }
}

/// An opened and verified data directory.
pub struct Data {
    /// The journal.
    pub journal: Journal,
    /// The numbers that nobody may ask about, which the journal knows by these.
    pub canaries: Canaries,
    /// What its verification found.
    pub opened: Opened,
    /// The policy that the journal decides by.
    pub policy: Policy,
    /// The store's file.
    pub store: PathBuf,
    /// Reads beside the journal.
    pub reader: Reader,
    /// Opens sealed columns.
    pub sealer: Arc<Sealer>,
    /// Names people by their numbers.
    pub index: SubjectIndex,
    /// Chooses corners of the grid.
    pub grid: GridKey,
    /// Derives the codes and links of questions.
    pub questions: Keys,
    /// Signs access tokens.
    pub tokens: TokenKeys,
    /// Opens what others seal to this gateway.
    pub sealing: Arc<SealingKeys>,
}

/// Makes the folder, the keys and an empty store, if there is none yet.
///
/// # Errors
/// When it cannot be written, or holds a store without keys.
pub fn create_if_missing(gateway: &Gateway) -> Result<bool, DataError> {
    let folder = &gateway.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| DataError::Io(folder.clone(), error))?;
    let (path, store) = (folder.join(KEYS), folder.join(STORE));
    match (path.exists(), store.exists()) {
        (true, true) => return Ok(false),
        (true, false) => return Err(DataError::StoreLost(store)),
        (false, true) => return Err(DataError::KeysLost(path)),
        (false, false) if gateway.has_example_name() => return Err(DataError::ExampleName(gateway.issuer.clone())),
        (false, false) => {}
    }
    let chance = SystemChance::new();
    let tokens = SigningKey::from_chance(chance.bytes()).map_err(|_| DataError::TokenKey)?;
    keys::create(&path, gateway.world.into(), &chance, tokens.pkcs8().expose())?;
    drop(open_writer(&store)?);
    Ok(true)
}

/// Takes the lock of the one process that serves. It is released when the file is dropped, or the process dies.
///
/// # Errors
/// `Busy` when another process holds it.
pub fn lock(folder: &Path) -> Result<File, DataError> {
    let path = folder.join("wayleave.lock");
    let io = |error| DataError::Io(path.clone(), error);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DataError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// Opens a data directory and verifies its journal, saying how far it is: the whole tree, and the latest entries.
///
/// # Errors
/// When keys or store are missing, loose, of another world, or contradict themselves; or when the store is older than
/// the key directory remembers.
pub fn open(gateway: &Gateway, clock: Arc<dyn Clock>) -> Result<Data, DataError> {
    open_to(gateway, Depth::Latest(LATEST), clock)
}

/// As [`open`], and verifies every entry.
///
/// # Errors
/// As [`open`].
pub fn open_whole(gateway: &Gateway, clock: Arc<dyn Clock>) -> Result<Data, DataError> {
    open_to(gateway, Depth::Whole, clock)
}

fn open_to(gateway: &Gateway, depth: Depth, clock: Arc<dyn Clock>) -> Result<Data, DataError> {
    // Looked at first: a process that serves meanwhile only adds entries.
    let remembered = mark::read(&gateway.data_dir.join(KEYS))?;
    let directory = KeyDirectory::open(&gateway.data_dir.join(KEYS), gateway.world.into())?;
    let data = open_store(gateway, &directory, (gateway.data_dir.join(STORE), depth), clock)?;
    if data.opened.entries < remembered {
        return Err(DataError::Older {
            remembered,
            found: data.opened.entries,
        });
    }
    head::check(&data)?;
    Ok(data)
}

/// Opens a store, as deep as is said, with the keys of a key directory, whatever is remembered of another one.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_store(
    gateway: &Gateway,
    directory: &KeyDirectory,
    (store, depth): (PathBuf, Depth),
    clock: Arc<dyn Clock>,
) -> Result<Data, DataError> {
    let sealer = Sealer::new(Secret::new(directory.derive("wayleave columns"))).of_journal(directory.number());
    let sealer = Arc::new(sealer);
    if !store.exists() {
        return Err(DataError::StoreLost(store));
    }
    let policy = policy_file::load(gateway.policy_file.as_deref(), gateway.world.into())?;
    let backend = SqliteJournal::open(&store, clock, Arc::clone(&sealer))?;
    let (journal, opened) = open_journal(gateway, directory, backend, policy.clone(), depth)?;
    let connection = open_reader(&store)?;
    let index = directory.index();
    for (number, tenure, since) in tenures(&connection)? {
        index.begin(number, Tenure { number: tenure, since });
    }
    Ok(Data {
        canaries: journal.canaries(),
        journal,
        opened,
        policy,
        reader: Reader {
            connection: Mutex::new(connection),
        },
        store,
        sealer,
        index,
        grid: GridKey::new(directory.derive("wayleave grid")),
        questions: directory.journal(&gateway.origin())?,
        tokens: directory.tokens()?,
        sealing: Arc::new(directory.sealing()?),
    })
}

/// Verifies the journal in a copy of the store, with the keys of the data directory, and writes nothing.
///
/// # Errors
/// As [`open`], but the copy may be older.
pub fn verify_copy(gateway: &Gateway, store: &Path, clock: Arc<dyn Clock>) -> Result<Opened, DataError> {
    let directory = KeyDirectory::open(&gateway.data_dir.join(KEYS), gateway.world.into())?;
    let sealer = Arc::new(Sealer::new(Secret::new(directory.derive("wayleave columns"))));
    let backend = SqliteJournal::open_to_verify(store, clock, sealer)?;
    let policy = Policy::shipped(gateway.world.into());
    Ok(open_journal(gateway, &directory, backend, policy, Depth::Whole)?.1)
}

fn open_journal(
    gateway: &Gateway,
    directory: &KeyDirectory,
    backend: SqliteJournal,
    policy: Policy,
    depth: Depth,
) -> Result<(Journal, Opened), DataError> {
    let mut said = 0;
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that opens the journal, after the keys"
    )]
    let opened = Journal::open(
        Box::new(backend),
        directory.journal(&gateway.origin())?,
        policy,
        depth,
        &mut |verified| {
            if verified - said >= 500_000 {
                said = verified;
                tracing::info!(verified, "verifying the journal");
            }
        },
    )?;
    Ok(opened)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::clock::SystemClock;
    use crate::config::gateway::WorldWord;
    use crate::keys::KeysError;

    pub(crate) fn gateway(folder: &Path) -> Gateway {
        Gateway {
            world: WorldWord::Sandbox,
            issuer: "http://127.0.0.1:8080".to_owned(),
            operator: "Port Aster".to_owned(),
            contact: None,
            locale: "en".to_owned(),
            time_zone: "UTC".to_owned(),
            data_dir: folder.join("data"),
            token_key_days: 90,
            party_keys_wait_s: 259_200,
            policy_file: None,
        }
    }

    #[test]
    fn nobody_but_its_owner_may_read_anything_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = gateway(folder.path());
        assert!(create_if_missing(&gateway).expect("made"));
        let _lock = lock(&gateway.data_dir).expect("alone");
        let mut data = open(&gateway, Arc::new(SystemClock)).expect("opens");
        let text = domain::journal::settle::Item::Spend(domain::party::ReplayKey {
            until_minute: u32::MAX,
            hash: [0; 16],
        });
        let settled = data.journal.settle("test", vec![text], &mut SystemChance::new());
        settled.expect("so that there is a log beside the store");
        let mut seen = 0;
        for folder in [gateway.data_dir.clone(), gateway.data_dir.join(KEYS)] {
            for file in std::fs::read_dir(&folder).expect("a folder") {
                let file = file.expect("a file");
                let mode = file.metadata().expect("there").permissions().mode();
                assert_eq!(mode & 0o077, 0, "{} {mode:o}", file.path().display());
                seen += 1;
            }
        }
        assert!(seen >= 8, "store, log, its index, lock, keys and four in them: {seen}");
    }

    #[test]
    fn neither_keys_nor_store_are_made_anew_beside_the_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = gateway(folder.path());
        create_if_missing(&gateway).expect("made");
        assert!(!create_if_missing(&gateway).expect("is there"));
        let (store, keys) = (gateway.data_dir.join(STORE), gateway.data_dir.join(KEYS));
        std::fs::rename(&store, folder.path().join("store")).expect("moved");
        assert!(matches!(create_if_missing(&gateway), Err(DataError::StoreLost(_))));
        assert!(matches!(
            open(&gateway, Arc::new(SystemClock)),
            Err(DataError::StoreLost(_))
        ));
        std::fs::rename(folder.path().join("store"), &store).expect("moved back");
        std::fs::rename(&keys, folder.path().join("keys")).expect("moved");
        assert!(matches!(create_if_missing(&gateway), Err(DataError::KeysLost(_))));
        assert!(matches!(
            open(&gateway, Arc::new(SystemClock)),
            Err(DataError::Keys(KeysError::Missing(_)))
        ));
    }
}
