//! A data directory: the store, the key directory, and the lock of the one process that serves from it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::geo::grid::GridKey;
use domain::journal::keys::Keys;
use domain::journal::settle::{Journal, Opened};
use domain::journal::store::StoreError;
use domain::policy::Policy;
use domain::secret::Secret;
use rusqlite::Connection;
use wire::jose::signing_key::SigningKey;

use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::gateway::Gateway;
use crate::keys::{self, KeyDirectory, KeysError, SubjectIndex};
use crate::seal::Sealer;
use crate::store::journal::sqlite::SqliteJournal;
use crate::store::sqlite::open_reader;

/// Why a data directory cannot be used.
#[derive(Debug)]
pub enum DataError {
    /// It is not there, or cannot be used.
    Io(PathBuf, std::io::Error),
    /// Another process serves from it.
    Busy(PathBuf),
    /// Its keys.
    Keys(KeysError),
    /// Its store.
    Store(StoreError),
    /// There is a store without its keys.
    KeysLost(PathBuf),
    /// The token key is not one.
    TokenKey,
}

impl std::fmt::Display for DataError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
            Self::Busy(path) => {
                write!(
                    f,
                    "expected to serve from `{}` alone, found that another process does",
                    path.display()
                )
            }
            Self::Keys(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::KeysLost(path) => write!(
                f,
                "expected the key directory `{}` beside the store, found none; restore it from its backup, since the store cannot be read without it",
                path.display()
            ),
            Self::TokenKey => f.write_str("expected an EC P-256 key in `tokens.p8`, found something else"),
        }
    }
}

impl std::error::Error for DataError {}

impl From<KeysError> for DataError {
    fn from(error: KeysError) -> Self {
        Self::Keys(error)
    }
}

impl From<StoreError> for DataError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

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
    /// What its verification found.
    pub opened: Opened,
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
    pub tokens: SigningKey,
}

/// Makes the folder, the keys and an empty store, if there is none yet.
///
/// # Errors
/// When it cannot be written, or holds a store without keys.
pub fn create_if_missing(gateway: &Gateway) -> Result<bool, DataError> {
    let folder = &gateway.data_dir;
    std::fs::create_dir_all(folder).map_err(|error| DataError::Io(folder.clone(), error))?;
    let path = folder.join("keys");
    if path.exists() {
        return Ok(false);
    }
    if folder.join("wayleave.db").exists() {
        return Err(DataError::KeysLost(path));
    }
    let chance = SystemChance::new();
    let tokens = SigningKey::from_chance(chance.bytes()).map_err(|_| DataError::TokenKey)?;
    keys::create(&path, gateway.world.into(), &chance, tokens.pkcs8().expose())?;
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
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DataError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// Opens a data directory and verifies its journal, saying how far it is.
///
/// # Errors
/// When keys or store are missing, loose, of another world, or contradict themselves.
pub fn open(gateway: &Gateway, clock: Arc<dyn Clock>) -> Result<Data, DataError> {
    let directory = KeyDirectory::open(&gateway.data_dir.join("keys"), gateway.world.into())?;
    let sealer = Arc::new(Sealer::new(Secret::new(directory.derive("wayleave columns"))));
    let store = gateway.data_dir.join("wayleave.db");
    let origin = gateway.origin();
    let backend = SqliteJournal::open(&store, clock, Arc::clone(&sealer))?;
    let mut said = 0;
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that opens the journal, after the keys"
    )]
    let (journal, opened) = Journal::open(
        Box::new(backend),
        directory.journal(&origin)?,
        Policy::shipped(gateway.world.into()),
        &mut |verified| {
            if verified - said >= 500_000 {
                said = verified;
                tracing::info!(verified, "verifying the journal");
            }
        },
    )?;
    Ok(Data {
        journal,
        opened,
        reader: Reader {
            connection: Mutex::new(open_reader(&store)?),
        },
        store,
        sealer,
        index: directory.index(),
        grid: GridKey::new(directory.derive("wayleave grid")),
        questions: directory.journal(&origin)?,
        tokens: SigningKey::from_pkcs8(directory.tokens()).map_err(|_| DataError::TokenKey)?,
    })
}
