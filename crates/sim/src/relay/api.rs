//! The relay's own service, and what tests ask of it.

use super::Relay;
use super::behaviour::Behaviour;
use super::carry::{Carried, Load};
use crate::client::{CallError, Client};
use crate::control::{Problem, with_ledger};
use crate::desk::api::problem;
use crate::desk::wanted::{Usual, Wanted};
use crate::jwt::SigningKey;
use crate::sync::lock;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What services call, and the control side.
pub fn routes(relay: &Arc<Relay>) -> Router {
    let routes = Router::new()
        .route("/carry", post(carry))
        .route("/control/behaviour", get(behaviour).put(behave))
        .route("/control/replay", post(replay))
        .route("/control/invent", post(invent))
        .route("/control/last", get(last))
        .with_state(Arc::clone(relay))
        .merge(crate::saw::routes(&relay.saw));
    with_ledger(routes, Arc::clone(&relay.ledger))
}

async fn carry(State(relay): State<Arc<Relay>>, Json(load): Json<Load>) -> Result<Response, Problem> {
    let carried = relay.carry(&load).await.map_err(|error| {
        relay.ledger.note("not-carried", &json!({"error": error.0}));
        problem(error)
    })?;
    let status = StatusCode::from_u16(carried.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let content_type = [(header::CONTENT_TYPE, carried.content_type)];
    Ok((status, content_type, Body::from(carried.body)).into_response())
}

async fn behaviour(State(relay): State<Arc<Relay>>) -> Json<Behaviour> {
    Json(lock(&relay.behaviour).clone())
}

async fn behave(State(relay): State<Arc<Relay>>, Json(behaviour): Json<Behaviour>) -> Json<Behaviour> {
    *lock(&relay.behaviour) = behaviour.clone();
    Json(behaviour)
}

async fn last(State(relay): State<Arc<Relay>>) -> Json<Option<Carried>> {
    Json(lock(&relay.last).clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    to: Option<String>,
}

async fn replay(State(relay): State<Arc<Relay>>, Json(again): Json<Again>) -> Result<Json<Carried>, Problem> {
    let carried = relay.replay(again.to.as_deref()).await;
    carried.map(Json).map_err(problem)
}

#[derive(Deserialize)]
struct Invention {
    iss: String,
    to: Option<String>,
    #[serde(flatten)]
    wanted: Value,
}

/// Makes an ask in a customer's name from nothing, with the relay's own key, and posts it under its own token.
async fn invent(State(relay): State<Arc<Relay>>, Json(invention): Json<Invention>) -> Result<Json<Carried>, Problem> {
    let wanted: Wanted = serde_json::from_value(invention.wanted)
        .map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let carried = invented(&relay, &invention.iss, wanted, invention.to.as_deref()).await;
    carried.map(Json).map_err(problem)
}

async fn invented(relay: &Relay, name: &str, wanted: Wanted, to: Option<&str>) -> Result<Carried, CallError> {
    let client = Client::open(&relay.client)?;
    let usual = Usual {
        audience: &client.issuer,
        relays: std::slice::from_ref(&client.client_id),
        purpose: &client.purpose,
    };
    let draft = wanted.draft(usual);
    let key = relay.keys.of(&relay.session.fetch, &draft.audience).await?;
    let signed = draft.sign_as(name, &SigningKey::from_jwk(&client.private_jwk)?, &key)?;
    let carried = relay.post(&client, Load::One { ask: signed.jws }, to).await?;
    relay.note("invented", &carried, &Behaviour::default());
    Ok(carried)
}
