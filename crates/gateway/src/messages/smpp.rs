//! The bind to a carrier's message centre: SMPP 3.4 over one long-lived connection, kept up for as long as the gateway
//! runs.
//!
//! The codec is `rusmpp`'s. Its client `rusmppc` is not used: it turns on the codec's own logging, which writes every
//! number, text and password to the log; its queue of incoming messages has no bound; and one message that cannot be
//! decoded ends its connection, so that a single bad one, redelivered, would keep the bind down.

mod deliver;
mod frame;
mod lanes;
mod link;
mod pace;
mod parts;
mod receipt;
mod session;
mod station;
mod submit;
mod text;

pub use pace::Pace;
pub use receipt::Receipt;
pub use submit::ConfigError;

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::chance::Chance;
use domain::number::Msisdn;
use domain::secret::Secret;
use domain::time::Timestamp;
use rusmpp::{CommandStatus, Pdu};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::messages::count;
use link::{Link, Unanswered};
use station::{Station, stopped};
use submit::{Ready, Unsendable, life};
use text::Part;

/// How often one part is offered again to a centre that says "slower" before the text goes back to the outbox.
const THROTTLED_MOST: u32 = 5;

/// The settings of a bind.
#[derive(Debug)]
pub struct SmppConfig {
    /// Host and port of the message centre.
    pub address: String,
    /// Our name there, 1 to 15 characters.
    pub system_id: String,
    /// Our password there, at most 8 characters.
    pub password: Secret<String>,
    /// The number that our texts come from and that people answer to: `+…`, or a short code.
    pub number: String,
    /// How many parts of texts may be unanswered at a time.
    pub window: usize,
    /// How often the centre is asked whether it is there, in seconds.
    pub enquire_link_s: u32,
    /// How long any answer is waited for, in seconds.
    pub response_timeout_s: u32,
}

/// Why a text was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// No session is bound now.
    NotBound,
    /// The connection ended before the answer; the centre may have the text or a part of it.
    Lost,
    /// The answer did not come in time; the centre may have the text or a part of it.
    Late,
    /// The centre asks for fewer texts.
    Throttled,
    /// The centre refused the text for a reason that may pass.
    NotNow {
        /// The command status (SMPP 3.4 §5.1.3).
        status: u32,
    },
    /// The centre refused the text for good.
    Refused {
        /// The command status (SMPP 3.4 §5.1.3).
        status: u32,
    },
    /// The text is too long, or empty.
    Unsendable,
    /// The text's time was over.
    Expired,
}

impl SendError {
    /// Whether the same text can never be sent.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unsendable | Self::Expired)
    }

    /// A stable word for the metric.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBound => "not-bound",
            Self::Lost => "lost",
            Self::Late => "late",
            Self::Throttled => "throttled",
            Self::NotNow { .. } => "not-now",
            Self::Refused { .. } => "refused",
            Self::Unsendable => "unsendable",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNow { status } | Self::Refused { status } => write!(f, "{} with status {status:#x}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}

impl std::error::Error for SendError {}

impl From<Unanswered> for SendError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Lost => Self::Lost,
            Unanswered::Late => Self::Late,
        }
    }
}

/// A text that came in was not dealt with; it is to come again. The words go to the log: they name no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxError(pub String);

impl fmt::Display for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InboxError {}

/// Where incoming messages go.
pub trait Inbox: Send + Sync {
    /// A person's text. `Ok` says that whatever it asked for is durable: only then is the message centre told that the
    /// text arrived. On `Err` it brings the text again, and it may do so after `Ok` too: the same text twice must
    /// change nothing the second time.
    fn received<'a>(
        &'a self,
        from: Msisdn,
        text: String,
    ) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>>;

    /// What became of a text of ours. It is counted already.
    fn receipt(&self, receipt: Receipt);
}

/// A bind that is kept up until [`Bind::shut_down`], or until it is dropped.
pub struct Bind {
    station: Arc<Station>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    reference: AtomicU8,
}

impl fmt::Debug for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bind(bound: {})", self.is_bound())
    }
}

impl Bind {
    /// Starts to connect, and goes on for ever: a message centre that is down is tried again and again. Needs a tokio
    /// runtime. `chance` spreads the attempts, and the first reference of long texts.
    ///
    /// # Errors
    /// A setting that cannot be sent.
    pub fn start(
        config: &SmppConfig,
        pace: Pace,
        clock: Arc<dyn Clock>,
        mut chance: Box<dyn Chance>,
        inbox: Arc<dyn Inbox>,
    ) -> Result<Self, ConfigError> {
        let ready = Ready::new(config)?;
        let mut reference = [0];
        chance.fill(&mut reference);
        let window_size = u32::try_from(config.window.min(Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let station = Arc::new(Station {
            address: config.address.clone(),
            ready,
            patience: Duration::from_secs(config.response_timeout_s.into()),
            enquire_link: Duration::from_secs(config.enquire_link_s.into()),
            window: Semaphore::new(usize::try_from(window_size).unwrap_or(config.window)),
            window_size,
            pace,
            chance: Mutex::new(chance),
            clock,
            inbox,
            parts: Mutex::default(),
            links: watch::Sender::new(None),
        });
        let stop = watch::Sender::new(false);
        let tasks = vec![
            tokio::spawn(Arc::clone(&station).keep(stop.subscribe())),
            tokio::spawn(Arc::clone(&station).sweep(stop.subscribe())),
        ];
        Ok(Self {
            station,
            stop,
            tasks: Mutex::new(tasks),
            reference: AtomicU8::new(reference[0]),
        })
    }

    /// Whether a session is bound now.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.station.links.borrow().is_some()
    }

    /// Sends one text: all its parts, in order. `Ok` says that the message centre accepted every part. After an error
    /// it may still have accepted some or all of them, so a text that is sent again can arrive twice.
    ///
    /// # Errors
    /// Every way in which a part was not accepted; [`SendError::is_permanent`] tells which are worth another attempt.
    pub async fn send(&self, to: Msisdn, words: &str, valid_until: Timestamp) -> Result<(), SendError> {
        let sent = self.send_parts(to, words, valid_until).await;
        count("out", sent.as_ref().err().map_or("accepted", |error| error.code()));
        sent
    }

    async fn send_parts(&self, to: Msisdn, words: &str, until: Timestamp) -> Result<(), SendError> {
        let reference = self.reference.fetch_add(1, Ordering::Relaxed);
        for part in &text::split(words, reference).ok_or(SendError::Unsendable)? {
            self.send_part(to, part, until).await?;
        }
        Ok(())
    }

    async fn send_part(&self, to: Msisdn, part: &Part, until: Timestamp) -> Result<(), SendError> {
        for attempt in 0.. {
            let left = life(until, self.station.clock.now()).ok_or(SendError::Expired)?;
            let submit = self.station.ready.submit(to, part, left);
            let submit = submit.map_err(|Unsendable| SendError::Unsendable)?;
            match self.submit(submit).await? {
                CommandStatus::EsmeRok => return Ok(()),
                CommandStatus::EsmeRthrottled | CommandStatus::EsmeRmsgqful if attempt < THROTTLED_MOST => {
                    tokio::time::sleep(self.station.wait(attempt)).await;
                }
                CommandStatus::EsmeRthrottled | CommandStatus::EsmeRmsgqful => break,
                status => return Err(refusal(status)),
            }
        }
        Err(SendError::Throttled)
    }

    async fn submit(&self, submit: Pdu) -> Result<CommandStatus, SendError> {
        let permit = self.station.window.acquire().await;
        let _permit = permit.map_err(|_| SendError::NotBound)?;
        Ok(self.link().await?.request(submit).await?)
    }

    /// The link that is bound now, or is so soon.
    async fn link(&self) -> Result<Arc<Link>, SendError> {
        let (mut links, mut stop) = (self.station.links.subscribe(), self.stop.subscribe());
        if stopped(&stop) {
            return Err(SendError::NotBound);
        }
        let bound = timeout(self.station.patience, links.wait_for(Option::is_some));
        tokio::select! {
            bound = bound => match bound {
                Ok(Ok(link)) => link.as_ref().map(Arc::clone).ok_or(SendError::NotBound),
                Ok(Err(_)) | Err(_) => Err(SendError::NotBound),
            },
            _ = stop.wait_for(|stop| *stop) => Err(SendError::NotBound),
        }
    }

    /// Finishes what was begun, says goodbye to the message centre, and ends. Texts sent from now on are not bound.
    pub async fn shut_down(&self) {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let _ended = task.await;
        }
    }
}

/// Which refusals may pass (SMPP 3.4 §5.1.3): trouble inside the centre, or with the session. The others are about the
/// text itself. A generic failure to submit counts as passing; the text's own end bounds it.
fn refusal(status: CommandStatus) -> SendError {
    let passing = matches!(
        status,
        CommandStatus::EsmeRsyserr
            | CommandStatus::EsmeRinvbndsts
            | CommandStatus::EsmeRsubmitfail
            | CommandStatus::EsmeRxTAppn
            | CommandStatus::EsmeRunknownerr
    );
    let status = u32::from(status);
    if passing {
        SendError::NotNow { status }
    } else {
        SendError::Refused { status }
    }
}

#[cfg(test)]
mod tests;
