//! The carrier over real sockets: its tokens, its answers, its honesty and its misdeeds.

use crate::common::{CLIENT, Carrier, device, get, ledger, ready};
use serde_json::{Value, json};
use sim::area::{Circle, Point};
use sim::jwt::{SigningKey, base64url};
use std::time::Duration;

const RETRIEVE: &str = "/location-retrieval/v0.5/retrieve";
const VERIFY: &str = "/location-verification/v3/verify";
const BOTH: &str = "dpv:RequestedServiceProvision location-retrieval:read location-verification:verify";
const PATIENCE: Duration = Duration::from_secs(10);

fn circle(answer: &Value) -> Circle {
    let area = &answer["area"];
    assert_eq!(area["areaType"], "CIRCLE", "{answer}");
    let center: Point = serde_json::from_value(area["center"].clone()).unwrap();
    Circle {
        center,
        radius: area["radius"].as_f64().unwrap(),
    }
}

#[tokio::test]
async fn each_line_gets_the_documented_answer() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    carrier.behave(json!({"last_known_ms": 0, "fresh_ms": [0, 0]})).await;
    let token = carrier.token(BOTH).await;
    let aged = |number: &str| json!({"device": {"phoneNumber": number}, "maxAge": 0});
    for (body, status, code) in [
        (device("+12025550100"), 200, Value::Null),
        (aged("+12025550100"), 200, Value::Null),
        (
            device("+12025550110"),
            422,
            "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE".into(),
        ),
        (
            aged("+12025550110"),
            422,
            "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE".into(),
        ),
        (
            device("+12025550111"),
            422,
            "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE".into(),
        ),
        (device("+12025550112"), 404, "IDENTIFIER_NOT_FOUND".into()),
        (device("+12025550113"), 404, "IDENTIFIER_NOT_FOUND".into()),
        (device("+12025550114"), 200, Value::Null),
        (device("+99912345678"), 404, "IDENTIFIER_NOT_FOUND".into()),
        (json!({}), 422, "MISSING_IDENTIFIER".into()),
        (
            json!({"device": {"phoneNumber": "+12025550100"}, "maxSurface": 1}),
            422,
            "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE".into(),
        ),
    ] {
        let reply = carrier.ask(RETRIEVE, &token, &body, PATIENCE).await.unwrap();
        let answer: Value = reply.json().unwrap();
        assert_eq!((reply.status.as_u16(), &answer["code"]), (status, &code), "{body}");
        assert_eq!(reply.headers.get("x-correlator").unwrap(), "ask_01");
        if status == 200 {
            assert_eq!(answer["device"], body["device"]);
        }
    }
    let lines = ledger(&carrier.running).await;
    let asked: Vec<_> = lines.iter().filter(|line| line["kind"] == "retrieve").collect();
    assert_eq!(asked.len(), 11);
    assert_eq!(
        (&asked[1]["correlator"], &asked[1]["maxAge"], &asked[1]["status"]),
        (&json!("ask_01"), &json!(0), &json!(200))
    );
}

#[tokio::test]
async fn only_its_client_gets_a_token_and_each_assertion_works_once() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    let endpoint = ready(&carrier.running, "token_endpoint");
    let assertion = carrier.key.client_assertion(CLIENT, endpoint).unwrap();
    assert_eq!(carrier.token_reply(&assertion, BOTH).await.status, 200);
    assert_eq!(carrier.token_reply(&assertion, BOTH).await.status, 401);
    let stranger = SigningKey::generate().unwrap();
    for bad in [
        stranger.client_assertion(CLIENT, endpoint).unwrap(),
        carrier.key.client_assertion("somebody.example.com", endpoint).unwrap(),
        carrier
            .key
            .client_assertion(CLIENT, "http://127.0.0.1/elsewhere")
            .unwrap(),
        format!("{}.{}.", base64url(r#"{"alg":"none"}"#), base64url("{}")),
    ] {
        assert_eq!(carrier.token_reply(&bad, BOTH).await.status, 401, "{bad}");
    }
    let fresh = || carrier.key.client_assertion(CLIENT, endpoint).unwrap();
    for scope in ["", "dpv:A dpv:B location-retrieval:read", "everything"] {
        assert_eq!(carrier.token_reply(&fresh(), scope).await.status, 400, "`{scope}`");
    }
    let narrow = carrier.token("location-verification:verify").await;
    let refused = carrier
        .ask(RETRIEVE, &narrow, &device("+12025550100"), PATIENCE)
        .await
        .unwrap();
    assert_eq!(refused.status, 403);
    let stranger = carrier
        .ask(RETRIEVE, "made-up", &device("+12025550100"), PATIENCE)
        .await
        .unwrap();
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn the_reported_circle_contains_the_truth_as_often_as_stated() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    carrier.behave(json!({"fresh_ms": [0, 0], "confidence": 80})).await;
    let token = carrier.token(BOTH).await;
    let (mut inside, mut samples) = (0, 0);
    for round in 0..12 {
        for last in (20..40).chain(50..80) {
            let number = format!("+120255501{last}");
            let body = json!({"device": {"phoneNumber": number}, "maxAge": 0});
            let reply = carrier.ask(RETRIEVE, &token, &body, PATIENCE).await.unwrap();
            let reported = circle(&reply.json().unwrap());
            let phone = get(&format!("{}/phones/{number}", carrier.control())).await;
            let truth: Point = serde_json::from_value(phone["truth"].clone()).unwrap();
            // The phone may have gone a step since it was located; the carrier's own books say where it was then.
            let fix = phone["fixes"].as_array().unwrap().last().unwrap();
            let then: Point = serde_json::from_value(fix["truth"].clone()).unwrap();
            assert!(truth.distance_to(&then) < 15.0, "round {round}: {number} jumped");
            samples += 1;
            inside += u32::from(reported.contains(&then));
        }
    }
    let share = f64::from(inside) / f64::from(samples);
    // Four standard errors of 600 draws at 0.8.
    assert!((share - 0.8).abs() < 0.066, "stated 0.80, found {share} of {samples}");
}

#[tokio::test]
async fn verification_follows_the_circles() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    let token = carrier.token(BOTH).await;
    let body = |center: Point, radius: f64| json!({"device": {"phoneNumber": "+12025550100"}, "area": {"areaType": "CIRCLE", "center": center, "radius": radius}});
    let here: Value = carrier
        .ask(RETRIEVE, &token, &device("+12025550100"), PATIENCE)
        .await
        .unwrap()
        .json()
        .unwrap();
    let known = circle(&here);
    for (center, radius, expected) in [
        (known.center, known.radius + 50.0, "TRUE"),
        (known.center, 1.0, "PARTIAL"),
        (known.center.at(90.0, 5_000.0), 2_000.0, "FALSE"),
    ] {
        let reply = carrier
            .ask(VERIFY, &token, &body(center, radius), PATIENCE)
            .await
            .unwrap();
        let answer: Value = reply.json().unwrap();
        assert_eq!(answer["verificationResult"], expected, "{answer}");
        assert_eq!(answer["matchRate"].is_u64(), expected == "PARTIAL");
    }
}

#[tokio::test]
async fn it_misbehaves_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    let token = carrier.token(BOTH).await;
    let body = device("+12025550100");
    let short = Duration::from_millis(900);
    let ask = async |how: &str, patience| {
        carrier
            .behave(json!({"misbehave": how, "late_ms": 1500, "last_known_ms": 0}))
            .await;
        carrier.ask(RETRIEVE, &token, &body, patience).await
    };
    for silent in ["hang", "slow-body", "late"] {
        assert!(
            ask(silent, short).await.unwrap_err().contains("no answer within"),
            "{silent}"
        );
    }
    assert_eq!(ask("late", PATIENCE).await.unwrap().status, 200);
    for broken in ["truncate", "huge"] {
        assert!(ask(broken, PATIENCE).await.is_err(), "{broken}");
    }
    let other: Value = ask("wrong-number", PATIENCE).await.unwrap().json().unwrap();
    assert_ne!(other["device"]["phoneNumber"], "+12025550100");
    for garbage in ["twice", "malformed"] {
        let reply = ask(garbage, PATIENCE).await.unwrap();
        assert!(reply.status == 200 && reply.json::<Value>().is_err(), "{garbage}");
    }
    assert_eq!(ask("error-500", PATIENCE).await.unwrap().status, 500);
    let moved = ask("redirect", PATIENCE).await.unwrap();
    assert_eq!(moved.status, 307);
    assert!(moved.headers["location"].to_str().unwrap().ends_with("/elsewhere"));
    carrier.behave(json!({"misbehave": null})).await;
    assert_eq!(
        carrier.ask(RETRIEVE, &token, &body, PATIENCE).await.unwrap().status,
        200
    );
    // Every one of these questions was received, also those whose caller gave up.
    let lines = ledger(&carrier.running).await;
    assert_eq!(lines.iter().filter(|line| line["kind"] == "retrieve").count(), 12);
}

#[tokio::test]
async fn a_switched_off_phone_stays_off_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    let url = format!("{}/phones/12025550103", carrier.control());
    crate::common::call("PUT", &url, &json!({"state": "off"})).await;
    let again = Carrier::start(dir.path()).await;
    assert_eq!(
        get(&format!("{}/phones/12025550103", again.control())).await["state"],
        "off"
    );
    assert_eq!(
        crate::common::send("PUT", &format!("{}/phones/1", again.control()), &json!({"state": "on"}))
            .await
            .status,
        404
    );
}
