//! What every role's HTTP side has in common: `GET /control/ledger`, cross-origin access for the demo's pages, and
//! errors as JSON.

use crate::ledger::Ledger;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;

/// An error answer of a control or API path: `{"status","message"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// A sentence for whoever reads it.
    pub message: String,
}

impl Problem {
    /// An error answer.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(json!({"status": self.status.as_u16(), "message": self.message})),
        )
            .into_response()
    }
}

/// Adds the ledger and cross-origin access to a role's routes.
pub fn with_ledger(routes: Router, ledger: Arc<Ledger>) -> Router {
    let ledger = Router::new()
        .route("/control/ledger", get(ledger_text))
        .with_state(ledger);
    routes.merge(ledger).layer(middleware::from_fn(cross_origin))
}

/// Serves `routes` on `listener` for as long as the runtime lives.
pub fn spawn_server(listener: TcpListener, routes: Router) {
    let listener = listener.tap_io(|stream| {
        // Without it small answers wait for the peer's delayed acknowledgement; a refusal only costs time.
        let _ = stream.set_nodelay(true);
    });
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, routes).await {
            eprintln!("wayleave-sim: the HTTP side stopped: {error}");
        }
    });
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn ledger_text(State(ledger): State<Arc<Ledger>>, Query(query): Query<After>) -> Response {
    let read = tokio::task::spawn_blocking(move || ledger.text(query.after)).await;
    match read {
        Ok(Ok(text)) => ([(header::CONTENT_TYPE, "application/jsonl")], text).into_response(),
        Ok(Err(error)) => Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("the ledger cannot be read: {error}"),
        )
        .into_response(),
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "reading the ledger was cut short").into_response(),
    }
}

/// The demo's stage is served by the gateway and calls the simulator from the browser, so any origin may.
async fn cross_origin(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
