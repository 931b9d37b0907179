//! The newest checkpoints that enough witnesses cosigned. Losing them loses nothing that the witnesses would not sign again.

use std::path::Path;

use domain::journal::store::StoreError;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::sqlite::{failed, open_writer};

/// So many are kept.
const KEPT: i64 = 16;

/// A checkpoint with its cosignatures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cosigned {
    /// How many leaves it stands over.
    pub size: u64,
    /// The note, with every signature.
    pub note: String,
    /// When the last cosignature that it needed came.
    pub at: Timestamp,
}

/// Writes them, on a connection of its own.
pub struct Writer(Connection);

impl Writer {
    /// Opens the store.
    ///
    /// # Errors
    /// The store's.
    pub fn open(store: &Path) -> Result<Self, StoreError> {
        let connection = open_writer(store)?;
        // A power cut may lose the latest; the disk has better to do than to keep every one.
        connection
            .pragma_update(None, "synchronous", "NORMAL")
            .map_err(failed)?;
        Ok(Self(connection))
    }

    /// Keeps a checkpoint, in the place of one of the same size, and forgets the oldest.
    ///
    /// # Errors
    /// The store's.
    pub fn keep(&mut self, cosigned: &Cosigned) -> Result<(), StoreError> {
        let size = i64::try_from(cosigned.size).map_err(failed)?;
        let transaction = self.0.transaction().map_err(failed)?;
        transaction
            .execute(
                "INSERT INTO cosigned (size, note, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (size) DO UPDATE SET note = excluded.note, at = excluded.at",
                (size, &cosigned.note, cosigned.at.unix_ms()),
            )
            .map_err(failed)?;
        let forget = "DELETE FROM cosigned WHERE size NOT IN (SELECT size FROM cosigned ORDER BY size DESC LIMIT ?1)";
        transaction.execute(forget, [KEPT]).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

/// The newest one.
///
/// # Errors
/// The store's.
pub fn newest(connection: &Connection) -> Result<Option<Cosigned>, StoreError> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Cosigned {
            size: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
            note: row.get(1)?,
            at: Timestamp::from_unix_ms(row.get(2)?),
        })
    };
    connection
        .query_row(
            "SELECT size, note, at FROM cosigned ORDER BY size DESC LIMIT 1",
            [],
            read,
        )
        .optional()
        .map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::open_reader;

    #[test]
    fn the_newest_is_found_and_the_oldest_are_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("wayleave.db");
        let mut writer = Writer::open(&path).expect("opens");
        let reader = open_reader(&path).expect("opens");
        assert_eq!(newest(&reader).expect("reads"), None);
        let of = |size: u64, note: &str| Cosigned {
            size,
            note: note.to_owned(),
            at: Timestamp::from_unix_ms(1_800_000_000_000),
        };
        for size in 1..40 {
            writer.keep(&of(size, "one")).expect("kept");
        }
        writer.keep(&of(39, "two")).expect("kept");
        assert_eq!(newest(&reader).expect("reads"), Some(of(39, "two")));
        let count: i64 = reader
            .query_row("SELECT count(*) FROM cosigned", [], |row| row.get(0))
            .expect("a count");
        assert_eq!(count, KEPT);
    }
}
