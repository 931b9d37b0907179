//! Small files that are whole or not there: whoever reads finds the older text or the newer one, also after a crash.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Puts a file of these bytes, for its owner only, in the place of the one there is, if any. It is on the disk when this
/// returns, and so is its name.
///
/// # Errors
/// The file system's; the older file stands then, or the newer one.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let making = making(path);
    // What a crash left there is overwritten.
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&making)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&making, path)?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// The file system's.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The name until it is whole, which nobody reads.
fn making(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_text_takes_the_place_of_the_older_and_of_what_a_crash_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.mark");
        replace(&path, b"a longer text").expect("written");
        fs::write(making(&path), "what a crash left of a much longer text").expect("written");
        replace(&path, b"short").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"short");
        assert!(!making(&path).exists());
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "its owner only");
    }

    #[test]
    fn two_files_beside_each_other_are_made_apart() {
        let folder = Path::new("keys");
        assert_ne!(
            making(&folder.join("journal.mark")),
            making(&folder.join("journal.number"))
        );
    }

    #[test]
    fn without_its_folder_nothing_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(replace(&folder.path().join("none/mark"), b"1").is_err());
    }
}
