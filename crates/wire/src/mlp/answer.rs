//! The answer to a request for a position: `slia`, or the errors `gem` and `result`.

use std::fmt;

use domain::geo::Area;
use domain::geo::confidence::Confidence;
use domain::time::Timestamp;

use super::error::MlpError;
use super::expect::Expect;
use super::quirk::{Notes, Quirk};
use super::resid::Resid;
use super::{outcome, xml};

/// What was read, and what about its spelling was out of the ordinary.
#[derive(Clone, PartialEq, Debug)]
pub struct Reading<T> {
    /// What was read.
    pub value: T,
    /// What differed from the specification: each once, in the order of [`Quirk::ALL`].
    pub quirks: Vec<Quirk>,
}

/// What a location server answers.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// Where the phone is.
    Located(Located),
    /// The position will be pushed under this id.
    Accepted(RequestId),
    /// There is no position, for this reason.
    Refused(Resid),
}

/// Where a location server says that the phone was.
#[derive(Clone, PartialEq)]
pub struct Located {
    /// The area that holds the phone.
    pub area: Area,
    /// How sure the server is of it; `None` if it does not say.
    pub confidence: Option<Confidence>,
    /// When the phone was there.
    pub at: Timestamp,
}

impl fmt::Debug for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Located(…)")
    }
}

/// The id under which a server will push an answer (`req_id`).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RequestId(String);

impl RequestId {
    /// An id of 1 to 128 printable characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the document that answers a request.
///
/// # Errors
/// If it is no answer, is not about the asked number, or cannot be believed.
pub fn read(bytes: &[u8], expect: &Expect) -> Result<Reading<Answer>, MlpError> {
    let mut notes = Notes::default();
    let root = xml::parse(bytes, &mut notes)?;
    let envelope = outcome::envelope(&root, "slia", expect, &mut notes)?;
    let value = outcome::read(envelope.body, expect, &mut notes)?;
    let at_once = expect.asynchronous && matches!(value, Answer::Located(_));
    notes.note_if(at_once, Quirk::AnsweredAtOnce);
    Ok(Reading {
        value,
        quirks: notes.finish(),
    })
}
