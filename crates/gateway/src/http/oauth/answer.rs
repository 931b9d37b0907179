//! How OAuth's endpoints answer: JSON that nobody may keep, and the standard's words for what went wrong.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use wire::camara::error::Problem;
use wire::oauth::error::OAuthError;

use crate::http::{json, problem};

/// Why there is no token.
#[derive(Debug)]
pub enum Stop {
    /// In OAuth's words.
    OAuth(OAuthError),
    /// What holds for every request of this gateway: a body that is too large, too slow, or of another type.
    Problem(Problem),
}

impl<E: Into<OAuthError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::OAuth(error.into())
    }
}

/// The response for what an endpoint found. `request` is the headers of the request.
pub(super) fn response(outcome: Result<Vec<u8>, Stop>, request: &HeaderMap, sandbox: bool) -> Response<Body> {
    let error = match outcome {
        Ok(bytes) => return json::response(StatusCode::OK, bytes),
        Err(Stop::Problem(problem)) => return problem::response(&problem.into(), sandbox),
        Err(Stop::OAuth(error)) => error,
    };
    metrics::counter!("wayleave_token_refusals_total", "error" => error.code()).increment(1);
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json::response(status, error.print());
    let headers = response.headers_mut();
    match error {
        // RFC 6749 §5.2: whoever tried the Authorization header is told the scheme that it tried.
        OAuthError::InvalidClient if request.contains_key(AUTHORIZATION) => {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"private_key_jwt only\""),
            );
        }
        OAuthError::TemporarilyUnavailable => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    response
}
