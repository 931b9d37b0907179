//! Consents that have ended, on SQLite, for retention: once their time is over, their words and evidence go.

use std::collections::BTreeSet;

use domain::facts::{Held, Hold};
use domain::id::{ConsentId, PartyId};
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::holds;
use super::sqlite::failed;

/// When a consent or a question ended, or will: by its latest state, or by the clock.
const OVER: &str = "max(at, coalesce(ends, at), CASE state WHEN 'asked' THEN until ELSE at END)";
/// What hangs on a consent, and the consent at last.
const WIPES: [&str; 5] = [
    "DELETE FROM signature WHERE consent = ?1",
    "DELETE FROM reminder WHERE consent = ?1",
    "DELETE FROM outbox WHERE consent = ?1",
    "DELETE FROM submitted WHERE consent = ?1",
    "DELETE FROM consent WHERE id = ?1",
];

/// The consents that ended before a time.
#[derive(Debug, Default)]
pub struct Ended {
    /// Those that still stand, or ended later.
    later: BTreeSet<ConsentId>,
}

impl Ended {
    /// Whether a consent ended before that time. One of which nothing is kept did.
    #[must_use]
    pub fn has(&self, consent: ConsentId) -> bool {
        !self.later.contains(&consent)
    }
}

/// Which consents ended before a time.
///
/// # Errors
/// When the rows cannot be read.
pub fn ended_before(connection: &Connection, before: Timestamp) -> Result<Ended, StoreError> {
    let mut select = connection
        .prepare_cached(&format!("SELECT id FROM consent WHERE {OVER} >= ?1"))
        .map_err(failed)?;
    let rows = select
        .query_map([before.unix_ms()], |row| row.get::<_, [u8; 16]>(0))
        .map_err(failed)?;
    let later = rows.map(|id| id.map(ConsentId::from_bytes).map_err(failed));
    Ok(Ended {
        later: later.collect::<Result<_, _>>()?,
    })
}

/// Wipes what is kept of consents that ended before a time, unless a hold covers them; how many those were.
///
/// # Errors
/// The database's: then nothing was wiped.
pub fn wipe_before(connection: &mut Connection, before: Timestamp) -> Result<u64, StoreError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let holds = holds::standing(&transaction)?;
    let found: Vec<([u8; 16], [u8; 16], [u8; 16])> = transaction
        .prepare(&format!("SELECT id, subject, recipient FROM consent WHERE {OVER} < ?1"))
        .and_then(|mut select| {
            let rows = select.query_map([before.unix_ms()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect()
        })
        .map_err(failed)?;
    let mut wiped = 0;
    for (id, subject, recipient) in found {
        let (subject, recipient) = (SubjectKey::from_bytes(subject), PartyId::from_bytes(recipient));
        let covers = |hold: &Hold| match hold.held {
            Held::Everything => true,
            Held::Subject(held) => held == subject,
            Held::Party(held) => held == recipient,
        };
        if holds.iter().any(covers) {
            continue;
        }
        for wipe in WIPES {
            transaction.execute(wipe, [id]).map_err(failed)?;
        }
        wiped += 1;
    }
    transaction.commit().map_err(failed)?;
    Ok(wiped)
}
