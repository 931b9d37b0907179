//! What an order may say, what is refused, and that its numbers stay out of logs.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const COURT: [u8; 16] = [1; 16];

fn good() -> Value {
    json!({
        "v": 1,
        "court": PartyId::from_bytes(COURT).to_string(),
        "case": "27-0001",
        "kind": "warrant",
        "agency": PartyId::from_bytes([2; 16]).to_string(),
        "jurisdiction": "XX",
        "issued": "2027-01-09T12:00:00Z",
        "from": "2027-01-10T00:00:00Z",
        "to": "2027-02-10T00:00:00+01:00",
        "tasks": [
            { "number": "+12025550123", "data": "location", "precisionMetres": 100, "intervalSeconds": null,
              "from": "2027-01-10T00:00:00Z", "to": "2027-02-09T23:00:00Z" },
            { "number": "+99912345678", "data": "location", "precisionMetres": 50, "intervalSeconds": 900,
              "from": "2027-01-11T00:00:00Z", "to": "2027-01-12T00:00:00Z" },
        ],
        "seal": { "until": "2027-06-01T00:00:00Z", "reason": "the search is not over" },
    })
}

fn parse(order: &Value) -> Result<Order, OrderError> {
    Order::parse(order.to_string().as_bytes())
}

/// The order with the value at a JSON pointer put in place of what stands there.
fn with(pointer: &str, value: Value) -> Value {
    let mut order = good();
    *order.pointer_mut(pointer).expect(pointer) = value;
    order
}

#[test]
fn an_order_is_read_as_it_was_written() {
    let order = parse(&good()).expect("good");
    assert_eq!(order.court, PartyId::from_bytes(COURT));
    assert_eq!((order.case.as_str(), order.kind.as_str()), ("27-0001", "warrant"));
    assert_eq!(&order.jurisdiction, b"XX");
    assert_eq!(Some(order.to), Timestamp::from_rfc3339("2027-02-09T23:00:00Z"));
    let [once, often] = &order.tasks[..] else {
        panic!("two tasks")
    };
    assert_eq!((once.interval, once.precision), (None, Metres::whole(100)));
    assert_eq!(often.interval, Some(Span::seconds(900)));
    assert_eq!(often.number.to_e164(), "+99912345678");
    let seal = order.seal.expect("sealed");
    assert_eq!(seal.reason, "the search is not over");
    assert_eq!(parse(&with("/seal", Value::Null)).expect("open").seal, None);
}

#[test]
fn every_field_is_there_once_and_no_other() {
    let fields: Vec<String> = good().as_object().expect("an object").keys().cloned().collect();
    for field in &fields {
        let mut order = good();
        order.as_object_mut().expect("an object").remove(field);
        let told = parse(&order).expect_err(field).to_string();
        assert_eq!(told, format!("at `{field}`: expected the field, found nothing"));
    }
    let task: Vec<String> = good()["tasks"][0]
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    for field in &task {
        let mut order = good();
        order["tasks"][0].as_object_mut().expect("an object").remove(field);
        assert!(parse(&order).is_err(), "{field}");
    }
    for pointer in ["", "/tasks/1", "/seal"] {
        let mut order = good();
        order.pointer_mut(pointer).expect("there")["more"] = json!(1);
        let told = parse(&order).expect_err("unknown").to_string();
        assert!(told.contains("found an unknown field"), "{told}");
    }
    let text = good().to_string();
    let twice = text.replacen("\"v\":1", "\"v\":1,\"v\":1", 1);
    assert_ne!(text, twice);
    let told = Order::parse(twice.as_bytes()).expect_err("twice").to_string();
    assert_eq!(told, "at `v`: expected the field once, found the field twice");
}

#[test]
fn other_values_are_refused() {
    for (pointer, value) in [
        ("/v", json!(2)),
        ("/court", json!("a court")),
        ("/case", json!("")),
        ("/case", json!("x".repeat(65))),
        ("/case", json!("two\nlines")),
        ("/kind", json!("Warrant")),
        ("/kind", json!("")),
        ("/jurisdiction", json!("xx")),
        ("/jurisdiction", json!("XXX")),
        ("/issued", json!("2027-01-09")),
        ("/from", json!(1_800_000_000)),
        ("/tasks", json!([])),
        ("/tasks", json!(vec![good()["tasks"][0].clone(); 21])),
        ("/tasks/0/number", json!("2025550123")),
        ("/tasks/0/data", json!("content")),
        ("/tasks/0/precisionMetres", json!(0)),
        ("/tasks/0/precisionMetres", json!(100_001)),
        ("/tasks/0/intervalSeconds", json!(0)),
        ("/tasks/0/intervalSeconds", json!(604_801)),
        ("/seal/reason", json!("x".repeat(501))),
    ] {
        let error = parse(&with(pointer, value)).expect_err(pointer);
        assert!(matches!(error, OrderError::Malformed(_)), "{pointer}: {error:?}");
    }
    assert!(parse(&with("/tasks", json!(vec![good()["tasks"][0].clone(); 20]))).is_ok());
}

#[test]
fn a_seal_ends_on_a_date() {
    for until in [
        json!(null),
        json!("until further notice"),
        json!("2027-06-01"),
        json!(""),
    ] {
        assert_eq!(parse(&with("/seal/until", until)), Err(OrderError::SealWithoutEnd));
    }
    assert_eq!(
        parse(&with("/seal", json!({ "reason": "none" }))),
        Err(OrderError::SealWithoutEnd)
    );
    assert_eq!(
        parse(&with("/seal/until", json!("2027-01-09T12:00:00Z"))),
        Err(OrderError::SealEndsBeforeIssue)
    );
}

#[test]
fn times_fit_together() {
    for (pointer, time, error) in [
        ("/to", "2027-01-10T00:00:00Z", OrderError::Backwards(None)),
        ("/tasks/1/to", "2027-01-11T00:00:00Z", OrderError::Backwards(Some(1))),
        (
            "/tasks/1/from",
            "2027-01-09T23:59:59Z",
            OrderError::TaskOutside { task: 1 },
        ),
        (
            "/tasks/0/to",
            "2027-02-09T23:00:01Z",
            OrderError::TaskOutside { task: 0 },
        ),
        ("/to", "2164-01-01T00:00:00Z", OrderError::TooLongASpan),
    ] {
        assert_eq!(parse(&with(pointer, json!(time))), Err(error), "{pointer} {time}");
    }
    assert!(parse(&with("/to", json!("2163-01-01T00:00:00Z"))).is_ok());
}

#[test]
fn a_long_text_is_not_read() {
    let long = vec![b' '; BYTES_MAX + 1];
    assert_eq!(Order::parse(&long), Err(OrderError::TooLong { found: BYTES_MAX + 1 }));
}

#[test]
fn what_it_is_about_stays_out_of_logs() {
    let order = parse(&good()).expect("good");
    let told = format!("{order:?} {:?} {:?}", order.tasks, order.seal);
    for secret in ["2025550123", "12345678", "27-0001", "search"] {
        assert!(!told.contains(secret), "{told}");
    }
}

proptest! {
    #[test]
    fn no_bytes_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..900, byte in any::<u8>()) {
        let _ = Order::parse(&bytes);
        let mut text = good().to_string().into_bytes();
        if let Some(place) = text.get_mut(at) {
            *place = byte;
        }
        let _ = Order::parse(&text);
    }
}
