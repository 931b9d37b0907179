//! A carrier's own consent master can forbid, and can do nothing else.

use serde_json::json;

use crate::http::send_json;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::world::{World, ledger};

fn says(world: &World, number: &str, said: &str) {
    let url = format!("{}/consents/{number}", world.carrier);
    let answer = send_json("PUT", &url, &json!({ "said": said }));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn inquiries(world: &World, number: &str) -> Vec<serde_json::Value> {
    let lines = ledger(&world.carrier).into_iter();
    lines
        .filter(|line| line["kind"] == "consent-info" && line["number"] == number)
        .collect()
}

#[test]
fn the_carriers_no_ends_an_ask_and_its_yes_gives_nothing() {
    let parts = Parts::start(Settings {
        source: "consent_info = true".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    // The carrier's yes alone makes nothing: it is not even asked.
    says(world, &phone.number, "GRANTED");
    assert_refused(&plain.retrieve(&phone.number), "no-permission");
    assert!(inquiries(world, &phone.number).is_empty());
    phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    let asked = inquiries(world, &phone.number);
    assert_eq!((asked.len(), world.queries(&phone.number).len()), (1, 1));
    assert_eq!(asked[0]["correlator"], world.queries(&phone.number)[0]["correlator"]);
    for said in ["DENIED", "OBJECTED", "EXPIRED", "PENDING"] {
        says(world, &phone.number, said);
        let vetoed = plain.retrieve(&phone.number);
        assert_refused(&vetoed, "vetoed");
    }
    assert_eq!(world.queries(&phone.number).len(), 1, "no position was asked for");
    assert_eq!(inquiries(world, &phone.number).len(), 5);
    says(world, &phone.number, "GRANTED");
    assert_answered(&plain.retrieve(&phone.number));
    parts.verify_journal();
}
