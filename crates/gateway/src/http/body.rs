//! Reading a request's body: one content type, a size, a time.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use wire::camara::error::Problem;

use super::authenticate::single;
use crate::config::listen::Listen;

/// Reads a body of the wanted content type, given without parameters other than `charset=utf-8`.
///
/// # Errors
/// `UnsupportedMediaType` for another type, `BodyTooLarge`, `BodyTooSlow` for a slow client.
pub async fn read(limits: &Listen, headers: &HeaderMap, body: Body, want: &str) -> Result<Bytes, Problem> {
    read_most(limits, headers, body, (want, limits.body_bytes_max)).await
}

/// The same for bodies that may be so many bytes long.
///
/// # Errors
/// As for [`read`].
pub async fn read_most(
    limits: &Listen,
    headers: &HeaderMap,
    body: Body,
    (want, most): (&str, usize),
) -> Result<Bytes, Problem> {
    if !is_type(headers, want) || headers.contains_key(CONTENT_ENCODING) {
        return Err(Problem::UnsupportedMediaType);
    }
    let collect = Limited::new(body, most).collect();
    let within = Duration::from_millis(u64::from(limits.body_timeout_ms));
    match tokio::time::timeout(within, collect).await {
        Err(_) => Err(Problem::BodyTooSlow),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Problem::BodyTooLarge),
        // The connection broke; nobody reads the answer.
        Ok(Err(_)) => Err(Problem::BodyTooSlow),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
    }
}

fn is_type(headers: &HeaderMap, want: &str) -> bool {
    let Some(value) = single(headers, CONTENT_TYPE.as_str()) else {
        return false;
    };
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    let parameter = parameters.trim();
    kind.trim().eq_ignore_ascii_case(want)
        && (parameter.is_empty() || parameter.replace(' ', "").eq_ignore_ascii_case("charset=utf-8"))
}
