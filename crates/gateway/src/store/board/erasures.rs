//! Erasures that people asked for on their boards, until each is carried out. A record is sealed: whoever can write to the
//! store cannot have somebody erased.

use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::links::SqliteBoard;
use crate::seal::Place;
use crate::store::sqlite::failed;

fn place(row: i64) -> Place {
    Place {
        table: "erasure",
        column: "sealed",
        row,
    }
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    subject: [u8; 16],
    at_ms: i64,
}

impl SqliteBoard {
    /// Notes that a person wants everything about them erased. A second time changes nothing.
    ///
    /// # Errors
    /// The database's, or the sealer's.
    pub fn ask_erasure(&self, subject: SubjectKey, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction().map_err(failed)?;
        let bytes = subject.to_bytes();
        let added = transaction
            .execute(
                "INSERT OR IGNORE INTO erasure (subject, sealed) VALUES (?1, x'')",
                [bytes],
            )
            .map_err(failed)?;
        if added == 1 {
            let row = transaction.last_insert_rowid();
            let record = Record {
                subject: bytes,
                at_ms: now.unix_ms(),
            };
            let plain = serde_json::to_vec(&record).map_err(failed)?;
            let sealed = self.sealer.seal(place(row), &plain).map_err(failed)?;
            transaction
                .execute("UPDATE erasure SET sealed = ?2 WHERE row = ?1", (row, sealed))
                .map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    /// The erasures that were not carried out yet, oldest first: a few of them.
    ///
    /// # Errors
    /// The database's, or that a row is not this program's.
    pub fn erasures(&self) -> Result<Vec<(i64, SubjectKey)>, StoreError> {
        let connection = self.connection();
        let mut select = connection
            .prepare_cached("SELECT row, sealed FROM erasure ORDER BY row LIMIT 50")
            .map_err(failed)?;
        let rows = select
            .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .map_err(failed)?;
        let corrupt = || StoreError::Corrupt("expected an erasure that a person asked for, found another".to_owned());
        rows.map(|row| {
            let (row, sealed) = row.map_err(failed)?;
            let plain = self.sealer.open(place(row), &sealed).map_err(|_| corrupt())?;
            let record: Record = serde_json::from_slice(&plain).map_err(|_| corrupt())?;
            Ok((row, SubjectKey::from_bytes(record.subject)))
        })
        .collect()
    }

    /// Whether a person's erasure waits to be carried out.
    ///
    /// # Errors
    /// The database's.
    pub fn waits_for_erasure(&self, subject: SubjectKey) -> Result<bool, StoreError> {
        self.connection()
            .prepare_cached("SELECT 1 FROM erasure WHERE subject = ?1")
            .and_then(|mut select| select.exists([subject.to_bytes()]))
            .map_err(failed)
    }

    /// Takes an erasure off the list, once it was carried out.
    ///
    /// # Errors
    /// The database's.
    pub fn erasure_is_done(&self, row: i64) -> Result<(), StoreError> {
        self.connection()
            .execute("DELETE FROM erasure WHERE row = ?1", [row])
            .map(drop)
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::links::tests::{board, person};
    use super::*;

    #[test]
    fn an_erasure_waits_once_and_cannot_be_made_by_hand() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        let (one, other) = (person(1).key, person(2).key);
        for _ in 0..2 {
            board.ask_erasure(one, Timestamp::from_unix_ms(1)).expect("noted");
        }
        let waiting = board.erasures().expect("read");
        assert_eq!(waiting.iter().map(|(_, who)| *who).collect::<Vec<_>>(), [one]);
        assert_eq!(board.waits_for_erasure(one).ok(), Some(true));
        assert_eq!(board.waits_for_erasure(other).ok(), Some(false));
        board
            .connection()
            .execute(
                "INSERT INTO erasure (subject, sealed) SELECT ?1, sealed FROM erasure",
                [other.to_bytes()],
            )
            .expect("by hand");
        assert!(matches!(board.erasures(), Err(StoreError::Corrupt(_))));
        board
            .connection()
            .execute("DELETE FROM erasure WHERE row > 1", [])
            .expect("undone");
        board.erasure_is_done(waiting[0].0).expect("done");
        assert_eq!(board.erasures().expect("read"), []);
    }
}
