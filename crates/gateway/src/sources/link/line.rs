//! One operator's line: its connections, how many asks it serves at one time, how many requests it takes, and the one
//! repetition that a request may have.

use std::sync::Arc;

use domain::locate::Failure;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::ceiling::Ceiling;
use super::client::{Answer, CallError, Http, Post};
use crate::clock::Clock;

/// How much an operator takes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most requests within any second.
    pub per_second_max: u32,
    /// The most asks at one time.
    pub in_flight_max: usize,
}

/// The line to one operator.
pub struct Line {
    http: Http,
    ceiling: Ceiling,
    in_flight: Semaphore,
    clock: Arc<dyn Clock>,
}

/// What one ask has used of its line.
#[derive(Default, Debug)]
pub struct Used {
    /// How many requests may have reached the operator.
    sent: u32,
    /// Whether the one repetition after a failed connection was used.
    repeated: bool,
}

/// Why a request has no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineError {
    /// The operator takes no more now, and never heard of this ask.
    Full,
    /// The operator takes no more now, and may have heard of this ask.
    FullAgain,
    /// The connection failed.
    Call(CallError),
}

impl Line {
    /// A line with connections of its own, within `bounds`.
    #[must_use]
    pub fn new(http: Http, bounds: Bounds, clock: Arc<dyn Clock>) -> Self {
        Self {
            http,
            ceiling: Ceiling::new(bounds.per_second_max),
            in_flight: Semaphore::new(bounds.in_flight_max.min(Semaphore::MAX_PERMITS)),
            clock,
        }
    }

    /// The connections, for what is no ask.
    #[must_use]
    pub const fn http(&self) -> &Http {
        &self.http
    }

    /// A place for one ask, which is free again when it is dropped; `None` when there is none.
    #[must_use]
    pub fn enter(&self) -> Option<SemaphorePermit<'_>> {
        self.in_flight.try_acquire().ok()
    }

    /// Sends a request, and once more if the connection failed before an answer began and nothing was repeated yet.
    ///
    /// # Errors
    /// When there is no whole answer. There is no timeout in here: the caller drops the future.
    pub async fn send(&self, post: &Post, used: &mut Used) -> Result<Answer, LineError> {
        loop {
            if !self.ceiling.admit(self.clock.now()) {
                return Err(if used.sent == 0 {
                    LineError::Full
                } else {
                    LineError::FullAgain
                });
            }
            used.sent += 1;
            match self.http.post(post).await {
                Ok(answer) => return Ok(answer),
                Err(CallError::Unheard) if !used.repeated => used.repeated = true,
                Err(error) => return Err(LineError::Call(error)),
            }
        }
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}

impl LineError {
    /// What the ask comes to.
    #[must_use]
    pub const fn failure(self) -> Failure {
        match self {
            // Only an ask of which the operator never heard may be given back.
            Self::Full => Failure::Busy,
            Self::FullAgain | Self::Call(CallError::Unheard | CallError::Untrusted(_)) => Failure::Unavailable,
            Self::Call(CallError::Broken | CallError::TooLarge) => Failure::Untrustworthy,
        }
    }
}
