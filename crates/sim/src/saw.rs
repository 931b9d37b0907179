//! Who could read what: for each message that passed, the fields that stood in clear here, and the names of those that
//! were sealed for others. The demo's stage shows it hop by hop.

use crate::clock;
use crate::jwe;
use crate::jwt::{JwtError, unbase64url};
use crate::sync::lock;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// How many messages are remembered.
const MESSAGES_MAX: usize = 200;

/// One message, as this system could read it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// When it passed, RFC 3339.
    pub at: String,
    /// What it is: `ask`, `outcome`, `event`, `call`.
    pub what: String,
    /// The ask's or event's name, so that one message is found again at every hop.
    pub jti: String,
    /// What was readable here.
    pub read: Map<String, Value>,
    /// The names of what was not.
    pub sealed: Vec<String>,
}

/// The last messages of a system, oldest first, in memory alone.
#[derive(Debug, Default)]
pub struct Saw {
    messages: Mutex<VecDeque<Message>>,
}

impl Saw {
    /// Remembers a message; the oldest goes when there are too many.
    pub fn note(&self, what: &str, jti: &str, read: Map<String, Value>, sealed: &[&str]) {
        let message = Message {
            at: clock::rfc3339(clock::now_ms()),
            what: what.to_owned(),
            jti: jti.to_owned(),
            read,
            sealed: sealed.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut messages = lock(&self.messages);
        if messages.len() == MESSAGES_MAX {
            messages.pop_front();
        }
        messages.push_back(message);
    }

    /// The last `count` messages, oldest first.
    pub fn last(&self, count: usize) -> Vec<Message> {
        let messages = lock(&self.messages);
        let skipped = messages.len().saturating_sub(count);
        messages.iter().skip(skipped).cloned().collect()
    }
}

/// A signed message or a sealed one, read without any key.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sight {
    /// What stands in clear.
    pub read: Map<String, Value>,
    /// The names of what is sealed.
    pub sealed: Vec<String>,
}

/// What anybody can read of a signed token: its claims; those that are sealed themselves are only named.
///
/// # Errors
/// When it is no compact JWS with claims.
pub fn of_signed(jws: &str) -> Result<Sight, JwtError> {
    let claims = claims(jws)?;
    let is_sealed = |value: &Value| value.as_str().is_some_and(is_jwe);
    let sealed = claims.iter().filter(|(_, value)| is_sealed(value));
    let sealed = sealed.map(|(name, _)| name.clone()).collect();
    let read = claims.into_iter().filter(|(_, value)| !is_sealed(value)).collect();
    Ok(Sight { read, sealed })
}

/// What anybody can read of a sealed outcome: for whom it is, and its size.
pub fn of_sealed(jwe: &str) -> Sight {
    let header = jwe::header(jwe).unwrap_or_default();
    let apv = header["apv"].as_str().and_then(|text| unbase64url(text).ok());
    let apv = apv.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let read = json!({"apv": apv, "bytes": jwe.len()});
    Sight {
        read: read.as_object().cloned().unwrap_or_default(),
        sealed: vec!["outcome".to_owned()],
    }
}

/// The claims of a token that nobody has checked.
///
/// # Errors
/// When it is no compact JWS with an object of claims.
pub fn claims(jws: &str) -> Result<Map<String, Value>, JwtError> {
    let unfit = || JwtError::new("expected a compact JWS with claims");
    let mut parts = jws.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(unfit());
    };
    serde_json::from_slice(&unbase64url(claims)?).map_err(|_| unfit())
}

fn is_jwe(text: &str) -> bool {
    text.split('.').count() == 5 && jwe::header(text).is_ok_and(|header| header.get("enc").is_some())
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default = "usual_count")]
    last: usize,
}

fn usual_count() -> usize {
    20
}

/// `GET /control/saw?last=N`.
pub fn routes(saw: &Arc<Saw>) -> Router {
    Router::new()
        .route("/control/saw", get(told))
        .with_state(Arc::clone(saw))
}

async fn told(State(saw): State<Arc<Saw>>, Query(wanted): Query<Wanted>) -> Json<Vec<Message>> {
    Json(saw.last(wanted.last))
}
