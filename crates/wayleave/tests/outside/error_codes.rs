//! Every error code that can occur, provoked once: status, code, body and headers, as CAMARA's documents have them. The
//! table is the promise; a code that is not in it is not sent by these interfaces.

use serde_json::{Value, json};

use crate::http::{self, Answer, Request};
use crate::oauth::{BACKCHANNEL, BadForm, CIBA, FORM, JWT_BEARER, TOKEN, assert_oauth_error, token_of};
use crate::partner::{ASSERTION_TYPE, Partner};
use crate::parts::{Parts, Settings};
use crate::phone::Phone;
use crate::world::{CONSENTS, RETRIEVE, VERIFY, World, retrieval, verification};

/// Somewhere in the carrier's city, and somewhere without a grid.
const CITY: (f64, f64) = (12.0, -40.0);
const POLE: (f64, f64) = (85.0, -40.0);

/// CAMARA's `ErrorInfo`, whole, with the correlator that came in.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (status, code),
        "{}",
        answer.text()
    );
    let body = answer.json();
    assert_eq!(body["status"], status, "{}", answer.text());
    let message = body["message"].as_str().unwrap_or_default();
    assert!((1..=512).contains(&message.chars().count()), "{}", answer.text());
    assert_eq!(answer.header("x-correlator"), Some("row-1"), "{code}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{code}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{code}");
    assert_eq!(answer.header("www-authenticate").is_some(), status == 401, "{code}");
    assert_eq!(
        answer.header("retry-after").is_some(),
        status == 503 || status == 429,
        "{code}"
    );
}

/// A request with a good token and everything that belongs to it.
fn ask(partner: &Partner, path: &str, body: &Value) -> Answer {
    let request = partner.signed("POST", path).header("x-correlator", "row-1");
    request.json(body).send(partner.host())
}

#[test]
fn errors_of_a_request_itself() {
    let world = World::shared();
    let (partner, agreed) = (world.partner("plain"), "+12025550100");
    let narrow = token_of(&partner.ask_token("dpv:RequestedServiceProvision location-verification:verify"));
    let about = token_of(&partner.bear(&partner.bearer_claims(agreed)));
    let with = |request: Request| request.header("x-correlator", "row-1").send(partner.host());
    let good = || partner.signed("POST", RETRIEVE);
    let body = retrieval(agreed);
    let scoped = partner.with_token(&narrow, "POST", RETRIEVE).json(&body);
    let named = partner.with_token(&about, "POST", RETRIEVE).json(&body);
    let rows: [(Request, u16, &str); 14] = [
        (good().json(&json!({"device": {}})), 400, "INVALID_ARGUMENT"),
        (
            good().json(&json!({"device": {"phoneNumber": agreed}, "x": 1})),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            good().header("content-type", "application/json"),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            good().json(&json!({"device": {"phoneNumber": agreed}, "maxAge": "1"})),
            400,
            "INVALID_ARGUMENT",
        ),
        (
            good()
                .header("content-type", "application/json")
                .body("x".repeat(20_000)),
            400,
            "INVALID_ARGUMENT",
        ),
        (Request::new("POST", RETRIEVE).json(&body), 401, "UNAUTHENTICATED"),
        (
            good()
                .without("authorization")
                .header("authorization", "Bearer x")
                .json(&body),
            401,
            "UNAUTHENTICATED",
        ),
        (scoped, 403, "PERMISSION_DENIED"),
        (good().json(&retrieval("+12025550199")), 403, "PERMISSION_DENIED"),
        (
            Request::new("POST", "/location-retrieval/v9/retrieve").json(&body),
            404,
            "NOT_FOUND",
        ),
        (Request::new("GET", RETRIEVE), 405, "METHOD_NOT_ALLOWED"),
        (
            good().header("content-type", "text/plain").body("x"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (good().json(&json!({})), 422, "MISSING_IDENTIFIER"),
        (named, 422, "UNNECESSARY_IDENTIFIER"),
    ];
    for (request, status, code) in rows {
        assert_problem(&with(request), status, code);
    }
    let other = good().json(&json!({"device": {"networkAccessIdentifier": "a@example.com"}}));
    assert_problem(&with(other), 422, "UNSUPPORTED_IDENTIFIER");
    let bad = good()
        .header("x-correlator", "no spaces")
        .json(&body)
        .send(partner.host());
    assert_eq!((bad.status, bad.code().as_str()), (400, "INVALID_ARGUMENT"));
    assert_eq!(bad.header("x-correlator"), None, "a malformed one is not echoed");
    let unknown = partner.signed("GET", &format!("{CONSENTS}/con_00000000000000000000000000"));
    assert_problem(&with(unknown), 404, "NOT_FOUND");
}

/// Sets the state of a phone at its carrier.
fn set(world: &World, phone: &Phone<'_>, state: &str) {
    let url = format!("{}/phones/{}", world.carrier, phone.number);
    assert_eq!(http::send_json("PUT", &url, &json!({"state": state})).status, 200);
}

#[test]
fn errors_of_a_covered_ask() {
    let world = World::demo();
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    let given = phone.agree_to(&partner, &json!({"precision": {"type": "AREA", "metres": 500}}));
    let (number, device) = (&phone.number, json!({"phoneNumber": phone.number}));
    let verify = |centre: (f64, f64), radius: f64| verification(number, centre, radius);
    let aged = |mut body: Value| {
        body["maxAge"] = json!(0);
        body
    };
    let small = json!({"device": device, "maxSurface": 10});
    assert_problem(
        &ask(&partner, RETRIEVE, &small),
        422,
        "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE",
    );
    assert_problem(
        &ask(&partner, VERIFY, &verify(POLE, 2000.0)),
        422,
        "LOCATION_VERIFICATION.AREA_NOT_COVERED",
    );
    assert_problem(
        &ask(&partner, VERIFY, &verify(CITY, 2.0)),
        422,
        "LOCATION_VERIFICATION.INVALID_AREA",
    );
    set(&world, &phone, "off");
    let rows = [
        (RETRIEVE, retrieval(number), "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE"),
        (
            RETRIEVE,
            aged(retrieval(number)),
            "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE",
        ),
        (VERIFY, verify(CITY, 5000.0), "LOCATION_VERIFICATION.UNABLE_TO_LOCATE"),
        (
            VERIFY,
            aged(verify(CITY, 5000.0)),
            "LOCATION_VERIFICATION.UNABLE_TO_FULFILL_MAX_AGE",
        ),
    ];
    for (path, body, code) in rows {
        assert_problem(&ask(&partner, path, &body), 422, code);
    }
    set(&world, &phone, "on");
    world.carrier_behaves(&json!({"misbehave": "error-500"}));
    assert_problem(&ask(&partner, RETRIEVE, &retrieval(number)), 503, "UNAVAILABLE");
    world.carrier_behaves(&json!({"misbehave": "hang"}));
    assert_problem(&ask(&partner, RETRIEVE, &retrieval(number)), 504, "TIMEOUT");
    world.carrier_behaves(&json!({"misbehave": null}));
    assert_eq!(phone.press("stop", &given.question).status, 200);
    assert_problem(&ask(&partner, RETRIEVE, &retrieval(number)), 403, "PERMISSION_DENIED");
}

#[test]
fn too_many_requests_are_turned_away() {
    let parts = Parts::start(Settings {
        listen: "asks_per_second_max = 1".to_owned(),
        ..Settings::default()
    });
    let partner = parts.world.partner("plain");
    let body = retrieval("+12025550150");
    let turned_away = (0..20).find_map(|_| Some(ask(&partner, RETRIEVE, &body)).filter(|answer| answer.status != 403));
    assert_problem(&turned_away.expect("one of twenty"), 429, "TOO_MANY_REQUESTS");
}

#[test]
fn errors_of_the_token_endpoint() {
    let world = World::shared();
    let partner = world.partner("plain");
    let scope = partner.scope();
    let credentials = ("grant_type", "client_credentials");
    let foreign = "dpv:FraudPreventionAndDetection location-verification:verify";
    let openid = format!("openid {scope}");
    let rows: [BadForm<'_>; 10] = [
        ("no grant type", vec![("scope", &scope)], "invalid_request"),
        ("twice", vec![credentials, credentials], "invalid_request"),
        ("no assertion", vec![("grant_type", JWT_BEARER)], "invalid_request"),
        (
            "garbage",
            vec![("grant_type", JWT_BEARER), ("assertion", "x")],
            "invalid_grant",
        ),
        (
            "a ticket of nobody",
            vec![("grant_type", CIBA), ("auth_req_id", "x")],
            "invalid_grant",
        ),
        (
            "not approved",
            vec![credentials, ("scope", foreign)],
            "unauthorized_client",
        ),
        ("a code", vec![("grant_type", "password")], "unsupported_grant_type"),
        ("no scope", vec![credentials], "invalid_scope"),
        (
            "two purposes",
            vec![credentials, ("scope", "dpv:X dpv:Y location-retrieval:read")],
            "invalid_scope",
        ),
        (
            "an ID token of nobody",
            vec![credentials, ("scope", &openid)],
            "invalid_scope",
        ),
    ];
    for (what, parameters, error) in rows {
        let answer = partner.post_as_client(TOKEN, &parameters);
        assert_oauth_error(what, &answer, 400, error);
        assert!(answer.header("www-authenticate").is_none(), "{what}");
    }
    let bound = world.partner("roadside");
    let assertion = bound.key.assertion(&bound.client_id, &bound.issuer);
    let unproven = bound.request_token(&bound.scope(), &assertion, None);
    assert_oauth_error("no proof", &unproven, 400, "invalid_dpop_proof");
    let secret = partner.post_form(TOKEN, &[credentials, ("scope", &scope), ("client_secret", "x")]);
    assert_oauth_error("a secret", &secret, 401, "invalid_client");
    assert!(secret.header("www-authenticate").is_none());
    let basic = Request::new("POST", TOKEN).header("content-type", FORM);
    let basic = basic
        .header("authorization", "Basic eDp5")
        .body("grant_type=client_credentials");
    let basic = basic.send(world.host());
    assert_oauth_error("a password", &basic, 401, "invalid_client");
    let named = basic.header("www-authenticate").unwrap_or_default();
    assert!(named.starts_with("Basic "), "RFC 6749 §5.2: {named}");
    let json = Request::new("POST", TOKEN).json(&json!({"grant_type": "client_credentials"}));
    assert_eq!(json.send(world.host()).status, 415);
}

/// What a party may do and how is the operator's to say; a question lapses in its time.
#[test]
fn errors_of_flows_and_of_time() {
    let mut parts = Parts::prepare(Settings {
        question_life_s: 30,
        ..Settings::default()
    });
    let plain = parts.world.partner("plain");
    let market = enrol_restricted(&parts, &plain);
    parts.start_gateway();
    let world = &parts.world;
    let number = "+12025550150";
    let flow = market.bear(&market.bearer_claims(number));
    assert_oauth_error("a flow that is not approved", &flow, 400, "unauthorized_client");
    let forbidden = market.ask_on_the_backchannel(number);
    assert_oauth_error("a purpose that nobody may", &forbidden, 403, "access_denied");
    let asked = plain.ask_on_the_backchannel(number);
    assert_eq!(asked.status, 200, "{}", asked.text());
    let ticket = asked.json()["auth_req_id"].as_str().expect("a ticket").to_owned();
    assert_oauth_error("not yet", &plain.poll(&ticket), 400, "authorization_pending");
    assert_oauth_error("too soon", &plain.poll(&ticket), 400, "slow_down");
    let refused = world.free_phone();
    let no = plain.ask_on_the_backchannel(&refused.number).json()["auth_req_id"].clone();
    assert_eq!(refused.press("refuse", &refused.question(0)).status, 200);
    assert_oauth_error(
        "refused",
        &plain.poll(no.as_str().expect("a ticket")),
        400,
        "access_denied",
    );
    std::thread::sleep(std::time::Duration::from_secs(31));
    assert_oauth_error("lapsed", &plain.poll(&ticket), 400, "expired_token");
    let hint = ("login_hint", "ipport:192.0.2.1");
    let scope = plain.scope();
    let unknown = plain.post_as_client(BACKCHANNEL, &[("scope", &scope), hint]);
    assert_oauth_error("an address", &unknown, 400, "unknown_user_id");
    let object = plain.post_as_client(BACKCHANNEL, &[("request", "x")]);
    assert_oauth_error("no request object", &object, 400, "invalid_request_object");
    let nobody = plain.post_form(
        BACKCHANNEL,
        &[("scope", &scope), ("client_assertion_type", ASSERTION_TYPE)],
    );
    assert_oauth_error("half an assertion", &nobody, 401, "invalid_client");
}

/// A party that is approved for advertising, which nobody can agree to, and for CIBA alone.
fn enrol_restricted(parts: &Parts, like: &Partner) -> Partner {
    let key = crate::jose::Key::generate();
    let public = parts.world.folder.join("market.jwk");
    std::fs::write(&public, key.public().to_string()).expect("written");
    let (config, public) = (parts.config.to_string_lossy(), public.to_string_lossy());
    let output = crate::program::wayleave(&[
        "party",
        "add",
        "--config",
        &config,
        "--client",
        "market",
        "--name",
        "Harbour Market",
        "--purpose",
        "DirectMarketing",
        "--scope",
        "location-retrieval:read",
        "--scope",
        "wayleave:consents",
        "--flow",
        "ciba",
        "--jwk",
        &public,
    ]);
    assert!(output.status.success(), "{}", crate::program::said(&output));
    Partner::new(json!({
        "client_id": String::from_utf8_lossy(&output.stdout).trim(), "issuer": like.issuer,
        "token_endpoint": like.token_endpoint, "purpose": "DirectMarketing", "scopes": "location-retrieval:read",
        "dpop": false, "private_jwk": key.private(),
    }))
}
