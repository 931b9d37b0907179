//! For those who run it: whether it lives, whether it can serve, what it measures, and what its interface is.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use domain::journal::settle::{Item, Outcome};
use domain::party::ReplayKey;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use rusqlite::Connection;

use crate::context::Context;
use crate::sources::breaker::{BreakerState, Guarded};

/// The interface's description.
const OPENAPI: &str = include_str!("openapi.json");

/// How many entries the journal has, as the store says; for pages.
pub fn journal_size(store: &Connection) -> Option<u64> {
    store
        .query_row("SELECT size FROM head", [], |row| row.get::<_, i64>(0))
        .ok()
        .and_then(|size| u64::try_from(size).ok())
}

/// The process lives.
pub async fn healthz() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain")], "ok\n")
}

/// What the last look found. Many looks at one time are one commit, so that asking for it is no way to keep the journal
/// busy.
#[derive(Debug, Default)]
pub struct Readiness(tokio::sync::Mutex<Option<(Timestamp, bool)>>);

/// So long the last look is good enough.
const LOOK_AGAIN_AFTER: Span = Span::seconds(1);

impl Readiness {
    /// Whether the journal commits.
    async fn journal_commits(&self, context: &Context) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, commits)) = *last
            && context.now().since(at) < LOOK_AGAIN_AFTER
        {
            return commits;
        }
        // Its time is over already, so the same commit removes it again.
        let probe = ReplayKey {
            until_minute: 0,
            hash: context.chance.bytes(),
        };
        let commits = matches!(context.docket.settle(Item::Spend(probe)).await, Ok(Outcome::Done));
        *last = Some((context.now(), commits));
        commits
    }
}

/// The process can serve: the journal commits, and the message centre is bound if there is one. A source that is left
/// alone is named, and makes nothing else unready: asks about other numbers are served. So is what the second opinion on
/// the journal found.
pub async fn readyz(State(context): State<Arc<Context>>) -> impl IntoResponse {
    let journal = context.readiness.journal_commits(&context).await;
    let messages = context.bind.as_ref().is_none_or(|bind| bind.is_bound());
    let status = if journal && messages {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = |good: bool| if good { "ok" } else { "not ready" };
    (
        status,
        [(CONTENT_TYPE, "text/plain")],
        format!(
            "journal: {}\nmessages: {}\nchecker: {}\n{}{}",
            word(journal),
            word(messages),
            context.checked.line(),
            context.witnessed.line(context.now()).unwrap_or_default(),
            sources(&context)
        ),
    )
}

/// A line for each source: `ok`, or how its breaker stands.
fn sources(context: &Context) -> String {
    let line = |source: &Arc<Guarded>| match source.state() {
        BreakerState::Closed => format!("source {}: ok\n", source.name()),
        state => format!("source {}: {}\n", source.name(), state.word()),
    };
    context.health.iter().map(line).collect()
}

/// The metrics, in Prometheus's text form.
pub async fn metrics(State(context): State<Arc<Context>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], context.metrics.render())
}

/// The interface's description.
pub async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}
