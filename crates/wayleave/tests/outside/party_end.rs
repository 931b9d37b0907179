//! An agreement ends: nobody is asked any more, people are told once, credentials die on the day, and who owes the word that
//! it deleted is listed for everybody.

use serde_json::{Value, json};

use crate::jose::{jti, now};
use crate::operator::{done, moment, run, send};
use crate::partner::{Partner, assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::until;
use crate::world::CONSENTS;

const SAID: &str = "may not ask where your phone is";

/// How the public list says that the agreement with `plain` stands.
fn standing(parts: &Parts) -> Value {
    let list = parts.world.get("/wayleave/v1/counterparties").json();
    let parties = list["parties"].as_array().expect("parties");
    let party = parties.iter().find(|party| party["name"] == "Plainfield Towing");
    party.expect("the party").clone()
}

fn attestation(parts: &Parts, partner: &Partner) -> String {
    let claims = json!({
        "iss": partner.client_id, "aud": parts.world.issuer, "iat": now(), "exp": now() + 600, "jti": jti(),
        "until": now(), "statement": "We deleted every position that we received.",
    });
    partner
        .key
        .jws(&json!({"alg": "ES256", "typ": "wayleave-deletion+jwt"}), &claims)
}

#[test]
fn an_agreement_ends_in_public() {
    let parts = Parts::start(Settings {
        more: "[notices]\nattest_within_s = 2\n".to_owned(),
        ..Settings::default()
    });
    let plain = parts.world.partner("plain");
    let (agreed, stranger) = (parts.world.free_phone(), parts.world.free_phone());
    agreed.agree_to(&plain, &json!({}));
    assert_eq!(standing(&parts)["standing"], "live");
    let past = run(&parts, &["party", "end", "plain", "--on", &moment(-60)]);
    assert!(!past.status.success(), "a slip of the pen");
    assert_eq!(standing(&parts)["standing"], "live");
    let on = moment(12);
    done(&parts, &["party", "end", "plain", "--on", &on]);
    let found = standing(&parts);
    assert_eq!(
        (&found["standing"], &found["days"]),
        (&json!("notice"), &json!(0)),
        "{found}"
    );
    // Nobody is asked in its name any more; what was agreed to holds until the day.
    let asked = plain.call("POST", CONSENTS, &plain.wish(&stranger.number));
    assert_refused(&asked, "agreement-ending");
    assert_answered(&plain.retrieve(&agreed.number));
    agreed.text(SAID, 0);
    // It cannot be put off, and whoever was told is not told again.
    let later = run(&parts, &["party", "end", "plain", "--on", &moment(3600)]);
    assert!(!later.status.success());
    let again = done(&parts, &["party", "end", "plain", "--on", &on]);
    assert!(again.contains("told      0 people"), "{again}");
    until("the day", || {
        (plain.retrieve(&agreed.number).status == 401).then_some(())
    });
    let token = plain.ask_token(&plain.scope());
    assert_eq!(
        (token.status, token.json()["error"].as_str()),
        (401, Some("invalid_client")),
        "{}",
        token.text()
    );
    assert_eq!((agreed.count(SAID), stranger.count(SAID)), (1, 0));
    until("the word about deleting to be missing", || {
        (standing(&parts)["standing"] == "attestation-missing").then_some(())
    });
    let page = parts.world.get("/counterparties").text();
    assert!(
        page.contains("attestation-missing") && page.contains("Plainfield Towing"),
        "{page}"
    );
    // The one thing that it may still send.
    let signed = attestation(&parts, &plain);
    let answer = send(&parts, "/wayleave/v1/attestations", "attestation", &signed);
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(standing(&parts)["standing"], "attested");
    let again = send(&parts, "/wayleave/v1/attestations", "attestation", &signed);
    assert_eq!(again.status, 400, "{}", again.text());
    assert_eq!(
        parts
            .world
            .partner("bank")
            .ask_token("dpv:FraudPreventionAndDetection location-verification:verify")
            .status,
        200
    );
    parts.verify_journal();
}

#[test]
fn whoever_is_newly_affected_is_told_and_an_end_at_once_is_commanded() {
    let parts = Parts::start(Settings::default());
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    let on = moment(3600);
    let end = ["party", "end", "plain", "--on", &on];
    let keep = ["--keep-purpose", "RequestedServiceProvision"];
    assert!(done(&parts, &[&end[..], &keep].concat()).contains("told      0 people"));
    assert!(done(&parts, &end).contains("told      1 people"));
    assert!(done(&parts, &end).contains("told      0 people"));
    phone.text(SAID, 0);
    let past = moment(-60);
    let end = ["party", "end", "plain", "--on", &past];
    assert!(!run(&parts, &end).status.success());
    assert_answered(&plain.retrieve(&phone.number));
    done(&parts, &[&end[..], &["--at-once"]].concat());
    until("its credentials to be dead", || {
        (plain.retrieve(&phone.number).status == 401).then_some(())
    });
    parts.verify_journal();
}
