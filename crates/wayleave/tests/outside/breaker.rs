//! A carrier that fails again and again is left alone: its ledger is silent, what is asked meanwhile is not spent, and
//! it is asked again once it works.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Answer, fetch};
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::program::until;
use crate::world::World;

fn verify(bank: &Partner, number: &str) -> Answer {
    bank.verify(number, (12.0, -40.0), 5000.0)
}

fn ready(world: &World) -> Answer {
    fetch(&format!("{}/readyz", world.issuer))
}

#[test]
fn a_failing_carrier_is_left_alone_and_tried_again() {
    let parts = Parts::start(Settings {
        more: "[breaker]\nfailures_in_a_row = 3\nopen_s = 2".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    phone.agree_to(&plain, &json!({"count": 12}));
    assert_answered(&plain.retrieve(&phone.number));
    assert!(ready(world).text().contains("source meridian: ok"));
    world.carrier_behaves(&json!({"misbehave": "error-500"}));
    for _ in 0..3 {
        assert_eq!(plain.retrieve(&phone.number).status, 503);
    }
    let before = world.queries(&phone.number).len();
    let health = ready(world);
    assert_eq!(health.status, 200, "the gateway itself is ready");
    assert!(health.text().contains("source meridian: open"), "{}", health.text());
    let metrics = world.get("/metrics").text();
    assert!(
        metrics.contains(r#"wayleave_source_up{source="meridian"} 0"#),
        "{metrics}"
    );
    assert!(metrics.contains(r#"wayleave_source_breaker_state{source="meridian"} 2"#));
    // More than the consent allows, if they were spent.
    for _ in 0..20 {
        let started = Instant::now();
        let answer = plain.retrieve(&phone.number);
        assert_eq!(answer.code(), "UNAVAILABLE", "{}", answer.text());
        assert_eq!(answer.reason(), "source-busy");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(started.elapsed() < Duration::from_secs(5));
        if !ready(world).text().contains("open") {
            break;
        }
    }
    world.carrier_behaves(&json!({"misbehave": null}));
    until("the carrier to be tried again", || {
        (plain.retrieve(&phone.number).status == 200).then_some(())
    });
    let queries = world.queries(&phone.number).len();
    assert!(
        queries <= before + 2,
        "{before} queries, then {queries}: at most one try that failed"
    );
    assert!(ready(world).text().contains("source meridian: ok"));
    assert!(
        world
            .get("/metrics")
            .text()
            .contains(r#"wayleave_source_up{source="meridian"} 1"#)
    );
}

#[test]
fn a_carrier_that_says_no_is_not_left_alone() {
    let parts = Parts::start(Settings {
        more: "[breaker]\nfailures_in_a_row = 2\nopen_s = 60".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let (bank, phone) = (world.partner("bank"), world.free_phone());
    phone.agree_to(&bank, &json!({}));
    let url = format!("{}/phones/{}", world.carrier, phone.number);
    for state in ["off", "unknown-to-carrier", "unlocatable", "off"] {
        let put = crate::http::send_json("PUT", &url, &json!({"state": state}));
        assert_eq!(put.status, 200);
        assert_ne!(verify(&bank, &phone.number).status, 200);
    }
    assert!(ready(world).text().contains("source meridian: ok"));
    assert_eq!(world.queries(&phone.number).len(), 4);
}
