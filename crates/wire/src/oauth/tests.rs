//! Forms, scopes, the token endpoint's words, discovery and key sets.

use domain::purpose::Purpose;
use domain::time::Span;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::backchannel::{self, BackchannelRequest, Parameters, Wish};
use super::error::OAuthError;
use super::form::{self, Form, FormError};
use super::grant::{self, ClientAuthentication, Flow, Grant, TokenRequest};
use super::hint::Hint;
use super::scope::{Api, Scope, ScopeError};
use super::token::{self, Given, TokenType};
use super::{discovery, jwks};
use crate::jose::jwk::Jwk;
use crate::jose::{KeyUse, SigningKey};

#[test]
fn rules_of_a_form() {
    let mut form = Form::parse(b"a=1&b=x+y%26z&c&d=&&e=%C3%A9").expect("valid");
    let taken: Vec<Option<String>> = ["a", "b", "c", "d", "e", "f"]
        .iter()
        .map(|name| form.take(name))
        .collect();
    let wanted = [Some("1"), Some("x y&z"), None, None, Some("é"), None];
    assert_eq!(taken.iter().map(Option::as_deref).collect::<Vec<_>>(), wanted);
    for (body, error) in [
        ("a=1&a=2", FormError::Twice),
        ("a=1&%61=2", FormError::Twice),
        ("a=%4", FormError::Encoding),
        ("a=%zz", FormError::Encoding),
        ("a=%+1", FormError::Encoding),
        ("a= b", FormError::Encoding),
        ("a=\u{e9}", FormError::Encoding),
        ("a=%C3", FormError::Utf8),
    ] {
        assert_eq!(Form::parse(body.as_bytes()), Err(error), "{body}");
    }
    let many: Vec<String> = (0..33).map(|index| format!("p{index}=1")).collect();
    assert_eq!(Form::parse(many.join("&").as_bytes()), Err(FormError::TooMany));
}

#[test]
fn a_scope_is_one_purpose_and_interfaces() {
    let scope: Scope = "location-retrieval:read dpv:RequestedServiceProvision wayleave:consents"
        .parse()
        .expect("valid");
    assert_eq!(scope.purpose(), Purpose::RequestedServiceProvision);
    assert_eq!(scope.apis(), [Api::Retrieve, Api::Consents]);
    assert!(scope.opens(Api::Retrieve) && !scope.opens(Api::Verify));
    for (text, error) in [
        ("", ScopeError::UnknownScope),
        ("location-retrieval:read", ScopeError::NoPurpose),
        ("dpv:RequestedServiceProvision", ScopeError::NoApi),
        (
            "dpv:RequestedServiceProvision dpv:DirectMarketing location-retrieval:read",
            ScopeError::TwoPurposes,
        ),
        (
            "dpv:RequestedServiceProvision dpv:RequestedServiceProvision location-retrieval:read",
            ScopeError::TwoPurposes,
        ),
        (
            "dpv:RequestedServiceProvision#location-retrieval:read",
            ScopeError::UnknownPurpose,
        ),
        ("dpv:Curiosity location-retrieval:read", ScopeError::UnknownPurpose),
        (
            "dpv:requestedserviceprovision location-retrieval:read",
            ScopeError::UnknownPurpose,
        ),
        ("dpv: location-retrieval:read", ScopeError::UnknownPurpose),
        (
            "dpv:RequestedServiceProvision location-retrieval:write",
            ScopeError::UnknownScope,
        ),
        (
            "dpv:RequestedServiceProvision  location-retrieval:read",
            ScopeError::UnknownScope,
        ),
        (
            "openid dpv:RequestedServiceProvision location-retrieval:read openid",
            ScopeError::UnknownScope,
        ),
    ] {
        assert_eq!(text.parse::<Scope>(), Err(error), "{text}");
    }
}

const GOOD: &str = "grant_type=client_credentials&scope=dpv%3AX+y&client_assertion=a.b.c&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

#[test]
fn rules_of_a_token_request() {
    let request = TokenRequest::parse(GOOD.as_bytes()).expect("valid");
    let client = ClientAuthentication {
        client_id: None,
        assertion: Some("a.b.c".into()),
    };
    let wanted = TokenRequest {
        client,
        grant: Grant::ClientCredentials {
            scope: "dpv:X y".into(),
        },
    };
    assert_eq!(request, wanted);
    assert_eq!(
        TokenRequest::parse(grant::print_request("dpv:X y", "a.b.c").as_bytes()),
        Ok(request)
    );
    for (change, status, code) in [
        (("grant_type=client_credentials&", ""), 400, "invalid_request"),
        (("client_credentials", "password"), 400, "unsupported_grant_type"),
        (("client_assertion=a.b.c&", ""), 401, "invalid_client"),
        (("client_assertion=a.b.c&", "client_secret=s&"), 401, "invalid_client"),
        (("scope=", "client_secret=s&scope="), 401, "invalid_client"),
        (("jwt-bearer", "saml2-bearer"), 401, "invalid_client"),
        (("scope=dpv%3AX+y&", ""), 400, "invalid_scope"),
        (("scope=", "scope=z&scope="), 400, "invalid_request"),
    ] {
        let body = GOOD.replacen(change.0, change.1, 1);
        let error = TokenRequest::parse(body.as_bytes()).expect_err(&body);
        assert_eq!((error.status(), error.code()), (status, code), "{body}");
    }
    assert_eq!(
        String::from_utf8(OAuthError::InvalidClient.print()).expect("text"),
        r#"{"error":"invalid_client","error_description":"expected a fresh private_key_jwt assertion of a registered client"}"#
    );
}

#[test]
fn the_other_two_ways_to_a_token() {
    let bearer = |more: &str| {
        let kind = Flow::JwtBearer.grant_type().replace(':', "%3A");
        TokenRequest::parse(format!("grant_type={kind}&{more}").as_bytes())
    };
    let request = bearer("assertion=a.b.c").expect("its own authentication");
    assert_eq!(request.client.assertion, None);
    assert!(request.client.agrees("anybody"));
    assert_eq!(
        request.grant,
        Grant::JwtBearer {
            assertion: "a.b.c".into()
        }
    );
    let named = bearer("assertion=a.b.c&client_id=roadside").expect("a name beside it");
    assert!(named.client.agrees("roadside") && !named.client.agrees("bank"));
    assert_eq!(bearer("").expect_err("none").code(), "invalid_request");
    assert_eq!(
        bearer("assertion=a.b.c&scope=dpv%3AX+y").expect_err("a scope").code(),
        "invalid_request"
    );
    let ciba = Flow::Ciba.grant_type();
    let bare = TokenRequest::parse(format!("grant_type={ciba}&auth_req_id=x").as_bytes());
    assert_eq!(bare.expect_err("nobody").code(), "invalid_client");
    let polled = TokenRequest::parse(
        GOOD.replacen("client_credentials", ciba, 1)
            .replacen("scope=dpv%3AX+y", "auth_req_id=x", 1)
            .as_bytes(),
    );
    assert_eq!(
        polled.expect("valid").grant,
        Grant::Ciba {
            auth_req_id: "x".into()
        }
    );
}

const QUESTION: &str = "client_assertion=a.b.c&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&binding_message=x";

#[test]
fn rules_of_a_backchannel_request() {
    let read = |more: &str| BackchannelRequest::parse(format!("{QUESTION}&{more}").as_bytes());
    let scope = "scope=openid+dpv%3ARequestedServiceProvision+location-retrieval%3Aread";
    let plain = read(&format!("{scope}&login_hint=tel%3A%2B12025550123")).expect("valid");
    let Wish::Plain(parameters) = plain.wish else {
        panic!("a plain one")
    };
    let (asked, hint) = parameters.read().expect("valid");
    assert!(asked.openid() && matches!(hint, Hint::Number(_)));
    for (more, code) in [
        ("login_hint=tel%3A%2B12025550123".to_owned(), "invalid_scope"),
        (scope.to_owned(), "invalid_request"),
        (format!("{scope}&login_hint=12025550123"), "invalid_request"),
        (
            format!("{scope}&login_hint=tel%3A%2B12025550123&id_token_hint=x"),
            "invalid_request",
        ),
        (
            format!("{scope}&login_hint=tel%3A%2B12025550123&login_hint_token=x"),
            "invalid_request",
        ),
    ] {
        let Wish::Plain(parameters) = read(&more).expect(&more).wish else {
            panic!("{more}")
        };
        assert_eq!(parameters.read().expect_err(&more).code(), code, "{more}");
    }
    assert_eq!(
        read("request=a.b.c").expect_err("a parameter beside it").code(),
        "invalid_request"
    );
    let signed = BackchannelRequest::parse(QUESTION.replace("binding_message=x", "request=a.b.c").as_bytes());
    assert_eq!(signed.expect("valid").wish, Wish::Signed("a.b.c".into()));
    assert_eq!(
        BackchannelRequest::parse(b"request=a.b.c").expect_err("nobody").code(),
        "invalid_client"
    );
    assert_eq!(
        Parameters::default().read().expect_err("nothing").code(),
        "invalid_scope"
    );
    assert_eq!(
        String::from_utf8(backchannel::print_answer("x", Span::seconds(900))).expect("text"),
        r#"{"auth_req_id":"x","expires_in":900,"interval":5}"#
    );
}

#[test]
fn answers_of_the_token_endpoint() {
    let answer = Given {
        access_token: "a.b.c",
        token_type: TokenType::Dpop,
        life: Span::seconds(300),
        scope: "dpv:X y",
        id_token: None,
        refresh_token: Some("r"),
    };
    let body = token::print_answer(answer);
    let said: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((&said["refresh_token"], &said["id_token"]), (&json!("r"), &Value::Null));
    let given = token::read_answer(&body).expect("valid");
    assert_eq!(given.access_token.expose(), "a.b.c");
    assert_eq!((given.token_type, given.life), (TokenType::Dpop, Span::seconds(300)));
    let lower = br#"{"access_token":"x","token_type":"bearer"}"#;
    assert_eq!(token::read_answer(lower).expect("valid").token_type, TokenType::Bearer);
    for bad in [
        r#"{"access_token":"x"}"#,
        r#"{"access_token":"","token_type":"Bearer"}"#,
        r#"{"access_token":"a\r\nb","token_type":"Bearer"}"#,
        r#"{"access_token":"x","token_type":"mac"}"#,
        r#"{"access_token":"x","token_type":"Bearer","expires_in":0}"#,
    ] {
        assert!(token::read_answer(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn discovery_says_what_is_there() {
    let body = discovery::print("https://gateway.example.com", &[Purpose::FraudPreventionAndDetection]);
    let document: Value = serde_json::from_slice(&body).expect("json");
    let wanted = json!({
        "issuer": "https://gateway.example.com",
        "authorization_endpoint": "https://gateway.example.com/oauth2/authorize",
        "token_endpoint": "https://gateway.example.com/oauth2/token",
        "backchannel_authentication_endpoint": "https://gateway.example.com/oauth2/bc-authorize",
        "jwks_uri": "https://gateway.example.com/oauth2/jwks",
        "scopes_supported": [
            "openid",
            "offline_access",
            "dpv:FraudPreventionAndDetection",
            "location-retrieval:read",
            "location-verification:verify",
            "wayleave:consents",
            "consent-info:retrieve",
            "wayleave:asks",
            "wayleave:events",
            "wayleave:notices",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": false,
        "request_object_signing_alg_values_supported": ["ES256", "EdDSA"],
        "claims_parameter_supported": false,
        "grant_types_supported": [
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:openid:params:grant-type:ciba",
            "authorization_code",
            "refresh_token"
        ],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "EdDSA"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "tls_client_certificate_bound_access_tokens": true,
        "backchannel_token_delivery_modes_supported": ["poll"],
        "backchannel_authentication_request_signing_alg_values_supported": ["ES256", "EdDSA"],
        "backchannel_user_code_parameter_supported": false,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    assert_eq!(document, wanted);
    let own = discovery::print("https://gateway.example.com", &[Purpose::PersonalSafety]);
    let own: Value = serde_json::from_slice(&own).expect("json");
    assert_eq!(own["wayleave_own_purposes"], json!(["PersonalSafety"]));
}

#[test]
fn key_sets_hold_public_keys_only() {
    let keys: Vec<SigningKey> = [1, 2]
        .map(|seed| SigningKey::from_chance([seed; 32]).expect("a key"))
        .into();
    let public: Vec<Jwk> = keys.iter().map(|key| key.public().clone()).collect();
    assert_eq!(jwks::parse(&jwks::print(&public)).expect("valid"), public);
    assert_eq!(
        jwks::parse(public[0].print().to_string().as_bytes()).expect("valid"),
        public[..1]
    );
    let private = keys[0].print_private_jwk(KeyUse::Signing);
    assert_eq!(
        jwks::parse(private.expose().as_bytes()).expect_err("a private key").at,
        "d"
    );
    let twice = [public[0].clone(), public[0].clone()];
    assert_eq!(jwks::parse(&jwks::print(&twice)).expect_err("twice").at, "keys");
    assert!(jwks::parse(br#"{"keys":[]}"#).is_err());
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = TokenRequest::parse(&bytes);
        let _ = BackchannelRequest::parse(&bytes).map(|request| match request.wish {
            Wish::Plain(parameters) => parameters.read().is_ok(),
            Wish::Signed(_) => true,
        });
        let _ = token::read_answer(&bytes);
        let _ = jwks::parse(&bytes);
    }

    #[test]
    fn a_form_survives_print_and_read(a in ".{1,40}", b in ".{1,40}") {
        let mut form = Form::parse(form::print(&[("a", &a), ("b +&=%é", &b)]).as_bytes()).expect("valid");
        prop_assert_eq!(form.take("a"), Some(a));
        prop_assert_eq!(form.take("b +&=%é"), Some(b));
    }

    #[test]
    fn a_scope_survives_print_and_read(purpose in 0..Purpose::ALL.len(), apis in 1_u8..128) {
        let apis: Vec<Api> =
            Api::ALL.into_iter().enumerate().filter(|(bit, _)| apis >> bit & 1 == 1).map(|(_, api)| api).collect();
        let scope = Scope::new(Purpose::ALL[purpose], &apis).expect("apis");
        prop_assert_eq!(scope.to_string().parse(), Ok(scope));
    }
}
