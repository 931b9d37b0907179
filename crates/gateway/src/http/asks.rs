//! `POST /wayleave/v1/asks`: asks that their recipients signed, brought by themselves or by relays. To whoever brings one
//! every outcome is the same: HTTP 200 and a text of one size, sealed to the recipient.

mod addressee;
mod answer;
mod hear;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use domain::id::PartyId;
use domain::party::Caller;
use domain::purpose::Purpose;
use domain::reply::LEAVE_WITHIN;
use domain::time::Timestamp;
use tokio::task::JoinHandle;
use wire::asks::body::{AsksBody, Posted, print_outcomes};
use wire::camara::error::Problem;
use wire::oauth::scope::Api;

use super::lanes::Room;
use super::problem::Explained;
use super::{authenticate, body, consents, problem, reply};
use crate::context::Context;
use crate::store::party::sqlite::by_id;
use answer::{Answered, Found};
use hear::Heard;

/// `POST`
pub const PATH: &str = "/wayleave/v1/asks";

/// A hundred signed asks of the longest form.
const BODY_BYTES_MAX: usize = 600_000;

/// Who brought asks: authenticated by a token of its own.
#[derive(Clone, Debug)]
struct Bearer {
    party: PartyId,
    purpose: Purpose,
    /// The issuer of the gateway that it is, if it is one: it may bring what was made for that gateway.
    gateway: Option<String>,
}

/// Takes one ask, or a batch.
pub async fn post(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let received = context.now();
    let outcome = take(&context, request, received).await;
    let label = outcome
        .as_ref()
        .map_or_else(|explained| explained.problem.code(), |_| "SEALED");
    metrics::counter!("wayleave_asks_total", "interface" => PATH, "outcome" => label).increment(1);
    let took_ms = context.now().since(received).as_ms();
    metrics::histogram!("wayleave_ask_seconds", "interface" => PATH).record(took_ms as f64 / 1000.0);
    outcome.unwrap_or_else(|explained| problem::response(&explained, context.is_sandbox()))
}

async fn take(context: &Arc<Context>, request: Request, received: Timestamp) -> Result<Response<Body>, Explained> {
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, &parts, PATH, received)?;
    super::router::check_correlator(&parts.headers)?;
    let want = ("application/json", BODY_BYTES_MAX);
    let bytes = body::read_most(&context.config.listen, &parts.headers, bytes, want).await?;
    if authenticated.subject().is_some() {
        // A token about one person is not for asking about others.
        return Err(Problem::UnnecessaryIdentifier.into());
    }
    let caller = authenticated.open_with(Api::Asks, &bytes)?;
    let asks = AsksBody::parse(&bytes).map_err(Problem::from)?;
    // Each ask takes room in the journal's queue that everybody's need.
    let more = asks.posted().len().saturating_sub(1);
    if !(0..more).all(|_| context.paces.admit(caller.party(), received)) {
        metrics::counter!("wayleave_requests_turned_away_total", "why" => "party-pace").increment(1);
        return Err(Problem::TooManyRequests.into());
    }
    let bearer = bearer(context, &caller).await?;
    let posted = asks.posted().to_vec();
    let received = context.now();
    // The road is walked to its end even if the caller hangs up, so that every "asked" gets its end.
    let walk = Arc::clone(context);
    let room = parts.extensions.get::<Room>().cloned();
    let answered = tokio::spawn(async move {
        let answered = carry(&walk, bearer, posted, received).await;
        // Whoever hangs up frees no room for more before this is done.
        drop(room);
        answered
    });
    let answered = answered.await.map_err(|_| Problem::Internal)?;
    respond(context, &asks, answered).map_err(Into::into)
}

/// Uses the token's proof up: it brings all asks of the request, and each of them counts once by its own name.
async fn bearer(context: &Context, caller: &Caller) -> Result<Bearer, Problem> {
    consents::admit(context, caller).await?;
    let found = context
        .reader
        .read(|store| by_id(store, caller.party(), &context.sealer));
    let party = found
        .map_err(|_| Problem::Unavailable)?
        .ok_or(Problem::PermissionDenied)?;
    Ok(Bearer {
        party: party.id,
        purpose: caller.purpose(),
        gateway: party.record.gateway,
    })
}

/// Finds all answers first, and releases them together: none waits for another between its release and the wire.
async fn carry(context: &Arc<Context>, bearer: Bearer, posted: Vec<Posted>, received: Timestamp) -> Vec<Answered> {
    let finding = posted.into_iter().map(|posted| {
        let (context, bearer) = (Arc::clone(context), bearer.clone());
        tokio::spawn(async move {
            let heard = Heard::of(&context, &bearer, &posted, received);
            answer::find(&context, heard, received).await
        })
    });
    let finding: Vec<JoinHandle<Found>> = finding.collect();
    let mut found = Vec::with_capacity(finding.len());
    for one in finding {
        found.push(one.await.ok());
    }
    let releasing = found.into_iter().map(|found| {
        let context = Arc::clone(context);
        tokio::spawn(async move {
            match found {
                Some(found) => found.release(&context).await,
                None => Answered::lost(&context),
            }
        })
    });
    let releasing: Vec<JoinHandle<Answered>> = releasing.collect();
    let mut answered = Vec::with_capacity(releasing.len());
    for one in releasing {
        answered.push(one.await.unwrap_or_else(|_| Answered::lost(context)));
    }
    answered
}

/// One sealed outcome is the whole body; those of a batch are listed in order. The first of them to be too old holds back
/// all.
fn respond(context: &Context, asks: &AsksBody, answered: Vec<Answered>) -> Result<Response<Body>, Problem> {
    let answered: Vec<Answered> = answered.into_iter().map(|one| one.in_time(context)).collect();
    let leave_by = answered.iter().filter_map(|one| one.leave_by).min();
    let mut sealed = answered.into_iter().map(|one| one.sealed);
    let (body, kind) = match asks {
        AsksBody::One(_) => {
            let sealed = sealed.next().ok_or(Problem::Internal)?;
            (sealed.into_bytes(), "application/jose")
        }
        AsksBody::Batch(_) => {
            let sealed: Vec<String> = sealed.collect();
            (print_outcomes(&sealed), "application/json")
        }
    };
    // One way for all: an answer and a refusal differ in no header, nor in their order.
    let leave_by = leave_by.unwrap_or_else(|| context.now().after(LEAVE_WITHIN));
    let mut response = reply::leaving(body, leave_by, &context.clock);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}
