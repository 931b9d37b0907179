//! What clients sign besides who they are: JWT bearer assertions and request objects, each rule a row.

use domain::time::Span;
use serde_json::{Value, json};

use super::{ENDPOINT, ISSUER, NOW, forge, key};
use crate::jose::bearer::{Bearer, UnverifiedBearer};
use crate::jose::jwk::Jwk;
use crate::jose::key_change::KeyChange;
use crate::jose::request_object::{self, Expected, RequestObject};
use crate::jose::{AgreementKey, Fault, assertion, key_change};
use crate::oauth::backchannel;

pub(super) fn check(text: &str) -> Result<Bearer, Fault> {
    UnverifiedBearer::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER, ENDPOINT], NOW)
}

pub(super) fn check_object(text: &str) -> Result<RequestObject<backchannel::Parameters>, Fault> {
    request_object::verify(text, expected(&[key(1).public().clone()]), NOW)
}

pub(super) fn expected(keys: &[Jwk]) -> Expected<'_> {
    Expected {
        client_id: "roadside",
        keys,
        audiences: &[ISSUER, ENDPOINT],
    }
}

/// Good claims of either kind with some replaced; `null` removes one.
fn claims(changes: &Value) -> String {
    let now = NOW.unix_seconds();
    let mut claims = json!({
        "iss": "roadside", "sub": "tel:+12025550123", "aud": ENDPOINT, "jti": "a", "iat": now, "exp": now + 300,
        "scope": "dpv:RequestedServiceProvision location-retrieval:read", "login_hint": "tel:+12025550123",
    });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    claims.to_string()
}

fn signed(changes: &Value) -> String {
    forge(&key(1), &json!({ "alg": "ES256" }), &claims(changes))
}

#[test]
fn a_client_names_a_person() {
    let bearer = check(&signed(&json!({}))).expect("valid");
    assert_eq!(bearer.client_id, "roadside");
    assert_eq!(bearer.subject, "tel:+12025550123");
    assert_eq!(bearer.scope, "dpv:RequestedServiceProvision location-retrieval:read");
    assert!(check(&signed(&json!({ "aud": ISSUER }))).is_ok());
    let own = assertion::sign(&key(1), "roadside", ENDPOINT, "j", NOW).expect("signed");
    assert!(
        check(&own).is_err(),
        "a client's own authentication names nobody and nothing"
    );
}

#[test]
fn rules_that_both_share() {
    let now = NOW.unix_seconds();
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), Fault::Audience),
        (
            json!({ "aud": [ENDPOINT, "https://other.example.com"] }),
            Fault::Audience,
        ),
        (json!({ "exp": now }), Fault::Expired),
        (json!({ "exp": now + 301, "iat": now + 10 }), Fault::LivesTooLong),
        (json!({ "exp": now + 60, "iat": now - 241 }), Fault::LivesTooLong),
        (json!({ "iat": now + 11 }), Fault::NotYet),
        (json!({ "nbf": now + 11 }), Fault::NotYet),
    ] {
        let text = signed(&changes);
        assert_eq!(check(&text), Err(fault.clone()), "{changes}");
        assert_eq!(check_object(&text), Err(fault), "{changes}");
    }
    for missing in ["aud", "exp", "iat", "jti"] {
        let text = signed(&json!({ missing: null }));
        let faults = [check(&text).err(), check_object(&text).err()];
        for fault in faults {
            let Some(Fault::Malformed(error)) = fault else {
                panic!("{missing}")
            };
            assert_eq!(error.at, missing);
        }
    }
    let foreign = forge(&key(2), &json!({ "alg": "ES256" }), &claims(&json!({})));
    assert_eq!(check(&foreign), Err(Fault::Signature));
    assert_eq!(check_object(&foreign), Err(Fault::Signature));
    let unsigned = forge(&key(1), &json!({ "alg": "none" }), &claims(&json!({})));
    assert_eq!(check(&unsigned), Err(Fault::Algorithm));
    assert_eq!(check_object(&unsigned), Err(Fault::Algorithm));
}

#[test]
fn every_claim_of_a_bearer_assertion_must_be_there() {
    for missing in ["iss", "sub", "scope"] {
        let Err(Fault::Malformed(error)) = check(&signed(&json!({ missing: null }))) else {
            panic!("{missing}")
        };
        assert_eq!(error.at, missing);
    }
    let typed = |typ: &str| {
        check(&forge(
            &key(1),
            &json!({ "alg": "ES256", "typ": typ }),
            &claims(&json!({})),
        ))
    };
    assert!(typed("JWT").is_ok() && typed("authorization-grant+jwt").is_ok());
    assert_eq!(typed("client-authentication+jwt"), Err(Fault::Type));
    assert_eq!(typed("oauth-authz-req+jwt"), Err(Fault::Type));
}

#[test]
fn a_request_object_carries_the_parameters() {
    let object = check_object(&signed(&json!({ "sub": null }))).expect("valid");
    assert_eq!(object.parameters.login_hint.as_deref(), Some("tel:+12025550123"));
    assert!(object.parameters.read().is_ok());
    let two = check_object(&signed(&json!({ "id_token_hint": "x" }))).expect("read as it stands");
    assert!(two.parameters.other_hint);
    assert!(check_object(&signed(&json!({ "client_id": "roadside" }))).is_ok());
    assert_eq!(
        check_object(&signed(&json!({ "client_id": "bank" }))),
        Err(Fault::Issuer)
    );
    let typed = |typ: &str| {
        check_object(&forge(
            &key(1),
            &json!({ "alg": "ES256", "typ": typ }),
            &claims(&json!({})),
        ))
    };
    assert!(typed("oauth-authz-req+jwt").is_ok());
    assert_eq!(typed("client-authentication+jwt"), Err(Fault::Type));
}

#[test]
fn a_request_object_for_the_browser_carries_more() {
    let keys = [key(1).public().clone()];
    let check = |changes: &Value| request_object::verify_authorization(&signed(changes), expected(&keys), NOW);
    let good = json!({
        "sub": null, "client_id": "roadside", "response_type": "code", "redirect_uri": "https://a.example.com/back",
        "state": "s", "nonce": "n", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    });
    let wish = check(&good).expect("valid").parameters.read().expect("a wish");
    assert_eq!((wish.state.as_deref(), wish.nonce.as_deref()), (Some("s"), Some("n")));
    assert!(wish.hint.is_some() && !wish.silent);
    let with = |name: &str, value: Value| {
        let mut changes = good.clone();
        changes[name] = value;
        changes
    };
    assert_eq!(check(&with("client_id", json!("bank"))), Err(Fault::Issuer));
    assert!(matches!(check(&with("state", json!(1))), Err(Fault::Malformed(_))));
    let nested = check(&with("request", json!("x"))).expect("read as it stands");
    assert!(nested.parameters.read().is_err(), "an object within an object");
}

#[test]
fn next_keys_are_signed_by_a_present_one() {
    let (present, next) = (
        [key(1).public().clone()],
        [key(2).public().clone(), key(3).public().clone()],
    );
    let text = key_change::sign(&key(1), "roadside", ISSUER, &next, None, NOW).expect("signed");
    let check = |client: &str, keys: &[Jwk], issuer: &str, now| key_change::verify(&text, client, keys, issuer, now);
    let change = KeyChange {
        keys: next.to_vec(),
        encryption: None,
    };
    assert_eq!(check("roadside", &present, ISSUER, NOW), Ok(change.clone()));
    let sealing = AgreementKey::from_chance([8; 32]).expect("a key");
    let both = key_change::sign(&key(1), "roadside", ISSUER, &next, Some(sealing.public()), NOW).expect("signed");
    let with_sealing = KeyChange {
        encryption: Some(sealing.public().clone()),
        ..change
    };
    assert_eq!(
        key_change::verify(&both, "roadside", &present, ISSUER, NOW),
        Ok(with_sealing)
    );
    assert_eq!(check("bank", &present, ISSUER, NOW), Err(Fault::Issuer));
    assert_eq!(check("roadside", &next, ISSUER, NOW), Err(Fault::UnknownKey));
    assert_eq!(check("roadside", &present, ENDPOINT, NOW), Err(Fault::Audience));
    let week = Span::seconds(7 * 86_400);
    assert_eq!(
        check("roadside", &present, ISSUER, NOW.after(week)),
        Err(Fault::Expired)
    );
    assert_eq!(
        check("roadside", &present, ISSUER, NOW.before(Span::seconds(11))),
        Err(Fault::NotYet)
    );
    let own = assertion::sign(&key(1), "roadside", ISSUER, "j", NOW).expect("signed");
    assert_eq!(
        key_change::verify(&own, "roadside", &present, ISSUER, NOW),
        Err(Fault::Type)
    );
}
