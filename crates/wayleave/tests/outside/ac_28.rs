//! AC-28: a number changes hands. What its old owner agreed to ends with the tenure, and the new owner begins with nothing.

use serde_json::{Value, json};

use crate::http::Request;
use crate::jose::unbase64url;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::world::World;

const PLACE: (f64, f64) = (12.0, -40.0);

fn parts() -> Parts {
    Parts::start(Settings {
        ports: true,
        ..Settings::default()
    })
}

/// Pushes a token to a gateway; the status, and the error's word.
fn push(world: &World, content_type: &str, token: &str) -> (u16, String) {
    let request = Request::new("POST", "/wayleave/v1/carrier-events").header("content-type", content_type);
    let answer = request.body(token.to_owned()).send(world.host());
    let document: Value = serde_json::from_str(&answer.text()).unwrap_or_default();
    (answer.status, document["err"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn ac_28_the_old_owner_agreed_and_the_number_was_given_to_somebody_else() {
    let parts = parts();
    let (bank, plain) = (parts.world.partner("bank"), parts.world.partner("plain"));
    let phone = parts.world.free_phone();
    let given = phone.agree_to(&bank, &json!({"durationSeconds": 86_400, "count": 5}));
    assert_answered(&bank.verify(&phone.number, PLACE, 5000.0));
    let open = plain.ask_consent(&phone.number, &json!({}));
    let question = phone.question(1);

    let told = parts.happens("recycle", &json!({"number": phone.number}));
    assert_eq!((told["status"].as_u64(), told["body"].as_str()), (Some(202), Some("")));

    // The bank asks about the same number, and meets somebody who agreed to nothing.
    assert_refused(&bank.verify(&phone.number, PLACE, 5000.0), "no-permission");
    assert_eq!(bank.consent_state(&given.id), "ENDED");
    assert_ne!(given.question.state(), "given");
    assert_eq!(
        plain.consent_state(&open),
        "PENDING",
        "a company learns only that nobody answered"
    );
    // The old owner's links and codes give nothing any more.
    assert!(phone.press("agree", &question).status >= 400);
    phone.reply(&format!("YES {}", question.code));
    assert_refused(&plain.retrieve(&phone.number), "no-permission");
    assert_eq!(
        parts.world.queries(&phone.number).len(),
        1,
        "the carrier was asked again"
    );

    // The new owner is asked anew, and answers for themselves.
    let anew = phone.agree_to(&bank, &json!({"durationSeconds": 86_400, "count": 5}));
    assert_answered(&bank.verify(&phone.number, PLACE, 5000.0));
    assert_eq!(bank.consent_state(&given.id), "ENDED");
    // The same event again ends nothing of theirs; neither does an older one that comes late.
    let again = parts.happens("send", &json!({"token": told["token"]}));
    assert_eq!(again["status"], 202, "{again}");
    let late = parts.happens("recycle", &json!({"number": phone.number, "secondsAgo": 3600}));
    assert_eq!(late["status"], 202, "{late}");
    assert_answered(&bank.verify(&phone.number, PLACE, 5000.0));
    assert_eq!(bank.consent_state(&anew.id), "GIVEN");
}

#[test]
fn ac_28_a_port_by_the_same_holder_ends_nothing_and_another_sim_ends_everything() {
    let mut parts = parts();
    let plain = parts.world.partner("plain");
    let phone = parts.world.phone("+12025550121");
    let given = phone.agree_to(&plain, &json!({}));
    assert_eq!(parts.happens("port", &json!({"number": phone.number}))["status"], 202);
    assert_answered(&plain.retrieve(&phone.number));
    assert_eq!(
        parts.happens("sim-swap", &json!({"number": phone.number}))["status"],
        202
    );
    assert_eq!(plain.consent_state(&given.id), "ENDED");
    assert_refused(&plain.retrieve(&phone.number), "void");
    phone.text("call your carrier", 0);
    // After a start a new tenure is still a new one.
    assert_eq!(
        parts.happens("recycle", &json!({"number": phone.number}))["status"],
        202
    );
    assert_refused(&plain.retrieve(&phone.number), "no-permission");
    parts.gateway = None;
    parts.start_gateway();
    assert_refused(&parts.world.partner("plain").retrieve("+12025550121"), "no-permission");
    parts.gateway = None;
    assert!(parts.verify_journal().contains("every ask has its end"));
}

#[test]
fn ac_28_only_an_enrolled_carrier_is_believed_and_only_about_its_own_numbers() {
    let parts = parts();
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    let foreign = parts.happens("recycle", &json!({"number": "+99912345678"}));
    assert_eq!(foreign["status"], 400);
    assert!(
        foreign["body"]
            .as_str()
            .is_some_and(|body| body.contains("access_denied")),
        "{foreign}"
    );
    let good = parts.happens("port", &json!({"number": phone.number}));
    let good = good["token"].as_str().expect("a token");
    let kind = "application/secevent+jwt";
    assert_eq!(
        push(&parts.world, kind, good).0,
        202,
        "a second time, as after a lost answer"
    );
    assert_eq!(push(&parts.world, "application/jwt", good).0, 415);
    assert_eq!(push(&parts.world, kind, "x.y.z"), (400, "invalid_request".to_owned()));
    // A partner's own key signs the same claims.
    let (input, _) = good.rsplit_once('.').expect("a token");
    let claims = input.split_once('.').expect("two parts").1;
    let claims: Value = serde_json::from_slice(&unbase64url(claims)).expect("claims");
    let forged = plain.key.jws(&json!({"alg": "ES256", "typ": "secevent+jwt"}), &claims);
    assert_eq!(push(&parts.world, kind, &forged), (400, "invalid_key".to_owned()));
    assert_answered(&plain.retrieve(&phone.number));
    // Elsewhere nobody is enrolled.
    let other = Parts::start(Settings::default());
    assert_eq!(push(&other.world, kind, good), (400, "invalid_issuer".to_owned()));
}

#[test]
fn a_carrier_says_what_a_line_is() {
    let parts = parts();
    let number = parts.world.free_phone().number;
    let account = format!("acc_{:026}", 1);
    let attest = |line: &str, account: Option<&str>| {
        let told = parts.happens("attest", &json!({"number": number, "line": line, "account": account}));
        told["status"].as_u64().expect("a status")
    };
    assert_eq!(attest("machine", Some(&account)), 202);
    assert_eq!(attest("machine", Some(&account)), 202, "known already");
    assert_eq!(attest("personal", None), 202);
    for (line, account) in [
        ("machine", None),
        ("machine", Some("somebody")),
        ("tracker", Some(&*account)),
    ] {
        assert_eq!(attest(line, account), 400, "{line} {account:?}");
    }
    let store = rusqlite::Connection::open(parts.gateway_folder().join("wayleave.db")).expect("the store");
    let written: i64 = store
        .query_row("SELECT count(*) FROM entry WHERE kind = 'line-attested'", [], |row| {
            row.get(0)
        })
        .expect("a count");
    assert_eq!(written, 2, "once for each change");
}
