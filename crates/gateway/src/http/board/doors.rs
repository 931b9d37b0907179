//! How often links may be asked for: from one address, and by everybody together. What one number gets is counted in the
//! store. Without TLS of its own the gateway stands behind a proxy, and one address means everybody: then only the whole counts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::time::{Span, Timestamp};

use crate::http::server::Neighbour;

const HOUR: Span = Span::seconds(3600);
const MINUTE: Span = Span::seconds(60);
/// So many addresses are remembered; with more of them awake within an hour the whole is what counts.
const ADDRESSES_MAX: usize = 50_000;

/// Counts within the last hour or minute.
#[derive(Debug)]
pub struct Doors {
    per_address_max: usize,
    per_minute_max: usize,
    visits_max: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    by_address: HashMap<Neighbour, Vec<Timestamp>>,
    all: Vec<Timestamp>,
    visits: Vec<Timestamp>,
}

impl Doors {
    /// At most so many from one address an hour, from everybody a minute, and so many visits to the try page an hour.
    #[must_use]
    pub fn new(config: &crate::config::board::Board) -> Self {
        let wide = |most: u32| usize::try_from(most).unwrap_or(usize::MAX);
        Self {
            per_address_max: wide(config.links_per_address_max),
            per_minute_max: wide(config.links_per_minute_max),
            visits_max: wide(config.visits_per_hour_max),
            counts: Mutex::default(),
        }
    }

    /// Counts one request for a link, if there is room for it.
    #[must_use]
    pub fn admit(&self, address: Option<Neighbour>, now: Timestamp) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = &mut *counts;
        counts.all.retain(|at| *at > now.before(MINUTE));
        if counts.all.len() >= self.per_minute_max {
            return false;
        }
        if let Some(address) = address {
            if counts.by_address.len() >= ADDRESSES_MAX {
                counts
                    .by_address
                    .retain(|_, times| times.iter().any(|at| *at > now.before(HOUR)));
            }
            let times = counts.by_address.entry(address).or_default();
            times.retain(|at| *at > now.before(HOUR));
            if times.len() >= self.per_address_max {
                return false;
            }
            times.push(now);
        }
        counts.all.push(now);
        true
    }

    /// Counts one visit to the try page, if there is room for it.
    #[must_use]
    pub fn admit_visit(&self, now: Timestamp) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.visits.retain(|at| *at > now.before(HOUR));
        let room = counts.visits.len() < self.visits_max;
        if room {
            counts.visits.push(now);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::board::Board;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn address(last: u8) -> Neighbour {
        Neighbour::of(std::net::IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn one_address_does_not_use_up_everybodys_links() {
        let doors = Doors::new(&Board {
            links_per_address_max: 2,
            links_per_minute_max: 4,
            ..Board::default()
        });
        let asked: Vec<bool> = (0..3).map(|_| doors.admit(Some(address(1)), NOW)).collect();
        assert_eq!(asked, [true, true, false]);
        assert!(doors.admit(Some(address(2)), NOW) && doors.admit(None, NOW));
        assert!(!doors.admit(None, NOW), "everybody together");
        assert!(doors.admit(None, NOW.after(MINUTE)));
        assert!(
            !doors.admit(Some(address(1)), NOW.after(MINUTE)),
            "the hour is not over"
        );
        assert!(doors.admit(Some(address(1)), NOW.after(HOUR)));
    }
}
