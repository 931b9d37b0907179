//! One question about one subscriber, by one recipient, for one purpose.

use crate::geo::Circle;
use crate::id::{AskId, PartyId};
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
}

impl Question {
    /// How old the position may be.
    #[must_use]
    pub const fn max_age(&self) -> Option<Span> {
        match self {
            Self::Retrieve { max_age, .. } | Self::Verify { max_age, .. } => *max_age,
        }
    }

    /// The class of the question, as the journal names it.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Retrieve { .. } => "retrieve",
            Self::Verify { .. } => "verify",
        }
    }
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
}

impl Ask {
    /// An ask as it was parsed. `received` is when its first byte was read.
    pub const fn new(
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
        }
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
