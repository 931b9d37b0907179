//! What the stage and tests ask of a desk.

use super::Desk;
use super::wanted::{Wanted, usual_consent};
use crate::client::CallError;
use crate::control::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The control side of a desk, with what could be read there.
pub fn routes(desk: &Arc<Desk>) -> Router {
    Router::new()
        .route("/control/ask", post(ask))
        .route("/control/consent", post(consent))
        .route("/control/status", post(status))
        .route("/control/batch", post(batch))
        .with_state(Arc::clone(desk))
        .merge(crate::saw::routes(&desk.saw))
}

/// A call that failed, as a control tells it.
pub fn problem(error: CallError) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, error.0)
}

type Told = Result<Json<Value>, Problem>;

async fn ask(State(desk): State<Arc<Desk>>, Json(wanted): Json<Wanted>) -> Told {
    desk.ask(wanted).await.map(Json).map_err(problem)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch {
    asks: Vec<Wanted>,
    #[serde(default)]
    brief: bool,
}

async fn batch(State(desk): State<Arc<Desk>>, Json(batch): Json<Batch>) -> Told {
    let mut told = desk.ask_batch(batch.asks).await.map_err(problem)?;
    if batch.brief {
        for outcome in told["outcomes"].as_array_mut().into_iter().flatten() {
            *outcome = brief(outcome);
        }
    }
    Ok(Json(told))
}

/// What became of one of very many asks.
fn brief(told: &Value) -> Value {
    let (claims, opened) = (&told["claims"], &told["opened"]);
    json!({
        "jti": claims["jti"], "event": claims["event"], "outcome": opened["outcome"], "leaf": opened["leaf"],
        "accepted": told["accepted"], "doubt": told["doubt"],
    })
}

#[derive(Deserialize)]
struct Consent {
    number: String,
    event: Option<String>,
    purpose: Option<String>,
    audience: Option<String>,
    relays: Option<Vec<String>>,
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// `{"number", …}`: every other member takes the place of the purpose's usual one; a null takes it away.
async fn consent(State(desk): State<Arc<Desk>>, Json(consent): Json<Consent>) -> Told {
    let own = crate::client::Client::open(&desk.options.client).map_err(problem)?;
    let purpose = consent.purpose.unwrap_or(own.purpose);
    let mut question = usual_consent(&purpose);
    question["type"] = "consent".into();
    crate::recipient::ask::alter(&mut question, &consent.members);
    let wanted = Wanted {
        number: consent.number,
        question,
        event: consent.event,
        purpose: Some(purpose),
        audience: consent.audience,
        relays: consent.relays,
        claims: Map::new(),
    };
    desk.ask(wanted).await.map(Json).map_err(problem)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    number: String,
    consent: String,
    event: Option<String>,
    purpose: Option<String>,
}

async fn status(State(desk): State<Arc<Desk>>, Json(status): Json<Status>) -> Told {
    let wanted = Wanted {
        number: status.number,
        question: json!({"type": "status", "consent": status.consent}),
        event: status.event,
        purpose: status.purpose,
        audience: None,
        relays: None,
        claims: Map::new(),
    };
    desk.ask(wanted).await.map(Json).map_err(problem)
}
