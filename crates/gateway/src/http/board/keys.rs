//! Keys of the board: making one, signing in with one, removing one, and waiting without one. Which texts go out and when
//! a key takes effect is said in [`super::trust`] and [`super::notices`].

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::facts::Person;
use domain::journal::settle::{Item, Outcome};
use domain::party::ReplayKey;
use domain::permission::assertion::{Assertion, RelyingParty};
use domain::permission::evidence::HandsetKey;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use serde_json::json;
use wire::board::{KeyAnswer, KeyRequest};
use wire::camara::error::Problem;
use wire::jose::jwk::PublicKey;
use wire::words::Locale;

use super::session::{self, Level, Session};
use super::trust::{self, TEXTS_WANTED};
use super::{locale, notices};
use crate::context::Context;
use crate::http::question::is_own_origin;
use crate::http::{body, json as answer, problem};
use crate::passkeys::challenge::{self, Aim};
use crate::passkeys::registration::registered;
use crate::passkeys::relying_party;
use crate::store::board::keys::{BoardKey, KeyKind};
use crate::store::permission::sqlite::person_of;

/// `POST /me/keys/challenge`: what a key shall sign.
pub async fn challenge(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    respond(draw(&context, request).await)
}

/// `POST /me/keys/enrol`: a new key, made by the browser of somebody who is signed in.
pub async fn enrol(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    respond(take_new(&context, request).await)
}

/// `POST /me/keys/sign-in`: a key signs in without a text.
pub async fn sign_in(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    respond(take_sign_in(&context, request).await)
}

fn respond(outcome: Result<Response<Body>, Problem>) -> Response<Body> {
    outcome.unwrap_or_else(|error| problem::response(&error.into(), false))
}

/// The body, the session if there is one, and the language.
async fn read(context: &Context, request: Request) -> Result<(Bytes, Option<Session>, Locale), Problem> {
    let (parts, bytes) = request.into_parts();
    if !is_own_origin(context, &parts.headers) {
        return Err(Problem::PermissionDenied);
    }
    let session = session::current(context, &parts.headers, context.now());
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    Ok((bytes, session, locale(context, &parts.headers, None)))
}

async fn draw(context: &Context, request: Request) -> Result<Response<Body>, Problem> {
    let (bytes, session, _) = read(context, request).await?;
    let (aim, subject) = match KeyRequest::parse(&bytes)? {
        KeyRequest::SignIn => (Aim::SignIn, None),
        KeyRequest::Enrol => {
            let session = session.as_ref().ok_or(Problem::PermissionDenied)?;
            (Aim::Enrol, Some(session.subject.key.to_bytes()))
        }
    };
    let drawn = challenge::draw(&context.sealer, &context.chance, (aim, subject), context.now());
    let drawn = drawn.map_err(|_| Problem::Internal)?;
    let user = session.map(|session| {
        // What an authenticator keeps of the person: nothing that leads back to the number without this gateway's keys.
        let id = context.index.hash("passkey user", &session.subject.key.to_bytes());
        json!({"id": URL_SAFE_NO_PAD.encode(id), "name": masked(&session.subject.number.to_e164())})
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

/// The end of a number, as much as tells a person's own numbers apart.
#[must_use]
pub(super) fn masked(number: &str) -> String {
    let from = number.len().saturating_sub(4);
    format!("···{}", number.get(from..).unwrap_or_default())
}

async fn take_new(context: &Arc<Context>, request: Request) -> Result<Response<Body>, Problem> {
    let (bytes, session, locale) = read(context, request).await?;
    let session = session.ok_or(Problem::PermissionDenied)?;
    let now = context.now();
    let (ticket, made) = KeyAnswer::parse(&bytes)?;
    let subject = session.subject.key.to_bytes();
    let redeemed = challenge::redeem(&context.sealer, &ticket, (Aim::Enrol, Some(subject)), now);
    let (bytes, minute) = redeemed.ok_or(Problem::Gone)?;
    let (kind, credential, key) = match made {
        KeyAnswer::NewPasskey {
            authenticator_data,
            client_data,
        } => {
            let party = party(context).ok_or(Problem::IncompatibleState)?;
            let made = registered(&authenticator_data, &client_data, &bytes, party).ok_or(Problem::PermissionDenied)?;
            (KeyKind::Passkey, made.credential, made.key)
        }
        KeyAnswer::NewBrowserKey { key, signature } => {
            let credential = browser_credential(&key, &signature, &bytes).ok_or(Problem::PermissionDenied)?;
            (KeyKind::Browser, credential, key)
        }
        KeyAnswer::Passkey { .. } | KeyAnswer::BrowserKey { .. } => return Err(Problem::IncompatibleState),
    };
    spend(context, &bytes, minute).await?;
    let encoded = (
        URL_SAFE_NO_PAD.encode(credential),
        URL_SAFE_NO_PAD.encode(key.x),
        URL_SAFE_NO_PAD.encode(key.y),
    );
    let from = begin(context, &session, locale, kind, encoded).await?;
    let body = json!({"from": from.rfc3339()});
    Ok(answer::response(StatusCode::CREATED, body.to_string()))
}

/// Keeps a key and tells of it; when it takes effect. At once where a key that stood has opened the past.
pub(super) async fn begin(
    context: &Context,
    session: &Session,
    locale: Locale,
    kind: KeyKind,
    (credential, x, y): (String, String, String),
) -> Result<Timestamp, Problem> {
    let now = context.now();
    let person = context
        .reader
        .read(|store| person_of(store, session.subject.key, &context.sealer));
    let person = person.map_err(|_| Problem::Unavailable)?;
    let (past, _) = trust::past(context, session, &person, now).map_err(|_| Problem::Unavailable)?;
    clear(context, session, &person, now).await?;
    let full = Span::seconds(context.config.board.key_wait_s);
    let wait = trust::wait_of(kind, session.level, past, full);
    let open = wait.as_ms() == 0;
    let key = BoardKey {
        subject: session.subject.key.to_bytes(),
        number: session.subject.number.to_e164(),
        kind,
        credential,
        x,
        y,
        at_ms: now.unix_ms(),
        from_ms: now.after(wait).unix_ms(),
        told: if open { TEXTS_WANTED } else { 1 },
        locale: locale.tag().to_owned(),
    };
    let name = context.index.hash("board credential", key.credential.as_bytes());
    match context.board.store.has_room(name, key.subject()) {
        Ok(true) => {}
        Ok(false) => return Err(Problem::IncompatibleState),
        Err(_) => return Err(Problem::Unavailable),
    }
    // Told of and written down before it is kept: a key that nobody heard of does not exist, and none counts without an
    // entry. A crash in between leaves an entry of a key that never counts.
    if !notices::tell(context, &key).await || !notices::record(context, &key, notices::begun(kind)).await {
        return Err(Problem::Unavailable);
    }
    let due = if open {
        now
    } else {
        notices::second_due(now, wait, context.chance.bytes())
    };
    match context.board.store.add_key(name, &key, Some(due)) {
        Ok(Some(_)) => Ok(key.from()),
        Ok(None) => Err(Problem::IncompatibleState),
        Err(error) => {
            tracing::error!(%error, "a key of a board could not be kept");
            Err(Problem::Unavailable)
        }
    }
}

/// Dead keys make room: their names may be used again.
async fn clear(context: &Context, session: &Session, person: &Person, now: Timestamp) -> Result<(), Problem> {
    let keys = context.board.store.keys_of(session.subject.key);
    for (row, key) in keys.map_err(|_| Problem::Unavailable)? {
        if trust::is_dead(&key, person.sim_changed, now) && !notices::remove(context, row, &key).await {
            return Err(Problem::Unavailable);
        }
    }
    Ok(())
}

async fn take_sign_in(context: &Arc<Context>, request: Request) -> Result<Response<Body>, Problem> {
    let (bytes, _, _) = read(context, request).await?;
    let now = context.now();
    let (ticket, made) = KeyAnswer::parse(&bytes)?;
    let (bytes, minute) = challenge::redeem(&context.sealer, &ticket, (Aim::SignIn, None), now).ok_or(Problem::Gone)?;
    let credential = match &made {
        KeyAnswer::Passkey { credential, .. } | KeyAnswer::BrowserKey { credential, .. } => credential,
        KeyAnswer::NewPasskey { .. } | KeyAnswer::NewBrowserKey { .. } => return Err(Problem::IncompatibleState),
    };
    let (row, key) = find(context, credential)?.ok_or(Problem::PermissionDenied)?;
    if !holds(context, &key, &made, &bytes) {
        return Err(Problem::PermissionDenied);
    }
    spend(context, &bytes, minute).await?;
    let number = key.number().ok_or(Problem::Internal)?;
    let subject = context.subject(number);
    // A key of somebody who had this number before opens nothing.
    if subject.key != key.subject() || !is_usable(context, &key, now)? {
        return Err(Problem::PermissionDenied);
    }
    let session = Session {
        subject,
        level: Level::Key(row),
        at: now,
    };
    let mut response = answer::response(StatusCode::OK, r#"{"signedIn":true}"#);
    session::begin(context, &mut response, &session).map_err(|_| Problem::Internal)?;
    Ok(response)
}

/// The key of a credential.
pub(in crate::http) fn find(context: &Context, credential: &[u8]) -> Result<Option<(i64, BoardKey)>, Problem> {
    let name = URL_SAFE_NO_PAD.encode(credential);
    let name = context.index.hash("board credential", name.as_bytes());
    context.board.store.key_of(name).map_err(|error| {
        tracing::error!(%error, "a key of a board could not be read");
        Problem::Unavailable
    })
}

/// Whether a key is in effect for its owner.
pub(in crate::http) fn is_usable(context: &Context, key: &BoardKey, now: Timestamp) -> Result<bool, Problem> {
    let person = context
        .reader
        .read(|store| person_of(store, key.subject(), &context.sealer));
    let person = person.map_err(|_| Problem::Unavailable)?;
    let wait = Span::seconds(context.config.board.key_wait_s);
    Ok(trust::is_in_effect(key, person.sim_changed, wait, now))
}

/// The relying party of this gateway, if it has a name.
pub(in crate::http) fn party(context: &Context) -> Option<RelyingParty<'_>> {
    let gateway = &context.config.gateway;
    let id = relying_party(gateway)?;
    Some(RelyingParty {
        id,
        origin: &gateway.issuer,
    })
}

fn holds(context: &Context, key: &BoardKey, made: &KeyAnswer, challenge: &[u8; 32]) -> bool {
    let Some(public) = public(key) else { return false };
    match (key.kind, made, party(context)) {
        (KeyKind::Passkey, KeyAnswer::Passkey { assertion, .. }, Some(party)) => {
            Assertion::clone(assertion).holds(challenge, &public, party)
        }
        (KeyKind::Browser, KeyAnswer::BrowserKey { signature, .. }, _) => {
            browser_credential(&public, signature, challenge).is_some()
        }
        _ => false,
    }
}

/// The public key of a board's key, if it has one.
pub(in crate::http) fn public(key: &BoardKey) -> Option<HandsetKey> {
    let coordinate = |text: &str| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok();
    Some(HandsetKey {
        x: coordinate(&key.x)?,
        y: coordinate(&key.y)?,
    })
}

/// The name of a browser's key, its thumbprint, if it signed this challenge (`r ‖ s`, as WebCrypto gives it).
fn browser_credential(key: &HandsetKey, signature: &[u8; 64], challenge: &[u8; 32]) -> Option<Vec<u8>> {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    let point = [&[4_u8][..], &key.x, &key.y].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(challenge, signature)
        .ok()?;
    Some(PublicKey::new(key.x, key.y)?.thumbprint().to_bytes().to_vec())
}

/// Uses a challenge up.
pub(in crate::http) async fn spend(context: &Context, challenge: &[u8; 32], until_minute: u32) -> Result<(), Problem> {
    let used = ReplayKey {
        until_minute,
        hash: context.index.hash("board challenge", challenge),
    };
    match context.docket.settle(Item::Spend(used)).await {
        Ok(Outcome::Done) => Ok(()),
        Ok(_) => Err(Problem::Gone),
        Err(_) => Err(Problem::Unavailable),
    }
}
