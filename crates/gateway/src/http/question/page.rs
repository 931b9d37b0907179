//! Fills the pages that a subscriber sees, and puts the strict headers on them.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::permission::consent::{Consent, Life};
use domain::permission::terms::{Origin, Precision, Terms};
use domain::policy::Rule;
use domain::time::{Span, Timestamp};
use wire::sms::words::ReplyRole;
use wire::words::{Locale, purpose_words};

use super::seconds;
use crate::context::Context;
use crate::http::board::keys;
use crate::http::consents::reply_role;
use crate::pages::message::{self, Message, MessageView};
use crate::pages::policy::{PERMISSIONS_POLICY, PolicyFor, REFERRER_POLICY as SAME_ORIGIN, content_security_policy};
use crate::pages::question::{self as view, QuestionView};
use crate::store::board::keys::KeyKind;
use crate::store::permission::sqlite::Question;

/// How a page is wanted: its language, and whether the person can go back to whoever sent them.
pub(super) struct Wanted {
    pub(super) locale: Locale,
    pub(super) query: String,
    pub(super) back: Option<String>,
}

pub(super) fn question(context: &Context, token: &str, question: &Question, wanted: Wanted) -> Response<Body> {
    let terms = &question.terms;
    let now = context.now();
    let state = match question.state_at(now) {
        "asked" => view::State::Asked,
        "given" => view::State::Given,
        "refused" => view::State::Refused,
        "withdrawn" => view::State::Withdrawn,
        "expired" => view::State::Expired,
        "void" => view::State::Void,
        _ => view::State::Lapsed,
    };
    let (half, starts_at) = steps(question, now);
    let locale = wanted.locale;
    // The code of a reply is shown where a reply alone agrees, and where it is the one step that is left.
    let replies = half == view::Half::Signed || reply_role(context, terms.purpose) == ReplyRole::Agrees;
    let metres = terms.precision.metres();
    let page = QuestionView {
        locale,
        token: token.to_owned(),
        query: wanted.query,
        operator: context.config.gateway.operator.clone(),
        company: terms.recipient_name.clone(),
        relays: terms.chain.relays.iter().map(|relay| relay.name.clone()).collect(),
        purpose: purpose_words(locale, terms.purpose),
        case_reference: terms.case.as_str().to_owned(),
        precision: match terms.precision {
            Precision::Area { .. } => view::Precision::Area { metres },
            Precision::YesNo { .. } => view::Precision::YesNo { metres },
        },
        count: terms.count,
        per_hour: terms.per_hour,
        duration_s: terms.lasts.as_seconds().unsigned_abs(),
        within: terms.within.as_ref().map(|within| view::within_words(locale, within)),
        starts_at,
        waits_a_day: waits_a_day(context, terms),
        needs_reply: Consent::asked(terms, question.until).needs_reply(),
        half,
        passkey: has_passkey(context, question, now),
        back: wanted.back.filter(|_| state != view::State::Asked),
        source: match terms.origin {
            Origin::Network => view::Source::Network,
            Origin::Handset => view::Source::Handset,
        },
        state,
        state_since: Some(seconds(question.at)),
        answer_by: Some(seconds(question.until)),
        ends_at: question.ends.map(seconds),
        used: question.used,
        used_last_at: question.used_last_at.map(seconds),
        code: replies.then(|| context.questions.code(terms.consent)),
        terms: URL_SAFE_NO_PAD.encode(terms.canonical()),
        text: question.words.clone(),
        leave_address: None,
        sandbox: context.is_sandbox(),
    };
    html(context, StatusCode::OK, view::render(&page))
}

/// Which half of the answer is there, and when the consent takes effect, if that is later than now.
fn steps(question: &Question, now: Timestamp) -> (view::Half, Option<i64>) {
    match question.life {
        Some(Life::Asked { signed: Some(_), .. }) => (view::Half::Signed, None),
        Some(Life::Asked { replied: true, .. }) => (view::Half::Replied, None),
        Some(Life::Given { from, .. }) if now < from => (view::Half::Neither, Some(seconds(from))),
        _ => (view::Half::Neither, None),
    }
}

fn waits_a_day(context: &Context, terms: &Terms) -> bool {
    match context.policy.rule(terms.purpose) {
        Rule::Consent(rule) => rule.waits > Span::seconds(0),
        Rule::Unavailable | Rule::Forbidden => false,
    }
}

/// Whether the person has a passkey in effect here.
fn has_passkey(context: &Context, question: &Question, now: Timestamp) -> bool {
    if keys::party(context).is_none() {
        return false;
    }
    let keys = context.board.store.keys_of(question.subject).unwrap_or_default();
    keys.iter()
        .any(|(_, key)| key.kind == KeyKind::Passkey && keys::is_usable(context, key, now).unwrap_or(false))
}

pub(super) fn message(context: &Context, status: StatusCode, message: Message) -> Response<Body> {
    let view = MessageView {
        message,
        locale: context.config.gateway.locale(),
        operator: context.config.gateway.operator.clone(),
        sandbox: context.is_sandbox(),
    };
    html(context, status, message::render(&view))
}

fn html(context: &Context, status: StatusCode, page: String) -> Response<Body> {
    with_headers(status, page, context.page_policy())
}

/// A page with the headers that every page has: nothing is cached, sniffed, framed or loaded from elsewhere, and no other
/// site is told its address.
pub(in crate::http) fn with_headers(status: StatusCode, page: String, policy: PolicyFor<'_>) -> Response<Body> {
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            HeaderMap::insert(headers, name, value);
        }
    };
    put(CONTENT_TYPE, "text/html; charset=utf-8");
    put(CACHE_CONTROL, "no-store");
    put(CONTENT_SECURITY_POLICY, &content_security_policy(policy));
    put(REFERRER_POLICY, SAME_ORIGIN);
    put(HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY);
    put(HeaderName::from_static("x-content-type-options"), "nosniff");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("x-robots-tag"), "noindex");
    response
}
