//! How the file is opened: pragmas, migrations, and the log kept small.

use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::journal::store::StoreError;
use domain::journal::tree::sha256;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

/// The numbered migrations, in order. A stored hash of each keeps them from changing under a data directory.
const MIGRATIONS: [(&str, &str); 1] = [("0001-road", include_str!("0001-road.sql"))];

/// A log larger than this is finished by the writer itself, in bytes.
pub const LOG_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long a connection waits for another's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Turns SQLite's error into one of the journal's: nothing was written.
pub fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Failed(error.to_string())
}

/// Opens the file for writing, creating it if it is not there, and brings its tables up to date.
///
/// # Errors
/// When the file cannot be opened, or holds a migration that this program does not know.
pub fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    for_its_owner_only(path).map_err(failed)?;
    let mut connection = Connection::open(path).map_err(failed)?;
    prepare(&connection)?;
    // Every commit is on the disk before it is acknowledged; checkpoints are run apart, so that no commit waits for one.
    connection
        .pragma_update(None, "wal_autocheckpoint", 0)
        .map_err(failed)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Makes the file if it is not there, and closes it to everybody else. SQLite gives the log beside it the same mode.
fn for_its_owner_only(path: &Path) -> std::io::Result<()> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)?;
    let mut permissions = file.metadata()?.permissions();
    if permissions.mode() & 0o077 != 0 {
        permissions.set_mode(0o600);
        file.set_permissions(permissions)?;
    }
    Ok(())
}

/// Opens the file for reading only. Reads never decide; they fill pages and find keys.
///
/// # Errors
/// When the file cannot be opened.
pub fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(StoreError::Failed(format!(
            "expected journal mode `wal`, found `{mode}`"
        )));
    }
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(failed)?;
    connection.pragma_update(None, "cache_size", -65_536).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    transaction
        .execute_batch("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, hash BLOB NOT NULL) STRICT")
        .map_err(failed)?;
    let known: i64 = transaction
        .query_row("SELECT count(*) FROM migration", [], |row| row.get(0))
        .map_err(failed)?;
    if known > i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX) {
        return Err(StoreError::Failed(
            "expected tables of this program or older, found newer ones".to_owned(),
        ));
    }
    for (name, sql) in MIGRATIONS {
        let hash = sha256(&[sql.as_bytes()]);
        let stored: Option<Vec<u8>> = transaction
            .query_row("SELECT hash FROM migration WHERE name = ?1", [name], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        match stored {
            Some(stored) if stored == hash => {}
            Some(_) => {
                return Err(StoreError::Failed(format!(
                    "expected migration `{name}` as shipped, found another"
                )));
            }
            None => {
                transaction.execute_batch(sql).map_err(failed)?;
                transaction
                    .execute("INSERT INTO migration (name, hash) VALUES (?1, ?2)", (name, &hash[..]))
                    .map_err(failed)?;
            }
        }
    }
    transaction.commit().map_err(failed)
}

/// The write-ahead log beside the file.
#[must_use]
pub fn log_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Runs passive checkpoints from a connection of its own until `stop` says so, so that the writer never has to move
/// many pages at once.
///
/// # Errors
/// When the file cannot be opened. A single checkpoint that fails is tried again.
pub fn run_checkpoints(path: &Path, stop: &std::sync::mpsc::Receiver<()>) -> Result<(), StoreError> {
    let connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(Duration::from_millis(100)).map_err(failed)?;
    while let Err(std::sync::mpsc::RecvTimeoutError::Timeout) = stop.recv_timeout(Duration::from_millis(250)) {
        let outcome = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(0));
        if let Err(error) = outcome {
            tracing::debug!(%error, "a passive checkpoint did not run");
        }
    }
    Ok(())
}
