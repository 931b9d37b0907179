//! A source's health, and the circuit breaker before it: a source that fails again and again is left alone for a while,
//! so that asks about its numbers fail at once instead of waiting, and it is not kept down by them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::journal::settle::Recorded;
use domain::locate::{Failure, Found, Source, Wait};
use domain::time::{Span, Timestamp};

use crate::clock::Clock;
use circuit::{Admission, Circuit, State, Verdict};

mod circuit;

pub use circuit::State as BreakerState;

/// The gauge of sources that work: 1, or 0 while one is left alone or tried.
pub const UP: &str = "wayleave_source_up";
/// The gauge of breakers: 0 closed, 1 half open, 2 open.
pub const STATE: &str = "wayleave_source_breaker_state";
/// The counter of changes of breakers, by what they became.
pub const TRANSITIONS_TOTAL: &str = "wayleave_source_breaker_transitions_total";

/// When a source is left alone, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct BreakerSettings {
    /// So many failures in a row.
    pub failures_in_a_row: u32,
    /// So long.
    pub open: Span,
}

/// A source behind its breaker.
pub struct Guarded {
    name: Arc<str>,
    source: Arc<dyn Source>,
    circuit: Mutex<Circuit>,
    clock: Arc<dyn Clock>,
}

impl Guarded {
    /// A source that is thought to work until it shows otherwise.
    #[must_use]
    pub fn new(name: Arc<str>, source: Arc<dyn Source>, settings: BreakerSettings, clock: Arc<dyn Clock>) -> Self {
        let guarded = Self {
            name,
            source,
            circuit: Mutex::new(Circuit::new(settings)),
            clock,
        };
        guarded.measure(State::Closed);
        guarded
    }

    /// The source's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the breaker stands.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        self.circuit().state(self.clock.now())
    }

    async fn ask(&self, recorded: &Recorded) -> Result<Found, Failure> {
        let admission = self.change(|circuit, now| circuit.admit(now)).ok_or(Failure::Busy)?;
        let mut passage = Passage {
            guarded: self,
            admission,
            verdict: Verdict::Nothing,
        };
        let found = self.source.locate(recorded).await;
        passage.verdict = verdict(&found);
        found
    }

    /// Changes the circuit, and tells of it if its state changes with that.
    fn change<T>(&self, change: impl FnOnce(&mut Circuit, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut circuit = self.circuit();
        let before = circuit.kept();
        let changed = change(&mut circuit, now);
        let after = circuit.kept();
        if before != after {
            self.measure(after);
            self.tell(after);
        }
        changed
    }

    fn measure(&self, state: State) {
        let up = if state == State::Closed { 1.0 } else { 0.0 };
        metrics::gauge!(UP, "source" => self.name.to_string()).set(up);
        metrics::gauge!(STATE, "source" => self.name.to_string()).set(state.number());
    }

    fn tell(&self, state: State) {
        let source = &*self.name;
        metrics::counter!(TRANSITIONS_TOTAL, "source" => source.to_owned(), "to" => state.word()).increment(1);
        match state {
            State::Open => tracing::warn!(
                source,
                "the source failed again and again and is left alone for a while"
            ),
            State::HalfOpen => tracing::info!(source, "one ask is let through to try the source"),
            State::Closed => tracing::info!(source, "the source works again"),
        }
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an ask's end says of its source's health.
const fn verdict(found: &Result<Found, Failure>) -> Verdict {
    match found {
        // Whoever says no, says it does not know, or cannot locate, has answered.
        Ok(Found::Fix(_) | Found::Sealed(_))
        | Err(
            Failure::UnknownToSource
            | Failure::DeniedBySource
            | Failure::Vetoed
            | Failure::Unlocatable
            | Failure::TooOld
            | Failure::SurfaceNotMet
            | Failure::BeyondGrid,
        ) => Verdict::Works,
        Err(Failure::Timeout | Failure::Unavailable | Failure::Untrustworthy) => Verdict::Fails,
        // Nobody was asked.
        Err(Failure::NoSource | Failure::Busy) => Verdict::Nothing,
    }
}

/// An ask on its way through. It reports when it is dropped, so that one whose caller is gone leaves no try behind that
/// never ends.
struct Passage<'a> {
    guarded: &'a Guarded,
    admission: Admission,
    verdict: Verdict,
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.guarded
            .change(|circuit, now| circuit.report(self.admission, self.verdict, now));
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guarded({})", self.name)
    }
}

impl Source for Guarded {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        Box::pin(self.ask(recorded))
    }
}

#[cfg(test)]
mod tests;
