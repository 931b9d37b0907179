//! Everything that can be wrong with an authorization request: what may go back goes back by the browser, and nothing goes
//! to an address that its client did not register.

use serde_json::{Value, json};

use crate::browser::{AUTHORIZE, Browser, address, back_of, parameter, request};
use crate::jose::{jti, now};
use crate::oauth::changed;
use crate::partner::Partner;
use crate::parts::{Parts, Settings};

fn object_claims(partner: &Partner, number: &str) -> Value {
    let scope = partner.scope();
    let mut claims = json!({
        "iss": partner.client_id, "aud": format!("{}{AUTHORIZE}", partner.issuer), "jti": jti(), "iat": now(),
        "exp": now() + 60,
    });
    for (name, value) in request(partner, &scope, number) {
        claims[name] = value.into();
    }
    claims
}

#[test]
fn without_a_registered_way_back_nobody_is_sent_anywhere() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, bank, browser) = (world.partner("plain"), world.partner("bank"), Browser(world));
    let scope = plain.scope();
    let good = request(&plain, &scope, "+12025550120");
    let bank_back = back_of(&bank);
    let rows: [&[(&str, &str)]; 16] = [
        &[("client_id", "")],
        &[("client_id", "pty_00000000000000000000000000")],
        &[("client_id", &bank.client_id)],
        &[("redirect_uri", "")],
        &[("redirect_uri", &bank_back)],
        &[("redirect_uri", "https://plain.example.com/back/")],
        &[("redirect_uri", "https://plain.example.com/back?x=1")],
        &[("redirect_uri", "https://plain.example.com/back#x")],
        &[("redirect_uri", "https://plain.example.com/back/../back")],
        &[("redirect_uri", "https://plain.example.com.example.com/back")],
        &[("redirect_uri", "https://plain.example.com@other.example.com/back")],
        &[("redirect_uri", "https://plain.example.com\\@other.example.com/back")],
        &[("redirect_uri", "http://plain.example.com/back")],
        &[("redirect_uri", "http://127.0.0.1:4000/other")],
        &[("redirect_uri", "http://localhost/back")],
        &[("redirect_uri", "javascript:alert(1)")],
    ];
    for changes in rows {
        let answer = browser.open(&address(&good, changes));
        assert_eq!((answer.status, answer.header("location")), (400, None), "{changes:?}");
        assert!(
            !answer.text().contains("example.com"),
            "{changes:?}: nothing is repeated"
        );
    }
    for twice in ["client_id=x", "redirect_uri=x", "state=x"] {
        let answer = browser.open(&format!("{}&{twice}", address(&good, &[])));
        assert_eq!((answer.status, answer.header("location")), (400, None), "{twice}");
    }
    // Any port of a registered loopback address is fine.
    let loopback = browser.open(&address(&good, &[("redirect_uri", "http://127.0.0.1:51004/back")]));
    assert_eq!(loopback.status, 200, "{}", loopback.text());
    // Tickets of other pages, made-up ones and none.
    for path in ["/errand/code", "/errand/back", "/errand/leave"] {
        assert_eq!(browser.open(&format!("{path}?ticket=garbage")).status, 400, "{path}");
        assert_eq!(browser.open(path).status, 400, "{path}");
    }
    let foreign = crate::http::Request::new("POST", "/errand/text")
        .header("content-type", crate::oauth::FORM)
        .header("origin", "https://elsewhere.example.com")
        .body(format!("ticket={}", crate::browser::ticket_of(&loopback)));
    assert_eq!(foreign.send(world.host()).status, 400);
    assert!(world.phone("+12025550120").texts().is_empty());
}

#[test]
fn each_other_error_goes_back_by_the_browser() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, browser) = (world.partner("plain"), Browser(world));
    let scope = plain.scope();
    let good = request(&plain, &scope, "+12025550120");
    let foreign = "dpv:FraudPreventionAndDetection location-verification:verify";
    let rows: [(&[(&str, &str)], &str); 16] = [
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("scope", "")], "invalid_scope"),
        (&[("scope", "location-retrieval:read")], "invalid_scope"),
        (&[("scope", foreign)], "unauthorized_client"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
        ),
        (&[("prompt", "none")], "consent_required"),
        (&[("prompt", "none login")], "invalid_request"),
        (
            &[("request_uri", "https://a.example.com/x")],
            "request_uri_not_supported",
        ),
        (&[("request", "a.b.c")], "invalid_request_object"),
        (&[("claims", "{}")], "invalid_request"),
        (&[("scope", "openid"), ("claims", "{}")], "invalid_scope"),
    ];
    for (changes, error) in rows {
        let answer = browser.open(&address(&good, changes));
        assert_eq!(answer.status, 302, "{changes:?}: {}", answer.text());
        let back = answer.header("location").expect("a way back");
        assert!(back.starts_with(&format!("{}?", back_of(&plain))), "{back}");
        assert_eq!(parameter(back, "error"), error, "{changes:?}");
        assert_eq!(parameter(back, "state"), "a state&more", "{changes:?}");
        assert_eq!(parameter(back, "iss"), plain.issuer, "{changes:?}");
        assert_eq!(parameter(back, "code"), "", "{changes:?}");
    }
    // What the profile wants ignored is ignored.
    for ignored in [
        ("acr_values", "3"),
        ("display", "popup"),
        ("max_age", "1"),
        ("login_hint", "ipport:192.0.2.1"),
    ] {
        assert_eq!(browser.open(&address(&good, &[ignored])).status, 200, "{ignored:?}");
    }
    assert!(world.phone("+12025550120").texts().is_empty());
}

#[test]
fn a_request_may_be_signed_and_then_says_what_the_query_says() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, phone, browser) = (world.partner("plain"), world.free_phone(), Browser(world));
    let scope = plain.scope();
    let bare = request(&plain, &scope, "");
    let open = |claims: &Value| {
        let object = plain
            .key
            .jws(&json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"}), claims);
        // Beside the object the query has the four that the profile wants, and none of the rest.
        let none = [
            ("state", ""),
            ("nonce", ""),
            ("code_challenge", ""),
            ("code_challenge_method", ""),
        ];
        browser.open(&address(&bare, &[&none[..], &[("request", &object)]].concat()))
    };
    let claims = || object_claims(&plain, &phone.number);
    for change in [
        json!({"iss": world.partner("bank").client_id}),
        json!({"client_id": world.partner("bank").client_id}),
        json!({"aud": format!("{}/oauth2/token", plain.issuer)}),
        json!({"jti": null}),
        json!({"iat": null}),
        json!({"exp": now() - 1}),
        json!({"exp": now() + 400}),
        json!({"scope": "openid dpv:RequestedServiceProvision location-retrieval:read"}),
        json!({"redirect_uri": "http://127.0.0.1/back"}),
        json!({"response_type": "token"}),
    ] {
        let answer = open(&changed(claims(), &change));
        let back = answer.header("location").expect("a way back");
        assert_eq!(parameter(back, "error"), "invalid_request_object", "{change}");
    }
    let good = claims();
    let first = open(&good);
    let ticket = browser.ask_for_text(&first, None);
    assert!(!ticket.is_empty());
    phone.text("tell it to nobody", 0);
    // The object is used up by the page that sent a text with it: that page may send again, another may not.
    browser.ask_for_text(&first, None);
    let again = browser.submit("/errand/text", &[("ticket", &crate::browser::ticket_of(&open(&good)))]);
    assert_eq!(again.status, 400, "{}", again.text());
}

/// A party may be enrolled so that nobody without its key can send browsers in its name.
#[test]
fn a_client_of_signed_requests_takes_no_others() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (plain, browser) = (world.partner("plain"), Browser(world));
    let jwk = world.folder.join("signer.pub.jwk");
    std::fs::write(&jwk, crate::jose::Key::generate().public().to_string()).expect("written");
    let (config, jwk) = (parts.config.to_string_lossy(), jwk.to_string_lossy());
    let back = "https://signer.example.com/back";
    let mut arguments = vec![
        "party", "add", "--config", &config, "--client", "signer", "--name", "Signer",
    ];
    arguments.extend([
        "--purpose",
        "RequestedServiceProvision",
        "--jwk",
        &jwk,
        "--redirect-uri",
        back,
    ]);
    arguments.extend([
        "--scope",
        "location-retrieval:read",
        "--scope",
        "wayleave:consents",
        "--signed-requests",
    ]);
    let output = crate::program::wayleave(&arguments);
    assert!(output.status.success(), "{}", crate::program::said(&output));
    let client_id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let scope = "dpv:RequestedServiceProvision location-retrieval:read";
    let good = request(&plain, scope, "+12025550120");
    let own = [("client_id", client_id.as_str()), ("redirect_uri", back)];
    let answer = browser.open(&address(&good, &own));
    let location = answer.header("location").expect("a way back");
    assert!(location.starts_with(&format!("{back}?")), "{location}");
    assert_eq!(parameter(location, "error"), "invalid_request");
    for bad in [
        "http://signer.example.com/back",
        "javascript:alert(1)",
        "https://signer.example.com/#x",
    ] {
        let mut again = arguments.clone();
        for word in &mut again {
            match *word {
                "signer" => *word = "other",
                known if known == back => *word = bad,
                _ => {}
            }
        }
        assert!(!crate::program::wayleave(&again).status.success(), "{bad}");
    }
}
