//! The passkey of an account's holder: the invitation makes one, once, and from then on it alone signs in.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::permission::evidence::HandsetKey;
use serde_json::json;
use wire::board::{KeyAnswer, KeyRequest};
use wire::camara::error::Problem;

use super::{find, session};
use crate::context::Context;
use crate::http::board::keys::{party, spend};
use crate::http::extract::Path;
use crate::http::question::is_own_origin;
use crate::http::{body, json as answer, problem};
use crate::passkeys::challenge::{self, Aim};
use crate::passkeys::registration::registered;
use crate::passkeys::relying_party;
use crate::store::board::accounts::{Account, AccountKey};

/// `POST /account/{token}/challenge`: what the passkey shall sign.
pub(in crate::http) async fn challenge(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    request: Request,
) -> Response<Body> {
    respond(draw(&context, &token, request).await)
}

/// `POST /account/{token}/enrol`: the holder's passkey was made.
pub(in crate::http) async fn enrol(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    request: Request,
) -> Response<Body> {
    respond(take_new(&context, &token, request).await)
}

/// `POST /account/{token}/sign-in`: the passkey signs in.
pub(in crate::http) async fn sign_in(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    request: Request,
) -> Response<Body> {
    respond(take_sign_in(&context, &token, request).await)
}

fn respond(outcome: Result<Response<Body>, Problem>) -> Response<Body> {
    outcome.unwrap_or_else(|error| problem::response(&error.into(), false))
}

/// The account behind a link, and the body of a request from its page.
pub(super) async fn read(context: &Context, token: &str, request: Request) -> Result<(Account, Bytes), Problem> {
    let (parts, bytes) = request.into_parts();
    if !is_own_origin(context, &parts.headers) {
        return Err(Problem::PermissionDenied);
    }
    // Nobody waits for the body of somebody who has no link.
    let account = find(context, token)?.ok_or(Problem::NotFound)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    Ok((account, bytes))
}

async fn draw(context: &Context, token: &str, request: Request) -> Result<Response<Body>, Problem> {
    let (account, bytes) = read(context, token, request).await?;
    let aim = match (KeyRequest::parse(&bytes)?, &account.key) {
        (KeyRequest::Enrol, None) => Aim::HolderEnrols,
        (KeyRequest::SignIn, Some(_)) => Aim::HolderSignsIn,
        _ => return Err(Problem::IncompatibleState),
    };
    let id = account.id().to_bytes();
    let drawn = challenge::draw(&context.sealer, &context.chance, (aim, Some(id)), context.now());
    let drawn = drawn.map_err(|_| Problem::Internal)?;
    let user = (aim == Aim::HolderEnrols).then(|| {
        let handle = context.index.hash("account user", &id);
        json!({"id": URL_SAFE_NO_PAD.encode(handle), "name": account.name})
    });
    let body = json!({
        "challenge": URL_SAFE_NO_PAD.encode(drawn.bytes),
        "ticket": drawn.ticket,
        "relyingParty": relying_party(&context.config.gateway),
        "name": context.config.gateway.operator,
        "user": user,
    });
    Ok(answer::response(StatusCode::OK, body.to_string()))
}

async fn take_new(context: &Context, token: &str, request: Request) -> Result<Response<Body>, Problem> {
    let (account, bytes) = read(context, token, request).await?;
    let now = context.now();
    let (ticket, made) = KeyAnswer::parse(&bytes)?;
    let aim = (Aim::HolderEnrols, Some(account.id().to_bytes()));
    let (bytes, minute) = challenge::redeem(&context.sealer, &ticket, aim, now).ok_or(Problem::Gone)?;
    let KeyAnswer::NewPasskey {
        authenticator_data,
        client_data,
    } = made
    else {
        return Err(Problem::IncompatibleState);
    };
    let party = party(context).ok_or(Problem::IncompatibleState)?;
    let made = registered(&authenticator_data, &client_data, &bytes, party).ok_or(Problem::PermissionDenied)?;
    spend(context, &bytes, minute).await?;
    let key = AccountKey {
        credential: URL_SAFE_NO_PAD.encode(made.credential),
        x: URL_SAFE_NO_PAD.encode(made.key.x),
        y: URL_SAFE_NO_PAD.encode(made.key.y),
    };
    let enrolled = context.board.store.enrol_holder(account.id(), key).map_err(|error| {
        tracing::error!(%error, "the key of an account could not be kept");
        Problem::Unavailable
    })?;
    if !enrolled {
        return Err(Problem::IncompatibleState);
    }
    tracing::info!(account = %account.id(), "the holder of an account made a passkey");
    signed_in(context, &account)
}

async fn take_sign_in(context: &Context, token: &str, request: Request) -> Result<Response<Body>, Problem> {
    let (account, bytes) = read(context, token, request).await?;
    let (ticket, made) = KeyAnswer::parse(&bytes)?;
    let aim = (Aim::HolderSignsIn, Some(account.id().to_bytes()));
    let redeemed = challenge::redeem(&context.sealer, &ticket, aim, context.now());
    let (bytes, minute) = redeemed.ok_or(Problem::Gone)?;
    let KeyAnswer::Passkey { credential, assertion } = made else {
        return Err(Problem::IncompatibleState);
    };
    let key = key_of(&account, &credential).ok_or(Problem::PermissionDenied)?;
    let party = party(context).ok_or(Problem::IncompatibleState)?;
    if !assertion.holds(&bytes, &key, party) {
        return Err(Problem::PermissionDenied);
    }
    spend(context, &bytes, minute).await?;
    signed_in(context, &account)
}

fn signed_in(context: &Context, account: &Account) -> Result<Response<Body>, Problem> {
    let mut response = answer::response(StatusCode::OK, r#"{"signedIn":true}"#);
    session::begin(context, &mut response, account.id(), context.now()).map_err(|_| Problem::Internal)?;
    Ok(response)
}

/// The public key of the account's passkey, if this credential is that passkey's.
pub(super) fn key_of(account: &Account, credential: &[u8]) -> Option<HandsetKey> {
    let key = account.key.as_ref()?;
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let own = part(&key.credential)? == credential;
    own.then_some(HandsetKey {
        x: part(&key.x)?.try_into().ok()?,
        y: part(&key.y)?.try_into().ok()?,
    })
}
