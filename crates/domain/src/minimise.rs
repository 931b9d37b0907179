//! From a raw position to what may be told: a coarse area, or yes, no, partly, computed on that same coarse area.

use std::sync::Arc;

use crate::ask::{Ask, Question};
use crate::decide::{Grant, Permission};
use crate::geo::grid::{GridKey, coarsen};
use crate::geo::overlap::{Overlap, overlap, surface_of};
use crate::geo::{Area, Circle, Metres};
use crate::journal::entry::{Object, hex};
use crate::journal::settle::Recorded;
use crate::journal::tree::sha256;
use crate::locate::{Failure, Fix, Found, Sealed};
use crate::time::{Span, Timestamp};

/// No source of a mobile network can say less than this: the widest circle of TS 23.032 has a radius of 1,800 km.
const WIDEST_M: f64 = 2_000_000.0;

/// What may be told.
#[derive(Clone, PartialEq, Debug)]
pub enum Told {
    /// An area that holds the phone.
    Area(Circle),
    /// How the coarse area lies toward the circle that was asked about.
    Verdict(Overlap),
    /// What another gateway sealed to the recipient: passed on as it is.
    Sealed(Arc<str>),
}

/// What remains of a fix after minimising. Made by [`minimise`] alone; consumed by the release.
#[derive(Debug)]
#[must_use]
pub struct Answer {
    recorded: Recorded,
    source: Arc<str>,
    told: Told,
    at: Timestamp,
}

impl Answer {
    pub(crate) const fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    pub(crate) fn source(&self) -> Arc<str> {
        Arc::clone(&self.source)
    }

    pub(crate) const fn told(&self) -> &Told {
        &self.told
    }

    pub(crate) const fn located_at(&self) -> Timestamp {
        self.at
    }

    /// The answer in canonical form, for its keyed digest.
    pub(crate) fn canonical(&self) -> String {
        canonical(&self.told, self.at)
    }

    /// The coarse outcome that the journal keeps: that there was an area, or which verdict.
    pub(crate) const fn outcome(&self) -> &'static str {
        match self.told {
            Told::Area(_) => "area",
            Told::Verdict(Overlap::Inside) => "true",
            Told::Verdict(Overlap::Outside) => "false",
            Told::Verdict(Overlap::Partly(_)) => "partial",
            Told::Sealed(_) => "sealed",
        }
    }
}

/// What is told, in canonical form: degrees in millionths and metres, as whole numbers.
#[must_use]
pub fn canonical(told: &Told, at: Timestamp) -> String {
    let time = at.rfc3339();
    match told {
        Told::Area(circle) => {
            let micro = |degrees: f64| ((degrees * 1e6).round() as i64).to_string();
            Object::new()
                .text("at", &time)
                .raw("latitudeMicro", &micro(circle.centre.latitude()))
                .raw("longitudeMicro", &micro(circle.centre.longitude()))
                .number("radius", circle.radius.value().round() as u64)
                .finish()
        }
        Told::Verdict(overlap) => {
            let (verdict, rate) = match overlap {
                Overlap::Inside => ("TRUE", None),
                Overlap::Outside => ("FALSE", None),
                Overlap::Partly(rate) => ("PARTIAL", Some(u64::from(*rate))),
            };
            Object::new()
                .text("at", &time)
                .number_or_null("matchRate", rate)
                .text("verdict", verdict)
                .finish()
        }
        Told::Sealed(text) => Object::new()
            .text("at", &time)
            .text("sealed", &hex(&sha256(&[text.as_bytes()])))
            .finish(),
    }
}

/// Reduces what was found to what the grant allows. On failure the recorded ask comes back, to be closed as failed.
///
/// # Errors
/// `Untrustworthy` for a fix of another ask, from the future, or as wide as a continent, `TooOld`, `SurfaceNotMet`, `BeyondGrid`.
#[expect(
    clippy::result_large_err,
    reason = "the error gives the recorded ask back to the one caller, who closes it"
)]
pub fn minimise(
    recorded: Recorded,
    found: Found,
    key: &GridKey,
    now: Timestamp,
) -> Result<Answer, (Recorded, Failure)> {
    match (recorded.grant().permission, found) {
        (Permission::Consent(_), Found::Fix(fix)) => reduce(recorded, &fix, key, now),
        (Permission::Home, Found::Sealed(sealed)) => pass_on(recorded, &sealed, now),
        // Only the home of a number says where its phone is, and only its own source does so here.
        (Permission::Consent(_), Found::Sealed(_)) | (Permission::Home, Found::Fix(_)) => {
            Err((recorded, Failure::Untrustworthy))
        }
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the error gives the recorded ask back to the one caller, who closes it"
)]
fn pass_on(recorded: Recorded, sealed: &Sealed, now: Timestamp) -> Result<Answer, (Recorded, Failure)> {
    if sealed.ask() != recorded.ask().id() {
        return Err((recorded, Failure::Untrustworthy));
    }
    Ok(Answer {
        told: Told::Sealed(sealed.text()),
        source: sealed.source(),
        at: now,
        recorded,
    })
}

#[expect(
    clippy::result_large_err,
    reason = "the error gives the recorded ask back to the one caller, who closes it"
)]
fn reduce(recorded: Recorded, fix: &Fix, key: &GridKey, now: Timestamp) -> Result<Answer, (Recorded, Failure)> {
    if fix.ask() != recorded.ask().id() || fix.at() > now.after(Span::seconds(60)) {
        return Err((recorded, Failure::Untrustworthy));
    }
    // Scaled before anything else is done with it: what is told holds the phone with one confidence, whatever the source's.
    let around = fix.confidence().widen(fix.area().enclosing_circle());
    if around.radius.value() > WIDEST_M {
        return Err((recorded, Failure::Untrustworthy));
    }
    if !fresh_enough(recorded.ask(), fix.at()) {
        return Err((recorded, Failure::TooOld));
    }
    match tell(recorded.ask(), recorded.grant(), &around, key) {
        Ok(told) => Ok(Answer {
            told,
            source: fix.source(),
            at: fix.at(),
            recorded,
        }),
        Err(failure) => Err((recorded, failure)),
    }
}

/// Whether a position from `at` is young enough. A fresh one (`maxAge` 0) may have been taken since the ask arrived;
/// clocks of two companies are allowed to differ by two seconds.
fn fresh_enough(ask: &Ask, at: Timestamp) -> bool {
    ask.question()
        .max_age()
        .is_none_or(|most| at.after(Span::seconds(2)) >= ask.received().before(most))
}

fn tell(ask: &Ask, grant: &Grant, around: &Circle, key: &GridKey) -> Result<Told, Failure> {
    let size = Metres::whole(grant.precision.metres());
    let coarse = coarsen(around, size, ask.subject().key, key).ok_or(Failure::BeyondGrid)?;
    match ask.question() {
        Question::Retrieve { max_surface, .. } => {
            let met = max_surface.is_none_or(|most| surface_of(&Area::Circle(coarse)) <= f64::from(most) * 1.001);
            if met {
                Ok(Told::Area(coarse))
            } else {
                Err(Failure::SurfaceNotMet)
            }
        }
        Question::Verify { circle, .. } => Ok(Told::Verdict(overlap(&Area::Circle(coarse), circle))),
        // Only another gateway answers it.
        Question::PassOn { .. } => Err(Failure::NoSource),
    }
}

#[cfg(test)]
mod tests;
