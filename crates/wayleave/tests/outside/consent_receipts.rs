//! What a person agreed to can be checked by anybody: with this program, with JavaScript, and with Python, as the
//! documentation has it; and nothing of it can be changed unnoticed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::http::{fetch, split};
use crate::jose::{base64url, unbase64url};
use crate::program::{WAYLEAVE, said, wayleave};
use crate::readme::block;
use crate::world::World;

const PAGE: &str = "docs/auditing/consents.md";

/// Runs a program with a receipt on its standard input: whether it was content, and what it said.
fn check(command: &[&str], receipt: &Value) -> (bool, String) {
    let mut program = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`{}`, which `make setup` installs: {error}", command[0]));
    let mut input = program.stdin.take().expect("standard input");
    input.write_all(receipt.to_string().as_bytes()).expect("written");
    drop(input);
    let output = program.wait_with_output().expect("an end");
    (output.status.success(), said(&output))
}

/// The same terms, signed by a passkey that this test made.
fn by_passkey(receipt: &Value) -> Value {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let text = receipt["terms"].as_str().expect("terms");
    let terms: Value = serde_json::from_str(text).expect("terms");
    let gateway = terms["gateway"].as_str().expect("a gateway");
    let host = split(gateway).0.split(':').next().expect("a host");
    let authenticator = [digest(&SHA256, host.as_bytes()).as_ref(), &[5, 0, 0, 0, 1]].concat();
    let challenge = base64url(digest(&SHA256, text.as_bytes()));
    let client = json!({"type": "webauthn.get", "challenge": challenge, "origin": gateway}).to_string();
    let signed = [&authenticator[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
    let signature = pair.sign(&SystemRandom::new(), &signed).expect("a signature");
    let point = pair.public_key().as_ref();
    let key = json!({"kty": "EC", "crv": "P-256", "x": base64url(&point[1..33]), "y": base64url(&point[33..])});
    let mut receipt = receipt.clone();
    receipt["evidence"] = json!({
        "grade": "passkey", "key": key, "signature": base64url(signature), "clientDataJSON": base64url(client),
        "authenticatorData": base64url(authenticator),
    });
    receipt
}

fn altered(receipt: &Value) -> Vec<Value> {
    let mut other_words = receipt.clone();
    other_words["text"] = format!("{} ", receipt["text"].as_str().expect("text")).into();
    let mut wider = receipt.clone();
    let terms = receipt["terms"].as_str().expect("terms");
    wider["terms"] = terms.replace("\"metres\":500", "\"metres\":50").into();
    assert_ne!(wider["terms"], receipt["terms"]);
    let mut signature = unbase64url(receipt["evidence"]["signature"].as_str().expect("a signature"));
    let last = signature.len() - 1;
    signature[last] ^= 1;
    let mut other_signature = receipt.clone();
    other_signature["evidence"]["signature"] = base64url(signature).into();
    vec![other_words, wider, other_signature]
}

#[test]
fn a_receipt_is_checked_in_three_languages_and_can_fail_in_each() {
    let world = World::shared();
    let (phone, partner) = (world.free_phone(), world.partner("plain"));
    let id = partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    let path = format!("{}/receipt", question.link);
    assert_eq!(fetch(&path).status, 404, "there is none before the answer");
    assert_eq!(phone.press("agree", &question).status, 200);
    let receipt = fetch(&path).json();
    assert!(receipt["terms"].as_str().is_some_and(|terms| terms.contains(&id)));
    assert!(
        !receipt.to_string().contains(phone.number.trim_start_matches('+')),
        "a number"
    );

    let config = world.folder.join("wayleave.toml");
    let key = wayleave(&["journal", "key", "--config", config.to_str().expect("a path")]);
    let key = String::from_utf8_lossy(&key.stdout).trim().to_owned();
    let javascript = block(PAGE, "## With JavaScript", "javascript");
    let python = block(PAGE, "## With Python", "python");
    let programs: [&[&str]; 3] = [
        &[WAYLEAVE, "consent", "verify", "-", "--key", &key],
        &["node", "--input-type=module", "--eval", &javascript],
        &["python3", "-c", &python],
    ];
    for receipt in [receipt.clone(), by_passkey(&receipt)] {
        for program in programs {
            let (good, words) = check(program, &receipt);
            assert!(good && words.contains("Plainfield Towing"), "{}: {words}", program[0]);
            for other in altered(&receipt) {
                assert!(
                    !check(program, &other).0,
                    "{}: an altered receipt was accepted",
                    program[0]
                );
            }
        }
    }
    let (_, words) = check(programs[0], &receipt);
    assert!(
        words.contains("signed exactly these terms") && words.contains("says `consent-given`"),
        "{words}"
    );
    let proved = words.split("on the gateway's word:").next().expect("what is proved");
    assert!(
        proved.contains("`consent-asked`") && proved.contains("`consent-given`"),
        "{words}"
    );
    // An entry that is in another place of the journal is not believed.
    let mut moved = receipt.clone();
    moved["entries"][0]["leaf"] = 0.into();
    assert!(!check(programs[0], &moved).0);
}

#[test]
fn a_reply_by_text_rests_on_the_gateways_word() {
    let world = World::shared();
    let (phone, partner) = (world.free_phone(), world.partner("plain"));
    partner.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    phone.reply(&format!("YES {}", question.code));
    let receipt = fetch(&format!("{}/receipt", question.link)).json();
    assert_eq!(receipt["evidence"], json!({"grade": "sms-reply"}));
    let (good, words) = check(&[WAYLEAVE, "consent", "verify", "-"], &receipt);
    let on_its_word = words
        .split("on the gateway's word:")
        .nth(1)
        .expect("what is not proved");
    assert!(
        good && on_its_word.contains("only the gateway saw the reply"),
        "{words}"
    );
    assert!(on_its_word.contains("no key of the journal was given"), "{words}");
}
