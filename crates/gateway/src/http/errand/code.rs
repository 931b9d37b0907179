//! `/errand/code`: the six digits that were texted. Whoever brings them holds the phone; whoever guesses has five tries.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::settle::{Change, Item, Outcome};
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::oauth::form::{self, Form};

use super::ended::way_back;
use super::text::about;
use super::{BACK_PATH, LEAVE_PATH, Texted, Ticketed, astray, no_sooner, page, redirect, unavailable};
use crate::context::Context;
use crate::http::allowance::Allowance;
use crate::http::extract::Query;
use crate::http::oauth::client;
use crate::http::question::is_own_origin;
use crate::http::{body, json};
use crate::pages::errand::{Entering, Step};

/// So many codes may be tried on one page.
const TRIES_MAX: u32 = 5;
/// The digits of a code.
const CODE_DIGITS: usize = 6;

/// Shows where the code goes.
pub(in crate::http) async fn show(
    State(context): State<Arc<Context>>,
    Query(Ticketed { ticket }): Query<Ticketed>,
    headers: HeaderMap,
) -> Response<Body> {
    match Texted::open(&context, &ticket) {
        Some(texted) => entry(&context, &texted, &ticket, Entering::First),
        None => astray(&context, &headers),
    }
}

fn entry(context: &Context, texted: &Texted, ticket: &str, entering: Entering) -> Response<Body> {
    let now = context.now();
    let leave = way_back(LEAVE_PATH, ticket);
    if now >= texted.until {
        return redirect(StatusCode::SEE_OTHER, &leave);
    }
    let company = match client::named(context, &texted.errand.party.to_string(), now) {
        Ok(client) => client.map(|client| client.record().name.clone()).unwrap_or_default(),
        Err(_) => return unavailable(context),
    };
    let status = match entering {
        Entering::First => StatusCode::OK,
        Entering::Wrong | Entering::TooMany => StatusCode::FORBIDDEN,
    };
    let step = Step::Code {
        ticket: ticket.to_owned(),
        number: about(texted),
        entering,
        leave,
        left_s: texted.until.since(now).as_seconds().unsigned_abs() + 1,
    };
    page(context, status, &company, texted.errand.locale, step)
}

/// Takes a code.
pub(in crate::http) async fn enter(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let lost = || astray(&context, &parts.headers);
    if !is_own_origin(&context, &parts.headers) {
        return lost();
    }
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, json::FORM).await;
    let Some(mut form) = bytes.ok().and_then(|bytes| Form::parse(&bytes).ok()) else {
        return lost();
    };
    let Some(ticket) = form.take("ticket") else {
        return lost();
    };
    let Some(texted) = Texted::open(&context, &ticket).filter(|texted| now < texted.until) else {
        return lost();
    };
    let code = form.take("code").unwrap_or_default();
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = fits(&context, &texted, code, now).await;
    no_sooner(&context, now).await;
    match fits {
        Ok(Ok(())) => go_on(&context, &texted),
        Ok(Err(entering)) => entry(&context, &texted, &ticket, entering),
        Err(()) => unavailable(&context),
    }
}

/// Whether the code is right. Each try is counted first, for every number alike; only then is it looked at.
async fn fits(context: &Context, texted: &Texted, code: String, now: Timestamp) -> Result<Result<(), Entering>, ()> {
    if code.len() != CODE_DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) || now >= texted.until {
        return Ok(Err(Entering::Wrong));
    }
    let tries = Allowance {
        what: "tries of a page code",
        whose: &texted.page.to_string(),
        most: TRIES_MAX,
        until: texted.until,
    };
    if !tries.take(context).await.map_err(|_| ())? {
        return Ok(Err(Entering::TooMany));
    }
    // Settled for everybody, also where no question was put, so that it takes as long.
    let change = Change::Open {
        subject: texted.subject.key,
        consent: texted.page,
        code: code.clone(),
    };
    let outcome = context.docket.settle(Item::Change(change)).await.map_err(|_| ())?;
    let opened = matches!(outcome, Outcome::Opened);
    let own = aws_lc_rs::constant_time::verify_slices_are_equal(
        code.as_bytes(),
        context.questions.page_code(texted.page).as_bytes(),
    );
    let right = if texted.asked { opened } else { own.is_ok() };
    Ok(right.then_some(()).ok_or(Entering::Wrong))
}

/// To the question, or straight on for somebody who answered it before.
fn go_on(context: &Context, texted: &Texted) -> Response<Body> {
    let Some(ticket) = texted.prove(context) else {
        return unavailable(context);
    };
    if !texted.asked {
        // A page, and no redirect: a form's answer must not lead to another site, which the page's policy forbids.
        let back = way_back(BACK_PATH, &ticket);
        return page(
            context,
            StatusCode::OK,
            "",
            texted.errand.locale,
            Step::Continue { back },
        );
    }
    redirect(StatusCode::SEE_OTHER, &question(context, texted, &ticket))
}

/// The address of the question with the way back.
pub(super) fn question(context: &Context, texted: &Texted, ticket: &str) -> String {
    let token = URL_SAFE_NO_PAD.encode(context.questions.link(texted.page));
    format!("/c/{token}?{}", form::print(&[("back", ticket)]))
}
