//! Answers that must not be believed, and what each other answer means.

use std::sync::{Arc, Mutex};

use domain::locate::Failure;

use super::Stage;
use crate::sources::tests::log::Log;
use crate::sources::tests::operator::{Act, Operator, Seen, correlator, http, json, location};
use crate::sources::tests::{NUMBER, lock};

const JSON: (&str, &str) = ("content-type", "application/json");
const OTHER_NUMBER: &str = "+12025550101";

type Make = fn(&Seen) -> String;

/// Every way to lie, with the answer that does.
fn lies() -> Vec<(&'static str, Make)> {
    [lies_in_the_body(), lies_around_the_body()].concat()
}

fn lies_in_the_body() -> Vec<(&'static str, Make)> {
    vec![
        ("another number", |seen| json(seen, 200, &location(OTHER_NUMBER))),
        ("two documents", |seen| json(seen, 200, &location(NUMBER).repeat(2))),
        ("two documents, of which the second is about somebody else", |seen| {
            json(seen, 200, &(location(NUMBER) + &location(OTHER_NUMBER)))
        }),
        ("a list of answers", |seen| {
            json(seen, 200, &format!("[{}]", location(NUMBER)))
        }),
        ("no document", |seen| json(seen, 200, "")),
        ("no JSON", |seen| json(seen, 200, "<Location/>")),
        ("half a document", |seen| json(seen, 200, &location(NUMBER)[..60])),
        ("a field twice", |seen| {
            json(
                seen,
                200,
                &location(NUMBER).replace(r#""device":"#, r#""area":{},"device":"#),
            )
        }),
        ("two devices", |seen| {
            let two = format!(r#"{{"phoneNumber":"{NUMBER}","phoneNumber":"{OTHER_NUMBER}"}}"#);
            json(
                seen,
                200,
                &location(NUMBER).replace(&format!(r#"{{"phoneNumber":"{NUMBER}"}}"#), &two),
            )
        }),
        ("a latitude as text", |seen| {
            json(seen, 200, &location(NUMBER).replace("12.0", r#""12.0""#))
        }),
        ("a latitude beyond the pole", |seen| {
            json(seen, 200, &location(NUMBER).replace("12.0", "112.0"))
        }),
        ("a radius that is negative", |seen| {
            json(seen, 200, &location(NUMBER).replace("120", "-120"))
        }),
        ("a time without its offset", |seen| {
            json(seen, 200, &location(NUMBER).replace("30Z", "30"))
        }),
        ("no time", |seen| {
            json(seen, 200, &location(NUMBER).replace("lastLocationTime", "time"))
        }),
        ("another kind of area", |seen| {
            json(seen, 200, &location(NUMBER).replace("CIRCLE", "POINT"))
        }),
    ]
}

/// Every way to lie in what surrounds a body that is right.
fn lies_around_the_body() -> Vec<(&'static str, Make)> {
    vec![
        ("another content type", |seen| {
            http(
                200,
                &[("content-type", "text/html"), ("x-correlator", correlator(seen))],
                &location(NUMBER),
            )
        }),
        ("no content type", |seen| {
            http(200, &[("x-correlator", correlator(seen))], &location(NUMBER))
        }),
        ("two content types", |seen| {
            http(
                200,
                &[JSON, ("content-type", "text/html"), ("x-correlator", correlator(seen))],
                &location(NUMBER),
            )
        }),
        ("a compressed body", |seen| {
            http(
                200,
                &[JSON, ("content-encoding", "gzip"), ("x-correlator", correlator(seen))],
                &location(NUMBER),
            )
        }),
        ("another ask's correlator", |_| {
            http(
                200,
                &[JSON, ("x-correlator", "ask_01J00000000000000000000000")],
                &location(NUMBER),
            )
        }),
        ("two correlators", |seen| {
            http(
                200,
                &[JSON, ("x-correlator", correlator(seen)), ("x-correlator", "other")],
                &location(NUMBER),
            )
        }),
        ("a body beyond the limit", |seen| {
            json(
                seen,
                200,
                &(location(NUMBER) + &" ".repeat(crate::sources::link::client::BODY_BYTES_MAX)),
            )
        }),
        ("a promise of a body beyond the limit", |_| {
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n{".to_owned()
        }),
        ("chunks without an end", |_| {
            let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000)).repeat(20);
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunk}")
        }),
        ("more header lines than are read", |seen| {
            let many: String = (0..200).map(|n| format!("x-{n}: y\r\n")).collect();
            json(seen, 200, &location(NUMBER)).replacen("\r\n", &format!("\r\n{many}"), 1)
        }),
        ("a head beyond the limit", |seen| {
            let long = format!("\r\nx-long: {}\r\n", "y".repeat(100_000));
            json(seen, 200, &location(NUMBER)).replacen("\r\n", &long, 1)
        }),
        ("no HTTP", |_| "220 mail.example.com ESMTP\r\n".to_owned()),
        ("success without an answer", |seen| json(seen, 204, "")),
        ("an answer that is only accepted", |seen| {
            json(seen, 202, &location(NUMBER))
        }),
    ]
}

#[tokio::test]
async fn no_lie_is_believed_and_none_is_asked_for_again() {
    let lie: Arc<Mutex<Option<Make>>> = Arc::default();
    let told = Arc::clone(&lie);
    let stage = Stage::new(Operator::start(move |seen| Act::Send(lock(&told).expect("a lie")(seen))).await);
    let mut wrong = Vec::new();
    for (nth, (name, make)) in lies().into_iter().enumerate() {
        *lock(&lie) = Some(make);
        match stage.ask().await {
            Err(Failure::Untrustworthy) => {}
            other => wrong.push((name, other.err())),
        }
        let asked = stage.operator.retrievals().len();
        assert_eq!(asked, nth + 1, "{name}: asked once");
    }
    assert!(wrong.is_empty(), "believed, or taken for something else: {wrong:?}");
}

#[tokio::test]
async fn no_log_line_holds_a_number_a_position_or_a_token() {
    let (log, _guard) = Log::keep();
    for (_, make) in lies() {
        let stage = Stage::new(Operator::start(move |seen| Act::Send(make(seen))).await);
        assert!(stage.ask().await.is_err());
    }
    let stage = Stage::new(Operator::start(crate::sources::tests::operator::honest).await);
    assert!(stage.ask().await.is_ok());
    let log = log.text();
    assert!(log.contains("the answer is about another device"), "{log}");
    for secret in ["202555", "+1202", "12.0", "-40.0", "token-0"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_short_is_not_believed() {
    for percent in [1, 10, 50, 80, 99] {
        let operator = Operator::start(move |seen| {
            let whole = json(seen, 200, &location(NUMBER));
            Act::SendAndClose(whole[..whole.len() * percent / 100].to_owned())
        })
        .await;
        let stage = Stage::new(operator);
        assert_eq!(
            stage.ask().await.err(),
            Some(Failure::Untrustworthy),
            "after {percent} %"
        );
        assert_eq!(stage.operator.retrievals().len(), 1, "after {percent} %");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Operator::start(|seen| Act::Send(json(seen, 200, &location(NUMBER)))).await;
        let target = format!("{}/elsewhere", elsewhere.base());
        let operator = Operator::start(move |_| Act::Send(http(status, &[JSON, ("location", &target)], ""))).await;
        let stage = Stage::new(operator);
        assert_eq!(stage.ask().await.err(), Some(Failure::Untrustworthy), "{status}");
        assert!(elsewhere.seen("/elsewhere").is_empty(), "{status}");
    }
}

#[tokio::test]
async fn every_error_of_an_operator_means_one_thing() {
    let table = [
        (400, "INVALID_ARGUMENT", Failure::Untrustworthy),
        (403, "PERMISSION_DENIED", Failure::DeniedBySource),
        (404, "IDENTIFIER_NOT_FOUND", Failure::UnknownToSource),
        (404, "NOT_FOUND", Failure::Untrustworthy),
        (422, "SERVICE_NOT_APPLICABLE", Failure::UnknownToSource),
        (422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE", Failure::Unlocatable),
        (422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE", Failure::TooOld),
        (
            422,
            "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE",
            Failure::Untrustworthy,
        ),
        (429, "TOO_MANY_REQUESTS", Failure::Unavailable),
        (500, "INTERNAL", Failure::Unavailable),
        (503, "UNAVAILABLE", Failure::Unavailable),
        (504, "TIMEOUT", Failure::Unavailable),
    ];
    for (status, code, want) in table {
        let body = format!(r#"{{"status":{status},"code":"{code}","message":"no"}}"#);
        let stage = Stage::new(Operator::start(move |seen| Act::Send(json(seen, status, &body))).await);
        assert_eq!(stage.ask().await.err(), Some(want), "{status} {code}");
        assert_eq!(stage.operator.retrievals().len(), 1, "{status} {code}");
    }
}
