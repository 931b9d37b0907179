//! How the file is opened: pragmas, migrations, and the log kept small.

use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::journal::store::StoreError;
use domain::journal::tree::sha256;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

/// The numbered migrations, in order. A stored hash of each keeps them from changing under a data directory.
const MIGRATIONS: [(&str, &str); 14] = [
    ("0001-road", include_str!("0001-road.sql")),
    ("0002-consent", include_str!("0002-consent.sql")),
    ("0003-board", include_str!("0003-board.sql")),
    ("0004-life", include_str!("0004-life.sql")),
    ("0005-texts", include_str!("0005-texts.sql")),
    ("0007-lines", include_str!("0007-lines.sql")),
    ("0008-journal", include_str!("0008-journal.sql")),
    ("0009-erasure", include_str!("0009-erasure.sql")),
    ("0010-restored", include_str!("0010-restored.sql")),
    ("0011-chain", include_str!("0011-chain.sql")),
    ("0012-misuse", include_str!("0012-misuse.sql")),
    ("0013-notice-stamps", include_str!("0013-notice-stamps.sql")),
    ("0014-stops", include_str!("0014-stops.sql")),
    ("0015-changes", include_str!("0015-changes.sql")),
];

/// A log larger than this is finished by the writer itself, in bytes.
pub const LOG_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long a connection waits for another's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the writer waits for readers when it only wants to shorten the log.
const HOUSEKEEPING_TIMEOUT: Duration = Duration::from_millis(20);

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
    // What is deleted is overwritten: a free page of the file says nothing of whom it was about.
    connection.pragma_update(None, "secure_delete", true).map_err(failed)?;
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

/// Runs something that may be left for another time: it hardly waits for other connections.
///
/// # Errors
/// What it returns, or that the time to wait could not be set.
pub fn without_patience<T>(
    connection: &Connection,
    body: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.busy_timeout(HOUSEKEEPING_TIMEOUT)?;
    let outcome = body(connection);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    outcome
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_does_not_wait_for_a_backup_to_shorten_the_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let writer = open_writer(&path).expect("a store");
        let backup = open_reader(&path).expect("a reader");
        backup
            .execute_batch("BEGIN; SELECT * FROM head")
            .expect("a read that lasts");
        writer
            .execute("UPDATE head SET at = 1", [])
            .expect("committed meanwhile");
        let shorten = |writer: &Connection| {
            let outcome = without_patience(writer, |writer| {
                writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            });
            outcome.expect("tried")
        };
        let (done, outcome) = std::sync::mpsc::channel();
        std::thread::spawn(move || done.send((shorten(&writer), writer)));
        // Half of what the writer would wait for another writer: a busy machine is slow at everything.
        let (outcome, writer) = outcome.recv_timeout(BUSY_TIMEOUT / 2).expect("an outcome at once");
        assert_eq!(outcome, 1, "not done, since somebody reads");
        let patience: i64 = writer
            .query_row("PRAGMA busy_timeout", [], |row| row.get(0))
            .expect("a time");
        assert_eq!(
            u128::from(patience.unsigned_abs()),
            BUSY_TIMEOUT.as_millis(),
            "patient again for commits"
        );
        drop(backup);
        assert_eq!(shorten(&writer), 0, "done");
    }
}
