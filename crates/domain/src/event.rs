//! Happenings that a permission can be tied to: an open ticket, a call that is going on.

use crate::id::PartyId;
use crate::time::Timestamp;

/// So many events are known of one person at one time.
pub const EVENTS_MAX: usize = 16;
/// So many of them may be one source's.
pub const EVENTS_OF_ONE_MAX: usize = 12;
/// So many calls of one person are known at one time.
pub const CALLS_MAX: usize = 16;

/// What an event or a call is known by here: a keyed hash of the name that its source gave it, so that nobody who reads the
/// store finds a ticket by its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EventKey([u8; 16]);

impl EventKey {
    /// The key from the sixteen bytes of a keyed hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// The keyed hash of a listed number, such as a facility's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineKey([u8; 16]);

impl LineKey {
    /// The key from the sixteen bytes of a keyed hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventKind {
    /// Somebody works on a case.
    Ticket,
    /// A call goes on between the phone and a listed number. It counts only while the carrier says so too.
    Call,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Ticket, Self::Call];

    /// The word that the wire, the policy and the journal use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Call => "call",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An event that its source told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// What it is known by.
    pub key: EventKey,
    /// What happens.
    pub kind: EventKind,
    /// Who told of it.
    pub source: PartyId,
    /// Whose asks may rest on it.
    pub recipient: PartyId,
    /// Until when it is live at most.
    pub until: Timestamp,
    /// So many asks may rest on it.
    pub count: u32,
    /// So many did.
    pub used: u32,
    /// The other end, for a call.
    pub line: Option<LineKey>,
}

/// A call that the carrier says is going on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Call {
    /// The carrier's name of it.
    pub key: EventKey,
    /// The other end.
    pub line: LineKey,
    /// After this it is not believed any more, whatever the carrier forgot to say.
    pub until: Timestamp,
    /// Whether the carrier said that it is over. It is remembered for a while, so that a beginning that comes late, or
    /// again, begins nothing.
    pub over: bool,
}

/// What an ask rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rest {
    /// The event.
    pub key: EventKey,
    /// Who told of it.
    pub source: PartyId,
}

impl Event {
    /// What rests on it.
    #[must_use]
    pub const fn rest(&self) -> Rest {
        Rest {
            key: self.key,
            source: self.source,
        }
    }

    /// Whether it must be confirmed by the carrier: a call always, and whatever the recipient itself told of.
    #[must_use]
    pub fn needs_confirmation(&self) -> bool {
        self.kind == EventKind::Call || self.source == self.recipient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_words_of_their_own() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(EventKind::from_word("emergency"), None);
    }
}
