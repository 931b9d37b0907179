//! `GET /me/entries`: a person's own entries opened, newest first, for the script that checks them under the head that it
//! has checked before.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use domain::journal::Leaf;
use domain::journal::store::StoreError;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::camara::error::Problem;

use super::opened::{entries, paths, shown};
use super::session::{self, Session};
use super::{head, history};
use crate::context::Context;
use crate::http::extract::Query;
use crate::http::{json as answer, problem};
use crate::store::history::latest;

/// So many numbered entries are in one answer.
const AT_A_TIME: usize = 100;

/// Which entries.
#[derive(Debug, Deserialize)]
pub struct Which {
    /// Under the journal's first so many entries; what came later is left out.
    size: u64,
    /// The entry behind which the list continues.
    before: Option<Leaf>,
}

/// The entries, for a session to which the past is open.
pub async fn list(
    State(context): State<Arc<Context>>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(session) = session::current(&context, &headers, context.now()) else {
        return problem::response(&Problem::PermissionDenied.into(), false);
    };
    match history::is_open(&context, &session) {
        Ok(true) => {}
        Ok(false) => return problem::response(&Problem::PermissionDenied.into(), false),
        Err(error) => return failed(&error),
    }
    match opened(&context, session, &which).await {
        Ok(document) => answer::response(StatusCode::OK, document.to_string()),
        Err(error) => failed(&error),
    }
}

fn failed(error: &StoreError) -> Response<Body> {
    tracing::error!(%error, "a person's entries could not be opened");
    problem::response(&Problem::Unavailable.into(), false)
}

async fn opened(context: &Arc<Context>, session: Session, which: &Which) -> Result<Value, StoreError> {
    let (size, before) = (which.size, which.before);
    let asked = Arc::clone(context);
    head::walk(context, move |walk| {
        let subject = session.subject.key;
        let mut seen = latest(walk.store(), subject, AT_A_TIME, before, &asked.sealer)?;
        let next = seen.last().filter(|_| seen.len() == AT_A_TIME).map(|seen| seen.leaf);
        // What came after the head that is asked about has no proof under it.
        seen.retain(|seen| seen.leaf < size);
        for seen in &mut seen {
            seen.end = seen.end.take().filter(|end| end.entry.leaf < size);
        }
        let leaves: Vec<Leaf> = entries(&seen).map(|entry| entry.leaf).collect();
        let paths = paths(walk, leaves, size)?;
        Ok(json!({
            "entries": entries(&seen).map(|entry| shown(entry, &paths)).collect::<Vec<_>>(),
            "before": next,
        }))
    })
    .await
}
