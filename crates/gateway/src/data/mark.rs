//! The mark: how many entries the journal has had, kept in the key directory. So an older copy of the store that is put
//! back beside its keys is noticed at the next start. It does not notice an older copy of both.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::DataError;
use crate::keys::{KeysError, read_secret};
use crate::store::journal::sqlite::latest_size;
use crate::store::sqlite::open_reader;
use crate::whole::replace;

/// The mark's file.
const MARK: &str = "journal.mark";
/// How often it is raised while the gateway serves.
const RAISE_EVERY: Duration = Duration::from_secs(1);

/// How many entries the key directory remembers; none if there is no mark yet.
///
/// # Errors
/// When it is loose or cannot be read as a number: somebody else wrote it.
pub fn read(keys: &Path) -> Result<u64, DataError> {
    let path = keys.join(MARK);
    let text = match read_secret(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(KeysError::Missing(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let malformed = || KeysError::Malformed(path, "a number of entries").into();
    text.trim().parse().map_err(|_| malformed())
}

/// Sets the mark, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write(keys: &Path, entries: u64) -> Result<(), DataError> {
    let path = keys.join(MARK);
    // A crash leaves the older mark, which is true as well: it only notices less.
    replace(&path, format!("{entries}\n").as_bytes()).map_err(|error| DataError::Io(path, error))
}

/// The thread that raises the mark as the journal grows.
#[derive(Debug)]
pub struct Keeper {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts it.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(keys: PathBuf, store: PathBuf) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let mut kept = Kept {
            keys,
            store,
            entries: 0,
            failing: false,
        };
        let thread = std::thread::Builder::new().name("mark".to_owned()).spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(RAISE_EVERY) {
                kept.raise();
            }
            kept.raise();
        })?;
        Ok(Self { stop, thread })
    }

    /// Raises it once more and ends the thread.
    pub fn end(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the thread that keeps the journal's mark ended in a panic");
        }
    }
}

#[derive(Debug)]
struct Kept {
    keys: PathBuf,
    store: PathBuf,
    entries: u64,
    failing: bool,
}

impl Kept {
    fn raise(&mut self) {
        // Only what is committed is seen here, so the mark never runs ahead of the store.
        let size = open_reader(&self.store).and_then(|store| latest_size(&store));
        let outcome = match size {
            Ok(size) if size <= self.entries => return,
            Ok(size) => write(&self.keys, size).map(|()| self.entries = size),
            Err(error) => Err(DataError::Store(error)),
        };
        if let Err(error) = &outcome
            && !self.failing
        {
            tracing::warn!(%error, "the key directory does not learn how far the journal is");
        }
        self.failing = outcome.is_err();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_mark_is_read_as_it_was_written_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = folder.path();
        assert_eq!(read(keys).expect("no mark yet"), 0);
        write(keys, 7).expect("written");
        write(keys, 12).expect("written again");
        assert_eq!(read(keys).expect("a mark"), 12);
        fs::write(keys.join(MARK), "many\n").expect("written");
        assert!(matches!(read(keys), Err(DataError::Keys(KeysError::Malformed(..)))));
        fs::set_permissions(keys.join(MARK), fs::Permissions::from_mode(0o640)).expect("loosened");
        assert!(matches!(read(keys), Err(DataError::Keys(KeysError::Loose(..)))));
    }
}
