//! Canaries: numbers that nobody may ask about, kept in the key directory, one to a line. They belong to nobody, or to people
//! of the operator's own who never agree to anything; so whoever asks about one has no reason to, and is suspended by the
//! journal in the same transaction.
//!
//! The file is read at the start, and again whenever it changed.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::journal::canaries::Canaries;
use domain::number::Msisdn;
use domain::subject::SubjectKey;

use crate::context::Context;
use crate::data::KEYS;
use crate::keys::{KeysError, SubjectIndex, read_secret};
use crate::whole::replace;

/// The file in the key directory.
const FILE: &str = "canaries";
/// So many canaries there are at most.
const MOST: usize = 10_000;
/// How often the file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The canaries of a key directory; none if there is no file.
///
/// # Errors
/// When the file is loose, or has something else than a number on a line. The message names no number.
pub fn read(keys: &Path) -> Result<BTreeSet<Msisdn>, KeysError> {
    let path = keys.join(FILE);
    let text = match read_secret(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(KeysError::Missing(_)) => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let numbers: Option<BTreeSet<Msisdn>> = lines.map(Msisdn::parse).collect();
    numbers
        .filter(|numbers| numbers.len() <= MOST)
        .ok_or(KeysError::Malformed(
            path,
            "at most 10000 whole numbers, one to a line,",
        ))
}

/// Puts these canaries in the place of those there are, whole or not at all.
///
/// # Errors
/// When there are too many, or the file cannot be written.
pub fn write(keys: &Path, numbers: &BTreeSet<Msisdn>) -> Result<(), KeysError> {
    let path = keys.join(FILE);
    if numbers.len() > MOST {
        return Err(KeysError::Malformed(path, "at most 10000 canaries"));
    }
    let text: String = numbers.iter().map(|number| format!("{}\n", number.to_e164())).collect();
    replace(&path, text.as_bytes()).map_err(|error| KeysError::Io(path, error))
}

/// Tells the journal of the canaries in the key directory.
///
/// # Errors
/// As [`read`].
pub fn tell(keys: &Path, index: &SubjectIndex, canaries: &Canaries) -> Result<(), KeysError> {
    let subjects: HashSet<SubjectKey> = read(keys)?.into_iter().map(|number| index.key(number)).collect();
    canaries.set(subjects);
    Ok(())
}

/// Keeps the journal's canaries as the file has them, until the gateway stops. A file that cannot be read leaves those
/// there are.
pub async fn keep(context: Arc<Context>) {
    let keys = context.config.gateway.data_dir.join(KEYS);
    let mut stopping = context.stopping.clone();
    let mut failing = false;
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        // Read whole each time: it is small, and a number that changed hands has another name among people.
        match tell(&keys, &context.index, &context.canaries) {
            Ok(()) => failing = false,
            Err(error) if !failing => {
                failing = true;
                tracing::error!(%error, "the canaries could not be read; those from before stay");
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn number(text: &str) -> Msisdn {
        Msisdn::parse(text).expect("a number")
    }

    #[test]
    fn what_is_written_is_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(read(folder.path()).expect("no file"), BTreeSet::new());
        let numbers = BTreeSet::from([number("+12025550180"), number("+12025550181")]);
        write(folder.path(), &numbers).expect("written");
        assert_eq!(read(folder.path()).expect("read"), numbers);
        let path = folder.path().join(FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("loosened");
        assert!(matches!(read(folder.path()), Err(KeysError::Loose(..))));
    }

    #[test]
    fn a_file_that_is_not_understood_changes_nothing_and_names_no_number() {
        let folder = tempfile::tempdir().expect("a folder");
        let index = SubjectIndex::new([7; 32]);
        let canaries = Canaries::default();
        write(folder.path(), &[number("+12025550180")].into()).expect("written");
        tell(folder.path(), &index, &canaries).expect("told");
        assert!(canaries.has(index.key(number("+12025550180"))));
        assert!(!canaries.has(index.key(number("+12025550181"))));
        fs::write(folder.path().join(FILE), "+12025550181\nhello\n").expect("altered");
        let error = tell(folder.path(), &index, &canaries).expect_err("no number");
        assert!(!error.to_string().contains("555"), "{error}");
        assert!(
            canaries.has(index.key(number("+12025550180"))),
            "those from before stay"
        );
    }
}
