//! The journal's head as the board saw it last. A browser with JavaScript keeps the head itself and checks the way to the
//! new one; without, a sealed cookie keeps it, and the gateway holds its own journal against it: after a restored backup
//! that is enough to see that the journal went back, or is another one.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::store::StoreError;
use domain::journal::tree::Hash;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wire::camara::error::Problem;

use super::opened::{paths, shown};
use super::session::{self, Session};
use super::{cookie, history};
use crate::context::Context;
use crate::http::extract::Query;
use crate::http::{json as answer, problem};
use crate::journal::proofs::Walk;
use crate::pages::board::HeadView;
use crate::seal::ticket::TicketKind;
use crate::store::own;

const COOKIE: &str = "wayleave-head";
/// So many restores are told of, the latest ones.
const RESTORES_MAX: u32 = 8;

#[derive(Serialize, Deserialize)]
struct Kept {
    size: u64,
    root: Hash,
}

/// Where a consistency proof starts; zero wants none.
#[derive(Debug, Deserialize)]
pub struct From {
    #[serde(default)]
    from: u64,
}

/// `GET /me/head?from=N`: the signed head, the proof that the first N entries are its beginning, the entries that tell of
/// restores, and the signed head of the person's own entries once their past is open: how many there are is part of it.
pub async fn proof(
    State(context): State<Arc<Context>>,
    Query(From { from }): Query<From>,
    headers: HeaderMap,
) -> Response<Body> {
    // A proof costs work: only somebody who is signed in asks for one.
    let Some(session) = session::current(&context, &headers, context.now()) else {
        return problem::response(&Problem::PermissionDenied.into(), false);
    };
    let asked = Arc::clone(&context);
    let proven = walk(&context, move |walk| {
        let size = walk.size();
        let proof = if (1..=size).contains(&from) {
            Some(walk.consistency(from, size)?)
        } else {
            None
        };
        let open = history::is_open(&asked, &session)?;
        let subject = open.then(|| own_head(&asked, &session, walk)).transpose()?;
        // Whoever saw the journal under a former name is shown how the operator declared its new one.
        let restores = own::restores(walk.store(), RESTORES_MAX)?;
        let paths = paths(walk, restores.iter().map(|entry| entry.leaf).collect::<Vec<_>>(), size)?;
        let restored: Vec<Value> = restores.iter().map(|entry| shown(entry, &paths)).collect();
        Ok((walk.note().to_owned(), proof, subject, restored))
    });
    match proven.await {
        Ok((checkpoint, proof, subject, restored)) => {
            let encoded = |proof: Vec<Hash>| {
                proof
                    .iter()
                    .map(|hash| URL_SAFE_NO_PAD.encode(hash))
                    .collect::<Vec<_>>()
            };
            let body = json!({
                "checkpoint": checkpoint,
                "proof": proof.map(encoded),
                "subject": subject,
                "restored": restored,
            });
            answer::response(StatusCode::OK, body.to_string())
        }
        Err(error) => {
            tracing::error!(%error, "the head of a board could not be made");
            problem::response(&Problem::Unavailable.into(), false)
        }
    }
}

/// The signed head of a person's own entries, at this state of the journal.
///
/// # Errors
/// The store's.
pub(super) fn own_head(context: &Context, session: &Session, walk: &Walk<'_>) -> Result<String, StoreError> {
    let subject = session.subject.key;
    let own = own::of(walk.store(), subject, &context.sealer)?;
    Ok(own.head(&context.questions, subject))
}

/// What this browser's cookie says beside the head now, and the cookie to keep from here on.
pub(super) async fn compare(
    context: &Arc<Context>,
    headers: &HeaderMap,
) -> Result<(HeadView, Option<String>), StoreError> {
    let kept = cookie(headers, COOKIE)
        .and_then(|ticket| context.sealer.open_ticket(TicketKind::BoardHead, ticket).ok())
        .and_then(|plain| serde_json::from_slice::<Kept>(&plain).ok());
    let compared = walk(context, move |walk| {
        let size = walk.size();
        let alarm = match &kept {
            Some(kept) if kept.size > size => Some("board-head-older"),
            Some(kept) if walk.root(kept.size)? != kept.root => Some("board-head-forked"),
            _ => None,
        };
        let root = walk.root(size)?;
        Ok((alarm, Kept { size, root }))
    });
    let (alarm, now) = compared.await?;
    // What was seen stays seen: an alarm is not quieted by being shown.
    let sealed = serde_json::to_vec(&now)
        .ok()
        .filter(|_| alarm.is_none())
        .and_then(|plain| context.sealer.ticket(TicketKind::BoardHead, &plain).ok());
    let cookie =
        sealed.map(|ticket| format!("{COOKIE}={ticket}; Path=/me; HttpOnly; SameSite=Strict; Max-Age=31536000"));
    let view = HeadView {
        key: VerifierKey::of(&context.questions).to_string(),
        alarm,
    };
    Ok((view, cookie))
}

/// Reads one state of the journal, on a thread that may wait.
///
/// # Errors
/// The store's, or that the thread ended.
pub(super) async fn walk<T: Send + 'static>(
    context: &Arc<Context>,
    body: impl FnOnce(&mut Walk<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let context = Arc::clone(context);
    let walked = tokio::task::spawn_blocking(move || context.proofs.at_head(body));
    let ended = |error| StoreError::Failed(format!("the thread that walked the tree ended: {error}"));
    walked.await.map_err(ended)?
}
