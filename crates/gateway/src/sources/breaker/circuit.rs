//! The breaker by itself: what it does with each ask and each outcome. It has no clock and no source.

use domain::time::Timestamp;

use super::BreakerSettings;

/// How a breaker stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Every ask passes.
    Closed,
    /// One ask is let through to try.
    HalfOpen,
    /// No ask passes.
    Open,
}

impl State {
    /// The state's word, for metrics and for those who look whether the gateway is ready.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }

    /// The state's number, for metrics.
    pub(super) const fn number(self) -> f64 {
        match self {
            Self::Closed => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open => 2.0,
        }
    }
}

/// What the end of an ask says of its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It answered.
    Works,
    /// It did not.
    Fails,
    /// It was not asked, or nobody waited for it.
    Nothing,
}

/// An ask that was let through, and in which of the circuit's lives: an outcome counts only in its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Admission(u64);

/// The circuit. It begins a new life with every change of its state.
#[derive(Debug)]
pub(super) struct Circuit {
    settings: BreakerSettings,
    life: u64,
    kept: Kept,
}

#[derive(Clone, Copy, Debug)]
enum Kept {
    Closed { failures: u32 },
    Open { until: Timestamp },
    HalfOpen,
}

impl Circuit {
    pub(super) const fn new(settings: BreakerSettings) -> Self {
        Self {
            settings,
            life: 0,
            kept: Kept::Closed { failures: 0 },
        }
    }

    /// The state that it is kept in.
    pub(super) const fn kept(&self) -> State {
        match self.kept {
            Kept::Closed { .. } => State::Closed,
            Kept::Open { .. } => State::Open,
            Kept::HalfOpen => State::HalfOpen,
        }
    }

    /// The state as the next ask would find it: an open one whose time is over lets it through.
    pub(super) fn state(&self, now: Timestamp) -> State {
        match self.kept {
            Kept::Open { until } if now >= until => State::HalfOpen,
            _ => self.kept(),
        }
    }

    /// Whether an ask may pass.
    pub(super) fn admit(&mut self, now: Timestamp) -> Option<Admission> {
        match self.kept {
            Kept::Closed { .. } => {}
            Kept::Open { until } if now >= until => self.turn(Kept::HalfOpen),
            Kept::Open { .. } | Kept::HalfOpen => return None,
        }
        Some(Admission(self.life))
    }

    /// What became of an ask that passed.
    pub(super) fn report(&mut self, admission: Admission, verdict: Verdict, now: Timestamp) {
        if admission.0 != self.life {
            return;
        }
        let open = Kept::Open {
            until: now.after(self.settings.open),
        };
        match (&mut self.kept, verdict) {
            (Kept::Closed { failures }, Verdict::Works) => *failures = 0,
            (Kept::Closed { failures }, Verdict::Fails) => {
                *failures += 1;
                if *failures >= self.settings.failures_in_a_row {
                    self.turn(open);
                }
            }
            (Kept::HalfOpen, Verdict::Works) => self.turn(Kept::Closed { failures: 0 }),
            (Kept::HalfOpen, Verdict::Fails) => self.turn(open),
            // The try said nothing, so that the next ask is one.
            (Kept::HalfOpen, Verdict::Nothing) => self.turn(Kept::Open { until: now }),
            (Kept::Closed { .. }, Verdict::Nothing) | (Kept::Open { .. }, _) => {}
        }
    }

    const fn turn(&mut self, kept: Kept) {
        self.life += 1;
        self.kept = kept;
    }
}
