//! What a test asks of the store: to behave otherwise, and to let somebody alter a file.

use super::{Behaviour, Bucket, api};
use crate::control::{Problem, with_ledger};
use crate::sync::lock;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{post, put};
use axum::{Json, Router};
use serde::Deserialize;
use std::sync::Arc;

/// The control side, and the store behind it.
pub fn routes(bucket: &Arc<Bucket>) -> Router {
    let control = Router::new()
        .route("/control/behaviour", put(behave).get(behaviour))
        .route("/control/alter", post(alter))
        .with_state(Arc::clone(bucket));
    let store = Router::new().fallback(api::answer).with_state(Arc::clone(bucket));
    // The store's own headers are not the control's: no `Cache-Control` is put over those of its files.
    with_ledger(control, Arc::clone(&bucket.ledger)).merge(store)
}

async fn behaviour(State(bucket): State<Arc<Bucket>>) -> Json<Behaviour> {
    Json(bucket.behaviour())
}

async fn behave(State(bucket): State<Arc<Bucket>>, Json(behaviour): Json<Behaviour>) -> Json<Behaviour> {
    *lock(&bucket.behaviour) = behaviour;
    Json(behaviour)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alter {
    key: String,
    byte: usize,
}

/// Flips one bit of one byte of a file, as somebody at the store could.
async fn alter(State(bucket): State<Arc<Bucket>>, Json(alter): Json<Alter>) -> Result<StatusCode, Problem> {
    let mut objects = lock(&bucket.objects);
    let byte = objects
        .get_mut(&alter.key)
        .and_then(|object| object.bytes.get_mut(alter.byte))
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no such file, or no such byte in it"))?;
    *byte ^= 1;
    Ok(StatusCode::NO_CONTENT)
}
