//! `GET /me/history`: everything that was asked and answered, a page at a time, refused attempts included.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use domain::journal::checkpoint::VerifierKey;
use domain::journal::store::StoreError;

use super::session::{self, Session};
use super::trust::{self, Past};
use super::{Look, html, locale, page, see_other};
use crate::context::Context;
use crate::http::extract::Query;
use crate::http::question::unavailable;
use crate::pages::past::{PastListView, render};
use crate::store::history::latest;
use crate::store::permission::sqlite::person_of;

/// So many entries stand on a page.
const ROWS: usize = 25;

/// The list, for a session to which the past is open.
pub async fn list(State(context): State<Arc<Context>>, Query(look): Query<Look>, headers: HeaderMap) -> Response<Body> {
    let chosen = look.lang.as_deref();
    let locale = locale(&context, &headers, chosen);
    let Some(session) = session::current(&context, &headers, context.now()) else {
        return see_other("/me");
    };
    let filled = is_open(&context, &session).and_then(|open| {
        if !open {
            return Ok(None);
        }
        let mut seen = context
            .reader
            .read(|store| latest(store, session.subject.key, ROWS + 1, look.before, &context.sealer))?;
        let more = seen.len() > ROWS;
        seen.truncate(ROWS);
        let names = page::names(&context, &seen)?;
        Ok(Some(PastListView {
            locale,
            operator: context.config.gateway.operator.clone(),
            rows: page::rows(locale, &seen, &names),
            next: seen.last().filter(|_| more).map(|seen| seen.leaf),
            before: look.before,
            journal_key: VerifierKey::of(&context.questions).to_string(),
            sandbox: context.is_sandbox(),
        }))
    });
    match filled {
        Ok(Some(view)) => html(&context, StatusCode::OK, render(&view), chosen),
        // The board says what is wanted before the past opens.
        Ok(None) => see_other("/me"),
        Err(error) => {
            tracing::error!(%error, "the past of a board could not be read");
            unavailable(&context)
        }
    }
}

/// Whether the past is open to this session.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn is_open(context: &Context, session: &Session) -> Result<bool, StoreError> {
    let person = context
        .reader
        .read(|store| person_of(store, session.subject.key, &context.sealer))?;
    let (past, _) = trust::past(context, session, &person, context.now())?;
    Ok(past == Past::Open)
}
