//! Legal entities that the gateway knows by their keys, and the proof that one of them is asking.

mod approvals;

use std::fmt;

use crate::event::Event;
use crate::id::PartyId;
use crate::journal::tree::Hash;
use crate::programme::Programme;
use crate::purpose::Purpose;
use crate::refusal::Carriage;
use crate::time::Timestamp;

pub use approvals::standing_of;

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
    /// What the party is approved for, one programme for each purpose.
    pub programmes: Vec<Programme>,
    /// Whether it is suspended.
    pub suspended: bool,
    /// When the agreement with it ends, if that was said.
    pub ending: Option<Ending>,
    /// The thumbprints of the keys that its answers are sealed to: the present one first, then those that it took the
    /// place of, one after the other.
    pub seals: Vec<Hash>,
    /// What people answered to its questions.
    pub tally: Tally,
}

impl Standing {
    /// A party that is approved for these purposes, without bounds of its own.
    #[must_use]
    pub fn approved(purposes: &[Purpose]) -> Self {
        Self {
            programmes: purposes.iter().copied().map(Programme::plain).collect(),
            suspended: false,
            ending: None,
            seals: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// What it is approved for under a purpose.
    #[must_use]
    pub fn programme(&self, purpose: Purpose) -> Option<&Programme> {
        self.programmes.iter().find(|programme| programme.purpose == purpose)
    }

    /// Whether who told of an event for this party is approved as a source for one of its programmes, or is the party
    /// itself.
    #[must_use]
    pub fn believes(&self, event: &Event) -> bool {
        let named = |programme: &Programme| programme.sources.contains(&event.source);
        event.source == event.recipient || self.programmes.iter().any(named)
    }

    /// Takes other programmes in the place of its own. Which are suspended stays, and what their hours have. The purposes
    /// for which less is allowed now, or nothing any more.
    pub(crate) fn reapprove(&mut self, programmes: Vec<Programme>) -> Vec<Purpose> {
        let before = std::mem::replace(&mut self.programmes, programmes);
        for programme in &mut self.programmes {
            if let Some(old) = before.iter().find(|old| old.purpose == programme.purpose) {
                (programme.suspended, programme.hour) = (old.suspended, old.hour);
            }
        }
        let narrowed = before.iter().filter(|old| {
            let new = self.programme(old.purpose);
            !new.is_some_and(|new| new.allows_all_of(old))
        });
        narrowed.map(|old| old.purpose).collect()
    }

    /// When the agreement with the party ends for a purpose, if that was said.
    #[must_use]
    pub fn ends(&self, purpose: Purpose) -> Option<Timestamp> {
        let ending = self.ending.as_ref()?;
        (!ending.keeps.contains(&purpose)).then_some(ending.on)
    }

    /// Whether the agreement with the party is over for a purpose.
    #[must_use]
    pub fn has_ended(&self, purpose: Purpose, now: Timestamp) -> bool {
        self.ends(purpose).is_some_and(|on| now >= on)
    }

    /// Whether the agreement with the party is over, whatever for.
    #[must_use]
    pub fn ending_is_over(&self, now: Timestamp) -> bool {
        self.ending
            .as_ref()
            .is_some_and(|ending| now >= ending.on && ending.keeps.is_empty())
    }

    /// Whether the party may ask for no new consents for a purpose, since the agreement with it ends.
    #[must_use]
    pub fn is_ending(&self, purpose: Purpose) -> bool {
        self.ends(purpose).is_some()
    }
}

/// How the agreement with a party ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// When it was said. From then on nobody is asked for a consent in its name.
    pub since: Timestamp,
    /// From then on its credentials are worth nothing.
    pub on: Timestamp,
    /// The purposes for which it goes on.
    pub keeps: Vec<Purpose>,
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
    carrier: Option<Carrier>,
    fault: Option<Carriage>,
}

/// Who brought a signed ask, and the ask's own name, which may be used once.
#[derive(Debug)]
struct Carrier {
    party: PartyId,
    ask: ReplayKey,
}

impl Caller {
    /// States that `party` was authenticated, for `purpose`, with a proof that must not have been used before (if the
    /// token is bound to a key). Called by the gateway's authentication alone, which a test keeps so.
    pub const fn authenticated(party: PartyId, purpose: Purpose, proof: Option<ReplayKey>) -> Self {
        Self {
            party,
            purpose,
            proof,
            carrier: None,
            fault: None,
        }
    }

    /// The same, having signed an ask that `party` brought under a token of its own. `ask` is the ask's name, and `fault`
    /// what was found wrong with it, if anything was: then nothing is answered.
    pub fn carried_by(mut self, party: PartyId, ask: ReplayKey, fault: Option<Carriage>) -> Self {
        self.carrier = Some(Carrier { party, ask });
        self.fault = fault;
        self
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

    /// The proofs to be spent with this request.
    pub fn proofs(&self) -> impl Iterator<Item = ReplayKey> {
        let ask = self.carrier.as_ref().map(|carrier| carrier.ask);
        self.proof.into_iter().chain(ask)
    }

    /// The party that brought the ask; the one that asks, if it brought it itself.
    #[must_use]
    pub fn bearer(&self) -> PartyId {
        self.carrier.as_ref().map_or(self.party, |carrier| carrier.party)
    }

    /// What is wrong with the signed ask.
    #[must_use]
    pub const fn fault(&self) -> Option<Carriage> {
        self.fault
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
