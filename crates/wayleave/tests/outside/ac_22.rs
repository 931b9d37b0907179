//! AC-22: a partner says that the person consented, or uploads a record that says so. There is no field for it.

use serde_json::{Value, json};

use crate::partner::assert_refused;
use crate::world::{CONSENTS, RETRIEVE, World, retrieval};

/// Everything that a partner might hope means "they agreed".
fn claims() -> Vec<(&'static str, Value)> {
    let record = json!({"status": "GRANTED", "grantedAt": "2025-01-01T00:00:00Z", "signedBy": "subscriber"});
    vec![
        ("consent", json!(true)),
        ("consent", json!("true")),
        ("consent", record.clone()),
        ("consentGiven", json!(true)),
        ("hasConsent", json!(true)),
        ("consentId", json!("con_00000000000000000000000000")),
        ("consentRecord", record),
        ("consentToken", json!("eyJhbGciOiJub25lIn0.e30.")),
        ("evidence", json!({"type": "PAPER", "document": "JVBERi0xLjQK"})),
        ("status", json!("GIVEN")),
        ("granted", json!(true)),
        ("legalBasis", json!("consent")),
    ]
}

#[test]
fn ac_22_consent_true_is_not_a_field() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    for (name, value) in claims() {
        let mut ask = retrieval(&phone.number);
        ask[name] = value.clone();
        let answer = partner.call("POST", RETRIEVE, &ask);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "INVALID_ARGUMENT"),
            "{name}"
        );
        let mut within = retrieval(&phone.number);
        within["device"][name] = value;
        assert_eq!(partner.call("POST", RETRIEVE, &within).status, 400, "device.{name}");
    }
    for (name, value) in [
        ("x-consent", "true"),
        ("consent", "granted"),
        ("x-wayleave-consent", "GIVEN"),
    ] {
        let request = partner.signed("POST", RETRIEVE).json(&retrieval(&phone.number));
        assert_refused(&request.header(name, value).send(world.host()), "no-permission");
    }
    for query in ["consent=true", "consent=granted&force=1"] {
        let mut request = partner.signed("POST", RETRIEVE).json(&retrieval(&phone.number));
        request.target = format!("{RETRIEVE}?{query}");
        assert_refused(&request.send(world.host()), "no-permission");
    }
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

#[test]
fn ac_22_an_uploaded_consent_record_is_refused() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    for (name, value) in claims() {
        let mut wish = partner.wish(&phone.number);
        wish[name] = value;
        let answer = partner.call("POST", CONSENTS, &wish);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "INVALID_ARGUMENT"),
            "{name}"
        );
    }
    assert!(phone.texts().is_empty(), "a refused upload reached the phone");
    assert_refused(&partner.retrieve(&phone.number), "no-permission");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}
