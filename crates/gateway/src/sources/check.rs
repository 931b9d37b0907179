//! What an engineer runs against a new carrier before it is put into service: requests that a right server refuses, and
//! what each answer says about the server.
//!
//! Nobody is ever located. Requests are about numbers that belong to nobody ([`Nobody`]), or cannot be granted at all.
//! Should an answer hold a place all the same, its body is thrown away before anybody reads it, and that is a finding.

pub mod camara;
mod error_form;
pub mod finding;
pub mod mlp;
mod mlp_answers;
mod mlp_reports;
pub mod place;
pub mod probe;

use domain::number::Msisdn;

/// A number that belongs to nobody: one that is reserved for fiction, or of a country code that is not assigned. Only
/// about such a number is a carrier asked without an entry in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nobody(Msisdn);

/// The number that is used when the operator gives none.
pub const NOBODY: &str = "+99999999999";

impl Nobody {
    /// Takes a number that belongs to nobody; `None` for one that may be somebody's.
    #[must_use]
    pub fn new(number: Msisdn) -> Option<Self> {
        number.is_reserved().then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> Msisdn {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_nobody_are_taken() {
        let nobody = |text: &str| Msisdn::parse(text).and_then(Nobody::new);
        assert!(nobody(NOBODY).is_some());
        assert!(nobody("+12025550149").is_some());
        assert!(nobody(&["+1", "2025551234"].concat()).is_none());
        assert!(nobody(&["+49", "30123456"].concat()).is_none());
    }
}
