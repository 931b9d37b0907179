//! Forms, scopes and token requests, and another server's answer to one.

use std::collections::BTreeSet;

use wire::oauth::authorize::AuthorizationRequest;
use wire::oauth::backchannel::{BackchannelRequest, Wish};
use wire::oauth::form::{self, Form};
use wire::oauth::grant::{Grant, TokenRequest, print_request};
use wire::oauth::hint::Hint;
use wire::oauth::redirect::RedirectUri;
use wire::oauth::scope::Scope;
use wire::oauth::token;

use crate::input::other_reader;

pub(crate) fn run(data: &[u8]) {
    if let Ok(mut read) = Form::parse(data) {
        let other: Vec<(String, String)> = form_urlencoded::parse(data).into_owned().collect();
        let names: BTreeSet<&String> = other.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), other.len(), "a parameter that comes twice was accepted");
        let pairs: Vec<(&str, &str)> = other.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut again = Form::parse(form::print(&pairs).as_bytes()).expect("what was printed is read");
        for (name, value) in &other {
            let wanted = Some(value.clone()).filter(|value| !value.is_empty());
            assert_eq!(read.take(name), wanted, "two readers understand one form differently");
            assert_eq!(again.take(name), wanted);
        }
    }
    requests(data);
    authorizations(data);
    if let Ok(scope) = std::str::from_utf8(data).unwrap_or_default().parse::<Scope>() {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
    if let Ok(given) = token::read_answer(data) {
        let text = given.access_token.expose();
        assert_eq!(other_reader(data)["access_token"], text.as_str());
        assert!(
            text.bytes().all(|byte| byte.is_ascii_graphic()),
            "it would not fit into a header"
        );
        assert!(given.life.as_seconds() > 0);
    }
}

/// A browser is sent back to an address that has one meaning, and a code is for whoever knows the verifier.
fn authorizations(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(address) = query.parse::<RedirectUri>() {
        assert!(address.covers(&address));
        assert!(!query.contains(['#', '\\', ' ']), "an address that is read in two ways");
        let back = address.with(&[("code", "a&b=c")]);
        assert!(back.starts_with(query) && back.ends_with("code=a%26b%3Dc"));
    }
    if let Some(request) = AuthorizationRequest::parse(query) {
        let other: Vec<(String, String)> = form_urlencoded::parse(data).into_owned().collect();
        let one = |name: &str| {
            other
                .iter()
                .filter(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
                .next()
        };
        assert_eq!(one("client_id"), Some(request.client_id.as_str()));
        assert_eq!(one("redirect_uri"), Some(request.redirect_uri.as_str()));
        if let Ok(wish) = request.parameters.read() {
            assert_eq!(one("response_type"), Some("code"));
            assert_eq!(one("code_challenge_method"), Some("S256"), "a downgrade");
            assert_eq!(one("state").filter(|state| !state.is_empty()), wish.state.as_deref());
            assert_eq!(wish.scope.to_string().parse(), Ok(wish.scope));
        }
    }
}

/// A client is authenticated by a signed assertion, and a scope is read in one way.
fn requests(data: &[u8]) {
    if let Ok(request) = TokenRequest::parse(data) {
        let signed = matches!(request.grant, Grant::JwtBearer { .. }) || request.client.assertion.is_some();
        assert!(signed, "a client that proves nothing was accepted");
        if let (Grant::ClientCredentials { scope }, Some(assertion)) = (&request.grant, &request.client.assertion) {
            let again =
                TokenRequest::parse(print_request(scope, assertion).as_bytes()).expect("what was printed is read");
            assert_eq!(again.grant, request.grant);
            assert_eq!(again.client.assertion, request.client.assertion);
        }
    }
    if let Ok(request) = BackchannelRequest::parse(data) {
        assert!(
            request.client.assertion.is_some(),
            "a client that proves nothing was accepted"
        );
        if let Wish::Plain(parameters) = &request.wish
            && let Ok((scope, hint)) = parameters.read()
        {
            assert!(!parameters.other_hint);
            assert_eq!(scope.to_string().parse(), Ok(scope));
            if let Hint::Number(number) = hint {
                let spelled = format!("tel:{}", number.to_e164());
                assert_eq!(parameters.login_hint, Some(spelled), "a number with two spellings");
            }
        }
    }
}
