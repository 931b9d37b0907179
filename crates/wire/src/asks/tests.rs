//! Bodies, sealed outcomes, and what their recipient believes.

use domain::id::{ConsentId, PartyId};
use domain::time::{Span, Timestamp};
use proptest::prelude::*;

use super::body::{AsksBody, Posted, parse_outcomes, print_outcomes};
use super::opened::{Expected, NotBelieved, Opened, OpenedTold, Trusted, open};
use super::outcome::{Apv, Outcome, Told};
use super::told::canonical;
use crate::camara::error::{Problem, SandboxNote};
use crate::jose::AgreementKey;
use crate::jose::jwe::{Fresh, NotOpened, seal_outcome};

mod journal;

const ISSUER: &str = "https://gateway.example.com";
const ANSWER: &str = r#"{"area":{"areaType":"CIRCLE","center":{"latitude":10.25,"longitude":-20.5},"radius":200},"lastLocationTime":"2027-01-15T08:00:00.000Z"}"#;

fn party(seed: u8) -> PartyId {
    PartyId::from_bytes([seed; 16])
}

fn key(seed: u8) -> AgreementKey {
    AgreementKey::from_chance([seed; 32]).expect("a key")
}

fn fresh() -> Fresh {
    Fresh {
        secret: [7; 32],
        nonce: [8; 12],
    }
}

fn outcome<'a>(told: Told<'a>) -> Outcome<'a> {
    Outcome {
        issuer: ISSUER,
        recipient: party(1),
        jti: "a-1",
        leaf: 2,
        told,
    }
}

fn seal(outcome: &Outcome<'_>) -> String {
    outcome.seal(&key(1).public().key, fresh()).expect("sealed")
}

fn opened(jwe: &str) -> Result<Opened, NotBelieved> {
    opened_as(jwe, party(1), "a-1", ISSUER)
}

fn opened_as(jwe: &str, recipient: PartyId, jti: &str, issuer: &str) -> Result<Opened, NotBelieved> {
    let journal = journal::verifier();
    let trusted = [Trusted {
        issuer,
        journal: &journal,
    }];
    let expected = Expected {
        trusted: &trusted,
        recipient,
        jti,
    };
    open(jwe, &[key(1)], expected)
}

fn receipt() -> String {
    journal::receipt(party(1), 2, &canonical(ANSWER.as_bytes()).expect("an answer")).to_json()
}

#[test]
fn an_answer_is_believed_with_its_receipt() {
    let receipt = receipt();
    let told = Told::Answered {
        answer: ANSWER.as_bytes(),
        receipt: &receipt,
    };
    let Opened { issuer, leaf, told } = opened(&seal(&outcome(told))).expect("believed");
    assert_eq!((issuer.as_str(), leaf), (ISSUER, 2));
    let OpenedTold::Answered { answer, receipt } = told else {
        panic!("{told:?}")
    };
    assert_eq!(String::from_utf8_lossy(answer.expose()), ANSWER);
    assert_eq!(receipt.leaf, 4);
    let told = OpenedTold::Answered { answer, receipt };
    assert!(!format!("{told:?}").contains("10.25"), "no position in what is logged");
}

#[test]
fn an_answer_is_not_believed_otherwise() {
    let good = receipt();
    let with = |answer: &str, receipt: &str| {
        let (answer, told) = (answer.to_owned(), receipt.to_owned());
        let jwe = outcome(Told::Answered {
            answer: answer.as_bytes(),
            receipt: &told,
        });
        opened(&seal(&jwe))
    };
    let moved = ANSWER.replace("10.25", "10.26");
    assert_eq!(with(&moved, &good).err(), Some(NotBelieved::OtherAnswer));
    let digest = canonical(ANSWER.as_bytes()).expect("an answer");
    let of_another_ask = journal::receipt(party(1), 3, &digest).to_json();
    assert_eq!(with(ANSWER, &of_another_ask).err(), Some(NotBelieved::OtherAnswer));
    let of_another_party = journal::receipt(party(2), 2, &digest).to_json();
    assert_eq!(with(ANSWER, &of_another_party).err(), Some(NotBelieved::OtherAnswer));
    let altered = good.replace("\\\"metres\\\":200", "\\\"metres\\\":201");
    assert_ne!(altered, good);
    assert!(matches!(with(ANSWER, &altered).err(), Some(NotBelieved::Receipt(_))));
    assert!(matches!(with(ANSWER, "null").err(), Some(NotBelieved::Malformed(_))));
    let nowhere = outcome(Told::Answered {
        answer: b"no json",
        receipt: &good,
    });
    assert!(nowhere.print().is_err());
}

#[test]
fn an_outcome_is_for_one_ask_of_one_recipient_of_one_gateway() {
    let jwe = seal(&outcome(Told::Refused(&Problem::PermissionDenied, None)));
    assert!(opened(&jwe).is_ok());
    assert_eq!(
        opened_as(&jwe, party(2), "a-1", ISSUER).err(),
        Some(NotBelieved::Elsewhere)
    );
    assert_eq!(
        opened_as(&jwe, party(1), "a-2", ISSUER).err(),
        Some(NotBelieved::OtherAsk)
    );
    let elsewhere = "https://other.example.com";
    assert_eq!(
        opened_as(&jwe, party(1), "a-1", elsewhere).err(),
        Some(NotBelieved::Elsewhere)
    );
    let plain = outcome(Told::Refused(&Problem::PermissionDenied, None))
        .print()
        .expect("json");
    for apv in [
        format!("{ISSUER} {} 3", party(1)),
        format!("{ISSUER} {} 2", party(2)),
        format!("{elsewhere} {} 2", party(1)),
        format!("{ISSUER} {} 02", party(1)),
        String::new(),
    ] {
        let jwe = seal_outcome(&plain, &key(1).public().key, apv.as_bytes(), fresh()).expect("sealed");
        assert_eq!(opened(&jwe).err(), Some(NotBelieved::Elsewhere), "{apv}");
    }
    let to_another = outcome(Told::Refused(&Problem::PermissionDenied, None))
        .seal(&key(2).public().key, fresh())
        .expect("sealed");
    assert_eq!(opened(&to_another).err(), Some(NotBelieved::NotOpened(NotOpened::Key)));
}

#[test]
fn every_outcome_looks_the_same_outside() {
    let receipt = receipt();
    let consent = ConsentId::from_bytes([3; 16]);
    let note = SandboxNote {
        reason: "consent-missing",
        next_step: "ask the person",
    };
    let all = [
        Told::Answered {
            answer: ANSWER.as_bytes(),
            receipt: &receipt,
        },
        Told::Asked {
            consent,
            expires: Timestamp::from_unix_seconds(1_800_000_600),
        },
        Told::State(br#"{"id":"con_1","status":"PENDING","schedule":{"weekly":[{"days":["MON"]}]}}"#),
        Told::Refused(&Problem::PermissionDenied, Some(note)),
        Told::Failed(&Problem::RetrievalUnableToLocate, None),
    ];
    let sizes: Vec<usize> = all.iter().map(|told| seal(&outcome(*told)).len()).collect();
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    let words: Vec<String> = all
        .iter()
        .map(|told| format!("{:?}", opened(&seal(&outcome(*told))).expect("believed").told))
        .collect();
    assert!(words[1].starts_with("Asked") && words[1].contains(&consent.to_string()));
    assert!(words[2].contains("PENDING"));
    for part in ["403", "PERMISSION_DENIED", "consent-missing", "ask the person"] {
        assert!(words[3].contains(part), "{}", words[3]);
    }
    assert!(words[4].starts_with("Failed") && words[4].contains("reason: None"));
    assert_eq!(format!("{:?}", outcome(all[0])), format!("Outcome({}, 2)", party(1)));
}

#[test]
fn bodies_have_two_forms() {
    for (body, asks) in [
        (r#"{"ask":"a.b.c"}"#, 1),
        (r#"{"ask":"a.b.c","key":"k"}"#, 1),
        (r#"{"asks":["a.b.c"]}"#, 1),
        (r#"{"asks":["a.b.c",{"ask":"d","key":"k"}]}"#, 2),
    ] {
        let read = AsksBody::parse(body.as_bytes()).expect(body);
        assert_eq!(read.posted().len(), asks);
        assert_eq!(String::from_utf8(read.print()).expect("text"), body);
    }
    let many = |count: usize| format!(r#"{{"asks":[{}]}}"#, vec!["\"a\""; count].join(","));
    assert!(AsksBody::parse(many(100).as_bytes()).is_ok());
    for (body, at) in [
        ("{}".to_owned(), "ask"),
        (r#"{"ask":1}"#.to_owned(), "ask"),
        (r#"{"ask":"a","asks":["a"]}"#.to_owned(), "ask"),
        (r#"{"asks":[]}"#.to_owned(), "asks"),
        (many(101), "asks"),
        (r#"{"asks":["a"],"key":"k"}"#.to_owned(), "key"),
        (r#"{"asks":[{"key":"k"}]}"#.to_owned(), "asks[0].ask"),
        (r#"{"asks":[null]}"#.to_owned(), "asks[0]"),
        (r#"{"ask":"a","waitMs":-1}"#.to_owned(), "waitMs"),
        (r#"{"asks":[{"ask":"a","waitMs":600001}]}"#.to_owned(), "asks[0].waitMs"),
        (r#"{"ask":"a","phone":"b"}"#.to_owned(), "phone"),
    ] {
        assert_eq!(AsksBody::parse(body.as_bytes()).expect_err(&body).at, at, "{body}");
    }
    let printed = print_outcomes(&["x".to_owned(), "y".to_owned()]);
    assert_eq!(parse_outcomes(&printed, 2), Ok(vec!["x".to_owned(), "y".to_owned()]));
    assert!(parse_outcomes(&printed, 1).is_err() && parse_outcomes(&printed, 3).is_err());
}

proptest! {
    #[test]
    fn bodies_print_back(asks in proptest::collection::vec(("[ -~]{0,40}", proptest::option::of("[ -~]{0,20}"), proptest::option::of(0_u32..600_000)), 1..5), batch in any::<bool>()) {
        let mut posted: Vec<Posted> = asks.into_iter().map(|(ask, key, wait)| Posted { ask, key, wait: wait.map(Span::milliseconds) }).collect();
        let body = if batch { AsksBody::Batch(posted) } else { AsksBody::One(posted.remove(0)) };
        prop_assert_eq!(AsksBody::parse(&body.print()), Ok(body));
    }

    #[test]
    fn an_apv_has_one_spelling(issuer in "https://[a-z.]{1,20}", seed in any::<[u8; 16]>(), leaf in any::<u64>(), text in "[ -~]{0,60}") {
        let apv = Apv { issuer, recipient: PartyId::from_bytes(seed), leaf };
        prop_assert_eq!(Apv::parse(&apv.to_string()), Some(apv));
        prop_assert!(Apv::parse(&text).is_none_or(|apv| apv.to_string() == text));
    }

    #[test]
    fn no_outcome_panics(plain in ".{0,80}", body in proptest::collection::vec(any::<u8>(), 0..80)) {
        let apv = format!("{ISSUER} {} 2", party(1));
        let jwe = seal_outcome(&plain, &key(1).public().key, apv.as_bytes(), fresh()).expect("sealed");
        prop_assert!(opened(&jwe).is_err());
        let _ = AsksBody::parse(&body);
        let _ = canonical(&body);
    }
}
