//! AC-39: a reseller asks under its customer's name. The final service signs, and the reseller has no key that can: each
//! try is refused, sealed like everything else, written down for the person to see, and no carrier hears of it.

use serde_json::{Value, json};

use crate::chain::{RESELLER, ROADSIDE, Relay, Service, assert_told, assert_turned_down, entries, gateway};

#[test]
fn ac_39_a_resellers_key_makes_no_ask() {
    let parts = gateway();
    let world = &parts.world;
    let reseller = Relay::start(&parts, &RESELLER);
    let service = Service::start(&parts, &ROADSIDE, &[&reseller]);
    let phone = world.free_phone();
    service.agree(&phone, &json!({}));
    // It signs what it carries anew.
    reseller.behaves(&json!({"resign": true}));
    let resigned = service.asks(&phone.number);
    assert_turned_down(&resigned, "not-signed");
    // It widens what it carries, under the old signature.
    reseller.behaves(&json!({"alter": {"purpose": "FraudPreventionAndDetection"}}));
    let widened = service.asks(&phone.number);
    assert_turned_down(&widened, "not-signed");
    reseller.behaves(&json!({}));
    // It asks in its customer's name from nothing, and in its own about whom its customer asked.
    let invented = reseller.does("invent", &json!({"iss": service.party.id, "number": phone.number}));
    let subject = claims(&reseller.last())["subject"].clone();
    let spliced =
        json!({"iss": reseller.party.id, "number": phone.number, "claims": {"subject": subject, "relays": []}});
    let spliced = reseller.does("invent", &spliced);
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
    let honest = service.asks(&phone.number);
    assert_told(&honest);
    assert_eq!(world.queries(&phone.number).len(), 1);
    // To the reseller all of them look like the answer.
    let told = reseller.last();
    for tried in [&invented, &spliced] {
        assert_eq!(
            (&tried["status"], &tried["contentType"]),
            (&told["status"], &told["contentType"])
        );
        assert_eq!(
            tried["body"].as_str().map(str::len),
            told["body"].as_str().map(str::len)
        );
    }
    // The person sees who tried, three times, and that nothing was told.
    let tries = entries(&parts, &phone.number);
    let tries: Vec<&Value> = tries.iter().filter(|entry| entry["reason"] == "not-signed").collect();
    assert_eq!(tries.len(), 3, "{tries:?}");
    for entry in tries {
        assert_eq!(entry["recipient"], json!(reseller.party.id), "{entry}");
    }
    // So is the number that it took from its customer's ask.
    let spliced = entries(&parts, &phone.number);
    let spliced: Vec<&Value> = spliced
        .iter()
        .filter(|entry| entry["reason"] == "subject-not-own")
        .collect();
    assert_eq!(spliced.len(), 1, "{spliced:?}");
    assert_eq!(spliced[0]["recipient"], json!(reseller.party.id));
    parts.verify_journal();
}

/// What a relay reads of the ask that it posted last.
fn claims(carried: &Value) -> Value {
    let ask = carried["load"]["ask"].as_str().expect("an ask");
    let claims = ask.split('.').nth(1).expect("claims");
    serde_json::from_slice(&crate::jose::unbase64url(claims)).expect("JSON")
}
