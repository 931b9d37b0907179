//! An answer's way to the socket: bytes that have not begun to leave in time are thrown away.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::reply::{LEAVE_WITHIN, Reply};
use domain::time::Timestamp;
use http_body::{Frame, SizeHint};

use crate::clock::Clock;

/// The header that carries an entry's receipt, base64url of its JSON.
pub const RECEIPT: &str = "wayleave-receipt";

/// The header's value for a receipt.
#[must_use]
pub fn receipt_header(json: &str) -> HeaderValue {
    // Base64url is always a header's value.
    HeaderValue::from_str(&URL_SAFE_NO_PAD.encode(json)).unwrap_or(HeaderValue::from_static(""))
}

/// The answer was not sent in time; the connection is closed instead.
#[derive(Debug)]
pub struct TooLate;

impl std::fmt::Display for TooLate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer did not begin to leave in time and was thrown away")
    }
}

impl std::error::Error for TooLate {}

struct Leaving {
    bytes: Option<Bytes>,
    leave_by: Timestamp,
    clock: Arc<dyn Clock>,
}

impl http_body::Body for Leaving {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<Result<Frame<Bytes>, TooLate>>> {
        let Some(bytes) = self.bytes.take() else {
            return Poll::Ready(None);
        };
        if self.clock.now() > self.leave_by {
            metrics::counter!("wayleave_answers_too_late_total").increment(1);
            return Poll::Ready(Some(Err(TooLate)));
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(
            self.bytes
                .as_ref()
                .map_or(0, |bytes| u64::try_from(bytes.len()).unwrap_or(0)),
        )
    }
}

/// The response for a reply.
#[must_use]
pub fn response(reply: Reply, clock: &Arc<dyn Clock>) -> Response<Body> {
    let (body, receipt, leave_by) = reply.into_parts();
    let mut response = leaving(body, leave_by, clock);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(RECEIPT, receipt_header(&receipt));
    response
}

/// A response of released bytes, of which the first must have left by then.
pub(super) fn leaving(body: Vec<u8>, leave_by: Timestamp, clock: &Arc<dyn Clock>) -> Response<Body> {
    let body = Leaving {
        bytes: Some(body.into()),
        // The journal's time may run a little ahead of this process's; the window does not grow by that.
        leave_by: leave_by.min(clock.now().after(LEAVE_WITHIN)),
        clock: Arc::clone(clock),
    };
    let mut response = Response::new(Body::new(body));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
