//! Pages of ours that a partner sent a browser to: the authorization endpoint, and the address of a capture. Whoever holds
//! the browser first shows that they also hold the phone, by six digits that are texted to its number; then they answer
//! the ordinary question; then they go back.
//!
//! Nothing here tells about a number: a number that nobody has, that said no, that is paused or never to be asked gets the
//! same pages and the same way back, when the question's life is over.

mod back;
mod capture;
mod code;
mod ended;
mod start;
mod text;
mod ticket;

pub(super) use back::{back, leave};
pub(super) use capture::{CAPTURE_LIFE, Invitation, capture};
pub(super) use code::{enter, show as show_code};
pub(super) use start::authorize;
pub(super) use text::send as send_text;
pub(super) use ticket::{Errand, Texted, Way};

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use domain::time::{Span, Timestamp};
use wire::words::Locale;

use super::question::with_headers;
use crate::context::Context;
use crate::pages::errand::{self as view, ErrandView, Step};

/// Where a text is asked for.
pub(super) const TEXT_PATH: &str = "/errand/text";
/// Where its code is entered.
pub(super) const CODE_PATH: &str = "/errand/code";
/// Where somebody who has answered goes on.
pub(super) const BACK_PATH: &str = "/errand/back";
/// Where somebody who does not want to goes on.
pub(super) const LEAVE_PATH: &str = "/errand/leave";

/// What the query of such a page says.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ticketed {
    /// The sealed ticket.
    pub(super) ticket: String,
}

/// A page about an errand.
fn page(context: &Context, status: StatusCode, company: &str, locale: Locale, step: Step) -> Response<Body> {
    let page = view::render(&ErrandView {
        locale,
        operator: context.config.gateway.operator.clone(),
        company: company.to_owned(),
        step,
        sandbox: context.is_sandbox(),
    });
    with_headers(status, page, context.page_policy())
}

/// No answer to a form is seen sooner after its request: what is known of a number makes the work longer or shorter.
const FLOOR: Span = Span::milliseconds(300);

/// Waits until an answer may be seen.
async fn no_sooner(context: &Context, received: Timestamp) {
    let left = received.after(FLOOR).since(context.now()).as_ms();
    tokio::time::sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0))).await;
}

/// The page of somebody whom nobody sent, or whom we cannot send back.
fn astray(context: &Context, headers: &HeaderMap) -> Response<Body> {
    page(
        context,
        StatusCode::BAD_REQUEST,
        "",
        language(context, headers),
        Step::Astray,
    )
}

/// The page of a gateway that cannot serve now.
fn unavailable(context: &Context) -> Response<Body> {
    super::question::unavailable(context)
}

/// The first language of the browser that is spoken here.
fn language(context: &Context, headers: &HeaderMap) -> Locale {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let tags = wanted.unwrap_or_default().split(',').take(16);
    tags.map(|tag| tag.split(';').next().unwrap_or_default().trim())
        .find_map(Locale::from_tag)
        .unwrap_or_else(|| context.config.gateway.locale())
}

/// Sends the browser elsewhere. No address of ours goes with it.
fn redirect(status: StatusCode, address: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    match HeaderValue::from_str(address) {
        Ok(address) => {
            headers.insert(LOCATION, address);
        }
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}
