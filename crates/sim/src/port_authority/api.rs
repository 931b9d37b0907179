//! What a test or the demo asks of the authority: let something happen to a number, or send a token that it made again.

use super::Authority;
use super::event::Event;
use crate::control::{Problem, with_ledger};
use crate::fetch::{PATIENCE, request};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The control side.
pub fn routes(authority: &Arc<Authority>) -> Router {
    let routes = Router::new()
        .route("/control/recycle", post(recycle))
        .route("/control/port", post(port))
        .route("/control/sim-swap", post(sim_swap))
        .route("/control/attest", post(attest))
        .route("/control/send", post(send))
        .with_state(Arc::clone(authority));
    with_ledger(routes, Arc::clone(&authority.ledger))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct About {
    number: String,
    #[serde(default)]
    seconds_ago: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attested {
    number: String,
    line: String,
    account: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    token: String,
}

type Told = Result<Json<Value>, Problem>;

async fn recycle(State(authority): State<Arc<Authority>>, Json(about): Json<About>) -> Told {
    tell(&authority, "recycle", &about, &Event::Recycle).await
}

async fn port(State(authority): State<Arc<Authority>>, Json(about): Json<About>) -> Told {
    tell(&authority, "port", &about, &Event::Port).await
}

async fn sim_swap(State(authority): State<Arc<Authority>>, Json(about): Json<About>) -> Told {
    tell(&authority, "sim-swap", &about, &Event::SimSwap).await
}

async fn attest(State(authority): State<Arc<Authority>>, Json(attested): Json<Attested>) -> Told {
    let Attested { number, line, account } = attested;
    let about = About { number, seconds_ago: 0 };
    tell(&authority, "attest", &about, &Event::Attest { line, account }).await
}

async fn send(State(authority): State<Arc<Authority>>, Json(again): Json<Again>) -> Told {
    deliver(&authority, "send", again.token).await
}

async fn tell(authority: &Authority, word: &str, about: &About, event: &Event) -> Told {
    let token = authority.token(&about.number, event, about.seconds_ago);
    let token = token.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    deliver(authority, word, token).await
}

/// Pushes a token as RFC 8935 §2.1 says, and tells what the gateway answered.
async fn deliver(authority: &Authority, word: &str, token: String) -> Told {
    let failed = |error: &dyn std::fmt::Display| Problem::new(StatusCode::BAD_GATEWAY, error.to_string());
    let url = format!("{}/wayleave/v1/carrier-events", authority.gateway);
    let mut request =
        request("POST", &url, Some("application/secevent+jwt"), token.clone()).map_err(|error| failed(&error))?;
    let accept = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert(http::header::ACCEPT, accept);
    let reply = authority
        .fetch
        .send(request, PATIENCE)
        .await
        .map_err(|error| failed(&error))?;
    let status = reply.status.as_u16();
    authority.ledger.note(word, &json!({ "status": status }));
    Ok(Json(json!({ "token": token, "status": status, "body": reply.text() })))
}
