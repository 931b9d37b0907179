//! An answer as its recipient received it, in the form that the journal keeps a keyed digest of.

use domain::geo::overlap::Overlap;
use domain::geo::{Circle, Metres, Point};
use domain::minimise::{self, Told};
use domain::time::Timestamp;
use serde_json::Value;

use super::not_verified;
use crate::Failure;

/// The canonical form of the body of an answer to a retrieval or a verification.
pub(super) fn canonical(body: &[u8]) -> Result<String, Failure> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| not_verified("expected an answer in JSON, found other bytes"))?;
    let at = body
        .get("lastLocationTime")
        .and_then(Value::as_str)
        .and_then(Timestamp::from_rfc3339);
    at.zip(told(&body))
        .map(|(at, told)| minimise::canonical(&told, at))
        .ok_or_else(|| not_verified("expected the answer of a retrieval or a verification, found something else"))
}

fn told(body: &Value) -> Option<Told> {
    if let Some(area) = body.get("area") {
        let number = |value: &Value, key| value.get(key).and_then(Value::as_f64);
        let centre = area.get("center")?;
        return Some(Told::Area(Circle {
            centre: Point::new(number(centre, "latitude")?, number(centre, "longitude")?)?,
            radius: Metres::new(number(area, "radius")?)?,
        }));
    }
    let rate = body
        .get("matchRate")
        .and_then(Value::as_u64)
        .and_then(|rate| u8::try_from(rate).ok());
    match (body.get("verificationResult").and_then(Value::as_str)?, rate) {
        ("TRUE", None) => Some(Told::Verdict(Overlap::Inside)),
        ("FALSE", None) => Some(Told::Verdict(Overlap::Outside)),
        ("PARTIAL", Some(rate)) => Some(Told::Verdict(Overlap::Partly(rate))),
        _ => None,
    }
}
