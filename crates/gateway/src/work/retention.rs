//! What is kept no longer than it should be: entries about people whose time is over lose their parts, and consents that ended
//! long ago their words and evidence. A round that is interrupted is begun again, and goes on with what is left.

use std::path::PathBuf;
use std::time::Duration;

use domain::journal::settle::{Item, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::serve::Docket as _;
use domain::time::Timestamp;

use super::Job;
use super::erasures::blocking;
use crate::config::retention::{Class, Retention};
use crate::journal::sequencer::Sequencer;
use crate::records::erase::empty_log;
use crate::records::over::over;
use crate::store::ended::wipe_before;
use crate::store::sqlite::{open_reader, open_writer};

/// How long it rests: what is over goes by whole months, and a day more or less is no matter.
const RESTS: Duration = Duration::from_secs(6 * 3600);

/// Erases what is over.
pub struct Retaining {
    /// The journal's queue.
    pub docket: Sequencer,
    /// The store's file.
    pub store: PathBuf,
    /// How long what is kept.
    pub retention: Retention,
}

impl Retaining {
    async fn let_go(&self) -> Result<u64, StoreError> {
        let now = self.docket.now();
        let (mut from, mut gone) = (Some(0), 0);
        while let Some(leaf) = from {
            let (store, retention) = (self.store.clone(), self.retention.clone());
            let found = blocking(move || over(&open_reader(&store)?, &retention, now, leaf)).await?;
            for change in found.changes {
                // A hold that was placed meanwhile keeps what it covers; the next round looks again.
                let outcome = self.docket.settle(Item::Change(change)).await?;
                gone += u64::from(matches!(outcome, Outcome::Changed(_)));
            }
            from = found.next;
        }
        gone += self.wipe_consents(now).await?;
        if gone > 0 {
            let store = self.store.clone();
            if !blocking(move || empty_log(&store)).await? {
                tracing::warn!("what was erased stays in the write-ahead log until nobody reads it");
            }
        }
        Ok(gone)
    }

    async fn wipe_consents(&self, now: Timestamp) -> Result<u64, StoreError> {
        let Some(before) = self.retention.over_before(Class::Consent, now) else {
            return Ok(0);
        };
        let store = self.store.clone();
        blocking(move || wipe_before(&mut open_writer(&store)?, before)).await
    }
}

impl Job for Retaining {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn rests(&self) -> Duration {
        RESTS
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.let_go())
    }
}
