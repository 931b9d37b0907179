//! A request's body that tells when the gateway waits for the client to send it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::places::{Place, Waiting};

/// The body of a request on a connection.
pub(super) struct Awaited {
    body: Incoming,
    place: Arc<Place>,
    waiting: Option<Waiting>,
}

impl Awaited {
    pub(super) const fn new(body: Incoming, place: Arc<Place>) -> Self {
        Self {
            body,
            place,
            waiting: None,
        }
    }

    fn came(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            self.place.end(waiting);
        }
    }
}

impl Body for Awaited {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_ready() {
            self.came();
        } else if self.waiting.is_none() {
            self.waiting = self.place.wait();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        // Whoever gave up the body goes on without it.
        self.came();
    }
}
