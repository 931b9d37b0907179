//! The phone's own browser as a source: where a recorded ask and the page of its consent meet. A position passes from
//! the page to the ask through a channel for one value, and is kept nowhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::decide::Permission;
use domain::geo::confidence::Confidence;
use domain::geo::{Area, Circle};
use domain::id::{AskId, ConsentId};
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Fix, Found, Source, Wait};
use domain::permission::terms::Origin;
use domain::time::Timestamp;
use tokio::sync::{Notify, oneshot};

/// The source's name in the journal, in metrics and in logs.
pub const NAME: &str = "handset";
/// The longest that a page waits at one time.
pub const WAIT_MAX: Duration = Duration::from_secs(25);
/// How long an ask waits for a page to show up. A page that is open comes back within moments after each wait.
pub const PAGE_GRACE: Duration = Duration::from_secs(3);
/// The most pages that wait at one time.
pub const PAGES_MAX: usize = 10_000;
/// The most pages of one consent that wait at one time.
pub const PAGES_PER_CONSENT_MAX: usize = 4;
/// The most asks that wait at one time.
pub const ASKS_MAX: usize = 10_000;
/// The most asks of one consent that wait at one time.
pub const ASKS_PER_CONSENT_MAX: usize = 4;

/// Where asks and pages meet.
#[derive(Debug)]
pub struct Handsets {
    meetings: Mutex<Meetings>,
    page_grace: Duration,
}

#[derive(Debug, Default)]
struct Meetings {
    by_consent: HashMap<ConsentId, Meeting>,
    pages: usize,
    asks: usize,
}

/// The pages and the asks of one consent.
#[derive(Debug, Default)]
struct Meeting {
    pages: usize,
    asks: Vec<Waiting>,
    called: Arc<Notify>,
}

/// An ask that waits for a position.
struct Waiting {
    ask: AskId,
    /// Whether a page was told of it. Each ask is told to one page, once, so that a page that cannot answer it is not
    /// asked again and again.
    told: bool,
    answer: oneshot::Sender<Position>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waiting({})", self.ask)
    }
}

struct Position {
    circle: Circle,
    at: Timestamp,
}

impl Default for Handsets {
    fn default() -> Self {
        Self {
            meetings: Mutex::default(),
            page_grace: PAGE_GRACE,
        }
    }
}

impl Handsets {
    /// Nobody waits yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A page waits, for at most `wait` (and never more than [`WAIT_MAX`]), until somebody asks under its consent.
    /// `None` when nobody did, and at once when too many pages wait already.
    ///
    /// The caller has checked that the consent is given and belongs to the page's link.
    pub async fn wanted(&self, consent: ConsentId, wait: Duration) -> Option<AskId> {
        let page = self.enter(consent)?;
        let told = async {
            loop {
                if let Some(ask) = self.tell(consent) {
                    return ask;
                }
                page.called.notified().await;
            }
        };
        tokio::time::timeout(wait.min(WAIT_MAX), told).await.ok()
    }

    /// A page gives its position for one ask: the circle that holds the phone, and when it was there. `false` if that
    /// ask does not wait under that consent, if no page was told of it, or if it was answered before.
    #[must_use]
    pub fn deliver(&self, consent: ConsentId, ask: AskId, circle: Circle, at: Timestamp) -> bool {
        let waiting = {
            let mut meetings = self.meetings();
            meetings.take(consent, |waiting| waiting.ask == ask && waiting.told)
        };
        waiting.is_some_and(|waiting| waiting.answer.send(Position { circle, at }).is_ok())
    }

    /// Asks the page, within `deadline`.
    async fn ask(&self, recorded: &Recorded, deadline: Duration) -> Result<Found, Failure> {
        if recorded.grant().origin != Origin::Handset {
            return Err(Failure::NoSource);
        }
        let Permission::Consent(consent) = recorded.grant().permission else {
            return Err(Failure::NoSource);
        };
        let (answer, mut answered) = oneshot::channel();
        let grace = self.page_grace.min(deadline);
        let Some(seat) = self.sit(consent, recorded.ask().id(), answer) else {
            // No page takes so many asks. Said like a page that does not come, or else many asks at once would tell a
            // page that is closed from a person who paused.
            tokio::time::sleep(grace).await;
            return Err(Failure::Unlocatable);
        };
        let position = match tokio::time::timeout(grace, &mut answered).await {
            Ok(position) => Ok(position),
            Err(_) if seat.leave_untold() => return Err(Failure::Unlocatable),
            Err(_) => tokio::time::timeout(deadline - grace, answered).await,
        };
        match position {
            Ok(Ok(Position { circle, at })) => Ok(Found::Fix(Fix::new(
                recorded,
                Arc::from(NAME),
                Area::Circle(circle),
                Confidence::WANTED,
                at,
            ))),
            // INVARIANT: the sender is kept until it sends or the seat is left.
            Ok(Err(_)) => Err(Failure::Unavailable),
            Err(_) => Err(Failure::Timeout),
        }
    }

    fn enter(&self, consent: ConsentId) -> Option<Page<'_>> {
        let mut meetings = self.meetings();
        if meetings.pages >= PAGES_MAX {
            return None;
        }
        let meeting = meetings.by_consent.entry(consent).or_default();
        if meeting.pages >= PAGES_PER_CONSENT_MAX {
            return None;
        }
        meeting.pages += 1;
        let called = Arc::clone(&meeting.called);
        meetings.pages += 1;
        Some(Page {
            handsets: self,
            consent,
            called,
        })
    }

    fn sit(&self, consent: ConsentId, ask: AskId, answer: oneshot::Sender<Position>) -> Option<Seat<'_>> {
        let mut meetings = self.meetings();
        if meetings.asks >= ASKS_MAX {
            return None;
        }
        let meeting = meetings.by_consent.entry(consent).or_default();
        if meeting.asks.len() >= ASKS_PER_CONSENT_MAX {
            return None;
        }
        meeting.asks.push(Waiting {
            ask,
            told: false,
            answer,
        });
        meeting.called.notify_one();
        meetings.asks += 1;
        Some(Seat {
            handsets: self,
            consent,
            ask,
        })
    }

    /// The first ask that no page was told of; now one is.
    fn tell(&self, consent: ConsentId) -> Option<AskId> {
        let mut meetings = self.meetings();
        let meeting = meetings.by_consent.get_mut(&consent)?;
        let waiting = meeting.asks.iter_mut().find(|waiting| !waiting.told)?;
        waiting.told = true;
        let ask = waiting.ask;
        // One call may stand for several asks; the next page takes the next one.
        if meeting.asks.iter().any(|waiting| !waiting.told) {
            meeting.called.notify_one();
        }
        Some(ask)
    }

    fn meetings(&self) -> MutexGuard<'_, Meetings> {
        self.meetings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Meetings {
    /// Takes the first ask that `is_it` picks, and with it the meeting if nobody is left.
    fn take(&mut self, consent: ConsentId, is_it: impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        let meeting = self.by_consent.get_mut(&consent)?;
        let index = meeting.asks.iter().position(is_it)?;
        let waiting = meeting.asks.swap_remove(index);
        self.asks -= 1;
        self.tidy(consent);
        Some(waiting)
    }

    fn tidy(&mut self, consent: ConsentId) {
        let over = |meeting: &Meeting| meeting.pages == 0 && meeting.asks.is_empty();
        if self.by_consent.get(&consent).is_some_and(over) {
            self.by_consent.remove(&consent);
        }
    }
}

/// A page that waits. It leaves when it is dropped.
struct Page<'a> {
    handsets: &'a Handsets,
    consent: ConsentId,
    called: Arc<Notify>,
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        let mut meetings = self.handsets.meetings();
        if let Some(meeting) = meetings.by_consent.get_mut(&self.consent) {
            meeting.pages -= 1;
            meetings.pages -= 1;
        }
        meetings.tidy(self.consent);
    }
}

/// The place of an ask that waits. It leaves when it is dropped.
struct Seat<'a> {
    handsets: &'a Handsets,
    consent: ConsentId,
    ask: AskId,
}

impl Seat<'_> {
    /// Leaves if no page was told of the ask; `false` if one was.
    fn leave_untold(&self) -> bool {
        let mut meetings = self.handsets.meetings();
        meetings
            .take(self.consent, |waiting| waiting.ask == self.ask && !waiting.told)
            .is_some()
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut meetings = self.handsets.meetings();
        meetings.take(self.consent, |waiting| waiting.ask == self.ask);
    }
}

impl Source for Handsets {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        let deadline = u64::try_from(recorded.grant().deadline.as_ms()).unwrap_or_default();
        Box::pin(self.ask(recorded, Duration::from_millis(deadline)))
    }
}

#[cfg(test)]
mod tests;
