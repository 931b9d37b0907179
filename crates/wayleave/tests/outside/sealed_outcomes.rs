//! Whatever becomes of an ask, whoever carries it sees the same: status 200, one type, one length. And the key that an
//! outcome is sealed to changes as its owner alone says.

use std::collections::BTreeSet;
use std::fs;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::chain::{
    HUB, Member, RESELLER, ROADSIDE, Relay, Service, assert_told, assert_turned_down, brief, enrol_as, gateway, sealing,
};
use crate::jose::Key;
use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};

#[test]
fn a_relay_cannot_tell_one_outcome_from_another() {
    let parts = gateway();
    let world = &parts.world;
    // The reseller hands on to the hub, and both look.
    let hub = Relay::start(&parts, &HUB);
    let reseller = Relay::start_before(&parts, &RESELLER, &hub);
    let service = Service::start(&parts, &ROADSIDE, &[&reseller, &hub]);
    let (phone, other) = (world.free_phone(), world.free_phone());
    let mut seen: Vec<(&str, Value)> = Vec::new();
    let mut look = |what: &'static str, outcome: &Value, expected: &str| {
        assert_eq!(outcome["opened"]["outcome"], expected, "{what}: {}", brief(outcome));
        seen.push((what, reseller.last()));
    };
    let number = json!({"number": phone.number});
    look("no consent", &service.does("ask", &number), "refused");
    let asked = service.does("consent", &json!({"number": other.number}));
    look("a question", &asked, "asked");
    let status = json!({"number": other.number, "consent": asked["opened"]["consent"]});
    look("its state", &service.does("status", &status), "state");
    let foreign = json!({"number": phone.number, "consent": asked["opened"]["consent"]});
    look(
        "its state under another number",
        &service.does("status", &foreign),
        "refused",
    );
    service.agree(&phone, &json!({}));
    look("an answer", &service.does("ask", &number), "answered");
    let verify = json!({"number": phone.number, "question": "verify"});
    look("a verdict", &service.does("ask", &verify), "answered");
    let fine = json!({"number": phone.number, "question": {"type": "retrieve", "maxSurface": 1}});
    look("too fine", &service.does("ask", &fine), "refused");
    let stale = json!({"number": phone.number, "claims": {"aud": "https://other.example.com"}});
    look("another gateway's", &service.does("ask", &stale), "refused");
    let purpose = json!({"number": phone.number, "purpose": "FraudPreventionAndDetection"});
    look("another purpose", &service.does("ask", &purpose), "refused");
    world.carrier_behaves(&json!({"misbehave": "malformed"}));
    look("a carrier that talks nonsense", &service.does("ask", &number), "failed");
    world.carrier_behaves(&json!({"misbehave": null}));
    for (what, claims) in [
        ("nobody's", json!({"iss": "pty_00000000000000000000000000"})),
        ("malformed", json!({"question": {"type": "whatever"}})),
        (
            "a subject that does not open",
            json!({"subject": "e30..AAAA.AAAA.AAAA"}),
        ),
    ] {
        service.does("ask", &json!({"number": phone.number, "claims": claims}));
        seen.push((what, reseller.last()));
    }
    let forms: BTreeSet<String> = seen
        .iter()
        .map(|(_, carried)| {
            let length = carried["body"].as_str().map(str::len);
            format!("{} {} {length:?}", carried["status"], carried["contentType"])
        })
        .collect();
    assert_eq!(forms.len(), 1, "{forms:?}");
    assert!(
        forms.iter().all(|form| form.starts_with("200 \"application/jose\"")),
        "{forms:?}"
    );
    let carried = [&reseller, &hub].map(|relay| relay.last()["body"].clone());
    assert_eq!(carried[0], carried[1], "byte for byte");
    parts.verify_journal();
}

/// A gateway where a change of keys waits for a few seconds only.
fn impatient() -> Parts {
    Parts::start(Settings {
        gateway: "party_keys_wait_s = 4".to_owned(),
        ..Settings::default()
    })
}

fn operator(parts: &Parts, arguments: &[&str]) -> String {
    let config = parts.config.to_str().expect("a path");
    let output = wayleave(&[arguments, &["--config", config]].concat());
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// What the service signs so that outcomes are sealed to another key from then on: the file with it.
fn signed_change(parts: &Parts, service: &Service, key: &Key, new: &Key) -> String {
    let folder = parts.world.folder.join("clients");
    let [set, next, statement] = ["set.jwks", "next.jwk", "next.jwt"].map(|name| folder.join(name));
    fs::write(&set, json!({"keys": [key.public()]}).to_string()).expect("written");
    fs::write(&next, sealing(new.public()).to_string()).expect("written");
    let (file, set, next) = (
        service.party.file.to_string_lossy(),
        set.to_string_lossy(),
        next.to_string_lossy(),
    );
    let keys = ["client", "keys", "--client", &file, "--jwks", &set];
    let signed = wayleave(&[&keys[..], &["--encryption-jwk", &next]].concat());
    assert!(signed.status.success(), "{}", said(&signed));
    fs::write(&statement, &signed.stdout).expect("written");
    statement.to_string_lossy().into_owned()
}

#[test]
fn an_old_consent_is_answered_to_the_next_key_of_the_chain() {
    let parts = impatient();
    let phone = parts.world.free_phone();
    let (key, old, new) = (Key::generate(), Key::generate(), Key::generate());
    let party = enrol_as(&parts, &ROADSIDE, &key, &old, None);
    let service = Service::of(&parts, &ROADSIDE, party, &[]);
    service.agree(&phone, &json!({}));
    assert_told(&service.asks(&phone.number));
    let statement = signed_change(&parts, &service, &key, &new);
    let change = |more: &[&str]| {
        operator(&parts, &[&["party", "keys", ROADSIDE.client], more].concat());
    };
    let wait = || sleep(Duration::from_secs(5));
    // Called off in time, it never comes.
    change(&["--jwks", &statement]);
    change(&["--cancel"]);
    wait();
    assert_told(&service.asks(&phone.number));
    // Until it is in force, the old one is.
    change(&["--jwks", &statement]);
    assert_told(&service.asks(&phone.number));
    wait();
    let unread = service.asks(&phone.number);
    assert!(unread["opened"].is_null(), "sealed to the old key: {}", brief(&unread));
    // The consent of before is answered, to whoever holds the new key alone.
    service
        .party
        .change(|file| file["encryption_jwk"] = sealing(new.private()));
    assert_told(&service.asks(&phone.number));
    parts.verify_journal();
}

#[test]
fn a_consent_that_pins_no_key_answers_to_none() {
    let parts = impatient();
    let phone = parts.world.free_phone();
    let (key, seals) = (Key::generate(), Key::generate());
    let keyless = Member {
        seals: false,
        ..ROADSIDE
    };
    let party = enrol_as(&parts, &keyless, &key, &seals, None);
    party.change(|file| file["encryption_jwk"] = sealing(seals.private()));
    let service = Service::of(&parts, &keyless, party, &[]);
    // It could not read what became of its question, which is put all the same, and names no key.
    let asked = service.does("consent", &json!({"number": phone.number}));
    assert!(asked["opened"].is_null(), "{}", brief(&asked));
    assert_eq!(phone.press("agree", &phone.question(0)).status, 200);
    assert!(service.asks(&phone.number)["opened"].is_null());
    let statement = signed_change(&parts, &service, &key, &seals);
    operator(&parts, &["party", "keys", ROADSIDE.client, "--jwks", &statement]);
    sleep(Duration::from_secs(5));
    // A key that came after the yes is not one that the person agreed to.
    assert_turned_down(&service.asks(&phone.number), "key-not-pinned");
    assert!(parts.world.queries(&phone.number).is_empty(), "the carrier was asked");
    // Somebody who is asked now agrees to the key, too.
    let other = parts.world.free_phone();
    service.agree(&other, &json!({}));
    assert_told(&service.asks(&other.number));
    parts.verify_journal();
}
