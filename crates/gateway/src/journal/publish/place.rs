//! Where the files of a published log stand.

use domain::locate::Wait;

/// Why a place could not be used.
#[derive(Debug)]
pub enum PlaceError {
    /// It cannot be read or written; says why.
    Failed(String),
    /// A file that never changes is there with other bytes; says which.
    Different(String),
}

/// A folder or a bucket. Paths are those behind the log's prefix, with slashes.
pub trait Place: Send + Sync {
    /// What it is called in the log.
    fn name(&self) -> String;

    /// A file's bytes; `None` if there is no such file.
    fn read<'a>(&'a self, path: &'a str) -> Wait<'a, Result<Option<Vec<u8>>, PlaceError>>;

    /// Writes a file that never changes: wholly and durably, or not at all. If it is there already nothing is written.
    fn keep<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>>;

    /// Writes a file in the place of an older one: whoever reads it finds the old one or the new one, whole.
    fn replace<'a>(&'a self, path: &'a str, bytes: Vec<u8>) -> Wait<'a, Result<(), PlaceError>>;

    /// Removes all files under a path.
    fn clear<'a>(&'a self, under: &'a str) -> Wait<'a, Result<(), PlaceError>>;
}
