//! What carriers sign: each rule of a security event token a row.

use domain::number::Msisdn;
use domain::time::Span;
use serde_json::{Value, json};

use super::{ISSUER, NOW, forge, key};
use crate::asks::EventName;
use crate::jose::Fault;
use crate::jose::security_event::{
    CALL_ENDED, CALL_STARTED, Call, HOLDER_CHANGED as HOLDER, Happening, LINE_ATTESTED as ATTESTED, LineKind, PORTED,
    RECYCLED, SIM_CHANGED as SIM, SecurityEvent, TAKEN_FOR, UnverifiedEvent,
};

fn check(text: &str) -> Result<SecurityEvent, Fault> {
    UnverifiedEvent::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER], NOW)
}

fn signed(event: &Value, changes: &Value) -> String {
    let mut claims = json!({
        "iss": "https://carrier.example.com", "aud": ISSUER, "jti": "e-1", "iat": NOW.unix_seconds(),
        "sub_id": { "format": "phone_number", "phone_number": "+12025550123" }, "events": event,
    });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    forge(
        &key(1),
        &json!({ "alg": "ES256", "typ": "secevent+jwt" }),
        &claims.to_string(),
    )
}

#[test]
fn one_table_says_what_each_event_means() {
    let machine = LineKind::Machine {
        account: "acc_1".to_owned(),
    };
    let call_payload = json!({ "line": "+12025550177", "call": "c:1" });
    let call = Call {
        line: Msisdn::parse("+12025550177").expect("reserved"),
        call: EventName::parse("c:1").expect("plain"),
    };
    for (name, payload, happening) in [
        (RECYCLED, json!({}), Happening::NewHolder),
        (HOLDER, json!({}), Happening::NewHolder),
        (SIM, json!({}), Happening::SimChanged),
        (PORTED, json!({}), Happening::Ported),
        (
            ATTESTED,
            json!({ "line": "personal" }),
            Happening::Attested(LineKind::Personal),
        ),
        (
            ATTESTED,
            json!({ "line": "machine", "account": "acc_1" }),
            Happening::Attested(machine),
        ),
        (CALL_STARTED, call_payload.clone(), Happening::CallStarted(call.clone())),
        (CALL_ENDED, call_payload, Happening::CallEnded(call)),
    ] {
        let event = check(&signed(&json!({ name: payload }), &json!({}))).expect(name);
        assert_eq!(event.happening, happening, "{name}");
        assert_eq!(event.number.to_e164(), "+12025550123");
        assert_eq!((event.happened, event.jti.as_str()), (NOW, "e-1"));
    }
}

#[test]
fn the_subject_may_stand_in_the_event_but_only_once() {
    let subject = json!({ "format": "phone_number", "phone_number": "+12025550124" });
    let inner = json!({ RECYCLED: { "subject": subject } });
    let event = check(&signed(&inner, &json!({ "sub_id": null }))).expect("valid");
    assert_eq!(event.number.to_e164(), "+12025550124");
    assert!(check(&signed(&inner, &json!({}))).is_err(), "two subjects");
    assert!(check(&signed(&json!({ RECYCLED: {} }), &json!({ "sub_id": null }))).is_err());
    for bad in [
        json!({ "format": "email", "email": "a@example.com" }),
        json!({ "format": "phone_number", "phone_number": "12025550123" }),
        json!({ "format": "phone_number", "phone_number": "+12025550123", "more": 1 }),
        json!("+12025550123"),
    ] {
        assert!(
            check(&signed(&json!({ SIM: {} }), &json!({ "sub_id": bad }))).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn rules_of_every_token() {
    let now = NOW.unix_seconds();
    let old = NOW.before(TAKEN_FOR).unix_seconds();
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), Some(Fault::Audience)),
        (json!({ "aud": ["https://other.example.com", ISSUER] }), None),
        (json!({ "iat": old }), Some(Fault::Expired)),
        (json!({ "iat": old + 1 }), None),
        (json!({ "exp": now }), Some(Fault::Expired)),
        (json!({ "iat": now + 60 }), Some(Fault::NotYet)),
        (json!({ "toe": now + 60 }), Some(Fault::NotYet)),
        (json!({ "toe": now - 60 }), None),
    ] {
        let outcome = check(&signed(&json!({ SIM: {} }), &changes));
        assert_eq!(outcome.as_ref().err(), fault.as_ref(), "{changes}");
    }
    let told = check(&signed(&json!({ SIM: {} }), &json!({ "toe": now - 60 }))).expect("valid");
    assert_eq!(told.happened, NOW.before(Span::seconds(60)));
    assert_eq!(told.remembered_until(), NOW.after(TAKEN_FOR));
}

#[test]
fn whatever_is_not_one_known_event_is_refused() {
    for bad in [
        json!({}),
        json!({ "urn:example:other": {} }),
        json!({ SIM: {}, RECYCLED: {} }),
        json!({ SIM: {}, "urn:example:other": {} }),
        json!({ SIM: { "until": 1 } }),
        json!({ ATTESTED: {} }),
        json!({ ATTESTED: { "line": "machine" } }),
        json!({ ATTESTED: { "line": "personal", "account": "acc_1" } }),
        json!({ ATTESTED: { "line": "MACHINE", "account": "acc_1" } }),
        json!([SIM]),
    ] {
        assert!(check(&signed(&bad, &json!({}))).is_err(), "{bad}");
    }
    for missing in ["jti", "iat", "aud", "events", "iss"] {
        assert!(
            check(&signed(&json!({ SIM: {} }), &json!({ missing: null }))).is_err(),
            "{missing}"
        );
    }
}

#[test]
fn only_this_kind_of_token_by_this_key() {
    let good = signed(&json!({ SIM: {} }), &json!({}));
    let claims = |header: &Value, signer: u8| {
        let parts: Vec<&str> = good.split('.').collect();
        let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, parts[1]);
        let text = String::from_utf8(bytes.expect("base64url")).expect("text");
        check(&forge(&key(signer), header, &text))
    };
    let typed = json!({ "alg": "ES256", "typ": "application/secevent+JWT" });
    assert!(claims(&typed, 1).is_ok());
    assert_eq!(claims(&typed, 2), Err(Fault::Signature));
    assert_eq!(claims(&json!({ "alg": "ES256" }), 1), Err(Fault::Type));
    assert_eq!(claims(&json!({ "alg": "ES256", "typ": "jwt" }), 1), Err(Fault::Type));
    assert_eq!(
        claims(&json!({ "alg": "none", "typ": "secevent+jwt" }), 1),
        Err(Fault::Algorithm)
    );
}
