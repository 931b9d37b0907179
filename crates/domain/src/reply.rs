//! The only value that becomes the body of an answer. It is made from a [`Released`] answer and from nothing else.

use crate::geo::Circle;
use crate::geo::overlap::Overlap;
use crate::journal::Leaf;
use crate::journal::settle::Released;
use crate::journal::tree::Hash;
use crate::minimise::Told;
use crate::number::Msisdn;
use crate::time::{Span, Timestamp};

/// Bytes that have not begun to leave so long after the commit are thrown away.
pub const LEAVE_WITHIN: Span = Span::milliseconds(500);

/// What a codec may print of a released answer.
#[derive(Debug)]
pub struct AnswerView<'a> {
    /// Whom it is about.
    pub number: Msisdn,
    /// When the phone was there.
    pub located_at: Timestamp,
    /// The area, for a *retrieve*.
    pub area: Option<Circle>,
    /// The verdict, for a *verify*.
    pub verdict: Option<Overlap>,
    /// What another gateway sealed to the recipient.
    pub sealed: Option<&'a str>,
    /// The one key that the answer may be sealed to, by its thumbprint, where the recipient signed the ask.
    pub seal: Option<Hash>,
    /// The ask's first entry.
    pub leaf: Leaf,
    /// The receipt's JSON.
    pub receipt: &'a str,
}

/// Prints an answer in the caller's protocol.
pub trait Codec: Send + Sync {
    /// The body of the answer.
    fn print(&self, answer: &AnswerView<'_>) -> Vec<u8>;
}

/// An answer on its way out.
#[must_use]
pub struct Reply {
    body: Vec<u8>,
    receipt: String,
    leave_by: Timestamp,
}

impl Reply {
    /// Prints a released answer: the one way to a reply.
    pub fn from_released(released: Released, codec: &dyn Codec) -> Self {
        let answer = released.answer();
        let (mut area, mut verdict, mut sealed) = (None, None, None);
        match answer.told() {
            Told::Area(circle) => area = Some(*circle),
            Told::Verdict(overlap) => verdict = Some(*overlap),
            Told::Sealed(text) => sealed = Some(&**text),
        }
        let receipt = released.receipt().to_json();
        let recorded = answer.recorded();
        let view = AnswerView {
            number: recorded.ask().subject().number,
            located_at: answer.located_at(),
            area,
            verdict,
            sealed,
            seal: recorded.grant().seal,
            leaf: recorded.leaf(),
            receipt: &receipt,
        };
        Self {
            body: codec.print(&view),
            receipt,
            leave_by: released.at().after(LEAVE_WITHIN),
        }
    }

    /// The body, the receipt's JSON, and the time by which the first byte must have left.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, String, Timestamp) {
        (self.body, self.receipt, self.leave_by)
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reply({} bytes)", self.body.len())
    }
}
