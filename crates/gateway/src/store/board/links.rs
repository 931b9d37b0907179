//! Sign-in links on SQLite: each is known by a keyed hash of its secret, opens for one number, once, for ten minutes; and
//! no number gets more of them than a person would want.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::subject::{Subject, SubjectKey};
use domain::time::{Span, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use crate::seal::{Place, Sealer};
use crate::store::sqlite::{failed, open_writer};

/// So many links one number gets within an hour.
pub const HOURLY_MAX: u32 = 3;
/// So many links one number gets within a day.
pub const DAILY_MAX: u32 = 5;
/// How long a link opens.
pub const LINK_LIFE: Span = Span::seconds(600);
const HOUR: Span = Span::seconds(3600);
const DAY: Span = Span::seconds(86_400);

fn place(row: i64) -> Place {
    Place {
        table: "sign_in_link",
        column: "sealed",
        row,
    }
}

/// The board's tables with a connection of their own: who signs in decides nothing in the journal.
pub struct SqliteBoard {
    connection: Mutex<Connection>,
    pub(super) sealer: Arc<Sealer>,
}

impl SqliteBoard {
    /// Opens the board of a store that exists.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path, sealer: Arc<Sealer>) -> Result<Self, StoreError> {
        Ok(Self {
            connection: Mutex::new(open_writer(path)?),
            sealer,
        })
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a new link, by the keyed hash of its secret; `false` when this number has had enough of them.
    ///
    /// # Errors
    /// The database's, or the sealer's.
    pub fn add_link(&self, token: [u8; 16], subject: Subject, now: Timestamp) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        transaction
            .execute("DELETE FROM sign_in_link WHERE at <= ?1", [now.before(DAY).unix_ms()])
            .map_err(failed)?;
        let key = subject.key.to_bytes();
        let since = |span: Span| -> Result<u32, StoreError> {
            transaction
                .query_row(
                    "SELECT count(*) FROM sign_in_link WHERE subject = ?1 AND at > ?2",
                    (key, now.before(span).unix_ms()),
                    |row| row.get(0),
                )
                .map_err(failed)
        };
        if since(HOUR)? >= HOURLY_MAX || since(DAY)? >= DAILY_MAX {
            return Ok(false);
        }
        let row: i64 = transaction
            .query_row("SELECT coalesce(max(row), 0) + 1 FROM sign_in_link", [], |row| {
                row.get(0)
            })
            .map_err(failed)?;
        // The link's own hash is sealed with the person: whoever can write to the store cannot give one link the number
        // of another.
        let plain = [&subject.number.to_bytes()[..], &key, &token].concat();
        let sealed = self.sealer.seal(place(row), &plain).map_err(failed)?;
        let until = now.after(LINK_LIFE).unix_ms();
        transaction
            .execute(
                "INSERT INTO sign_in_link (row, token, subject, sealed, at, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (row, token, key, sealed, now.unix_ms(), until),
            )
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(true)
    }

    /// Whether a link would open now. Looking uses nothing up: scanners look, too.
    ///
    /// # Errors
    /// The database's.
    pub fn is_open(&self, token: [u8; 16], now: Timestamp) -> Result<bool, StoreError> {
        self.connection()
            .prepare_cached("SELECT 1 FROM sign_in_link WHERE token = ?1 AND until > ?2")
            .and_then(|mut select| select.exists((token, now.unix_ms())))
            .map_err(failed)
    }

    /// Uses a link up: the person that it was texted to; `None` if it does not open, or did before. Their number may have
    /// become somebody else's since.
    ///
    /// # Errors
    /// The database's, or that the row is not this program's.
    pub fn use_link(&self, token: [u8; 16], now: Timestamp) -> Result<Option<Subject>, StoreError> {
        let connection = self.connection();
        // The row stays, since it counts against the number's limits; a time in the past keeps it shut.
        let found: Option<(i64, Vec<u8>)> = connection
            .prepare_cached("UPDATE sign_in_link SET until = 0 WHERE token = ?1 AND until > ?2 RETURNING row, sealed")
            .and_then(|mut update| {
                update
                    .query_row((token, now.unix_ms()), |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(failed)?;
        let corrupt = || StoreError::Corrupt("expected a sign-in link, found another value".to_owned());
        let Some((row, sealed)) = found else { return Ok(None) };
        let plain = self.sealer.open(place(row), &sealed).map_err(|_| corrupt())?;
        let (number, rest) = plain.split_first_chunk::<8>().ok_or_else(corrupt)?;
        let (key, own) = rest.split_first_chunk::<16>().ok_or_else(corrupt)?;
        let number = Msisdn::from_bytes(*number).filter(|_| own == token);
        let key = SubjectKey::from_bytes(*key);
        number.map(|number| Some(Subject { key, number })).ok_or_else(corrupt)
    }

    /// Shuts every link of a person that was not used.
    ///
    /// # Errors
    /// The database's.
    pub fn shut_links(&self, subject: SubjectKey) -> Result<(), StoreError> {
        self.connection()
            .execute(
                "UPDATE sign_in_link SET until = 0 WHERE subject = ?1",
                [subject.to_bytes()],
            )
            .map_err(failed)?;
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use domain::secret::Secret;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    pub(in crate::store::board) fn board(folder: &Path) -> SqliteBoard {
        SqliteBoard::open(&folder.join("store.db"), Arc::new(Sealer::new(Secret::new([5; 32])))).expect("opens")
    }

    pub(in crate::store::board) fn person(index: u8) -> Subject {
        Subject {
            key: SubjectKey::from_bytes([index; 16]),
            number: Msisdn::parse(&format!("+120255501{index:02}")).expect("reserved"),
        }
    }

    #[test]
    fn a_link_opens_once_for_its_own_number_and_not_for_long() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        assert_eq!(board.add_link([1; 16], person(7), NOW).ok(), Some(true));
        assert_eq!(board.is_open([1; 16], NOW).ok(), Some(true), "looking uses nothing up");
        assert_eq!(board.is_open([2; 16], NOW).ok(), Some(false));
        assert_eq!(board.use_link([1; 16], NOW).ok(), Some(Some(person(7))));
        assert_eq!(board.use_link([1; 16], NOW).ok(), Some(None), "it was used");
        assert_eq!(board.add_link([3; 16], person(7), NOW).ok(), Some(true));
        assert_eq!(
            board.use_link([3; 16], NOW.after(LINK_LIFE)).ok(),
            Some(None),
            "it is old"
        );
        assert_eq!(board.add_link([4; 16], person(7), NOW).ok(), Some(true));
        board.shut_links(person(7).key).expect("shut");
        assert_eq!(board.use_link([4; 16], NOW).ok(), Some(None));
    }

    #[test]
    fn no_number_gets_more_than_three_an_hour_and_five_a_day() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        let mut next = 0;
        let mut asked = |minutes: u32| {
            next += 1;
            let at = NOW.after(Span::seconds(minutes * 60));
            board.add_link([next; 16], person(1), at).expect("counted")
        };
        assert_eq!([asked(0), asked(1), asked(2), asked(3)], [true, true, true, false]);
        assert_eq!([asked(61), asked(62), asked(140)], [true, true, false], "five a day");
        assert!(asked(1441));
        assert_eq!(
            board.add_link([99; 16], person(2), NOW).ok(),
            Some(true),
            "each number for itself"
        );
    }

    #[test]
    fn a_link_cannot_be_given_the_number_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let board = board(folder.path());
        board.add_link([1; 16], person(1), NOW).expect("kept");
        board.add_link([2; 16], person(2), NOW).expect("kept");
        let swap = "UPDATE sign_in_link SET token = CASE token WHEN ?1 THEN x'00' ELSE ?1 END";
        board.connection().execute(swap, [[1_u8; 16]]).expect("altered");
        assert!(matches!(board.use_link([1; 16], NOW), Err(StoreError::Corrupt(_))));
    }
}
