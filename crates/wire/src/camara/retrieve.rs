//! `POST /location-retrieval/v0.5/retrieve`: where is the phone?

use domain::ask::Question;
use domain::geo::Area;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use serde_json::json;

use super::area::print_area;
use super::device::{self, Device};
use super::take_max_age;
use crate::json::{self, DEPTH_MAX, Fields, ParseError};

/// The scope that a token needs.
pub const SCOPE: &str = "location-retrieval:read";

/// A `RetrievalLocationRequest` that fits its schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetrieveRequest {
    /// Whom it names, if it does: whether it may or must is a step of its own, after the schema.
    pub device: Option<Device>,
    /// How old the position may be; `None` for any age, zero for a fresh one.
    pub max_age: Option<Span>,
    /// How large the answer's area may be, in square metres.
    pub max_surface: Option<u32>,
}

impl RetrieveRequest {
    /// Reads a request's body.
    ///
    /// # Errors
    /// If it is not one JSON document that fits the schema: CAMARA's `INVALID_ARGUMENT`.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let device = device::take(fields)?;
            let (max_age, max_surface) = take_limits(fields)?;
            Ok(Self {
                device,
                max_age,
                max_surface,
            })
        })
    }

    /// The question that it asks.
    #[must_use]
    pub const fn question(&self) -> Question {
        Question::Retrieve {
            max_age: self.max_age,
            max_surface: self.max_surface,
        }
    }
}

/// Takes `maxAge` and `maxSurface`: what a request says beside whom it is about.
///
/// # Errors
/// If one breaks its schema.
pub(crate) fn take_limits(fields: &mut Fields) -> Result<(Option<Span>, Option<u32>), ParseError> {
    let max_age = take_max_age(fields)?;
    let max_surface = fields
        .optional("maxSurface")
        .map(|node| node.integer(1..=i64::from(i32::MAX)))
        .transpose()?;
    // Clamping cannot happen, since the range above lies within u32.
    Ok((
        max_age,
        max_surface.map(|surface| u32::try_from(surface).unwrap_or(u32::MAX)),
    ))
}

/// The body of an answer: CAMARA's `Location`, with the one identifier that was used, if the request named one.
#[must_use]
pub fn print(area: &Area, at: Timestamp, number: Option<Msisdn>) -> Vec<u8> {
    let body = json!({ "lastLocationTime": at.rfc3339(), "area": print_area(area) });
    device::print_beside(body, number)
}
