//! CAMARA's two requests, and an operator's answer.

use domain::geo::Area;
use domain::geo::overlap::{Overlap, overlap, surface_of};
use domain::number::Msisdn;
use domain::time::Timestamp;
use serde_json::{Map, Value, json};
use wire::camara::area::print_circle;
use wire::camara::consent_info::ConsentInfoRequest;
use wire::camara::device::{Device, IdentifierProblem, identify};
use wire::camara::retrieve::{self, RetrieveRequest};
use wire::camara::south::{OperatorProblem, Query};
use wire::camara::verify::VerifyRequest;

use crate::input::{has_only, other_reader};
use crate::json::repeats_no_value;

pub(crate) fn request(data: &[u8]) {
    match RetrieveRequest::parse(data) {
        Ok(request) => {
            has_only(&other_reader(data), &["device", "maxAge", "maxSurface"]);
            assert!(request.max_surface.is_none_or(|surface| surface > 0));
            let mut body = device(request.device);
            body.extend(
                request
                    .max_age
                    .map(|age| ("maxAge".to_owned(), Value::from(age.as_seconds()))),
            );
            body.extend(
                request
                    .max_surface
                    .map(|most| ("maxSurface".to_owned(), Value::from(most))),
            );
            let printed = Value::Object(body).to_string();
            assert_eq!(RetrieveRequest::parse(printed.as_bytes()), Ok(request));
        }
        Err(error) => repeats_no_value(&error),
    }
    match ConsentInfoRequest::parse(data) {
        Ok(request) => {
            let fields = ["phoneNumber", "scopes", "purpose", "requestCaptureUrl", "callbackUrl"];
            has_only(&other_reader(data), &fields);
            assert_eq!(other_reader(data)["requestCaptureUrl"], request.capture);
            assert!(!request.scopes.is_empty());
        }
        Err(error) => repeats_no_value(&error),
    }
    match VerifyRequest::parse(data) {
        Ok(request) => {
            has_only(&other_reader(data), &["device", "area", "maxAge"]);
            assert!(request.circle.radius.value() >= 1.0);
            let mut body = device(request.device);
            body.insert("area".to_owned(), print_circle(&request.circle));
            body.extend(
                request
                    .max_age
                    .map(|age| ("maxAge".to_owned(), Value::from(age.as_seconds()))),
            );
            let printed = Value::Object(body).to_string();
            assert_eq!(VerifyRequest::parse(printed.as_bytes()), Ok(request));
        }
        Err(error) => repeats_no_value(&error),
    }
}

/// A `device` that is read as this; nothing for one that is not there.
fn device(device: Option<Device>) -> Map<String, Value> {
    let printed = match identify(None, device) {
        Ok(number) => json!({ "phoneNumber": number.to_e164() }),
        Err(IdentifierProblem::Unsupported) => json!({ "ipv6Address": "2001:db8::1" }),
        Err(IdentifierProblem::Missing) => return Map::new(),
        Err(IdentifierProblem::Unnecessary) => panic!("no token names anybody"),
    };
    let subject = Msisdn::parse("+12025550123");
    assert_eq!(
        identify(subject, device),
        Err(IdentifierProblem::Unnecessary),
        "a token's subject is passed over"
    );
    Map::from_iter([("device".to_owned(), printed)])
}

pub(crate) fn answer(data: &[u8]) {
    let number = Msisdn::parse("+12025550123").expect("a reserved number");
    let query = Query { number, max_age: None };
    if let Ok(located) = query.read_answer(data) {
        let other = other_reader(data);
        let named = other.pointer("/device/phoneNumber").and_then(Value::as_str);
        assert!(
            named.is_none_or(|named| named == number.to_e164()),
            "an answer about somebody else"
        );
        assert_eq!(Timestamp::from_rfc3339(&located.at.rfc3339()), Some(located.at));
        can_be_worked_with(&located.area);
        let printed = retrieve::print(&located.area, located.at, Some(number));
        assert_eq!(query.read_answer(&printed), Ok(located));
    }
    for status in [200, 401, 403, 404, 422, 429, 503] {
        let problem = OperatorProblem::read(status, data);
        if status == 503 {
            assert_eq!(problem, OperatorProblem::Unavailable, "a body explains a failure away");
        }
    }
}

/// Its circle holds every corner, up to a metre in a million, and its surface can be compared with a circle's.
pub(crate) fn can_be_worked_with(area: &Area) {
    let circle = area.enclosing_circle();
    assert!(circle.radius.value().is_finite());
    if let Area::Polygon(polygon) = area {
        for corner in polygon.corners() {
            let far = circle.centre.distance_to(*corner).value();
            assert!(
                far <= circle.radius.value() * 1.000_001 + 1.0,
                "a corner lies outside the enclosing circle"
            );
        }
    }
    assert!(surface_of(area) >= 0.0);
    assert_eq!(
        overlap(area, &circle),
        Overlap::Inside,
        "an area lies outside its own circle"
    );
}
