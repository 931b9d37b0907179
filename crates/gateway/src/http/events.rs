//! `POST /wayleave/v1/events`: a ticket system or a telephony platform tells of an event that asks may rest on, or that it
//! is over. The word of a source opens nothing by itself: it is what some purposes want beside the person's own yes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use domain::event::{Event, EventKind};
use domain::journal::settle::{Change, Item, Outcome};
use domain::number::Msisdn;
use domain::party::Caller;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::camara::error::Problem;
use wire::jose::Fault;
use wire::jose::source_event::{self, EventState, SourceEvent, UnverifiedSourceEvent};
use wire::json::ParseError;
use wire::oauth::scope::Api;

use super::oauth::client::audiences;
use super::problem::{Explained, response};
use super::{authenticate, body, statement};
use crate::context::Context;

/// Where events are told.
pub const PATH: &str = "/wayleave/v1/events";
/// The member of the body that holds the signed event.
const FIELD: &str = "event";

/// Takes one event.
pub async fn take(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let outcome = tell(&context, request).await;
    let word = if outcome.is_ok() { "taken" } else { "refused" };
    metrics::counter!("wayleave_source_events_total", "outcome" => word).increment(1);
    match outcome {
        Ok(()) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn tell(context: &Context, request: Request) -> Result<(), Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, &parts, PATH, now)?;
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let caller = authenticated.open_with(Api::Events, &bytes)?;
    let event = check(context, &caller, &statement::read(&bytes, FIELD)?, now)?;
    let number = open(context, &event)?;
    let used = statement::once(context, FIELD, event.source, &event.jti, event.expires)?;
    let is_over = matches!(event.state, EventState::Ended);
    let change = change(context, event, number, caller.proofs().chain([used]).collect());
    match context.docket.settle(Item::Change(change)).await {
        Ok(Outcome::Changed(_)) => {}
        // What was never open is not open now.
        Ok(Outcome::NotApplicable) if is_over => {}
        Ok(Outcome::NotApplicable) => {
            let want =
                "an enrolled recipient, a name that no other event of this phone had, and no more than 12 live ones";
            return Err(Problem::from(ParseError::new(want, "another").under_field(FIELD)).into());
        }
        Ok(Outcome::Replayed) => return Err(Problem::Unauthenticated.into()),
        _ => return Err(Problem::Unavailable.into()),
    }
    if is_over {
        // What was on its way may still leave for this long; the source is told when it no longer can.
        tokio::time::sleep(Duration::from_millis(LEAVE_WITHIN.as_ms().unsigned_abs())).await;
    }
    Ok(())
}

/// The event, if the token's own party signed it for this gateway.
fn check(context: &Context, caller: &Caller, text: &str, now: Timestamp) -> Result<SourceEvent, Problem> {
    let unfit = |fault| statement::unfit(FIELD, fault);
    let unverified = UnverifiedSourceEvent::parse(text.trim()).map_err(unfit)?;
    if unverified.source() != caller.party() {
        return Err(unfit(Fault::Issuer));
    }
    let (_, keys) = statement::signer(context, caller.party(), now)?;
    let [issuer, endpoint] = audiences(context, PATH);
    unverified.verify(&keys, &[&issuer, &endpoint], now).map_err(unfit)
}

/// Whose phone it is about.
fn open(context: &Context, event: &SourceEvent) -> Result<Msisdn, Problem> {
    let number = context
        .sealing
        .open_subject(&event.subject, None, event.source)
        .map_err(|_| {
            let error = ParseError::new("a number that its source sealed to this gateway", "something else");
            error.under_field("subject").under_field(FIELD)
        })?;
    if context.is_sandbox() && !number.is_reserved() {
        return Err(Problem::PermissionDenied);
    }
    Ok(number)
}

fn change(context: &Context, event: SourceEvent, number: Msisdn, proofs: Vec<domain::party::ReplayKey>) -> Change {
    let subject = context.index.key(number);
    let key = context.index.event(event.name.as_str());
    let EventState::Live { until, count } = event.state else {
        return Change::EndEvent {
            subject,
            source: event.source,
            event: key,
            proofs,
        };
    };
    let (kind, line) = match event.kind {
        source_event::EventKind::Ticket => (EventKind::Ticket, None),
        source_event::EventKind::Call { line } => (EventKind::Call, Some(context.index.line(line))),
    };
    Change::OpenEvent {
        subject,
        event: Box::new(Event {
            key,
            kind,
            source: event.source,
            recipient: event.recipient,
            until,
            count,
            used: 0,
            line,
        }),
        proofs,
    }
}
