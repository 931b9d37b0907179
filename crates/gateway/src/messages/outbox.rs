//! The worker that empties the outbox: every text that the journal's transaction queued is sent, or marked as one that
//! could not be.
//!
//! A text is sent **at least once**. It leaves the outbox only after the message centre accepted it, so a crash between
//! the two sends it again at the next start; the person then reads the same words twice, and no answer to them counts
//! twice. The other order would lose texts, among them the confirmation that a STOP was heard.

mod held;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use domain::chance::Chance;
use domain::id::ConsentId;
use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::time::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::messages::aftermath::Aftermath;
use crate::messages::smpp::{Accepted, Bind, Pace, SendError};
use held::Held;

/// The outbox is looked at this often even if nobody says that there is something in it.
const LOOK: Duration = Duration::from_secs(30);

/// How many texts are kept in mind at a time: under way, or waiting for another attempt.
const HELD_MOST: usize = 1_000;

/// A text in the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its name in the outbox.
    pub id: i64,
    /// To whom.
    pub to: Msisdn,
    /// The words.
    pub words: String,
    /// After this it is not worth sending.
    pub until: Timestamp,
    /// The question that it puts, if it puts one.
    pub question: Option<ConsentId>,
}

impl fmt::Debug for Queued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queued({})", self.id)
    }
}

/// What became of a text, for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The message centre accepted all of it.
    Accepted(Accepted),
    /// Its time was over first.
    Expired,
    /// It can never be sent.
    Failed(SendError),
}

/// The outbox could not be read or written. The words go to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxError(pub String);

impl fmt::Display for OutboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OutboxError {}

/// Where queued texts are kept. Both calls may block; they are made off the runtime's own threads.
pub trait Outbox: Send + Sync {
    /// The oldest texts that are not done, at most `limit`, those under way included.
    ///
    /// # Errors
    /// The store's.
    fn due(&self, limit: usize) -> Result<Vec<Queued>, OutboxError>;

    /// The text is done: `due` never gives it again.
    ///
    /// # Errors
    /// The store's; the call is then made again later, and the text is not sent again meanwhile.
    fn done(&self, id: i64, outcome: &Sent) -> Result<(), OutboxError>;
}

/// What carries a text to the message centre.
pub trait Carrier: Send + Sync {
    /// Sends one text; `Ok` once all of it was accepted.
    fn carry<'a>(
        &'a self,
        to: Msisdn,
        words: &'a str,
        until: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<Accepted, SendError>> + Send + 'a>>;
}

impl Carrier for Bind {
    fn carry<'a>(
        &'a self,
        to: Msisdn,
        words: &'a str,
        until: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<Accepted, SendError>> + Send + 'a>> {
        Box::pin(self.send(to, words, until))
    }
}

/// The worker. [`Worker::run`] is its whole life.
pub struct Worker {
    /// Where the texts are.
    pub outbox: Arc<dyn Outbox>,
    /// What carries them.
    pub carrier: Arc<dyn Carrier>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Spreads the attempts.
    pub chance: Box<dyn Chance>,
    /// How long to wait between attempts for one text.
    pub pace: Pace,
    /// Woken when a text was queued.
    pub wake: Arc<Notify>,
    /// How many texts are under way at a time.
    pub concurrency: usize,
    /// What follows when a text can never be sent.
    pub aftermath: Arc<dyn Aftermath>,
    /// The command statuses with which the centre says that the person wants no more texts.
    pub opt_out_statuses: Vec<u32>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Worker(at most {} at a time)", self.concurrency)
    }
}

/// One step of one text that came to its end.
enum Step {
    Sent(i64, Result<Accepted, SendError>),
    /// It can never be sent, and what follows from that is settled, or is not.
    Lost(i64, SendError, Result<(), StoreError>),
    Marked(i64, Sent, Result<(), OutboxError>),
}

impl Worker {
    /// Sends what is in the outbox until `stop` says so; then waits for what is under way, and marks it.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut held = Held::default();
        let mut steps = JoinSet::new();
        let mut stopping = false;
        loop {
            let wait = if stopping {
                LOOK
            } else {
                self.begin(&mut held, &mut steps).await
            };
            if stopping && steps.is_empty() {
                return;
            }
            tokio::select! {
                Some(step) = steps.join_next() => match step {
                    Ok(step) => self.end(step, &mut held, &mut steps),
                    // The text stays held, and is sent at the next start.
                    Err(_) => tracing::error!("sending a text failed in a way that it never should"),
                },
                _ = stop.wait_for(|stop| *stop), if !stopping => stopping = true,
                () = self.wake.notified(), if !stopping => {}
                () = tokio::time::sleep(wait), if !stopping => {}
            }
        }
    }

    /// Begins whatever may begin now; says how long nothing else will.
    async fn begin(&mut self, held: &mut Held, steps: &mut JoinSet<Step>) -> Duration {
        let room = self
            .concurrency
            .saturating_sub(steps.len())
            .min(HELD_MOST.saturating_sub(held.len()));
        if room > 0 {
            // Those that are held are among the oldest: with so many more, what is new is found behind them.
            let limit = held.len() + room;
            let outbox = Arc::clone(&self.outbox);
            match tokio::task::spawn_blocking(move || outbox.due(limit)).await {
                Ok(Ok(queued)) => held.meet(queued, room),
                Ok(Err(error)) => tracing::error!(%error, "the outbox could not be read"),
                Err(_) => tracing::error!("reading the outbox failed in a way that it never should"),
            }
        }
        let now = self.clock.now();
        while steps.len() < self.concurrency {
            match held.next(now) {
                Some(held::Next::Send(queued)) => self.send(queued, now, steps),
                Some(held::Next::Mark(id, outcome)) => self.mark(id, outcome, steps),
                None => break,
            }
        }
        held.wait(now).map_or(LOOK, |wait| wait.min(LOOK))
    }

    fn send(&self, queued: Queued, now: Timestamp, steps: &mut JoinSet<Step>) {
        let (carrier, aftermath) = (Arc::clone(&self.carrier), Arc::clone(&self.aftermath));
        let opt_outs = self.opt_out_statuses.clone();
        if queued.until <= now {
            self.mark(queued.id, Sent::Expired, steps);
            return;
        }
        steps.spawn(async move {
            let sent = carrier.carry(queued.to, &queued.words, queued.until).await;
            match sent {
                Err(error) if error.is_permanent() && error != SendError::Expired => {
                    let opted_out = error.status().is_some_and(|status| opt_outs.contains(&status));
                    Step::Lost(queued.id, error, after(&*aftermath, &queued, opted_out).await)
                }
                sent => Step::Sent(queued.id, sent),
            }
        });
    }

    fn mark(&self, id: i64, outcome: Sent, steps: &mut JoinSet<Step>) {
        let outbox = Arc::clone(&self.outbox);
        // A crash here leaves the text in the outbox although it was sent: it is sent again at the next start.
        steps.spawn_blocking(move || {
            let done = outbox.done(id, &outcome);
            Step::Marked(id, outcome, done)
        });
    }

    fn end(&mut self, step: Step, held: &mut Held, steps: &mut JoinSet<Step>) {
        match step {
            Step::Sent(id, Ok(accepted)) => self.mark(id, Sent::Accepted(accepted), steps),
            Step::Sent(id, Err(SendError::Expired)) => self.mark(id, Sent::Expired, steps),
            Step::Lost(id, error, Ok(())) => {
                tracing::warn!(text = id, %error, "a text can never be sent");
                self.mark(id, Sent::Failed(error), steps);
            }
            Step::Lost(id, _, Err(error)) => {
                tracing::error!(text = id, %error, "what follows from a text that cannot be sent was not settled");
                self.put_off(id, None, held);
            }
            Step::Sent(id, Err(error)) => {
                tracing::warn!(text = id, %error, "a text was not sent, and will be tried again");
                self.put_off(id, None, held);
            }
            Step::Marked(id, _, Ok(())) => held.forget(id),
            Step::Marked(id, outcome, Err(error)) => {
                tracing::error!(text = id, %error, "the outbox could not be told what became of a text");
                self.put_off(id, Some(outcome), held);
            }
        }
    }

    fn put_off(&mut self, id: i64, outcome: Option<Sent>, held: &mut Held) {
        let wait = self.pace.wait(held.failures(id), self.chance.as_mut());
        held.put_off(id, outcome, self.clock.now(), wait);
    }
}

/// A question that cannot reach its person is closed, and somebody who opted out at the message centre has said STOP. A
/// crash after this leaves the text in the outbox: it is refused once more, and settling it once more changes nothing.
async fn after(aftermath: &dyn Aftermath, queued: &Queued, opted_out: bool) -> Result<(), StoreError> {
    if opted_out {
        return aftermath.opted_out(queued.to).await;
    }
    match queued.question {
        Some(question) => aftermath.undelivered(question).await,
        None => Ok(()),
    }
}

/// Waits for a worker that was told to stop, at most so long; says whether it ended. What it leaves undone stays in the
/// outbox.
pub async fn finish(worker: tokio::task::JoinHandle<()>, patience: Duration) -> bool {
    tokio::time::timeout(patience, worker).await.is_ok()
}

#[cfg(test)]
mod tests;
