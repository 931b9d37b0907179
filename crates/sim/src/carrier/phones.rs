//! The control side of a carrier's phones: who is where, and who is switched off.

use super::radio::Fix;
use super::subscriber::Subscribers;
use crate::clock;
use crate::control::Problem;
use crate::roster::{Line, LineState};
use crate::sync::lock;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /control/phones`, `GET` and `PUT /control/phones/{number}`.
pub fn routes(subscribers: &Arc<Subscribers>) -> Router {
    Router::new()
        .route("/control/phones", get(phones))
        .route("/control/phones/{number}", get(phone).put(change_phone))
        .with_state(Arc::clone(subscribers))
}

async fn phones(State(subscribers): State<Arc<Subscribers>>) -> Json<Vec<Value>> {
    Json(
        subscribers
            .lines()
            .filter_map(|line| describe(&subscribers, line))
            .collect(),
    )
}

fn describe(subscribers: &Subscribers, line: &Line) -> Option<Value> {
    let subscriber = subscribers.find(&line.number)?;
    let mut subscriber = lock(&subscriber);
    let truth = subscriber.truth(clock::now_ms());
    Some(json!({
        "number": line.number, "name": line.name, "carrier": line.carrier, "state": subscriber.state, "truth": truth,
    }))
}

async fn phone(
    State(subscribers): State<Arc<Subscribers>>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let subscriber = subscribers.find(&number).ok_or_else(unknown)?;
    let mut subscriber = lock(&subscriber);
    let truth = subscriber.truth(clock::now_ms());
    let fix = |fix: &Fix| {
        json!({"at": clock::rfc3339(fix.at_ms), "truth": fix.truth, "area": fix.area,
                                "confidence": fix.confidence})
    };
    let fixes: Vec<Value> = subscriber.recent().map(fix).collect();
    let line = subscribers.line(&number);
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
    State(subscribers): State<Arc<Subscribers>>,
    Path(number): Path<String>,
    Json(change): Json<PhoneChange>,
) -> Result<Json<Value>, Problem> {
    let kept = subscribers.change(&number, change.state);
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
