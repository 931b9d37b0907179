//! What platforms and tests ask of a switch: begin a call, end it, list what is live, send a token again.

use super::{Live, Switch};
use crate::control::{Problem, with_ledger};
use crate::feed::event::{Call, Event};
use crate::sync::lock;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The control side.
pub fn routes(switch: &Arc<Switch>) -> Router {
    let routes = Router::new()
        .route("/control/call", post(begin))
        .route("/control/call/end", post(end))
        .route("/control/calls", get(calls))
        .route("/control/send", post(send))
        .with_state(Arc::clone(switch))
        .merge(crate::saw::routes(&switch.saw));
    with_ledger(routes, Arc::clone(&switch.feed.ledger))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    from: String,
    to: String,
    call: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    call: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    token: String,
}

type Told = Result<Json<Value>, Problem>;

async fn begin(State(switch): State<Arc<Switch>>, Json(begun): Json<Begun>) -> Told {
    let call = Call {
        line: begun.from,
        call: begun.call,
    };
    let live = Live {
        to: begun.to,
        call: call.clone(),
    };
    if lock(&switch.calls).insert(call.call.clone(), live.clone()).is_some() {
        return Err(Problem::new(StatusCode::CONFLICT, "expected a call of a new name"));
    }
    tell(&switch, "call-started", &live, &Event::CallStarted(call)).await
}

async fn end(State(switch): State<Arc<Switch>>, Json(ended): Json<Ended>) -> Told {
    let live = lock(&switch.calls).remove(&ended.call);
    let live = live.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "expected a call that is live"))?;
    tell(&switch, "call-ended", &live, &Event::CallEnded(live.call.clone())).await
}

async fn tell(switch: &Switch, word: &str, live: &Live, event: &Event) -> Told {
    let mut read = Map::new();
    for (name, value) in [
        ("from", &live.call.line),
        ("to", &live.to),
        ("call", &live.call.call),
        ("state", &word.to_owned()),
    ] {
        read.insert(name.to_owned(), value.as_str().into());
    }
    switch.saw.note("call", &live.call.call, read, &[]);
    switch.feed.tell(word, &live.to, event, 0).await.map(Json)
}

async fn calls(State(switch): State<Arc<Switch>>) -> Json<Vec<Value>> {
    let calls = lock(&switch.calls);
    let shown = |live: &Live| json!({"from": live.call.line, "to": live.to, "call": live.call.call});
    Json(calls.values().map(shown).collect())
}

async fn send(State(switch): State<Arc<Switch>>, Json(again): Json<Again>) -> Told {
    switch.feed.send(&again.token).await.map(Json)
}
