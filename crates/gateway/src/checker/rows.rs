//! The store as the check reads it: entries, what is left of erased ones, and the rows beside them that an entry is held
//! against. It reads no facts of people but their count and their latest entry, which it compares in the end.

use domain::id::NoticeId;
use domain::journal::Leaf;
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::seal::{Place, Sealer};
use crate::store::party::notices;
use crate::store::permission::person;
use crate::store::sqlite::failed;

/// One entry's columns.
pub(super) struct Row {
    pub(super) leaf: Leaf,
    pub(super) kind: String,
    pub(super) at: i64,
    pub(super) subject: Option<[u8; 16]>,
    pub(super) previous: Option<Leaf>,
    pub(super) closes: Option<Leaf>,
    pub(super) tag: [u8; 32],
    /// Salt and text.
    pub(super) party: ([u8; 16], String),
    pub(super) own: ([u8; 16], String),
}

/// What stands at a place of the journal.
pub(super) enum Found {
    Entry(Box<Row>),
    /// What is left of an erased entry: its tag and its two commitments.
    Shell {
        leaf: Leaf,
        tag: [u8; 32],
        commitments: [[u8; 32]; 2],
    },
}

impl Found {
    pub(super) const fn leaf(&self) -> Leaf {
        match self {
            Self::Entry(row) => row.leaf,
            Self::Shell { leaf, .. } => *leaf,
        }
    }
}

/// A question as it was put.
pub(super) struct Put {
    pub(super) subject: [u8; 16],
    pub(super) terms: Vec<u8>,
    /// The words shown; `None` if they do not open.
    pub(super) words: Option<Vec<u8>>,
    pub(super) until: i64,
}

/// A signature over terms, as it is stored.
pub(super) struct Signature {
    pub(super) x: Vec<u8>,
    pub(super) y: Vec<u8>,
    pub(super) bytes: Vec<u8>,
    pub(super) authenticator: Option<Vec<u8>>,
    pub(super) client: Option<Vec<u8>>,
    pub(super) place: Option<Vec<u8>>,
}

/// Reads the store.
pub(super) struct Rows<'a> {
    connection: &'a Connection,
    sealer: &'a Sealer,
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl<'a> Rows<'a> {
    pub(super) const fn new(connection: &'a Connection, sealer: &'a Sealer) -> Self {
        Self { connection, sealer }
    }

    /// Begins a read: until [`Rows::end`] all that is read is of one moment.
    pub(super) fn begin(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN").map_err(failed)
    }

    /// Ends a read.
    pub(super) fn end(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").map_err(failed)
    }

    /// The head's size and its roots.
    pub(super) fn head(&self) -> Result<(u64, Vec<u8>), StoreError> {
        self.connection
            .query_row("SELECT size, roots FROM head WHERE id = 1", [], |row| {
                Ok((unsigned(row.get(0)?), row.get(1)?))
            })
            .map_err(failed)
    }

    /// What stands from one place on, below another, in order: one statement, so that no entry is erased in between.
    pub(super) fn journal(&self, from: Leaf, below: Leaf) -> Result<Vec<Found>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached(
                "SELECT leaf, kind, at, subject, previous, closes, tag, party_salt, party, subject_salt, subject_part
                 FROM entry WHERE leaf >= ?1 AND leaf < ?2 UNION ALL
                 SELECT leaf, NULL, 0, NULL, NULL, NULL, tag, NULL, party, NULL, subject
                 FROM erased WHERE leaf >= ?1 AND leaf < ?2 ORDER BY 1",
            )
            .map_err(failed)?;
        let rows = select.query_map([signed(from), signed(below)], found).map_err(failed)?;
        rows.collect::<Result<Vec<_>, _>>().map_err(failed)
    }

    /// Whether the entry at a place was erased, by now.
    pub(super) fn is_erased(&self, leaf: Leaf) -> Result<bool, StoreError> {
        self.connection
            .prepare_cached("SELECT 1 FROM erased WHERE leaf = ?1")
            .and_then(|mut select| select.exists([signed(leaf)]))
            .map_err(failed)
    }

    /// How many entries were erased.
    pub(super) fn erased(&self) -> Result<u64, StoreError> {
        self.connection
            .query_row("SELECT count(*) FROM erased", [], |row| row.get(0))
            .map(unsigned)
            .map_err(failed)
    }

    /// The text of a policy.
    pub(super) fn policy(&self, hash: &[u8; 32]) -> Result<Option<String>, StoreError> {
        self.connection
            .prepare_cached("SELECT text FROM policy WHERE hash = ?1")
            .and_then(|mut select| select.query_row([&hash[..]], |row| row.get(0)).optional())
            .map_err(failed)
    }

    /// A question.
    pub(super) fn question(&self, consent: [u8; 16]) -> Result<Option<Put>, StoreError> {
        let sealer = self.sealer;
        self.connection
            .prepare_cached("SELECT row, subject, terms, words, until FROM consent WHERE id = ?1")
            .and_then(|mut select| {
                select
                    .query_row([consent], |row| {
                        let place = Place {
                            table: "consent",
                            column: "words",
                            row: row.get(0)?,
                        };
                        Ok(Put {
                            subject: row.get(1)?,
                            terms: row.get(2)?,
                            words: sealer.open(place, &row.get::<_, Vec<u8>>(3)?).ok(),
                            until: row.get(4)?,
                        })
                    })
                    .optional()
            })
            .map_err(failed)
    }

    /// The signature of a consent.
    pub(super) fn signature(&self, consent: [u8; 16]) -> Result<Option<Signature>, StoreError> {
        self.connection
            .prepare_cached("SELECT x, y, signature, authenticator, client, place FROM signature WHERE consent = ?1")
            .and_then(|mut select| {
                select
                    .query_row([consent], |row| {
                        Ok(Signature {
                            x: row.get(0)?,
                            y: row.get(1)?,
                            bytes: row.get(2)?,
                            authenticator: row.get(3)?,
                            client: row.get(4)?,
                            place: row.get(5)?,
                        })
                    })
                    .optional()
            })
            .map_err(failed)
    }

    /// The sealed record of an account, opened.
    pub(super) fn account(&self, id: [u8; 16]) -> Result<Option<Vec<u8>>, StoreError> {
        let sealer = self.sealer;
        let found = self
            .connection
            .prepare_cached("SELECT row, sealed FROM account WHERE id = ?1")
            .and_then(|mut select| {
                select
                    .query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
                    .optional()
            })
            .map_err(failed)?;
        let place = |row| Place {
            table: "account",
            column: "sealed",
            row,
        };
        Ok(found.and_then(|(row, sealed)| sealer.open(place(row), &sealed).ok()))
    }

    /// A party's record, and whether its row says that it is suspended.
    pub(super) fn party(&self, id: [u8; 16]) -> Result<Option<(String, bool)>, StoreError> {
        self.connection
            .prepare_cached("SELECT record, suspended FROM party WHERE id = ?1")
            .and_then(|mut select| select.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .map_err(failed)
    }

    /// Whether a notice of misuse has its row, as it was written, and nobody closed it there.
    pub(super) fn notice_stands(&self, id: NoticeId) -> Result<bool, StoreError> {
        let row = notices::by_id(self.connection, id, self.sealer)?;
        Ok(row.is_some_and(|row| row.is_genuine && row.stands()))
    }

    /// The count and the latest entry of people after a key, in the order of keys; `None` for a row that does not open.
    pub(super) fn people(&self, after: &[u8], limit: u32) -> Result<Vec<PersonRow>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT key, facts FROM person WHERE key > ?1 ORDER BY key LIMIT ?2")
            .map_err(failed)?;
        let rows = select
            .query_map(params![after, limit], |row| {
                let key: [u8; 16] = row.get(0)?;
                let facts: Vec<u8> = row.get(1)?;
                let person = person::read(SubjectKey::from_bytes(key), &facts, self.sealer);
                Ok((key, person.map(|person| (person.count, person.last_leaf))))
            })
            .map_err(failed)?;
        rows.collect::<Result<Vec<_>, _>>().map_err(failed)
    }

    /// How many people have a row.
    pub(super) fn people_count(&self) -> Result<u64, StoreError> {
        self.connection
            .query_row("SELECT count(*) FROM person", [], |row| row.get(0).map(unsigned))
            .map_err(failed)
    }
}

fn found(row: &rusqlite::Row<'_>) -> rusqlite::Result<Found> {
    let leaf = unsigned(row.get(0)?);
    let tag: [u8; 32] = row.get(6)?;
    let Some(kind) = row.get(1)? else {
        let (party, own): ([u8; 32], [u8; 32]) = (row.get(8)?, row.get(10)?);
        return Ok(Found::Shell {
            leaf,
            tag,
            commitments: [party, own],
        });
    };
    Ok(Found::Entry(Box::new(Row {
        leaf,
        kind,
        at: row.get(2)?,
        subject: row.get(3)?,
        previous: row.get::<_, Option<i64>>(4)?.map(unsigned),
        closes: row.get::<_, Option<i64>>(5)?.map(unsigned),
        tag,
        party: (row.get(7)?, row.get(8)?),
        own: (row.get(9)?, row.get(10)?),
    })))
}

/// A person's key, count and latest entry.
pub(super) type PersonRow = ([u8; 16], Option<(u64, Option<Leaf>)>);
