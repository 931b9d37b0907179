//! Reading a presence document that tells one place: one of our own, or what a handset reports.

use domain::time::Timestamp;

use super::shape::Shape;
use super::{Document, Method, Place, RETENTION_DEFAULT, Usage};
use crate::held::confidence::{Density, Percent, Stated};
use crate::held::error::HeldError;
use crate::held::xml::{self, Element, Space, once};

/// The beginning of the year 3000, by when no place was found yet; a day more can still be written.
const END_OF_TIME: Timestamp = Timestamp::from_unix_seconds(32_503_680_000);
/// No entity is longer, in bytes.
const ENTITY_LENGTH_MAX: usize = 512;

/// Reads a document of at most [`crate::held::BYTES_MAX`] bytes that tells one place, of a tuple, a device or a person
/// (RFC 5491 §3). Civic addresses beside the shape are passed over.
///
/// A confidence that is not stated is unknown: the recommended one is no promise of whoever left it out. A place may not
/// be passed on unless that is said, and be kept for 24 hours from its time unless something else is (RFC 4119).
///
/// # Errors
/// If it is no such document, tells no place or several, or a place without a time.
pub fn read(bytes: &[u8]) -> Result<Document, HeldError> {
    let root = xml::parse(bytes)?;
    if !root.is(Space::Pidf, "presence") {
        return Err(HeldError::Root("presence"));
    }
    let entity = root.attribute("entity").ok_or(HeldError::Missing("entity"))?;
    let fits = (1..=ENTITY_LENGTH_MAX).contains(&entity.len()) && !entity.contains(char::is_whitespace);
    if !fits {
        return Err(HeldError::Value("entity"));
    }
    let mut place = None;
    for child in root.holder("presence", &["entity"])? {
        let told = match (child.space(), child.name()) {
            (Space::Pidf, "tuple") => of_tuple(child)?,
            (Space::DataModel, "device") => of_model(child, "device")?,
            (Space::DataModel, "person") => of_model(child, "person")?,
            (Space::Pidf, "note") | (Space::Foreign, _) => None,
            _ => return Err(HeldError::Unknown("presence")),
        };
        if let Some(told) = told {
            once(&mut place, told, "geopriv")?;
        }
    }
    Ok(Document {
        entity: entity.to_owned(),
        place: place.ok_or(HeldError::Missing("geopriv"))?,
    })
}

fn of_tuple(tuple: &Element) -> Result<Option<Place>, HeldError> {
    need_id(tuple)?;
    let (mut status, mut timestamp, mut contact) = (None, None, None);
    for child in tuple.holder("tuple", &["id"])? {
        match (child.space(), child.name()) {
            (Space::Pidf, "status") => once(&mut status, child, "status")?,
            (Space::Pidf, "timestamp") => once(&mut timestamp, child, "timestamp")?,
            (Space::Pidf, "contact") => once(&mut contact, child, "contact")?,
            (Space::Pidf, "note") | (Space::Foreign, _) => {}
            _ => return Err(HeldError::Unknown("tuple")),
        }
    }
    let status = status.ok_or(HeldError::Missing("status"))?;
    let (mut geopriv, mut basic) = (None, None);
    for child in status.holder("status", &[])? {
        match (child.space(), child.name()) {
            (Space::Geopriv, "geopriv") => once(&mut geopriv, child, "geopriv")?,
            (Space::Pidf, "basic") => once(&mut basic, child, "basic")?,
            (Space::Foreign, _) => {}
            _ => return Err(HeldError::Unknown("status")),
        }
    }
    geopriv.map(|geopriv| of_geopriv(geopriv, timestamp)).transpose()
}

fn of_model(element: &Element, own: &'static str) -> Result<Option<Place>, HeldError> {
    need_id(element)?;
    let (mut geopriv, mut timestamp, mut device_id) = (None, None, None);
    for child in element.holder(own, &["id"])? {
        match (child.space(), child.name()) {
            (Space::Geopriv, "geopriv") => once(&mut geopriv, child, "geopriv")?,
            (Space::DataModel, "timestamp") => once(&mut timestamp, child, "timestamp")?,
            (Space::DataModel, "deviceID") => once(&mut device_id, child, "deviceID")?,
            (Space::DataModel, "note") | (Space::Foreign, _) => {}
            _ => return Err(HeldError::Unknown(own)),
        }
    }
    geopriv.map(|geopriv| of_geopriv(geopriv, timestamp)).transpose()
}

fn need_id(element: &Element) -> Result<(), HeldError> {
    let id = element.attribute("id").filter(|id| !id.is_empty());
    id.map(|_| ()).ok_or(HeldError::Missing("id"))
}

fn of_geopriv(geopriv: &Element, timestamp: Option<&Element>) -> Result<Place, HeldError> {
    let (mut location, mut usage, mut method, mut provider) = (None, None, None, None);
    for child in geopriv.holder("geopriv", &[])? {
        match (child.space(), child.name()) {
            (Space::Geopriv, "location-info") => once(&mut location, child, "location-info")?,
            (Space::Geopriv, "usage-rules") => once(&mut usage, child, "usage-rules")?,
            (Space::Geopriv, "method") => once(&mut method, child, "method")?,
            (Space::Geopriv, "provided-by") => once(&mut provider, child, "provided-by")?,
            (Space::Foreign, _) => {}
            _ => return Err(HeldError::Unknown("geopriv")),
        }
    }
    let at = time(timestamp.ok_or(HeldError::Missing("timestamp"))?, "timestamp")?;
    if at >= END_OF_TIME {
        return Err(HeldError::Value("timestamp"));
    }
    let (shape, confidence) = of_location(location.ok_or(HeldError::Missing("location-info"))?)?;
    let method = method.map(|method| {
        let word = method.leaf("method", &[])?;
        Method::new(word).ok_or(HeldError::Value("method"))
    });
    Ok(Place {
        shape,
        confidence,
        usage: of_usage(usage.ok_or(HeldError::Missing("usage-rules"))?, at)?,
        method: method.transpose()?,
        at,
    })
}

fn of_location(location: &Element) -> Result<(Shape, Stated), HeldError> {
    let (mut shape, mut confidence) = (None, None);
    for child in location.holder("location-info", &[])? {
        match (child.space(), child.name()) {
            (Space::Gml | Space::Shape, _) if shape.is_some() => return Err(HeldError::Shape),
            (Space::Gml | Space::Shape, _) => shape = Some(Shape::read(child)?),
            (Space::Confidence, "confidence") => once(&mut confidence, stated(child)?, "confidence")?,
            (Space::Foreign, _) => {}
            _ => return Err(HeldError::Unknown("location-info")),
        }
    }
    let shape = shape.ok_or(HeldError::Shape)?;
    Ok((shape, confidence.unwrap_or(Stated::UNKNOWN)))
}

fn stated(element: &Element) -> Result<Stated, HeldError> {
    let text = element.leaf("confidence", &["pdf"])?;
    let density = match element.attribute("pdf") {
        None => Density::Unknown,
        Some(word) => {
            let density = Density::ALL.into_iter().find(|density| density.word() == word);
            density.ok_or(HeldError::Value("pdf"))?
        }
    };
    let percent = match text {
        "unknown" => None,
        _ => {
            let decimal = text.len() <= 24 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let value = text.parse().ok().filter(|_| decimal).and_then(Percent::new);
            Some(value.ok_or(HeldError::Value("confidence"))?)
        }
    };
    Ok(Stated { percent, density })
}

fn of_usage(rules: &Element, at: Timestamp) -> Result<Usage, HeldError> {
    let (mut allowed, mut expiry, mut ruleset, mut note) = (None, None, None, None);
    for child in rules.holder("usage-rules", &[])? {
        match (child.space(), child.name()) {
            (Space::Policy, "retransmission-allowed") => once(&mut allowed, child, "retransmission-allowed")?,
            (Space::Policy, "retention-expiry") => once(&mut expiry, child, "retention-expiry")?,
            (Space::Policy, "external-ruleset") => once(&mut ruleset, child, "external-ruleset")?,
            (Space::Policy, "note-well") => once(&mut note, child, "note-well")?,
            (Space::Foreign, _) => {}
            _ => return Err(HeldError::Unknown("usage-rules")),
        }
    }
    let allowed = allowed.map(|element| {
        // RFC 4119 writes yes and no in its text, and a boolean in its schema.
        match element.leaf("retransmission-allowed", &[])? {
            "true" | "1" | "yes" => Ok(true),
            "false" | "0" | "no" => Ok(false),
            _ => Err(HeldError::Value("retransmission-allowed")),
        }
    });
    let expiry = expiry.map(|element| time(element, "retention-expiry")).transpose()?;
    Ok(Usage {
        retransmission_allowed: allowed.transpose()?.unwrap_or(false),
        retention_expiry: expiry.unwrap_or_else(|| at.after(RETENTION_DEFAULT)),
    })
}

/// A date and time with its offset, `2026-11-22T08:30:00Z` or longer by a fraction.
fn time(element: &Element, own: &'static str) -> Result<Timestamp, HeldError> {
    let text = element.leaf(own, &[])?;
    let fits = (20..=40).contains(&text.len())
        && text.as_bytes().get(10) == Some(&b'T')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"T:.Z+-".contains(&byte));
    let time = Timestamp::from_rfc3339(text).filter(|_| fits);
    time.ok_or(HeldError::Value(own))
}
