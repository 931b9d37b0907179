//! The log as strangers read it (C2SP tlog-tiles, tlog-checkpoint, tlog-proof): public, without a token, and the same for
//! everybody.

pub mod checkpoint;
pub mod proof;
pub mod tile;

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use domain::journal::store::StoreError;
use wire::camara::error::Problem;

use super::problem;
use crate::context::Context;
use crate::journal::label::Label;
use crate::journal::public::PublicLog;

/// Reads the log on a thread that may wait for the disk.
async fn read<T: Send + 'static>(
    context: &Context,
    body: impl FnOnce(&PublicLog) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Response<Body>> {
    let log = Arc::clone(&context.public);
    let read = tokio::task::spawn_blocking(move || body(&log)).await;
    match read {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            tracing::error!(%error, "the public log cannot be read");
            Err(problem::response(&Problem::Unavailable.into(), false))
        }
        Err(error) => {
            tracing::error!(%error, "the thread that read the public log ended");
            Err(problem::response(&Problem::Unavailable.into(), false))
        }
    }
}

fn response(label: Label, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(label.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(label.keeping));
    response
}

fn not_found() -> Response<Body> {
    problem::response(&Problem::NotFound.into(), false)
}
