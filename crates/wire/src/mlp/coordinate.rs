//! Coordinates: degrees, minutes and seconds with a hemisphere, or decimal degrees; X is the latitude (MLP `coord`).

use domain::geo::Point;

use super::error::MlpError;
use super::quirk::{Notes, Quirk};
use super::xml::Element;

/// No spelling of a coordinate is longer.
const CHARACTERS_MAX: usize = 40;

/// One coordinate in degrees, and which axis its hemisphere names.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Coordinate {
    degrees: f64,
    axis: Option<Axis>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Axis {
    Latitude,
    Longitude,
}

/// The first `coord` of a shape.
///
/// # Errors
/// If there is none, or if it is no point of the Earth.
pub(super) fn read_first(shape: &Element, notes: &mut Notes) -> Result<Point, MlpError> {
    read(shape.need("coord")?, notes)
}

/// All `coord` of a line or a ring.
///
/// # Errors
/// If one is no point of the Earth.
pub(super) fn read_all(line: &Element, notes: &mut Notes) -> Result<Vec<Point>, MlpError> {
    line.all("coord").map(|coord| read(coord, notes)).collect()
}

/// One `coord`.
fn read(coord: &Element, notes: &mut Notes) -> Result<Point, MlpError> {
    if let Some(z) = coord.child("Z") {
        let height: Option<f64> = z.text().parse().ok();
        notes.note_if(!height.is_some_and(f64::is_finite), Quirk::NanAltitude);
    }
    let x = spelled(coord.need("X")?.text(), notes)?;
    let y = spelled(coord.need("Y")?.text(), notes)?;
    let (latitude, longitude) = match (x.axis, y.axis) {
        (Some(Axis::Latitude), Some(Axis::Longitude)) | (None, None) => (x, y),
        (Some(Axis::Longitude), Some(Axis::Latitude)) => {
            notes.note(Quirk::SwappedAxes);
            (y, x)
        }
        // Half of a spelling leaves open which is which.
        _ => return Err(MlpError::Coordinate),
    };
    Point::new(latitude.degrees, longitude.degrees).ok_or(MlpError::Coordinate)
}

/// One coordinate, in any of the spellings that are found in the field.
fn spelled(text: &str, notes: &mut Notes) -> Result<Coordinate, MlpError> {
    if text.len() > CHARACTERS_MAX || !text.is_ascii() {
        return Err(MlpError::Coordinate);
    }
    let (text, hemisphere) = split_hemisphere(text, notes)?;
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let degrees = match (parts.as_slice(), hemisphere) {
        ([degrees], _) => {
            notes.note(Quirk::DecimalDegrees);
            decimal(degrees, hemisphere.is_none())?
        }
        ([degrees, minutes, seconds], Some(hemisphere)) => {
            note_padding([degrees, minutes, seconds], hemisphere.axis, notes);
            sexagesimal(degrees, minutes, seconds)?
        }
        _ => return Err(MlpError::Coordinate),
    };
    let sign = if hemisphere.is_some_and(|hemisphere| hemisphere.negative) {
        -1.0
    } else {
        1.0
    };
    Ok(Coordinate {
        degrees: degrees * sign,
        axis: hemisphere.map(|hemisphere| hemisphere.axis),
    })
}

#[derive(Clone, Copy)]
struct Hemisphere {
    axis: Axis,
    negative: bool,
}

/// Takes the hemisphere from the end or the start of a coordinate.
fn split_hemisphere<'a>(text: &'a str, notes: &mut Notes) -> Result<(&'a str, Option<Hemisphere>), MlpError> {
    let letter = |c: char| c.is_ascii_alphabetic();
    let (rest, c) = match (text.strip_suffix(letter), text.strip_prefix(letter)) {
        (Some(_), Some(_)) => return Err(MlpError::Coordinate),
        (Some(rest), None) => (rest, text.chars().next_back()),
        (None, Some(rest)) => {
            notes.note(Quirk::HemispherePrefix);
            (rest, text.chars().next())
        }
        (None, None) => return Ok((text, None)),
    };
    let c = c.ok_or(MlpError::Coordinate)?;
    notes.note_if(c.is_ascii_lowercase(), Quirk::LowerCaseWord);
    let (axis, negative) = match c.to_ascii_uppercase() {
        'N' => (Axis::Latitude, false),
        'S' => (Axis::Latitude, true),
        'E' => (Axis::Longitude, false),
        'W' => (Axis::Longitude, true),
        _ => return Err(MlpError::Coordinate),
    };
    Ok((rest, Some(Hemisphere { axis, negative })))
}

/// Decimal degrees, of at most three whole digits: more would be degrees and minutes without a space.
fn decimal(text: &str, may_be_signed: bool) -> Result<f64, MlpError> {
    let signed = text.strip_prefix(['+', '-']);
    let digits = signed.unwrap_or(text);
    let whole = digits.split('.').next().unwrap_or_default();
    if (signed.is_some() && !may_be_signed) || !(1..=3).contains(&whole.len()) {
        return Err(MlpError::Coordinate);
    }
    let value = number(digits)?;
    Ok(if text.starts_with('-') { -value } else { value })
}

/// Degrees, minutes and seconds. A second may be 60 where a vendor rounded it up.
fn sexagesimal(degrees: &str, minutes: &str, seconds: &str) -> Result<f64, MlpError> {
    let whole = |text: &str| {
        if text.contains('.') {
            Err(MlpError::Coordinate)
        } else {
            number(text)
        }
    };
    let (degrees, minutes, seconds) = (whole(degrees)?, whole(minutes)?, number(seconds)?);
    if degrees > 180.0 || minutes >= 60.0 || seconds > 60.0 {
        return Err(MlpError::Coordinate);
    }
    // Degrees at a limit with a rounded-up second may not exceed it by a rounding of the sum.
    Ok(degrees + minutes / 60.0 + seconds / 3600.0)
}

/// Digits, and maybe a point and more digits.
fn number(text: &str) -> Result<f64, MlpError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !digits || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(MlpError::Coordinate);
    }
    text.parse().map_err(|_| MlpError::Coordinate)
}

/// Notes where the digits are not two for latitudes, three for longitudes, two for minutes and seconds.
fn note_padding([degrees, minutes, seconds]: [&str; 3], axis: Axis, notes: &mut Notes) {
    let (whole, decimals) = seconds.split_once('.').unwrap_or((seconds, ""));
    let wanted = match axis {
        Axis::Latitude => 2,
        Axis::Longitude => 3,
    };
    let short = degrees.len() < wanted || minutes.len() < 2 || whole.len() < 2;
    notes.note_if(short, Quirk::UnpaddedDegrees);
    notes.note_if(degrees.len() > wanted, Quirk::ThreeDigitDegrees);
    notes.note_if(decimals.len() > 3, Quirk::LongSeconds);
}
