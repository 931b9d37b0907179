//! `POST /oauth2/token`: client credentials, with `private_key_jwt` and, where the party is so enrolled, DPoP.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use domain::id::PartyId;
use domain::journal::settle::{Item, Outcome};
use domain::party::ReplayKey;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::jose::access_token::{Issue, issue};
use wire::jose::assertion::UnverifiedAssertion;
use wire::jose::dpop;
use wire::jose::jwk::Thumbprint;
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::scope::Scope;
use wire::oauth::token::{TokenError, TokenRequest, TokenType, print_answer};

use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::http::{body, json};
use crate::store::party::sqlite::{Listed, by_id};

/// Gives a token.
pub async fn token(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let outcome = give(&context, request).await;
    let (status, bytes) = match outcome {
        Ok(bytes) => (StatusCode::OK, bytes),
        Err(Stop::OAuth(error)) => (
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST),
            error.print(),
        ),
        Err(Stop::Problem(problem)) => {
            return crate::http::problem::response(&problem.into(), context.is_sandbox());
        }
    };
    json::response(status, bytes)
}

enum Stop {
    OAuth(TokenError),
    Problem(Problem),
}

impl From<TokenError> for Stop {
    fn from(error: TokenError) -> Self {
        Self::OAuth(error)
    }
}

async fn give(context: &Arc<Context>, request: Request) -> Result<Vec<u8>, Stop> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let form = "application/x-www-form-urlencoded";
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, form)
        .await
        .map_err(Stop::Problem)?;
    let request = TokenRequest::parse(&bytes)?;
    let (party, assertion) = client(context, &request, now)?;
    let scope = scope(&request, &party)?;
    let (bound, proof) = binding(context, &parts.headers, &party, now)?;
    spend(context, assertion, TokenError::InvalidClient).await?;
    if let Some(proof) = proof {
        spend(context, proof, TokenError::InvalidDpopProof).await?;
    }
    let life = Span::seconds(context.config.questions.token_life_s);
    let client_id = party.id.to_string();
    let token = Issue {
        issuer: &context.config.gateway.issuer,
        client_id: &client_id,
        scope: &scope,
        key: bound,
        chance: context.chance.bytes(),
        life,
    };
    let token = issue(&context.tokens, token, now).map_err(|_| Stop::Problem(Problem::Internal))?;
    let kind = if bound.is_some() {
        TokenType::Dpop
    } else {
        TokenType::Bearer
    };
    metrics::counter!("wayleave_tokens_total").increment(1);
    Ok(print_answer(&token, kind, life, &scope.to_string()))
}

/// Which party signed the assertion. Whatever is wrong with it is `invalid_client`.
fn client(context: &Context, request: &TokenRequest, now: Timestamp) -> Result<(Listed, ReplayKey), Stop> {
    let invalid = || Stop::OAuth(TokenError::InvalidClient);
    let unverified = UnverifiedAssertion::parse(&request.assertion).map_err(|_| invalid())?;
    if request
        .client_id
        .as_deref()
        .is_some_and(|client| client != unverified.client_id())
    {
        return Err(invalid());
    }
    let id: PartyId = unverified.client_id().parse().map_err(|_| invalid())?;
    let found = context.reader.read(|store| by_id(store, id, &context.sealer));
    let party = found
        .map_err(|_| Stop::Problem(Problem::Unavailable))?
        .ok_or_else(invalid)?;
    if party.suspended {
        return Err(invalid());
    }
    let issuer = &context.config.gateway.issuer;
    let endpoint = format!("{issuer}{TOKEN_PATH}");
    let keys = party.record.jwks();
    let assertion = unverified
        .verify(&keys, &[issuer, &endpoint], now)
        .map_err(|_| invalid())?;
    let used = replay_key(
        context,
        "assertion",
        &assertion.client_id,
        &assertion.jti,
        assertion.expires,
    );
    Ok((party, used))
}

/// The scope that was asked for, if the party is approved for all of it.
fn scope(request: &TokenRequest, party: &Listed) -> Result<Scope, Stop> {
    let scope: Scope = request.scope.parse().map_err(TokenError::from)?;
    let approved = party.record.purposes.contains(&scope.purpose())
        && scope
            .apis()
            .iter()
            .all(|api| party.record.scopes.iter().any(|name| name == api.name()));
    if approved {
        Ok(scope)
    } else {
        Err(TokenError::UnauthorizedClient.into())
    }
}

/// The key that the token is bound to: needed in a live world and where the party is so enrolled, taken where it is
/// offered.
fn binding(
    context: &Context,
    headers: &HeaderMap,
    party: &Listed,
    now: Timestamp,
) -> Result<(Option<Thumbprint>, Option<ReplayKey>), Stop> {
    let invalid = || Stop::OAuth(TokenError::InvalidDpopProof);
    let mut proofs = headers.get_all("dpop").iter();
    let proof = match (proofs.next(), proofs.next()) {
        (None, _) if party.record.dpop || !context.is_sandbox() => return Err(invalid()),
        (None, _) => return Ok((None, None)),
        (Some(proof), None) => proof.to_str().map_err(|_| invalid())?,
        (Some(_), Some(_)) => return Err(invalid()),
    };
    let url = format!("{}{TOKEN_PATH}", context.config.gateway.issuer);
    let request = dpop::Request {
        method: "POST",
        url: &url,
        access_token: None,
    };
    let proof = dpop::verify(proof, request, now).map_err(|_| invalid())?;
    let used = replay_key(context, "dpop", &proof.key.to_string(), &proof.jti, proof.expires);
    Ok((Some(proof.key), Some(used)))
}

/// Uses an assertion or a proof up; one that was used before is worth nothing.
async fn spend(context: &Context, used: ReplayKey, replayed: TokenError) -> Result<(), Stop> {
    match context.docket.settle(Item::Spend(used)).await {
        Ok(Outcome::Done) => Ok(()),
        Ok(Outcome::Replayed) => Err(Stop::OAuth(replayed)),
        Ok(_) => Err(Stop::Problem(Problem::Internal)),
        Err(_) => Err(Stop::Problem(Problem::Unavailable)),
    }
}
