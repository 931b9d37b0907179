//! One question about one subscriber, by one recipient, for one purpose.

use std::sync::Arc;

use crate::event::EventKey;
use crate::geo::Circle;
use crate::id::{AskId, PartyId};
use crate::journal::tree::Hash;
use crate::purpose::Purpose;
use crate::subject::Subject;
use crate::time::{Span, Timestamp};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// Where is the phone?
    Retrieve {
        /// How old the position may be; `None` for any age, zero for a fresh one.
        max_age: Option<Span>,
        /// How large the answer's area may be, in square metres.
        max_surface: Option<u32>,
    },
    /// Is the phone inside this circle?
    Verify {
        /// The circle.
        circle: Circle,
        /// How old the position may be; `None` for any age, zero for a fresh one.
        max_age: Option<Span>,
    },
    /// Something that is only passed on to the home of the number: to ask for a consent, or what became of one.
    PassOn {
        /// Its class.
        class: &'static str,
    },
}

impl Question {
    /// How old the position may be.
    #[must_use]
    pub const fn max_age(&self) -> Option<Span> {
        match self {
            Self::Retrieve { max_age, .. } | Self::Verify { max_age, .. } => *max_age,
            Self::PassOn { .. } => None,
        }
    }

    /// The class of the question, as the journal names it.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Retrieve { .. } => "retrieve",
            Self::Verify { .. } => "verify",
            Self::PassOn { class } => class,
        }
    }
}

/// So many parties may carry one ask.
pub const RELAYS_MAX: usize = 4;

/// How an ask came: what its recipient signed besides the question, and who is home to the number.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Carried {
    /// Whether the recipient signed the ask itself, and its answer is sealed to the recipient's key.
    pub signed: bool,
    /// The parties that may carry it, from the recipient outward, at most [`RELAYS_MAX`].
    pub relays: Vec<PartyId>,
    /// Who brought it, if that is not its recipient: the journal names them where the ask is refused.
    pub bearer: Option<PartyId>,
    /// The event that it rests on, if it names one.
    pub event: Option<EventKey>,
    /// Whether another gateway is home to the number: it decides, and answers the recipient alone.
    pub elsewhere: bool,
    /// SHA-256 of the ask as its recipient signed it: the one name that it has at every gateway on its way.
    pub digest: Option<Hash>,
    /// The ask as its recipient signed it, for the gateway that it is passed on to.
    pub letter: Option<Arc<str>>,
    /// How long whoever passed it on waits for its outcome, from its arrival on: its source has no longer than that.
    pub wait: Option<Span>,
}

/// One ask. Not `Clone`: it is consumed when it is recorded.
#[derive(Debug)]
#[must_use]
pub struct Ask {
    id: AskId,
    subject: Subject,
    recipient: PartyId,
    purpose: Purpose,
    question: Question,
    received: Timestamp,
    carried: Carried,
}

impl Ask {
    /// An ask as it was parsed, sent by its recipient directly. `received` is when its first byte was read.
    pub fn new(
        id: AskId,
        subject: Subject,
        recipient: PartyId,
        purpose: Purpose,
        question: Question,
        received: Timestamp,
    ) -> Self {
        Self {
            id,
            subject,
            recipient,
            purpose,
            question,
            received,
            carried: Carried::default(),
        }
    }

    /// The same, come in another way.
    pub fn carried(mut self, carried: Carried) -> Self {
        self.carried = carried;
        self
    }

    /// How it came.
    #[must_use]
    pub const fn how(&self) -> &Carried {
        &self.carried
    }

    /// The ask's opaque name, which the carrier's records keep too.
    #[must_use]
    pub const fn id(&self) -> AskId {
        self.id
    }

    /// Whom it is about.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// Who will finally use the answer.
    #[must_use]
    pub const fn recipient(&self) -> PartyId {
        self.recipient
    }

    /// What for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// How long its source may take from `now` on: no longer than `most`, nor than what is left of the wait of whoever passed
    /// it on.
    #[must_use]
    pub fn deadline(&self, most: Span, now: Timestamp) -> Span {
        let Some(wait) = self.carried.wait else { return most };
        let last = self.received.after(wait);
        if now < last {
            most.min(last.since(now))
        } else {
            Span::default()
        }
    }

    /// What is asked.
    #[must_use]
    pub const fn question(&self) -> &Question {
        &self.question
    }

    /// When it arrived.
    #[must_use]
    pub const fn received(&self) -> Timestamp {
        self.received
    }
}
