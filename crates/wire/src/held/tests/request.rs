//! What is asked.

use super::*;
use crate::held::request::{Dereference, Form, LocationType, ResponseTime, parse_dereference};
use domain::number::Msisdn;

#[test]
fn the_shortest_request_wants_any_form_of_the_sender() {
    let asked = read(&format!("<locationRequest xmlns=\"{HELD}\"/>")).expect("a request");
    assert_eq!(asked.response_time, None);
    assert_eq!(asked.location_type, LocationType::ANY);
    assert_eq!(asked.device, None);
    assert_eq!(asked.number(), Err(HeldError::NoDevice));
    assert!(asked.location_type.wants(Form::Civic) && asked.location_type.wants(Form::LocationUri));
}

#[test]
fn forms_keep_their_order_and_whether_they_are_exact() {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<held:locationRequest xmlns:held=\"{HELD}\" responseTime='8000'>\n  \
         <held:locationType exact=\" true \">\n    geodetic\tlocationURI\n  </held:locationType>\n</held:locationRequest>\n"
    );
    let asked = read(&document).expect("a request");
    assert_eq!(asked.response_time, Some(ResponseTime::Milliseconds(8000)));
    assert_eq!(
        asked.location_type.forms(),
        Some([Form::Geodetic, Form::LocationUri].as_slice())
    );
    assert!(asked.location_type.exact());
    assert!(asked.location_type.wants(Form::Geodetic) && !asked.location_type.wants(Form::Civic));
    let any = read(&request("<locationType exact=\"1\">any</locationType>")).expect("a request");
    assert_eq!((any.location_type.forms(), any.location_type.exact()), (None, true));
}

#[test]
fn an_emergency_centre_asks_about_a_number() {
    let document = device("<msisdn>12025550100</msisdn>")
        .replace("Request xmlns", "Request responseTime=\"emergencyDispatch\" xmlns")
        .replace("<device", "<locationType exact=\"true\">geodetic</locationType><device");
    let asked = read(&document).expect("a request");
    assert_eq!(asked.response_time, Some(ResponseTime::EmergencyDispatch));
    assert_eq!(asked.number(), Ok(Msisdn::parse("+12025550100").expect("a number")));
    let routing = document.replace("emergencyDispatch", "emergencyRouting");
    let asked = read(&routing).expect("a request");
    assert_eq!(asked.response_time, Some(ResponseTime::EmergencyRouting));
}

#[test]
fn no_other_values_are_taken() {
    for time in [
        "",
        "-1",
        "+1",
        "1.5",
        "4294967296",
        "soon",
        "EmergencyRouting",
        "8 000",
        "٨",
    ] {
        let document = request("").replace(" xmlns", &format!(" responseTime=\"{time}\" xmlns"));
        assert_eq!(read(&document), Err(HeldError::Value("responseTime")), "{time}");
    }
    for forms in ["", "any civic", "civic civic", "Civic", "civic,geodetic", "locationUri"] {
        let document = request(&format!("<locationType>{forms}</locationType>"));
        assert_eq!(read(&document), Err(HeldError::Value("locationType")), "{forms}");
    }
    let document = request("<locationType exact=\"yes\">any</locationType>");
    assert_eq!(read(&document), Err(HeldError::Value("exact")));
}

#[test]
fn foreign_elements_are_passed_over_up_to_a_limit() {
    let foreign = "<x:policy xmlns:x=\"urn:example:policy\" a=\"1\"><x:deep>text</x:deep></x:policy>";
    assert_eq!(read(&request(&foreign.repeat(16))), read(&request("")));
    assert_eq!(
        read(&request(&foreign.repeat(17))),
        Err(HeldError::List("locationRequest"))
    );
}

#[test]
fn own_elements_stand_where_they_belong_and_once() {
    let unknown = HeldError::Unknown("locationRequest");
    let form = "<locationType>any</locationType>";
    let owner = format!("<device xmlns=\"{IDENTITY}\"><msisdn>12025550100</msisdn></device>");
    for (inside, error) in [
        ("<locationTypes/>".to_owned(), unknown),
        (form.repeat(2), HeldError::Duplicate("locationType")),
        (owner.repeat(2), HeldError::Duplicate("device")),
        (owner.replace(IDENTITY, HELD), unknown),
        (format!("<msisdn xmlns=\"{IDENTITY}\">12025550100</msisdn>"), unknown),
        ("<device xmlns=\"\"/>".to_owned(), unknown),
        ("12025550100".to_owned(), HeldError::Text("locationRequest")),
        (form.replace("any", "any<x/>"), HeldError::Unknown("locationType")),
        (form.replace('>', " a=\"1\">"), HeldError::Malformed),
        (form.replacen('>', " a=\"1\">", 1), HeldError::Attribute("locationType")),
    ] {
        assert_eq!(read(&request(&inside)), Err(error), "{inside}");
    }
    let document = request("").replace(" xmlns", " responsetime=\"1\" xmlns");
    assert_eq!(read(&document), Err(HeldError::Attribute("locationRequest")));
    assert_eq!(code(&request("<locationTypes/>")), Some(Code::RequestError));
}

#[test]
fn a_request_to_a_location_uri_names_no_device() {
    let wants = |forms: &str| request(&format!("<locationType exact=\"true\">{forms}</locationType>"));
    let parse = |document: &str| parse_dereference(document.as_bytes());
    let asked = parse(&wants("geodetic civic")).expect("a request");
    let by_get = Dereference::by_get();
    assert_eq!(asked.location_type.forms(), by_get.location_type.forms());
    assert!(asked.location_type.exact() && !by_get.location_type.exact());
    assert!(parse(&wants("geodetic locationURI")).is_ok());
    assert_eq!(parse(&wants("locationURI")), Err(HeldError::UriOfUri));
    assert_eq!(HeldError::UriOfUri.code(), Code::CannotProvideLiType);
    assert!(parse(&wants("locationURI").replace("true", "false")).is_ok());
    let with_device = device("<msisdn>12025550100</msisdn>");
    assert_eq!(parse(&with_device), Err(HeldError::DeviceOfUri));
    assert_eq!(HeldError::DeviceOfUri.code(), Code::BadIdentifier);
}
