//! `GET /journal/checkpoint`: the newest checkpoint that is shown to everybody (C2SP tlog-tiles, "Checkpoints").

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;

use super::{not_found, read, response};
use crate::context::Context;
use crate::journal::label::NOTE;
use crate::journal::public::PublicLog;

/// The path.
pub const PATH: &str = "/journal/checkpoint";

/// Shows the checkpoint.
pub async fn show(State(context): State<Arc<Context>>) -> Response<Body> {
    match read(&context, PublicLog::offered).await {
        Ok(Some(offered)) => response(NOTE, offered.note),
        Ok(None) => not_found(),
        Err(unavailable) => unavailable,
    }
}
