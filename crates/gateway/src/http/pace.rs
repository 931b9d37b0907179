//! How many requests each party sends: never more than so many within any second. It is decided before anybody is looked
//! up, so that it tells nothing about a person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::PartyId;
use domain::time::Timestamp;

use crate::sources::link::ceiling::Ceiling;

/// The pace of every party. Only parties with a valid token are counted, so there are never more than are enrolled.
#[derive(Debug)]
pub struct Paces {
    per_second_max: u32,
    parties: Mutex<HashMap<PartyId, Arc<Ceiling>>>,
}

impl Paces {
    /// At most `per_second_max` requests of one party within any second.
    #[must_use]
    pub fn new(per_second_max: u32) -> Self {
        Self {
            per_second_max,
            parties: Mutex::default(),
        }
    }

    /// Counts one request of a party, if the last second has room for it.
    #[must_use]
    pub fn admit(&self, party: PartyId, now: Timestamp) -> bool {
        let ceiling = {
            let mut parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
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
        assert!(paces.admit(other, now));
    }
}
