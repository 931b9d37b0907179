//! `GET /journal/tile/…`: tiles of the tree and bundles of public leaves (C2SP tlog-tiles, "Merkle Tree" and "Log
//! entries"). What is under one path never changes.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{Response, Uri};
use domain::journal::tile::Tile;

use super::{not_found, read, response};
use crate::context::Context;
use crate::http::lanes::Room;
use crate::journal::label::TILE;

/// The path.
pub const PATH: &str = "/journal/tile/{*path}";
/// The prefix of the whole log.
const PREFIX: &str = "/journal/";

/// Shows a tile or a bundle, full or of any width that the journal has reached. The path is read as it was sent: what is
/// spelled with escapes is another path.
pub async fn show(State(context): State<Arc<Context>>, Extension(room): Extension<Room>, uri: Uri) -> Response<Body> {
    let Some(tile) = uri.path().strip_prefix(PREFIX).and_then(Tile::parse) else {
        return not_found();
    };
    match read(&context.public, room, move |log| log.tile(tile)).await {
        Ok(Some(bytes)) => response(TILE, bytes),
        Ok(None) => not_found(),
        Err(unavailable) => unavailable,
    }
}
