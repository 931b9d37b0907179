//! Questions that nobody answered in time are closed. Silence counts as no.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::journal::settle::{Change, Closing, Item, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::permission::consent::Life;
use domain::serve::Docket as _;

use super::Job;
use crate::data::Reader;
use crate::journal::sequencer::Sequencer;
use crate::seal::Sealer;
use crate::store::life::due::{Lapsing, lapsed_after};
use crate::store::permission::sqlite::person_of;

/// So many questions are looked at with one read.
const AT_A_TIME: u32 = 200;

/// Closes questions whose time is over.
pub struct Lapses {
    /// The journal's queue.
    pub docket: Sequencer,
    /// Finds the questions.
    pub reader: Arc<Reader>,
    /// Opens sealed columns.
    pub sealer: Arc<Sealer>,
    /// How long it rests.
    pub rests: Duration,
    /// The last question that was looked at. What was never put to its person stays in the list, and is passed once.
    seen: Mutex<Lapsing>,
}

impl Lapses {
    /// A job that has looked at nothing yet.
    #[must_use]
    pub const fn new(docket: Sequencer, reader: Arc<Reader>, sealer: Arc<Sealer>, rests: Duration) -> Self {
        Self {
            docket,
            reader,
            sealer,
            rests,
            seen: Mutex::new(Lapsing::FIRST),
        }
    }

    fn seen(&self) -> Lapsing {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn close_what_is_over(&self) -> Result<u64, StoreError> {
        let mut closed = 0;
        loop {
            let now = self.docket.now();
            let found = self
                .reader
                .read(|store| lapsed_after(store, self.seen(), now, AT_A_TIME))?;
            let Some((last, ..)) = found.last().copied() else {
                return Ok(closed);
            };
            for (_, subject, consent) in found {
                let person = self.reader.read(|store| person_of(store, subject, &self.sealer))?;
                let is_open = person
                    .consent(consent)
                    .is_some_and(|consent| matches!(consent.life, Life::Asked { .. }));
                if !is_open {
                    continue;
                }
                let change = Change::Close {
                    subject,
                    consent,
                    why: Closing::Silence,
                };
                let outcome = self.docket.settle(Item::Change(change)).await?;
                closed += u64::from(matches!(outcome, Outcome::Changed(_)));
            }
            // Only now: a round that fails half-way begins again where the one before it ended.
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = last;
        }
    }
}

impl Job for Lapses {
    fn name(&self) -> &'static str {
        "lapses"
    }

    fn rests(&self) -> Duration {
        self.rests
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.close_what_is_over())
    }
}
