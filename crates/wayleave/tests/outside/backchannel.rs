//! CIBA: a client has the gateway ask, by the ordinary question; only the person's yes turns the ticket into a token.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::Answer;
use crate::jose::{jti, now};
use crate::oauth::{BACKCHANNEL, BadForm, CIBA, TOKEN, assert_oauth_error, changed, token_of};
use crate::partner::{Partner, assert_answered};
use crate::world::{RETRIEVE, World};

/// The shortest pause between two polls that is not too short.
const PAUSE: Duration = Duration::from_millis(5_200);

#[track_caller]
fn ticket(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!((&body["expires_in"], &body["interval"]), (&json!(900), &json!(5)));
    body["auth_req_id"].as_str().expect("a ticket").to_owned()
}

#[test]
fn only_the_persons_yes_turns_a_ticket_into_a_token() {
    let world = World::shared();
    let (partner, phone) = (world.partner("roadside"), world.free_phone());
    let ticket = ticket(&partner.ask_on_the_backchannel(&phone.number));
    let question = phone.question(0);
    let text = phone.text("/c/", 0);
    assert!(
        text.contains("Aster Roadside Help") && text.contains("no reference"),
        "{text}"
    );
    assert_oauth_error("not yet", &partner.poll(&ticket), 400, "authorization_pending");
    assert_oauth_error("too soon", &partner.poll(&ticket), 400, "slow_down");
    assert_eq!(phone.press("agree", &question).status, 200);
    sleep(2 * PAUSE);
    let token = token_of(&partner.poll(&ticket));
    let located = partner.with_token(&token, "POST", RETRIEVE).json(&json!({}));
    let located = located.send(partner.host());
    assert_answered(&located);
    assert!(located.json()["device"].is_null());
    // A ticket is good once, and for its own client.
    let other = world.partner("plain").poll(&ticket);
    assert_oauth_error("another's ticket", &other, 400, "invalid_grant");
    sleep(2 * PAUSE);
    assert_oauth_error("used", &partner.poll(&ticket), 400, "invalid_grant");
    assert_oauth_error("garbage", &partner.poll("garbage"), 400, "invalid_grant");
    assert_oauth_error(
        "none",
        &partner.post_as_client(TOKEN, &[("grant_type", CIBA)]),
        400,
        "invalid_request",
    );
    // Who has agreed is not asked again.
    let texts = phone.texts().len();
    let again = self::ticket(&partner.ask_on_the_backchannel(&phone.number));
    token_of(&partner.poll(&again));
    assert_eq!(phone.texts().len(), texts);
}

#[test]
fn a_no_is_a_no() {
    let world = World::shared();
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    let first = ticket(&partner.ask_on_the_backchannel(&phone.number));
    assert_eq!(phone.press("refuse", &phone.question(0)).status, 200);
    assert_oauth_error("refused", &partner.poll(&first), 400, "access_denied");
}

/// Every way in which a backchannel request can be wrong.
#[test]
fn bad_backchannel_requests_put_no_question() {
    let world = World::shared();
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    let (scope, hint) = (partner.scope(), format!("tel:{}", phone.number));
    let good = [("scope", scope.as_str()), ("login_hint", hint.as_str())];
    let foreign = "dpv:FraudPreventionAndDetection location-verification:verify";
    let cases: [BadForm<'_>; 9] = [
        ("no scope", vec![good[1]], "invalid_scope"),
        (
            "no purpose",
            vec![("scope", "location-retrieval:read"), good[1]],
            "invalid_scope",
        ),
        (
            "another's purpose",
            vec![("scope", foreign), good[1]],
            "unauthorized_client",
        ),
        ("no hint", vec![good[0]], "invalid_request"),
        (
            "a bare number",
            vec![good[0], ("login_hint", &phone.number)],
            "invalid_request",
        ),
        (
            "two hints",
            vec![good[0], good[1], ("id_token_hint", "x")],
            "invalid_request",
        ),
        (
            "a token of a hint",
            vec![good[0], good[1], ("login_hint_token", "x")],
            "invalid_request",
        ),
        (
            "an address",
            vec![good[0], ("login_hint", "ipport:192.0.2.1:80")],
            "unknown_user_id",
        ),
        (
            "a token",
            vec![good[0], ("login_hint", "operatortoken:abc")],
            "unknown_user_id",
        ),
    ];
    for (what, parameters, error) in cases {
        let answer = partner.post_as_client(BACKCHANNEL, &parameters);
        assert_oauth_error(what, &answer, 400, error);
    }
    let nobody = partner.post_form(BACKCHANNEL, &good);
    assert_oauth_error("no assertion", &nobody, 401, "invalid_client");
    let unknown = ("login_hint", concat!("tel:+1202", "5551234"));
    let denied = partner.post_as_client(BACKCHANNEL, &[good[0], unknown]);
    assert_oauth_error("not reserved", &denied, 403, "access_denied");
    assert!(phone.texts().is_empty());
    // What the profile wants ignored is ignored.
    let ignored = [
        good[0],
        good[1],
        ("binding_message", "W4SCT"),
        ("user_code", "1"),
        ("requested_expiry", "5"),
        ("acr_values", "3"),
    ];
    ticket(&partner.post_as_client(BACKCHANNEL, &ignored));
    // Nobody's number looks like somebody's who does not answer.
    let hint = ("login_hint", "tel:+12025550112");
    let nobodys = ticket(&partner.post_as_client(BACKCHANNEL, &[good[0], hint]));
    assert_oauth_error("nobody's", &partner.poll(&nobodys), 400, "authorization_pending");
}

fn object_claims(partner: &Partner, number: &str) -> Value {
    json!({
        "iss": partner.client_id, "aud": format!("{}{BACKCHANNEL}", partner.issuer), "jti": jti(), "iat": now(),
        "nbf": now(), "exp": now() + 60, "scope": partner.scope(), "login_hint": format!("tel:{number}"),
    })
}

#[test]
fn a_request_may_be_signed() {
    let world = World::shared();
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    let send = |claims: &Value| {
        let object = partner
            .key
            .jws(&json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"}), claims);
        partner.post_as_client(BACKCHANNEL, &[("request", &object)])
    };
    let claims = || object_claims(&partner, &phone.number);
    for change in [
        json!({"iss": world.partner("bank").client_id}),
        json!({"client_id": world.partner("bank").client_id}),
        json!({"iss": null}),
        json!({"aud": null}),
        json!({"aud": format!("{}{TOKEN}", partner.issuer)}),
        json!({"jti": null}),
        json!({"iat": null}),
        json!({"iat": now() + 120, "exp": now() + 180}),
        json!({"exp": null}),
        json!({"exp": now() - 1}),
        json!({"exp": now() + 400}),
        json!({"nbf": now() + 120}),
    ] {
        let answer = send(&changed(claims(), &change));
        assert_oauth_error(&change.to_string(), &answer, 400, "invalid_request_object");
    }
    let forged = world.partner("bank").key.jws(&json!({"alg": "ES256"}), &claims());
    let answer = partner.post_as_client(BACKCHANNEL, &[("request", &forged)]);
    assert_oauth_error("another's key", &answer, 400, "invalid_request_object");
    let object = partner.key.jws(&json!({"alg": "ES256"}), &claims());
    let scope = partner.scope();
    let beside = partner.post_as_client(BACKCHANNEL, &[("request", &object), ("scope", &scope)]);
    assert_oauth_error("parameters beside it", &beside, 400, "invalid_request");
    let no_hint = send(&changed(claims(), &json!({"login_hint": null})));
    assert_oauth_error("no hint within", &no_hint, 400, "invalid_request");
    let no_scope = send(&changed(claims(), &json!({"scope": null})));
    assert_oauth_error("no scope within", &no_scope, 400, "invalid_scope");
    assert!(phone.texts().is_empty());
    let good = claims();
    ticket(&send(&good));
    phone.question(0);
    assert_oauth_error("a replay", &send(&good), 400, "invalid_request_object");
    ticket(&send(&changed(claims(), &json!({"aud": partner.issuer}))));
}
