//! Bodies that are taken, and bodies that are not.

use super::*;

fn refused(operation: Operation, body: &str) -> (u16, &'static str) {
    let fault = Question::read(operation, body.as_bytes()).unwrap_err();
    (fault.status, fault.code)
}

#[test]
fn reads_what_the_documents_allow() {
    let body = br#"{"device":{"phoneNumber":"+12025550100"},"maxAge":0,"maxSurface":1000000}"#;
    let question = Question::read(Operation::Retrieve, body).unwrap();
    assert_eq!(question.max_age_s, Some(0));
    assert_eq!(question.max_surface_m2, Some(1_000_000));
}

#[test]
fn refuses_what_they_forbid() {
    let invalid = (400, "INVALID_ARGUMENT");
    for body in [
        "",
        "[]",
        r#"{"device":["+12025550100"]}"#,
        r#"{"device":{}}"#,
        r#"{"device":null}"#,
        r#"{"device":{"phoneNumber":"12025550100"}}"#,
        r#"{"device":{"phoneNumber":"+12025550100"},"maxAge":-1}"#,
        r#"{"device":{"phoneNumber":"+12025550100"},"maxAge":1.5}"#,
        r#"{"device":{"phoneNumber":"+12025550100"},"maxSurface":0}"#,
        r#"{"device":{"phoneNumber":"+12025550100"},"maxAge":1,"maxAge":2}"#,
        r#"{"device":{"phoneNumber":"+12025550100"},"colour":"red"}"#,
        r#"{"device":{"ipv4Address":{"publicAddress":"203.0.113.1"}}}"#,
    ] {
        assert_eq!(refused(Operation::Retrieve, body), invalid, "{body}");
    }
    assert_eq!(refused(Operation::Retrieve, "{}"), (422, "MISSING_IDENTIFIER"));
    let other = r#"{"device":{"networkAccessIdentifier":"a@example.com"}}"#;
    assert_eq!(refused(Operation::Retrieve, other), (422, "UNSUPPORTED_IDENTIFIER"));
    let device = r#""device":{"phoneNumber":"+12025550100"}"#;
    for area in [
        r#"{"areaType":"POLYGON","center":{"latitude":1,"longitude":1},"radius":5}"#,
        r#"{"areaType":"CIRCLE","center":{"latitude":91,"longitude":1},"radius":5}"#,
        r#"{"areaType":"CIRCLE","center":{"latitude":1,"longitude":1},"radius":0}"#,
        r#"{"areaType":"CIRCLE","center":{"latitude":1},"radius":5}"#,
    ] {
        assert_eq!(
            refused(Operation::Verify, &format!("{{{device},\"area\":{area}}}")),
            invalid,
            "{area}"
        );
    }
    assert_eq!(refused(Operation::Verify, &format!("{{{device}}}")), invalid);
}

#[test]
fn correlators_are_checked() {
    assert!(is_correlator(b"b4333c46-49c0-4f62-80d7-f0ef930f1c46"));
    assert!(!is_correlator(b"a b") && !is_correlator(&[b'a'; 257]));
}
