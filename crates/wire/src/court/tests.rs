//! Orders as JWS, with keys of our own; and that no bytes at all stop the readers. What other tools sign is read in
//! `tests/court.rs`.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::jose::{Fault, SigningKey};

fn party(seed: u8) -> PartyId {
    PartyId::from_bytes([seed; 16])
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_800_000_000)
}

fn order(court: PartyId, issued: Timestamp) -> serde_json::Value {
    let (from, to) = (now().rfc3339(), now().after(Span::seconds(3600)).rfc3339());
    let task = json!({ "number": "+99912345678", "data": "location", "precisionMetres": 100, "intervalSeconds": null,
        "from": from, "to": to });
    json!({ "v": 1, "court": court.to_string(), "case": "27-0001", "kind": "warrant", "agency": party(2).to_string(),
        "jurisdiction": "XX", "issued": issued.rfc3339(), "from": from, "to": to, "tasks": [task], "seal": null })
}

fn keys() -> [SigningKey; 2] {
    [
        SigningKey::from_chance([3; 32]).expect("a key"),
        SigningKey::ed25519_from_chance([4; 32]).expect("a key"),
    ]
}

fn court() -> Court {
    let term = Term {
        not_before: now().before(Span::seconds(60)),
        not_after: None,
        revoked_at: None,
    };
    let pin = |key: &SigningKey| PinnedKey {
        jwk: key.public().clone(),
        term,
    };
    Court {
        id: party(1),
        keys: keys().iter().map(pin).collect(),
        certificates: Vec::new(),
        authorities: Vec::new(),
        enclosed: Vec::new(),
        revoked: Vec::new(),
    }
}

#[test]
fn both_kinds_of_key_sign_orders() {
    for key in keys() {
        let order = order(party(1), now());
        let token = key.sign(TYPE, &order).expect("signed");
        let read = verify_jws(&token, &court(), now()).expect("good");
        assert_eq!(
            read.order,
            Order::parse(order.to_string().as_bytes()).expect("an order")
        );
        assert_eq!((read.form, read.signed_at), (Form::Jws, None));
        assert_eq!(read.key, KeyName::Key(key.public().key.thumbprint()));
    }
}

#[test]
fn a_key_may_be_named_by_its_thumbprint() {
    let [key, _] = keys();
    let token = key.sign(TYPE, &order(party(1), now())).expect("signed");
    let mut court = court();
    "the court's own name for it".clone_into(&mut court.keys[0].jwk.kid);
    assert!(verify_jws(&token, &court, now()).is_ok());
}

#[test]
fn what_is_signed_must_be_an_order_of_this_court_and_of_the_past() {
    let [key, _] = keys();
    let verify = |typ, claims: &serde_json::Value| {
        let token = key.sign(typ, claims).expect("signed");
        verify_jws(&token, &court(), now()).expect_err("not an order")
    };
    assert_eq!(verify("jwt", &order(party(1), now())), Refused::Token(Fault::Type));
    assert_eq!(verify(TYPE, &order(party(5), now())), Refused::OtherCourt);
    let issued = now().after(Span::seconds(301));
    assert_eq!(
        verify(TYPE, &order(party(1), issued)),
        Refused::IssuedLater { issued, now: now() }
    );
    assert!(matches!(verify(TYPE, &json!({ "v": 1 })), Refused::Order(_)));
}

#[test]
fn a_key_counts_for_its_term() {
    let [key, _] = keys();
    let token = key.sign(TYPE, &order(party(1), now())).expect("signed");
    let with = |change: fn(&mut Term)| {
        let mut court = court();
        change(&mut court.keys[0].term);
        verify_jws(&token, &court, now())
    };
    assert!(matches!(
        with(|term| term.not_before = now().after(Span::seconds(1))),
        Err(Refused::NotYetValid { .. })
    ));
    assert!(matches!(
        with(|term| term.not_after = Some(now().before(Span::seconds(1)))),
        Err(Refused::Expired { .. })
    ));
    assert!(matches!(
        with(|term| term.revoked_at = Some(now())),
        Err(Refused::Revoked { .. })
    ));
    assert!(with(|term| term.not_after = Some(now())).is_ok());
}

proptest! {
    #[test]
    fn no_bytes_stop_the_readers(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(verify_cms(&bytes, &court(), now()).is_err());
        prop_assert!(verify_cms_detached(&bytes, b"", &court(), now()).is_err());
        prop_assert!(verify_jws(&String::from_utf8_lossy(&bytes), &court(), now()).is_err());
        let file = [b"%PDF-1.7 1 0 obj << /ByteRange [0 70 90 20] /Contents <", &bytes[..], b"> endobj"].concat();
        prop_assert!(verify_pdf(&file, &court(), now()).is_err());
    }
}
