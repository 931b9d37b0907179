//! The asks that wait for a report, each under a token that nobody can guess. A report passes from the listener to its
//! ask through a channel, unread; it is kept nowhere.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use domain::journal::entry::hex;
use tokio::sync::{mpsc, oneshot};

use super::dropped::Why;

/// The most asks that wait at one time.
pub const WAITING_MAX: usize = 10_000;
/// So many asks that have ended are remembered, so that a late report is told from a guess.
pub const ENDED_MAX: usize = 10_000;
/// So many reports to one ask may be under way at one time.
const REPORTS_AT_A_TIME: usize = 2;

/// The unguessable end of an address, for one request: 128 bits of chance.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token([u8; 16]);

impl Token {
    /// A token of the caller's chance.
    #[must_use]
    pub const fn new(chance: [u8; 16]) -> Self {
        Self(chance)
    }

    /// Reads the text form, which has one spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut digits = text.bytes().map(digit);
        let mut token = [0; 16];
        for byte in &mut token {
            *byte = digits.next()?? << 4 | digits.next()??;
        }
        digits.next().is_none().then_some(Self(token))
    }
}

/// The text form: 32 hexadecimal digits.
impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Whoever has a token may end an ask, so none is printed.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A report on its way to its ask.
pub struct Delivery {
    /// The bytes as they came.
    pub body: Bytes,
    /// Where the ask says what became of it.
    pub heard: oneshot::Sender<Heard>,
}

/// What became of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// It answered its ask.
    Taken,
    /// It was dropped, and the ask waits on.
    Dropped(Why),
}

/// Where reports and asks meet.
#[derive(Debug, Default)]
pub struct Waiting {
    places: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    by_token: HashMap<Token, Place>,
    waiting: usize,
    ended: VecDeque<Token>,
}

#[derive(Debug)]
struct Place {
    source: Arc<str>,
    /// The way to the ask, until that has ended.
    reports: Option<mpsc::Sender<Delivery>>,
}

/// What is known of a token.
#[derive(Debug)]
pub enum Known {
    /// An ask waits under it.
    Waits {
        /// The source that was asked.
        source: Arc<str>,
        /// The way to the ask.
        reports: mpsc::Sender<Delivery>,
    },
    /// An ask waited under it, and does not any more.
    Ended {
        /// The source that was asked.
        source: Arc<str>,
    },
    /// Nobody was given it, or that was long ago.
    Nothing,
}

impl Waiting {
    /// Nobody waits yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A place for an ask of `source`, under a token that `chance` makes; `None` if too many wait already.
    #[must_use]
    pub fn sit(self: &Arc<Self>, source: &Arc<str>, chance: [u8; 16]) -> Option<Seat> {
        let (reports, incoming) = mpsc::channel(REPORTS_AT_A_TIME);
        let token = Token::new(chance);
        let mut places = self.places();
        // Chance that repeats itself would hand one person's report to another's ask.
        if places.waiting >= WAITING_MAX || places.by_token.contains_key(&token) {
            return None;
        }
        let place = Place {
            source: Arc::clone(source),
            reports: Some(reports),
        };
        places.by_token.insert(token, place);
        places.waiting += 1;
        Some(Seat {
            waiting: Arc::clone(self),
            token,
            incoming,
        })
    }

    /// What is known of a token.
    #[must_use]
    pub fn find(&self, token: Token) -> Known {
        let places = self.places();
        let Some(place) = places.by_token.get(&token) else {
            return Known::Nothing;
        };
        let source = Arc::clone(&place.source);
        match &place.reports {
            Some(reports) => Known::Waits {
                source,
                reports: reports.clone(),
            },
            None => Known::Ended { source },
        }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// An ask has ended: its token is dead, and remembered for a while.
    fn end(&mut self, token: Token) {
        let Some(place) = self.by_token.get_mut(&token) else {
            return;
        };
        if place.reports.take().is_some() {
            self.waiting -= 1;
            self.ended.push_back(token);
        }
        if self.ended.len() > ENDED_MAX
            && let Some(oldest) = self.ended.pop_front()
        {
            self.by_token.remove(&oldest);
        }
    }
}

/// The place of an ask that waits. It leaves when it is dropped, and its token is dead from then on.
#[derive(Debug)]
pub struct Seat {
    waiting: Arc<Waiting>,
    token: Token,
    incoming: mpsc::Receiver<Delivery>,
}

impl Seat {
    /// The token under which it waits.
    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// The next report that comes.
    pub async fn report(&mut self) -> Delivery {
        match self.incoming.recv().await {
            Some(delivery) => delivery,
            // INVARIANT: the sender is kept until the seat is left. Without it nothing can come any more.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.waiting.places().end(self.token);
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Delivery(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seat(waiting: &Arc<Waiting>, nth: u32) -> Option<Seat> {
        let mut chance = [0; 16];
        chance[..4].copy_from_slice(&nth.to_be_bytes());
        waiting.sit(&Arc::from("castor"), chance)
    }

    #[test]
    fn a_token_has_one_spelling() {
        let token = Token::new([0xA7; 16]);
        let text = token.to_string();
        assert_eq!((text.len(), Token::parse(&text)), (32, Some(token)));
        let longer = format!("{text}0");
        for other in [
            &text.to_uppercase(),
            &text[1..],
            &longer,
            "",
            "../../etc",
            &format!("+{}", &text[1..]),
        ] {
            assert_eq!(Token::parse(other), None, "{other}");
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn a_token_lives_as_long_as_its_ask() {
        let waiting = Arc::new(Waiting::new());
        let seat = seat(&waiting, 1).expect("a place");
        let token = seat.token();
        assert!(matches!(waiting.find(token), Known::Waits { .. }));
        assert!(matches!(waiting.find(Token::new([9; 16])), Known::Nothing));
        drop(seat);
        assert!(matches!(waiting.find(token), Known::Ended { source } if &*source == "castor"));
    }

    #[test]
    fn a_token_is_never_given_twice() {
        let waiting = Arc::new(Waiting::new());
        let first = seat(&waiting, 1);
        assert!(first.is_some() && seat(&waiting, 1).is_none());
        drop(first);
        assert!(seat(&waiting, 1).is_none());
    }

    #[test]
    fn neither_those_who_wait_nor_those_who_waited_are_without_bound() {
        let waiting = Arc::new(Waiting::new());
        let most = u32::try_from(WAITING_MAX).expect("a number");
        let seats: Vec<_> = (0..most).map(|nth| seat(&waiting, nth).expect("a place")).collect();
        assert!(seat(&waiting, most).is_none());
        let (oldest, newest) = (seats[0].token(), seats[WAITING_MAX - 1].token());
        drop(seats);
        let more: Vec<_> = (most..2 * most)
            .map(|nth| seat(&waiting, nth).expect("a place"))
            .collect();
        drop(more);
        assert!(matches!(waiting.find(oldest), Known::Nothing));
        assert!(matches!(waiting.find(newest), Known::Nothing));
        assert_eq!(waiting.places().by_token.len(), ENDED_MAX);
    }
}
