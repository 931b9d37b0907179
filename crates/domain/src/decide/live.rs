//! Whether a consent still lets somebody ask, so that it belongs on its person's board.

use super::event::stands;
use crate::facts::Person;
use crate::permission::consent::{Consent, Life};
use crate::time::Timestamp;

/// Whether a consent was given and is not over: one for a single call or ticket is over with that, whatever its own time.
/// It decides nothing; each ask is held against all of the consent's bounds.
#[must_use]
pub fn is_live(consent: &Consent, person: &Person, now: Timestamp) -> bool {
    matches!(consent.life.at(now), Life::Given { .. }) && stands(consent.event, person, now)
}
