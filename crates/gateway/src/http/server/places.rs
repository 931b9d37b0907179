//! The places that connections take. When all are taken, whoever the gateway has been waiting for longest gives way to a
//! newcomer: a client that sends its bytes slowly, or none, holds a place only as long as nobody else needs it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The gauge of open connections, of all the gateway's addresses together.
const CONNECTIONS: &str = "wayleave_connections";
/// The state of a connection that is being served.
const SERVED: u64 = 0;
/// The state of a connection that was closed for a newcomer.
const CLOSED: u64 = u64::MAX;
/// One in so many of those that are waited for is closed at once.
const CLOSED_AT_ONCE_SHARE: usize = 64;

/// Who connects: an address, or the /64 that one customer has of IPv6.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Neighbour(IpAddr);

impl Neighbour {
    /// The neighbour of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let prefix = u128::from(address) & (u128::MAX << 64);
                Self(IpAddr::V6(Ipv6Addr::from(prefix)))
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

/// All places.
#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    per_neighbour_most: usize,
    turns: AtomicU64,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    seats: HashMap<u64, (Neighbour, Arc<Seat>)>,
    by_neighbour: HashMap<Neighbour, usize>,
}

/// What is known of one connection.
#[derive(Debug)]
pub(super) struct Seat {
    /// The turn at which the gateway began to wait for the client, [`SERVED`] or [`CLOSED`].
    state: AtomicU64,
    closed: Notify,
}

/// A place that is taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    seat: Arc<Seat>,
}

/// Why there is no place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Full {
    /// Every place is taken by somebody who is being served.
    Everywhere,
    /// This neighbour's share is.
    ForNeighbour,
}

impl Places {
    /// So many places, and so many for one neighbour.
    pub(super) fn new(most: usize, per_neighbour_most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            per_neighbour_most,
            turns: AtomicU64::new(1),
            taken: Mutex::default(),
            freed: Notify::new(),
        })
    }

    /// Takes a place for a neighbour; whoever is waited for longest is closed if need be.
    pub(super) fn take(self: &Arc<Self>, neighbour: Neighbour) -> Result<Place, Full> {
        let mut taken = self.taken();
        if taken.of(neighbour) >= self.per_neighbour_most && !taken.close_some(Some(neighbour)) {
            return Err(Full::ForNeighbour);
        }
        if taken.seats.len() >= self.most && !taken.close_some(None) {
            return Err(Full::Everywhere);
        }
        let number = self.turn();
        let seat = Arc::new(Seat {
            state: AtomicU64::new(number),
            closed: Notify::new(),
        });
        taken.seats.insert(number, (neighbour, Arc::clone(&seat)));
        *taken.by_neighbour.entry(neighbour).or_default() += 1;
        drop(taken);
        metrics::gauge!(CONNECTIONS).increment(1.0);
        Ok(Place {
            places: Arc::clone(self),
            number,
            seat,
        })
    }

    /// Returns when somebody may have left.
    pub(super) async fn freed(&self) {
        self.freed.notified().await;
    }

    fn turn(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::Relaxed)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn of(&self, neighbour: Neighbour) -> usize {
        self.by_neighbour.get(&neighbour).copied().unwrap_or(0)
    }

    /// Closes those that have been waited for longest, of one neighbour or of all; `false` if none is waited for. Closing
    /// a few at once keeps a flood of newcomers from looking through all places each time.
    fn close_some(&mut self, of: Option<Neighbour>) -> bool {
        let waiting = self.seats.iter().filter_map(|(number, (neighbour, seat))| {
            let since = seat.state.load(Ordering::Acquire);
            let fits = since != SERVED && of.is_none_or(|of| of == *neighbour);
            fits.then_some((since, *number))
        });
        let mut waiting: Vec<(u64, u64)> = waiting.collect();
        waiting.sort_unstable();
        let some = (waiting.len() / CLOSED_AT_ONCE_SHARE).max(1);
        let mut closed = 0;
        for (since, number) in waiting {
            // It may be served by now; then the next one goes.
            if self.seats.get(&number).is_some_and(|(_, seat)| seat.close(since)) {
                self.remove(number);
                closed += 1;
            }
            if closed == some {
                break;
            }
        }
        metrics::counter!("wayleave_connections_closed_for_others_total").increment(closed as u64);
        closed > 0
    }

    fn remove(&mut self, number: u64) {
        let Some((neighbour, _)) = self.seats.remove(&number) else {
            return;
        };
        if let Some(count) = self.by_neighbour.get_mut(&neighbour) {
            *count -= 1;
            if *count == 0 {
                self.by_neighbour.remove(&neighbour);
            }
        }
    }
}

impl Seat {
    fn change(&self, from: u64, to: u64) -> bool {
        self.state
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    fn close(&self, since: u64) -> bool {
        let closed = self.change(since, CLOSED);
        if closed {
            self.closed.notify_one();
        }
        closed
    }
}

impl Place {
    /// The client sent a request. `false` if the connection was closed before that.
    pub(super) fn serve(&self) -> bool {
        let serve = |state| (state != CLOSED).then_some(SERVED);
        let state = &self.seat.state;
        state.fetch_update(Ordering::AcqRel, Ordering::Acquire, serve).is_ok()
    }

    /// From now on the gateway waits for the client; says since when.
    pub(super) fn wait(&self) -> Option<Waiting> {
        let since = self.places.turn();
        self.seat.change(SERVED, since).then_some(Waiting(since))
    }

    /// What was waited for came. If something else was waited for since, that stays.
    pub(super) fn end(&self, waiting: Waiting) {
        self.seat.change(waiting.0, SERVED);
    }

    /// Returns when the connection is closed for a newcomer.
    pub(super) async fn closed(&self) {
        self.seat.closed.notified().await;
    }
}

/// A wait that can be ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Waiting(u64);

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().remove(self.number);
        metrics::gauge!(CONNECTIONS).decrement(1.0);
        self.places.freed.notify_one();
    }
}

#[cfg(test)]
mod tests;
