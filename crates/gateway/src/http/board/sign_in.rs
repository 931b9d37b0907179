//! Signing in: a number is given, a link is texted to it, and the button behind the link signs in. Looking at the link does
//! not, since scanners look. Every number gets the same answer at the same time, known here or not.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::settle::Item;
use domain::number::Msisdn;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::oauth::form::Form;
use wire::words::{Locale, say};

use super::session::{self, Level, Session};
use super::{Board, Look, html, locale, see_other};
use crate::context::Context;
use crate::http::extract::{Path, Query};
use crate::http::question::is_own_origin;
use crate::http::server::Neighbour;
use crate::http::{body, json};
use crate::pages::sign_in::{self as view, SignInView, Step};
use crate::passkeys::relying_party;
use crate::store::board::links::LINK_LIFE;

/// The page that asks for a number.
pub(super) fn door(context: &Context, locale: Locale, step: Step, chosen: Option<&str>) -> Response<Body> {
    let status = match step {
        Step::Malformed => StatusCode::BAD_REQUEST,
        Step::Shut => StatusCode::NOT_FOUND,
        Step::Busy => StatusCode::TOO_MANY_REQUESTS,
        Step::NotFromHere => StatusCode::FORBIDDEN,
        Step::Number | Step::Sent | Step::Link { .. } | Step::SignedOut => StatusCode::OK,
    };
    let page = view::render(&SignInView {
        locale,
        operator: context.config.gateway.operator.clone(),
        step,
        passkeys: relying_party(&context.config.gateway).is_some(),
        sandbox: context.is_sandbox(),
    });
    html(context, status, page, chosen)
}

/// `POST /me/link`: a link is texted to the number, if it has not had enough of them.
pub async fn link(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let (parts, bytes) = request.into_parts();
    let locale = locale(&context, &parts.headers, None);
    if !is_own_origin(&context, &parts.headers) {
        return door(&context, locale, Step::NotFromHere, None);
    }
    let Ok(bytes) = body::read(&context.config.listen, &parts.headers, bytes, json::FORM).await else {
        return door(&context, locale, Step::Malformed, None);
    };
    let typed = Form::parse(&bytes).ok().and_then(|mut form| form.take("number"));
    let Some(number) = typed.as_deref().and_then(number) else {
        return door(&context, locale, Step::Malformed, None);
    };
    let now = context.now();
    let neighbour = parts.extensions.get::<Neighbour>().copied();
    if !context.board.doors.admit(neighbour, now) {
        return door(&context, locale, Step::Busy, None);
    }
    // The answer waits for nothing that depends on the number.
    tokio::spawn(send(Arc::clone(&context), number, locale, now));
    door(&context, locale, Step::Sent, None)
}

/// A number as people type it: spaces, points, dashes and brackets are theirs.
fn number(typed: &str) -> Option<Msisdn> {
    let plain: String = typed.chars().filter(|c| !" .-()/\u{a0}".contains(*c)).collect();
    let international = plain.strip_prefix("00").map(|rest| format!("+{rest}"));
    Msisdn::parse(international.as_deref().unwrap_or(&plain))
}

async fn send(context: Arc<Context>, number: Msisdn, locale: Locale, now: Timestamp) {
    if context.is_sandbox() && !number.is_reserved() {
        return;
    }
    let subject = context.subject(number);
    let secret: [u8; 16] = context.chance.bytes();
    let token = context.index.hash("sign-in link", &secret);
    let board: Arc<Board> = Arc::clone(&context.board);
    let kept = tokio::task::spawn_blocking(move || board.store.add_link(token, subject, now)).await;
    match kept {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => {
            tracing::info!("a number has had enough sign-in links");
            return;
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a sign-in link could not be kept");
            return;
        }
        Err(_) => return,
    }
    let link = format!(
        "{}/me/l/{}",
        context.config.gateway.issuer,
        URL_SAFE_NO_PAD.encode(secret)
    );
    let variables = [
        ("operator", (&context.config.gateway.operator).into()),
        ("link", link.into()),
    ];
    let words = say(locale, "board-text-link", &variables);
    let text = Item::Text {
        to: number,
        words,
        until: now.after(LINK_LIFE),
    };
    if context.docket.settle(text).await.is_err() {
        tracing::error!("the text with a sign-in link was not queued");
    }
}

fn token(context: &Context, text: &str) -> Option<[u8; 16]> {
    let secret: [u8; 16] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    Some(context.index.hash("sign-in link", &secret))
}

/// `GET /me/l/{token}`: a button, nothing more.
pub async fn look(
    State(context): State<Arc<Context>>,
    Path(secret): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Response<Body> {
    let chosen = look.lang.as_deref();
    let locale = locale(&context, &headers, chosen);
    let open = token(&context, &secret).map(|token| context.board.store.is_open(token, context.now()));
    match open {
        Some(Ok(true)) => door(&context, locale, Step::Link { secret }, chosen),
        Some(Err(_)) => crate::http::question::unavailable(&context),
        Some(Ok(false)) | None => door(&context, locale, Step::Shut, chosen),
    }
}

/// `POST /me/l/{token}`: the button was pressed.
pub async fn enter(
    State(context): State<Arc<Context>>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let locale = locale(&context, &headers, None);
    if !is_own_origin(&context, &headers) {
        return door(&context, locale, Step::NotFromHere, None);
    }
    let now = context.now();
    let used = token(&context, &secret).map(|token| context.board.store.use_link(token, now));
    match used {
        // A link that was texted to somebody who had this number before opens nothing.
        Some(Ok(Some(subject))) if context.subject(subject.number).key != subject.key => {
            door(&context, locale, Step::Shut, None)
        }
        Some(Ok(Some(subject))) => {
            let session = Session {
                subject,
                level: Level::Link,
                at: now,
            };
            let mut response = see_other("/me");
            match session::begin(&context, &mut response, &session) {
                Ok(()) => response,
                Err(_) => crate::http::question::unavailable(&context),
            }
        }
        Some(Err(error)) => {
            tracing::error!(%error, "a sign-in link could not be used");
            crate::http::question::unavailable(&context)
        }
        Some(Ok(None)) | None => door(&context, locale, Step::Shut, None),
    }
}

/// `POST /me/leave`: signs out.
pub async fn leave(State(context): State<Arc<Context>>, headers: HeaderMap) -> Response<Body> {
    let locale = locale(&context, &headers, None);
    if !is_own_origin(&context, &headers) {
        return door(&context, locale, Step::NotFromHere, None);
    }
    let mut response = door(&context, locale, Step::SignedOut, None);
    session::end(&context, &mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let wanted = number("+12025550101");
        assert!(wanted.is_some());
        for typed in [
            "+1 202 555 0101",
            "+1 (202) 555-0101",
            "001 202.555.0101",
            " +12025550101 ",
        ] {
            assert_eq!(number(typed), wanted, "{typed}");
        }
        for typed in ["", "202 555 0101", "+1 202 555 01o1", "+", "mailto:x"] {
            assert_eq!(number(typed), None, "{typed}");
        }
    }
}
