//! AC-41: a relay asks again what its customer asked. An ask counts once, for a minute, at one gateway, as it was signed;
//! the carrier's ledger shows the one query that the customer wanted.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::chain::{RESELLER, ROADSIDE, Relay, Service, assert_told, assert_turned_down, entries, gateway};
use crate::jose::{now, unbase64url};

#[test]
fn ac_41_yesterdays_ask_is_worth_nothing() {
    let parts = gateway();
    let world = &parts.world;
    let relay = Relay::start(&parts, &RESELLER);
    let service = Service::start(&parts, &ROADSIDE, &[&relay]);
    let phone = world.free_phone();
    service.agree(&phone, &json!({}));
    let short = json!({"number": phone.number, "claims": {"exp": now() + 8}});
    assert_told(&service.does("ask", &short));
    assert_eq!(world.queries(&phone.number).len(), 1);
    let told = relay.last();
    // At once, and once it is too old.
    for wait_s in [0, 9] {
        sleep(Duration::from_secs(wait_s));
        let again = relay.does("replay", &json!({}));
        assert_eq!(again["status"], 200, "{again}");
        assert_eq!(
            again["body"].as_str().map(str::len),
            told["body"].as_str().map(str::len),
            "the relay could tell"
        );
    }
    // What the relay alters is not what was signed.
    for claims in [
        json!({"jti": "another-name-of-the-same"}),
        json!({"exp": now() + 50, "iat": now()}),
        json!({"relays": []}),
    ] {
        relay.behaves(&json!({ "alter": claims }));
        assert_turned_down(&service.asks(&phone.number), "not-signed");
    }
    relay.behaves(&json!({}));
    // What was made for another gateway, is of yesterday, lives too long, or is from the future.
    let turned_down = |claims: Value, reason: &str| {
        let body = json!({"number": phone.number, "claims": claims});
        assert_turned_down(&service.does("ask", &body), reason);
    };
    turned_down(json!({"aud": "https://other.example.com"}), "wrong-audience");
    turned_down(json!({"iat": now() - 86_400, "exp": now() - 86_340}), "stale");
    turned_down(json!({"iat": now(), "exp": now() + 3600}), "stale");
    turned_down(json!({"iat": now() + 600, "exp": now() + 660}), "stale");
    assert_eq!(world.queries(&phone.number).len(), 1, "the carrier was asked again");
    let reasons: Vec<Value> = entries(&parts, &phone.number)
        .into_iter()
        .map(|entry| entry["reason"].clone())
        .filter(|reason| !reason.is_null())
        .collect();
    let count = |reason: &str| reasons.iter().filter(|found| *found == reason).count();
    // What was replayed too late is refused for either reason.
    let found = (
        count("replayed") + count("stale"),
        count("wrong-audience"),
        count("not-signed"),
    );
    assert_eq!(found, (5, 1, 3), "{reasons:?}");
    parts.verify_journal();
}

/// Who may carry it is signed, too.
#[test]
fn ac_41_only_a_named_relay_brings_it() {
    let parts = gateway();
    let world = &parts.world;
    let relay = Relay::start(&parts, &RESELLER);
    let service = Service::start(&parts, &ROADSIDE, &[&relay]);
    let phone = world.free_phone();
    service.agree(&phone, &json!({}));
    let unnamed = json!({"number": phone.number, "relays": []});
    assert_turned_down(&service.does("ask", &unnamed), "relay-not-named");
    let stranger = json!({"number": phone.number, "relays": ["pty_00000000000000000000000000"]});
    assert_turned_down(&service.does("ask", &stranger), "relay-not-named");
    let both = json!({"number": phone.number, "relays": [relay.party.id, "pty_00000000000000000000000000"]});
    assert_turned_down(&service.does("ask", &both), "relay-unknown");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
    assert_told(&service.asks(&phone.number));
    // What a relay reads of an ask says nothing about whom.
    let carried = relay.last();
    let ask = carried["load"]["ask"].as_str().expect("an ask");
    let read = String::from_utf8(unbase64url(ask.split('.').nth(1).expect("claims"))).expect("text");
    assert!(!read.contains(phone.number.trim_start_matches('+')), "{read}");
}
