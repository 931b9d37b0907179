//! Joins messages to the journal: what a person's text asks for is settled, and texts come out of the store's outbox.

use std::sync::Arc;

use domain::id::ConsentId;
use domain::journal::settle::{Change, Item, Outcome, Replied, Word};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::number::Msisdn;
use domain::permission::terms::Terms;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::time::Timestamp;

use crate::data::Reader;
use crate::journal::sequencer::Sequencer;
use crate::keys::SubjectIndex;
use crate::messages::outbox::{Outbox, OutboxError, Queued, Sent};
use crate::messages::replies::Replies;
use crate::store::outbox::sqlite::SqliteOutbox;
use crate::store::permission::sqlite::terms_of;

/// What people's texts may do, through the journal's one queue.
pub struct Correspondence {
    /// The queue.
    pub docket: Sequencer,
    /// Names people by their numbers.
    pub index: Arc<SubjectIndex>,
    /// Reads what was agreed.
    pub reader: Arc<Reader>,
}

fn mixed() -> StoreError {
    StoreError::Unknown("the journal handed back what belongs to another item".to_owned())
}

impl Replies for Correspondence {
    fn settle(&self, from: Msisdn, word: Word) -> Wait<'_, Result<Replied, StoreError>> {
        let ends = matches!(word, Word::Stop | Word::Pause);
        let change = Change::Reply {
            subject: self.index.key(from),
            word,
        };
        Box::pin(async move {
            let outcome = self.docket.settle(Item::Change(change)).await?;
            let Outcome::Replied(replied) = outcome else {
                return Err(mixed());
            };
            if ends {
                // A STOP or a PAUSE is acknowledged once nothing that was on its way can still leave.
                let window = u64::try_from(LEAVE_WITHIN.as_ms()).unwrap_or(0);
                tokio::time::sleep(std::time::Duration::from_millis(window)).await;
            }
            Ok(replied)
        })
    }

    fn text(&self, to: Msisdn, words: String, until: Timestamp) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move {
            match self.docket.settle(Item::Text { to, words, until }).await? {
                Outcome::Done => Ok(()),
                _ => Err(mixed()),
            }
        })
    }

    fn terms(&self, consent: ConsentId) -> Wait<'_, Option<Terms>> {
        Box::pin(async move {
            let found = self.reader.read(|store| terms_of(store, consent));
            // What the person said is settled; without the terms the confirmation names no company.
            found.unwrap_or_else(|error| {
                tracing::error!(%error, "the terms of a consent could not be read");
                None
            })
        })
    }
}

impl Outbox for SqliteOutbox {
    fn due(&self, limit: usize) -> Result<Vec<Queued>, OutboxError> {
        let waiting = Self::due(self, limit).map_err(|error| OutboxError(error.to_string()))?;
        let queued = waiting.into_iter();
        Ok(queued
            .map(|text| Queued {
                id: text.row,
                to: text.to,
                words: text.words,
                until: text.until,
            })
            .collect())
    }

    fn done(&self, id: i64, outcome: Sent) -> Result<(), OutboxError> {
        let word = match outcome {
            Sent::Accepted => "accepted",
            Sent::Expired => "expired",
            Sent::Failed(error) => error.code(),
        };
        Self::done(self, id, word).map_err(|error| OutboxError(error.to_string()))
    }
}
