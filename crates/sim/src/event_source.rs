//! Who knows that something really happens: a ticket system, a telephony platform. It posts signed events to the gateway
//! under a client of its own.

use crate::client::{CallError, Client, Session};
use crate::jwt::SigningKey;
use crate::recipient::GatewayKeys;
use crate::saw::Saw;
use crate::{chance, clock, jwe};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The path that events are posted to.
pub const PATH: &str = "/wayleave/v1/events";

/// How long the signed message may travel, in seconds.
const LIVES_S: i64 = 60;

/// An event, as its source tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name: the ticket's, the call's.
    pub id: String,
    /// `ticket` or `call`.
    pub kind: &'static str,
    /// `live` or `ended`.
    pub state: &'static str,
    /// Whose phone: E.164 with `+`.
    pub number: String,
    /// Whose asks may rest on it: a party's id.
    pub recipient: String,
    /// Until when it may live, in seconds since 1970.
    pub until_s: i64,
    /// How many asks may rest on it.
    pub count: u32,
    /// Of a call: the other end, E.164.
    pub line: Option<String>,
}

/// Posts an event with each of the source's clients, one for each gateway that shall know of it; `event`, `claims`,
/// `status` and `body` at the top are the first's that was answered.
///
/// # Errors
/// When no client's file is usable, or no gateway answers.
pub async fn post_to_all(
    sources: &[PathBuf],
    session: &Session,
    keys: &GatewayKeys,
    saw: &Saw,
    event: &Event,
) -> Result<Value, CallError> {
    let mut posted = Vec::with_capacity(sources.len());
    let mut failed = CallError("expected a client file of an event source, found none".into());
    for source in sources {
        match post(source, session, keys, event).await {
            Ok(told) => posted.push(told),
            Err(error) => {
                posted.push(json!({"source": source, "error": error.0}));
                failed = error;
            }
        }
    }
    let answered = posted.iter().find(|one| one.get("status").is_some());
    let mut told = answered.cloned().ok_or(failed)?;
    let mut read = told["claims"].as_object().cloned().unwrap_or_default();
    read.insert("subject".into(), format!("tel:{}", event.number).into());
    saw.note("event", &event.id, read, &[]);
    told["delivered"] = posted.into();
    Ok(told)
}

/// Signs an event with the source's key and posts it; tells what the gateway answered.
async fn post(source: &Path, session: &Session, keys: &GatewayKeys, event: &Event) -> Result<Value, CallError> {
    let client = Client::open(source)?;
    let gateway = keys.of(&session.fetch, &client.issuer).await?;
    let now = clock::now_s();
    let mut claims = json!({
        "iss": client.client_id, "aud": client.issuer, "iat": now, "exp": now + LIVES_S, "jti": chance::token(),
        "id": event.id, "kind": event.kind, "state": event.state, "recipient": event.recipient,
        "until": event.until_s, "count": event.count,
        "subject": jwe::seal_subject(&event.number, &client.client_id, &gateway)?,
    });
    if let Some(line) = &event.line {
        claims["line"] = line.as_str().into();
    }
    let key = SigningKey::from_jwk(&client.private_jwk)?;
    let jws = key.sign_jws(json!({"typ": "wayleave-event+jwt"}), &claims)?;
    let url = client.url(PATH);
    let exchange = client
        .exchange(session, "POST", &url, Some(&json!({ "event": jws })))
        .await?;
    let (status, body) = (exchange.reply.status.as_u16(), exchange.reply.text());
    Ok(json!({"gateway": client.issuer, "event": jws, "claims": claims, "status": status, "body": body}))
}
