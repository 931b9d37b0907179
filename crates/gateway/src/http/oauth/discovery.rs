//! `/.well-known/openid-configuration` and `/oauth2/jwks`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use domain::policy::Rule;
use domain::purpose::Purpose;
use wire::oauth::{discovery, jwks};

use crate::context::Context;

const JSON: [(axum::http::HeaderName, &str); 2] = [
    (CONTENT_TYPE, "application/json"),
    (CACHE_CONTROL, "public, max-age=300"),
];

/// What this gateway supports.
pub async fn configuration(State(context): State<Arc<Context>>) -> impl IntoResponse {
    let purposes: Vec<Purpose> = Purpose::ALL
        .into_iter()
        .filter(|purpose| matches!(context.policy.rule(*purpose), Rule::Consent(_)))
        .collect();
    (JSON, discovery::print(&context.config.gateway.issuer, &purposes))
}

/// The keys that sign access tokens: now, next, and while tokens of earlier ones live; and the one that others seal to.
pub async fn keys(State(context): State<Arc<Context>>) -> impl IntoResponse {
    let signing = context.tokens.published(context.now());
    (JSON, jwks::print_with_sealing(&signing, &context.sealing.published()))
}
