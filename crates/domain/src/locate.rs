//! Asking a source where a phone is. Only a [`Recorded`] ask may be asked, and a position exists only for one.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::geo::Area;
use crate::geo::confidence::Confidence;
use crate::id::AskId;
use crate::journal::settle::Recorded;
use crate::time::Timestamp;

/// A raw position from a source. It cannot be serialised, and prints as `Fix(…)`.
#[must_use]
pub struct Fix {
    ask: AskId,
    source: Arc<str>,
    area: Area,
    confidence: Confidence,
    at: Timestamp,
}

impl Fix {
    /// The position that the named source gave for one recorded ask: the area that holds the phone with the stated
    /// confidence, and when it was there.
    pub fn new(recorded: &Recorded, source: Arc<str>, area: Area, confidence: Confidence, at: Timestamp) -> Self {
        Self {
            ask: recorded.ask().id(),
            source,
            area,
            confidence,
            at,
        }
    }

    /// The source's name.
    pub(crate) fn source(&self) -> Arc<str> {
        Arc::clone(&self.source)
    }

    /// The ask that it was fetched for.
    pub(crate) const fn ask(&self) -> AskId {
        self.ask
    }

    /// The area that holds the phone, with [`Fix::confidence`].
    pub(crate) const fn area(&self) -> &Area {
        &self.area
    }

    /// How sure the source is of its area.
    pub(crate) const fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// When the phone was there.
    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }
}

impl std::fmt::Debug for Fix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fix(…)")
    }
}

/// An outcome that another gateway sealed to the recipient's key. It says nothing to anybody else, not even whether it is
/// an answer.
#[must_use]
pub struct Sealed {
    ask: AskId,
    source: Arc<str>,
    text: Arc<str>,
}

impl Sealed {
    /// What the named gateway gave for one recorded ask: a compact JWE.
    pub fn new(recorded: &Recorded, source: Arc<str>, text: Arc<str>) -> Self {
        Self {
            ask: recorded.ask().id(),
            source,
            text,
        }
    }

    /// The gateway's name.
    pub(crate) fn source(&self) -> Arc<str> {
        Arc::clone(&self.source)
    }

    /// The ask that it was fetched for.
    pub(crate) const fn ask(&self) -> AskId {
        self.ask
    }

    /// What is passed on.
    pub(crate) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// What a source found.
#[derive(Debug)]
#[must_use]
pub enum Found {
    /// A raw position.
    Fix(Fix),
    /// What the gateway that is home to the number sealed to the recipient.
    Sealed(Sealed),
}

/// Why there is no answer although the ask was covered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// No source serves the number; none was contacted.
    NoSource,
    /// The source's ceiling of requests is reached; it was not contacted.
    Busy,
    /// The source does not know the number.
    UnknownToSource,
    /// The source refused by its own rules.
    DeniedBySource,
    /// The carrier's own consent master forbids it; no position was asked for.
    Vetoed,
    /// The phone cannot be located now.
    Unlocatable,
    /// Only an older position than wanted is known.
    TooOld,
    /// The permitted area is larger than wanted.
    SurfaceNotMet,
    /// The source did not answer in time.
    Timeout,
    /// The source could not be reached, or failed.
    Unavailable,
    /// The source's answer broke its protocol, or was about somebody else.
    Untrustworthy,
    /// The position lies where no coarsening is defined (beyond 70 degrees of latitude).
    BeyondGrid,
}

impl Failure {
    /// Whether the ask may be given back to the consent, since no source was contacted for it.
    #[must_use]
    pub const fn gives_back(self) -> bool {
        matches!(self, Self::NoSource | Self::Busy)
    }

    /// A stable word for the journal and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSource => "no-source",
            Self::Busy => "source-busy",
            Self::UnknownToSource => "unknown-to-source",
            Self::DeniedBySource => "denied-by-source",
            Self::Vetoed => "vetoed",
            Self::Unlocatable => "unlocatable",
            Self::TooOld => "too-old",
            Self::SurfaceNotMet => "surface-not-met",
            Self::Timeout => "source-timeout",
            Self::Unavailable => "source-unavailable",
            Self::Untrustworthy => "source-untrustworthy",
            Self::BeyondGrid => "beyond-grid",
        }
    }
}

/// A value that is awaited.
pub type Wait<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where positions come from. An implementation keeps to the grant's deadline.
pub trait Source: Send + Sync {
    /// Asks for the position of the recorded ask's subject.
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>>;
}
