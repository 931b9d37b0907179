//! The bind to a carrier's message centre: SMPP 3.4 over one long-lived connection, kept up for as long as the gateway
//! runs. A centre may have several addresses: a bind is kept to each, people's texts are heard from all, and ours go over
//! the first that stands.
//!
//! The codec is `rusmpp`'s. Its client `rusmppc` is not used: it turns on the codec's own logging, which writes every
//! number, text and password to the log; its queue of incoming messages has no bound; and one message that cannot be
//! decoded ends its connection, so that a single bad one, redelivered, would keep the bind down.

mod deliver;
mod error;
mod frame;
mod lanes;
mod link;
mod message_id;
mod pace;
mod parts;
mod rate;
mod receipt;
mod session;
mod station;
mod submit;
mod text;

pub use error::SendError;
pub use message_id::MessageId;
pub use pace::Pace;
pub use receipt::{Receipt, State};
pub use submit::ConfigError;

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::chance::Chance;
use domain::number::Msisdn;
use domain::secret::Secret;
use domain::time::{Span, Timestamp};
use rusmpp::CommandStatus;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::messages::count;
use error::refusal;
use link::{Answered, Link};
use rate::Rate;
use station::{Links, Station, stopped};
use submit::{Ready, Unsendable, life};
use text::Part;

/// How often one part is offered again to a centre that says "slower" before the text goes back to the outbox.
const THROTTLED_MOST: u32 = 5;

/// The settings of a bind.
#[derive(Debug)]
pub struct SmppConfig {
    /// Host and port of every address of the message centre, the preferred one first. All are bound to; texts go over the
    /// first that is.
    pub addresses: Vec<String>,
    /// Our name there, 1 to 15 characters.
    pub system_id: String,
    /// Our password there, at most 8 characters.
    pub password: Secret<String>,
    /// The number that our texts come from and that people answer to: `+…`, or a short code.
    pub number: String,
    /// How many parts of texts may be unanswered at a time, at each address.
    pub window: usize,
    /// How many parts of texts are sent within a second, at most; none for no such limit.
    pub texts_per_second_max: Option<u32>,
    /// How often the centre is asked whether it is there, in seconds.
    pub enquire_link_s: u32,
    /// How long any answer is waited for, in seconds.
    pub response_timeout_s: u32,
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

    /// What became of a text of ours. It is counted already. `Ok` says that whatever follows from it is durable.
    fn receipt<'a>(&'a self, receipt: Receipt) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>>;
}

/// What the message centre calls the parts of a text that it took, in order; nothing where it did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted(pub Vec<Option<MessageId>>);

/// The binds to every address of a message centre, kept up until [`Bind::shut_down`], or until this is dropped.
pub struct Bind {
    stations: Vec<Arc<Station>>,
    links: Arc<watch::Sender<Links>>,
    rate: Rate,
    clock: Arc<dyn Clock>,
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
        let ready = Arc::new(Ready::new(config)?);
        let mut reference = [0];
        chance.fill(&mut reference);
        let window_size = u32::try_from(config.window.min(Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let (chance, parts) = (Arc::new(Mutex::new(chance)), Arc::default());
        let links = Arc::new(watch::Sender::new(vec![None; config.addresses.len()]));
        let stations: Vec<Arc<Station>> = (0..)
            .zip(&config.addresses)
            .map(|(place, address)| {
                Arc::new(Station {
                    address: address.clone(),
                    ready: Arc::clone(&ready),
                    patience: Duration::from_secs(config.response_timeout_s.into()),
                    enquire_link: Duration::from_secs(config.enquire_link_s.into()),
                    window: Semaphore::new(usize::try_from(window_size).unwrap_or(config.window)),
                    window_size,
                    pace,
                    chance: Arc::clone(&chance),
                    clock: Arc::clone(&clock),
                    inbox: Arc::clone(&inbox),
                    parts: Arc::clone(&parts),
                    links: Arc::clone(&links),
                    place,
                })
            })
            .collect();
        let stop = watch::Sender::new(false);
        let keeping = stations
            .iter()
            .map(|station| tokio::spawn(Arc::clone(station).keep(stop.subscribe())));
        // The parts are shared, so one of the stations looks after them.
        let sweeping = stations
            .first()
            .map(|station| tokio::spawn(Arc::clone(station).sweep(stop.subscribe())));
        let tasks = keeping.chain(sweeping).collect();
        Ok(Self {
            stations,
            links,
            rate: Rate::new(config.texts_per_second_max),
            clock,
            stop,
            tasks: Mutex::new(tasks),
            reference: AtomicU8::new(reference[0]),
        })
    }

    /// Whether a session is bound now.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.links.borrow().iter().any(Option::is_some)
    }

    /// Sends one text: all its parts, in order. `Ok` says that the message centre accepted every part. After an error
    /// it may still have accepted some or all of them, so a text that is sent again can arrive twice.
    ///
    /// # Errors
    /// Every way in which a part was not accepted; [`SendError::is_permanent`] tells which are worth another attempt.
    pub async fn send(&self, to: Msisdn, words: &str, valid_until: Timestamp) -> Result<Accepted, SendError> {
        let sent = self.send_parts(to, words, valid_until).await;
        count("out", sent.as_ref().err().map_or("accepted", |error| error.code()));
        sent
    }

    async fn send_parts(&self, to: Msisdn, words: &str, until: Timestamp) -> Result<Accepted, SendError> {
        let reference = self.reference.fetch_add(1, Ordering::Relaxed);
        let mut accepted = Accepted::default();
        for part in &text::split(words, reference).ok_or(SendError::Unsendable)? {
            accepted.0.push(self.send_part(to, part, until).await?);
        }
        Ok(accepted)
    }

    async fn send_part(&self, to: Msisdn, part: &Part, until: Timestamp) -> Result<Option<MessageId>, SendError> {
        for attempt in 0..=THROTTLED_MOST {
            life(until, self.clock.now()).ok_or(SendError::Expired)?;
            self.turn(until).await?;
            let answered = self.submit(to, part, until).await?;
            match answered.status {
                CommandStatus::EsmeRok => return Ok(answered.message),
                // Whatever else waits to be sent waits as well: the centre means everybody.
                CommandStatus::EsmeRthrottled | CommandStatus::EsmeRmsgqful => self.hold(attempt),
                status => return Err(refusal(status)),
            }
        }
        Err(SendError::Throttled)
    }

    /// Waits until the pace lets another part pass.
    async fn turn(&self, until: Timestamp) -> Result<(), SendError> {
        while let Err(wait) = self.rate.admit(self.clock.now()) {
            life(until, self.clock.now()).ok_or(SendError::Expired)?;
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn hold(&self, attempt: u32) {
        if let Some(station) = self.stations.first() {
            let wait = u32::try_from(station.wait(attempt).as_millis()).unwrap_or(u32::MAX);
            self.rate.hold(self.clock.now().after(Span::milliseconds(wait)));
        }
    }

    async fn submit(&self, to: Msisdn, part: &Part, until: Timestamp) -> Result<Answered, SendError> {
        loop {
            let (station, link) = self.link().await?;
            let _permit = station.window.acquire().await.map_err(|_| SendError::NotBound)?;
            if !self.is_current(station, &link) {
                // It ended while the window was full, and nothing was sent over it yet: another is taken.
                continue;
            }
            let left = life(until, self.clock.now()).ok_or(SendError::Expired)?;
            let submit = station
                .ready
                .submit(to, part, left)
                .map_err(|Unsendable| SendError::Unsendable)?;
            return Ok(link.request(submit).await?);
        }
    }

    fn is_current(&self, station: &Station, link: &Arc<Link>) -> bool {
        let links = self.links.borrow();
        let current = links.get(station.place).and_then(Option::as_ref);
        current.is_some_and(|current| Arc::ptr_eq(current, link))
    }

    /// The first link that is bound now, or is so soon.
    async fn link(&self) -> Result<(&Station, Arc<Link>), SendError> {
        let (mut links, mut stop) = (self.links.subscribe(), self.stop.subscribe());
        let patience = self.stations.first().map_or(Duration::ZERO, |station| station.patience);
        if stopped(&stop) {
            return Err(SendError::NotBound);
        }
        let bound = timeout(patience, links.wait_for(|links| links.iter().any(Option::is_some)));
        let links = tokio::select! {
            bound = bound => match bound {
                Ok(Ok(links)) => links,
                Ok(Err(_)) | Err(_) => return Err(SendError::NotBound),
            },
            _ = stop.wait_for(|stop| *stop) => return Err(SendError::NotBound),
        };
        let mut both = self.stations.iter().zip(links.iter());
        let first = both.find_map(|(station, link)| Some((&**station, Arc::clone(link.as_ref()?))));
        first.ok_or(SendError::NotBound)
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

#[cfg(test)]
mod tests;
