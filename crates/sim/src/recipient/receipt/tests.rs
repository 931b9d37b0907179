//! A journal of three entries, made here, and receipts that must not pass.

use super::*;
use crate::jwt::base64url;
use serde_json::json;

const TOLD: &str =
    r#"{"at":"2026-11-22T10:00:00.000Z","latitudeMicro":52500000,"longitudeMicro":-3250000,"radius":500}"#;

fn answer() -> Value {
    json!({
        "lastLocationTime": "2026-11-22T10:00:00.000Z",
        "area": {"areaType": "CIRCLE", "center": {"latitude": 52.5, "longitude": -3.25}, "radius": 500},
    })
}

/// The receipt of the last of three entries: its one sibling is the node over the first two.
fn receipt() -> Value {
    let key = [7_u8; 32];
    let digest: String = sign(&Key::new(HMAC_SHA256, &key), TOLD.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let party = json!({"answer": digest, "asked": 1, "recipient": "pty_own"}).to_string();
    let (salt, tag, subject) = ([1_u8; 32], [2_u8; 32], [3_u8; 32]);
    let commitment = sign(&Key::new(HMAC_SHA256, &salt), party.as_bytes());
    let leaf = sha256(&[&[0], &tag, commitment.as_ref(), &subject]);
    let pair = sha256(&[&[1], &[4; 32], &[5; 32]]);
    let root = STANDARD.encode(sha256(&[&[1], &pair, &leaf]));
    json!({
        "v": 1, "leaf": 2, "party": party, "salt": base64url(salt), "tag": base64url(tag),
        "subject": base64url(subject), "proof": [base64url(pair)], "answerKey": base64url(key),
        "checkpoint": format!("journal.example.com\n3\n{root}\n\n"),
    })
}

fn checked(receipt: &Value, answer: &Value, recipient: &str, journals: &[JournalKey]) -> Result<(), JwtError> {
    let expected = Expected {
        answer,
        recipient,
        asked: 1,
        journals,
    };
    check(receipt, expected)
}

#[test]
fn a_receipt_is_for_its_answer_and_its_recipient_alone() {
    checked(&receipt(), &answer(), "pty_own", &[]).unwrap();
    assert!(checked(&receipt(), &answer(), "pty_other", &[]).is_err());
    let mut moved = answer();
    moved["area"]["center"]["latitude"] = json!(52.6);
    assert!(checked(&receipt(), &moved, "pty_own", &[]).is_err());
    let of_another_ask = Expected {
        answer: &answer(),
        recipient: "pty_own",
        asked: 2,
        journals: &[],
    };
    assert!(check(&receipt(), of_another_ask).is_err());
    assert!(checked(&Value::Null, &answer(), "pty_own", &[]).is_err());
}

/// A journal's key, and the receipt under a checkpoint that it signed.
fn signed() -> (JournalKey, Value) {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let pair = Ed25519KeyPair::generate().unwrap();
    let key = [&[1][..], pair.public_key().as_ref()].concat();
    let id = sha256(&[b"journal.example.com\n", &key])[..4].to_vec();
    let written: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = format!("journal.example.com+{written}+{}", STANDARD.encode(key));
    let mut receipt = receipt();
    let text = receipt["checkpoint"]
        .as_str()
        .unwrap()
        .strip_suffix('\n')
        .unwrap()
        .to_owned();
    let signature = STANDARD.encode([&id, pair.sign(text.as_bytes()).as_ref()].concat());
    receipt["checkpoint"] = format!("{text}\n— journal.example.com {signature}\n").into();
    (key.parse().unwrap(), receipt)
}

#[test]
fn a_known_journal_has_to_have_signed_it() {
    let ((key, receipt), (stranger, _)) = (signed(), signed());
    checked(&receipt, &answer(), "pty_own", &[stranger.clone(), key]).unwrap();
    assert!(checked(&receipt, &answer(), "pty_own", std::slice::from_ref(&stranger)).is_err());
    assert!(checked(&self::receipt(), &answer(), "pty_own", &[stranger]).is_err());
}

#[test]
fn an_entry_that_is_not_in_the_journal_does_not_pass() {
    for (field, value) in [
        ("leaf", json!(1)),
        ("proof", json!([])),
        ("tag", json!(base64url([9; 32]))),
        ("salt", json!(base64url([9; 32]))),
        ("answerKey", Value::Null),
        ("checkpoint", json!("journal.example.com\n3\n\n\n")),
    ] {
        let mut altered = receipt();
        altered[field] = value;
        assert!(
            checked(&altered, &answer(), "pty_own", &[]).is_err(),
            "another `{field}` passed"
        );
    }
}

#[test]
fn verdicts_are_told_as_the_journal_tells_them() {
    let at = "2026-11-22T10:00:00.000Z";
    let partly = json!({"lastLocationTime": at, "verificationResult": "PARTIAL", "matchRate": 74});
    let expected = format!(r#"{{"at":"{at}","matchRate":74,"verdict":"PARTIAL"}}"#);
    assert_eq!(told(&partly), Some(expected));
    let inside = json!({"lastLocationTime": at, "verificationResult": "TRUE"});
    let expected = format!(r#"{{"at":"{at}","matchRate":null,"verdict":"TRUE"}}"#);
    assert_eq!(told(&inside), Some(expected));
}
