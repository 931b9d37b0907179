//! Joins messages to the journal: what a person's text asks for is settled, and texts come out of the store's outbox.

use std::sync::Arc;

use domain::id::ConsentId;
use domain::journal::settle::{Change, Closing, Item, Outcome, Replied, Word};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::number::Msisdn;
use domain::permission::terms::Terms;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::time::Timestamp;

use super::sight;
use crate::clock::Clock;
use crate::data::Reader;
use crate::journal::sequencer::Sequencer;
use crate::keys::SubjectIndex;
use crate::messages::aftermath::Aftermath;
use crate::messages::outbox::{Outbox, OutboxError, Queued, Sent};
use crate::messages::replies::{Conversant, Ledger, OpenQuestion, Replies, Sight};
use crate::messages::smpp::Receipt;
use crate::seal::Sealer;
use crate::store::outbox::sqlite::SqliteOutbox;
use crate::store::outbox::submitted::Submitted;
use crate::store::permission::sqlite::{latest_terms_of, subject_of, terms_of};
use domain::journal::keys::Keys;
use wire::sms::words::locale_of;
use wire::words::Locale;

/// What people's texts may do, through the journal's one queue.
pub struct Correspondence {
    /// The queue.
    pub docket: Sequencer,
    /// Names people by their numbers.
    pub index: Arc<SubjectIndex>,
    /// Reads what was agreed.
    pub reader: Arc<Reader>,
    /// Opens sealed columns.
    pub sealer: Arc<Sealer>,
    /// Derives the codes of questions.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Correspondence {
    /// Through this queue, with these keys.
    pub fn new(
        docket: &Sequencer,
        index: &Arc<SubjectIndex>,
        reader: &Arc<Reader>,
        (sealer, keys): (&Arc<Sealer>, &Arc<Keys>),
        clock: &Arc<dyn Clock>,
    ) -> Self {
        Self {
            docket: docket.clone(),
            index: Arc::clone(index),
            reader: Arc::clone(reader),
            sealer: Arc::clone(sealer),
            keys: Arc::clone(keys),
            clock: Arc::clone(clock),
        }
    }
}

fn mixed() -> StoreError {
    StoreError::Unknown("the journal handed back what belongs to another item".to_owned())
}

impl Replies for Correspondence {
    fn settle(&self, from: Msisdn, word: Word) -> Wait<'_, Result<Replied, StoreError>> {
        let ends = matches!(word, Word::Stop | Word::Pause | Word::Never);
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

impl Conversant for Correspondence {
    fn open(&self, from: Msisdn) -> Wait<'_, Result<Vec<OpenQuestion>, StoreError>> {
        let (subject, now) = (self.index.key(from), self.clock.now());
        Box::pin(async move {
            let keys = (&*self.sealer, &*self.keys);
            self.reader.read(|store| sight::open(store, subject, now, keys))
        })
    }

    fn sight(&self, from: Msisdn) -> Wait<'_, Result<Sight, StoreError>> {
        let (subject, now) = (self.index.key(from), self.clock.now());
        Box::pin(async move {
            self.reader
                .read(|store| sight::sight(store, subject, now, &self.sealer))
        })
    }

    fn language(&self, from: Msisdn) -> Wait<'_, Result<Option<Locale>, StoreError>> {
        let subject = self.index.key(from);
        Box::pin(async move {
            let terms = self.reader.read(|store| latest_terms_of(store, subject))?;
            Ok(terms.as_ref().map(locale_of))
        })
    }

    fn refuse(&self, from: Msisdn, consent: ConsentId) -> Wait<'_, Result<Replied, StoreError>> {
        let subject = self.index.key(from);
        Box::pin(async move {
            let change = Change::Refuse { subject, consent };
            match self.docket.settle(Item::Change(change)).await? {
                Outcome::Changed(_) => Ok(Replied::Refused(consent)),
                // It was answered, or lapsed, a moment ago.
                Outcome::NotApplicable => Ok(Replied::NothingOpen),
                _ => Err(mixed()),
            }
        })
    }
}

impl Aftermath for Correspondence {
    fn undelivered(&self, question: ConsentId) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let found = self.reader.read(|store| subject_of(store, question))?;
            let Some(subject) = found else { return Ok(()) };
            let change = Change::Close {
                subject,
                consent: question,
                why: Closing::Undelivered,
            };
            // A question that was answered meanwhile stays as it is.
            self.docket.settle(Item::Change(change)).await.map(drop)
        })
    }

    fn opted_out(&self, from: Msisdn) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move { self.settle(from, Word::Stop).await.map(drop) })
    }
}

/// The outbox with the clock that tells how long its rows are kept.
pub struct Texts {
    /// The rows.
    pub outbox: SqliteOutbox,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Texts {
    /// This outbox with this clock.
    pub fn new(outbox: SqliteOutbox, clock: &Arc<dyn Clock>) -> Self {
        let clock = Arc::clone(clock);
        Self { outbox, clock }
    }
}

fn told(error: StoreError) -> OutboxError {
    OutboxError(error.to_string())
}

impl Outbox for Texts {
    fn due(&self, limit: usize) -> Result<Vec<Queued>, OutboxError> {
        let waiting = self.outbox.due(limit).map_err(told)?;
        let queued = waiting.into_iter();
        Ok(queued
            .map(|text| Queued {
                id: text.row,
                to: text.to,
                words: text.words,
                until: text.until,
                question: text.question,
            })
            .collect())
    }

    fn done(&self, id: i64, outcome: &Sent) -> Result<(), OutboxError> {
        let done = match outcome {
            Sent::Accepted(accepted) => self.outbox.accepted(id, accepted, self.clock.now()),
            Sent::Expired => self.outbox.done(id, "expired"),
            Sent::Failed(error) => self.outbox.done(id, error.code()),
        };
        done.map_err(told)
    }
}

impl Ledger for Texts {
    fn submitted(&self, receipt: &Receipt) -> Result<Option<Submitted>, OutboxError> {
        self.outbox.submitted(receipt).map_err(told)
    }

    fn settled(&self, submitted: Submitted, lost: bool) -> Result<(), OutboxError> {
        self.outbox.settled(submitted, lost).map_err(told)
    }

    fn was_heard(&self, from: Msisdn, said: &str) -> Result<bool, OutboxError> {
        self.outbox.was_heard(from, said, self.clock.now()).map_err(told)
    }

    fn hear(&self, from: Msisdn, said: &str) -> Result<(), OutboxError> {
        self.outbox.hear(from, said, self.clock.now()).map_err(told)
    }
}
