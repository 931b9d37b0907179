//! Every rule of the three kinds of token as a table, published examples, and that no text can make a check panic.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::access_token::{self, Bound, Issue};
use super::assertion::{self, UnverifiedAssertion};
use super::certificate::CertificateThumbprint;
use super::dpop::{self, Request};
use super::jwk::{Jwk, Thumbprint};
use super::{Fault, KeyUse, SigningKey, request_object};
use crate::json::{self, DEPTH_MAX};
use crate::oauth::scope::{Api, Scope};

mod agreement;
mod asks;
mod edwards;
mod events;
mod grants;
mod keys;
mod sent;

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
const ISSUER: &str = "https://gateway.example.com";
const ENDPOINT: &str = "https://gateway.example.com/oauth2/token";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_chance([seed; 32]).expect("a scalar below the order")
}

/// Signs any header and claims, so that a test can lie as it likes.
fn forge(key: &SigningKey, header: &Value, claims: &str) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let encoding = jsonwebtoken::EncodingKey::from_ec_der(key.pkcs8().expose());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &encoding, jsonwebtoken::Algorithm::ES256);
    format!("{message}.{}", signature.expect("a signature"))
}

fn check_assertion(text: &str) -> Result<assertion::Assertion, Fault> {
    UnverifiedAssertion::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER, ENDPOINT], NOW)
}

/// A good assertion with some claims replaced; `null` removes one.
fn asserted(changes: Value) -> Result<assertion::Assertion, Fault> {
    let now = NOW.unix_seconds();
    let mut claims =
        json!({ "iss": "roadside", "sub": "roadside", "aud": ISSUER, "jti": "a", "iat": now, "exp": now + 300 });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .expect("an object")
        .retain(|_, value| !value.is_null());
    check_assertion(&forge(&key(1), &json!({ "alg": "ES256" }), &claims.to_string()))
}

#[test]
fn an_assertion_of_our_own_is_taken() {
    let text = assertion::sign(&key(1), "roadside", ENDPOINT, "jti-1", NOW).expect("signed");
    let unverified = UnverifiedAssertion::parse(&text).expect("readable");
    assert_eq!(unverified.client_id(), "roadside");
    let checked = check_assertion(&text).expect("valid");
    assert_eq!(
        (checked.client_id.as_str(), checked.jti.as_str()),
        ("roadside", "jti-1")
    );
    assert_eq!(checked.expires, NOW.after(Span::seconds(60)));
}

#[test]
fn rules_of_an_assertion() {
    let now = NOW.unix_seconds();
    for good in [
        json!({}),
        json!({ "aud": ENDPOINT }),
        json!({ "aud": [ISSUER, ENDPOINT] }),
        json!({ "iat": null }),
        json!({ "iat": now + 10, "exp": now + 300 }),
        json!({ "exp": now + 1, "iat": now - 299 }),
        json!({ "exp": f64::from(1_800_000_000) + 0.5, "iat": null }),
        json!({ "nbf": now }),
        json!({ "anything": "else" }),
    ] {
        assert!(asserted(good.clone()).is_ok(), "{good}");
    }
    for (changes, fault) in [
        (json!({ "sub": "bank" }), Fault::Issuer),
        (json!({ "aud": "https://other.example.com" }), Fault::Audience),
        (json!({ "aud": [ISSUER, "https://other.example.com"] }), Fault::Audience),
        (json!({ "aud": format!("{ISSUER}/") }), Fault::Audience),
        (json!({ "exp": now }), Fault::Expired),
        (json!({ "exp": now + 301 }), Fault::LivesTooLong),
        (json!({ "exp": now + 60, "iat": now - 241 }), Fault::LivesTooLong),
        (json!({ "iat": now + 11 }), Fault::NotYet),
        (json!({ "nbf": now + 11 }), Fault::NotYet),
    ] {
        assert_eq!(asserted(changes.clone()), Err(fault), "{changes}");
    }
    for (changes, at) in [
        (json!({ "iss": null }), "iss"),
        (json!({ "sub": null }), "sub"),
        (json!({ "aud": null }), "aud"),
        (json!({ "aud": [] }), "aud"),
        (json!({ "jti": null }), "jti"),
        (json!({ "jti": "" }), "jti"),
        (json!({ "jti": "j".repeat(257) }), "jti"),
        (json!({ "exp": null }), "exp"),
        (json!({ "exp": "1800000060" }), "exp"),
        (json!({ "iat": -1 }), "iat"),
    ] {
        let Err(Fault::Malformed(error)) = asserted(changes.clone()) else {
            panic!("{changes}")
        };
        assert_eq!(error.at, at, "{changes}");
    }
}

#[test]
fn an_assertion_needs_the_right_header_and_key() {
    let now = NOW.unix_seconds();
    let claims =
        json!({ "iss": "roadside", "sub": "roadside", "aud": ISSUER, "jti": "a", "exp": now + 60 }).to_string();
    let kid = key(1).public().kid.clone();
    let with = |header: Value| check_assertion(&forge(&key(1), &header, &claims));
    assert!(with(json!({ "alg": "ES256", "kid": kid, "typ": "JWT" })).is_ok());
    assert!(with(json!({ "alg": "ES256", "typ": "client-authentication+jwt" })).is_ok());
    assert_eq!(with(json!({ "alg": "ES256", "kid": "other" })), Err(Fault::UnknownKey));
    assert_eq!(with(json!({ "alg": "ES256", "typ": "dpop+jwt" })), Err(Fault::Type));
    assert_eq!(with(json!({ "alg": "ES256", "typ": "at+jwt" })), Err(Fault::Type));
    for algorithm in ["none", "HS256", "RS256", "ES384", "es256"] {
        assert_eq!(with(json!({ "alg": algorithm })), Err(Fault::Algorithm), "{algorithm}");
    }
    assert!(matches!(
        with(json!({ "alg": "ES256", "crit": ["x"], "x": 1 })),
        Err(Fault::Malformed(_))
    ));
    assert!(matches!(with(json!({})), Err(Fault::Malformed(_))));
    let foreign = forge(&key(2), &json!({ "alg": "ES256" }), &claims);
    assert_eq!(check_assertion(&foreign), Err(Fault::Signature));
    let twice = claims.replacen('{', "{\"sub\":\"bank\",", 1);
    assert!(matches!(
        check_assertion(&forge(&key(1), &json!({ "alg": "ES256" }), &twice)),
        Err(Fault::Malformed(_))
    ));
    assert_eq!(
        check_assertion(&format!("{}.a.b", "a".repeat(9000))),
        Err(Fault::TooLong)
    );
    for text in ["", ".", "..", "a.b", "a.b.c.d", "a.b.c"] {
        assert!(matches!(check_assertion(text), Err(Fault::Malformed(_))), "{text}");
    }
}

#[test]
fn an_altered_assertion_is_not_taken() {
    let text = assertion::sign(&key(1), "roadside", ENDPOINT, "jti-1", NOW).expect("signed");
    let parts: Vec<&str> = text.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64url");
    let altered = String::from_utf8(claims).expect("text").replace("jti-1", "jti-2");
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(altered), parts[2]);
    assert_eq!(check_assertion(&forged), Err(Fault::Signature));
}

/// The proof of RFC 9449 figure 2, and the thumbprint of figure 9.
const RFC_PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklD\
UkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2\
In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0Ijox\
NTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

#[test]
fn the_published_proof_is_taken() {
    let request = Request {
        method: "POST",
        url: "https://server.example.com/token",
        access_token: None,
    };
    let made = Timestamp::from_unix_seconds(1_562_262_616);
    let proof = dpop::verify(RFC_PROOF, request, made).expect("valid");
    assert_eq!(proof.key.to_string(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    assert_eq!(proof.jti, "-BwC3ESc6acc2lTc");
    assert_eq!(proof.expires, made.after(Span::seconds(300)));
    for (seconds, result) in [
        (-301, Err(Fault::NotYet)),
        (-300, Ok(())),
        (300, Ok(())),
        (301, Err(Fault::Expired)),
    ] {
        let now = Timestamp::from_unix_seconds(1_562_262_616 + seconds);
        assert_eq!(dpop::verify(RFC_PROOF, request, now).map(|_| ()), result, "{seconds}");
    }
}

#[test]
fn a_proof_is_for_one_request() {
    let url = "https://gateway.example.com/location-retrieval/v0.5/retrieve";
    let request = Request {
        method: "POST",
        url,
        access_token: Some("token"),
    };
    let text = dpop::sign(
        &key(3),
        Request {
            url: &format!("{url}?a=1#b"),
            ..request
        },
        "j",
        NOW,
    )
    .expect("signed");
    let proof = dpop::verify(&text, request, NOW).expect("valid");
    assert_eq!(proof.key, key(3).public().key.thumbprint());
    for (other, fault) in [
        (
            Request {
                method: "GET",
                ..request
            },
            Fault::Method,
        ),
        (
            Request {
                url: "https://gateway.example.com/location-retrieval/v0.5/retrieve/",
                ..request
            },
            Fault::Address,
        ),
        (
            Request {
                url: "http://gateway.example.com/location-retrieval/v0.5/retrieve",
                ..request
            },
            Fault::Address,
        ),
        (
            Request {
                access_token: Some("other"),
                ..request
            },
            Fault::AccessToken,
        ),
        (
            Request {
                access_token: None,
                ..request
            },
            Fault::AccessToken,
        ),
    ] {
        assert_eq!(dpop::verify(&text, other, NOW), Err(fault), "{other:?}");
    }
    assert!(
        dpop::verify(
            &text,
            Request {
                url: &url.replace("https", "HTTPS"),
                ..request
            },
            NOW
        )
        .is_ok()
    );
}

#[test]
fn a_proofs_header_must_be_right() {
    let request = Request {
        method: "POST",
        url: ENDPOINT,
        access_token: None,
    };
    let claims = json!({ "jti": "j", "htm": "POST", "htu": ENDPOINT, "iat": NOW.unix_seconds() }).to_string();
    let public = key(3).public().key.print();
    let with = |header: Value| dpop::verify(&forge(&key(3), &header, &claims), request, NOW);
    assert!(with(json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": public })).is_ok());
    assert_eq!(
        with(json!({ "alg": "ES256", "typ": "JWT", "jwk": public })),
        Err(Fault::Type)
    );
    assert_eq!(with(json!({ "alg": "ES256", "jwk": public })), Err(Fault::Type));
    assert_eq!(
        with(json!({ "alg": "none", "typ": "dpop+jwt", "jwk": public })),
        Err(Fault::Algorithm)
    );
    assert!(matches!(
        with(json!({ "alg": "ES256", "typ": "dpop+jwt" })),
        Err(Fault::Malformed(_))
    ));
    let private: Value = serde_json::from_str(key(3).print_private_jwk(KeyUse::Signing).expose()).expect("json");
    let Err(Fault::Malformed(error)) = with(json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": private })) else {
        panic!("a private key was taken");
    };
    assert_eq!(error.at, "jwk.d");
    let foreign = key(4).public().key.print();
    assert_eq!(
        with(json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": foreign })),
        Err(Fault::Signature)
    );
    let mut bent = public;
    bent["y"] = bent["x"].clone();
    assert!(matches!(
        with(json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": bent })),
        Err(Fault::Malformed(_))
    ));
}

fn bindings() -> [Option<Bound>; 3] {
    [
        None,
        Some(Bound::Key(key(3).public().key.thumbprint())),
        Some(Bound::Certificate(CertificateThumbprint::of_der(b"a certificate"))),
    ]
}

fn issued(bound: Option<Bound>, subject: Option<&str>) -> String {
    let scope = Scope::new(Purpose::RequestedServiceProvision, &[Api::Retrieve, Api::Consents]).expect("apis");
    let token = Issue {
        issuer: ISSUER,
        client_id: "roadside",
        scope: &scope,
        subject,
        bound,
        chance: [9; 16],
        life: Span::seconds(300),
    };
    access_token::issue(&key(5), token, NOW).expect("signed")
}

#[test]
fn an_access_token_says_who_asks() {
    let keys = [key(6).public().clone(), key(5).public().clone()];
    for bound in bindings() {
        let token = access_token::verify(&issued(bound, None), &keys, ISSUER, NOW).expect("valid");
        assert_eq!(token.client_id, "roadside");
        assert_eq!(
            token.scope.to_string(),
            "dpv:RequestedServiceProvision location-retrieval:read wayleave:consents"
        );
        assert_eq!(token.bound, bound);
        assert_eq!(token.expires, NOW.after(Span::seconds(300)));
        assert_eq!(token.subject, None);
    }
    let about = access_token::verify(&issued(bindings()[1], Some("sealed")), &keys, ISSUER, NOW).expect("valid");
    assert_eq!(
        (about.client_id.as_str(), about.subject.as_deref()),
        ("roadside", Some("sealed"))
    );
    let check =
        |keys: &[Jwk], issuer, now| access_token::verify(&issued(bindings()[1], None), keys, issuer, now).map(|_| ());
    assert_eq!(check(&keys, ISSUER, NOW.after(Span::seconds(300))), Err(Fault::Expired));
    assert_eq!(check(&keys, ISSUER, NOW.before(Span::seconds(11))), Err(Fault::NotYet));
    assert_eq!(check(&keys, "https://other.example.com", NOW), Err(Fault::Issuer));
    assert_eq!(check(&keys[..1], ISSUER, NOW), Err(Fault::UnknownKey));
    let assertion = assertion::sign(&key(5), "roadside", ISSUER, "j", NOW).expect("signed");
    assert_eq!(access_token::verify(&assertion, &keys, ISSUER, NOW), Err(Fault::Type));
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-zA-Z0-9_.=-]{0,200}", noise in ".{0,60}") {
        let request = Request { method: "POST", url: &noise, access_token: None };
        for text in [&text, &noise] {
            let _ = check_assertion(text);
            let _ = dpop::verify(text, request, NOW);
            let _ = access_token::verify(text, &[], ISSUER, NOW);
            let _ = Thumbprint::parse(text);
            let _ = grants::check(text);
            let _ = request_object::verify(text, grants::expected(&[]), NOW);
        }
    }

    #[test]
    fn no_claims_panic(claims in ".{0,80}") {
        let text = forge(&key(1), &json!({ "alg": "ES256" }), &claims);
        let _ = check_assertion(&text);
        let _ = grants::check(&text);
        let _ = grants::check_object(&text);
    }

    #[test]
    fn a_key_survives_print_and_read(chance in any::<[u8; 32]>()) {
        let Ok(key) = SigningKey::from_chance(chance) else { return Ok(()) };
        let node = json::parse(key.public().print().to_string().as_bytes(), DEPTH_MAX).expect("json");
        prop_assert_eq!(&Jwk::read(node).expect("valid"), key.public());
        prop_assert_eq!(Thumbprint::parse(&key.public().kid), Some(key.public().key.thumbprint()));
    }
}
