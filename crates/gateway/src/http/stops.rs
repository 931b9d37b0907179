//! `POST /wayleave/v1/stops`: another gateway tells that a person stopped, at its end of the chain, what a party asks for a
//! purpose. The home of a number believes a hub that it enrolled as to the consents that name that hub, and a hub believes
//! the home as to what it passes on to it. It can only narrow, so the signature is the credential.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use domain::journal::settle::{Change, End, Item, Outcome, StopTold};
use domain::number::Msisdn;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::camara::error::Problem;
use wire::jose::stop::{SignedStop, UnverifiedStop};
use wire::json::ParseError;

use super::oauth::client::audiences;
use super::problem::{Explained, response};
use super::{body, statement};
use crate::context::Context;

/// Where stops are told.
pub const PATH: &str = "/wayleave/v1/stops";
/// The member of the body that holds the signed stop.
const FIELD: &str = "stop";

/// Takes one stop.
pub async fn take(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let outcome = hear(&context, request).await;
    let word = if outcome.is_ok() { "taken" } else { "refused" };
    metrics::counter!("wayleave_stops_heard_total", "outcome" => word).increment(1);
    match outcome {
        Ok(()) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn hear(context: &Context, request: Request) -> Result<(), Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let text = statement::read(&bytes, FIELD)?;
    let (signed, issuer) = check(context, text.trim(), now)?;
    let number = open(context, &signed)?;
    let end = side(context, number, &issuer);
    let used = statement::once(context, FIELD, signed.sender, &signed.jti, signed.expires)?;
    let told = StopTold {
        subject: context.index.key(number),
        by: signed.sender,
        end,
        recipient: signed.stop.recipient,
        purpose: signed.stop.purpose,
        at: signed.stop.stopped,
        proofs: vec![used],
    };
    match context
        .docket
        .settle(Item::Change(Change::HearStop(Box::new(told))))
        .await
    {
        // What hung on it ended, or nothing did: a gateway that tells of somebody else learns nothing of them.
        Ok(Outcome::Changed(_) | Outcome::NotApplicable) => {}
        // Since it was looked at, the sender was suspended, or sent the same again.
        Ok(Outcome::Replayed) => return Err(Problem::PermissionDenied.into()),
        _ => return Err(Problem::Unavailable.into()),
    }
    // What was on its way may still leave for this long; the other end is answered when it no longer can.
    tokio::time::sleep(Duration::from_millis(LEAVE_WITHIN.as_ms().unsigned_abs())).await;
    Ok(())
}

/// The stop, if a gateway that is enrolled here signed it for this one; and that gateway's issuer.
fn check(context: &Context, text: &str, now: Timestamp) -> Result<(SignedStop, String), Problem> {
    let unfit = |fault| statement::unfit(FIELD, fault);
    let unverified = UnverifiedStop::parse(text).map_err(unfit)?;
    let (party, keys) = statement::signer(context, unverified.sender(), now)?;
    let [issuer, endpoint] = audiences(context, PATH);
    let signed = unverified.verify(&keys, &[&issuer, &endpoint], now).map_err(unfit)?;
    let over = statement::is_over(&party, now);
    let gateway = party
        .record
        .gateway
        .filter(|_| !over)
        .ok_or(Problem::PermissionDenied)?;
    // A pace of its own: asks of the same gateway do not keep a stop out.
    if !context.paces.admit_stop(party.id, now) {
        return Err(Problem::TooManyRequests);
    }
    Ok((signed, gateway))
}

/// Whose phone it is about.
fn open(context: &Context, signed: &SignedStop) -> Result<Msisdn, Problem> {
    let opened = context.sealing.open_subject(&signed.stop.subject, None, signed.sender);
    let number = opened.map_err(|_| {
        let error = ParseError::new("a number that its sender sealed to this gateway", "something else");
        error.under_field("subject").under_field(FIELD)
    })?;
    if context.is_sandbox() && !number.is_reserved() {
        return Err(Problem::PermissionDenied);
    }
    Ok(number)
}

/// Which end the sender is, as to this number. Of what is passed on to a home, that home alone is believed. Anybody else is
/// a hub, which can end the consents here that name it; where there are none, it is answered as if there were.
fn side(context: &Context, number: Msisdn, issuer: &str) -> End {
    match context.source.home(number) {
        Some(home) if home == issuer.trim_end_matches('/') => End::Home,
        Some(_) | None => End::Hub,
    }
}
