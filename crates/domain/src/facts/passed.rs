//! What is passed on about a person to the gateway that is home to their number, and whether it still is.

use super::Person;
use crate::id::PartyId;
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// So many things that were passed on are remembered; no more are passed on for one person.
pub const PASSED_MAX: usize = 64;

/// What one party asks for one purpose of the home of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed {
    /// The party.
    pub party: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// Whether it is passed on.
    pub state: Passing,
    /// When a question for a consent was last passed on, if one was since this is kept.
    pub asked: Option<Timestamp>,
}

/// Whether something is passed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passing {
    /// It is.
    Going,
    /// The person stopped it here: nothing is, but what must look like a phone that is off.
    Stopped,
    /// The home says that the person ended it there. A new question may still be put.
    Ended,
}

impl Passing {
    /// Every state, in the order in which they are stored.
    pub const ALL: [Self; 3] = [Self::Going, Self::Stopped, Self::Ended];
}

impl Person {
    /// What was passed on for a party and a purpose.
    #[must_use]
    pub fn passed(&self, party: PartyId, purpose: Purpose) -> Option<&Passed> {
        self.passed
            .iter()
            .find(|passed| passed.party == party && passed.purpose == purpose)
    }

    /// The same, to be changed; remembered from now on if it was not.
    pub fn pass(&mut self, party: PartyId, purpose: Purpose) -> Option<&mut Passed> {
        if self.passed(party, purpose).is_none() && self.passed.len() < PASSED_MAX {
            self.passed.push(Passed {
                party,
                purpose,
                state: Passing::Going,
                asked: None,
            });
        }
        self.passed
            .iter_mut()
            .find(|passed| passed.party == party && passed.purpose == purpose)
    }
}
