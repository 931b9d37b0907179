//! What outlives a single connection: the settings, the inbox, the parts of long texts, and the window.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::chance::Chance;
use domain::number::Msisdn;
use rusmpp::CommandStatus;
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::Inbox;
use super::link::Link;
use super::pace::Pace;
use super::parts::{Parts, Piece, Taken};
use super::receipt::Receipt;
use super::session::{self, Ended};
use super::submit::Ready;
use crate::clock::Clock;
use crate::messages::count;

/// How often parts that never became whole are looked for.
const SWEEP: Duration = Duration::from_secs(30);

/// A session that lasted this long was a good one: the next failure is a first one again.
const GOOD_SESSION_S: i64 = 60;

pub(super) struct Station {
    pub(super) address: String,
    pub(super) ready: Arc<Ready>,
    pub(super) patience: Duration,
    pub(super) enquire_link: Duration,
    pub(super) window: Semaphore,
    pub(super) window_size: u32,
    pub(super) pace: Pace,
    pub(super) chance: Arc<Mutex<Box<dyn Chance>>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) inbox: Arc<dyn Inbox>,
    /// The parts of one long text may come over several binds.
    pub(super) parts: Arc<Mutex<Parts>>,
    /// The connections that are bound now, station by station.
    pub(super) links: Arc<watch::Sender<Links>>,
    /// Which of them is this station's.
    pub(super) place: usize,
}

/// The connections that are bound now, in the order in which they are to be used.
pub(super) type Links = Vec<Option<Arc<Link>>>;

impl Station {
    /// Keeps a session up until told to stop.
    pub(super) async fn keep(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut failures = 0;
        while !stopped(&stop) {
            let began = self.clock.now();
            // A task of its own: should the decoder panic over what a peer sent, one session ends and not the bind.
            let ended = tokio::spawn(session::run(Arc::clone(&self), stop.clone())).await;
            self.bound(None);
            if stopped(&stop) {
                return;
            }
            log_end(ended);
            if self.clock.now().since(began).as_seconds() >= GOOD_SESSION_S {
                failures = 0;
            }
            let wait = self.wait(failures);
            failures = failures.saturating_add(1);
            let _stopped = timeout(wait, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Passes on what can be read of long texts whose missing parts never came.
    pub(super) async fn sweep(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while timeout(SWEEP, stop.wait_for(|stop| *stop)).await.is_err() {
            let overdue = self.parts().overdue(self.clock.now());
            for (key, from, text) in overdue {
                if self.pass_on(from, text).await {
                    self.parts().finish(key);
                }
            }
        }
    }

    /// Notes which connection is bound now, if one is.
    pub(super) fn bound(&self, link: Option<Arc<Link>>) {
        self.links.send_modify(|links| {
            if let Some(mine) = links.get_mut(self.place) {
                *mine = link;
            }
        });
    }

    /// Takes a receipt: OK only once what follows from it is durable.
    pub(super) async fn note(&self, receipt: Receipt) -> CommandStatus {
        match timeout(self.patience, self.inbox.receipt(receipt)).await {
            Ok(Ok(())) => CommandStatus::EsmeRok,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a receipt was not dealt with; it will come again");
                CommandStatus::EsmeRxTAppn
            }
            Err(_) => {
                tracing::warn!("a receipt was not dealt with in time; it will come again");
                CommandStatus::EsmeRxTAppn
            }
        }
    }

    /// Takes a text or a part of one, and says how to answer it: OK only once what it asked for is durable.
    pub(super) async fn receive(&self, from: Msisdn, piece: Piece) -> CommandStatus {
        let taken = self.parts().take(from, piece, self.clock.now());
        match taken {
            Taken::Whole(text, key) => {
                if !self.pass_on(from, text).await {
                    return CommandStatus::EsmeRxTAppn;
                }
                if let Some(key) = key {
                    self.parts().finish(key);
                }
                CommandStatus::EsmeRok
            }
            Taken::Kept | Taken::Again => {
                count("in", "part");
                CommandStatus::EsmeRok
            }
            Taken::Full => {
                count("in", "put-off");
                CommandStatus::EsmeRxTAppn
            }
        }
    }

    async fn pass_on(&self, from: Msisdn, text: String) -> bool {
        let passed = match timeout(self.patience, self.inbox.received(from, text)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a text that came in was not dealt with; it will come again");
                false
            }
            Err(_) => {
                tracing::warn!("a text that came in was not dealt with in time; it will come again");
                false
            }
        };
        count("in", if passed { "taken" } else { "put-off" });
        passed
    }

    /// How long to wait after so many failures.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        self.pace.wait(failures, chance.as_mut())
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the bind is to stop, or its owner is gone.
pub(super) fn stopped(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

fn log_end(ended: Result<Ended, tokio::task::JoinError>) {
    match ended {
        Ok(Ended::Stopped) => {}
        Ok(Ended::Refused(status)) => {
            tracing::error!(status = u32::from(status), "the message centre refused to bind");
        }
        Ok(ended) => tracing::warn!(?ended, "the session with the message centre ended"),
        Err(_) => tracing::error!("the session with the message centre failed"),
    }
}
