//! AC-23: a partner writes GRANTED. No endpoint makes a consent given but the capture on the handset.

use serde_json::{Value, json};

use crate::http::Request;
use crate::jose::{Key, base64url, unbase64url};
use crate::partner::assert_refused;
use crate::phone::{Question, attribute};
use crate::world::{CONSENTS, World};

const SPELLINGS: [&str; 8] = [
    "GRANTED",
    "granted",
    "GIVEN",
    "given",
    "ACTIVE",
    "APPROVED",
    "OPTED_IN",
    "VALID_CONSENT",
];

/// Every place where a consent could be thought to be written, of `id`, with the question's link or without.
fn places(id: &str) -> Vec<String> {
    let mut places = vec![
        CONSENTS.to_owned(),
        "/wayleave/v1/consent".to_owned(),
        "/wayleave/v1/permissions".to_owned(),
        "/consent-info/v0.2/retrieve".to_owned(),
        "/consent-info/v0.2/consents".to_owned(),
        "/consent-management/v0.1/consents".to_owned(),
        format!("/consent-management/v0.1/consents/{id}"),
    ];
    for action in [
        "",
        "/status",
        "/state",
        "/grant",
        "/give",
        "/agree",
        "/approve",
        "/evidence",
    ] {
        places.push(format!("{CONSENTS}/{id}{action}"));
    }
    places
}

#[test]
fn ac_23_no_endpoint_writes_a_consent() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    for place in places(&id) {
        for method in ["POST", "PUT", "PATCH"] {
            for spelling in SPELLINGS {
                let answer = partner.call(method, &place, &record(&phone.number, spelling));
                assert!(
                    (400..500).contains(&answer.status),
                    "{method} {place}: {}",
                    answer.text()
                );
            }
        }
    }
    assert_eq!(partner.consent_state(&id), "PENDING");
    assert_eq!(question.state(), "asked");
    assert_refused(&partner.retrieve(&phone.number), "not-answered");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

fn record(number: &str, spelling: &str) -> Value {
    json!({
        "phoneNumber": number, "status": spelling, "state": spelling, "grantedAt": "2025-11-22T00:00:00Z",
        "precision": {"type": "AREA", "metres": 500}, "count": 12, "durationSeconds": 7200, "caseReference": "TOW-9132",
    })
}

#[test]
fn ac_23_the_capture_takes_the_terms_signed_and_nothing_else() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    for (what, body) in forged_agreements(&question) {
        let answer = agree(world, &question, &body);
        assert!((400..500).contains(&answer), "{what}: {answer}");
        assert_eq!(question.state(), "asked", "{what}");
    }
    for (method, button) in [
        ("GET", "agree"),
        ("PUT", "agree"),
        ("PATCH", "agree"),
        ("POST", "given"),
    ] {
        let target = format!("{}/{button}", question.path());
        let answer = partner.call(method, &target, &json!({"state": "given"}));
        assert!(
            (400..500).contains(&answer.status),
            "{method} {button}: {}",
            answer.text()
        );
    }
    assert_eq!(partner.consent_state(&id), "PENDING");
    assert_refused(&partner.retrieve(&phone.number), "not-answered");
    // The right signature does work, so that the refusals above were no accident.
    let key = Key::generate();
    let signature = base64url(key.sign(&terms(&question)));
    assert_eq!(
        agree(world, &question, &json!({"key": key.public(), "signature": signature})),
        200
    );
    assert_eq!(partner.consent_state(&id), "GIVEN");
}

fn terms(question: &Question) -> Vec<u8> {
    unbase64url(&attribute(&crate::http::fetch(&question.link).text(), "data-terms"))
}

fn agree(world: &World, question: &Question, body: &Value) -> u16 {
    let request = Request::new("POST", &format!("{}/agree", question.path()));
    request.json(body).send(world.host()).status
}

fn forged_agreements(question: &Question) -> Vec<(&'static str, Value)> {
    let (key, other) = (Key::generate(), Key::generate());
    let terms = terms(question);
    let wider = String::from_utf8(terms.clone()).expect("text").replace("500", "050");
    let by = |key: &Key, message: &[u8]| base64url(key.sign(message));
    let of = |public: Value, signature: String| json!({"key": public, "signature": signature});
    let mut with_state = of(key.public(), by(&key, &terms));
    with_state["state"] = "given".into();
    vec![
        ("nothing", json!({})),
        ("a word", json!({"state": "given"})),
        ("no signature", json!({"key": key.public()})),
        ("a signature of zeros", of(key.public(), base64url([0; 64]))),
        ("another key's signature", of(key.public(), by(&other, &terms))),
        ("a signature over nothing", of(key.public(), by(&key, b""))),
        (
            "a signature over other terms",
            of(key.public(), by(&key, wider.as_bytes())),
        ),
        ("an unknown field", with_state),
        ("the private key too", of(key.private(), by(&key, &terms))),
        ("a list", json!([of(key.public(), by(&key, &terms))])),
    ]
}
