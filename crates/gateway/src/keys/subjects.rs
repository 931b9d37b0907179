//! Names people by a keyed hash of their number, under a key that is not in the store, and keeps apart who had a number
//! one after the other.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use domain::event::{EventKey, LineKey};
use domain::journal::keys::mac;
use domain::number::Msisdn;
use domain::secret::Secret;
use domain::subject::SubjectKey;
use domain::time::Timestamp;

/// One holder's time with a number, after the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tenure {
    /// Which one, from 1 on.
    pub number: u32,
    /// Since when it is known.
    pub since: Timestamp,
}

/// Names people by their numbers. The same number names somebody else once its tenure has ended.
#[derive(Debug)]
pub struct SubjectIndex {
    secret: Secret<[u8; 32]>,
    /// The numbers, by their keyed names, that had more than one holder.
    later: RwLock<HashMap<[u8; 16], Tenure>>,
}

impl SubjectIndex {
    /// The namer under this key, of numbers that have their first holders.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self {
            secret: Secret::new(secret),
            later: RwLock::default(),
        }
    }

    /// The keyed name of whoever has a number now.
    #[must_use]
    pub fn key(&self, number: Msisdn) -> SubjectKey {
        let base = self.number(number);
        let later = self.later.read().unwrap_or_else(PoisonError::into_inner);
        match later.get(&base) {
            None => SubjectKey::from_bytes(base),
            Some(tenure) => {
                let named = [&number.to_bytes()[..], &tenure.number.to_be_bytes()].concat();
                SubjectKey::from_bytes(self.short(&named))
            }
        }
    }

    /// The keyed name of a number, whoever has it.
    #[must_use]
    pub fn number(&self, number: Msisdn) -> [u8; 16] {
        self.short(&number.to_bytes())
    }

    /// The tenure that a number is in; `None` for its first.
    #[must_use]
    pub fn tenure(&self, number: Msisdn) -> Option<Tenure> {
        let later = self.later.read().unwrap_or_else(PoisonError::into_inner);
        later.get(&self.number(number)).copied()
    }

    /// From now on the number with this keyed name is another person's. An older tenure never comes back.
    pub fn begin(&self, number: [u8; 16], tenure: Tenure) {
        let mut later = self.later.write().unwrap_or_else(PoisonError::into_inner);
        let known = later.entry(number).or_insert(tenure);
        if known.number < tenure.number {
            *known = tenure;
        }
    }

    /// The keyed name of any bytes, for links and used proofs.
    #[must_use]
    pub fn hash(&self, label: &str, bytes: &[u8]) -> [u8; 16] {
        self.short(&[label.as_bytes(), b"\n", bytes].concat())
    }

    /// The keyed name of a listed number, such as a facility's: it is nobody's phone, and has no tenure.
    #[must_use]
    pub fn line(&self, number: Msisdn) -> LineKey {
        LineKey::from_bytes(self.hash("line", number.to_e164().as_bytes()))
    }

    /// The keyed name of an event or a call, by the name that its source gave it.
    #[must_use]
    pub fn event(&self, name: &str) -> EventKey {
        EventKey::from_bytes(self.hash("event", name.as_bytes()))
    }

    fn short(&self, bytes: &[u8]) -> [u8; 16] {
        let hash = mac(self.secret.expose(), bytes);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_known_by_its_name_and_this_gateways_key() {
        let (one, other) = (SubjectIndex::new([7; 32]), SubjectIndex::new([8; 32]));
        assert_eq!(one.event("TOW-1"), one.event("TOW-1"));
        assert_ne!(one.event("TOW-1"), one.event("TOW-2"));
        assert_ne!(
            one.event("TOW-1"),
            other.event("TOW-1"),
            "nobody without the key can guess at it"
        );
    }

    #[test]
    fn every_holder_of_a_number_has_a_name_of_their_own() {
        let index = SubjectIndex::new([7; 32]);
        let number = Msisdn::parse("+12025550123").expect("a number");
        let other = Msisdn::parse("+12025550124").expect("a number");
        let first = index.key(number);
        let since = Timestamp::from_unix_ms(1);
        let mut names = vec![first, index.key(other)];
        for tenure in 1..=3 {
            index.begin(index.number(number), Tenure { number: tenure, since });
            names.push(index.key(number));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 5);
        let third = index.key(number);
        index.begin(index.number(number), Tenure { number: 1, since });
        assert_eq!(index.key(number), third, "an older tenure does not come back");
        assert_eq!(index.tenure(number).map(|tenure| tenure.number), Some(3));
        assert_eq!(index.tenure(other), None);
    }
}
