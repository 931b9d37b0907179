//! The operator's hand on the stage: a few of the operator's commands at a button's press, each run as an operator runs it
//! and shown as it was typed. Only the stage's own pages can press.

mod wish;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL,
    CONTENT_TYPE, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use super::command;
use crate::Failure;
pub(super) use wish::Place;
use wish::Wish;

/// The longest wish, in bytes.
const WISH_BYTES_MAX: usize = 4 << 10;

/// What the hand can reach.
struct Hand {
    /// The demo's folder.
    folder: PathBuf,
    /// The origin of the stage.
    stage: String,
    /// Its own host and port, as a browser names them.
    host: String,
    /// The places where there is an operator.
    places: Vec<Place>,
    /// One command at a time.
    busy: Mutex<()>,
}

/// Begins to listen; returns the address.
pub(super) async fn start(folder: &Path, stage: &str, places: Vec<Place>) -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let host = listener.local_addr()?.to_string();
    let address = format!("http://{host}");
    let hand = Arc::new(Hand {
        folder: folder.to_owned(),
        stage: stage.to_owned(),
        host,
        places,
        busy: Mutex::new(()),
    });
    let router = Router::new()
        .route("/run", post(run).options(may_ask))
        .layer(DefaultBodyLimit::max(WISH_BYTES_MAX))
        .with_state(hand);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

impl Hand {
    /// Whether the request comes from the stage's own pages, and to this address: no other page of the same browser, and
    /// no name that somebody has pointed here.
    fn is_of_the_stage(&self, headers: &HeaderMap) -> bool {
        let is = |name, value: &str| {
            headers
                .get(name)
                .is_some_and(|found: &HeaderValue| found.as_bytes() == value.as_bytes())
        };
        is(ORIGIN, &self.stage) && is(HOST, &self.host)
    }

    fn answer(&self, status: StatusCode, body: &serde_json::Value) -> Response {
        let headers = [
            (ACCESS_CONTROL_ALLOW_ORIGIN, self.stage.clone()),
            (VARY, "Origin".to_owned()),
            (CACHE_CONTROL, "no-store".to_owned()),
            (CONTENT_TYPE, "application/json".to_owned()),
        ];
        (status, headers, body.to_string()).into_response()
    }

    fn refuse(&self, status: StatusCode, message: &str) -> Response {
        self.answer(status, &json!({ "message": message }))
    }
}

/// A browser asks first, before a page sends JSON to another origin.
async fn may_ask(State(hand): State<Arc<Hand>>, headers: HeaderMap) -> Response {
    if !hand.is_of_the_stage(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let allowed = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, hand.stage.clone()),
        (ACCESS_CONTROL_ALLOW_METHODS, "POST".to_owned()),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type".to_owned()),
        (VARY, "Origin".to_owned()),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}

async fn run(State(hand): State<Arc<Hand>>, headers: HeaderMap, body: Bytes) -> Response {
    if !hand.is_of_the_stage(&headers) {
        return (StatusCode::FORBIDDEN, "expected a page of the stage").into_response();
    }
    let json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|found| found.as_bytes() == b"application/json");
    if !json {
        return hand.refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "expected `application/json`");
    }
    let arguments = match Wish::read(&body).and_then(|wish| wish.arguments(&hand.places)) {
        Ok(arguments) => arguments,
        Err(why) => return hand.refuse(StatusCode::BAD_REQUEST, &why),
    };
    let Ok(_alone) = hand.busy.try_lock() else {
        return hand.refuse(StatusCode::TOO_MANY_REQUESTS, "another command is running");
    };
    let ran = async {
        arguments.prepare(&hand.folder).await?;
        let Some((before, _)) = &arguments.before else {
            return command::run(&hand.folder, &arguments.words).await;
        };
        let first = command::run(&hand.folder, before).await?;
        if first.status != 0 {
            return Ok(first);
        }
        Ok(first.and(command::run(&hand.folder, &arguments.words).await?))
    };
    match ran.await {
        Ok(ran) => hand.answer(StatusCode::OK, &json!(ran)),
        Err(error) => hand.refuse(StatusCode::BAD_GATEWAY, &error.to_string()),
    }
}
