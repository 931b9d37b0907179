//! Queues items for the journal and hands their outcomes back. One thread owns the journal; whatever waits when it is
//! free becomes the next batch, so that many requests share one commit.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use domain::journal::settle::{Item, Journal, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::serve::Docket;
use domain::time::Timestamp;
use tokio::sync::{Notify, oneshot};

use crate::chance::SystemChance;
use crate::clock::Clock;

/// The most items of one batch.
pub const BATCH_MAX: usize = 256;
/// The most items that wait; beyond it the gateway says that it is busy.
pub const QUEUE_MAX: usize = 4096;

type Answer = oneshot::Sender<Result<Outcome, StoreError>>;

struct Queued {
    item: Item,
    answer: Answer,
}

/// The queue's near end. Cloning it is cheap.
#[derive(Clone)]
pub struct Sequencer {
    queue: SyncSender<Queued>,
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
    let (queue, waiting) = sync_channel(QUEUE_MAX);
    let thread = std::thread::Builder::new()
        .name("journal".to_owned())
        .spawn(move || run(journal, &waiting, &texts))?;
    Ok((Sequencer { queue, clock }, Running { thread }))
}

fn run(mut journal: Journal, waiting: &Receiver<Queued>, texts: &Notify) {
    let mut chance = SystemChance::new();
    loop {
        let first = match waiting.recv_timeout(Duration::from_secs(60)) {
            Ok(first) => first,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let batch: Vec<Queued> = std::iter::once(first)
            .chain(waiting.try_iter().take(BATCH_MAX - 1))
            .collect();
        let (items, answers): (Vec<Item>, Vec<Answer>) =
            batch.into_iter().map(|queued| (queued.item, queued.answer)).unzip();
        metrics::histogram!("wayleave_journal_batch_items").record(f64::from(u32::try_from(items.len()).unwrap_or(0)));
        let speaks = items
            .iter()
            .any(|item| matches!(item, Item::Text { .. } | Item::Change(_)));
        settle(&mut journal, items, answers, &mut chance);
        if speaks {
            texts.notify_one();
        }
    }
}

fn settle(journal: &mut Journal, items: Vec<Item>, answers: Vec<Answer>, chance: &mut SystemChance) {
    match journal.settle("batch", items, chance) {
        Ok(outcomes) => {
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
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

impl Docket for Sequencer {
    fn settle(&self, item: Item) -> Wait<'_, Result<Outcome, StoreError>> {
        let (answer, outcome) = oneshot::channel();
        let queued = self.queue.try_send(Queued { item, answer });
        Box::pin(async move {
            match queued {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => {
                    return Err(StoreError::Failed(format!(
                        "expected fewer than {QUEUE_MAX} waiting items, found more"
                    )));
                }
                Err(TrySendError::Disconnected(_)) => {
                    return Err(StoreError::Failed("the gateway is stopping".to_owned()));
                }
            }
            outcome
                .await
                .unwrap_or_else(|_| Err(StoreError::Unknown("the journal's thread ended".to_owned())))
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
