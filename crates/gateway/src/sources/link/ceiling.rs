//! How many requests an operator takes: never more than so many within any second.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use domain::time::{Span, Timestamp};

const SECOND: Span = Span::seconds(1);

/// A ceiling of requests a second. It holds for every second, not only on average: no burst is saved up.
#[derive(Debug)]
pub struct Ceiling {
    per_second_max: u32,
    window: Mutex<Window>,
}

/// The requests of the last second, by millisecond: at most a thousand counts, whatever the ceiling.
#[derive(Debug, Default)]
struct Window {
    counts: VecDeque<(Timestamp, u32)>,
    total: u32,
}

impl Ceiling {
    /// A ceiling of `per_second_max` requests within any second.
    #[must_use]
    pub fn new(per_second_max: u32) -> Self {
        Self {
            per_second_max,
            window: Mutex::default(),
        }
    }

    /// Counts one request, if the last second has room for it.
    #[must_use]
    pub fn admit(&self, now: Timestamp) -> bool {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let now = window.settle(now);
        if window.total >= self.per_second_max {
            return false;
        }
        window.total += 1;
        match window.counts.back_mut() {
            Some((at, count)) if *at == now => *count += 1,
            _ => window.counts.push_back((now, 1)),
        }
        true
    }
}

impl Window {
    /// Forgets what is a second old, and gives the time to count at: never before the latest count, so that the counts
    /// stay in order when the clock is set back a little. When it is set back a lot, everything is forgotten, since
    /// waiting for the old time to come again would stop the source.
    fn settle(&mut self, now: Timestamp) -> Timestamp {
        let latest = self.counts.back().map_or(now, |(at, _)| *at);
        if latest.since(now) > SECOND {
            *self = Self::default();
        }
        let now = self.counts.back().map_or(now, |(at, _)| now.max(*at));
        while let Some((_, count)) = self.counts.pop_front_if(|(at, _)| now.since(*at) >= SECOND) {
            self.total -= count;
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_ms(1_800_000_000_000 + milliseconds)
    }

    #[test]
    fn no_second_holds_more_than_the_ceiling() {
        let ceiling = Ceiling::new(3);
        let admitted: Vec<i64> = (0..5_000).step_by(50).filter(|ms| ceiling.admit(at(*ms))).collect();
        for start in &admitted {
            let within = admitted
                .iter()
                .filter(|ms| (*start..*start + 1_000).contains(ms))
                .count();
            assert!(within <= 3, "{within} within the second from {start}");
        }
        assert_eq!(admitted.len(), 15, "and no second is wasted");
    }

    #[test]
    fn a_clock_that_is_set_back_neither_opens_nor_closes_it() {
        let ceiling = Ceiling::new(1);
        assert!(ceiling.admit(at(10_000)));
        assert!(!ceiling.admit(at(9_500)), "a little back: still the same second");
        assert!(!ceiling.admit(at(10_999)));
        assert!(ceiling.admit(at(11_000)));
        assert!(ceiling.admit(at(0)), "far back: a new start");
        assert!(!ceiling.admit(at(1)));
    }

    #[test]
    fn a_ceiling_of_nothing_admits_nothing() {
        assert!(!Ceiling::new(0).admit(at(0)));
    }
}
