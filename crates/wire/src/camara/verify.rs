//! `POST /location-verification/v3/verify`: is the phone inside this circle?

use domain::ask::Question;
use domain::geo::Circle;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use serde_json::{Value, json};

use super::area::read_circle;
use super::device::{self, Device};
use super::take_max_age;
use crate::json::{self, DEPTH_MAX, Fields, ParseError};

/// The scope that a token needs.
pub const SCOPE: &str = "location-verification:verify";

/// A `VerifyLocationRequest` that fits its schema.
#[derive(Clone, PartialEq, Debug)]
pub struct VerifyRequest {
    /// Whom it names, if it does: whether it may or must is a step of its own, after the schema.
    pub device: Option<Device>,
    /// The circle.
    pub circle: Circle,
    /// How old the position may be; `None` for any age, zero for a fresh one.
    pub max_age: Option<Span>,
}

impl VerifyRequest {
    /// Reads a request's body.
    ///
    /// # Errors
    /// If it is not one JSON document that fits the schema: CAMARA's `INVALID_ARGUMENT`.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let device = device::take(fields)?;
            let (circle, max_age) = take_circle_and_age(fields)?;
            Ok(Self {
                device,
                circle,
                max_age,
            })
        })
    }

    /// The question that it asks.
    #[must_use]
    pub const fn question(&self) -> Question {
        Question::Verify {
            circle: self.circle,
            max_age: self.max_age,
        }
    }
}

/// Takes `area` and `maxAge`: what a request says beside whom it is about.
///
/// # Errors
/// If one breaks its schema.
pub(crate) fn take_circle_and_age(fields: &mut Fields) -> Result<(Circle, Option<Span>), ParseError> {
    let circle = read_circle(fields.required("area")?)?;
    Ok((circle, take_max_age(fields)?))
}

/// What a verification finds, about the network's area and the requested circle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerificationResult {
    /// The area lies wholly inside the circle.
    True,
    /// The two have nothing in common.
    False,
    /// They overlap: so many percent of the area lie inside the circle. Printed as 1 to 99.
    Partial {
        /// The share, in percent.
        match_rate: u8,
    },
}

/// The body of an answer: CAMARA's `VerifyLocationResponse`, with the one identifier that was used, if the request named
/// one. `matchRate` is there for `PARTIAL` only.
#[must_use]
pub fn print(result: VerificationResult, at: Timestamp, number: Option<Msisdn>) -> Vec<u8> {
    let word = match result {
        VerificationResult::True => "TRUE",
        VerificationResult::False => "FALSE",
        VerificationResult::Partial { .. } => "PARTIAL",
    };
    let mut body = json!({ "verificationResult": word, "lastLocationTime": at.rfc3339() });
    if let (VerificationResult::Partial { match_rate }, Value::Object(fields)) = (result, &mut body) {
        fields.insert("matchRate".to_owned(), Value::from(match_rate.clamp(1, 99)));
    }
    device::print_beside(body, number)
}
