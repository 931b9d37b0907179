//! `GET /oauth2/authorize`: what a client wants, checked in the order in which more and more may be said. Who the client is
//! and where it wants the browser come first; only then can an error go back. A GET asks nobody and texts nothing.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use domain::party::ReplayKey;
use domain::time::{Span, Timestamp};
use wire::jose::request_object::{self, Expected};
use wire::oauth::authorize::{AuthorizationRequest, PATH, Parameters};
use wire::oauth::error::AuthorizeError;
use wire::oauth::grant::Flow;

use super::ended::{Outcome, way_back};
use super::{Errand, Way, astray, language, page, redirect, unavailable};
use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::http::oauth::client::{self, Named};
use crate::pages::errand::Step;

/// How long the first page is good.
pub(super) const LIFE: Span = Span::seconds(900);

/// Shows the first page, or sends the browser back with what is wrong.
pub(in crate::http) async fn authorize(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let now = context.now();
    let (query, headers) = (request.uri().query().unwrap_or_default(), request.headers());
    let Some(wanted) = AuthorizationRequest::parse(query) else {
        return astray(&context, headers);
    };
    let client = match client::named(&context, &wanted.client_id, now) {
        Ok(Some(client)) if client.record().takes_back(&wanted.redirect_uri) => client,
        Ok(_) => return astray(&context, headers),
        Err(_) => return unavailable(&context),
    };
    match read(&context, &client, &wanted, headers, now) {
        Ok(errand) => first_page(&context, &client.record().name, &errand),
        Err((error, state)) => {
            metrics::counter!("wayleave_token_refusals_total", "error" => error.code()).increment(1);
            let outcome = Outcome::Error(error);
            let address = outcome.address(&context, &wanted.redirect_uri, state.as_deref());
            redirect(StatusCode::FOUND, &address)
        }
    }
}

/// The first page of an errand, which offers to text a code.
pub(super) fn first_page(context: &Context, company: &str, errand: &Errand) -> Response<Body> {
    let Some(ticket) = errand.seal(context) else {
        return unavailable(context);
    };
    let step = Step::Number {
        number: errand.number.map(|number| shortened(&number.to_e164())),
        leave: way_back(super::LEAVE_PATH, &ticket),
        ticket,
        trouble: None,
    };
    page(context, StatusCode::OK, company, errand.locale, step)
}

/// The last digits of a number, by which its owner knows it.
pub(super) fn shortened(number: &str) -> String {
    let from = number.len().saturating_sub(4);
    format!("… {}", number.get(from..).unwrap_or_default())
}

type Refused = (AuthorizeError, Option<String>);

/// What the client wants, once everything about it is checked; else the error and the `state` that goes back with it.
fn read(
    context: &Context,
    client: &Named,
    wanted: &AuthorizationRequest,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Errand, Refused> {
    let queried = wanted.parameters.state().map(str::to_owned);
    let (parameters, used) = parameters(context, client, wanted, now).map_err(|error| (error, queried))?;
    let state = parameters.state().map(str::to_owned);
    let wish = parameters.read().map_err(|error| (error, state.clone()))?;
    let approved = client.approve(Flow::AuthorizationCode, &wish.scope);
    approved.map_err(|_| (AuthorizeError::UnauthorizedClient, state.clone()))?;
    if wish.silent {
        // Whoever holds the browser shows each time that they hold the phone, so there is always something to show.
        return Err((AuthorizeError::ConsentRequired, state));
    }
    Ok(Errand {
        party: client.party().id,
        purpose: wish.scope.purpose(),
        way: Way::Code {
            redirect_uri: wanted.redirect_uri.clone(),
            state: wish.state,
            nonce: wish.nonce,
            challenge: wish.challenge,
            scope: wish.scope,
        },
        number: wish.hint,
        used,
        locale: language(context, headers),
        until: now.after(LIFE),
    })
}

/// The parameters of the query, or those of the request object beside it, which is used up once a text is asked for.
fn parameters(
    context: &Context,
    client: &Named,
    wanted: &AuthorizationRequest,
    now: Timestamp,
) -> Result<(Parameters, Option<ReplayKey>), AuthorizeError> {
    let Some(object) = &wanted.object else {
        if client.record().signed_requests {
            return Err(AuthorizeError::InvalidRequest(
                "expected a signed request object, as this client is enrolled",
            ));
        }
        return Ok((wanted.parameters.clone(), None));
    };
    let keys = client.record().jwks(now);
    let [issuer, endpoint] = client::audiences(context, PATH);
    let expected = Expected {
        client_id: &wanted.client_id,
        keys: &keys,
        audiences: &[&issuer, &endpoint],
    };
    let invalid = AuthorizeError::InvalidRequestObject;
    let object = request_object::verify_authorization(object, expected, now).map_err(|_| invalid)?;
    if !object.parameters.agrees_with(&wanted.parameters) {
        return Err(invalid);
    }
    let used = replay_key(
        context,
        "request object",
        &wanted.client_id,
        &object.jti,
        object.expires,
    );
    Ok((object.parameters, Some(used)))
}
