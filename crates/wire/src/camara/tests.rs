//! CAMARA's rules as tables: what a request may say, what an answer says, what an operator may answer.

use domain::geo::{Area, Circle, Metres, Point, Polygon};
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use proptest::prelude::*;

use super::correlator::Correlator;
use super::device::{IdentifierProblem, identify};
use super::error::{Problem, SandboxNote};
use super::retrieve::{self, RetrieveRequest};
use super::south::{AnswerError, OperatorProblem, Query};
use super::verify::{self, VerificationResult, VerifyRequest};

fn number() -> Msisdn {
    Msisdn::parse("+12025550123").expect("a reserved number")
}

fn circle(latitude: f64, longitude: f64, radius: f64) -> Circle {
    Circle {
        centre: Point::new(latitude, longitude).expect("a point"),
        radius: Metres::new(radius).expect("a length"),
    }
}

fn fault(body: &str) -> String {
    RetrieveRequest::parse(body.as_bytes()).expect_err(body).to_string()
}

#[test]
fn a_whole_retrieval_request_is_read() {
    let body = r#"{"device":{"phoneNumber":"+12025550123","networkAccessIdentifier":"a@example.com",
        "ipv4Address":{"publicAddress":"192.0.2.1","publicPort":59765},"ipv6Address":"2001:db8::1"},
        "maxAge":0,"maxSurface":10000}"#;
    let request = RetrieveRequest::parse(body.as_bytes()).expect("valid");
    assert_eq!(identify(None, request.device), Ok(number()));
    assert_eq!(request.max_age, Some(Span::seconds(0)));
    assert_eq!(request.max_surface, Some(10_000));
}

#[test]
fn identifiers_are_a_later_step_than_the_schema() {
    for (body, problem) in [
        ("{}", IdentifierProblem::Missing),
        (r#"{"maxAge":60}"#, IdentifierProblem::Missing),
        (
            r#"{"device":{"networkAccessIdentifier":"a@example.com"}}"#,
            IdentifierProblem::Unsupported,
        ),
        (
            r#"{"device":{"ipv6Address":"2001:db8::1"}}"#,
            IdentifierProblem::Unsupported,
        ),
        (
            r#"{"device":{"ipv4Address":{"publicAddress":"192.0.2.1","privateAddress":"192.0.2.2"}}}"#,
            IdentifierProblem::Unsupported,
        ),
    ] {
        let device = RetrieveRequest::parse(body.as_bytes()).expect(body).device;
        assert_eq!(identify(None, device), Err(problem), "{body}");
        // A token that names its subject is the only one that may.
        let named = device.map_or(Ok(number()), |_| Err(IdentifierProblem::Unnecessary));
        assert_eq!(identify(Some(number()), device), named, "{body}");
    }
    let same = RetrieveRequest::parse(br#"{"device":{"phoneNumber":"+12025550123"}}"#).expect("valid");
    assert_eq!(
        identify(Some(number()), same.device),
        Err(IdentifierProblem::Unnecessary),
        "even the same device"
    );
}

#[test]
fn what_breaks_the_retrieval_schema() {
    for (body, at) in [
        (r#"{"device":{}}"#, "device"),
        (r#"{"device":null}"#, "device"),
        (r#"{"device":[]}"#, "device"),
        (r#"{"device":{"phoneNumber":"12025550123"}}"#, "device.phoneNumber"),
        (r#"{"device":{"phoneNumber":12025550123}}"#, "device.phoneNumber"),
        (
            r#"{"device":{"networkAccessIdentifier":7}}"#,
            "device.networkAccessIdentifier",
        ),
        (
            r#"{"device":{"networkAccessIdentifier":""}}"#,
            "device.networkAccessIdentifier",
        ),
        (r#"{"device":{"ipv4Address":"192.0.2.1"}}"#, "device.ipv4Address"),
        (
            r#"{"device":{"ipv4Address":{"publicAddress":"192.0.2.1"}}}"#,
            "device.ipv4Address",
        ),
        (
            r#"{"device":{"ipv4Address":{"privateAddress":"192.0.2.1","publicPort":1}}}"#,
            "device.ipv4Address",
        ),
        (
            r#"{"device":{"ipv4Address":{"publicAddress":"192.0.2.256","publicPort":1}}}"#,
            "device.ipv4Address.publicAddress",
        ),
        (
            r#"{"device":{"ipv4Address":{"publicAddress":"192.0.2.1","publicPort":65536}}}"#,
            "device.ipv4Address.publicPort",
        ),
        (r#"{"device":{"ipv6Address":"2001:db8:::1"}}"#, "device.ipv6Address"),
        (r#"{"device":{"imsi":"1"}}"#, "device.imsi"),
        (r#"{"maxAge":-1}"#, "maxAge"),
        (r#"{"maxAge":2147483648}"#, "maxAge"),
        (r#"{"maxAge":1.5}"#, "maxAge"),
        (r#"{"maxAge":"60"}"#, "maxAge"),
        (r#"{"maxAge":null}"#, "maxAge"),
        (r#"{"maxSurface":0}"#, "maxSurface"),
        (r#"{"maxSurface":2147483648}"#, "maxSurface"),
        (r#"{"maxage":60}"#, "maxage"),
        (r#"{"area":{}}"#, "area"),
    ] {
        assert!(
            fault(body).starts_with(&format!("at `{at}`: ")),
            "{body}: {}",
            fault(body)
        );
    }
}

#[test]
fn verification_takes_a_circle_only() {
    let body = |area: &str| format!(r#"{{"device":{{"phoneNumber":"+12025550123"}},"area":{area}}}"#);
    let good = body(r#"{"areaType":"CIRCLE","center":{"latitude":12.5,"longitude":-40},"radius":2000}"#);
    let request = VerifyRequest::parse(good.as_bytes()).expect("valid");
    assert_eq!(request.circle, circle(12.5, -40.0, 2000.0));
    assert_eq!(identify(None, request.device), Ok(number()));
    for (area, at) in [
        ("{}", "area.areaType"),
        (r#"{"areaType":"POLYGON","boundary":[]}"#, "area.areaType"),
        (r#"{"areaType":"CIRCLE","radius":1}"#, "area.center"),
        (
            r#"{"areaType":"CIRCLE","center":{"latitude":1},"radius":1}"#,
            "area.center.longitude",
        ),
        (
            r#"{"areaType":"CIRCLE","center":{"latitude":91,"longitude":0},"radius":1}"#,
            "area.center.latitude",
        ),
        (
            r#"{"areaType":"CIRCLE","center":{"latitude":0,"longitude":-180.1},"radius":1}"#,
            "area.center.longitude",
        ),
        (
            r#"{"areaType":"CIRCLE","center":{"latitude":0,"longitude":0},"radius":0.9}"#,
            "area.radius",
        ),
        (
            r#"{"areaType":"CIRCLE","center":{"latitude":0,"longitude":0},"radius":1e300}"#,
            "area.radius",
        ),
        (
            r#"{"areaType":"CIRCLE","center":{"latitude":0,"longitude":0},"radius":9,"x":1}"#,
            "area.x",
        ),
    ] {
        let error = VerifyRequest::parse(body(area).as_bytes()).expect_err(area);
        assert_eq!(error.at, at, "{area}");
    }
    assert_eq!(VerifyRequest::parse(b"{}").expect_err("no area").at, "area");
}

#[test]
fn answers_are_printed_as_camara_has_them() {
    let at = Timestamp::from_rfc3339("2026-11-22T08:30:00Z").expect("a time");
    let text = |body: Vec<u8>| String::from_utf8(body).expect("text");
    assert_eq!(
        text(retrieve::print(
            &Area::Circle(circle(12.25, -40.5, 200.0)),
            at,
            Some(number())
        )),
        r#"{"area":{"areaType":"CIRCLE","center":{"latitude":12.25,"longitude":-40.5},"radius":200},"device":{"phoneNumber":"+12025550123"},"lastLocationTime":"2026-11-22T08:30:00.000Z"}"#
    );
    assert_eq!(
        text(verify::print(VerificationResult::True, at, Some(number()))),
        r#"{"device":{"phoneNumber":"+12025550123"},"lastLocationTime":"2026-11-22T08:30:00.000Z","verificationResult":"TRUE"}"#
    );
    for (rate, printed) in [(0, 1), (1, 1), (57, 57), (99, 99), (100, 99)] {
        let body = text(verify::print(
            VerificationResult::Partial { match_rate: rate },
            at,
            None,
        ));
        assert!(!body.contains("device"), "{body}");
        assert!(
            body.contains(&format!(r#""matchRate":{printed},"verificationResult":"PARTIAL""#)),
            "{body}"
        );
    }
}

#[test]
fn an_error_is_an_error_info() {
    assert_eq!(
        String::from_utf8(Problem::PermissionDenied.print(None)).expect("text"),
        r#"{"status":403,"code":"PERMISSION_DENIED","message":"the client does not have permission for this request"}"#
    );
    let note = SandboxNote {
        reason: "no-permission",
        next_step: "ask for a consent",
    };
    assert_eq!(
        String::from_utf8(Problem::RetrievalUnableToLocate.print(Some(note))).expect("text"),
        r#"{"status":422,"code":"LOCATION_RETRIEVAL.UNABLE_TO_LOCATE","message":"the device cannot be located","sandbox":{"reason":"no-permission","nextStep":"ask for a consent"}}"#
    );
    let long = Problem::InvalidArgument(crate::json::ParseError::new("é".repeat(2000), "nothing"));
    assert_eq!(long.message().chars().count(), 512);
}

#[test]
fn a_correlator_comes_back_unchanged_or_not_at_all() {
    for (value, legal) in [
        ("b4333c46-49c0-4f62-80d7-f0ef930f1c46", true),
        ("a_Z;:./<>{}-", true),
        ("with space", false),
        ("ü", false),
        ("a\"b", false),
        ("a,b", false),
    ] {
        let read = Correlator::parse(value.as_bytes());
        assert_eq!(
            read.as_ref().ok().and_then(Option::as_ref).map(Correlator::as_str),
            legal.then_some(value)
        );
    }
    assert_eq!(Correlator::parse(b""), Ok(None));
    assert!(Correlator::parse(&[b'a'; 256]).is_ok());
    assert!(Correlator::parse(&[b'a'; 257]).is_err());
}

const GOOD: &str = r#"{"lastLocationTime":"2026-11-22T08:30:00+01:00","device":{"phoneNumber":"+12025550123"},
    "area":{"areaType":"CIRCLE","center":{"latitude":12,"longitude":-40},"radius":800}}"#;

fn answer(body: &str) -> Result<super::south::Located, AnswerError> {
    Query {
        number: number(),
        max_age: None,
    }
    .read_answer(body.as_bytes())
}

#[test]
fn an_operators_lies_are_found() {
    assert_eq!(
        answer(GOOD).expect("valid").area,
        Area::Circle(circle(12.0, -40.0, 800.0))
    );
    assert_eq!(answer(&GOOD.replace("0123", "0124")), Err(AnswerError::WrongDevice));
    for (what, body) in [
        ("two documents", format!("{GOOD}{GOOD}")),
        ("an area twice", GOOD.replace(r#""area":{"#, r#""area":{},"area":{"#)),
        ("truncated", GOOD[..GOOD.len() - 9].to_owned()),
        ("no offset", GOOD.replace("+01:00", "")),
        ("a zone's name", GOOD.replace("+01:00", "+01:00[Europe/Paris]")),
        ("no time", GOOD.replace("lastLocationTime", "time")),
        ("another shape", GOOD.replace("CIRCLE", "ELLIPSE")),
        ("an empty circle", GOOD.replace("800", "0")),
        (
            "two identifiers",
            GOOD.replace("\"+12025550123\"", "\"+12025550123\",\"ipv6Address\":\"2001:db8::1\""),
        ),
        ("an empty device", GOOD.replace("\"phoneNumber\":\"+12025550123\"", "")),
        ("a list", format!("[{GOOD}]")),
    ] {
        assert!(
            matches!(answer(&body), Err(AnswerError::Malformed(_))),
            "{what}: {body}"
        );
    }
}

#[test]
fn an_operators_errors_are_understood() {
    use OperatorProblem as P;
    for (status, code, problem) in [
        (422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE", P::UnableToLocate),
        (404, "LOCATION_RETRIEVAL.DEVICE_NOT_FOUND", P::UnableToLocate),
        (422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE", P::MaxAge),
        (404, "IDENTIFIER_NOT_FOUND", P::UnknownSubscriber),
        (422, "SERVICE_NOT_APPLICABLE", P::UnknownSubscriber),
        (401, "UNAUTHENTICATED", P::Unauthenticated),
        (403, "PERMISSION_DENIED", P::Denied),
        (429, "QUOTA_EXCEEDED", P::Busy),
        (503, "", P::Unavailable),
        (400, "INVALID_ARGUMENT", P::Other),
        (302, "", P::Other),
    ] {
        let body = format!(r#"{{"status":{status},"code":"{code}","message":"m"}}"#);
        assert_eq!(P::read(status, body.as_bytes()), problem, "{status} {code}");
    }
    assert_eq!(P::read(500, b"<html>"), P::Unavailable);
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = RetrieveRequest::parse(&bytes);
        let _ = VerifyRequest::parse(&bytes);
        let _ = Query { number: number(), max_age: None }.read_answer(&bytes);
        let _ = OperatorProblem::read(422, &bytes);
        let _ = Correlator::parse(&bytes);
    }

    #[test]
    fn a_query_is_read_as_it_was_meant(digits in "[1-9][0-9]{4,14}", seconds in proptest::option::of(0_u32..=i32::MAX as u32)) {
        let number = Msisdn::from_digits(&digits).expect("digits");
        let max_age = seconds.map(Span::seconds);
        let request = RetrieveRequest::parse(&Query { number, max_age }.print()).expect("valid");
        prop_assert_eq!(identify(None, request.device), Ok(number));
        prop_assert_eq!((request.max_age, request.max_surface), (max_age, None));
    }

    #[test]
    fn a_circle_survives_print_and_read(latitude in -90.0..=90.0, longitude in -180.0..=180.0, radius in 1.0..1e7) {
        let area = Area::Circle(circle(latitude, longitude, radius));
        let body = retrieve::print(&area, Timestamp::from_unix_ms(1), Some(number()));
        let located = Query { number: number(), max_age: None }.read_answer(&body).expect("valid");
        prop_assert_eq!((located.area, located.at), (area, Timestamp::from_unix_ms(1)));
    }

    #[test]
    fn a_polygon_survives_print_and_read(latitude in -60.0..60.0, longitude in -170.0..170.0, size in 0.001..1.0) {
        let corner = |north: f64, east: f64| Point::new(latitude + north * size, longitude + east * size).expect("a point");
        let corners = vec![corner(0.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0), corner(1.0, 0.0)];
        let area = Area::Polygon(Polygon::new(corners).expect("simple"));
        let body = retrieve::print(&area, Timestamp::from_unix_ms(1), Some(number()));
        let located = Query { number: number(), max_age: None }.read_answer(&body).expect("valid");
        prop_assert_eq!(located.area, area);
    }
}
