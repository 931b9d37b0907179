//! What an auditor, a regulator or a person asks of the journal, answered from one view of it: exports that are checked
//! without this gateway, exact counts, and the comparison with a carrier's own ledger. Everything is read a few entries at a
//! time, and nothing here decides.

pub mod book;
pub mod chain;
pub mod check;
pub mod count;
pub mod erase;
pub mod export;
pub mod ledger;
pub mod line;
pub mod over;
pub mod signed;

use std::path::PathBuf;

use domain::journal::checkpoint::NoteError;
use domain::journal::store::StoreError;

use crate::data::DataError;
use crate::keys::KeysError;

/// Why a question has no answer.
#[derive(Debug)]
pub enum RecordsError {
    /// The data directory.
    Data(DataError),
    /// The store, or that it contradicts itself.
    Store(StoreError),
    /// The journal is not the one that a checkpoint speaks of.
    Differs(String),
    /// A signed note.
    Note(NoteError),
    /// A file.
    Io(PathBuf, std::io::Error),
    /// A document from outside is not what it should be: the line, and what was expected there.
    Line(u64, String),
    /// What was asked for does not exist.
    Unknown(String),
}

impl std::fmt::Display for RecordsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Data(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Differs(how) | Self::Unknown(how) => f.write_str(how),
            Self::Note(error) => error.fmt(f),
            Self::Io(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
            Self::Line(line, what) => write!(f, "line {line}: {what}"),
        }
    }
}

impl std::error::Error for RecordsError {}

impl From<DataError> for RecordsError {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

impl From<StoreError> for RecordsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeysError> for RecordsError {
    fn from(error: KeysError) -> Self {
        Self::Data(DataError::Keys(error))
    }
}

impl From<NoteError> for RecordsError {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

#[cfg(test)]
mod tests;
