//! `GET /me/export`: everything that is kept about the person, in one document that can be read in their language and
//! checked without this gateway: each entry with both its parts, their salts and its inclusion proof, one signed
//! checkpoint over all of them, and each consent with its terms, its words and what proves the yes.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use domain::journal::checkpoint::VerifierKey;
use domain::journal::store::StoreError;
use serde_json::{Value, json};
use wire::consent_receipt::ConsentReceipt;
use wire::words::Locale;

use super::opened::{Proofs, entries, shown};
use super::session::{self, Session};
use super::{Look, history, locale, page, see_other};
use crate::context::Context;
use crate::http::extract::Query;
use crate::http::json as answer;
use crate::http::question::unavailable;
use crate::pages::sentence::plain;
use crate::store::board::keys::BoardKey;
use crate::store::history::{Seen, latest};

mod consents;

/// So many entries are in one document; a longer past goes on in the next, from `before`.
const ENTRIES_MAX: usize = 2_000;

/// The document.
pub async fn download(
    State(context): State<Arc<Context>>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Response<Body> {
    let locale = locale(&context, &headers, look.lang.as_deref());
    let Some(session) = session::current(&context, &headers, context.now()) else {
        return see_other("/me");
    };
    match history::is_open(&context, &session) {
        Ok(true) => {}
        Ok(false) => return see_other("/me"),
        Err(_) => return unavailable(&context),
    }
    match document(&context, &session, locale, look.before).await {
        Ok(document) => {
            let mut response = answer::response(StatusCode::OK, format!("{document:#}\n"));
            let name = HeaderValue::from_static("attachment; filename=\"wayleave.json\"");
            response.headers_mut().insert(CONTENT_DISPOSITION, name);
            response
        }
        Err(error) => {
            tracing::error!(%error, "what is kept about a person could not be put together");
            unavailable(&context)
        }
    }
}

async fn document(
    context: &Arc<Context>,
    session: &Session,
    locale: Locale,
    before: Option<u64>,
) -> Result<Value, StoreError> {
    let subject = session.subject.key;
    let (seen, consents) = read(Arc::clone(context), session.clone(), before).await?;
    let keys = context.board.store.keys_of(subject)?;
    let leaves: Vec<u64> = entries(&seen).map(|entry| entry.leaf).collect();
    let proofs = Proofs::of(context, session, leaves).await?;
    let names = page::names(context, &seen)?;
    let rows = page::rows(locale, &seen, &names);
    let history: Vec<Value> = seen
        .iter()
        .zip(&rows)
        .map(|(seen, row)| {
            json!({
                "at": seen.at.rfc3339(),
                "company": seen.recipient.and_then(|party| names.get(&party)),
                "what": row.what.text(),
                "outcome": row.outcome.as_ref().map(crate::pages::sentence::Sentence::text),
                "entries": entries(std::slice::from_ref(seen)).map(|entry| entry.leaf).collect::<Vec<_>>(),
            })
        })
        .collect();
    let entries: Vec<Value> = entries(&seen).map(|entry| shown(entry, &proofs.paths)).collect();
    let gateway = &context.config.gateway;
    Ok(json!({
        "kind": "wayleave export",
        "v": 1,
        "about": plain(locale, "export-about"),
        "howToCheck": plain(locale, "export-check"),
        "language": locale.tag(),
        "madeAt": context.now().rfc3339(),
        "number": session.subject.number.to_e164(),
        "gateway": gateway.issuer,
        "operator": gateway.operator,
        "history": history,
        "consents": consents.into_iter().map(|receipt| consents::print(receipt, &proofs)).collect::<Vec<_>>(),
        "keys": keys.iter().map(|(_, key)| key_shown(key)).collect::<Vec<_>>(),
        "entries": entries,
        "journal": {"checkpoint": proofs.checkpoint, "key": VerifierKey::of(&context.questions).to_string(), "subject": proofs.subject},
        "more": (seen.len() == ENTRIES_MAX).then(|| seen.last().map(|seen| seen.leaf)),
    }))
}

/// What the store holds. A long read holds no thread that answers others.
async fn read(
    context: Arc<Context>,
    session: Session,
    before: Option<u64>,
) -> Result<(Vec<Seen>, Vec<ConsentReceipt>), StoreError> {
    let read = tokio::task::spawn_blocking(move || {
        let subject = session.subject.key;
        let seen = context
            .reader
            .read(|store| latest(store, subject, ENTRIES_MAX, before, &context.sealer))?;
        let consents = consents::of(&context, &seen)?;
        Ok((seen, consents))
    });
    read.await
        .map_err(|_| StoreError::Unknown("reading a history failed in a way that it never should".to_owned()))?
}

fn key_shown(key: &BoardKey) -> Value {
    json!({"kind": key.kind, "addedAt": key.at().rfc3339(), "takesEffectAt": key.from().rfc3339()})
}
