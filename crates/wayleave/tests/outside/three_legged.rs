//! Tokens about one person: the JWT bearer flow, and what such a token does at CAMARA's interfaces. It is no more
//! authority than any other.

use serde_json::{Value, json};

use crate::jose::{now, unbase64url};
use crate::oauth::{JWT_BEARER, TOKEN, assert_oauth_error, changed, token_of};
use crate::partner::{Partner, assert_answered, assert_refused};
use crate::world::{CONSENTS, RETRIEVE, VERIFY, World, retrieval};

/// The claims of a token, which everybody can read who holds it.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a payload");
    serde_json::from_slice(&unbase64url(payload)).expect("claims")
}

#[test]
fn a_bearer_assertion_gets_a_token_about_one_person() {
    let world = World::shared();
    for name in ["plain", "roadside"] {
        let (partner, phone) = (world.partner(name), world.free_phone());
        let none = partner.bear(&partner.bearer_claims(&phone.number));
        assert_oauth_error("nobody agreed", &none, 400, "invalid_grant");
        let given = phone.agree_to(&partner, &json!({}));
        let answer = partner.bear(&partner.bearer_claims(&phone.number));
        let token = token_of(&answer);
        assert_eq!(answer.json()["scope"], partner.scope());
        assert!(answer.json()["id_token"].is_null() && answer.json()["refresh_token"].is_null());
        let digits = phone.number.trim_start_matches('+');
        assert!(!claims(&token).to_string().contains(digits), "a token tells no number");
        let second = token_of(&partner.bear(&partner.bearer_claims(&phone.number)));
        assert_ne!(
            claims(&token)["sub"],
            claims(&second)["sub"],
            "nor whether two are about one person"
        );
        let ask = |body: &Value| {
            let request = partner.with_token(&token, "POST", RETRIEVE).json(body);
            request.send(partner.host())
        };
        let located = ask(&json!({}));
        assert_answered(&located);
        assert!(located.json()["device"].is_null(), "{}", located.text());
        let named = ask(&retrieval(&phone.number));
        assert_eq!((named.status, named.code().as_str()), (422, "UNNECESSARY_IDENTIFIER"));
        // The token lives on, and is worth nothing: the ask is decided anew.
        assert_eq!(phone.press("stop", &given.question).status, 200);
        assert_refused(&ask(&json!({})), "withdrawn");
        let again = partner.bear(&partner.bearer_claims(&phone.number));
        assert_oauth_error("withdrawn", &again, 400, "invalid_grant");
    }
}

#[test]
fn a_token_about_one_person_verifies_and_names_nobody_else() {
    let world = World::shared();
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    let given = phone.agree_to(&partner, &json!({}));
    let other = partner.ask_consent(&world.free_phone().number, &json!({}));
    let token = token_of(&partner.bear(&partner.bearer_claims(&phone.number)));
    let (latitude, longitude) = world.truth(&phone.number);
    let area =
        json!({"areaType": "CIRCLE", "center": {"latitude": latitude, "longitude": longitude}, "radius": 20_000});
    let request = partner.with_token(&token, "POST", VERIFY).json(&json!({"area": area}));
    let verified = request.send(partner.host());
    assert_eq!(verified.json()["verificationResult"], "TRUE", "{}", verified.text());
    assert!(verified.json()["device"].is_null());
    let wish = partner.wish(&phone.number);
    let asked = partner
        .with_token(&token, "POST", CONSENTS)
        .json(&wish)
        .send(partner.host());
    assert_eq!((asked.status, asked.code().as_str()), (422, "UNNECESSARY_IDENTIFIER"));
    for (id, status) in [(given.id, 200), (other, 404)] {
        let look = partner.with_token(&token, "GET", &format!("{CONSENTS}/{id}"));
        assert_eq!(look.send(partner.host()).status, status);
    }
}

#[test]
fn without_a_subject_the_device_must_be_named() {
    let world = World::shared();
    let partner = world.partner("plain");
    let missing = partner.call("POST", RETRIEVE, &json!({}));
    assert_eq!((missing.status, missing.code().as_str()), (422, "MISSING_IDENTIFIER"));
    let device = json!({"device": {"ipv6Address": "2001:db8::1"}});
    let unsupported = partner.call("POST", RETRIEVE, &device);
    assert_eq!(
        (unsupported.status, unsupported.code().as_str()),
        (422, "UNSUPPORTED_IDENTIFIER")
    );
}

/// Every way in which a bearer assertion can be wrong, and the error that says so.
fn bad_claims(partner: &Partner, bank: &str) -> Vec<(Value, &'static str)> {
    let grant = "invalid_grant";
    vec![
        (json!({"iss": null}), grant),
        (json!({"iss": bank}), grant),
        (json!({"iss": "pty_00000000000000000000000000"}), grant),
        (json!({"sub": null}), grant),
        (json!({"sub": partner.client_id}), grant),
        (json!({"sub": "+12025550100"}), grant),
        (json!({"sub": "tel:+1-202-555-0100"}), grant),
        (json!({"sub": "operatortoken:abc"}), grant),
        (json!({"sub": "ipport:192.0.2.1:80"}), grant),
        (json!({"aud": null}), grant),
        (json!({"aud": "https://elsewhere.example.com/oauth2/token"}), grant),
        (
            json!({"aud": [partner.token_endpoint, "https://elsewhere.example.com"]}),
            grant,
        ),
        (json!({"jti": null}), grant),
        (json!({"iat": null}), grant),
        (json!({"iat": now() + 120, "exp": now() + 180}), grant),
        (json!({"exp": null}), grant),
        (json!({"exp": now() - 1}), grant),
        (json!({"exp": now() + 400}), grant),
        (json!({"iat": now() - 290, "exp": now() + 60}), grant),
        (json!({"scope": null}), grant),
        (json!({"scope": "location-retrieval:read"}), "invalid_scope"),
        (
            json!({"scope": "dpv:RequestedServiceProvision dpv:FraudPreventionAndDetection location-retrieval:read"}),
            "invalid_scope",
        ),
        (json!({"scope": "dpv:RequestedServiceProvision"}), "invalid_scope"),
        (
            json!({"scope": "dpv:FraudPreventionAndDetection location-verification:verify"}),
            "unauthorized_client",
        ),
    ]
}

#[test]
fn bad_bearer_assertions_get_no_token() {
    let world = World::shared();
    let (partner, bank) = (world.partner("plain"), world.partner("bank"));
    // This phone's owner agreed, so that nothing but the fault keeps the token back.
    let agreed = "+12025550100";
    assert_eq!(partner.bear(&partner.bearer_claims(agreed)).status, 200);
    for (change, error) in bad_claims(&partner, &bank.client_id) {
        let answer = partner.bear(&changed(partner.bearer_claims(agreed), &change));
        assert_oauth_error(&change.to_string(), &answer, 400, error);
    }
    for (what, number) in [
        ("nobody's number", "+12025550112"),
        ("a number that is not reserved", concat!("+1202", "5551234")),
    ] {
        let answer = partner.bear(&partner.bearer_claims(number));
        assert_oauth_error(what, &answer, 400, "invalid_grant");
    }
    let claims = partner.bearer_claims(agreed);
    assert_eq!(partner.bear(&claims).status, 200);
    assert_oauth_error("a replay", &partner.bear(&claims), 400, "invalid_grant");
    let forged = bank.key.jws(&json!({"alg": "ES256"}), &partner.bearer_claims(agreed));
    let answer = partner.post_form(TOKEN, &[("grant_type", JWT_BEARER), ("assertion", &forged)]);
    assert_oauth_error("another's key", &answer, 400, "invalid_grant");
}

#[test]
fn the_form_of_a_bearer_request_is_strict() {
    let world = World::shared();
    let partner = world.partner("plain");
    let assertion = || {
        let claims = partner.bearer_claims("+12025550100");
        partner.key.jws(&json!({"alg": "ES256", "typ": "JWT"}), &claims)
    };
    let scope = partner.scope();
    let (one, two, three) = (assertion(), assertion(), assertion());
    let bearer = ("grant_type", JWT_BEARER);
    let scoped = partner.post_form(TOKEN, &[bearer, ("assertion", &one), ("scope", &scope)]);
    assert_oauth_error("a scope in the form", &scoped, 400, "invalid_request");
    let bare = partner.post_form(TOKEN, &[bearer]);
    assert_oauth_error("no assertion", &bare, 400, "invalid_request");
    let other = partner.post_form(TOKEN, &[bearer, ("assertion", &one), ("client_id", "bank")]);
    assert_oauth_error("another's name", &other, 401, "invalid_client");
    let named = partner.post_form(TOKEN, &[bearer, ("assertion", &one), ("client_id", &partner.client_id)]);
    token_of(&named);
    // A library that also authenticates as it always does is served, if both say the same.
    token_of(&partner.post_as_client(TOKEN, &[bearer, ("assertion", &two)]));
    let bank = world.partner("bank");
    let both = bank.post_as_client(TOKEN, &[bearer, ("assertion", &three)]);
    assert_oauth_error("signed by one, sent by another", &both, 400, "invalid_grant");
    let openid = changed(
        partner.bearer_claims("+12025550100"),
        &json!({"scope": format!("openid {scope}")}),
    );
    let identity = partner.bear(&openid).json();
    let claims = claims(identity["id_token"].as_str().expect("an ID token"));
    assert_eq!(
        (&claims["aud"], &claims["iss"]),
        (&json!(partner.client_id), &json!(partner.issuer))
    );
    assert!(!claims.to_string().contains("2025550100"));
}
