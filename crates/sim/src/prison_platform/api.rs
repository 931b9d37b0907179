//! What the stage and tests ask of a platform: calls that happen, calls that it invents, and its desk's questions.

use super::{Call, Platform};
use crate::client::{CallError, Client};
use crate::control::{Problem, with_ledger};
use crate::desk::api::problem;
use crate::event_source::{self, Event};
use crate::fetch::{PATIENCE, request};
use crate::sync::lock;
use crate::{chance, clock};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// How long a call may last where nobody says, in seconds.
const CALL_LIVES_S: i64 = 3600;
/// How many asks may rest on a call where nobody says.
const CALL_COUNT: u32 = 5;

/// The control side.
pub fn routes(platform: &Arc<Platform>) -> Router {
    let routes = Router::new()
        .route("/control/call", post(call))
        .route("/control/hangup", post(hangup))
        .route("/control/calls", get(calls))
        .with_state(Arc::clone(platform))
        .merge(crate::desk::api::routes(&platform.desk));
    with_ledger(routes, Arc::clone(&platform.desk.ledger))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    to: String,
    id: Option<String>,
    #[serde(default)]
    invented: bool,
    until: Option<i64>,
    count: Option<u32>,
    line: Option<String>,
    recipient: Option<String>,
}

/// Begins a call: through the switch first, unless it is invented, and then by the platform's own word.
async fn call(State(platform): State<Arc<Platform>>, Json(begun): Json<Begun>) -> Result<Json<Value>, Problem> {
    let id = begun.id.clone().unwrap_or_else(|| format!("call-{}", chance::token()));
    let line = begun.line.clone().unwrap_or_else(|| platform.line.clone());
    let carrier = if begun.invented {
        Value::Null
    } else {
        let body = json!({"from": line, "to": begun.to, "call": id});
        tell_switch(&platform, "call", &body).await.map_err(problem)?
    };
    let call = Call {
        to: begun.to.clone(),
        line: line.clone(),
        invented: begun.invented,
    };
    lock(&platform.calls).insert(id.clone(), call);
    let event = Event {
        id: id.clone(),
        kind: "call",
        state: "live",
        number: begun.to,
        recipient: recipient(&platform, begun.recipient).map_err(problem)?,
        until_s: begun.until.unwrap_or_else(|| clock::now_s() + CALL_LIVES_S),
        count: begun.count.unwrap_or(CALL_COUNT),
        line: Some(line),
    };
    let posted = post_event(&platform, &event, begun.invented).await?;
    Ok(Json(
        json!({"id": id, "invented": begun.invented, "carrier": carrier, "event": posted}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hangup {
    id: String,
}

/// Ends a call; one that was invented ends by the platform's word alone.
async fn hangup(State(platform): State<Arc<Platform>>, Json(hangup): Json<Hangup>) -> Result<Json<Value>, Problem> {
    let call = lock(&platform.calls).remove(&hangup.id);
    let call = call.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "expected a call that is live"))?;
    let carrier = if call.invented {
        Value::Null
    } else {
        let body = json!({"call": hangup.id});
        tell_switch(&platform, "call/end", &body).await.map_err(problem)?
    };
    let event = Event {
        id: hangup.id.clone(),
        kind: "call",
        state: "ended",
        number: call.to,
        recipient: recipient(&platform, None).map_err(problem)?,
        until_s: clock::now_s() + CALL_LIVES_S,
        count: CALL_COUNT,
        line: Some(call.line),
    };
    let posted = post_event(&platform, &event, call.invented).await?;
    Ok(Json(json!({"id": hangup.id, "carrier": carrier, "event": posted})))
}

async fn calls(State(platform): State<Arc<Platform>>) -> Json<Vec<Value>> {
    let calls = lock(&platform.calls);
    let shown = |(id, call): (&String, &Call)| json!({"id": id, "to": call.to, "invented": call.invented});
    Json(calls.iter().map(shown).collect())
}

/// The platform itself, unless somebody else is named.
fn recipient(platform: &Platform, named: Option<String>) -> Result<String, CallError> {
    match named {
        Some(named) => Ok(named),
        None => Ok(Client::open(&platform.desk.options.client)?.client_id),
    }
}

async fn post_event(platform: &Platform, event: &Event, invented: bool) -> Result<Value, Problem> {
    let desk = &platform.desk;
    let outcome = event_source::post_to_all(&platform.events, &desk.session, &desk.keys, &desk.saw, event).await;
    let status = outcome.as_ref().ok().map(|told| told["status"].clone());
    let line =
        json!({"id": event.id, "to": event.number, "state": event.state, "invented": invented, "status": status});
    desk.ledger.note("call", &line);
    outcome.map_err(problem)
}

/// Puts a call through, or ends it; nothing where the platform has no switch.
async fn tell_switch(platform: &Platform, path: &str, body: &Value) -> Result<Value, CallError> {
    let Some(switch) = &platform.switch else {
        return Ok(Value::Null);
    };
    let url = format!("{}/{path}", switch.trim_end_matches('/'));
    let asked = request("POST", &url, Some("application/json"), body.to_string())?;
    let reply = platform.desk.session.fetch.send(asked, PATIENCE).await?;
    if !reply.status.is_success() {
        let (status, text) = (reply.status, reply.text());
        return Err(CallError(format!("the switch answered {status}: {text}")));
    }
    Ok(reply.json()?)
}
