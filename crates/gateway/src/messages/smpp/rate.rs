//! How fast parts are handed to the message centre: never more than so many a second, and none for a while after it
//! asked for fewer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::time::{Span, Timestamp};

use crate::sources::link::ceiling::Ceiling;

/// How long a part waits for its turn before it looks again.
const TURN: Duration = Duration::from_millis(20);

/// No wait is longer, whatever the clock does meanwhile.
const HOLD_MOST: Span = Span::seconds(60);

/// One pace for all binds: they end at the same centre.
#[derive(Debug)]
pub(super) struct Rate {
    ceiling: Option<Ceiling>,
    not_before: Mutex<Timestamp>,
}

impl Rate {
    /// At most so many parts a second; none for no such limit.
    pub(super) fn new(per_second_max: Option<u32>) -> Self {
        Self {
            ceiling: per_second_max.map(Ceiling::new),
            not_before: Mutex::new(Timestamp::from_unix_ms(i64::MIN)),
        }
    }

    /// Lets one part pass, or says how long to wait before asking again.
    pub(super) fn admit(&self, now: Timestamp) -> Result<(), Duration> {
        let held = self.not_before().since(now).min(HOLD_MOST);
        if held > Span::default() {
            return Err(Duration::from_millis(u64::try_from(held.as_ms()).unwrap_or_default()));
        }
        match &self.ceiling {
            Some(ceiling) if !ceiling.admit(now) => Err(TURN),
            _ => Ok(()),
        }
    }

    /// The centre asked for fewer: nothing passes before this time.
    pub(super) fn hold(&self, until: Timestamp) {
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = until.max(*not_before);
    }

    fn not_before(&self) -> Timestamp {
        *self.not_before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_no_more_than_the_ceiling_and_a_hold_stops_everything() {
        let at = Timestamp::from_unix_ms;
        let rate = Rate::new(Some(2));
        assert_eq!([0, 1, 2].map(|ms| rate.admit(at(ms)).is_ok()), [true, true, false]);
        assert!(rate.admit(at(1_001)).is_ok());
        rate.hold(at(5_000));
        rate.hold(at(3_000));
        assert_eq!(rate.admit(at(4_000)), Err(Duration::from_secs(1)));
        assert!(rate.admit(at(5_000)).is_ok());
        let free = Rate::new(None);
        assert!((0..1_000).all(|_| free.admit(at(0)).is_ok()));
        free.hold(at(i64::MAX));
        assert_eq!(free.admit(at(0)), Err(Duration::from_secs(60)));
    }
}
