//! Each rule of the authorization endpoint a row; and what comes of it at the token endpoint: codes and refreshes.

use proptest::prelude::*;

use super::*;
use crate::oauth::error::OAuthError;
use crate::oauth::grant::{Grant, TokenRequest};
use crate::oauth::pkce::Verifier;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn query(changes: &[(&str, &str)]) -> String {
    let good = [
        ("response_type", "code"),
        ("client_id", "roadside"),
        ("redirect_uri", "https://a.example.com/back"),
        ("scope", "openid dpv:RequestedServiceProvision location-retrieval:read"),
        ("state", "a b&c"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("login_hint", "tel:+12025550123"),
    ];
    let kept = good
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let added = changes.iter().filter(|(_, value)| !value.is_empty());
    let parameters: Vec<(&str, &str)> = kept.chain(added).copied().collect();
    crate::oauth::form::print(&parameters)
}

fn read(changes: &[(&str, &str)]) -> Result<Wish, AuthorizeError> {
    AuthorizationRequest::parse(&query(changes))
        .expect("a way back")
        .parameters
        .read()
}

#[test]
fn a_good_request_is_read() {
    let wish = read(&[]).expect("a wish");
    assert_eq!(
        (wish.state.as_deref(), wish.nonce.as_deref()),
        (Some("a b&c"), Some("n"))
    );
    assert!(wish.scope.openid() && !wish.scope.offline() && !wish.silent && wish.hint.is_some());
    let bare = read(&[("state", ""), ("nonce", ""), ("login_hint", "")]).expect("a wish");
    assert_eq!((bare.state, bare.nonce, bare.hint), (None, None, None));
    assert!(read(&[("prompt", "none")]).expect("a wish").silent);
    assert!(!read(&[("prompt", "login consent")]).expect("a wish").silent);
    // What the profile wants ignored, and hints of other kinds.
    for ignored in [
        ("acr_values", "3"),
        ("display", "page"),
        ("login_hint", "ipport:192.0.2.1:80"),
        ("login_hint", "nobody"),
        ("response_mode", "query"),
        ("claims", "{}"),
    ] {
        assert!(read(&[ignored]).is_ok(), "{ignored:?}");
    }
    let offline = "openid offline_access dpv:RequestedServiceProvision location-retrieval:read";
    assert!(read(&[("scope", offline)]).expect("a wish").scope.offline());
}

#[test]
fn without_a_client_and_a_way_back_nobody_is_told() {
    for change in [
        ("client_id", ""),
        ("redirect_uri", ""),
        ("redirect_uri", "/back"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "https://a.example.com/back#part"),
    ] {
        assert_eq!(AuthorizationRequest::parse(&query(&[change])), None, "{change:?}");
    }
    for twice in [
        "client_id=bank",
        "redirect_uri=https://b.example.com/",
        "state=s",
        "%73tate=s",
    ] {
        assert_eq!(
            AuthorizationRequest::parse(&format!("{}&{twice}", query(&[]))),
            None,
            "{twice}"
        );
    }
    assert_eq!(AuthorizationRequest::parse(""), None);
}

#[test]
fn each_fault_has_its_word() {
    let long = "s".repeat(STATE_BYTES_MAX + 1);
    let padded = format!("{CHALLENGE}=");
    let rows: [(&[(&str, &str)], &str); 20] = [
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("response_mode", "form_post")], "invalid_request"),
        (&[("scope", "")], "invalid_scope"),
        (&[("scope", "openid location-retrieval:read")], "invalid_scope"),
        (&[("scope", "dpv:RequestedServiceProvision")], "invalid_scope"),
        (
            &[("scope", "dpv:RequestedServiceProvision other:read")],
            "invalid_scope",
        ),
        (
            &[
                ("scope", "dpv:RequestedServiceProvision location-retrieval:read"),
                ("claims", "{}"),
            ],
            "invalid_request",
        ),
        (&[("state", &long)], "invalid_request"),
        (&[("state", "a\nb")], "invalid_request"),
        (&[("nonce", &long)], "invalid_request"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge", &padded)], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "s256")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (
            &[("request_uri", "https://a.example.com/object")],
            "request_uri_not_supported",
        ),
    ];
    for (changes, code) in rows {
        let error = read(changes).expect_err(code);
        assert_eq!(error.code(), code, "{changes:?}");
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn an_object_says_what_the_query_says() {
    let of = |changes: &[(&str, &str)]| {
        AuthorizationRequest::parse(&query(changes))
            .expect("a way back")
            .parameters
    };
    let own = of(&[]);
    assert!(own.agrees_with(&of(&[("state", "other"), ("nonce", ""), ("login_hint", "")])));
    for other in [
        ("scope", "dpv:FraudPreventionAndDetection location-verification:verify"),
        ("response_type", "token"),
        ("response_type", ""),
        ("client_id", "bank"),
        ("redirect_uri", "https://b.example.com/back"),
    ] {
        assert!(!own.agrees_with(&of(&[other])), "{other:?}");
    }
}

const CLIENT: &str =
    "client_assertion=a.b.c&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

#[test]
fn codes_and_refreshes_are_read() {
    let parse = |more: &str| TokenRequest::parse(format!("{CLIENT}&{more}").as_bytes());
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let code = format!(
        "grant_type=authorization_code&code=x&redirect_uri=https%3A%2F%2Fa.example.com%2F&code_verifier={verifier}"
    );
    let wanted = Grant::Code {
        code: "x".into(),
        redirect_uri: "https://a.example.com/".into(),
        verifier: Verifier::parse(verifier).expect("a verifier"),
    };
    assert_eq!(parse(&code).expect("valid").grant, wanted);
    for part in [
        "&code=x",
        "&redirect_uri=https%3A%2F%2Fa.example.com%2F",
        &format!("&code_verifier={verifier}"),
    ] {
        let error = parse(&code.replace(part, "")).expect_err(part);
        assert_eq!(error.code(), "invalid_request", "{part}");
    }
    assert!(parse(&code.replace(verifier, "short")).is_err());
    let refresh = parse("grant_type=refresh_token&refresh_token=r").expect("valid").grant;
    let wanted = Grant::Refresh {
        refresh_token: "r".into(),
        scope: None,
    };
    assert_eq!(refresh, wanted);
    assert_eq!(
        parse("grant_type=refresh_token").expect_err("none").code(),
        "invalid_request"
    );
    let nobody = TokenRequest::parse(b"grant_type=refresh_token&refresh_token=r");
    assert_eq!(nobody, Err(OAuthError::InvalidClient));
}

#[test]
fn a_refresh_never_widens() {
    let scope = |text: &str| text.parse::<Scope>().expect(text);
    let granted = scope("openid offline_access dpv:RequestedServiceProvision location-retrieval:read");
    assert!(granted.is_within(&granted));
    assert!(scope("dpv:RequestedServiceProvision location-retrieval:read").is_within(&granted));
    for wider in [
        "dpv:FraudPreventionAndDetection location-retrieval:read",
        "dpv:RequestedServiceProvision location-verification:verify",
        "dpv:RequestedServiceProvision location-retrieval:read wayleave:consents",
    ] {
        assert!(!scope(wider).is_within(&granted), "{wider}");
    }
    let bare = scope("dpv:RequestedServiceProvision location-retrieval:read");
    assert!(!granted.is_within(&bare));
}

proptest! {
    #[test]
    fn no_query_panics(query in ".{0,200}") {
        if let Some(request) = AuthorizationRequest::parse(&query) {
            let _ = request.parameters.read();
        }
    }
}
