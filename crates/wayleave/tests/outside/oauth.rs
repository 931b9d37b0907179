//! What clients send to the authorization server beyond client credentials: JWT bearer assertions, backchannel requests
//! and request objects, made by hand.

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::jose::{jti, now};
use crate::partner::{ASSERTION_TYPE, Partner};

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
pub const CIBA: &str = "urn:openid:params:grant-type:ciba";
pub const TOKEN: &str = "/oauth2/token";
pub const BACKCHANNEL: &str = "/oauth2/bc-authorize";

/// A row of a table of bad requests: what is wrong, the form's parameters, and the error that says so.
pub type BadForm<'a> = (&'a str, Vec<(&'a str, &'a str)>, &'a str);

/// A form's text.
pub fn form(parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// Claims with some of them changed; null removes one.
pub fn changed(mut claims: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().expect("claims") {
        if value.is_null() {
            claims.as_object_mut().expect("claims").remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

impl Partner {
    /// Posts a form to an endpoint of the authorization server, with a proof where this partner needs one.
    pub fn post_form(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let mut request = Request::new("POST", path).header("content-type", FORM);
        if self.dpop && path == TOKEN {
            request = request.header("dpop", &self.key.proof("POST", &self.token_endpoint, None));
        }
        request.body(form(parameters)).send(self.host())
    }

    /// The same, with the client's own assertion.
    pub fn post_as_client(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let assertion = self.key.assertion(&self.client_id, &self.issuer);
        let mut all = parameters.to_vec();
        all.extend([
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ]);
        self.post_form(path, &all)
    }

    /// The claims of a good JWT bearer assertion about a number.
    pub fn bearer_claims(&self, number: &str) -> Value {
        json!({
            "iss": self.client_id, "sub": format!("tel:{number}"), "aud": self.token_endpoint, "jti": jti(),
            "iat": now(), "exp": now() + 60, "scope": self.scope(),
        })
    }

    /// Asks for a token by a JWT bearer assertion with these claims.
    pub fn bear(&self, claims: &Value) -> Answer {
        let assertion = self.key.jws(&json!({"alg": "ES256", "typ": "JWT"}), claims);
        self.post_form(TOKEN, &[("grant_type", JWT_BEARER), ("assertion", &assertion)])
    }

    /// The parameters of a good backchannel request about a number.
    pub fn ask_on_the_backchannel(&self, number: &str) -> Answer {
        let (scope, hint) = (self.scope(), format!("tel:{number}"));
        self.post_as_client(BACKCHANNEL, &[("scope", &scope), ("login_hint", &hint)])
    }

    /// Comes back with a ticket.
    pub fn poll(&self, auth_req_id: &str) -> Answer {
        self.post_as_client(TOKEN, &[("grant_type", CIBA), ("auth_req_id", auth_req_id)])
    }

    /// A request with a token that was given by any of the flows, and a proof where this partner needs one.
    pub fn with_token(&self, token: &str, method: &str, path: &str) -> Request {
        let request = Request::new(method, path);
        if !self.dpop {
            return request.header("authorization", &format!("Bearer {token}"));
        }
        let proof = self.key.proof(method, &format!("{}{path}", self.issuer), Some(token));
        request
            .header("authorization", &format!("DPoP {token}"))
            .header("dpop", &proof)
    }
}

/// The access token of a good answer.
#[track_caller]
pub fn token_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()["access_token"].as_str().expect("a token").to_owned()
}

/// Stops the test unless the answer is this error of OAuth's, which nobody may keep and which carries no token.
#[track_caller]
pub fn assert_oauth_error(what: &str, answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    let body = answer.json();
    assert_eq!(body["error"], error, "{what}: {}", answer.text());
    assert!(body["error_description"].is_string(), "{what}: {}", answer.text());
    assert!(body["access_token"].is_null(), "{what}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
}
