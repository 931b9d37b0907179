//! AC-61: a hub, or a relay, gives an outcome to the wrong company by mistake. It is unreadable there.

use serde_json::json;

use crate::chain::{BANK, RESELLER, ROADSIDE, Relay, Service, assert_told, gateway};

#[test]
fn ac_61_an_outcome_in_the_wrong_hands_is_unreadable() {
    let parts = gateway();
    let world = &parts.world;
    let relay = Relay::start(&parts, &RESELLER);
    let roadside = Service::start(&parts, &ROADSIDE, &[&relay]);
    let bank = Service::start(&parts, &BANK, &[&relay]);
    let (phone, other) = (world.free_phone(), world.free_phone());
    roadside.agree(&phone, &json!({}));
    bank.agree(&other, &json!({}));
    assert_told(&roadside.asks(&phone.number));
    relay.behaves(&json!({"swapOutcomes": true}));
    // What it keeps of one, it gives to the next one who asks.
    assert_told(&roadside.asks(&phone.number));
    let swapped = bank.does("ask", &json!({"number": other.number, "question": "verify"}));
    assert_eq!((&swapped["status"], &swapped["accepted"]), (&json!(200), &json!(false)),);
    assert!(swapped["opened"].is_null(), "another company's answer was read");
    assert!(swapped["sealed"].as_str().is_some_and(|sealed| sealed.len() > 4000),);
    // The outcome names whom it is for, to whoever carries it and to nobody's surprise.
    assert!(
        swapped["apv"]
            .as_str()
            .is_some_and(|apv| apv.contains(&roadside.party.id)),
    );
    relay.behaves(&json!({}));
    assert_told(&bank.does("ask", &json!({"number": other.number, "question": "verify"})));
}
