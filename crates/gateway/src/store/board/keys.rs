//! The keys with which a person comes back to their board, on SQLite. A key is one sealed record, so that whoever can write
//! to the store cannot enrol one.

use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::links::SqliteBoard;
use crate::seal::Place;
use crate::store::sqlite::failed;

/// So many keys one person may have.
pub const KEYS_MAX: u32 = 10;

fn place(row: i64) -> Place {
    Place {
        table: "board_key",
        column: "sealed",
        row,
    }
}

/// What sort of key it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// A passkey (WebAuthn).
    Passkey,
    /// A key that one browser made and keeps (WebCrypto).
    Browser,
    /// No key: the number alone, after the same waiting time.
    Waiting,
}

/// A key of a board.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardKey {
    /// The person.
    pub subject: [u8; 16],
    /// Their number, in E.164: texts about the key go there.
    pub number: String,
    /// What sort of key.
    pub kind: KeyKind,
    /// The credential's id, base64url; of a browser's key its thumbprint.
    pub credential: String,
    /// The x coordinate of the public key, base64url; empty without one.
    pub x: String,
    /// The y coordinate.
    pub y: String,
    /// When it was enrolled, in milliseconds since 1970.
    pub at_ms: i64,
    /// When it takes effect, as far as was known then.
    pub from_ms: i64,
    /// How many of the two texts about it were queued.
    pub told: u8,
    /// The language of those texts.
    pub locale: String,
}

impl BoardKey {
    /// When it was enrolled.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.at_ms)
    }

    /// When it takes effect.
    #[must_use]
    pub const fn from(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.from_ms)
    }

    /// Whose it is.
    #[must_use]
    pub const fn subject(&self) -> SubjectKey {
        SubjectKey::from_bytes(self.subject)
    }

    /// Their number.
    #[must_use]
    pub fn number(&self) -> Option<Msisdn> {
        Msisdn::parse(&self.number)
    }
}

fn room(connection: &Connection, credential: [u8; 16], subject: [u8; 16]) -> Result<bool, StoreError> {
    let (own, known): (u32, u32) = connection
        .query_row(
            "SELECT (SELECT count(*) FROM board_key WHERE subject = ?1),
                    (SELECT count(*) FROM board_key WHERE credential = ?2)",
            (subject, credential),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .map_err(failed)?;
    Ok(own < KEYS_MAX && known == 0)
}

/// Removes a key of this person, in the transaction of the entry that says so.
///
/// # Errors
/// The database's.
pub fn remove(transaction: &Transaction<'_>, subject: SubjectKey, row: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached("DELETE FROM board_key WHERE row = ?1 AND subject = ?2")
        .and_then(|mut delete| delete.execute((row, subject.to_bytes())))
        .map(|_| ())
        .map_err(failed)
}

impl SqliteBoard {
    /// Whether a new key would be kept: see [`SqliteBoard::add_key`].
    ///
    /// # Errors
    /// The database's.
    pub fn has_room(&self, credential: [u8; 16], subject: SubjectKey) -> Result<bool, StoreError> {
        room(&self.connection(), credential, subject.to_bytes())
    }

    /// Keeps a new key; `None` when the person has as many as they may, or the credential is known. `credential` is the
    /// keyed hash of its id, `due` when the next text or entry about it is.
    ///
    /// # Errors
    /// The database's, or the sealer's.
    pub fn add_key(
        &self,
        credential: [u8; 16],
        key: &BoardKey,
        due: Option<Timestamp>,
    ) -> Result<Option<i64>, StoreError> {
        let mut connection = self.connection();
        // One that began by reading could not write any more once another writer had come in between.
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        if !room(&transaction, credential, key.subject)? {
            return Ok(None);
        }
        transaction
            .execute(
                "INSERT INTO board_key (subject, credential, due, sealed) VALUES (?1, ?2, ?3, x'')",
                (key.subject, credential, due.map(Timestamp::unix_ms)),
            )
            .map_err(failed)?;
        let row = transaction.last_insert_rowid();
        let sealed = self.sealed(row, key)?;
        transaction
            .execute("UPDATE board_key SET sealed = ?2 WHERE row = ?1", (row, sealed))
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(Some(row))
    }

    /// The keys of a person, oldest first.
    ///
    /// # Errors
    /// The database's, or that a row is not this program's.
    pub fn keys_of(&self, subject: SubjectKey) -> Result<Vec<(i64, BoardKey)>, StoreError> {
        self.keys(
            "SELECT row, sealed FROM board_key WHERE subject = ?1 ORDER BY row LIMIT 100",
            subject.to_bytes(),
        )
    }

    /// The keys of which a text or an entry is due.
    ///
    /// # Errors
    /// As [`SqliteBoard::keys_of`].
    pub fn keys_due(&self, now: Timestamp) -> Result<Vec<(i64, BoardKey)>, StoreError> {
        self.keys(
            "SELECT row, sealed FROM board_key WHERE due <= ?1 ORDER BY due LIMIT 100",
            now.unix_ms(),
        )
    }

    /// The key of a credential, by the keyed hash of its id.
    ///
    /// # Errors
    /// As [`SqliteBoard::keys_of`].
    pub fn key_of(&self, credential: [u8; 16]) -> Result<Option<(i64, BoardKey)>, StoreError> {
        Ok(self
            .keys("SELECT row, sealed FROM board_key WHERE credential = ?1", credential)?
            .pop())
    }

    fn keys(&self, sql: &str, wanted: impl rusqlite::ToSql) -> Result<Vec<(i64, BoardKey)>, StoreError> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(sql).map_err(failed)?;
        let rows = select
            .query_map([wanted], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .map_err(failed)?;
        rows.map(|row| {
            let (row, sealed) = row.map_err(failed)?;
            Ok((row, self.opened(row, &sealed)?))
        })
        .collect()
    }

    /// Writes a key again, with when its next text or entry is due.
    ///
    /// # Errors
    /// The database's, or the sealer's.
    pub fn rewrite_key(&self, row: i64, key: &BoardKey, due: Option<Timestamp>) -> Result<(), StoreError> {
        let sealed = self.sealed(row, key)?;
        self.connection()
            .execute(
                "UPDATE board_key SET sealed = ?2, due = ?3 WHERE row = ?1",
                (row, sealed, due.map(Timestamp::unix_ms)),
            )
            .map_err(failed)?;
        Ok(())
    }

    fn sealed(&self, row: i64, key: &BoardKey) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(key).map_err(failed)?;
        self.sealer.seal(place(row), &plain).map_err(failed)
    }

    fn opened(&self, row: i64, sealed: &[u8]) -> Result<BoardKey, StoreError> {
        let corrupt = || StoreError::Corrupt("expected a key of a board, found another value".to_owned());
        let plain = self.sealer.open(place(row), sealed).map_err(|_| corrupt())?;
        serde_json::from_slice(&plain).map_err(|_| corrupt())
    }
}

#[cfg(test)]
mod tests {
    use super::super::links::tests::{board, person};
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn key(index: u8) -> BoardKey {
        BoardKey {
            subject: person(index).key.to_bytes(),
            number: person(index).number.to_e164(),
            kind: KeyKind::Passkey,
            credential: "AAAA".to_owned(),
            x: String::new(),
            y: String::new(),
            at_ms: NOW.unix_ms(),
            from_ms: NOW.unix_ms() + 1000,
            told: 1,
            locale: "en".to_owned(),
        }
    }

    #[test]
    fn a_key_is_found_by_its_owner_its_credential_and_its_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        assert_eq!(board.has_room([1; 16], person(1).key).ok(), Some(true));
        let row = board.add_key([1; 16], &key(1), Some(NOW)).expect("kept").expect("room");
        assert_eq!(board.has_room([1; 16], person(2).key).ok(), Some(false), "known");
        assert_eq!(board.add_key([1; 16], &key(2), None).expect("looked"), None, "known");
        assert_eq!(board.keys_of(person(1).key).expect("read"), [(row, key(1))]);
        assert_eq!(board.keys_of(person(2).key).expect("read"), []);
        assert_eq!(board.key_of([1; 16]).expect("read"), Some((row, key(1))));
        assert_eq!(board.keys_due(NOW).expect("read").len(), 1);
        let told = BoardKey { told: 2, ..key(1) };
        board.rewrite_key(row, &told, None).expect("written");
        assert_eq!(board.keys_due(NOW).expect("read"), []);
        assert_eq!(board.key_of([1; 16]).expect("read"), Some((row, told)));
        let removed = |whose: u8| {
            let mut connection = board.connection();
            let transaction = connection.transaction().expect("begins");
            remove(&transaction, person(whose).key, row).expect("looked");
            transaction.commit().expect("commits");
        };
        removed(2);
        assert!(board.key_of([1; 16]).expect("read").is_some(), "another's");
        removed(1);
        assert_eq!(board.key_of([1; 16]).expect("read"), None);
    }

    #[test]
    fn found_a_key_is_kept_beside_another_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        let mut other = crate::store::sqlite::open_writer(&folder.path().join("store.db")).expect("opens");
        let begun = other
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .expect("begins");
        std::thread::scope(|threads| {
            let adding = threads.spawn(|| board.add_key([1; 16], &key(1), None));
            std::thread::sleep(std::time::Duration::from_millis(300));
            begun
                .execute("INSERT INTO policy (hash, text) VALUES (x'00', '')", [])
                .expect("writes");
            begun.commit().expect("commits");
            assert!(adding.join().expect("ends").expect("kept").is_some());
        });
    }

    #[test]
    fn nobody_has_more_keys_than_they_may_and_none_is_moved() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        for index in 0..KEYS_MAX {
            let credential = [u8::try_from(index).expect("small"); 16];
            assert!(board.add_key(credential, &key(1), None).expect("kept").is_some());
        }
        assert_eq!(board.add_key([200; 16], &key(1), None).expect("looked"), None);
        assert_eq!(board.has_room([200; 16], person(1).key).ok(), Some(false));
        assert_eq!(board.has_room([200; 16], person(2).key).ok(), Some(true));
        let moved = "UPDATE board_key SET sealed = (SELECT sealed FROM board_key WHERE row = 1) WHERE row = 2";
        board.connection().execute(moved, []).expect("altered");
        assert!(matches!(board.keys_of(person(1).key), Err(StoreError::Corrupt(_))));
    }
}
