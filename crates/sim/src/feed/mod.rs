//! A feed of signed events, by which a carrier or a port authority tells gateways what happened to a number: Security
//! Event Tokens (RFC 8417), pushed (RFC 8935).

pub mod event;

use crate::control::Problem;
use crate::fetch::{Fetch, FetchError, PATIENCE, request};
use crate::jwt::{JwtError, SigningKey};
use crate::ledger::Ledger;
use crate::life::StartError;
use crate::{chance, clock};
use axum::http::StatusCode;
use event::Event;
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who tells, whom, and with which key.
#[derive(Debug)]
pub struct Feed {
    /// How it reaches the gateways.
    pub fetch: Fetch,
    /// The gateways that it tells: their issuers.
    pub gateways: Vec<String>,
    /// The name that its events bear.
    pub issuer: String,
    /// The key that signs them.
    pub key: SigningKey,
    /// What was asked of it.
    pub ledger: Arc<Ledger>,
}

impl Feed {
    /// A feed with the key of the last time, or a new one; the public half stands in `events.pub.jwk` of the folder.
    ///
    /// # Errors
    /// When the key cannot be made, read or written.
    pub fn open(
        folder: &Path,
        gateways: Vec<String>,
        issuer: &str,
        ledger: Arc<Ledger>,
    ) -> Result<(Self, PathBuf), StartError> {
        let key = own_key(folder)?;
        let public = folder.join("events.pub.jwk");
        std::fs::write(&public, serde_json::to_vec(&key.public)?)?;
        let feed = Self {
            fetch: Fetch::default(),
            gateways,
            issuer: issuer.to_owned(),
            key,
            ledger,
        };
        Ok((feed, public))
    }

    /// The signed event about a number, for one gateway; it happened `seconds_ago`.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self, gateway: &str, number: &str, event: &Event, seconds_ago: i64) -> Result<String, JwtError> {
        let (name, payload) = event.parts();
        let now = clock::now_s();
        let claims = json!({
            "iss": self.issuer,
            "aud": gateway,
            "iat": now,
            "toe": now - seconds_ago,
            "jti": chance::token(),
            "sub_id": { "format": "phone_number", "phone_number": number },
            "events": { name: payload },
        });
        self.key.sign_jws(json!({ "typ": "secevent+jwt" }), &claims)
    }

    /// Tells every gateway, and what each answered; `token`, `status` and `body` at the top are the first's.
    ///
    /// # Errors
    /// When signing fails, or no gateway answers.
    pub async fn tell(&self, word: &str, number: &str, event: &Event, seconds_ago: i64) -> Result<Value, Problem> {
        let mut deliveries = Vec::with_capacity(self.gateways.len());
        for gateway in &self.gateways {
            let token = self.token(gateway, number, event, seconds_ago);
            let token = token.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
            deliveries.push(self.deliver(word, gateway, token).await);
        }
        first(deliveries)
    }

    /// Sends a token as it stands to every gateway.
    ///
    /// # Errors
    /// When no gateway answers.
    pub async fn send(&self, token: &str) -> Result<Value, Problem> {
        let mut deliveries = Vec::with_capacity(self.gateways.len());
        for gateway in &self.gateways {
            deliveries.push(self.deliver("send", gateway, token.to_owned()).await);
        }
        first(deliveries)
    }

    /// Pushes a token as RFC 8935 §2.1 says.
    async fn deliver(&self, word: &str, gateway: &str, token: String) -> Value {
        let mut delivery = json!({ "gateway": gateway, "token": token });
        match self.push(gateway, token).await {
            Ok((status, body)) => {
                delivery["status"] = status.into();
                delivery["body"] = body.into();
            }
            Err(error) => delivery["error"] = error.0.into(),
        }
        let told = json!({"gateway": gateway, "status": delivery["status"], "error": delivery["error"]});
        self.ledger.note(word, &told);
        delivery
    }

    async fn push(&self, gateway: &str, token: String) -> Result<(u16, String), FetchError> {
        let url = format!("{}/wayleave/v1/carrier-events", gateway.trim_end_matches('/'));
        let mut request = request("POST", &url, Some("application/secevent+jwt"), token)?;
        let accept = http::HeaderValue::from_static("application/json");
        request.headers_mut().insert(http::header::ACCEPT, accept);
        let reply = self.fetch.send(request, PATIENCE).await?;
        Ok((reply.status.as_u16(), reply.text()))
    }
}

/// The first delivery that somebody answered, with all of them.
fn first(deliveries: Vec<Value>) -> Result<Value, Problem> {
    let answered = deliveries.iter().find(|delivery| delivery.get("status").is_some());
    let Some(mut told) = answered.cloned() else {
        let why = deliveries
            .first()
            .map_or(Value::Null, |delivery| delivery["error"].clone());
        let why = why
            .as_str()
            .unwrap_or("expected a gateway to tell, found none")
            .to_owned();
        return Err(Problem::new(StatusCode::BAD_GATEWAY, why));
    };
    told["delivered"] = deliveries.into();
    Ok(told)
}

/// The key of the last time, or a new one.
fn own_key(folder: &Path) -> Result<SigningKey, StartError> {
    let path = folder.join("events.jwk");
    if path.exists() {
        let jwk: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        return Ok(SigningKey::from_jwk(&jwk)?);
    }
    let key = SigningKey::generate()?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(key.private_jwk()?.to_string().as_bytes())?;
    Ok(key)
}
