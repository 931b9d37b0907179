//! A partner's backend: its tokens, its proofs, its asks.

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::http::{Answer, Request, UNHEARD, split};
use crate::jose::Key;
use crate::world::{CONSENTS, RETRIEVE, VERIFY, retrieval, verification};

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const FORM: &str = "application/x-www-form-urlencoded";

/// One enrolled client.
pub struct Partner {
    pub client_id: String,
    pub issuer: String,
    pub token_endpoint: String,
    pub purpose: String,
    pub scopes: String,
    pub dpop: bool,
    pub key: Key,
    token: Mutex<Option<String>>,
}

impl Partner {
    /// The partner of a client's file.
    pub fn new(file: Value) -> Self {
        let text = |name: &str| file[name].as_str().expect(name).to_owned();
        Self {
            client_id: text("client_id"),
            issuer: text("issuer"),
            token_endpoint: text("token_endpoint"),
            purpose: text("purpose"),
            scopes: text("scopes"),
            dpop: file["dpop"].as_bool().expect("dpop"),
            key: Key::read(&file["private_jwk"]),
            token: Mutex::new(None),
        }
    }

    pub fn host(&self) -> &str {
        split(&self.issuer).0
    }

    /// The token request's form for a scope and an assertion.
    pub fn form(scope: &str, assertion: &str) -> String {
        let scope = scope.replace(' ', "+").replace(':', "%3A");
        let kind = ASSERTION_TYPE.replace(':', "%3A");
        format!("grant_type=client_credentials&scope={scope}&client_assertion_type={kind}&client_assertion={assertion}")
    }

    /// Sends a token request with this assertion and, if there is one, this proof.
    pub fn request_token(&self, scope: &str, assertion: &str, proof: Option<&str>) -> Answer {
        let mut request = Request::new("POST", "/oauth2/token").header("content-type", FORM);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        request.body(Self::form(scope, assertion)).send(self.host())
    }

    /// Asks for a token as a proper client would, for any scope.
    pub fn ask_token(&self, scope: &str) -> Answer {
        let assertion = self.key.assertion(&self.client_id, &self.issuer);
        let proof = self.dpop.then(|| self.key.proof("POST", &self.token_endpoint, None));
        self.request_token(scope, &assertion, proof.as_deref())
    }

    /// The scope of all that it is approved for.
    pub fn scope(&self) -> String {
        format!("dpv:{} {}", self.purpose, self.scopes)
    }

    /// A token, kept for the test's duration.
    pub fn token(&self) -> String {
        let mut kept = self.token.lock().expect("a lock");
        kept.get_or_insert_with(|| {
            let answer = self.ask_token(&self.scope());
            assert_eq!(answer.status, 200, "no token: {}", answer.text());
            answer.json()["access_token"].as_str().expect("a token").to_owned()
        })
        .clone()
    }

    /// A request with this partner's token and, where it needs one, a new proof for `method` and `path`.
    pub fn signed(&self, method: &str, path: &str) -> Request {
        let token = self.token();
        let request = Request::new(method, path);
        if self.dpop {
            let proof = self.key.proof(method, &format!("{}{path}", self.issuer), Some(&token));
            request
                .header("authorization", &format!("DPoP {token}"))
                .header("dpop", &proof)
        } else {
            request.header("authorization", &format!("Bearer {token}"))
        }
    }

    /// Sends it. A gateway throws an answer away that did not begin to leave half a second after it was recorded, and cuts
    /// off who is slow while many wait; a machine that stands still for as long can bring both about. Whoever heard nothing
    /// asks again, once.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let send = || self.signed(method, path).json(body).try_send(self.host());
        let answer = send().or_else(|error| {
            if !UNHEARD.contains(&&*error) {
                return Err(error);
            }
            println!("AGAIN: {method} {path}: {error}");
            send()
        });
        answer.unwrap_or_else(|error| panic!("{method} {path} at {}: {error}", self.host()))
    }

    pub fn retrieve(&self, number: &str) -> Answer {
        self.call("POST", RETRIEVE, &retrieval(number))
    }

    pub fn verify(&self, number: &str, centre: (f64, f64), radius: f64) -> Answer {
        self.call("POST", VERIFY, &verification(number, centre, radius))
    }

    /// The usual consent request of this partner's purpose.
    pub fn wish(&self, number: &str) -> Value {
        if self.purpose == "FraudPreventionAndDetection" {
            json!({"phoneNumber": number, "precision": {"type": "YES_NO", "metres": 2000},
                   "durationSeconds": 31_536_000, "caseReference": "CARD-2207"})
        } else {
            json!({"phoneNumber": number, "precision": {"type": "AREA", "metres": 500}, "count": 12,
                   "durationSeconds": 7200, "caseReference": "TOW-9132"})
        }
    }

    /// Asks for a consent with some fields changed; its id.
    pub fn ask_consent(&self, number: &str, change: &Value) -> String {
        let mut wish = self.wish(number);
        for (name, value) in change.as_object().into_iter().flatten() {
            wish[name] = value.clone();
        }
        let answer = self.call("POST", CONSENTS, &wish);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    /// What the gateway says of a consent: `PENDING`, `GIVEN` or `ENDED`.
    pub fn consent_state(&self, id: &str) -> String {
        let answer = self.signed("GET", &format!("{CONSENTS}/{id}")).send(self.host());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["status"].as_str().expect("a status").to_owned()
    }
}

/// Stops the test unless the answer is the one fixed refusal, for this true reason.
#[track_caller]
pub fn assert_refused(answer: &Answer, reason: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.reason().as_str()),
        (403, "PERMISSION_DENIED", reason),
        "{}",
        answer.text()
    );
    assert!(!answer.tells_a_place(), "{}", answer.text());
}

/// Stops the test unless the answer tells a place, with a receipt.
#[track_caller]
pub fn assert_answered(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.tells_a_place(), "{}", answer.text());
    assert!(
        answer
            .header("wayleave-receipt")
            .is_some_and(|receipt| receipt.len() > 100)
    );
}
