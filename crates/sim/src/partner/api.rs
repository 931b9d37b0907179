//! What the stage asks of the partners: ask, ask for a consent, look at one.

use super::Partners;
use crate::city::port_aster;
use crate::client::{CallError, Client};
use crate::control::{Problem, with_ledger};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The API.
pub fn routes(partners: &Arc<Partners>) -> Router {
    let routes = Router::new()
        .route("/api/partners", get(list))
        .route("/api/partners/{name}/ask", post(ask))
        .route("/api/partners/{name}/consents", post(ask_consent))
        .route("/api/partners/{name}/consents/{id}", get(consent))
        .with_state(Arc::clone(partners));
    with_ledger(routes, Arc::clone(&partners.ledger))
}

fn problem(error: CallError) -> Problem {
    let status = if error.0.starts_with("there is no partner") {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::BAD_GATEWAY
    };
    Problem::new(status, error.0)
}

async fn list(State(partners): State<Arc<Partners>>) -> Result<Json<Vec<Value>>, Problem> {
    let unreadable = |error: std::io::Error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let files = std::fs::read_dir(&partners.clients).map_err(unreadable)?;
    let stem = |file: std::fs::DirEntry| Some(file.file_name().to_str()?.strip_suffix(".json")?.to_owned());
    let mut names: Vec<String> = files.flatten().filter_map(stem).collect();
    names.sort();
    let described = |name: String| {
        let client = Client::read(&partners.clients, &name).ok()?;
        Some(json!({
            "partner": name, "name": client.name, "purpose": client.purpose, "scopes": client.scopes,
            "dpop": client.dpop,
        }))
    };
    Ok(Json(names.into_iter().filter_map(described).collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Ask {
    number: String,
    max_age: Option<u32>,
    max_surface: Option<u32>,
    area: Option<Value>,
}

async fn ask(
    State(partners): State<Arc<Partners>>,
    Path(name): Path<String>,
    Json(ask): Json<Ask>,
) -> Result<Json<Value>, Problem> {
    let client = Client::read(&partners.clients, &name).map_err(problem)?;
    let retrieves = client.has_scope("location-retrieval:read");
    let verifies = client.has_scope("location-verification:verify") && (ask.area.is_some() || !retrieves);
    let mut body = json!({"device": {"phoneNumber": ask.number}});
    if let Some(age) = ask.max_age {
        body["maxAge"] = age.into();
    }
    let path = if verifies {
        let center = port_aster().center;
        body["area"] = ask
            .area
            .unwrap_or_else(|| json!({"areaType": "CIRCLE", "center": center, "radius": 2000}));
        "/location-verification/v3/verify"
    } else {
        if let Some(surface) = ask.max_surface {
            body["maxSurface"] = surface.into();
        }
        "/location-retrieval/v0.5/retrieve"
    };
    finish(
        &partners,
        "ask",
        &name,
        client.call(&partners.session, "POST", path, Some(&body)).await,
    )
}

/// The consent that each partner usually asks for.
fn usual(name: &str) -> Value {
    match name {
        "bank" => json!({
            "precision": {"type": "YES_NO", "metres": 2000}, "durationSeconds": 31_536_000, "caseReference": "CARD-2207",
        }),
        "plain" => json!({
            "precision": {"type": "AREA", "metres": 500}, "count": 12, "durationSeconds": 7200,
            "caseReference": "TOW-9132",
        }),
        _ => json!({
            "precision": {"type": "AREA", "metres": 200}, "count": 12, "durationSeconds": 7200,
            "caseReference": "TOW-8841",
        }),
    }
}

/// `{"number", …}`: every other field takes the place of the partner's usual one.
async fn ask_consent(
    State(partners): State<Arc<Partners>>,
    Path(name): Path<String>,
    Json(mut wanted): Json<Map<String, Value>>,
) -> Result<Json<Value>, Problem> {
    let client = Client::read(&partners.clients, &name).map_err(problem)?;
    let missing = || Problem::new(StatusCode::BAD_REQUEST, "expected `number`");
    let number = wanted.remove("number").ok_or_else(missing)?;
    let mut body = usual(&name);
    body["phoneNumber"] = number;
    if let Some(body) = body.as_object_mut() {
        body.extend(wanted);
        // A field that is null is not sent at all.
        body.retain(|_, value| !value.is_null());
    }
    let outcome = client
        .call(&partners.session, "POST", "/wayleave/v1/consents", Some(&body))
        .await;
    finish(&partners, "ask-consent", &name, outcome)
}

async fn consent(
    State(partners): State<Arc<Partners>>,
    Path((name, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let client = Client::read(&partners.clients, &name).map_err(problem)?;
    if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "expected a consent id"));
    }
    let outcome = client
        .call(&partners.session, "GET", &format!("/wayleave/v1/consents/{id}"), None)
        .await;
    finish(&partners, "look-at-consent", &name, outcome)
}

fn finish(
    partners: &Partners,
    kind: &str,
    name: &str,
    outcome: Result<Value, CallError>,
) -> Result<Json<Value>, Problem> {
    let status = outcome.as_ref().ok().map(|exchange| exchange["status"].clone());
    let error = outcome.as_ref().err().map(|error| error.0.clone());
    partners
        .ledger
        .note(kind, &json!({"partner": name, "status": status, "error": error}));
    outcome.map(Json).map_err(problem)
}
