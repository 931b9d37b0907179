//! Signed asks: each rule a row, and nothing that was altered passes.

use domain::ask::Question;
use domain::geo::{Circle, Metres, Point};
use domain::id::{ConsentId, PartyId};
use domain::permission::terms::{CaseReference, Origin, Precision};
use domain::purpose::Purpose;
use domain::time::Span;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ENDPOINT, ISSUER, NOW, forge, key};
use crate::asks::{EventName, Wish};
use crate::consents::wish::ConsentWish;
use crate::jose::signed_ask::{self, Draft, SignedAsk, UnverifiedAsk};
use crate::jose::{Fault, FaultClass, SigningKey, assertion};

fn party(seed: u8) -> PartyId {
    PartyId::from_bytes([seed; 16])
}

fn check(text: &str) -> Result<SignedAsk, Fault> {
    UnverifiedAsk::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER, ENDPOINT], NOW)
}

fn claims() -> Value {
    let now = NOW.unix_seconds();
    json!({
        "iss": party(1).to_string(), "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "a-1",
        "relays": [party(2).to_string()], "subject": "sealed", "purpose": "RequestedServiceProvision",
        "question": { "type": "retrieve", "maxAge": 60 },
    })
}

/// A good ask with some claims replaced; `null` removes one.
fn asked(changes: &Value) -> Result<SignedAsk, Fault> {
    let mut claims = claims();
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    check(&forge(
        &key(1),
        &json!({ "alg": "ES256", "typ": "wayleave-ask+jwt" }),
        &claims.to_string(),
    ))
}

#[test]
fn an_ask_says_everything_that_is_asked() {
    let ask = asked(&json!({ "event": "ticket:8841" })).expect("valid");
    assert_eq!((ask.recipient, ask.relays.as_slice()), (party(1), &[party(2)][..]));
    assert_eq!((ask.jti.as_str(), ask.subject.as_str()), ("a-1", "sealed"));
    assert_eq!((ask.issued, ask.expires), (NOW, NOW.after(Span::seconds(60))));
    assert_eq!(ask.purpose, Purpose::RequestedServiceProvision);
    assert_eq!(ask.event.as_ref().map(EventName::as_str), Some("ticket:8841"));
    let question = Question::Retrieve {
        max_age: Some(Span::seconds(60)),
        max_surface: None,
    };
    assert_eq!(ask.wish, Wish::Question(question));
}

#[test]
fn what_is_taken() {
    let now = NOW.unix_seconds();
    let four: Vec<String> = (2..6).map(|seed| party(seed).to_string()).collect();
    let week = json!({ "timeZone": "Europe/Berlin", "weekly": [{ "days": ["MON"], "from": "08:00", "to": "16:00" }] });
    for good in [
        json!({ "aud": ENDPOINT }),
        json!({ "relays": [] }),
        json!({ "relays": four }),
        json!({ "iat": now + 10, "exp": now + 70 }),
        json!({ "iat": now - 59, "exp": now + 1 }),
        json!({ "question": { "type": "retrieve" } }),
        json!({ "question": { "type": "retrieve", "maxAge": 0, "maxSurface": 5000 } }),
        json!({ "question": { "type": "verify", "area": { "areaType": "CIRCLE", "radius": 2000,
            "center": { "latitude": 10.0, "longitude": 20.0 } }, "maxAge": 60 } }),
        json!({ "question": { "type": "consent", "precision": { "type": "AREA", "metres": 200 },
            "durationSeconds": 7200, "caseReference": "TOW-8841", "schedule": week, "locale": "es" } }),
        json!({ "question": { "type": "status", "consent": ConsentId::from_bytes([1; 16]).to_string() } }),
    ] {
        assert!(asked(&good).is_ok(), "{good}: {:?}", asked(&good));
    }
}

#[test]
fn for_whom_and_when() {
    let now = NOW.unix_seconds();
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), Fault::Audience),
        (json!({ "aud": format!("{ISSUER}/") }), Fault::Audience),
        (json!({ "exp": now, "iat": now - 60 }), Fault::Expired),
        (json!({ "exp": now + 61 }), Fault::LivesTooLong),
        (json!({ "iat": now + 11, "exp": now + 60 }), Fault::NotYet),
    ] {
        assert_eq!(asked(&changes), Err(fault), "{changes}");
    }
}

#[test]
fn what_is_malformed() {
    let now = NOW.unix_seconds();
    let five: Vec<String> = (2..7).map(|seed| party(seed).to_string()).collect();
    for (changes, at) in [
        (json!({ "iss": null }), "iss"),
        (json!({ "iss": "roadside" }), "iss"),
        (json!({ "aud": null }), "aud"),
        (json!({ "aud": [ISSUER] }), "aud"),
        (json!({ "iat": null }), "iat"),
        (json!({ "exp": null }), "exp"),
        (json!({ "jti": "" }), "jti"),
        (json!({ "nbf": now }), "nbf"),
        (json!({ "sub": "x" }), "sub"),
        (json!({ "relays": null }), "relays"),
        (json!({ "relays": five }), "relays"),
        (json!({ "relays": ["hub"] }), "relays[0]"),
        (
            json!({ "relays": [party(2).to_string(), party(2).to_string()] }),
            "relays",
        ),
        (json!({ "relays": [party(1).to_string()] }), "relays"),
        (json!({ "subject": null }), "subject"),
        (json!({ "subject": 1 }), "subject"),
        (json!({ "purpose": "Curiosity" }), "purpose"),
        (json!({ "event": "a b" }), "event"),
        (json!({ "event": "" }), "event"),
        (json!({ "event": "e".repeat(65) }), "event"),
        (json!({ "question": null }), "question"),
        (json!({ "question": {} }), "question.type"),
        (json!({ "question": { "type": "locate" } }), "question.type"),
        (
            json!({ "question": { "type": "retrieve", "device": {} } }),
            "question.device",
        ),
        (
            json!({ "question": { "type": "retrieve", "maxAge": -1 } }),
            "question.maxAge",
        ),
        (json!({ "question": { "type": "verify" } }), "question.area"),
        (
            json!({ "question": { "type": "consent", "phoneNumber": "+12025550101" } }),
            "question.precision",
        ),
        (
            json!({ "question": { "type": "status", "consent": "con_1" } }),
            "question.consent",
        ),
    ] {
        let Err(Fault::Malformed(error)) = asked(&changes) else {
            panic!("{changes}")
        };
        assert_eq!(error.at, at, "{changes}");
    }
}

#[test]
fn the_reason_is_known_by_its_kind() {
    let good = forge(
        &key(1),
        &json!({ "alg": "ES256", "typ": "wayleave-ask+jwt" }),
        &claims().to_string(),
    );
    let class = |result: Result<SignedAsk, Fault>| result.expect_err("refused").class();
    let foreign = forge(
        &key(2),
        &json!({ "alg": "ES256", "typ": "wayleave-ask+jwt" }),
        &claims().to_string(),
    );
    assert_eq!(class(check(&foreign)), FaultClass::Signature);
    let untyped = forge(&key(1), &json!({ "alg": "ES256" }), &claims().to_string());
    assert_eq!(check(&untyped), Err(Fault::Type));
    let other = assertion::sign(&key(1), "roadside", ISSUER, "j", NOW).expect("signed");
    assert_eq!(check(&other), Err(Fault::Type));
    let unverified = UnverifiedAsk::parse(&good).expect("well-formed");
    assert_eq!(unverified.recipient(), party(1));
    let genuine = unverified.genuine(&[key(1).public().clone()]).expect("signed by it");
    assert_eq!(
        (genuine.jti(), genuine.class(), genuine.purpose().term()),
        ("a-1", "retrieve", "RequestedServiceProvision")
    );
    let late = genuine.clone().check(&[ISSUER], NOW.after(Span::seconds(60)));
    assert_eq!(class(late), FaultClass::Time);
    assert_eq!(
        class(genuine.check(&["https://hub.example.com"], NOW)),
        FaultClass::Audience
    );
    assert_eq!(class(asked(&json!({ "extra": 1 }))), FaultClass::Malformed);
    let twice = claims()
        .to_string()
        .replacen('{', "{\"purpose\":\"PersonalSafety\",", 1);
    let twice = forge(&key(1), &json!({ "alg": "ES256", "typ": "wayleave-ask+jwt" }), &twice);
    assert_eq!(class(check(&twice)), FaultClass::Malformed);
}

fn wish() -> impl Strategy<Value = Wish> {
    let age = proptest::option::of((0_u32..=i32::MAX as u32).prop_map(Span::seconds));
    let retrieve = (age.clone(), proptest::option::of(1_u32..=i32::MAX as u32))
        .prop_map(|(max_age, max_surface)| Wish::Question(Question::Retrieve { max_age, max_surface }));
    let verify =
        (-90.0..=90.0, -180.0..=180.0, 1.0..=100_000.0, age).prop_map(|(latitude, longitude, radius, max_age)| {
            let circle = Circle {
                centre: Point::new(latitude, longitude).expect("a point"),
                radius: Metres::new(radius).expect("a radius"),
            };
            Wish::Question(Question::Verify { circle, max_age })
        });
    let consent = (
        1_u32..=1_000_000,
        proptest::option::of(1_u32..=1_000_000),
        1_u32..=i32::MAX as u32,
        "[A-Z]{3}-[0-9]{4}",
    )
        .prop_map(|(metres, count, seconds, case)| {
            Wish::Consent(ConsentWish {
                precision: Precision::Area { metres },
                count,
                per_hour: count,
                lasts: Span::seconds(seconds),
                case: CaseReference::new(&case).expect("plain"),
                origin: Origin::Handset,
                within: None,
                locale: None,
            })
        });
    let status = any::<[u8; 16]>().prop_map(|bytes| Wish::Status(ConsentId::from_bytes(bytes)));
    prop_oneof![retrieve, verify, consent, status]
}

proptest! {
    #[test]
    fn what_is_signed_is_read(wish in wish(), relays in 0_u8..4, edwards in any::<bool>(), event in proptest::option::of("[A-Za-z0-9._:-]{1,64}")) {
        let signer = if edwards { SigningKey::ed25519_from_chance([4; 32]) } else { SigningKey::from_chance([4; 32]) };
        let signer = signer.expect("a key");
        let relays: Vec<PartyId> = (0..relays).map(|seed| party(seed + 10)).collect();
        let event = event.as_deref().and_then(EventName::parse);
        let draft = Draft { recipient: party(1), audience: ISSUER, jti: "a-1", relays: &relays, subject: "sealed",
            purpose: Purpose::DeliveryOfGoods, event: event.as_ref(), wish: &wish };
        let text = signed_ask::sign(&signer, draft, NOW).expect("signed");
        let keys = [key(1).public().clone(), signer.public().clone()];
        let ask = UnverifiedAsk::parse(&text).and_then(|ask| ask.verify(&keys, &[ISSUER], NOW));
        let ask = ask.expect("valid");
        prop_assert_eq!(&ask.wish, &wish);
        prop_assert_eq!((&ask.relays, &ask.event), (&relays, &event));
        prop_assert_eq!(UnverifiedAsk::parse(&text).expect("well-formed").verify(&keys[..1], &[ISSUER], NOW), Err(Fault::UnknownKey));
    }

    #[test]
    fn an_altered_ask_is_not_taken(at in any::<prop::sample::Index>(), replacement in "[A-Za-z0-9_.-]") {
        let good = forge(&key(1), &json!({ "alg": "ES256", "typ": "wayleave-ask+jwt" }), &claims().to_string());
        let mut altered = good.clone();
        let at = at.index(good.len());
        altered.replace_range(at..=at, &replacement);
        prop_assert!(altered == good || check(&altered).is_err());
    }

    #[test]
    fn no_ask_panics(text in "[a-zA-Z0-9_.=-]{0,200}", question in ".{0,60}") {
        let _ = check(&text);
        let claims = claims().to_string().replace("{\"maxAge\":60,\"type\":\"retrieve\"}", &question);
        let _ = check(&forge(&key(1), &json!({ "alg": "ES256", "typ": "wayleave-ask+jwt" }), &claims));
    }
}
