//! What recipients ask the holders of accounts to agree to, on SQLite: one sealed record with the common terms and the
//! lines. What became of a line is not kept here: it is what became of its consent.

use domain::id::{AccountId, ConsentId, LineRequestId, PartyId};
use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::permission::terms::Terms;
use domain::time::{Span, Timestamp};
use rusqlite::{Row, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::links::SqliteBoard;
use crate::seal::Place;
use crate::store::sqlite::failed;

/// So many unanswered requests of one recipient wait for one account.
pub const OPEN_MAX: u32 = 20;
/// So many requests of an account are listed, the latest first.
pub const LISTED_MAX: u32 = 100;
/// An unanswered request is kept for so long after its end, so that its recipient can still ask what became of it.
const KEPT: Span = Span::seconds(30 * 86_400);

fn place(row: i64) -> Place {
    Place {
        table: "line_request",
        column: "sealed",
        row,
    }
}

/// One line of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its number.
    pub number: Msisdn,
    /// The consent that its account holder's yes makes.
    pub consent: ConsentId,
}

/// A request over many lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineRequest {
    /// Its id.
    pub id: LineRequestId,
    /// Whose lines it is about.
    pub account: AccountId,
    /// The terms of the first line; the others' differ in their consent alone.
    pub terms: Terms,
    /// The words that the terms' hash is of.
    pub words: String,
    /// The lines, in the recipient's order.
    pub devices: Vec<Device>,
    /// Until when the account holder can agree.
    pub until: Timestamp,
    /// When they did.
    pub agreed: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    id: [u8; 16],
    account: [u8; 16],
    terms: String,
    words: String,
    devices: Vec<(String, [u8; 16])>,
    until_ms: i64,
}

impl LineRequest {
    /// The terms of every line, in order: what the account holder signs the root of.
    #[must_use]
    pub fn all_terms(&self) -> Vec<Terms> {
        let of = |device: &Device| Terms {
            consent: device.consent,
            ..self.terms.clone()
        };
        self.devices.iter().map(of).collect()
    }

    /// Whether the account holder can still agree.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.agreed.is_none() && now < self.until
    }

    fn stored(&self) -> Result<Vec<u8>, StoreError> {
        let terms = String::from_utf8(self.terms.canonical()).map_err(failed)?;
        let devices = self.devices.iter();
        let stored = Stored {
            id: self.id.to_bytes(),
            account: self.account.to_bytes(),
            terms,
            words: self.words.clone(),
            devices: devices
                .map(|device| (device.number.to_e164(), device.consent.to_bytes()))
                .collect(),
            until_ms: self.until.unix_ms(),
        };
        serde_json::to_vec(&stored).map_err(failed)
    }

    fn read(plain: &[u8], agreed: Option<i64>) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(plain).ok()?;
        let devices = stored.devices.into_iter().map(|(number, consent)| {
            Some(Device {
                number: Msisdn::parse(&number)?,
                consent: ConsentId::from_bytes(consent),
            })
        });
        Some(Self {
            id: LineRequestId::from_bytes(stored.id),
            account: AccountId::from_bytes(stored.account),
            terms: Terms::from_canonical(stored.terms.as_bytes())?,
            words: stored.words,
            devices: devices.collect::<Option<_>>()?,
            until: Timestamp::from_unix_ms(stored.until_ms),
            agreed: agreed.map(Timestamp::from_unix_ms),
        })
    }
}

impl SqliteBoard {
    /// Keeps a new request; `false` when as many of this recipient wait for this account as may.
    ///
    /// # Errors
    /// The database's, or the sealer's.
    pub fn add_request(&self, request: &LineRequest, now: Timestamp) -> Result<bool, StoreError> {
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        transaction
            .execute(
                "DELETE FROM line_request WHERE agreed IS NULL AND until <= ?1",
                [now.before(KEPT).unix_ms()],
            )
            .map_err(failed)?;
        let (account, recipient) = (request.account.to_bytes(), request.terms.recipient.to_bytes());
        let open: u32 = transaction
            .query_row(
                "SELECT count(*) FROM line_request
                 WHERE account = ?1 AND recipient = ?2 AND agreed IS NULL AND until > ?3",
                (account, recipient, now.unix_ms()),
                |row| row.get(0),
            )
            .map_err(failed)?;
        if open >= OPEN_MAX {
            return Ok(false);
        }
        transaction
            .execute(
                "INSERT INTO line_request (id, account, recipient, until, sealed) VALUES (?1, ?2, ?3, ?4, x'')",
                (request.id.to_bytes(), account, recipient, request.until.unix_ms()),
            )
            .map_err(failed)?;
        let row = transaction.last_insert_rowid();
        let sealed = self.sealer.seal(place(row), &request.stored()?).map_err(failed)?;
        transaction
            .execute("UPDATE line_request SET sealed = ?2 WHERE row = ?1", (row, sealed))
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(true)
    }

    /// The request with this id, if it is this recipient's.
    ///
    /// # Errors
    /// The database's, or that a row is not this program's.
    pub fn request_of(&self, id: LineRequestId, recipient: PartyId) -> Result<Option<LineRequest>, StoreError> {
        let found = self.requests("id = ?1", id.to_bytes())?.pop();
        Ok(found.filter(|request| request.id == id && request.terms.recipient == recipient))
    }

    /// The requests to an account, the latest first.
    ///
    /// # Errors
    /// As [`SqliteBoard::request_of`].
    pub fn requests_to(&self, account: AccountId) -> Result<Vec<LineRequest>, StoreError> {
        let condition = format!("account = ?1 ORDER BY row DESC LIMIT {LISTED_MAX}");
        let mut found = self.requests(&condition, account.to_bytes())?;
        found.retain(|request| request.account == account);
        Ok(found)
    }

    /// Writes down that the account holder agreed, so that nothing signed for this request is taken again.
    ///
    /// # Errors
    /// The database's.
    pub fn mark_agreed(&self, id: LineRequestId, now: Timestamp) -> Result<(), StoreError> {
        let connection = self.connection();
        let updated = connection.execute(
            "UPDATE line_request SET agreed = ?2 WHERE id = ?1 AND agreed IS NULL",
            (id.to_bytes(), now.unix_ms()),
        );
        updated.map(drop).map_err(failed)
    }

    fn requests(&self, condition: &str, wanted: [u8; 16]) -> Result<Vec<LineRequest>, StoreError> {
        let columns = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get(2)?));
        let connection = self.connection();
        let mut select = connection
            .prepare_cached(&format!(
                "SELECT row, agreed, sealed FROM line_request WHERE {condition}"
            ))
            .map_err(failed)?;
        let rows = select.query_map([wanted], columns).map_err(failed)?;
        rows.map(|row| {
            let (row, agreed, sealed): (i64, Option<i64>, Vec<u8>) = row.map_err(failed)?;
            let plain = self.sealer.open(place(row), &sealed).map_err(failed)?;
            LineRequest::read(&plain, agreed).ok_or_else(|| {
                StoreError::Corrupt("expected a request over machine lines, found another value".to_owned())
            })
        })
        .collect()
    }
}
