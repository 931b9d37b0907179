//! Text messages to and from subscribers: the bind to the carrier's message centre, the worker that empties the outbox,
//! and what is done with a person's reply.
//!
//! Logs of this part name states, counts and status codes. They never carry a number, a code, a link or a text.

pub mod aftermath;
pub mod outbox;
pub mod quiet;
pub mod replies;
pub mod smpp;

/// Counts one text by direction (`out`, `in`, `receipt`) and by what became of it.
pub(crate) fn count(direction: &'static str, outcome: &'static str) {
    metrics::counter!("wayleave_texts_total", "direction" => direction, "outcome" => outcome).increment(1);
}
