//! The centre's control side: inboxes, replies, behaviour.

use super::Centre;
use super::behaviour::Behaviour;
use super::inbox::Received;
use crate::control::{Problem, with_ledger};
use crate::sync::lock;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The control routes.
pub fn routes(centre: &Arc<Centre>) -> Router {
    let routes = Router::new()
        .route("/control/inbox", get(all_inboxes))
        .route("/control/inbox/{number}", get(inbox))
        .route("/control/reply", post(reply))
        .route("/control/behaviour", get(behaviour).put(change_behaviour))
        .with_state(Arc::clone(centre));
    with_ledger(routes, Arc::clone(&centre.ledger))
}

async fn all_inboxes(State(centre): State<Arc<Centre>>) -> Json<BTreeMap<String, Vec<Received>>> {
    Json(lock(&centre.inboxes).all())
}

async fn inbox(State(centre): State<Arc<Centre>>, Path(number): Path<String>) -> Json<Vec<Received>> {
    Json(lock(&centre.inboxes).of(&number))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    from: String,
    to: Option<String>,
    text: String,
}

async fn reply(
    State(centre): State<Arc<Centre>>,
    Json(reply): Json<Reply>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let taken = centre.reply(&reply.from, reply.to.as_deref(), &reply.text);
    let id = taken.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error))?;
    Ok((StatusCode::ACCEPTED, Json(json!({"id": id}))))
}

async fn behaviour(State(centre): State<Arc<Centre>>) -> Json<Behaviour> {
    Json(lock(&centre.behaviour).clone())
}

async fn change_behaviour(
    State(centre): State<Arc<Centre>>,
    Json(change): Json<Value>,
) -> Result<Json<Behaviour>, Problem> {
    let current = lock(&centre.behaviour).clone();
    let changed = current
        .changed(change)
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error))?;
    *lock(&centre.behaviour) = changed.clone();
    if changed.down {
        lock(&centre.sessions).close_all();
    }
    centre.bell.notify_one();
    Ok(Json(changed))
}
