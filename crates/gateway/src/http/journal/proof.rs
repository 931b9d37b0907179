//! `GET /journal/v1/proof?leaf=N`: that an entry is under the checkpoint that `/journal/checkpoint` shows, as C2SP tlog-proof
//! writes it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::Response;
use domain::journal::Leaf;
use domain::journal::proof_text;
use serde::Deserialize;

use super::{not_found, read, response};
use crate::context::Context;
use crate::http::extract::Query;
use crate::http::lanes::Room;
use crate::journal::label::NOTE;

/// The path.
pub const PATH: &str = "/journal/v1/proof";

/// Which entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    leaf: Leaf,
}

/// Shows the proof; 404 while the checkpoint does not yet stand over the entry.
pub async fn show(
    State(context): State<Arc<Context>>,
    Extension(room): Extension<Room>,
    Query(Which { leaf }): Query<Which>,
) -> Response<Body> {
    let proven = read(&context.public, room, move |log| {
        let Some(offered) = log.offered()?.filter(|offered| leaf < offered.size) else {
            return Ok(None);
        };
        let path = log.inclusion(leaf, offered.size)?;
        Ok(Some(proof_text::write(leaf, &path, &offered.note)))
    });
    match proven.await {
        Ok(Some(proof)) => response(NOTE, proof),
        Ok(None) => not_found(),
        Err(unavailable) => unavailable,
    }
}
