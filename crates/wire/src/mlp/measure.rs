//! Lengths and angles of shapes, in the units that a shape names (`distanceUnit`, `angularUnit`).

use domain::geo::Metres;

use super::error::MlpError;
use super::quirk::{Notes, Quirk};
use super::xml::Element;

/// No spelling of a measure is longer.
const CHARACTERS_MAX: usize = 24;

/// The length that a shape's element gives; `None` if it has none of that name.
///
/// # Errors
/// If it is no length, or in an unknown unit.
pub(super) fn length(shape: &Element, name: &str, notes: &mut Notes) -> Result<Option<Metres>, MlpError> {
    let Some(element) = shape.child(name) else {
        return Ok(None);
    };
    let metres = number(element.text(), notes)? * metres_per_unit(shape)?;
    Metres::new(metres).map(Some).ok_or(MlpError::Measure)
}

/// The angle that a shape's element gives, in degrees; `None` if it has none of that name.
///
/// # Errors
/// If it is no angle, or in an unknown unit.
pub(super) fn angle(shape: &Element, name: &str, notes: &mut Notes) -> Result<Option<f64>, MlpError> {
    let Some(element) = shape.child(name) else {
        return Ok(None);
    };
    Ok(Some(number(element.text(), notes)? * degrees_per_unit(shape)?))
}

fn metres_per_unit(shape: &Element) -> Result<f64, MlpError> {
    let unit = shape.child("distanceUnit").map(|unit| unit.text().to_ascii_lowercase());
    match unit.as_deref() {
        None | Some("" | "m" | "meter" | "metre" | "meters" | "metres") => Ok(1.0),
        Some("km" | "kilometer" | "kilometre" | "kilometers" | "kilometres") => Ok(1000.0),
        Some(_) => Err(MlpError::Measure),
    }
}

fn degrees_per_unit(shape: &Element) -> Result<f64, MlpError> {
    let unit = shape.child("angularUnit").map(|unit| unit.text().to_ascii_lowercase());
    match unit.as_deref() {
        None | Some("" | "deg" | "degree" | "degrees") => Ok(1.0),
        Some("rad" | "radian" | "radians") => Ok(1_f64.to_degrees()),
        Some(_) => Err(MlpError::Measure),
    }
}

/// Digits, and maybe a point and more digits. Neither is any measure of a shape negative, nor written with an exponent.
fn number(text: &str, notes: &mut Notes) -> Result<f64, MlpError> {
    let fits = (1..=CHARACTERS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.starts_with(|c: char| c.is_ascii_digit());
    notes.note_if(text.contains('.'), Quirk::FloatMeasure);
    let value: Option<f64> = text.parse().ok().filter(|_| fits);
    value.ok_or(MlpError::Measure)
}
