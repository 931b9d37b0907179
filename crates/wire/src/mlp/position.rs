//! One `pos`: where a phone is, or why that is not known.

use domain::geo::confidence::Confidence;

use super::answer::Located;
use super::error::MlpError;
use super::expect::Expect;
use super::msid::{is_of, word};
use super::outcome;
use super::quirk::{Notes, Quirk};
use super::resid::Resid;
use super::xml::Element;
use super::{shape, time};

/// What one `pos` says.
pub(super) enum Position {
    /// Where the phone is.
    Found(Located),
    /// Where it is so far; a final position follows.
    Intermediate,
    /// Why there is no position.
    Failed(Resid),
}

/// Reads a `pos`.
///
/// # Errors
/// If it is about another number, or cannot be believed.
pub(super) fn read(pos: &Element, expect: &Expect, notes: &mut Notes) -> Result<Position, MlpError> {
    if !is_of(pos.need("msid")?, expect.number, notes) {
        return Err(MlpError::WrongSubscriber);
    }
    if let Some(pd) = pos.child("pd") {
        notes.note_if(pos.child("poserr").is_some(), Quirk::MixedOutcome);
        let located = locate(pd, expect, notes)?;
        let intermediate = word(pos, "result_type", notes).as_deref() == Some("INTERMEDIATE");
        return Ok(if intermediate {
            Position::Intermediate
        } else {
            Position::Found(located)
        });
    }
    let poserr = pos.need("poserr")?;
    time::look(poserr.child("time"), notes);
    outcome::resid(poserr.need("result")?, notes).map(Position::Failed)
}

/// Reads a `pd`.
fn locate(pd: &Element, expect: &Expect, notes: &mut Notes) -> Result<Located, MlpError> {
    if let Some(geo_info) = pd.child("geo_info") {
        notes.note(Quirk::MisplacedGeoInfo);
        check_geo_info(geo_info)?;
    }
    let shaped = shape::read(pd, expect.habits, notes)?;
    let confidence = confidence(pd, notes);
    Ok(Located {
        area: shaped.area,
        // A confidence is about the server's own area, not about a width that was assumed.
        confidence: confidence.filter(|_| !shaped.assumed),
        at: time::read(pd.need("time")?, expect, notes)?,
    })
}

/// Refuses another coordinate system than WGS 84.
///
/// # Errors
/// If one is named.
pub(super) fn check_geo_info(geo_info: &Element) -> Result<(), MlpError> {
    let code = geo_info
        .child("CoordinateReferenceSystem")
        .and_then(|system| system.child("Identifier"))
        .and_then(|identifier| identifier.child("code"));
    shape::check_system(code.map(Element::text))
}

/// The confidence that a `pd` states. Out of its range it says nothing (TS 23.032 §6.5).
fn confidence(pd: &Element, notes: &mut Notes) -> Option<Confidence> {
    let names = || pd.children().iter().map(Element::name);
    let place = |name: &str| names().position(|other| other == name);
    let misplaced = place("qos_not_met")
        .zip(place("lev_conf"))
        .is_some_and(|(qos, own)| qos < own);
    notes.note_if(misplaced, Quirk::MisplacedConfidence);
    let text = pd.child("lev_conf")?.text();
    // A vendor may write decimals; a confidence is rounded down, so that it promises no more than was said.
    let percent: Option<f64> = text
        .parse()
        .ok()
        .filter(|percent: &f64| (1.0..=100.0).contains(percent));
    // The cast is exact, by the range.
    let confidence = percent.and_then(|percent| Confidence::new(percent as u8));
    notes.note_if(confidence.is_none(), Quirk::ConfidenceUnknown);
    confidence
}
