//! Bad credentials: expired, replayed, unsigned and borrowed assertions, tokens and proofs. Each is refused, in words that
//! say nothing of what would have been right.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::jose::{Key, assertion_claims, base64url, now, proof_claims};
use crate::oauth::changed;
use crate::partner::{Partner, assert_refused};
use crate::world::{RETRIEVE, VERIFY, World, retrieval};

const HEADER: fn() -> Value = || json!({"alg": "ES256", "typ": "JWT"});

#[track_caller]
fn assert_no_token(what: &str, answer: &Answer, error: &str) {
    let expected = if error == "invalid_client" { 401 } else { 400 };
    assert_eq!(answer.status, expected, "{what}: {}", answer.text());
    assert_eq!(answer.json()["error"], error, "{what}: {}", answer.text());
    assert!(answer.json()["access_token"].is_null(), "{what}");
}

#[test]
fn bad_assertions_get_no_token() {
    let world = World::shared();
    let partner = world.partner("plain");
    let claims = || assertion_claims(&partner.client_id, &partner.issuer);
    let bank = world.partner("bank").client_id;
    let changes = [
        json!({"exp": now() - 1}),
        json!({"exp": now() - 3600, "iat": now() - 3660}),
        json!({"exp": now() + 3600}),
        json!({"iat": now() + 120, "exp": now() + 180}),
        json!({"nbf": now() + 120}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"aud": null}),
        json!({"aud": "https://elsewhere.example.com"}),
        json!({"aud": [partner.issuer, "https://elsewhere.example.com"]}),
        json!({"aud": format!("{}/", partner.issuer)}),
        json!({"aud": []}),
        json!({"iss": bank}),
        json!({"sub": bank}),
        json!({"iss": bank, "sub": bank}),
        json!({"iss": "pty_00000000000000000000000000", "sub": "pty_00000000000000000000000000"}),
    ];
    for change in changes {
        let assertion = partner.key.jws(&HEADER(), &changed(claims(), &change));
        let answer = partner.request_token(&partner.scope(), &assertion, None);
        assert_no_token(&change.to_string(), &answer, "invalid_client");
    }
    for (what, assertion) in forged(&partner, &claims()) {
        let answer = partner.request_token(&partner.scope(), &assertion, None);
        assert_no_token(what, &answer, "invalid_client");
    }
}

/// Assertions whose claims are right and whose signature is not.
fn forged(partner: &Partner, claims: &Value) -> Vec<(&'static str, String)> {
    let other = Key::generate();
    let unsigned = |header: &Value| format!("{}.{}.", base64url(header.to_string()), base64url(claims.to_string()));
    let hs256 = |secret: &[u8]| {
        let header = json!({"alg": "HS256", "typ": "JWT"});
        let text = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), text.as_bytes());
        format!("{text}.{}", base64url(tag.as_ref()))
    };
    let with_key = json!({"alg": "ES256", "typ": "JWT", "jwk": other.public()});
    let good = partner.key.jws(&HEADER(), claims);
    vec![
        ("alg none", unsigned(&json!({"alg": "none"}))),
        ("alg None", unsigned(&json!({"alg": "None"}))),
        ("no alg", unsigned(&json!({}))),
        (
            "HS256 with the public key",
            hs256(partner.key.public().to_string().as_bytes()),
        ),
        ("HS256 with nothing", hs256(b"")),
        ("another key", other.jws(&HEADER(), claims)),
        ("another key, enclosed", other.jws(&with_key, claims)),
        (
            "ES256 that says ES384",
            partner.key.jws(&json!({"alg": "ES384"}), claims),
        ),
        (
            "critical headers",
            partner.key.jws(&json!({"alg": "ES256", "crit": ["x"], "x": 1}), claims),
        ),
        (
            "a proof",
            partner.key.jws(&json!({"alg": "ES256", "typ": "dpop+jwt"}), claims),
        ),
        ("no signature", good.rsplit_once('.').expect("parts").0.to_owned()),
        (
            "an empty signature",
            format!("{}.", good.rsplit_once('.').expect("parts").0),
        ),
        ("more parts", format!("{good}.x")),
        ("garbage", "a.b.c".to_owned()),
        ("nothing", String::new()),
    ]
}

#[test]
fn an_assertion_is_good_once() {
    let world = World::shared();
    let partner = world.partner("plain");
    let assertion = partner.key.assertion(&partner.client_id, &partner.issuer);
    assert_eq!(partner.request_token(&partner.scope(), &assertion, None).status, 200);
    for _ in 0..3 {
        let again = partner.request_token(&partner.scope(), &assertion, None);
        assert_no_token("a replay", &again, "invalid_client");
    }
    // The name is what counts, not the bytes.
    let claims = assertion_claims(&partner.client_id, &partner.token_endpoint);
    let first = partner.key.jws(&HEADER(), &claims);
    assert_eq!(partner.request_token(&partner.scope(), &first, None).status, 200);
    let audience = json!({"aud": partner.issuer});
    let second = partner.key.jws(&HEADER(), &changed(claims, &audience));
    let again = partner.request_token(&partner.scope(), &second, None);
    assert_no_token("a name used twice", &again, "invalid_client");
}

/// Proofs that are not for `POST RETRIEVE` with this token, by this key, now.
fn bad_proofs(partner: &Partner, token: &str) -> Vec<(&'static str, String)> {
    let url = format!("{}{RETRIEVE}", partner.issuer);
    let claims = |change: &Value| changed(proof_claims("POST", &url, Some(token)), change);
    let by = |claims: &Value| partner.key.jws(&partner.key.proof_header(), claims);
    let other = Key::generate();
    let unsigned = by(&claims(&json!({}))).rsplit_once('.').expect("parts").0.to_owned() + ".";
    let mut private = partner.key.proof_header();
    private["jwk"] = partner.key.private();
    vec![
        ("another method", by(&claims(&json!({"htm": "GET"})))),
        ("a method in small letters", by(&claims(&json!({"htm": "post"})))),
        (
            "another path",
            by(&claims(&json!({"htu": format!("{}{VERIFY}", partner.issuer)}))),
        ),
        (
            "another host",
            by(&claims(
                &json!({"htu": format!("https://elsewhere.example.com{RETRIEVE}")}),
            )),
        ),
        ("another token", by(&proof_claims("POST", &url, Some("x")))),
        ("no token", by(&proof_claims("POST", &url, None))),
        ("an old one", by(&claims(&json!({"iat": now() - 3600})))),
        ("one of the future", by(&claims(&json!({"iat": now() + 3600})))),
        ("without a name", by(&claims(&json!({"jti": null})))),
        ("without a time", by(&claims(&json!({"iat": null})))),
        ("another key", other.proof("POST", &url, Some(token))),
        (
            "another key's signature",
            other.jws(&partner.key.proof_header(), &claims(&json!({}))),
        ),
        ("no signature", unsigned),
        (
            "the private key enclosed",
            partner.key.jws(&private, &claims(&json!({}))),
        ),
        ("an assertion", partner.key.jws(&HEADER(), &claims(&json!({})))),
        ("garbage", "x".to_owned()),
    ]
}

#[test]
fn bad_proofs_open_nothing() {
    let world = World::shared();
    let partner = world.partner("roadside");
    let phone = world.free_phone();
    let token = partner.token();
    let ask = |proof: Option<&str>, scheme: &str| {
        let request = crate::http::Request::new("POST", RETRIEVE).json(&retrieval(&phone.number));
        let request = request.header("authorization", &format!("{scheme} {token}"));
        let request = proof
            .into_iter()
            .fold(request, |request, proof| request.header("dpop", proof));
        request.send(world.host())
    };
    let refused = |what: &str, answer: &Answer| {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "UNAUTHENTICATED"),
            "{what}: {}",
            answer.text()
        );
        assert!(answer.header("www-authenticate").is_some(), "{what}");
    };
    for (what, proof) in bad_proofs(&partner, &token) {
        refused(what, &ask(Some(&proof), "DPoP"));
    }
    refused("no proof", &ask(None, "DPoP"));
    refused("a bound token as a bearer's", &ask(None, "Bearer"));
    let url = format!("{}{RETRIEVE}", partner.issuer);
    refused(
        "bearer with a proof",
        &ask(Some(&partner.key.proof("POST", &url, Some(&token))), "Bearer"),
    );
    // A good proof reaches the decision, once.
    let proof = partner.key.proof("POST", &url, Some(&token));
    assert_refused(&ask(Some(&proof), "DPoP"), "no-permission");
    for _ in 0..2 {
        refused("a replay", &ask(Some(&proof), "DPoP"));
    }
    assert!(world.queries(&phone.number).is_empty());
}

#[test]
fn a_bound_client_gets_no_token_without_a_good_proof() {
    let world = World::shared();
    let partner = world.partner("roadside");
    let assertion = || partner.key.assertion(&partner.client_id, &partner.issuer);
    let none = partner.request_token(&partner.scope(), &assertion(), None);
    assert_no_token("no proof", &none, "invalid_dpop_proof");
    let elsewhere = partner
        .key
        .proof("POST", "https://elsewhere.example.com/oauth2/token", None);
    let other = partner.request_token(&partner.scope(), &assertion(), Some(&elsewhere));
    assert_no_token("a proof for elsewhere", &other, "invalid_dpop_proof");
    let proof = partner.key.proof("POST", &partner.token_endpoint, None);
    assert_eq!(
        partner
            .request_token(&partner.scope(), &assertion(), Some(&proof))
            .status,
        200
    );
    let again = partner.request_token(&partner.scope(), &assertion(), Some(&proof));
    assert_no_token("a proof used twice", &again, "invalid_dpop_proof");
}

#[test]
fn a_token_for_one_is_no_token_for_another() {
    let world = World::shared();
    let (roadside, bank, phone) = (world.partner("roadside"), world.partner("bank"), world.free_phone());
    // The bank stole the token and proves its own key.
    let token = roadside.token();
    let proof = bank
        .key
        .proof("POST", &format!("{}{RETRIEVE}", bank.issuer), Some(&token));
    let request = crate::http::Request::new("POST", RETRIEVE).json(&retrieval(&phone.number));
    let request = request
        .header("authorization", &format!("DPoP {token}"))
        .header("dpop", &proof);
    assert_eq!(request.send(world.host()).status, 401);
    assert!(world.queries(&phone.number).is_empty());
}
