//! The recipient's programs of `docs/partners/`, as they stand there: each makes asks that the gateway's codecs take, and
//! opens outcomes that they sealed; and each refuses whatever is not its own or was altered.

use domain::ask::Question;
use domain::id::PartyId;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use serde_json::{Value, json};
use wire::asks::outcome::{Outcome, Told};
use wire::asks::{EventName, Wish, subject, told};
use wire::camara::error::Problem;
use wire::jose::jwe::{Fresh, seal_outcome};
use wire::jose::signed_ask::UnverifiedAsk;
use wire::jose::{AgreementKey, KeyUse, SigningKey};

#[path = "../src/asks/tests/journal.rs"]
mod journal;
#[path = "recipients/programs.rs"]
mod programs;
#[path = "recipients/rust.rs"]
mod rust;

const GATEWAY: &str = "https://gateway.example.com";
const NUMBER: &str = "+12025550101";
const JTI: &str = "a-1";
const AREA: &str = r#"{"area":{"areaType":"CIRCLE","center":{"latitude":10.2500005,"longitude":-20.5},"radius":200},"lastLocationTime":"2027-01-15T08:00:00.000Z"}"#;
const PARTIAL: &str =
    r#"{"lastLocationTime":"2027-01-15T08:00:00.000Z","matchRate":74,"verificationResult":"PARTIAL"}"#;
const INSIDE: &str = r#"{"lastLocationTime":"2027-01-15T08:00:00.000Z","verificationResult":"TRUE"}"#;

fn party(seed: u8) -> PartyId {
    PartyId::from_bytes([seed; 16])
}

fn agreement(seed: u8) -> AgreementKey {
    AgreementKey::from_chance([seed; 32]).expect("a key")
}

fn fresh() -> Fresh {
    Fresh {
        secret: [7; 32],
        nonce: [8; 12],
    }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// An ask that a program made is the recipient's own, about the number, and says what it was told to say.
fn asked(program: &programs::Program, signer: &SigningKey) {
    let made = program.run(&json!({ "do": "ask",
        "signing": value(signer.print_private_jwk(KeyUse::Signing).expose()),
        "recipient": party(1).to_string(), "gateway": GATEWAY, "gatewayKey": agreement(5).public().print(),
        "number": NUMBER, "purpose": "RequestedServiceProvision", "relays": [party(2).to_string()],
        "question": { "type": "retrieve", "maxAge": 60 }, "event": "ticket:1",
    }));
    let text = made["ask"]
        .as_str()
        .unwrap_or_else(|| panic!("{}: {made}", program.name));
    let now = Timestamp::from_unix_seconds(made["now"].as_i64().expect("a time"));
    let unverified = UnverifiedAsk::parse(text).expect("well-formed");
    assert_eq!(unverified.recipient(), party(1));
    let ask = unverified
        .verify(std::slice::from_ref(signer.public()), &[GATEWAY], now)
        .expect("genuine");
    assert_eq!(ask.jti, made["jti"].as_str().expect("a name"));
    assert_eq!(
        (ask.relays, ask.purpose),
        (vec![party(2)], Purpose::RequestedServiceProvision)
    );
    assert_eq!(ask.event, EventName::parse("ticket:1"));
    let question = Question::Retrieve {
        max_age: Some(Span::seconds(60)),
        max_surface: None,
    };
    assert_eq!(ask.wish, Wish::Question(question));
    let number = subject::open(&ask.subject, &[agreement(5)], party(1)).expect("sealed to the gateway");
    assert_eq!(number.to_e164(), NUMBER);
    assert!(
        subject::open(&ask.subject, &[agreement(5)], party(2)).is_err(),
        "it stays with its recipient"
    );
}

/// What a program makes of an outcome, or that it refuses it.
fn opened(program: &programs::Program, outcome: &str, changes: &Value) -> Option<Value> {
    let mut call = json!({ "do": "open", "outcome": outcome, "jti": JTI, "recipient": party(1).to_string(),
        "sealing": value(agreement(1).print_private_jwk().expose()),
        "trusted": { GATEWAY: programs::verifier_text() } });
    for (name, value) in changes.as_object().expect("an object") {
        call[name] = value.clone();
    }
    let told = program.run(&call);
    assert!(
        told["opened"].is_object() != told["refused"].is_string(),
        "{}: {told}",
        program.name
    );
    told.get("opened").cloned()
}

fn outcome<'a>(told: Told<'a>) -> Outcome<'a> {
    Outcome {
        issuer: GATEWAY,
        recipient: party(1),
        jti: JTI,
        leaf: 2,
        told,
    }
}

fn receipt(answer: &str) -> String {
    journal::receipt(party(1), 2, &told::canonical(answer.as_bytes()).expect("an answer")).to_json()
}

fn answered(answer: &str, receipt: &str) -> String {
    let told = Told::Answered {
        answer: answer.as_bytes(),
        receipt,
    };
    outcome(told).seal(&agreement(1).public().key, fresh()).expect("sealed")
}

fn opens_what_is_its_own(program: &programs::Program) {
    for answer in [AREA, PARTIAL, INSIDE] {
        let told = opened(program, &answered(answer, &receipt(answer)), &json!({}))
            .unwrap_or_else(|| panic!("{}: {answer}", program.name));
        assert_eq!(
            (&told["outcome"], &told["answer"]),
            (&json!("answered"), &value(answer)),
            "{}",
            program.name
        );
    }
    let refused = outcome(Told::Refused(&Problem::PermissionDenied, None));
    let sealed = refused.seal(&agreement(1).public().key, fresh()).expect("sealed");
    let told = opened(program, &sealed, &json!({})).expect("a refusal is believed");
    assert_eq!(told["problem"]["code"], "PERMISSION_DENIED");
}

fn refuses_everything_else(program: &programs::Program) {
    let good = receipt(AREA);
    let sealed = answered(AREA, &good);
    let other_journal = programs::verifier_text().replacen("gateway", "another", 1);
    for changes in [
        json!({ "recipient": party(2).to_string() }),
        json!({ "jti": "a-2" }),
        json!({ "trusted": { "https://other.example.com": programs::verifier_text() } }),
        json!({ "trusted": { GATEWAY: other_journal } }),
        json!({ "sealing": value(agreement(3).print_private_jwk().expose()) }),
    ] {
        assert!(
            opened(program, &sealed, &changes).is_none(),
            "{}: {changes}",
            program.name
        );
    }
    // One character in each of the header, the nonce, the ciphertext and the tag.
    for part in [0, 2, 3, 4] {
        let mut parts: Vec<String> = sealed.split('.').map(str::to_owned).collect();
        let other = if parts[part].as_bytes()[9] == b'A' { "B" } else { "A" };
        parts[part].replace_range(9..10, other);
        assert!(
            opened(program, &parts.join("."), &json!({})).is_none(),
            "{}: part {part}",
            program.name
        );
    }
    let plain = outcome(Told::Answered {
        answer: AREA.as_bytes(),
        receipt: &good,
    })
    .print()
    .expect("JSON");
    for apv in [
        format!("{GATEWAY} {} 3", party(1)),
        format!("{GATEWAY} {} 2", party(2)),
        "x".to_owned(),
    ] {
        let sealed = seal_outcome(&plain, &agreement(1).public().key, apv.as_bytes(), fresh()).expect("sealed");
        assert!(
            opened(program, &sealed, &json!({})).is_none(),
            "{}: {apv}",
            program.name
        );
    }
    let digest = told::canonical(AREA.as_bytes()).expect("an answer");
    let moved = AREA.replace("10.25", "10.26");
    let mut wrong_proof = value(&good);
    wrong_proof["proof"][0] = wrong_proof["proof"][1].clone();
    let mut wrong_leaf = value(&good);
    wrong_leaf["leaf"] = json!(5);
    let mut longer = value(&good);
    let last = longer["proof"][0].clone();
    longer["proof"].as_array_mut().expect("a list").push(last);
    for (answer, receipt, why) in [
        (moved.as_str(), good.clone(), "another answer"),
        (AREA, journal::receipt(party(1), 3, &digest).to_json(), "another ask"),
        (
            AREA,
            journal::receipt(party(2), 2, &digest).to_json(),
            "another recipient",
        ),
        (
            AREA,
            good.replace(r#"\"metres\":200"#, r#"\"metres\":201"#),
            "an altered entry",
        ),
        (AREA, good.replacen("\\n7\\n", "\\n8\\n", 1), "an altered checkpoint"),
        (AREA, wrong_proof.to_string(), "another way"),
        (AREA, wrong_leaf.to_string(), "another place"),
        (AREA, longer.to_string(), "a longer way"),
        (AREA, "null".to_owned(), "no receipt"),
    ] {
        assert_ne!(
            (answer, receipt.as_str()),
            (AREA, good.as_str()),
            "{why}: nothing was changed"
        );
        assert!(
            opened(program, &answered(answer, &receipt), &json!({})).is_none(),
            "{}: {why}",
            program.name
        );
    }
}

#[test]
fn the_rust_page_asks_and_opens() {
    rust::asks_and_opens();
}

#[test]
fn the_python_page_asks_and_opens() {
    whole(programs::python());
}

#[test]
fn the_javascript_page_asks_and_opens() {
    whole(programs::javascript());
}

fn whole(program: Option<programs::Program>) {
    let Some(program) = program else { return };
    asked(&program, &SigningKey::from_chance([4; 32]).expect("a key"));
    asked(&program, &SigningKey::ed25519_from_chance([4; 32]).expect("a key"));
    opens_what_is_its_own(&program);
    refuses_everything_else(&program);
}
