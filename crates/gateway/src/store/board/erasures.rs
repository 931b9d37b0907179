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

/// An erasure's row, and whose it is.
pub type Waiting = (i64, Result<SubjectKey, StoreError>);

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

    /// The erasures that were not carried out yet, oldest first: a few of them, behind the row `after`. One that is not
    /// this program's is an error in its place.
    ///
    /// # Errors
    /// The database's.
    pub fn erasures(&self, after: i64) -> Result<Vec<Waiting>, StoreError> {
        let connection = self.connection();
        let mut select = connection
            .prepare_cached("SELECT row, sealed FROM erasure WHERE row > ?1 ORDER BY row LIMIT 50")
            .map_err(failed)?;
        let rows = select
            .query_map([after], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .map_err(failed)?;
        let corrupt = || StoreError::Corrupt("expected an erasure that a person asked for, found another".to_owned());
        rows.map(|row| {
            let (row, sealed) = row.map_err(failed)?;
            let plain = self.sealer.open(place(row), &sealed).ok();
            let record = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
            let subject = record.map(|record: Record| SubjectKey::from_bytes(record.subject));
            Ok((row, subject.ok_or_else(corrupt)))
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
        let waiting = board.erasures(0).expect("read");
        let row = waiting[0].0;
        assert!(matches!(&waiting[..], [(_, Ok(who))] if *who == one));
        assert_eq!(board.waits_for_erasure(one).ok(), Some(true));
        assert_eq!(board.waits_for_erasure(other).ok(), Some(false));
        board
            .connection()
            .execute(
                "INSERT INTO erasure (subject, sealed) SELECT ?1, sealed FROM erasure",
                [other.to_bytes()],
            )
            .expect("by hand");
        board
            .ask_erasure(person(3).key, Timestamp::from_unix_ms(1))
            .expect("noted");
        let waiting = board.erasures(row).expect("read");
        assert!(matches!(&waiting[..], [(_, Err(StoreError::Corrupt(_))), (_, Ok(third))] if *third == person(3).key));
        board
            .connection()
            .execute("DELETE FROM erasure WHERE subject = ?1", [other.to_bytes()])
            .expect("undone");
        board.erasure_is_done(row).expect("done");
        let left = board.erasures(0).expect("read");
        assert!(matches!(&left[..], [(_, Ok(third))] if *third == person(3).key));
    }
}
