//! The carrier's authorization server: client credentials, `private_key_jwt` with ES256, opaque bearer tokens.

use super::Carrier;
use super::behaviour::Misbehaviour;
use super::consent_info;
use crate::jwt::{self, PublicJwk};
use crate::sync::lock;
use crate::{chance, clock};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How long an access token lives, in seconds.
pub const TOKEN_LIFE_S: i64 = 600;

/// The furthest that an assertion's end may lie ahead, in seconds.
const ASSERTION_LIFE_S_MAX: i64 = 300;

const SCOPES: [&str; 3] = [
    "location-retrieval:read",
    "location-verification:verify",
    consent_info::SCOPE,
];

/// What a token stands for.
#[derive(Debug)]
pub struct Grant {
    /// Whose it is.
    pub client_id: String,
    /// What it is for.
    pub scopes: Vec<String>,
    expires_s: i64,
}

impl Grant {
    /// What a carrier that wants no token takes for one.
    pub fn of_anybody() -> Self {
        Self {
            client_id: "anybody".into(),
            scopes: SCOPES.map(str::to_owned).to_vec(),
            expires_s: i64::MAX,
        }
    }
}

/// Who may ask, and the tokens given out; tokens do not survive a restart.
#[derive(Debug)]
pub struct Authorization {
    client_id: String,
    key_file: PathBuf,
    audiences: [String; 2],
    tokens: RwLock<HashMap<String, Arc<Grant>>>,
    used: Mutex<HashMap<String, i64>>,
}

/// The fields of a token request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenRequest {
    grant_type: String,
    scope: String,
    client_id: Option<String>,
    client_assertion_type: String,
    client_assertion: String,
}

/// Why no token is given: status, OAuth's error code, and a sentence.
type Denial = (StatusCode, &'static str, String);

impl Authorization {
    /// An authorization server at `base` for one client, whose public keys are in `key_file`.
    pub fn new(client_id: String, key_file: PathBuf, base: &str) -> Self {
        let audiences = [base.to_owned(), format!("{base}/oauth2/token")];
        Self {
            client_id,
            key_file,
            audiences,
            tokens: RwLock::default(),
            used: Mutex::default(),
        }
    }

    /// The grant behind a bearer token, if there is one and it still lives.
    pub fn check(&self, token: &str) -> Option<Arc<Grant>> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        tokens
            .get(token)
            .filter(|grant| grant.expires_s > clock::now_s())
            .cloned()
    }

    fn grant(&self, request: &TokenRequest, any_client: bool) -> Result<(String, String), Denial> {
        let bad = |code, message: &str| (StatusCode::BAD_REQUEST, code, message.to_owned());
        if request.grant_type != "client_credentials" {
            return Err(bad("unsupported_grant_type", "expected `client_credentials`"));
        }
        if !any_client {
            self.authenticate(request)
                .map_err(|why| (StatusCode::UNAUTHORIZED, "invalid_client", why))?;
        }
        let scopes: Vec<String> = request.scope.split_ascii_whitespace().map(str::to_owned).collect();
        let (purposes, services): (Vec<_>, Vec<_>) = scopes.iter().partition(|scope| scope.starts_with("dpv:"));
        if services.is_empty() || purposes.len() > 1 || !services.iter().all(|scope| SCOPES.contains(&scope.as_str())) {
            return Err(bad("invalid_scope", "expected location scopes and at most one purpose"));
        }
        let token = chance::token();
        let expires_s = clock::now_s() + TOKEN_LIFE_S;
        let grant = Grant {
            client_id: self.client_id.clone(),
            scopes,
            expires_s,
        };
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, grant| grant.expires_s > clock::now_s());
        tokens.insert(token.clone(), Arc::new(grant));
        Ok((token, request.scope.clone()))
    }

    /// Checks the client's assertion (RFC 7523 §3); each can be used once.
    fn authenticate(&self, request: &TokenRequest) -> Result<(), String> {
        if request.client_assertion_type != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
            return Err("expected a client assertion of type jwt-bearer".into());
        }
        let text =
            std::fs::read_to_string(&self.key_file).map_err(|_| "the client's keys cannot be read".to_owned())?;
        let keys = PublicJwk::read_all(&text).map_err(|error| error.to_string())?;
        let claims = jwt::verify_jws(&request.client_assertion, &keys).map_err(|error| error.to_string())?;
        let text_claim = |name: &str| claims.get(name).and_then(Value::as_str);
        let named = [
            text_claim("iss"),
            text_claim("sub"),
            request.client_id.as_deref().or(Some(&self.client_id)),
        ];
        if named.iter().any(|name| *name != Some(self.client_id.as_str())) {
            return Err("expected iss, sub and client_id to be the registered client".into());
        }
        if !self.is_audience(claims.get("aud")) {
            return Err("expected aud to be the issuer or the token endpoint".into());
        }
        let now = clock::now_s();
        let expires = claims
            .get("exp")
            .and_then(Value::as_i64)
            .ok_or("expected exp in whole seconds")?;
        if expires <= now || expires > now + ASSERTION_LIFE_S_MAX {
            return Err("expected exp within the next 300 s".into());
        }
        if let Some(issued) = claims.get("iat").and_then(Value::as_i64)
            && (issued > now + 5 || expires - issued > ASSERTION_LIFE_S_MAX)
        {
            return Err("expected iat in the past and at most 300 s before exp".into());
        }
        let id = text_claim("jti").filter(|id| !id.is_empty()).ok_or("expected a jti")?;
        let mut used = lock(&self.used);
        used.retain(|_, until| *until > now);
        match used.insert(id.to_owned(), expires) {
            None => Ok(()),
            Some(_) => Err("the assertion was used before".into()),
        }
    }

    fn is_audience(&self, claim: Option<&Value>) -> bool {
        let ours = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| self.audiences.iter().any(|own| own == text))
        };
        match claim {
            Some(Value::Array(list)) => list.iter().any(ours),
            Some(one) => ours(one),
            None => false,
        }
    }
}

/// `POST /oauth2/token`.
pub async fn token(State(carrier): State<Arc<Carrier>>, Form(request): Form<TokenRequest>) -> Response {
    let any_client = lock(&carrier.behaviour).misbehave == Some(Misbehaviour::AnyClient);
    let outcome = carrier.oauth.grant(&request, any_client);
    let status = outcome.as_ref().map_or_else(|(status, ..)| status.as_u16(), |_| 200);
    let error = outcome.as_ref().err().map(|(_, code, _)| *code);
    carrier.ledger.note(
        "token",
        &json!({"scope": request.scope, "status": status, "error": error}),
    );
    let (status, body) = match outcome {
        Ok((token, scope)) => (
            StatusCode::OK,
            json!({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE_S, "scope": scope}),
        ),
        Err((status, code, message)) => (status, json!({"error": code, "error_description": message})),
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
