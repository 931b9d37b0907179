//! The carrier's control side, and the doors that are neither of its two services: tokens, the consent
//! master, phones, behaviour.

use super::behaviour::Behaviour;
use super::{Carrier, camara, consent_info, oauth};
use crate::carrier::phones;
use crate::control::{Problem, with_ledger};
use crate::sync::lock;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::sync::Arc;

/// Everything but the two location services.
pub fn routes(carrier: &Arc<Carrier>) -> Router {
    let routes = Router::new()
        .route("/oauth2/token", post(oauth::token))
        .route(consent_info::PATH, post(consent_info::retrieve))
        .route(
            "/control/consents/{number}",
            get(consent_info::said).put(consent_info::change),
        )
        .route("/control/behaviour", get(behaviour).put(change_behaviour))
        .fallback(elsewhere)
        .with_state(Arc::clone(carrier))
        .merge(phones::routes(&carrier.subscribers));
    with_ledger(routes, Arc::clone(&carrier.ledger))
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
