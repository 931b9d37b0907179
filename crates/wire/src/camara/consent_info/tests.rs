//! Requests, answers, and what is believed of another operator's.

use serde_json::json;

use super::*;

const GOOD: &str = r#"{"phoneNumber":"+12025550123","scopes":["location-retrieval:read","other:read"],
    "purpose":"dpv:RequestedServiceProvision","requestCaptureUrl":true,"callbackUrl":"https://a.example.com/back"}"#;

fn changed(change: &Value) -> Result<ConsentInfoRequest, ParseError> {
    let mut body: Value = serde_json::from_str(GOOD).expect("JSON");
    for (name, value) in change.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body.as_object_mut()
        .expect("fields")
        .retain(|_, value| *value != json!("left out"));
    ConsentInfoRequest::parse(body.to_string().as_bytes())
}

#[test]
fn a_request_is_read() {
    let request = ConsentInfoRequest::parse(GOOD.as_bytes()).expect("valid");
    assert_eq!(request.scopes, [Some(Api::Retrieve), None]);
    assert_eq!(request.purpose, Some(Purpose::RequestedServiceProvision));
    assert!(request.capture && request.number.is_some());
    assert!(matches!(request.callback, Some(Callback::Fit(_))));
    let unfit = changed(&json!({"callbackUrl": "http://a.example.com/back"})).expect("valid");
    assert_eq!(unfit.callback, Some(Callback::Unfit));
    let unknown = changed(&json!({"purpose": "dpv:Curiosity"})).expect("valid");
    assert_eq!(unknown.purpose, None);
    assert!(changed(&json!({"phoneNumber": "left out", "callbackUrl": "left out"})).is_ok());
}

#[test]
fn a_request_that_breaks_the_schema_is_none() {
    for change in [
        json!({"phoneNumber": "12025550123"}),
        json!({"phoneNumber": null}),
        json!({"scopes": []}),
        json!({"scopes": "location-retrieval:read"}),
        json!({"scopes": [1]}),
        json!({"scopes": "left out"}),
        json!({"purpose": "RequestedServiceProvision"}),
        json!({"purpose": "dpv:"}),
        json!({"purpose": "dpv:Requested-Service"}),
        json!({"purpose": "left out"}),
        json!({"requestCaptureUrl": "true"}),
        json!({"requestCaptureUrl": "left out"}),
        json!({"callbackUrl": "back"}),
        json!({"callbackUrl": ""}),
        json!({"status": "GRANTED"}),
        json!({"consent": true}),
    ] {
        assert!(changed(&change).is_err(), "{change}");
    }
}

#[test]
fn an_answer_says_whether_and_no_more() {
    let at = Timestamp::from_unix_ms(1_800_000_000_000);
    let both = vec![Api::Retrieve, Api::Verify];
    let table = [
        (
            Standing::Valid(at),
            json!({"statusValidForProcessing": true, "expirationDate": at.rfc3339()}),
        ),
        (
            Standing::Pending,
            json!({"statusValidForProcessing": false, "statusReason": "PENDING"}),
        ),
        (
            Standing::Requested,
            json!({"statusValidForProcessing": false, "statusReason": "REQUESTED"}),
        ),
        (
            Standing::Denied,
            json!({"statusValidForProcessing": false, "statusReason": "DENIED"}),
        ),
        (
            Standing::Expired(at),
            json!({"statusValidForProcessing": false, "statusReason": "EXPIRED", "expirationDate": at.rfc3339()}),
        ),
    ];
    for (standing, mut item) in table {
        item["scopes"] = json!(["location-retrieval:read", "location-verification:verify"]);
        item["purpose"] = json!("dpv:RequestedServiceProvision");
        let body = print(&[(both.clone(), standing)], Purpose::RequestedServiceProvision, None);
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body, json!({ "statusInfo": [item] }));
    }
    let url = "https://gateway.example.com/consent-info/capture/x";
    let body = print(
        &[(both, Standing::Pending)],
        Purpose::RequestedServiceProvision,
        Some(url),
    );
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["captureUrl"], url);
}

#[test]
fn an_operators_no_is_a_no_and_nonsense_is_none() {
    let inquiry = Inquiry {
        number: Msisdn::parse("+12025550123").expect("a reserved number"),
        purpose: Purpose::RequestedServiceProvision,
    };
    let asked: Value = serde_json::from_slice(&inquiry.print()).expect("JSON");
    assert!(ConsentInfoRequest::parse(asked.to_string().as_bytes()).is_ok());
    let item = |scope: &str, purpose: &str, valid: bool| json!({"scopes": [scope], "purpose": purpose, "statusValidForProcessing": valid, "other": 1});
    let (read, verify) = ("location-retrieval:read", "location-verification:verify");
    let (own, foreign) = ("dpv:RequestedServiceProvision", "dpv:FraudPreventionAndDetection");
    let answer = |items: Value| inquiry.read_answer(json!({"statusInfo": items}).to_string().as_bytes());
    assert_eq!(answer(json!([item(read, own, true)])), Ok(true));
    assert_eq!(answer(json!([item(read, own, false)])), Ok(false));
    assert_eq!(
        answer(json!([item(read, own, true), item(read, own, false)])),
        Ok(false)
    );
    assert_eq!(
        answer(json!([item(verify, own, false), item(read, own, true)])),
        Ok(true)
    );
    for nonsense in [
        json!([]),
        json!([item(verify, own, true)]),
        json!([item(read, foreign, true)]),
        json!([{"scopes": [read], "purpose": own}]),
        json!([{"scopes": [read], "purpose": own, "statusValidForProcessing": "true"}]),
        json!("GRANTED"),
    ] {
        assert!(answer(nonsense.clone()).is_err(), "{nonsense}");
    }
    for body in [&b""[..], b"true", b"{}", b"{\"status\":\"GRANTED\"}"] {
        assert!(inquiry.read_answer(body).is_err());
    }
}
