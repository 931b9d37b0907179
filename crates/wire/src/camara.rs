//! CAMARA's Device Location and Consent Info APIs, public release r3.2, and stricter where the next release is stricter and still
//! compatible: requests are read, answers and errors are printed, and another operator's answers are read in turn.

pub mod area;
pub mod consent_info;
pub mod correlator;
pub mod device;
pub mod error;
pub mod retrieve;
pub mod south;
pub mod verify;

use std::ops::RangeInclusive;

use domain::time::Span;

use crate::json::{Fields, ParseError};

/// How a request may say how old a position may be: an int32 of seconds that is not negative.
const MAX_AGE_SECONDS: RangeInclusive<i64> = 0..=i32::MAX as i64;

/// Takes the optional field `maxAge`: absent is any age, zero a fresh position.
fn take_max_age(fields: &mut Fields) -> Result<Option<Span>, ParseError> {
    let seconds = fields
        .optional("maxAge")
        .map(|node| node.integer(MAX_AGE_SECONDS))
        .transpose()?;
    // Clamping cannot happen, since the range above lies within u32.
    Ok(seconds.map(|seconds| Span::seconds(u32::try_from(seconds).unwrap_or(u32::MAX))))
}

#[cfg(test)]
mod tests;
