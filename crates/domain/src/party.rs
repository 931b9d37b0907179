//! Legal entities that the gateway knows by their keys, and the proof that one of them is asking.

use std::fmt;

use crate::id::PartyId;
use crate::purpose::Purpose;

/// The longest registered name, in characters.
pub const NAME_CHARACTERS_MAX: usize = 60;

/// A party's registered name: what the subscriber reads. 1 to 60 characters, none that could hide, reorder or restyle
/// the words around it (controls, marks of direction, line and paragraph separators, private use).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisteredName(String);

impl RegisteredName {
    /// A name; `None` when it is empty, too long, padded with space, or holds a character that deceives.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let length = text.chars().count();
        let tidy = text.trim() == text && !text.contains("  ");
        let honest = text.chars().all(|c| c.is_alphanumeric() || " .,'&()+-/".contains(c));
        ((1..=NAME_CHARACTERS_MAX).contains(&length) && tidy && honest).then(|| Self(text.to_owned()))
    }

    /// The name as registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegisteredName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a decision looks at in a party: read in the transaction that decides.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The purposes the party is approved for.
    pub purposes: Vec<Purpose>,
    /// Whether it is suspended.
    pub suspended: bool,
    /// What people answered to its questions.
    pub tally: Tally,
}

/// What became of a party's questions, since it was enrolled or last reviewed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// How many people agreed.
    pub given: u32,
    /// How many said no, or nothing.
    pub refused: u32,
}

impl Tally {
    /// Counts one answer.
    pub const fn count(&mut self, given: bool) {
        let count = if given { &mut self.given } else { &mut self.refused };
        *count = count.saturating_add(1);
    }

    /// Whether people mostly refuse: more than twice as many as agreed, and at least `least`.
    #[must_use]
    pub const fn is_mostly_refused(self, least: u32) -> bool {
        self.refused >= least && self.refused / 2 >= self.given
    }
}

/// A proof of possession or an assertion that may be used once: its minute, and a hash of its issuer and `jti`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ReplayKey {
    /// Minutes since the Unix epoch after which the key need not be kept. It is part of the key, so it must follow from
    /// what was signed (the proof's own time), never from the time of arrival.
    pub until_minute: u32,
    /// The keyed hash of who made it and its `jti`.
    pub hash: [u8; 16],
}

/// An authenticated caller: which party asks, for which one purpose. A session is not authority: this says who, never
/// that it may. Made in one place, where tokens and proofs are checked.
#[derive(Debug)]
#[must_use]
pub struct Caller {
    party: PartyId,
    purpose: Purpose,
    proof: Option<ReplayKey>,
}

impl Caller {
    /// States that `party` was authenticated, for `purpose`, with a proof that must not have been used before (if the
    /// token is bound to a key). Called by the gateway's authentication alone, which a test keeps so.
    pub const fn authenticated(party: PartyId, purpose: Purpose, proof: Option<ReplayKey>) -> Self {
        Self { party, purpose, proof }
    }

    /// The party that asks.
    #[must_use]
    pub const fn party(&self) -> PartyId {
        self.party
    }

    /// The purpose that its token names.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The proof to be spent with this request.
    #[must_use]
    pub const fn proof(&self) -> Option<ReplayKey> {
        self.proof
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_deceive() {
        assert!(RegisteredName::new("Aster Roadside Help").is_some());
        assert!(RegisteredName::new("Größe & Söhne (Port Aster)").is_some());
        for bad in [
            "",
            " a",
            "a  b",
            "<b>Bank</b>",
            "Bank\u{202e}knaB",
            "Bank\nReply YES",
            "a\u{200b}b",
        ] {
            assert!(RegisteredName::new(bad).is_none(), "{bad:?}");
        }
    }
}
