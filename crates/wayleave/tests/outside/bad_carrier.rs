//! A carrier that hangs, lies or truncates: each misdeed gets the documented error within its time, and no position.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Answer;
use crate::partner::{Partner, assert_answered};
use crate::world::World;

const CITY: (f64, f64) = (12.0, -40.0);
/// A bank's question has five seconds; the rest is a busy machine's.
const WITHIN: Duration = Duration::from_secs(20);

fn ask(world: &World, bank: &Partner, number: &str, misdeed: &str) -> (Answer, Duration) {
    world.carrier_behaves(&json!({"misbehave": misdeed}));
    let started = Instant::now();
    let answer = bank.verify(number, CITY, 5000.0);
    (answer, started.elapsed())
}

#[test]
fn a_misbehaving_carrier_delivers_nothing() {
    let world = World::demo();
    let bank = world.partner("bank");
    let phone = world.free_phone();
    phone.agree_to(&bank, &json!({}));
    assert_answered(&bank.verify(&phone.number, CITY, 5000.0));
    let misdeeds = [
        ("wrong-number", 503, "UNAVAILABLE"),
        ("twice", 503, "UNAVAILABLE"),
        ("malformed", 503, "UNAVAILABLE"),
        ("truncate", 503, "UNAVAILABLE"),
        ("error-500", 503, "UNAVAILABLE"),
        ("huge", 503, "UNAVAILABLE"),
        ("redirect", 503, "UNAVAILABLE"),
        ("hang", 504, "TIMEOUT"),
        ("slow-body", 504, "TIMEOUT"),
        ("late", 504, "TIMEOUT"),
    ];
    for (misdeed, status, code) in misdeeds {
        let (answer, took) = ask(&world, &bank, &phone.number, misdeed);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{misdeed}: {}",
            answer.text()
        );
        assert!(!answer.tells_a_place(), "{misdeed}: {}", answer.text());
        assert!(took < WITHIN, "{misdeed}: after {took:?}");
    }
    let elsewhere = crate::world::ledger(&world.carrier);
    assert!(
        !elsewhere.iter().any(|line| line["kind"] == "other"),
        "a redirect was followed"
    );
    // One retry at most, so at most two queries a misdeed.
    assert!(world.queries(&phone.number).len() <= 1 + 2 * misdeeds.len());
    world.carrier_behaves(&json!({"misbehave": null}));
    assert_answered(&bank.verify(&phone.number, CITY, 5000.0));
}

#[test]
fn a_phone_that_cannot_be_located_is_said_so_to_whom_it_agreed() {
    let world = World::shared();
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    phone.agree_to(&plain, &json!({}));
    let url = format!("{}/phones/{}", world.carrier, phone.number);
    for (state, status, code) in [
        ("off", 422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE"),
        ("unlocatable", 422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE"),
        ("unknown-to-carrier", 403, "PERMISSION_DENIED"),
    ] {
        assert_eq!(
            crate::http::send_json("PUT", &url, &json!({"state": state})).status,
            200
        );
        let answer = plain.retrieve(&phone.number);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{state}: {}",
            answer.text()
        );
        assert!(!answer.tells_a_place());
    }
    assert_eq!(crate::http::send_json("PUT", &url, &json!({"state": "on"})).status, 200);
    assert_answered(&plain.retrieve(&phone.number));
}
