//! `POST /wayleave/v1/carrier-events`: a carrier tells what happened to a number, in a signed event that it pushes
//! (RFC 8417, RFC 8935). Such an event can end consents and say what a line is; it can give none.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LANGUAGE, HeaderValue};
use axum::http::{Response, StatusCode};
use domain::event::Call;
use domain::facts::Line;
use domain::journal::settle::{Change, Item, Outcome};
use domain::journal::store::StoreError;
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};
use serde_json::json;
use wire::camara::error::Problem;
use wire::jose::Fault;
use wire::jose::security_event::{Happening, LineKind, SecurityEvent, UnverifiedEvent};
use wire::sms::words::locale_of;
use wire::words::say;

use super::authenticate::replay_key;
use super::{body, json, problem};
use crate::context::Context;
use crate::feeds::EnrolledFeed;
use crate::keys::Tenure;
use crate::store::life::due::is_spent;
use crate::store::permission::sqlite::{latest_terms_of, person_of};

/// Where events are pushed to.
pub const PATH: &str = "/wayleave/v1/carrier-events";
/// What is pushed (RFC 8417 §2.3).
const CONTENT_TYPE: &str = "application/secevent+jwt";

/// A call is believed so long at most: a carrier that forgets to say that it ended cannot keep it alive.
const CALL_LIFE: Span = Span::seconds(4 * 3600);

/// A text about an event is worth sending so long, to a phone that is off or has yet to get its new SIM.
const TEXT_LIFE: Span = Span::seconds(86_400);

/// Why an event is not taken, in the words of RFC 8935 §2.4.
#[derive(Debug)]
enum Unfit {
    Request(String),
    Key,
    Issuer,
    Audience,
    Denied,
    /// The sender may try again.
    Unavailable,
}

impl From<Fault> for Unfit {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::UnknownKey | Fault::Signature | Fault::Algorithm => Self::Key,
            Fault::Audience => Self::Audience,
            Fault::Issuer => Self::Issuer,
            other => Self::Request(other.to_string()),
        }
    }
}

impl From<StoreError> for Unfit {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a carrier's event could not be settled");
        Self::Unavailable
    }
}

/// Takes one event.
pub async fn take(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let (parts, bytes) = request.into_parts();
    let read = body::read(&context.config.listen, &parts.headers, bytes, CONTENT_TYPE).await;
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(problem) => return problem::response(&problem.into(), context.is_sandbox()),
    };
    let outcome = match std::str::from_utf8(&bytes) {
        Ok(text) => settle(&context, text.trim()).await,
        Err(_) => Err(Unfit::Request("expected text, found other bytes".to_owned())),
    };
    let word = if outcome.is_ok() { "taken" } else { "refused" };
    metrics::counter!("wayleave_carrier_events_total", "outcome" => word).increment(1);
    match outcome {
        Ok(()) => accepted(),
        Err(Unfit::Unavailable) => problem::response(&Problem::Unavailable.into(), context.is_sandbox()),
        Err(unfit) => refused(&unfit),
    }
}

/// RFC 8935 §2.2.
fn accepted() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// RFC 8935 §2.3.
fn refused(unfit: &Unfit) -> Response<Body> {
    let (err, description) = match unfit {
        Unfit::Request(why) => ("invalid_request", why.as_str()),
        Unfit::Key => ("invalid_key", "expected a signature by the enrolled key of this issuer"),
        Unfit::Issuer => ("invalid_issuer", "expected an enrolled issuer"),
        Unfit::Audience => ("invalid_audience", "expected this gateway among the audience"),
        Unfit::Denied => ("access_denied", "this issuer may not speak of this number"),
        Unfit::Unavailable => ("invalid_request", "try again"),
    };
    tracing::warn!(err, description, "a carrier's event was refused");
    let document = json!({ "err": err, "description": description });
    let mut response = json::response(StatusCode::BAD_REQUEST, document.to_string());
    response
        .headers_mut()
        .insert(CONTENT_LANGUAGE, HeaderValue::from_static("en"));
    response
}

async fn settle(context: &Context, text: &str) -> Result<(), Unfit> {
    let now = context.now();
    let unverified = UnverifiedEvent::parse(text)?;
    let feed = context.feeds.of(unverified.issuer()).ok_or(Unfit::Issuer)?;
    let issuer = context.config.gateway.issuer.as_str();
    let endpoint = format!("{issuer}{PATH}");
    let event = unverified.verify(std::slice::from_ref(feed.key()), &[issuer, &endpoint], now)?;
    if !feed.may_speak_of(event.number) || (context.is_sandbox() && !event.number.is_reserved()) {
        return Err(Unfit::Denied);
    }
    let used = replay_key(
        context,
        "event",
        unverified.issuer(),
        &event.jti,
        event.remembered_until(),
    );
    // A sender that did not hear the first answer sends again; what was done is not done twice.
    if context.reader.read(|store| is_spent(store, used))? {
        return Ok(());
    }
    apply(context, feed, &event).await?;
    // A crash before this line lets the sender send again. Each change below does nothing the second time.
    match context.docket.settle(Item::Spend(used)).await? {
        Outcome::Done | Outcome::Replayed => Ok(()),
        _ => Err(Unfit::Unavailable),
    }
}

/// What happened is settled, and what ends for the person has ended when the carrier hears of it.
async fn apply(context: &Context, feed: &EnrolledFeed, event: &SecurityEvent) -> Result<(), Unfit> {
    let subject = context.index.key(event.number);
    let number = context.index.number(event.number);
    let name = feed.name();
    let Some(change) = change_of(context, event, (subject, number))? else {
        tracing::info!(feed = name, "a carrier's event changes nothing");
        return Ok(());
    };
    let began = match &change {
        Change::EndTenure { tenure, .. } => Some(*tenure),
        _ => None,
    };
    let is_new_sim = matches!(change, Change::SimChanged { .. });
    let is_other_hand = matches!(change, Change::EndTenure { .. } | Change::SimChanged { .. });
    let ends = is_other_hand || matches!(change, Change::EndCall { .. });
    if is_other_hand {
        // A sign-in link lies in the texts of the SIM, or of the holder, that was. It is shut first: a failure below lets
        // the sender send again.
        context.board.store.shut_links(subject)?;
    }
    match context.docket.settle(Item::Change(change)).await? {
        Outcome::Changed(changed) => {
            begin(context, number, began, changed.at);
            if is_new_sim {
                tell_of_new_sim(context, event, subject).await?;
            }
            if ends {
                // What was on its way may still leave for this long; the carrier is told when it no longer can.
                tokio::time::sleep(Duration::from_millis(LEAVE_WITHIN.as_ms().unsigned_abs())).await;
            }
            tracing::info!(feed = name, "a carrier's event was settled");
            Ok(())
        }
        Outcome::NotApplicable => Ok(()),
        _ => Err(Unfit::Unavailable),
    }
}

/// The one table from what happened to what changes.
fn change_of(
    context: &Context,
    event: &SecurityEvent,
    (subject, number): (SubjectKey, [u8; 16]),
) -> Result<Option<Change>, Unfit> {
    let tenure = context.index.tenure(event.number);
    Ok(match &event.happening {
        // The same person has the number as before.
        Happening::Ported => None,
        // What happened before the present holder came ended another's tenure, and that has ended.
        _ if tenure.is_some_and(|tenure| event.happened <= tenure.since) => None,
        Happening::NewHolder => Some(Change::EndTenure {
            subject,
            number,
            tenure: tenure.map_or(0, |tenure| tenure.number).saturating_add(1),
        }),
        Happening::SimChanged => {
            let person = context
                .reader
                .read(|store| person_of(store, subject, &context.sealer))?;
            let is_known = person.sim_changed.is_some_and(|known| event.happened <= known);
            (!is_known).then_some(Change::SimChanged { subject })
        }
        Happening::Attested(kind) => Some(Change::AttestLine {
            subject,
            line: line(kind)?,
        }),
        Happening::CallStarted(call) => Some(Change::BeginCall {
            subject,
            call: Call {
                key: context.index.event(call.call.as_str()),
                line: context.index.line(call.line),
                until: event.happened.after(CALL_LIFE),
                over: false,
            },
        }),
        Happening::CallEnded(call) => Some(Change::EndCall {
            subject,
            call: context.index.event(call.call.as_str()),
            until: event.happened.after(CALL_LIFE),
        }),
    })
}

/// From here on the number names somebody else, if a tenure began.
fn begin(context: &Context, number: [u8; 16], began: Option<u32>, since: Timestamp) {
    if let Some(number_of_tenure) = began {
        let tenure = Tenure {
            number: number_of_tenure,
            since,
        };
        context.index.begin(number, tenure);
    }
}

/// Texts the number that its SIM changed, and what that ended: a person who did not change it learns of it from a phone
/// that they still hold, or when they get their number back. Whoever was never asked anything is told nothing.
async fn tell_of_new_sim(context: &Context, event: &SecurityEvent, subject: SubjectKey) -> Result<(), Unfit> {
    let Some(terms) = context.reader.read(|store| latest_terms_of(store, subject))? else {
        return Ok(());
    };
    let operator = &context.config.gateway.operator;
    let text = Item::Text {
        to: event.number,
        words: say(locale_of(&terms), "sim-changed", &[("operator", operator.into())]),
        until: context.now().after(TEXT_LIFE),
    };
    context.docket.settle(text).await?;
    Ok(())
}

fn line(kind: &LineKind) -> Result<Line, Unfit> {
    match kind {
        LineKind::Personal => Ok(Line::Personal),
        LineKind::Machine { account } => {
            let account = account
                .parse()
                .map_err(|error: domain::id::IdError| Unfit::Request(error.to_string()))?;
            Ok(Line::Machine { account })
        }
    }
}
