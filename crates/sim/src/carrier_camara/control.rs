//! The carrier's control side: who is where, who is switched off, how the carrier behaves.

use super::behaviour::Behaviour;
use super::{Carrier, camara, oauth};
use crate::clock;
use crate::control::{Problem, with_ledger};
use crate::roster::{Line, LineState};
use crate::sync::lock;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Everything but the two location services.
pub fn routes(carrier: &Arc<Carrier>) -> Router {
    let routes = Router::new()
        .route("/oauth2/token", post(oauth::token))
        .route("/control/phones", get(phones))
        .route("/control/phones/{number}", get(phone).put(change_phone))
        .route("/control/behaviour", get(behaviour).put(change_behaviour))
        .fallback(elsewhere)
        .with_state(Arc::clone(carrier));
    with_ledger(routes, Arc::clone(&carrier.ledger))
}

async fn phones(State(carrier): State<Arc<Carrier>>) -> Json<Vec<Value>> {
    Json(
        carrier
            .subscribers
            .lines()
            .filter_map(|line| describe(&carrier, line))
            .collect(),
    )
}

fn describe(carrier: &Carrier, line: &Line) -> Option<Value> {
    let subscriber = carrier.subscribers.find(&line.number)?;
    let mut subscriber = lock(&subscriber);
    let truth = subscriber.truth(clock::now_ms());
    Some(json!({
        "number": line.number, "name": line.name, "carrier": line.carrier, "state": subscriber.state, "truth": truth,
    }))
}

async fn phone(State(carrier): State<Arc<Carrier>>, Path(number): Path<String>) -> Result<Json<Value>, Problem> {
    let subscriber = carrier.subscribers.find(&number).ok_or_else(unknown)?;
    let mut subscriber = lock(&subscriber);
    let truth = subscriber.truth(clock::now_ms());
    let fix = |fix: &super::radio::Fix| json!({"at": clock::rfc3339(fix.at_ms), "truth": fix.truth, "area": fix.area});
    let fixes: Vec<Value> = subscriber.recent().map(fix).collect();
    let line = carrier.subscribers.line(&number);
    Ok(Json(json!({
        "number": number, "name": line.map(|line| &line.name), "carrier": line.map(|line| &line.carrier),
        "state": subscriber.state, "truth": truth, "fixes": fixes,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneChange {
    state: LineState,
}

async fn change_phone(
    State(carrier): State<Arc<Carrier>>,
    Path(number): Path<String>,
    Json(change): Json<PhoneChange>,
) -> Result<Json<Value>, Problem> {
    let kept = carrier.subscribers.change(&number, change.state);
    let known = kept.map_err(|error| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the change cannot be kept: {error}"),
        )
    })?;
    if known {
        Ok(Json(json!({"number": number, "state": change.state})))
    } else {
        Err(unknown())
    }
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no such phone in this world")
}

async fn behaviour(State(carrier): State<Arc<Carrier>>) -> Json<Behaviour> {
    Json(Behaviour::clone(&lock(&carrier.behaviour)))
}

async fn change_behaviour(
    State(carrier): State<Arc<Carrier>>,
    Json(change): Json<Value>,
) -> Result<Json<Behaviour>, Problem> {
    let mut current = lock(&carrier.behaviour);
    let changed = current
        .changed(change)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error))?;
    *current = Arc::new(changed.clone());
    Ok(Json(changed))
}

/// Everything else is noted, so that a client that follows a redirect or guesses paths is seen.
async fn elsewhere(State(carrier): State<Arc<Carrier>>, request: Request) -> Response {
    let (method, path) = (request.method().as_str(), request.uri().path());
    carrier
        .ledger
        .note("other", &json!({"method": method, "path": path, "status": 404}));
    let fault = camara::Fault::new(404, "NOT_FOUND", "The specified resource is not found.");
    (StatusCode::NOT_FOUND, Json(fault)).into_response()
}
