//! Reports that nobody waits for, or that are not the carrier's: counted one by one, and written into the journal many
//! at a time, so that whoever sends them fills no disk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::journal::settle::{Change, Item};
use domain::serve::Docket;
use tokio::sync::{Notify, watch};

/// The counter of dropped reports, by why.
pub const DROPPED_TOTAL: &str = "wayleave_mlp_reports_dropped_total";
/// So long reports that follow another are gathered before they are written down.
const GATHER: Duration = Duration::from_secs(1);
/// The longest that they are, while they keep coming.
const GATHER_MAX: Duration = Duration::from_secs(64);

/// Why a report was dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Why {
    /// Its ask had ended. Its body was not looked at.
    Late,
    /// No ask ever waited at its address, as far as is remembered. Its body was not looked at.
    Unknown,
    /// It was larger than is read here.
    TooLarge,
    /// It did not come in time, or not whole.
    Slow,
    /// It is no report about the asked number that can be believed.
    NotBelieved,
    /// It did not log in, or not with what its request carried.
    WrongLogin,
    /// It is about another request than the one that the carrier accepted.
    WrongRequest,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::Late,
        Self::Unknown,
        Self::TooLarge,
        Self::Slow,
        Self::NotBelieved,
        Self::WrongLogin,
        Self::WrongRequest,
    ];

    /// A stable word for the journal and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Unknown => "unknown",
            Self::TooLarge => "too-large",
            Self::Slow => "slow",
            Self::NotBelieved => "not-believed",
            Self::WrongLogin => "wrong-login",
            Self::WrongRequest => "wrong-request",
        }
    }
}

/// How many reports, by the source whose ask they named, if they named one, and by why they were dropped.
type Counts = BTreeMap<(Option<Arc<str>>, Why), u64>;

/// What was dropped and is not written down yet.
#[derive(Debug)]
pub struct Dropped {
    /// There are as many counts as reasons and sources, whatever comes.
    counts: Mutex<Counts>,
    some: Notify,
    gather: Duration,
    gather_max: Duration,
}

impl Default for Dropped {
    fn default() -> Self {
        Self {
            counts: Mutex::default(),
            some: Notify::new(),
            gather: GATHER,
            gather_max: GATHER_MAX,
        }
    }
}

impl Dropped {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one report, which named an ask of `source` if it named one.
    pub fn count(&self, source: Option<&Arc<str>>, why: Why) {
        metrics::counter!(DROPPED_TOTAL, "why" => why.code()).increment(1);
        *self.counts().entry((source.cloned(), why)).or_default() += 1;
        self.some.notify_one();
    }

    /// Writes into the journal what is counted, until `stop` changes, and then what is left.
    pub async fn write_down(self: Arc<Self>, docket: impl Docket, mut stop: watch::Receiver<bool>) {
        let mut gather = Duration::ZERO;
        loop {
            let ending = tokio::select! {
                () = self.gather(&mut gather) => false,
                _ = stop.changed() => true,
            };
            self.write_all(&docket).await;
            if ending {
                return;
            }
        }
    }

    /// Waits for a report, and for those that follow it. The first after a silence is written down at once, since the
    /// process may end; while more keep coming, each wait is twice as long as the one before it.
    async fn gather(&self, gather: &mut Duration) {
        let silence = (*gather).max(self.gather);
        if tokio::time::timeout(silence, self.some.notified()).await.is_err() {
            *gather = Duration::ZERO;
            self.some.notified().await;
        }
        tokio::time::sleep(*gather).await;
        *gather = (*gather * 2).clamp(self.gather, self.gather_max);
    }

    async fn write_all(&self, docket: &impl Docket) {
        let counts = std::mem::take(&mut *self.counts());
        for ((source, why), count) in counts {
            let change = Change::DropReports {
                source: source.clone(),
                why: why.code(),
                count,
            };
            if let Err(error) = docket.settle(Item::Change(change)).await {
                tracing::warn!(%error, why = why.code(), count, "dropped reports could not be written down yet");
                *self.counts().entry((source, why)).or_default() += count;
                self.some.notify_one();
            } else {
                let source = source.as_deref().unwrap_or("none");
                tracing::warn!(source, why = why.code(), count, "reports were dropped");
            }
        }
    }

    /// How many reports are counted and not written down yet.
    #[cfg(test)]
    pub(super) fn of(&self, source: Option<&str>, why: Why) -> u64 {
        let key = (source.map(Arc::from), why);
        self.counts().get(&key).copied().unwrap_or_default()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::journal::settle::Outcome;
    use domain::journal::store::StoreError;
    use domain::locate::Wait;
    use domain::time::Timestamp;

    use super::*;
    use crate::sources::tests::lock;

    type Written = (Option<String>, &'static str, u64);

    /// Keeps what is written down, and fails as often as it is told to.
    #[derive(Default, Clone)]
    struct Book {
        written: Arc<Mutex<Vec<Written>>>,
        fail: Arc<Mutex<u32>>,
    }

    impl Docket for Book {
        fn settle(&self, item: Item) -> Wait<'_, Result<Outcome, StoreError>> {
            let mut fail = lock(&self.fail);
            if *fail > 0 {
                *fail -= 1;
                return Box::pin(async { Err(StoreError::Failed("full".to_owned())) });
            }
            let Item::Change(Change::DropReports { source, why, count }) = item else {
                panic!("expected dropped reports, found {item:?}");
            };
            lock(&self.written).push((source.map(|source| source.to_string()), why, count));
            Box::pin(async { Ok(Outcome::Done) })
        }

        fn now(&self) -> Timestamp {
            Timestamp::from_unix_ms(0)
        }
    }

    fn start(book: &Book) -> (Arc<Dropped>, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let dropped = Dropped {
            gather: Duration::from_millis(20),
            gather_max: Duration::from_millis(1_280),
            ..Dropped::new()
        };
        let (dropped, stop) = (Arc::new(dropped), watch::Sender::new(false));
        let task = tokio::spawn(Arc::clone(&dropped).write_down(book.clone(), stop.subscribe()));
        (dropped, stop, task)
    }

    async fn written(book: &Book, entries: usize) -> Vec<Written> {
        for _ in 0..500 {
            if lock(&book.written).len() >= entries {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        std::mem::take(&mut *lock(&book.written))
    }

    #[tokio::test]
    async fn many_reports_are_a_few_entries_that_count_each() {
        let book = Book::default();
        let (dropped, stop, task) = start(&book);
        for _ in 0..200 {
            for _ in 0..1000 {
                dropped.count(None, Why::Unknown);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        stop.send_replace(true);
        task.await.expect("ends");
        let written = lock(&book.written).clone();
        // At once, and after 20, 60, 140, 300, 620 and 1,260 ms: twelve would take half a minute.
        assert!(written.len() <= 12, "{} entries", written.len());
        assert_eq!(written.iter().map(|(.., count)| count).sum::<u64>(), 200_000);
    }

    #[tokio::test]
    async fn reasons_and_sources_are_told_apart() {
        let book = Book::default();
        let (dropped, _stop, _task) = start(&book);
        let castor = Arc::from("castor");
        for _ in 0..3 {
            dropped.count(Some(&castor), Why::Late);
            dropped.count(None, Why::Unknown);
            let castor = Some("castor".to_owned());
            assert_eq!(written(&book, 2).await, [(None, "unknown", 1), (castor, "late", 1)]);
        }
    }

    #[tokio::test]
    async fn what_could_not_be_written_is_kept() {
        let book = Book::default();
        *lock(&book.fail) = 2;
        let (dropped, _stop, _task) = start(&book);
        dropped.count(None, Why::Slow);
        dropped.count(None, Why::Slow);
        assert_eq!(written(&book, 1).await, [(None, "slow", 2)]);
    }

    #[test]
    fn every_reason_has_a_word_of_its_own() {
        let words: std::collections::HashSet<_> = Why::ALL.map(Why::code).into();
        assert_eq!(words.len(), Why::ALL.len());
    }
}
