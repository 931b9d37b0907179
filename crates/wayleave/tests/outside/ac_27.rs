//! AC-27: a consent for one fix within half an hour, for roadside help. A second ask is refused, and so is every other
//! purpose and party.

use serde_json::json;

use crate::partner::{assert_answered, assert_refused};
use crate::world::{RETRIEVE, World, retrieval};

#[test]
fn ac_27_one_fix_is_one_fix() {
    let world = World::shared();
    let phone = world.free_phone();
    let roadside = world.partner("roadside");
    let once = json!({"count": 1, "durationSeconds": 1800, "precision": {"type": "AREA", "metres": 200}});
    phone.agree_to(&roadside, &once);
    // Another company with the very same purpose has nothing by it, and neither has the bank.
    assert_refused(&world.partner("plain").retrieve(&phone.number), "no-permission");
    let bank = world.partner("bank").verify(&phone.number, (12.0, -40.0), 10_000.0);
    assert_refused(&bank, "no-permission");
    assert_answered(&roadside.retrieve(&phone.number));
    for _ in 0..3 {
        assert_refused(&roadside.retrieve(&phone.number), "count-spent");
    }
    assert_eq!(world.queries(&phone.number).len(), 1, "the carrier is asked once");
}

#[test]
fn ac_27_no_other_purpose() {
    let world = World::shared();
    let roadside = world.partner("roadside");
    for purpose in [
        "DirectMarketing",
        "TargetedAdvertising",
        "SellDataToThirdParties",
        "FraudPreventionAndDetection",
        "DeliveryOfGoods",
        "LegalCompliance",
        "EmergencyResponse",
        "Anything",
        "requestedserviceprovision",
    ] {
        let answer = roadside.ask_token(&format!("dpv:{purpose} location-retrieval:read"));
        assert!(matches!(answer.status, 400 | 401), "{purpose}: {}", answer.text());
        assert!(answer.json()["access_token"].is_null(), "{purpose}");
    }
    for scope in [
        "dpv:RequestedServiceProvision dpv:DirectMarketing location-retrieval:read",
        "dpv:RequestedServiceProvision location-verification:verify",
        "location-retrieval:read",
        "openid",
        "",
    ] {
        let answer = roadside.ask_token(scope);
        assert!(matches!(answer.status, 400 | 401), "{scope}: {}", answer.text());
    }
    assert_eq!(roadside.ask_token(&roadside.scope()).status, 200);
}

#[test]
fn ac_27_asks_at_the_same_moment_share_one_fix() {
    let world = World::shared();
    let phone = world.free_phone();
    let plain = world.partner("plain");
    phone.agree_to(&plain, &json!({"count": 1}));
    let answers = std::thread::scope(|scope| {
        let ask = || plain.call("POST", RETRIEVE, &retrieval(&phone.number));
        let asks: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        asks.into_iter()
            .map(|ask| ask.join().expect("an answer"))
            .collect::<Vec<_>>()
    });
    let (given, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(given.len(), 1, "one of eight asks at once is answered");
    refused.iter().for_each(|answer| assert_refused(answer, "count-spent"));
    assert_eq!(world.queries(&phone.number).len(), 1, "the carrier is asked once");
}
