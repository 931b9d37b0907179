//! Notices of misuse on which nobody acted in time: what they are about is suspended, unless their sender is suspended by
//! then: nobody who was found to misuse this gateway has a clock running against others.

use std::sync::Arc;
use std::time::Duration;

use domain::journal::settle::{Change, HowClosed, Item, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::serve::Docket as _;

use super::Job;
use crate::data::Reader;
use crate::journal::sequencer::Sequencer;
use crate::seal::Sealer;
use crate::store::party::notices::{altered, nearest, overdue};
use crate::store::party::sqlite::by_id;

/// The gauge of when the next open notice suspends by itself, in seconds since the Unix epoch; 0 while none is open.
const DUE: &str = "wayleave_notice_due_timestamp_seconds";

/// Closes notices whose time is over.
pub struct Notices {
    /// The journal's queue.
    pub docket: Sequencer,
    /// Finds the notices.
    pub reader: Arc<Reader>,
    /// Checks the stamps of senders.
    pub sealer: Arc<Sealer>,
    /// How long it rests.
    pub rests: Duration,
}

impl Notices {
    async fn close_overdue(&self) -> Result<u64, StoreError> {
        let now = self.docket.now();
        let found = self.reader.read(|store| overdue(store, now, &self.sealer))?;
        let (mut closed, mut failed) = (0, None);
        for notice in found {
            if !notice.is_genuine {
                tracing::error!(notice = %notice.id, "the row of a notice was altered: nothing happens by it");
                failed = Some(altered(notice.id));
                continue;
            }
            let sender = self.reader.read(|store| by_id(store, notice.by, &self.sealer));
            let sender = match sender {
                Ok(sender) => sender,
                Err(error) => {
                    // One row that cannot be read stops no other clock.
                    failed = Some(error);
                    continue;
                }
            };
            let lapses = sender.is_none_or(|sender| sender.suspended);
            let change = Change::CloseNotice {
                notice: notice.id,
                about: (notice.about, notice.purpose),
                how: if lapses { HowClosed::Lapsed } else { HowClosed::Overdue },
            };
            match self.docket.settle(Item::Change(change)).await {
                Ok(Outcome::Changed(_)) => {
                    closed += 1;
                    tracing::warn!(notice = %notice.id, about = %notice.about, lapses, "nobody acted on a notice in time: what it is about is suspended, unless it lapses");
                }
                Ok(_) => {}
                Err(error) => failed = Some(error),
            }
        }
        let due = self.reader.read(|store| nearest(store, &self.sealer))?;
        metrics::gauge!(DUE).set(due.map_or(0, domain::time::Timestamp::unix_seconds) as f64);
        failed.map_or(Ok(closed), Err)
    }
}

impl Job for Notices {
    fn name(&self) -> &'static str {
        "notices"
    }

    fn rests(&self) -> Duration {
        self.rests
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.close_overdue())
    }
}
