//! How many requests each party sends: never more than so many within any second. It is decided before anybody is looked
//! up, so that it tells nothing about a person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::PartyId;
use domain::time::Timestamp;

use crate::sources::link::ceiling::Ceiling;

type Counted = Mutex<HashMap<PartyId, Arc<Ceiling>>>;

/// The pace of every party. Only parties with a valid token or signature are counted, so there are never more than are
/// enrolled.
#[derive(Debug)]
pub struct Paces {
    per_second_max: u32,
    parties: Counted,
    stops: Counted,
}

impl Paces {
    /// At most `per_second_max` requests of one party within any second, and as many stops beside.
    #[must_use]
    pub fn new(per_second_max: u32) -> Self {
        Self {
            per_second_max,
            parties: Mutex::default(),
            stops: Mutex::default(),
        }
    }

    /// Counts one request of a party, if the last second has room for it.
    #[must_use]
    pub fn admit(&self, party: PartyId, now: Timestamp) -> bool {
        self.count(&self.parties, party, now)
    }

    /// Counts one stop that a gateway tells, if the last second has room for it. Its asks keep no stop out.
    #[must_use]
    pub fn admit_stop(&self, party: PartyId, now: Timestamp) -> bool {
        self.count(&self.stops, party, now)
    }

    fn count(&self, counted: &Counted, party: PartyId, now: Timestamp) -> bool {
        let ceiling = {
            let mut parties = counted.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Ceiling::new(self.per_second_max));
            Arc::clone(parties.entry(party).or_insert_with(new))
        };
        ceiling.admit(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_party_does_not_slow_another() {
        let paces = Paces::new(2);
        let (one, other) = (PartyId::from_bytes([1; 16]), PartyId::from_bytes([2; 16]));
        let now = Timestamp::from_unix_ms(1_795_000_000_000);
        assert!(paces.admit(one, now) && paces.admit(one, now));
        assert!(!paces.admit(one, now));
        assert!(paces.admit_stop(one, now), "a stop is not kept out by asks");
        assert!(paces.admit(other, now));
    }
}
