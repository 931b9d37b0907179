//! An answer as its recipient received it, in the form that the journal keeps a keyed digest of.

use domain::geo::overlap::Overlap;
use domain::geo::{Circle, Metres, Point};
use domain::minimise::{self, Told};
use domain::time::Timestamp;
use serde_json::Value;

/// The canonical form of the body of an answer to a retrieval or a verification; `None` if it is neither.
#[must_use]
pub fn canonical(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let at = Timestamp::from_rfc3339(body.get("lastLocationTime")?.as_str()?)?;
    Some(minimise::canonical(&told(&body)?, at))
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
    let rate = body.get("matchRate").and_then(Value::as_u64);
    match (body.get("verificationResult")?.as_str()?, rate) {
        ("TRUE", None) => Some(Told::Verdict(Overlap::Inside)),
        ("FALSE", None) => Some(Told::Verdict(Overlap::Outside)),
        ("PARTIAL", Some(rate)) => Some(Told::Verdict(Overlap::Partly(u8::try_from(rate).ok()?))),
        _ => None,
    }
}
