//! Queues items for the journal and hands their outcomes back. One thread owns the journal; whatever waits when it is
//! free becomes the next batch, so that many requests share one commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use domain::journal::settle::{Change, Item, Journal, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::serve::Docket;
use domain::time::Timestamp;
use tokio::sync::{Notify, oneshot};

use crate::chance::{PooledChance, SystemChance};
use crate::clock::Clock;

/// The most items of one batch.
pub const BATCH_MAX: usize = 256;
/// The most items that wait before new requests are told that the gateway is busy.
pub const QUEUE_MAX: usize = 4096;
/// The most items that wait before people are told so too: however much partners ask, there is room for a STOP.
pub const QUEUE_MAX_FOR_PEOPLE: usize = 2 * QUEUE_MAX;

type Answer = oneshot::Sender<Result<Outcome, StoreError>>;

struct Queued {
    item: Item,
    answer: Answer,
}

/// The queue's near end. Cloning it is cheap.
#[derive(Clone)]
pub struct Sequencer {
    queue: Sender<Queued>,
    waiting: Arc<AtomicUsize>,
    closed: Arc<AtomicBool>,
    clock: Arc<dyn Clock>,
}

/// What runs beside the sequencer.
pub struct Running {
    thread: std::thread::JoinHandle<()>,
}

impl Running {
    /// Waits until everything that was queued is settled. Every [`Sequencer`] must have been dropped.
    pub fn finish(self) {
        if self.thread.join().is_err() {
            tracing::error!("the journal's thread ended in a panic");
        }
    }
}

/// Starts the thread that owns the journal. `texts` is notified when a batch may have queued text messages.
///
/// # Errors
/// When the operating system gives no thread.
pub fn start(journal: Journal, clock: Arc<dyn Clock>, texts: Arc<Notify>) -> std::io::Result<(Sequencer, Running)> {
    let (queue, queued) = channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let thread = std::thread::Builder::new().name("journal".to_owned()).spawn({
        let (waiting, clock) = (Arc::clone(&waiting), Arc::clone(&clock));
        move || {
            let _end = EndWithThread;
            run(journal, &queued, &waiting, &texts, &*clock);
        }
    })?;
    let sequencer = Sequencer {
        queue,
        waiting,
        closed: Arc::default(),
        clock,
    };
    Ok((sequencer, Running { thread }))
}

/// Without its journal a gateway can serve nobody ever again; so a panic there ends the process, and whoever supervises
/// it starts it anew.
struct EndWithThread;

impl Drop for EndWithThread {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("the journal's thread failed in a way that it never should; stopping at once");
            std::process::exit(70);
        }
    }
}

fn run(mut journal: Journal, queued: &Receiver<Queued>, waiting: &AtomicUsize, texts: &Notify, clock: &dyn Clock) {
    let mut chance = PooledChance::new(SystemChance::new());
    while let Ok(first) = queued.recv() {
        let batch: Vec<Queued> = std::iter::once(first)
            .chain(queued.try_iter().take(BATCH_MAX - 1))
            .collect();
        waiting.fetch_sub(batch.len(), Ordering::Relaxed);
        let (items, answers): (Vec<Item>, Vec<Answer>) =
            batch.into_iter().map(|queued| (queued.item, queued.answer)).unzip();
        metrics::histogram!("wayleave_journal_batch_items").record(f64::from(u32::try_from(items.len()).unwrap_or(0)));
        let speaks = items
            .iter()
            .any(|item| matches!(item, Item::Text { .. } | Item::Change(_)));
        let started = clock.now();
        settle(&mut journal, items, answers, &mut chance);
        let took_ms = clock.now().since(started).as_ms();
        metrics::histogram!("wayleave_journal_commit_seconds").record(took_ms as f64 / 1000.0);
        if speaks {
            texts.notify_one();
        }
    }
}

fn settle(journal: &mut Journal, items: Vec<Item>, answers: Vec<Answer>, chance: &mut PooledChance) {
    match journal.settle("batch", items, chance) {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                watch_canaries(&outcome);
                // The asker may have gone; what was settled stays settled.
                let _ = answer.send(Ok(outcome));
            }
        }
        Err(StoreError::Failed(why)) => {
            tracing::error!(%why, "a batch was not written; its items are refused");
            answers.into_iter().for_each(|answer| {
                let _ = answer.send(Err(StoreError::Failed(why.clone())));
            });
        }
        Err(error @ (StoreError::Unknown(_) | StoreError::Corrupt(_))) => {
            // Whether the batch is durable is not known, so nothing of it may be released. The next start verifies the
            // tree and closes what is open; nothing less can be trusted.
            tracing::error!(%error, "stopping at once; the next start verifies the journal");
            std::process::exit(70);
        }
    }
}

/// Nobody has a reason to ask about a canary: somebody is told at once. An entry names the party that was suspended,
/// if it is known who asked; the number is said nowhere.
fn watch_canaries(outcome: &Outcome) {
    if let Outcome::Refused(refused) = outcome
        && refused.canary
    {
        metrics::counter!("wayleave_canaries_asked_total").increment(1);
        tracing::error!(
            leaf = refused.leaf,
            "a canary was asked about; who is known to have asked is suspended"
        );
    }
}

/// How many items may wait before this one is turned away. The end of an ask never is: without it the ask would stay open
/// until the next start. There are never more ends than asks that were let in.
const fn room_for(item: &Item) -> usize {
    match item {
        Item::Release(_) | Item::Fail(..) => usize::MAX,
        Item::Ask(..)
        | Item::Spend(_)
        | Item::Change(
            Change::Put { .. }
            | Change::DropReports { .. }
            | Change::OpenEvent { .. }
            | Change::EndEvent { .. }
            | Change::ReceiveNotice { .. }
            | Change::AttestDeletion { .. },
        ) => QUEUE_MAX,
        Item::Change(_) | Item::Text { .. } | Item::Remind { .. } => QUEUE_MAX_FOR_PEOPLE,
    }
}

/// Whether an item begins something for a partner. What ends something, and what a person does, never waits for witnesses.
const fn is_new(item: &Item) -> bool {
    matches!(item, Item::Ask(..) | Item::Change(Change::Put { .. }))
}

impl Sequencer {
    /// How many items wait, as it changes.
    #[must_use]
    pub fn queued(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.waiting)
    }

    /// Whether nobody may ask: then asks and questions are turned away before anything of them is written.
    #[must_use]
    pub fn closed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.closed)
    }

    fn put(&self, item: Item, answer: Answer) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) && is_new(&item) {
            let why = "witnesses have been away for too long, so nobody may ask";
            return Err(StoreError::Failed(why.to_owned()));
        }
        let most = room_for(&item);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(StoreError::Failed(format!(
                "expected fewer than {most} waiting items, found more"
            )));
        }
        self.queue
            .send(Queued { item, answer })
            .map_err(|_| StoreError::Failed("the gateway is stopping".to_owned()))
    }
}

impl Docket for Sequencer {
    fn settle(&self, item: Item) -> Wait<'_, Result<Outcome, StoreError>> {
        let (answer, outcome) = oneshot::channel();
        let put = self.put(item, answer);
        Box::pin(async move {
            put?;
            outcome
                .await
                .unwrap_or_else(|_| Err(StoreError::Unknown("the journal's thread ended".to_owned())))
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[cfg(test)]
mod tests {
    use domain::id::ConsentId;
    use domain::journal::settle::Word;
    use domain::party::ReplayKey;
    use domain::subject::SubjectKey;

    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn partners_never_take_the_room_that_people_have() {
        let (queue, _held) = channel();
        let sequencer = Sequencer {
            queue,
            waiting: Arc::new(AtomicUsize::new(0)),
            closed: Arc::default(),
            clock: Arc::new(SystemClock),
        };
        let put = |item| sequencer.put(item, oneshot::channel().0);
        let spend = || {
            Item::Spend(ReplayKey {
                until_minute: 0,
                hash: [0; 16],
            })
        };
        let person = SubjectKey::from_bytes([1; 16]);
        let stop = || {
            Item::Change(Change::Reply {
                subject: person,
                word: Word::Stop,
            })
        };
        assert!((0..QUEUE_MAX).all(|_| put(spend()).is_ok()));
        assert!(put(spend()).is_err());
        assert!(put(stop()).is_ok(), "a person is heard all the same");
        let withdraw = Item::Change(Change::Withdraw {
            subject: person,
            consent: ConsentId::from_bytes([2; 16]),
        });
        assert!(put(withdraw).is_ok());
        let more = (0..2 * QUEUE_MAX).filter(|_| put(stop()).is_ok()).count();
        assert_eq!(more, QUEUE_MAX_FOR_PEOPLE - QUEUE_MAX - 2, "but not without a bound");
    }
}
