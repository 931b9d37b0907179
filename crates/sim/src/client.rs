//! A company as an OAuth client of the gateway: its file, its token, its proofs, and one call.

use crate::clock;
use crate::fetch::{Fetch, FetchError, PATIENCE, Reply, form, request};
use crate::jwt::{JwtError, SigningKey};
use crate::sync::lock;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::Full;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

/// A client's file, as far as its backend needs it.
#[derive(Debug, Clone, Deserialize)]
pub struct Client {
    /// Its OAuth client id.
    pub client_id: String,
    /// Its private key, a JWK.
    pub private_jwk: Value,
    /// The private key that answers are sealed for, a JWK, where it has one.
    #[serde(default)]
    pub encryption_jwk: Option<Value>,
    /// The keys that answers were sealed for before, and may be sealed for still: each a private JWK.
    #[serde(default)]
    pub former_encryption_jwks: Vec<Value>,
    /// The gateway.
    pub issuer: String,
    /// Where tokens come from.
    pub token_endpoint: String,
    /// What it may ask for, separated by spaces.
    pub scopes: String,
    /// The DPV purpose.
    pub purpose: String,
    /// Whether it proves possession of its key with each request.
    pub dpop: bool,
    /// Its registered name.
    pub name: String,
}

/// An access token in use.
#[derive(Debug, Clone)]
pub struct Token {
    /// The token.
    pub access_token: String,
    /// Until when it is used, in seconds since 1970; a little before it expires.
    pub until_s: i64,
}

/// What a backend keeps between calls: its connections, and the access tokens that still live.
#[derive(Debug, Default)]
pub struct Session {
    /// How it reaches the gateway.
    pub fetch: Fetch,
    /// The tokens, by token endpoint, client and purpose.
    tokens: Mutex<HashMap<[String; 3], Token>>,
}

/// One call, and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request as it may be shown: tokens and proofs by their beginning only.
    pub request: Value,
    /// The answer.
    pub reply: Reply,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

/// Why a call could not be made or was not answered; a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError(pub String);

impl From<FetchError> for CallError {
    fn from(error: FetchError) -> Self {
        Self(error.0)
    }
}

impl From<JwtError> for CallError {
    fn from(error: JwtError) -> Self {
        Self(error.to_string())
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    token_type: String,
    expires_in: i64,
}

impl Client {
    /// Reads the file of the partner `name`.
    ///
    /// # Errors
    /// When there is no such partner or its file is unusable.
    pub fn read(clients: &Path, name: &str) -> Result<Self, CallError> {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let path = clients.join(format!("{name}.json"));
        if !plain || !path.exists() {
            return Err(CallError(format!("there is no partner `{name}`")));
        }
        Self::open(&path)
    }

    /// Reads a client's file.
    ///
    /// # Errors
    /// When it cannot be read or is no such file.
    pub fn open(path: &Path) -> Result<Self, CallError> {
        let text = std::fs::read_to_string(path).map_err(|error| CallError(format!("{}: {error}", path.display())))?;
        serde_json::from_str(&text).map_err(|error| CallError(format!("{}: {error}", path.display())))
    }

    /// The same client, which asks for another purpose.
    #[must_use]
    pub fn for_purpose(&self, purpose: &str) -> Self {
        Self {
            purpose: purpose.to_owned(),
            ..self.clone()
        }
    }

    /// The URL of a path of its gateway.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// Whether the partner may ask for `scope`.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.split_ascii_whitespace().any(|own| own == scope)
    }

    /// Calls the gateway and describes the exchange; a token that is no longer taken is replaced once.
    ///
    /// # Errors
    /// When no token can be had or nobody answers.
    pub async fn call(
        &self,
        session: &Session,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        let exchange = self.exchange(session, method, &self.url(path), body).await?;
        let reply = &exchange.reply;
        let told = reply.json::<Value>().unwrap_or_else(|_| reply.text().into());
        let headers: Map<String, Value> = reply
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
            .collect();
        Ok(json!({
            "request": exchange.request, "status": reply.status.as_u16(), "headers": headers, "body": told,
            "tookMs": exchange.took_ms,
        }))
    }

    /// Sends one request under its token, wherever `url` leads; a token that is no longer taken is replaced once.
    ///
    /// # Errors
    /// When no token can be had or nobody answers.
    pub async fn exchange(
        &self,
        session: &Session,
        method: &str,
        url: &str,
        body: Option<&Value>,
    ) -> Result<Exchange, CallError> {
        let key = SigningKey::from_jwk(&self.private_jwk)?;
        let exchange = self.attempt(session, &key, method, url, body, None).await?;
        if exchange.reply.status != StatusCode::UNAUTHORIZED {
            return Ok(exchange);
        }
        lock(&session.tokens).remove(&self.tokens_name());
        let nonce = nonce(&exchange.reply);
        self.attempt(session, &key, method, url, body, nonce.as_deref()).await
    }

    fn tokens_name(&self) -> [String; 3] {
        [&self.token_endpoint, &self.client_id, &self.purpose].map(Clone::clone)
    }

    async fn attempt(
        &self,
        session: &Session,
        key: &SigningKey,
        method: &str,
        url: &str,
        body: Option<&Value>,
        nonce: Option<&str>,
    ) -> Result<Exchange, CallError> {
        let token = self.token(session, key).await?;
        let mut headers = vec![("x-correlator", crate::chance::token())];
        if self.dpop {
            headers.push(("authorization", format!("DPoP {token}")));
            headers.push(("dpop", key.dpop_proof(method, url, Some(&token), nonce)?));
        } else {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        let mut asked = request(method, url, body.map(|_| "application/json"), text)?;
        for (name, value) in &headers {
            add_header(&mut asked, name, value)?;
        }
        let started_ms = clock::now_ms();
        let reply = session.fetch.send(asked, PATIENCE).await?;
        let took_ms = clock::now_ms() - started_ms;
        let mut shown: Map<String, Value> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), abbreviated(name, value).into()))
            .collect();
        if body.is_some() {
            shown.insert("content-type".into(), "application/json".into());
        }
        Ok(Exchange {
            request: json!({"method": method, "url": url, "headers": shown, "body": body}),
            reply,
            took_ms,
        })
    }

    async fn token(&self, session: &Session, key: &SigningKey) -> Result<String, CallError> {
        let known = lock(&session.tokens).get(&self.tokens_name()).cloned();
        if let Some(token) = known.filter(|token| token.until_s > clock::now_s()) {
            return Ok(token.access_token);
        }
        let mut reply = self.ask_token(session, key, None).await?;
        if let Some(nonce) = nonce(&reply).filter(|_| reply.status == StatusCode::BAD_REQUEST) {
            reply = self.ask_token(session, key, Some(&nonce)).await?;
        }
        if reply.status != StatusCode::OK {
            return Err(CallError(format!(
                "the token endpoint answered {}: {}",
                reply.status,
                reply.text()
            )));
        }
        let answer: TokenAnswer = reply.json()?;
        let expected = if self.dpop { "dpop" } else { "bearer" };
        if !answer.token_type.eq_ignore_ascii_case(expected) {
            return Err(CallError(format!(
                "expected a token of type `{expected}`, found `{}`",
                answer.token_type
            )));
        }
        let token = Token {
            access_token: answer.access_token,
            until_s: clock::now_s() + answer.expires_in - 10,
        };
        lock(&session.tokens).insert(self.tokens_name(), token.clone());
        Ok(token.access_token)
    }

    /// What its token is asked for; who only posts events has no purpose.
    fn scope_asked(&self) -> String {
        if self.purpose.is_empty() {
            return self.scopes.clone();
        }
        format!("dpv:{} {}", self.purpose, self.scopes)
    }

    async fn ask_token(&self, session: &Session, key: &SigningKey, nonce: Option<&str>) -> Result<Reply, CallError> {
        let assertion = key.client_assertion(&self.client_id, &self.token_endpoint)?;
        let body = form(&[
            ("grant_type", "client_credentials"),
            ("scope", &self.scope_asked()),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
        ]);
        let content_type = Some("application/x-www-form-urlencoded");
        let mut asked = request("POST", &self.token_endpoint, content_type, body)?;
        if self.dpop {
            add_header(
                &mut asked,
                "dpop",
                &key.dpop_proof("POST", &self.token_endpoint, None, nonce)?,
            )?;
        }
        Ok(session.fetch.send(asked, PATIENCE).await?)
    }
}

fn nonce(reply: &Reply) -> Option<String> {
    reply
        .headers
        .get("dpop-nonce")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn add_header(request: &mut http::Request<Full<Bytes>>, name: &str, value: &str) -> Result<(), CallError> {
    let unfit = |_| CallError(format!("header `{name}` cannot be sent"));
    let name = HeaderName::try_from(name).map_err(|_| CallError(format!("`{name}` is no header")))?;
    request
        .headers_mut()
        .insert(name, HeaderValue::try_from(value).map_err(unfit)?);
    Ok(())
}

/// Tokens and proofs are shown by their beginning only: whoever sees the stage must not be able to use them.
fn abbreviated(name: &str, value: &str) -> String {
    let shown = match name {
        "authorization" => value.find(' ').map_or(0, |space| space + 9),
        "dpop" => 12,
        _ => return value.to_owned(),
    };
    let beginning: String = value.chars().take(shown).collect();
    format!("{beginning}…")
}
