//! The JWT bearer flow (RFC 7523 §2.1): the client names a person, who must have agreed before. Nobody is asked here, and
//! everything that may be wrong is the same `invalid_grant`.

use axum::http::request::Parts;
use domain::subject::Subject;
use domain::time::Timestamp;
use wire::jose::bearer::{Bearer, UnverifiedBearer};
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;
use wire::oauth::grant::{ClientAuthentication, Flow};
use wire::oauth::hint::Hint;
use wire::oauth::scope::{Scope, ScopeError};

use super::binding::bind;
use super::client::{self, Client};
use super::issue::{Award, issue};
use super::person::agreed;
use crate::context::Context;
use crate::http::authenticate::replay_key;

/// Gives a token about the person whom the assertion names.
///
/// # Errors
/// See [`OAuthError`].
pub(super) async fn give(
    context: &Context,
    request: &Parts,
    authentication: &ClientAuthentication,
    assertion: &str,
    now: Timestamp,
) -> Result<Vec<u8>, OAuthError> {
    let (client, bearer) = read(context, authentication, assertion, now).await?;
    let scope: Scope = bearer.scope.parse()?;
    if scope.offline() {
        return Err(ScopeError::OfflineWithoutRefresh.into());
    }
    client.approve(Flow::JwtBearer, &scope)?;
    let binding = bind(context, request, client.record(), now)?;
    client.spend(context, OAuthError::InvalidGrant).await?;
    binding.spend(context).await?;
    let subject = person(context, &bearer).ok_or(OAuthError::InvalidGrant)?;
    if !agreed(context, subject, client.party().id, scope.purpose(), now)? {
        return Err(OAuthError::InvalidGrant);
    }
    let award = Award {
        flow: Flow::JwtBearer,
        client: &client,
        scope: &scope,
        subject: Some(subject),
        binding: &binding,
        nonce: None,
    };
    issue(context, &award, None, now)
}

/// Who signed the assertion, and what it says. It authenticates its client; where the client's own assertion comes as
/// well, that must be good too, and of the same client.
async fn read(
    context: &Context,
    authentication: &ClientAuthentication,
    assertion: &str,
    now: Timestamp,
) -> Result<(Client, Bearer), OAuthError> {
    let invalid = OAuthError::InvalidGrant;
    if authentication.assertion.is_some() {
        let client = client::authenticate(context, authentication, TOKEN_PATH, now)?;
        client.spend(context, OAuthError::InvalidClient).await?;
        let named = UnverifiedBearer::parse(assertion).map_err(|_| invalid.clone())?;
        if named.client_id() != client.party().id.to_string() {
            return Err(invalid);
        }
    }
    let unverified = UnverifiedBearer::parse(assertion).map_err(|_| invalid.clone())?;
    if !authentication.agrees(unverified.client_id()) {
        return Err(OAuthError::InvalidClient);
    }
    let found = client::registered(context, unverified.client_id(), now)?;
    let (party, keys) = found.ok_or_else(|| invalid.clone())?;
    let [issuer, endpoint] = client::audiences(context, TOKEN_PATH);
    let bearer = unverified
        .verify(&keys, &[&issuer, &endpoint], now)
        .map_err(|_| invalid)?;
    let used = replay_key(context, "bearer", &bearer.client_id, &bearer.jti, bearer.expires);
    Ok((client::vouched(party, used), bearer))
}

/// Whom the assertion names; `None` for a form that is not served.
fn person(context: &Context, bearer: &Bearer) -> Option<Subject> {
    match Hint::parse(&bearer.subject)? {
        Hint::Number(number) => Some(context.subject(number)),
        Hint::Unserved => None,
    }
}
