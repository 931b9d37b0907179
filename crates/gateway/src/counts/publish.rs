//! Publishing: each day's counts, once the day is over.

use std::sync::Arc;
use std::time::Duration;

use domain::journal::keys::Keys;
use domain::journal::settle::{Change, Item, Notice};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};

use super::day::Day;
use super::{kept, of_day, tally};
use crate::data::Reader;
use crate::journal::sequencer::Sequencer;
use crate::seal::Sealer;
use crate::work::Job;

/// A day is over so long after its midnight: nothing that is on its way then is still counted into it.
const MARGIN: Span = Span::seconds(600);
/// So many days are made up for in one round, after a gateway was away.
const DAYS_MAX: u64 = 31;

/// Publishes the counts of each day.
pub struct Publish {
    /// The journal's queue.
    pub docket: Sequencer,
    /// Reads the journal.
    pub reader: Arc<Reader>,
    /// Opens the parties' records.
    pub sealer: Arc<Sealer>,
    /// The journal's name.
    pub keys: Arc<Keys>,
    /// How long it rests.
    pub rests: Duration,
}

impl Publish {
    async fn publish_what_is_over(&self) -> Result<u64, StoreError> {
        let mut published = 0;
        while published < DAYS_MAX {
            let now = self.docket.now();
            let next = self.reader.read(|store| {
                let last = kept::latest(store, 1)?.pop();
                Ok::<_, StoreError>(next_day(last.map(|(day, _)| day), tally::begins(store)?, now))
            });
            let Some(day) = next? else { break };
            let (reader, sealer, keys) = (
                Arc::clone(&self.reader),
                Arc::clone(&self.sealer),
                Arc::clone(&self.keys),
            );
            // A long read holds no thread that answers others.
            let counted = tokio::task::spawn_blocking(move || of_day(&reader, &sealer, keys.origin(), day));
            let (_, document) = counted
                .await
                .map_err(|error| StoreError::Failed(format!("the thread that counted a day ended: {error}")))??;
            let notice = Notice::CountsPublished {
                day: day.to_string(),
                document: document.canonical(),
            };
            self.docket
                .settle(Item::Change(Change::Notice(Box::new(notice))))
                .await?;
            published += 1;
        }
        Ok(published)
    }
}

/// The next day to be published: the one after the last that was, or the journal's first; none until it is over.
fn next_day(last: Option<Day>, begins: Option<Timestamp>, now: Timestamp) -> Option<Day> {
    let next = last.map(Day::next).or_else(|| begins.map(Day::of));
    next.filter(|day| day.next().begins().after(MARGIN) <= now)
}

impl Job for Publish {
    fn name(&self) -> &'static str {
        "counts"
    }

    fn rests(&self) -> Duration {
        self.rests
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.publish_what_is_over())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_published_once_it_is_over() {
        let day = |text| Day::parse(text).expect("a day");
        let at = |text| Timestamp::from_rfc3339(text).expect("a time");
        let begins = Some(at("2026-11-20T15:00:00Z"));
        for (why, last, now, want) in [
            ("it is not over", None, "2026-11-20T23:59:59Z", None),
            ("within the margin", None, "2026-11-21T00:09:59Z", None),
            ("the first", None, "2026-11-21T00:10:00Z", Some("2026-11-20")),
            (
                "the one after the last",
                Some("2026-11-20"),
                "2026-11-25T00:10:00Z",
                Some("2026-11-21"),
            ),
            ("nothing is left", Some("2026-11-24"), "2026-11-25T12:00:00Z", None),
        ] {
            let next = next_day(last.map(day), begins, at(now));
            assert_eq!(next, want.map(day), "{why}");
        }
        assert_eq!(next_day(None, None, at("2026-11-25T12:00:00Z")), None);
    }
}
