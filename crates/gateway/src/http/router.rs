//! Which path is what. Every path has one spelling and its methods; everything else is the same 404 or 405.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, Response};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use wire::camara::consent_info;
use wire::camara::correlator::{Correlator, HEADER};
use wire::camara::error::Problem;
use wire::oauth::{authorize, backchannel};

use super::lanes::Lane;
use super::{
    account, asks, attestations, board, carrier_events, consent_receipt, consents, counterparties, counts, errand,
    events, journal, journeys, lines, locate, notices, oauth, operations, problem, question, stage, stops, try_page,
};
use crate::context::Context;

/// The whole outside face.
pub fn router(context: Arc<Context>) -> Router {
    Router::new()
        .route("/assets/{name}", get(stage::asset))
        .merge(of_the_stage())
        .route(locate::RETRIEVE_PATH, post(locate::retrieve))
        .route(locate::VERIFY_PATH, post(locate::verify))
        .route(consent_info::PATH, post(super::consent_info::retrieve))
        .route(consents::PATH, post(consents::ask))
        .route(lines::PATH, post(lines::ask))
        .route("/wayleave/v1/consents/lines/{id}", get(lines::status))
        .route("/wayleave/v1/consents/{id}", get(consents::status))
        .route(carrier_events::PATH, post(carrier_events::take))
        .merge(of_the_chain())
        .route(
            "/.well-known/openid-configuration",
            get(oauth::discovery::configuration),
        )
        .route("/oauth2/jwks", get(oauth::discovery::keys))
        .route("/oauth2/token", post(oauth::token::token))
        .route(backchannel::PATH, post(oauth::backchannel::authorize))
        .route(authorize::PATH, get(errand::authorize))
        .route("/consent-info/capture/{ticket}", get(errand::capture))
        .route(errand::TEXT_PATH, post(errand::send_text))
        .route(errand::CODE_PATH, get(errand::show_code).post(errand::enter))
        .route(errand::BACK_PATH, get(errand::back))
        .route(errand::LEAVE_PATH, get(errand::leave))
        .route("/c/{token}", get(question::show))
        .route("/c/{token}/receipt", get(consent_receipt::download))
        .route("/c/{token}/agree", post(question::agree))
        .route("/c/{token}/agree-passkey", post(question::agree_by_passkey))
        .route("/c/{token}/refuse", post(question::refuse))
        .route("/c/{token}/stop", post(question::stop))
        .route("/c/{token}/wanted", post(question::wanted))
        .route("/c/{token}/position", post(question::position))
        .route("/me", get(board::actions::show))
        .route("/me/link", post(board::sign_in::link))
        .route("/me/l/{token}", get(board::sign_in::look).post(board::sign_in::enter))
        .route("/me/leave", post(board::sign_in::leave))
        .route("/me/history", get(board::history::list))
        .route("/me/export", get(board::export::download))
        .route("/me/head", get(board::head::proof))
        .route("/me/entries", get(board::entries::list))
        .route("/me/keys/challenge", post(board::keys::challenge))
        .route("/me/keys/enrol", post(board::keys::enrol))
        .route("/me/keys/sign-in", post(board::keys::sign_in))
        .route("/me/{action}", post(board::actions::act))
        .merge(of_accounts())
        .merge(of_tries())
        .merge(of_counts())
        .merge(of_the_log())
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .route("/metrics", get(operations::metrics))
        .route("/openapi.json", get(operations::openapi))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(&context), receive))
        .with_state(context)
}

/// What parties sign besides their asks.
fn of_the_chain() -> Router<Arc<Context>> {
    Router::new()
        .route(events::PATH, post(events::take))
        .route(notices::PATH, post(notices::take))
        .route(stops::PATH, post(stops::take))
        .route(attestations::PATH, post(attestations::take))
        .route(counterparties::PATH, get(counterparties::document))
        .route("/counterparties", get(counterparties::page))
}

/// The front page, and what is shown beside it in a sandbox.
fn of_the_stage() -> Router<Arc<Context>> {
    Router::new()
        .route("/", get(stage::front))
        .route("/sandbox/journal", get(stage::journal))
        .route("/journeys", get(journeys::index))
        .route("/journeys/{name}", get(journeys::show))
}

/// The pages of accounts that hold machine lines.
fn of_accounts() -> Router<Arc<Context>> {
    Router::new()
        .route(asks::PATH, post(asks::post))
        .route("/account/{token}", get(account::show))
        .route("/account/{token}/challenge", post(account::keys::challenge))
        .route("/account/{token}/enrol", post(account::keys::enrol))
        .route("/account/{token}/sign-in", post(account::keys::sign_in))
        .route("/account/{token}/agree/{request}", post(account::agree))
        .route("/account/{token}/stop/{request}", post(account::stop))
}

/// The log as strangers read it.
fn of_the_log() -> Router<Arc<Context>> {
    Router::new()
        .route(journal::checkpoint::PATH, get(journal::checkpoint::show))
        .route(journal::tile::PATH, get(journal::tile::show))
        .route(journal::proof::PATH, get(journal::proof::show))
}

/// The try page.
fn of_tries() -> Router<Arc<Context>> {
    Router::new()
        .route("/try", get(try_page::show))
        .route("/try/begin", post(try_page::begin))
        .route("/try/state", post(try_page::state))
        .route("/try/ask", post(try_page::ask))
}

/// What is published about each day.
fn of_counts() -> Router<Arc<Context>> {
    Router::new()
        .route("/journal/counts/", get(counts::list))
        .route("/journal/counts/{day}", get(counts::document))
        .route("/journal/counts/{day}/note", get(counts::note))
        .route("/counts", get(counts::page))
}

/// What the operator's own tools read, on an address that nobody else reaches.
pub fn operators(context: Arc<Context>) -> Router {
    Router::new()
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .route("/metrics", get(operations::metrics))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(context)
}

async fn not_found() -> Response<Body> {
    problem::response(&Problem::NotFound.into(), false)
}

async fn method_not_allowed() -> Response<Body> {
    problem::response(&Problem::MethodNotAllowed.into(), false)
}

/// Nothing was looked at yet, and the client may come again.
fn turned_away(context: &Context, lane: Lane) -> Response<Body> {
    metrics::counter!("wayleave_requests_turned_away_total", "why" => "full").increment(1);
    match lane {
        Lane::People => question::unavailable(context),
        Lane::Partners | Lane::Operators | Lane::Readers => problem::response(&Problem::Unavailable.into(), false),
    }
}

const CORRELATOR: HeaderName = HeaderName::from_static(HEADER);
/// How fresh the latest cosigned checkpoint is: its size, and how many seconds ago it was cosigned. It is on everything that
/// partners and people are answered, whatever the answer, so it tells nothing of it.
pub const WITNESSED: HeaderName = HeaderName::from_static("wayleave-witnessed");

/// What holds for every request: it needs room, and a well-formed correlator comes back unchanged, whatever the answer.
async fn receive(State(context): State<Arc<Context>>, mut request: Request, next: Next) -> Response<Body> {
    let correlator = request.headers().get(&CORRELATOR).cloned();
    let lane = Lane::of(request.uri().path());
    let told = request.uri().path() == "/healthz" || context.config.listen.tells_operators();
    if lane == Lane::Operators && !told {
        return not_found().await;
    }
    // Whether anybody may ask follows from the time alone; nothing that waits for a witness decides it.
    context.witnessed.look(context.now());
    let mut response = match context.lanes.enter(lane) {
        Some(room) => {
            request.extensions_mut().insert(room);
            next.run(request).await.into_response()
        }
        None => turned_away(&context, lane),
    };
    if lane != Lane::Operators
        && let Some(mark) = context.witnessed.mark(context.now())
        && let Ok(mark) = mark.parse()
    {
        response.headers_mut().insert(WITNESSED, mark);
    }
    if let Some(value) = correlator
        && let Ok(Some(_)) = Correlator::parse(value.as_bytes())
    {
        response.headers_mut().insert(CORRELATOR, value);
    }
    response
}

/// Whether the request's correlators are well-formed.
///
/// # Errors
/// `InvalidArgument` if one is not.
pub fn check_correlator(headers: &HeaderMap) -> Result<(), Problem> {
    for value in headers.get_all(&CORRELATOR) {
        Correlator::parse(value.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
