//! What the message centre calls the parts of our texts, so that a receipt finds its text again, also after a restart.
//! Phones stand here as keyed stamps: nobody learns from these rows whom was written to.

use domain::id::ConsentId;
use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use rusqlite::{Connection, Transaction};

use super::sqlite::SqliteOutbox;
use crate::messages::smpp::{Accepted, MessageId, Receipt};
use crate::seal::Sealer;
use crate::store::sqlite::failed;

/// Receipts of texts are waited for so long after the text's own time is over.
const KEPT_AFTER: Span = Span::seconds(86_400);

/// A part that a receipt speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The text's row in the outbox.
    pub text: i64,
    /// Which part.
    pub part: i64,
    /// The question that the text puts, if it puts one.
    pub question: Option<ConsentId>,
}

/// Which phone, to whoever has the keys.
fn stamp(sealer: &Sealer, phone: Msisdn) -> [u8; 16] {
    sealer.stamp("submitted", [0; 16], &phone.to_bytes())
}

impl SqliteOutbox {
    /// Notes that the centre took a text, and what it calls its parts; wipes the text.
    ///
    /// # Errors
    /// When the rows cannot be written; the text may then be sent again.
    pub fn accepted(&self, row: i64, accepted: &Accepted, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let waiting = self.text(&connection, row)?;
        let transaction = connection.transaction().map_err(failed)?;
        if let Some(waiting) = waiting {
            let phone = stamp(self.sealer(), waiting.to);
            for (part, message) in (1_i64..).zip(&accepted.0) {
                transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO submitted (text, part, message, phone, consent, until)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )
                    .and_then(|mut insert| {
                        insert.execute(rusqlite::params![
                            row,
                            part,
                            message.as_ref().map_or("", MessageId::as_str),
                            &phone[..],
                            waiting.question.map(ConsentId::to_bytes),
                            waiting.until.unix_ms(),
                        ])
                    })
                    .map_err(failed)?;
            }
        }
        Self::mark(&transaction, row, "accepted")?;
        forget_old(&transaction, now)?;
        transaction.commit().map_err(failed)
    }

    /// The part that a receipt speaks of: the one that the centre calls so; where it calls it nothing, the only one that
    /// went to that phone. `None` if that is none, or more than one: nothing is guessed.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub fn submitted(&self, receipt: &Receipt) -> Result<Option<Submitted>, StoreError> {
        let connection = self.connection();
        let phone = receipt.phone.map(|phone| stamp(self.sealer(), phone));
        for name in receipt.id.iter().flat_map(MessageId::spellings) {
            let named = by_name(&connection, &name, phone)?;
            if let [only] = named.as_slice() {
                return Ok(Some(*only));
            }
        }
        let Some(phone) = phone else { return Ok(None) };
        let sent = by_phone(&connection, phone, receipt.id.is_none())?;
        // The parts of one text are as good as one.
        let first = sent.first().copied();
        Ok(first.filter(|first| sent.iter().all(|other| other.text == first.text)))
    }

    /// Nothing more is to be learnt of a part, or of the whole text if it is lost.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn settled(&self, submitted: Submitted, lost: bool) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM submitted WHERE text = ?1 AND (part = ?2 OR ?3)")
            .and_then(|mut delete| delete.execute((submitted.text, submitted.part, lost)))
            .map_err(failed)?;
        Ok(())
    }
}

fn by_name(connection: &Connection, name: &MessageId, phone: Option<[u8; 16]>) -> Result<Vec<Submitted>, StoreError> {
    rows(
        connection,
        "SELECT text, part, consent FROM submitted
         WHERE message <> '' AND message = ?1 AND (?2 IS NULL OR phone = ?2) ORDER BY text, part LIMIT 2",
        rusqlite::params![name.as_str(), phone.map(|phone| phone.to_vec())],
    )
}

fn by_phone(connection: &Connection, phone: [u8; 16], also_named: bool) -> Result<Vec<Submitted>, StoreError> {
    rows(
        connection,
        "SELECT text, part, consent FROM submitted WHERE phone = ?1 AND (message = '' OR ?2) ORDER BY text, part LIMIT 64",
        rusqlite::params![&phone[..], also_named],
    )
}

fn rows(connection: &Connection, select: &str, values: impl rusqlite::Params) -> Result<Vec<Submitted>, StoreError> {
    let mut statement = connection.prepare_cached(select).map_err(failed)?;
    let rows = statement
        .query_map(values, |row| {
            Ok(Submitted {
                text: row.get(0)?,
                part: row.get(1)?,
                question: row.get::<_, Option<[u8; 16]>>(2)?.map(ConsentId::from_bytes),
            })
        })
        .map_err(failed)?;
    rows.collect::<Result<_, _>>().map_err(failed)
}

fn forget_old(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    transaction
        .prepare_cached("DELETE FROM submitted WHERE until < ?1")
        .and_then(|mut delete| delete.execute([now.before(KEPT_AFTER).unix_ms()]))
        .map_err(failed)?;
    Ok(())
}
