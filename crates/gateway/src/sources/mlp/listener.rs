//! Where carriers bring reports: one path for each request that waits, on an address of its own. What no ask waits for
//! is answered and dropped, and nobody looks inside.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::{mpsc, oneshot};

use super::dropped::{Dropped, Why};
use super::waiting::{Delivery, Heard, Known, Token, Waiting};

/// What the path of a report begins with; its token follows.
pub const PATH: &str = "/mlp/";

/// What the listener shares between connections.
#[derive(Debug)]
pub struct Reports {
    /// The asks that wait.
    pub waiting: Arc<Waiting>,
    /// Where what is dropped is counted.
    pub dropped: Arc<Dropped>,
    /// The largest body, in bytes.
    pub body_bytes_max: usize,
    /// The longest that a body may take.
    pub body_within: Duration,
}

/// The listener's one path. Everything else is an empty 404 or 405.
pub fn router(reports: Arc<Reports>) -> Router {
    Router::new()
        .route("/mlp/{token}", post(report))
        .fallback(async || answer(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || answer(StatusCode::METHOD_NOT_ALLOWED))
        .with_state(reports)
}

/// One report.
async fn report(State(reports): State<Arc<Reports>>, Path(token): Path<String>, body: Body) -> Response<Body> {
    let known = Token::parse(&token).map_or(Known::Nothing, |token| reports.waiting.find(token));
    let (source, dropped) = match known {
        Known::Waits { source, reports: way } => {
            let delivered = reports.deliver(way, body).await;
            (Some(source), delivered)
        }
        Known::Ended { source } => (Some(source), reports.pass_over(body, Why::Late).await),
        Known::Nothing => (None, reports.pass_over(body, Why::Unknown).await),
    };
    match dropped {
        Ok(()) => answer(StatusCode::OK),
        Err(why) => {
            reports.dropped.count(source.as_ref(), why);
            answer(status_of(why))
        }
    }
}

impl Reports {
    /// Hands a report to the ask that waits for it.
    async fn deliver(&self, way: mpsc::Sender<Delivery>, body: Body) -> Result<(), Why> {
        let body = self.read(body).await?;
        let (heard, outcome) = oneshot::channel();
        // The ask may end while its report is read, or while others stand before it.
        way.send(Delivery { body, heard }).await.map_err(|_| Why::Late)?;
        match outcome.await {
            Ok(Heard::Taken) => Ok(()),
            Ok(Heard::Dropped(why)) => Err(why),
            Err(_) => Err(Why::Late),
        }
    }

    async fn read(&self, body: Body) -> Result<Bytes, Why> {
        let collect = Limited::new(body, self.body_bytes_max).collect();
        match tokio::time::timeout(self.body_within, collect).await {
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Why::TooLarge),
            Ok(Err(_)) | Err(_) => Err(Why::Slow),
        }
    }

    /// Lets a body pass by, within the same bounds and without keeping any of it: a server that is answered in the
    /// middle of its report may take that for a failure, and bring it again.
    async fn pass_over(&self, body: Body, why: Why) -> Result<(), Why> {
        let mut body = Limited::new(body, self.body_bytes_max);
        let drain = async { while let Some(Ok(_)) = body.frame().await {} };
        // However it ends, the report is dropped for the first reason.
        let _ = tokio::time::timeout(self.body_within, drain).await;
        Err(why)
    }
}

/// What the sender is told. Late and unknown reports look like those that were taken: there is nothing that the sender
/// should do about them, and a stranger who tries addresses learns nothing.
const fn status_of(why: Why) -> StatusCode {
    match why {
        Why::Late | Why::Unknown => StatusCode::OK,
        Why::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Why::Slow => StatusCode::REQUEST_TIMEOUT,
        Why::NotBelieved | Why::WrongRequest => StatusCode::BAD_REQUEST,
        Why::WrongLogin => StatusCode::FORBIDDEN,
    }
}

fn answer(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
