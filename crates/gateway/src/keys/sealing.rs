//! The key that others seal to this gateway: whom an ask or an event is about, which whoever carries it does not learn.

use domain::id::PartyId;
use domain::number::Msisdn;
use wire::asks::subject;
use wire::jose::jwe::{Fresh, NotOpened};
use wire::jose::{AgreementKey, KeyError, SealingJwk};

/// The gateway's own keys for opening, newest first.
pub struct SealingKeys(Vec<AgreementKey>);

impl SealingKeys {
    /// The keys from what the key directory derives. A value that is no private key is as rare as a broken hash.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(derived: [u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(vec![AgreementKey::from_chance(derived)?]))
    }

    /// The keys as they are published.
    #[must_use]
    pub fn published(&self) -> Vec<SealingJwk> {
        self.0.iter().map(|key| key.public().clone()).collect()
    }

    /// The number that `by` sealed for this gateway; with `handed_on`, the one that it sealed for a hub, by the key that the
    /// hub gave on.
    ///
    /// # Errors
    /// If it is sealed to another key, by somebody else, or is no number.
    pub fn open_subject(&self, sealed: &str, handed_on: Option<&str>, by: PartyId) -> Result<Msisdn, NotOpened> {
        match handed_on {
            None => subject::open(sealed, &self.0, by),
            Some(key) => subject::open_handed_on(sealed, key, &self.0, by),
        }
    }

    /// The number that somebody else than `not_by` sealed, where `not_by` has it in a statement of its own. It is good for
    /// writing down that somebody tried.
    #[must_use]
    pub fn open_spliced(&self, sealed: &str, handed_on: Option<&str>, not_by: PartyId) -> Option<Msisdn> {
        subject::open_as_spliced(sealed, handed_on, &self.0, not_by).map(|(_, number)| number)
    }

    /// What lets another gateway open this subject, and nothing else.
    ///
    /// # Errors
    /// If the subject is none of this gateway's.
    pub fn hand_on(&self, sealed: &str, to: &SealingJwk, fresh: Fresh) -> Result<String, NotOpened> {
        subject::hand_on(sealed, &self.0, to, fresh)
    }
}

impl std::fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKeys({})", self.0.len())
    }
}
