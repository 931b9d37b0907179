//! `/c/{token}`: the question on the handset. Reading it changes nothing. Agreeing takes the phone's signature, refusing
//! and stopping a plain form; each is a POST from this page.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, ORIGIN, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::journal::settle::{Change, Confirmation, Item, Outcome};
use domain::permission::evidence::Signed;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use serde::Deserialize;
use wire::board::PasskeyAgreement;
use wire::camara::error::Problem;
use wire::consents::{Agreement, HandsetPosition};

use super::board::keys;
use super::extract::{Path, Query};
use super::{body, json, problem};
use crate::context::Context;
use crate::messages::replies::{CONFIRMATION_LIFE, agreed_by_link};
use crate::pages::message::Message;
use crate::sources::handset::WAIT_MAX;
use crate::store::board::keys::KeyKind;
use crate::store::permission::sqlite::{Question, by_link};
use wire::sms::words::locale_of;
use wire::words::Locale;

mod page;

pub(super) use page::with_headers;

/// The page of a gateway that cannot serve now.
pub(super) fn unavailable(context: &Context) -> Response<Body> {
    let mut response = page::message(context, StatusCode::SERVICE_UNAVAILABLE, Message::Unavailable);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// Shows the question, whatever has become of it.
pub async fn show(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    Query(look): Query<Look>,
) -> Response<Body> {
    match find(&context, &token) {
        Ok(Some(question)) => {
            let chosen = look.lang.as_deref().and_then(Locale::from_tag);
            let wanted = page::Wanted {
                locale: chosen.unwrap_or_else(|| locale_of(&question.terms)),
                query: look.query(),
                back: look.back().map(|ticket| format!("{BACK_PATH}?ticket={ticket}")),
            };
            page::question(&context, &token, &question, wanted)
        }
        Ok(None) => page::message(&context, StatusCode::NOT_FOUND, Message::UnknownLink),
        Err(_) => unavailable(&context),
    }
}

/// What a signature did.
enum Answered {
    Given,
    /// The number must reply with the code as well.
    ReplyNeeded,
}

/// What the query of a question's page says.
#[derive(Debug, Default, Deserialize)]
pub struct Look {
    /// The language that the person chose.
    lang: Option<String>,
    /// The sealed ticket of whoever sent the person here.
    back: Option<String>,
}

impl Look {
    /// The ticket, if it has the form of one: it becomes a part of an address.
    fn back(&self) -> Option<&str> {
        let is_ticket = |text: &&str| {
            text.len() <= TICKET_CHARACTERS_MAX && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        self.back.as_deref().filter(is_ticket)
    }

    /// The page again, in the same language and with the same way back.
    fn page(&self, token: &str) -> String {
        format!("/c/{token}{}", self.query())
    }

    fn query(&self) -> String {
        let lang = self
            .lang
            .as_deref()
            .and_then(Locale::from_tag)
            .map(|locale| format!("lang={}", locale.tag()));
        let back = self.back().map(|ticket| format!("back={ticket}"));
        let query: Vec<String> = lang.into_iter().chain(back).collect();
        match query.as_slice() {
            [] => String::new(),
            query => format!("?{}", query.join("&")),
        }
    }
}

/// Where somebody who has answered goes on, when a partner sent them.
const BACK_PATH: &str = "/errand/back";
/// The longest ticket, in characters.
const TICKET_CHARACTERS_MAX: usize = 6144;

/// The phone agrees: its key signed the terms.
pub async fn agree(State(context): State<Arc<Context>>, Path(token): Path<String>, request: Request) -> Response<Body> {
    match take_agreement(&context, &token, request).await {
        Ok(Answered::Given) => json::response(StatusCode::OK, r#"{"state":"given"}"#),
        Ok(Answered::ReplyNeeded) => json::response(StatusCode::OK, r#"{"state":"reply-needed"}"#),
        Err(error) => problem::response(&error.into(), false),
    }
}

/// The person agrees with their passkey.
pub async fn agree_by_passkey(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    request: Request,
) -> Response<Body> {
    match take_passkey(&context, &token, request).await {
        Ok(Answered::Given) => json::response(StatusCode::OK, r#"{"state":"given"}"#),
        Ok(Answered::ReplyNeeded) => json::response(StatusCode::OK, r#"{"state":"reply-needed"}"#),
        Err(error) => problem::response(&error.into(), false),
    }
}

async fn take_passkey(context: &Arc<Context>, token: &str, request: Request) -> Result<Answered, Problem> {
    let (question, bytes) = open(context, token, request).await?;
    let agreement = PasskeyAgreement::parse(&bytes)?;
    let (_, key) = keys::find(context, &agreement.credential)?.ok_or(Problem::PermissionDenied)?;
    // Only this person's own passkey, and only one that has stood long enough to be theirs.
    let own = key.kind == KeyKind::Passkey && key.subject() == question.subject;
    if !own || !keys::is_usable(context, &key, context.now())? {
        return Err(Problem::PermissionDenied);
    }
    let party = keys::party(context).ok_or(Problem::IncompatibleState)?;
    let public = keys::public(&key).ok_or(Problem::Internal)?;
    let signed = Signed::by_passkey(question.terms.clone(), agreement.assertion, public, party);
    settle(context, &question, signed.ok_or(Problem::PermissionDenied)?).await
}

async fn take_agreement(context: &Arc<Context>, token: &str, request: Request) -> Result<Answered, Problem> {
    let (question, bytes) = open(context, token, request).await?;
    let agreement = Agreement::parse(&bytes)?;
    let signed = Signed::verify(question.terms.clone(), agreement.key, agreement.signature);
    settle(context, &question, signed.ok_or(Problem::PermissionDenied)?).await
}

/// The question behind a link that still waits for an answer, and the body that answers it.
async fn open(context: &Arc<Context>, token: &str, request: Request) -> Result<(Question, Bytes), Problem> {
    let (parts, bytes) = request.into_parts();
    if !is_own_origin(context, &parts.headers) {
        return Err(Problem::PermissionDenied);
    }
    // Nobody waits for the body of somebody who has no link.
    let question = find(context, token)?.ok_or(Problem::NotFound)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    match question.state_at(context.now()) {
        "asked" => Ok((question, bytes)),
        "lapsed" => Err(Problem::Gone),
        _ => Err(Problem::IncompatibleState),
    }
}

async fn settle(context: &Context, question: &Question, signed: Signed) -> Result<Answered, Problem> {
    let change = Change::Agree {
        subject: question.subject,
        signed: Box::new(signed),
        confirmation: Some(confirmation(context, question)),
    };
    match context.docket.settle(Item::Change(change)).await {
        Ok(Outcome::Changed(_)) => Ok(Answered::Given),
        Ok(Outcome::ReplyNeeded) => Ok(Answered::ReplyNeeded),
        Ok(_) => Err(Problem::IncompatibleState),
        Err(_) => Err(Problem::Unavailable),
    }
}

/// The text that confirms a consent which repeats or lasts longer than a day.
fn confirmation(context: &Context, question: &Question) -> Confirmation {
    Confirmation {
        to: question.number,
        words: agreed_by_link(&context.config.gateway.operator, &question.terms),
        until: context.now().after(CONFIRMATION_LIFE),
    }
}

/// The person says no.
pub async fn refuse(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Response<Body> {
    act(&context, (&token, &look), &headers, |question| Change::Refuse {
        subject: question.subject,
        consent: question.terms.consent,
    })
    .await
}

/// The person withdraws. The page comes back once nothing that was on its way can still leave.
pub async fn stop(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Response<Body> {
    let response = act(&context, (&token, &look), &headers, |question| Change::Withdraw {
        subject: question.subject,
        consent: question.terms.consent,
    })
    .await;
    tokio::time::sleep(Duration::from_millis(u64::try_from(LEAVE_WITHIN.as_ms()).unwrap_or(0))).await;
    response
}

async fn act(
    context: &Arc<Context>,
    (token, look): (&str, &Look),
    headers: &HeaderMap,
    change: impl FnOnce(&Question) -> Change,
) -> Response<Body> {
    if !is_own_origin(context, headers) {
        return page::message(context, StatusCode::FORBIDDEN, Message::NotFromHere);
    }
    let question = match find(context, token) {
        Ok(Some(question)) => question,
        Ok(None) => return page::message(context, StatusCode::NOT_FOUND, Message::UnknownLink),
        Err(_) => return unavailable(context),
    };
    match context.docket.settle(Item::Change(change(&question))).await {
        // A second press finds nothing to do; the page shows how things stand either way.
        Ok(_) => see_other(&look.page(token)),
        Err(_) => unavailable(context),
    }
}

/// Waits until the partner asks, for a page that may give its browser's position. Each ask is told to one page, so this
/// is a POST: a GET changes nothing.
pub async fn wanted(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    if !is_own_origin(&context, &headers) {
        return problem::response(&Problem::PermissionDenied.into(), false);
    }
    let Ok(Some(question)) = find(&context, &token) else {
        return problem::response(&Problem::NotFound.into(), false);
    };
    if question.state_at(context.now()) != "given" {
        return problem::response(&Problem::IncompatibleState.into(), false);
    }
    let mut stopping = context.stopping.clone();
    let wanted = tokio::select! {
        wanted = context.handsets.wanted(question.terms.consent, WAIT_MAX) => wanted,
        _ = stopping.wait_for(|stopping| *stopping) => None,
    };
    match wanted {
        Some(ask) => json::response(StatusCode::OK, format!(r#"{{"request":"{ask}"}}"#)),
        None => empty(StatusCode::NO_CONTENT),
    }
}

/// The page gives its browser's position for one ask.
pub async fn position(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    request: Request,
) -> Response<Body> {
    match take_position(&context, &token, request).await {
        Ok(()) => empty(StatusCode::NO_CONTENT),
        Err(error) => problem::response(&error.into(), false),
    }
}

async fn take_position(context: &Arc<Context>, token: &str, request: Request) -> Result<(), Problem> {
    let (parts, bytes) = request.into_parts();
    if !is_own_origin(context, &parts.headers) {
        return Err(Problem::PermissionDenied);
    }
    let question = find(context, token)?.ok_or(Problem::NotFound)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let HandsetPosition { ask, circle, at } = HandsetPosition::parse(&bytes)?;
    if context.handsets.deliver(question.terms.consent, ask, circle, at) {
        Ok(())
    } else {
        Err(Problem::IncompatibleState)
    }
}

/// The question behind a link's token, if there is one.
///
/// The link follows from the question's name by a key that is not in the store: a row that was given another's link opens
/// nothing.
pub(super) fn find(context: &Context, token: &str) -> Result<Option<Question>, Problem> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return Ok(None);
    };
    let Ok(bytes) = <[u8; 16]>::try_from(bytes) else {
        return Ok(None);
    };
    let link = context.index.hash("link", &bytes);
    let found = context.reader.read(|store| by_link(store, &link, &context.sealer));
    let found = found.map_err(|error| {
        tracing::error!(%error, "a question could not be read");
        Problem::Unavailable
    })?;
    Ok(found.filter(|question| context.questions.link(question.terms.consent) == bytes))
}

/// Whether a form or a script of another site sent this. A request without an origin comes from no page.
pub(super) fn is_own_origin(context: &Context, headers: &HeaderMap) -> bool {
    headers
        .get_all(ORIGIN)
        .iter()
        .all(|origin| origin.as_bytes() == context.config.gateway.issuer.as_bytes())
}

fn see_other(path: &str) -> Response<Body> {
    let mut response = empty(StatusCode::SEE_OTHER);
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Seconds since the Unix epoch, as the pages take them.
fn seconds(at: Timestamp) -> i64 {
    at.unix_seconds()
}
