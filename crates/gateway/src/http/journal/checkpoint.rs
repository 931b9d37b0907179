//! `GET /journal/checkpoint`: the newest checkpoint that is shown to everybody (C2SP tlog-tiles, "Checkpoints").

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Response;

use super::{not_found, read, response};
use crate::context::Context;
use crate::http::lanes::Room;
use crate::journal::label::NOTE;
use crate::journal::public::PublicLog;

/// The path.
pub const PATH: &str = "/journal/checkpoint";

/// Shows the checkpoint.
pub async fn show(State(context): State<Arc<Context>>, Extension(room): Extension<Room>) -> Response<Body> {
    match read(&context.public, room, PublicLog::offered).await {
        Ok(Some(offered)) => response(NOTE, offered.note),
        Ok(None) => not_found(),
        Err(unavailable) => unavailable,
    }
}
