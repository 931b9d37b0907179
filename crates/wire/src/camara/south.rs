//! The client's side of retrieval: what the gateway sends to another operator, and what it believes of the answer.
//!
//! An answer is read so that lies and accidents are found: exactly one JSON document, every field of it once, a valid
//! area, a time with its offset, and about the asked number or nobody.

use domain::geo::Area;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use serde_json::{Map, Value};

use super::{area, device};
use crate::json::{self, DEPTH_MAX, ParseError};

/// The path under an operator's API root.
pub const RETRIEVE_PATH: &str = "/location-retrieval/v0.5/retrieve";

/// What the operator is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Query {
    /// Whose phone.
    pub number: Msisdn,
    /// How old the position may be; `None` for any age, zero for a fresh one.
    pub max_age: Option<Span>,
}

impl Query {
    /// The request's body. Spans are rounded down to whole seconds, so that the operator never gives an older position
    /// than wanted.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("device".to_owned(), device::print(self.number));
        if let Some(max_age) = self.max_age {
            body.insert("maxAge".to_owned(), Value::from(max_age.as_seconds()));
        }
        Value::Object(body).to_string().into_bytes()
    }

    /// Reads the body of a 200.
    ///
    /// # Errors
    /// If it is malformed, or about another device.
    pub fn read_answer(&self, body: &[u8]) -> Result<Located, AnswerError> {
        let read = json::parse(body, DEPTH_MAX)?.open_object(|fields| {
            let area = area::read_area(fields.required("area")?)?;
            let at = fields
                .required("lastLocationTime")?
                .parsed("a date and time by RFC 3339, with its offset", read_date_time)?;
            let device = fields.optional("device").map(read_response_device).transpose()?;
            Ok((Located { area, at }, device))
        });
        match read? {
            (_, Some(number)) if number != self.number => Err(AnswerError::WrongDevice),
            (located, _) => Ok(located),
        }
    }
}

/// Reads the `device` of an answer: exactly one identifier, and of the kind that was sent.
fn read_response_device(node: json::Node) -> Result<Msisdn, ParseError> {
    node.object(|fields| {
        fields
            .required("phoneNumber")?
            .parsed("a number in E.164 form", Msisdn::parse)
    })
}

/// Reads a date and time of the form that RFC 3339 §5.6 gives, and of no longer form that the parser would take too.
fn read_date_time(text: &str) -> Option<Timestamp> {
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let shaped = text.len() <= 64
        && separators
            .iter()
            .all(|(index, byte)| text.as_bytes().get(*index) == Some(byte))
        && text.as_bytes().get(10).is_some_and(|byte| b"Tt ".contains(byte))
        && text
            .bytes()
            .skip(11)
            .all(|byte| byte.is_ascii_digit() || b".:+-Zz".contains(&byte));
    shaped.then(|| Timestamp::from_rfc3339(text)).flatten()
}

/// Where the operator says that the phone was.
#[derive(Clone, PartialEq, Debug)]
pub struct Located {
    /// The area that holds the phone.
    pub area: Area,
    /// When it was there.
    pub at: Timestamp,
}

/// Why an operator's answer is not believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnswerError {
    /// It is not a valid `Location`.
    Malformed(ParseError),
    /// It is about a device that was not asked about.
    WrongDevice,
}

impl From<ParseError> for AnswerError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl std::fmt::Display for AnswerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "the operator's answer is malformed: {error}"),
            Self::WrongDevice => f.write_str("expected an answer about the asked number, found another device"),
        }
    }
}

impl std::error::Error for AnswerError {}

/// What an operator's error means for the ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperatorProblem {
    /// The phone cannot be located now.
    UnableToLocate,
    /// Only an older position is known.
    MaxAge,
    /// The operator does not know the number, or does not serve it.
    UnknownSubscriber,
    /// The operator's own rules say no.
    Denied,
    /// The access token is not taken; a new one may be.
    Unauthenticated,
    /// The operator takes no more requests for now.
    Busy,
    /// The operator's system failed or timed out.
    Unavailable,
    /// Anything else: the request was not understood, or the answer is not.
    Other,
}

impl OperatorProblem {
    /// Reads an answer that is not a 200. The code decides; the status does where there is no readable code.
    #[must_use]
    pub fn read(status: u16, body: &[u8]) -> Self {
        let code = json::parse(body, DEPTH_MAX)
            .and_then(|node| node.open_object(|fields| fields.required("code")?.text()))
            .unwrap_or_default();
        match (status, code.as_str()) {
            (422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE") | (404, "LOCATION_RETRIEVAL.DEVICE_NOT_FOUND") => {
                Self::UnableToLocate
            }
            (422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE") => Self::MaxAge,
            (404, "IDENTIFIER_NOT_FOUND") | (422, "SERVICE_NOT_APPLICABLE") => Self::UnknownSubscriber,
            (401, _) => Self::Unauthenticated,
            (403, _) => Self::Denied,
            (429, _) => Self::Busy,
            (500..=599, _) => Self::Unavailable,
            _ => Self::Other,
        }
    }
}
