//! How many requests are served at one time. Partners, people, operators and readers of the log each have room of their
//! own: however much partners ask, a person can stop them, an operator can see it, and anybody can check it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many requests of operators are served at one time; each is cheap, and few ask.
const OPERATORS_MAX: usize = 32;

/// So many requests of strangers who read the log are served at one time: whoever reads all of it takes nobody's place.
const READERS_MAX: usize = 8;

/// What the paths of people begin with.
const PEOPLES: [&str; 7] = [
    "/c/",
    "/me/",
    "/try/",
    "/assets/",
    "/errand/",
    "/account/",
    "/consent-info/capture/",
];

/// Who usually sends a request to a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Partners, and whoever else.
    Partners,
    /// Subscribers, on the pages of their questions and what these load.
    People,
    /// Those who run the gateway.
    Operators,
    /// Whoever checks the journal.
    Readers,
}

impl Lane {
    /// The lane of a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path {
            "/healthz" | "/readyz" | "/metrics" => Self::Operators,
            "/me" | "/try" | "/counts" | "/counterparties" | "/oauth2/authorize" => Self::People,
            path if path.starts_with("/journal/") => Self::Readers,
            path if PEOPLES.iter().any(|room| path.starts_with(room)) => Self::People,
            _ => Self::Partners,
        }
    }
}

/// A request's room. It travels in the request's extensions and is given back when the request is dropped: a handler
/// that has read all of it and only waits holds no room. One that keeps a thread busy takes it along.
#[derive(Clone, Debug)]
pub struct Room {
    _permit: Arc<OwnedSemaphorePermit>,
}

/// The room of all lanes.
#[derive(Debug)]
pub struct Lanes {
    partners: Arc<Semaphore>,
    people: Arc<Semaphore>,
    operators: Arc<Semaphore>,
    readers: Arc<Semaphore>,
}

impl Lanes {
    /// Room for `most` requests of partners, and as many of people.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let room = |most: usize| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
        Self {
            partners: room(most),
            people: room(most),
            operators: room(OPERATORS_MAX),
            readers: room(READERS_MAX),
        }
    }

    /// Room for one request; `None` when there is none now.
    #[must_use]
    pub fn enter(&self, lane: Lane) -> Option<Room> {
        let lane = match lane {
            Lane::Partners => &self.partners,
            Lane::People => &self.people,
            Lane::Operators => &self.operators,
            Lane::Readers => &self.readers,
        };
        let permit = Arc::clone(lane).try_acquire_owned().ok()?;
        Some(Room {
            _permit: Arc::new(permit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_never_take_the_room_of_partners() {
        let lanes = Lanes::new(1);
        let held: Vec<Room> = (0..=READERS_MAX).filter_map(|_| lanes.enter(Lane::Readers)).collect();
        assert_eq!(held.len(), READERS_MAX);
        assert!(lanes.enter(Lane::Partners).is_some() && lanes.enter(Lane::People).is_some());
    }

    #[test]
    fn partners_never_take_the_room_of_people_or_operators() {
        let lanes = Lanes::new(2);
        let held: Vec<Room> = (0..2).filter_map(|_| lanes.enter(Lane::Partners)).collect();
        assert_eq!(held.len(), 2);
        assert!(lanes.enter(Lane::Partners).is_none());
        assert!(lanes.enter(Lane::People).is_some() && lanes.enter(Lane::Operators).is_some());
        drop(held);
        assert!(lanes.enter(Lane::Partners).is_some());
    }

    #[test]
    fn a_copy_of_a_request_takes_no_more_room() {
        let lanes = Lanes::new(1);
        let room = lanes.enter(Lane::People);
        let copy = room.clone();
        drop(room);
        assert!(lanes.enter(Lane::People).is_none());
        drop(copy);
        assert!(lanes.enter(Lane::People).is_some());
    }

    #[test]
    fn each_path_has_its_lane() {
        for (path, lane) in [
            ("/location-retrieval/v0.5/retrieve", Lane::Partners),
            ("/oauth2/token", Lane::Partners),
            ("/", Lane::Partners),
            ("/c/abc/stop", Lane::People),
            ("/oauth2/authorize", Lane::People),
            ("/errand/code", Lane::People),
            ("/consent-info/capture/abc", Lane::People),
            ("/consent-info/v0.2/retrieve", Lane::Partners),
            ("/c", Lane::Partners),
            ("/me", Lane::People),
            ("/me/stop", Lane::People),
            ("/account/abc/sign-in", Lane::People),
            ("/wayleave/v1/consents/lines", Lane::Partners),
            ("/menu", Lane::Partners),
            ("/counts", Lane::People),
            ("/counterparties", Lane::People),
            ("/wayleave/v1/notices", Lane::Partners),
            ("/journal/counts/", Lane::Readers),
            ("/assets/question.css", Lane::People),
            ("/metrics", Lane::Operators),
            ("/journal/tile/0/000", Lane::Readers),
            ("/journal/v1/proof", Lane::Readers),
            ("/journal", Lane::Partners),
            ("/metrics/x", Lane::Partners),
        ] {
            assert_eq!(Lane::of(path), lane, "{path}");
        }
    }
}
