//! Bad input at the partners' door: each kind gets its documented error, within its time limit, and nothing happens.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Answer, PATIENCE, Request, read_answer};
use crate::parts::{Parts, Settings};
use crate::world::{CONSENTS, RETRIEVE, World, retrieval};

#[track_caller]
fn assert_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (status, code),
        "{}",
        answer.text()
    );
    assert!(!answer.tells_a_place(), "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["status"], status, "{body}");
    assert!(
        body["message"].as_str().is_some_and(|message| !message.is_empty()),
        "{body}"
    );
}

/// Bodies that are no request, for an interface that takes JSON.
fn malformed(number: &str) -> Vec<(&'static str, Vec<u8>)> {
    let good = retrieval(number).to_string();
    let bytes = |text: &str| text.as_bytes().to_vec();
    vec![
        ("nothing", Vec::new()),
        ("no JSON", bytes("hello")),
        ("half of it", bytes(&good[..good.len() / 2])),
        ("a list", bytes(&format!("[{good}]"))),
        ("twice", bytes(&good.repeat(2))),
        ("a number's number", bytes(r#"{"device":{"phoneNumber":12025550102}}"#)),
        ("null", bytes(r#"{"device":null}"#)),
        ("a wrong type", bytes(r#"{"device":"+12025550102"}"#)),
        ("an empty device", bytes(r#"{"device":{}}"#)),
        ("an unknown field", bytes(&good.replacen('{', "{\"x\":1,", 1))),
        ("a duplicate field", bytes(&good.replacen('{', "{\"device\":{},", 1))),
        ("an endless number", bytes(&good.replacen('{', "{\"maxAge\":1e999,", 1))),
        (
            "a deep document",
            bytes(&format!("{}1{}", "{\"device\":".repeat(50), "}".repeat(50))),
        ),
        ("a very deep document", bytes(&"[".repeat(16_000))),
        (
            "bad UTF-8",
            [b"{\"device\":{\"phoneNumber\":\"\xff\"}}".as_slice()].concat(),
        ),
        ("half a surrogate", bytes(r#"{"device":{"phoneNumber":"\ud800"}}"#)),
        (
            "a control character",
            bytes("{\"device\":{\"phoneNumber\":\"+1202\n5550102\"}}"),
        ),
        ("too large", bytes(&format!("{good}{}", " ".repeat(20_000)))),
    ]
}

#[test]
fn bad_bodies_get_their_error() {
    let world = World::shared();
    let partner = world.partner("plain");
    let phone = world.free_phone();
    for (name, body) in malformed(&phone.number) {
        for path in [RETRIEVE, CONSENTS] {
            let request = partner.signed("POST", path).header("content-type", "application/json");
            let answer = request.body(body.clone()).send(world.host());
            assert_eq!(answer.status, 400, "{path} {name}: {}", answer.text());
            assert_error(&answer, 400, "INVALID_ARGUMENT");
            assert!(!answer.text().contains("5550102"), "{name}: the value is repeated");
        }
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request = partner.signed("POST", RETRIEVE).header("content-type", kind);
        let answer = request.body(retrieval(&phone.number).to_string()).send(world.host());
        assert_error(&answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let nobody = partner.call("POST", RETRIEVE, &json!({}));
    assert_error(&nobody, 422, "MISSING_IDENTIFIER");
    let address = json!({"device": {"ipv6Address": "2001:db8::1"}});
    assert_error(&partner.call("POST", RETRIEVE, &address), 422, "UNSUPPORTED_IDENTIFIER");
    assert!(world.queries(&phone.number).is_empty());
    assert!(phone.texts().is_empty());
}

#[test]
fn consent_wishes_beyond_the_policy_are_refused() {
    let world = World::shared();
    let (plain, bank) = (world.partner("plain"), world.partner("bank"));
    let phone = world.free_phone();
    for (partner, change, wide) in [
        (&plain, json!({"precision": {"type": "AREA", "metres": 49}}), true),
        (&plain, json!({"durationSeconds": 7201}), true),
        (&plain, json!({"count": 13}), true),
        (&bank, json!({"precision": {"type": "AREA", "metres": 2000}}), true),
        (&bank, json!({"precision": {"type": "YES_NO", "metres": 1999}}), true),
        (&bank, json!({"durationSeconds": 31_536_001}), true),
        (&plain, json!({"count": 0}), false),
        (&plain, json!({"count": "12"}), false),
        (&plain, json!({"durationSeconds": -1}), false),
        (&plain, json!({"caseReference": "<script>alert(1)</script>"}), false),
        (
            &plain,
            json!({"caseReference": "call +12025550101 now or else, friend"}),
            false,
        ),
        (&plain, json!({"precision": {"type": "EXACT", "metres": 100}}), false),
        (&plain, json!({"source": "ANYTHING"}), false),
        (&plain, json!({"phoneNumber": "12025550102"}), false),
    ] {
        let mut wish = partner.wish(&phone.number);
        for (name, value) in change.as_object().expect("fields") {
            wish[name] = value.clone();
        }
        let answer = partner.call("POST", CONSENTS, &wish);
        let expected = if wide { 403 } else { 400 };
        assert_eq!(answer.status, expected, "{change}: {}", answer.text());
    }
    let mut endless = plain.wish(&phone.number);
    endless.as_object_mut().expect("fields").remove("count");
    assert_eq!(
        plain.call("POST", CONSENTS, &endless).status,
        403,
        "help without a count"
    );
    assert!(phone.texts().is_empty(), "a refused wish reached the phone");
}

/// Sends `bytes`, then one more byte whenever `pause` has passed, until an answer comes or the connection is closed.
fn trickle(host: &str, bytes: &[u8], pause: Duration) -> (Option<Answer>, Duration) {
    let started = Instant::now();
    let mut stream = TcpStream::connect(host).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.write_all(bytes).expect("sent");
    let mut writer = stream.try_clone().expect("a second handle");
    std::thread::spawn(move || {
        std::thread::sleep(pause);
        while started.elapsed() < PATIENCE && writer.write_all(b" ").is_ok() {
            std::thread::sleep(pause);
        }
    });
    (read_answer(&mut stream, false).ok(), started.elapsed())
}

#[test]
fn slow_clients_are_cut() {
    let parts = Parts::start(Settings {
        head_timeout_ms: 1500,
        body_timeout_ms: 1500,
        ..Settings::default()
    });
    let (world, partner) = (&parts.world, parts.world.partner("plain"));
    let number = world.free_phone().number;
    let within = Duration::from_millis(1000)..Duration::from_secs(20);
    let request = partner
        .signed("POST", RETRIEVE)
        .json(&retrieval(&number))
        .bytes(world.host());
    let head_end = request
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .expect("a head");
    let pause = Duration::from_millis(100);
    std::thread::scope(|scope| {
        let head = scope.spawn(|| trickle(world.host(), &request[..head_end], pause));
        let body = scope.spawn(|| trickle(world.host(), &request[..head_end + 14], pause));
        let silent = scope.spawn(|| trickle(world.host(), b"", PATIENCE));
        for (what, trickled) in [("head", head), ("silence", silent)] {
            let (answer, took) = trickled.join().expect("an end");
            assert!(
                answer.as_ref().is_none_or(|answer| answer.status == 408),
                "{what}: {answer:?}"
            );
            assert!(within.contains(&took), "{what}: cut after {took:?}");
        }
        let (answer, took) = body.join().expect("an end");
        assert!(within.contains(&took), "body: cut after {took:?}");
        let answer = answer.expect("an answer");
        assert_error(&answer, 400, "INVALID_ARGUMENT");
        assert_eq!(answer.header("connection"), Some("close"), "the rest is not waited for");
    });
    assert!(world.queries(&number).is_empty());
    // Whoever is patient is served as ever.
    assert_eq!(partner.retrieve(&number).status, 403);
}

#[test]
fn a_path_or_query_that_is_no_text_gets_a_problem_document() {
    let world = World::shared();
    for (path, status, code) in [
        ("/c/%ff", 404, "NOT_FOUND"),
        ("/c/%ff/stop", 405, "METHOD_NOT_ALLOWED"),
        ("/assets/%ff", 404, "NOT_FOUND"),
        ("/wayleave/v1/consents/%ff", 404, "NOT_FOUND"),
        ("/sandbox/journal?after=%ff", 400, "INVALID_ARGUMENT"),
        ("/sandbox/journal?after=-1", 400, "INVALID_ARGUMENT"),
        ("/nowhere", 404, "NOT_FOUND"),
    ] {
        let answer = world.get(path);
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        assert_error(&answer, status, code);
    }
}

#[test]
fn a_head_without_end_is_refused() {
    let world = World::shared();
    for (what, header) in [
        ("one long header", ("x-long", "a".repeat(100_000))),
        ("a long target", ("x", String::new())),
    ] {
        let target = if header.0 == "x" {
            format!("/{}", "a".repeat(100_000))
        } else {
            "/healthz".to_owned()
        };
        let answer = Request::new("GET", &target)
            .header(header.0, &header.1)
            .try_send(world.host());
        assert!(
            answer.is_err() || answer.is_ok_and(|answer| matches!(answer.status, 400 | 414 | 431)),
            "{what}"
        );
    }
    assert_eq!(world.get("/healthz").status, 200);
}
