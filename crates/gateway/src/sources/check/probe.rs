//! One request to a carrier, and what came back: with a limit of time, and without a place in it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::time::Timestamp;

use super::finding::Finding;
use super::place::tells_a_place;
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::sources::link::client::{Answer, CallError, Http, Post};
use crate::tls::trust::Trust;

/// After so long a time an answer is slow: a card check has 300 ms in all.
const SLOW_MS: i64 = 2_000;

/// Sends requests and watches the clock.
pub struct Probe {
    http: Http,
    within: Duration,
    clock: Arc<dyn Clock>,
    chance: SystemChance,
}

/// What came of a request.
pub enum Heard {
    /// A whole answer that holds no place.
    Answer(Answer, i64),
    /// An answer that held a place, which was thrown away unread.
    Place,
    /// No whole answer.
    Nothing(CallError),
    /// Nothing within the limit.
    Silence,
}

impl Probe {
    /// A probe whose every wait ends after `within`, and which believes whom `trust` believes.
    #[must_use]
    pub fn new(within: Duration, trust: Trust, clock: Arc<dyn Clock>) -> Self {
        Self {
            http: Http::new(1, trust),
            within,
            clock,
            chance: SystemChance::new(),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The limit of every wait.
    #[must_use]
    pub const fn within(&self) -> Duration {
        self.within
    }

    /// Chance bytes, for ids and keys of this run.
    #[must_use]
    pub fn chance<const N: usize>(&self) -> [u8; N] {
        self.chance.bytes()
    }

    /// Sends one request, once.
    pub async fn post(&self, post: &Post) -> Heard {
        let before = self.now();
        match tokio::time::timeout(self.within, self.http.post(post)).await {
            Err(_) => Heard::Silence,
            Ok(Err(error)) => Heard::Nothing(error),
            Ok(Ok(answer)) if tells_a_place(&answer.body) => Heard::Place,
            Ok(Ok(answer)) => Heard::Answer(answer, self.now().since(before).as_ms()),
        }
    }

    /// The answer, or the finding that there is none that can be judged.
    ///
    /// # Errors
    /// The finding: a place, silence, a broken answer, a redirect, or a failure of the server.
    pub fn judged(&self, heard: Heard, check: &'static str) -> Result<(Answer, i64), Finding> {
        let http = "RFC 9110 §15: each request is answered with a whole response, in the time that the caller has";
        let failed = |found: String, advice: &str| Err(Finding::failed(check, http, found, advice));
        match heard {
            Heard::Place => Err(located_nobody(check)),
            Heard::Silence => failed(
                format!("no answer within {} s", self.within.as_secs()),
                "asks of this carrier end as timed out; ask the carrier why it does not answer",
            ),
            Heard::Nothing(error) => failed(
                error.reason().to_owned(),
                "such answers are thrown away; check address and port, then ask the carrier",
            ),
            Heard::Answer(answer, _) if answer.status.is_redirection() => failed(
                format!("a redirect (status {})", answer.status.as_u16()),
                "redirects are never followed: they could lead anywhere; configure the final address",
            ),
            Heard::Answer(answer, _) if answer.status.is_server_error() => failed(
                format!("status {}: the server failed", answer.status.as_u16()),
                "such asks end as unavailable; ask the carrier what failed",
            ),
            Heard::Answer(answer, took_ms) => Ok((answer, took_ms)),
        }
    }
}

/// The finding that a carrier told where nobody is.
pub fn located_nobody(check: &'static str) -> Finding {
    Finding::failed(
        check,
        "a number that belongs to nobody has no place (CAMARA: 404 IDENTIFIER_NOT_FOUND; MLP: resid 4)",
        "a position came back for a number that belongs to nobody; it was thrown away unread",
        "do not put this carrier into service: its positions mean nothing, or belong to somebody else",
    )
}

/// How fast an answer came.
#[must_use]
pub fn speed(took_ms: i64) -> Finding {
    let standard = "no standard says; a question of a bank has five seconds in all";
    let found = format!("a refusal took {took_ms} ms");
    if took_ms <= SLOW_MS {
        return Finding::ok("speed", standard, found);
    }
    let advice = "partners wait as long; where answers take longer than a purpose allows, asks end as timed out";
    Finding::differs("speed", standard, found, advice)
}

/// Bytes of a form or document.
#[must_use]
pub fn bytes(text: impl Into<String>) -> Bytes {
    Bytes::from(text.into())
}
