//! What a test or the demo asks of the authority: let something happen to a number, or send a token that it made again.

use crate::control::{Problem, with_ledger};
use crate::feed::Feed;
use crate::feed::event::Event;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// The control side.
pub fn routes(feed: &Arc<Feed>) -> Router {
    let routes = Router::new()
        .route("/control/recycle", post(recycle))
        .route("/control/port", post(port))
        .route("/control/sim-swap", post(sim_swap))
        .route("/control/attest", post(attest))
        .route("/control/send", post(send))
        .with_state(Arc::clone(feed));
    with_ledger(routes, Arc::clone(&feed.ledger))
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

async fn recycle(State(feed): State<Arc<Feed>>, Json(about): Json<About>) -> Told {
    tell(&feed, "recycle", &about, &Event::Recycle).await
}

async fn port(State(feed): State<Arc<Feed>>, Json(about): Json<About>) -> Told {
    tell(&feed, "port", &about, &Event::Port).await
}

async fn sim_swap(State(feed): State<Arc<Feed>>, Json(about): Json<About>) -> Told {
    tell(&feed, "sim-swap", &about, &Event::SimSwap).await
}

async fn attest(State(feed): State<Arc<Feed>>, Json(attested): Json<Attested>) -> Told {
    let Attested { number, line, account } = attested;
    let about = About { number, seconds_ago: 0 };
    tell(&feed, "attest", &about, &Event::Attest { line, account }).await
}

async fn send(State(feed): State<Arc<Feed>>, Json(again): Json<Again>) -> Told {
    feed.send(&again.token).await.map(Json)
}

async fn tell(feed: &Feed, word: &str, about: &About, event: &Event) -> Told {
    let told = feed.tell(word, &about.number, event, about.seconds_ago).await;
    told.map(Json)
}
