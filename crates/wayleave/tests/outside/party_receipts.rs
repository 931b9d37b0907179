//! The receipt of a consent, for the company that it names: there while the consent holds, and nowhere where an entry would
//! tell more than the status does.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::jose::unbase64url;
use crate::partner::Partner;
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};
use crate::world::CONSENTS;

/// The status of a consent, and the header.
fn look(partner: &Partner, id: &str) -> (String, Option<String>) {
    let answer = partner.signed("GET", &format!("{CONSENTS}/{id}")).send(partner.host());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let status = answer.json()["status"].as_str().expect("a status").to_owned();
    (status, answer.header("wayleave-receipt").map(str::to_owned))
}

#[test]
fn a_consent_that_holds_has_a_receipt_and_no_other_state_does() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let partner = world.partner("plain");
    let phone = world.free_phone();
    let open = partner.ask_consent(&world.free_phone().number, &json!({}));
    assert_eq!(look(&partner, &open), ("PENDING".to_owned(), None));
    let given = phone.agree_to(&partner, &json!({}));
    let (status, receipt) = look(&partner, &given.id);
    assert_eq!(status, "GIVEN");
    let receipt = receipt.expect("a receipt");
    let document: Value = serde_json::from_slice(&unbase64url(&receipt)).expect("JSON");
    let party: Value = serde_json::from_str(document["party"].as_str().expect("a part")).expect("JSON");
    assert_eq!(
        (&party["kind"], &document["answerKey"]),
        (&json!("consent-given"), &Value::Null)
    );
    assert!(!document.to_string().contains(phone.number.trim_start_matches('+')));
    let key = wayleave(&["journal", "key", "--config", parts.config.to_str().expect("a path")]);
    let key = String::from_utf8(key.stdout).expect("text");
    let file = world.folder.join("receipt");
    let verify = |text: &str| {
        let mut written = std::fs::File::create(&file).expect("a file");
        written.write_all(text.as_bytes()).expect("written");
        wayleave(&["journal", "verify", file.to_str().expect("a path"), "--key", key.trim()])
    };
    let good = verify(&receipt);
    assert!(good.status.success(), "{}", said(&good));
    let bad = verify(&document.to_string().replace("consent-given", "consent-taken"));
    assert!(!bad.status.success(), "{}", said(&bad));
    phone.reply("STOP");
    phone.text("ended", 0);
    assert_eq!(look(&partner, &given.id), ("ENDED".to_owned(), None));
}

#[test]
fn a_consent_of_personal_safety_has_none_while_it_holds_or_seems_to() {
    let parts = Parts::start(Settings {
        policy: vec![("effect_after_hours = 24\n", "effect_after_s = 3\n")],
        ..Settings::default()
    });
    let guard = parts.enrol("guard");
    let phone = parts.world.free_phone();
    let id = guard.ask_consent(&phone.number, &json!({"count": 5, "durationSeconds": 3600}));
    let question = phone.question(0);
    assert_eq!(phone.press("agree", &question).status, 200);
    until("it to take effect", || (look(&guard, &id).0 == "GIVEN").then_some(()));
    assert_eq!(look(&guard, &id), ("GIVEN".to_owned(), None));
    assert_eq!(phone.press("stop", &question).status, 200);
    assert_eq!(
        look(&guard, &id),
        ("GIVEN".to_owned(), None),
        "stopped, and nothing tells"
    );
}
