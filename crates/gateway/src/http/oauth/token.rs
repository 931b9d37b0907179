//! `POST /oauth2/token`: a token by one of the flows or a refresh, for a client that authenticates by its key and, where its party is
//! so enrolled, binds the token to something that a thief does not have.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::http::request::Parts;
use domain::time::{Span, Timestamp};
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;
use wire::oauth::grant::{ClientAuthentication, Flow, Grant, TokenRequest};
use wire::oauth::scope::{Scope, ScopeError};

use super::answer::{self, Stop};
use super::binding::bind;
use super::code::{self, Brought};
use super::issue::{Award, issue};
use super::{bearer, client, poll, refresh};
use crate::context::Context;
use crate::http::{body, json};

/// Gives a token.
pub async fn token(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let received = context.now();
    let (parts, bytes) = request.into_parts();
    let outcome = give(&context, &parts, bytes, received).await;
    if matches!(outcome, Err(Stop::OAuth(OAuthError::InvalidGrant))) {
        wait_for_floor(&context, received).await;
    }
    answer::response(outcome, &parts.headers, context.is_sandbox())
}

async fn give(context: &Arc<Context>, parts: &Parts, bytes: Body, now: Timestamp) -> Result<Vec<u8>, Stop> {
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, json::FORM)
        .await
        .map_err(Stop::Problem)?;
    let TokenRequest { client, grant } = TokenRequest::parse(&bytes)?;
    let given = match grant {
        Grant::ClientCredentials { scope } => by_credentials(context, parts, &client, &scope, now).await,
        Grant::JwtBearer { assertion } => bearer::give(context, parts, &client, &assertion, now).await,
        Grant::Ciba { auth_req_id } => poll::give(context, parts, &client, &auth_req_id, now).await,
        Grant::Code {
            code,
            redirect_uri,
            verifier,
        } => {
            let brought = Brought {
                code: &code,
                redirect_uri: &redirect_uri,
                verifier: &verifier,
            };
            code::give(context, parts, &client, brought, now).await
        }
        Grant::Refresh { refresh_token, scope } => {
            let brought = (refresh_token.as_str(), scope.as_deref());
            refresh::give(context, parts, &client, brought, now).await
        }
    };
    Ok(given?)
}

/// Client credentials: a token that names nobody.
async fn by_credentials(
    context: &Context,
    request: &Parts,
    authentication: &ClientAuthentication,
    scope: &str,
    now: Timestamp,
) -> Result<Vec<u8>, OAuthError> {
    let client = client::authenticate(context, authentication, TOKEN_PATH, now)?;
    let scope: Scope = scope.parse()?;
    if scope.openid() {
        return Err(ScopeError::OpenidWithoutSubject.into());
    }
    if scope.offline() {
        return Err(ScopeError::OfflineWithoutRefresh.into());
    }
    client.approve(Flow::ClientCredentials, &scope)?;
    let binding = bind(context, request, client.record(), now)?;
    client.spend(context, OAuthError::InvalidClient).await?;
    binding.spend(context).await?;
    let award = Award {
        flow: Flow::ClientCredentials,
        client: &client,
        scope: &scope,
        subject: None,
        binding: &binding,
        nonce: None,
    };
    issue(context, &award, None, now)
}

/// An invalid grant is not seen sooner than a refusal of an ask, so that a faster look-up does not show.
async fn wait_for_floor(context: &Context, received: Timestamp) {
    let due = received.after(Span::milliseconds(context.config.questions.refusal_floor_ms));
    let left = u64::try_from(due.since(context.now()).as_ms()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(left)).await;
}
