//! Notices of misuse: nobody acts, and what it is about is suspended by itself; somebody dismisses it, and the journal says
//! who and why.

use serde_json::json;

use crate::http::Answer;
use crate::jose::{jti, now};
use crate::operator::{Party, done, enrol, notice, run, send};
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::until;

const PATH: &str = "/wayleave/v1/notices";
const TOWING: &str = "RequestedServiceProvision";

fn gateway(act_within_s: u32) -> Parts {
    Parts::start(Settings {
        more: format!("[notices]\nact_within_s = {act_within_s}\n"),
        ..Settings::default()
    })
}

fn taken(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text());
    answer.json()["notice"].as_str().expect("an id").to_owned()
}

#[test]
fn a_notice_that_nobody_acts_on_suspends_by_itself() {
    let parts = gateway(3);
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    let regulator = enrol(&parts, "regulator", TOWING, &["wayleave:notices"], None);
    let id = taken(&send(
        &parts,
        PATH,
        "notice",
        &notice(&parts, &regulator, &plain.client_id, Some(TOWING)),
    ));
    assert!(done(&parts, &["notice", "list"]).contains(&format!("{id}  open")));
    until("the clock to close it", || {
        done(&parts, &["notice", "list"])
            .contains(&format!("{id}  overdue"))
            .then_some(())
    });
    assert_refused(&plain.retrieve(&phone.number), "programme-suspended");
    assert!(done(&parts, &["party", "list"]).contains("RequestedServiceProvision SUSPENDED"));
    let shown = done(&parts, &["notice", "show", &id]);
    assert!(shown.contains("never asked for a tow"), "{shown}");
    let again = run(
        &parts,
        &["notice", "dismiss", &id, "--who", "A. Reader", "--because", "late"],
    );
    assert!(!again.status.success(), "it was closed");
    done(&parts, &["party", "suspend", "plain", "--programme", TOWING, "--lift"]);
    assert_answered(&plain.retrieve(&phone.number));
    parts.verify_journal();
}

#[test]
fn a_notice_is_dismissed_or_acted_on_by_somebody() {
    let parts = gateway(3600);
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    let regulator = enrol(&parts, "regulator", TOWING, &["wayleave:notices"], None);
    let first = notice(&parts, &regulator, &plain.client_id, None);
    let id = taken(&send(&parts, PATH, "notice", &first));
    done(
        &parts,
        &[
            "notice",
            "dismiss",
            &id,
            "--who",
            "A. Reader",
            "--because",
            "the tickets are there",
        ],
    );
    assert!(done(&parts, &["notice", "list"]).contains(&format!("{id}  dismissed")));
    assert_answered(&plain.retrieve(&phone.number));
    // The same again is the same notice, whatever became of it. One that somebody else signed is none, or about nobody.
    assert_eq!(taken(&send(&parts, PATH, "notice", &first)), id);
    for (signed, status) in [
        (
            notice(&parts, &regulator, &regulator.id.replace("pty_", "pty_x"), None),
            400,
        ),
        (
            notice(&parts, &regulator, &plain.client_id, Some("DeliveryOfGoods")),
            400,
        ),
        (
            notice(&parts, &regulator.with_another_key(), &plain.client_id, None),
            400,
        ),
        (
            notice(
                &parts,
                &enrol(&parts, "rival", TOWING, &["wayleave:asks"], None),
                &plain.client_id,
                None,
            ),
            403,
        ),
    ] {
        let answer = send(&parts, PATH, "notice", &signed);
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let id = taken(&send(
        &parts,
        PATH,
        "notice",
        &notice(&parts, &regulator, &plain.client_id, None),
    ));
    done(
        &parts,
        &["notice", "act", &id, "--who", "A. Reader", "--because", "it is so"],
    );
    assert_refused(&plain.retrieve(&phone.number), "party-suspended");
    let list = done(&parts, &["party", "list"]);
    assert!(list.contains("SUSPENDED"), "{list}");
    parts.verify_journal();
}

/// A notice without papers.
fn word(parts: &Parts, by: &Party, about: &str, kind: &str) -> String {
    let claims = json!({
        "iss": by.id, "aud": parts.world.issuer, "iat": now(), "exp": now() + 120, "jti": jti(), "about": about,
        "kind": kind, "text": "So it is said.",
    });
    by.key
        .jws(&json!({"alg": "ES256", "typ": "wayleave-notice+jwt"}), &claims)
}

#[test]
fn what_is_not_documented_and_who_is_suspended_suspend_nobody() {
    let parts = gateway(3);
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    let [peer, rival] = ["peer", "rival"].map(|name| enrol(&parts, name, TOWING, &["wayleave:notices"], None));
    let told = ["misuse", "suspended"].map(|kind| {
        let answer = send(&parts, PATH, "notice", &word(&parts, &peer, &plain.client_id, kind));
        assert!(answer.json()["until"].is_null(), "{}", answer.text());
        taken(&answer)
    });
    // What a peer said before is no news, until it says the other thing.
    let again = send(
        &parts,
        PATH,
        "notice",
        &word(&parts, &peer, &plain.client_id, "suspended"),
    );
    assert_eq!(taken(&again), told[1]);
    let lifted = send(
        &parts,
        PATH,
        "notice",
        &word(&parts, &peer, &plain.client_id, "resumed"),
    );
    assert_ne!(taken(&lifted), told[1]);
    let clock = taken(&send(
        &parts,
        PATH,
        "notice",
        &notice(&parts, &rival, &plain.client_id, None),
    ));
    let list = done(&parts, &["notice", "list"]);
    assert!(list.starts_with(&format!("{clock}  open")), "{list}");
    done(&parts, &["party", "suspend", "rival"]);
    until("the clock to lapse", || {
        done(&parts, &["notice", "list"])
            .contains(&format!("{clock}  lapsed"))
            .then_some(())
    });
    let list = done(&parts, &["notice", "list"]);
    assert!(told.iter().all(|id| list.contains(&format!("{id}  noted"))), "{list}");
    assert_answered(&plain.retrieve(&phone.number));
    let follow = ["notice", "act", &told[1], "--who", "A. Reader", "--because", "as there"];
    done(&parts, &follow);
    assert!(done(&parts, &["notice", "list"]).contains(&format!("{}  followed", told[1])));
    assert_refused(&plain.retrieve(&phone.number), "party-suspended");
    parts.verify_journal();
}

#[test]
fn one_sender_has_few_notices_open() {
    let parts = gateway(3600);
    let sender = enrol(&parts, "sender", TOWING, &["wayleave:notices"], None);
    let parties: Vec<Party> = (0..6)
        .map(|n| {
            enrol(
                &parts,
                &format!("about-{n}"),
                TOWING,
                &["location-retrieval:read"],
                None,
            )
        })
        .collect();
    let first = notice(&parts, &sender, &parties[0].id, None);
    let id = taken(&send(&parts, PATH, "notice", &first));
    assert_eq!(taken(&send(&parts, PATH, "notice", &first)), id, "after a lost answer");
    let other = send(&parts, PATH, "notice", &notice(&parts, &sender, &parties[0].id, None));
    assert_eq!(other.status, 400, "{}", other.text());
    assert!(other.text().contains("about the same"), "{}", other.text());
    for party in &parties[1..5] {
        taken(&send(&parts, PATH, "notice", &notice(&parts, &sender, &party.id, None)));
    }
    let sixth = notice(&parts, &sender, &parties[5].id, None);
    let answer = send(&parts, PATH, "notice", &sixth);
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(answer.text().contains("at most 5"), "{}", answer.text());
    assert_eq!(done(&parts, &["notice", "list"]).lines().count(), 5);
    done(
        &parts,
        &["notice", "dismiss", &id, "--who", "A. Reader", "--because", "nothing"],
    );
    taken(&send(&parts, PATH, "notice", &sixth));
    parts.verify_journal();
}
