//! `GET /c/{token}/receipt`: what the person agreed to, to keep and to check elsewhere.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderValue, Response, StatusCode};

use wire::camara::error::Problem;

use super::extract::Path;
use super::{json, problem, question};
use crate::context::Context;
use crate::receipts;

/// The receipt of the consent behind a link, once its question was answered.
pub async fn download(State(context): State<Arc<Context>>, Path(token): Path<String>) -> Response<Body> {
    // A long read holds no thread that answers others.
    let found = tokio::task::spawn_blocking(move || find(&context, &token)).await;
    match found.unwrap_or(Err(Problem::Internal)) {
        Ok(document) => {
            let mut response = json::response(StatusCode::OK, document);
            response.headers_mut().insert(
                CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"consent-receipt.json\""),
            );
            response
        }
        Err(problem) => problem::response(&problem.into(), false),
    }
}

fn find(context: &Context, token: &str) -> Result<String, Problem> {
    let question = question::find(context, token)?.ok_or(Problem::NotFound)?;
    if question.state == "asked" {
        return Err(Problem::NotFound);
    }
    let receipt = receipts::of(&context.proofs, &context.sealer, &question).map_err(|error| {
        tracing::error!(%error, "a receipt could not be made");
        Problem::Unavailable
    })?;
    Ok(receipt.print().to_string())
}
