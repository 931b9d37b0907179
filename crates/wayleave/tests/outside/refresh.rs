//! Refresh tokens: each is good once, for its own client and key, and none outlives the person's consent.

use serde_json::json;

use crate::browser::{Browser, VERIFIER, address, back_of, come_back, member, parameter, request};
use crate::http::Answer;
use crate::oauth::{BACKCHANNEL, TOKEN, assert_oauth_error, token_of};
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};
use crate::world::{RETRIEVE, World};

#[track_caller]
fn invalid(what: &str, answer: &Answer) {
    assert_oauth_error(what, answer, 400, "invalid_grant");
}

/// A grant by authorization code; its refresh token.
fn granted(world: &World, plain: &Partner, phone: &crate::phone::Phone<'_>) -> String {
    let scope = format!("openid offline_access {}", plain.scope());
    let start = address(&request(plain, &scope, &phone.number), &[]);
    let (back, _) = come_back(&Browser(world), phone, &start);
    let answer = plain.redeem(&parameter(&back, "code"), &back_of(plain), VERIFIER);
    member(&answer, "refresh_token")
}

#[test]
fn a_refresh_brings_a_new_token_until_the_person_stops() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, bank, phone) = (world.partner("plain"), world.partner("bank"), world.free_phone());
    let first = granted(world, &plain, &phone);
    invalid("another client", &bank.refresh(&first));
    let answer = plain.refresh(&first);
    let second = member(&answer, "refresh_token");
    assert_ne!(first, second);
    let token = token_of(&answer);
    assert_answered(
        &plain
            .with_token(&token, "POST", RETRIEVE)
            .json(&json!({}))
            .send(plain.host()),
    );
    // Less can be had; more cannot, and costs nothing.
    let narrow = "dpv:RequestedServiceProvision location-retrieval:read";
    let with = |token: &str, scope: &str| {
        let parameters = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        plain.post_as_client(TOKEN, &parameters)
    };
    for wider in ["dpv:FraudPreventionAndDetection location-retrieval:read", "nonsense"] {
        assert_oauth_error(wider, &with(&second, wider), 400, "invalid_scope");
    }
    let narrowed = with(&second, narrow);
    assert_eq!(member(&narrowed, "scope"), narrow);
    let third = member(&narrowed, "refresh_token");
    phone.reply("STOP");
    invalid("after STOP", &plain.refresh(&third));
    invalid("garbage", &plain.refresh("garbage"));
    let nobody = plain.post_form(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", &third)]);
    assert_oauth_error("no assertion", &nobody, 401, "invalid_client");
}

#[test]
fn an_old_token_ends_the_whole_family() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    let first = granted(world, &plain, &phone);
    let second = member(&plain.refresh(&first), "refresh_token");
    let third = member(&plain.refresh(&second), "refresh_token");
    invalid("a thief's, or the thief was first", &plain.refresh(&first));
    invalid("the newest too", &plain.refresh(&third));
    // What was ended stays ended, and nothing else is: the person's consent stands.
    assert_answered(&plain.retrieve(&phone.number));
}

#[test]
fn a_suspended_party_refreshes_nothing() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    let token = granted(world, &plain, &phone);
    let config = parts.config.to_str().expect("a path");
    let output = wayleave(&["party", "suspend", "--config", config, "plain"]);
    assert!(output.status.success(), "{}", said(&output));
    let refused = plain.refresh(&token);
    assert_oauth_error("suspended", &refused, 401, "invalid_client");
    let output = wayleave(&["party", "suspend", "--config", config, "plain", "--lift"]);
    assert!(output.status.success(), "{}", said(&output));
    member(&plain.refresh(&token), "refresh_token");
}

#[test]
fn the_backchannel_gives_them_too_and_binds_them_to_the_key() {
    let world = World::shared();
    let (roadside, phone) = (world.partner("roadside"), world.free_phone());
    let scope = format!("offline_access {}", roadside.scope());
    let hint = format!("tel:{}", phone.number);
    let parameters = [("scope", scope.as_str()), ("login_hint", hint.as_str())];
    let asked = roadside.post_as_client(BACKCHANNEL, &parameters);
    let ticket = member(&asked, "auth_req_id");
    assert_eq!(phone.press("agree", &phone.question(0)).status, 200);
    let first = member(&roadside.poll(&ticket), "refresh_token");
    // The same client with another key of possession.
    let other = crate::jose::Key::generate();
    let assertion = roadside.key.assertion(&roadside.client_id, &roadside.issuer);
    let stolen = crate::http::Request::new("POST", TOKEN)
        .header("content-type", crate::oauth::FORM)
        .header("dpop", &other.proof("POST", &roadside.token_endpoint, None))
        .body(crate::oauth::form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", &first),
            ("client_assertion_type", crate::partner::ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ]));
    invalid("another key", &stolen.send(roadside.host()));
    let second = member(&roadside.refresh(&first), "refresh_token");
    phone.reply("STOP");
    invalid("after STOP", &roadside.refresh(&second));
}

#[test]
fn other_flows_have_none() {
    let world = World::shared();
    let plain = world.partner("plain");
    let scope = format!("offline_access {}", plain.scope());
    assert_oauth_error("client credentials", &plain.ask_token(&scope), 400, "invalid_scope");
    let claims = crate::oauth::changed(plain.bearer_claims("+12025550100"), &json!({ "scope": scope }));
    assert_oauth_error("JWT bearer", &plain.bear(&claims), 400, "invalid_scope");
}
