//! `/wayleave/v1/consents/lines`: a recipient asks the holder of an account for many machine lines at one time, and asks
//! what became of each. The account's passkey is what agrees, on the account's page; nothing here gives anything.
//!
//! A recipient learns of a line only that it was given, and later that it ended. A person's line, a line of another
//! account and a number that nobody has are all just pending, for as long as the request is.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use domain::decide::consent::within_bounds;
use domain::id::{ConsentId, LineRequestId, PartyId};
use domain::party::Caller;
use domain::permission::chain::Chain;
use domain::permission::terms::Terms;
use domain::policy::Rule;
use domain::refusal::Refusal;
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::consents::Status;
use wire::consents::lines::{LineState, LinesRequest, print_lines};
use wire::oauth::scope::Api;

use super::consents::{admit, draft, find, status_of};
use super::extract::Path;
use super::problem::{Explained, refusal, response};
use super::{authenticate, body, json};
use crate::config::listen::Listen;
use crate::context::Context;
use crate::pages::account::statement;
use crate::store::board::lines::{Device, LineRequest};
use crate::store::party::sqlite::by_id as party_by_id;

/// `POST` and, with an id behind it, `GET`.
pub const PATH: &str = "/wayleave/v1/consents/lines";

/// How long the holder of an account has to answer: somebody must be in the office.
const LIFE: Span = Span::seconds(7 * 86_400);
/// The room that a list of the most lines needs, in bytes.
const BODY_BYTES: usize = 32_768;

/// Asks the holder of an account.
pub async fn ask(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    match put(&context, request).await {
        Ok(body) => json::response(StatusCode::CREATED, body),
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn put(context: &Arc<Context>, request: Request) -> Result<Vec<u8>, Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, &parts, PATH, now)?;
    super::router::check_correlator(&parts.headers)?;
    let limits = Listen {
        body_bytes_max: context.config.listen.body_bytes_max.max(BODY_BYTES),
        ..context.config.listen.clone()
    };
    let bytes = body::read(&limits, &parts.headers, bytes, "application/json").await?;
    let subject = authenticated.subject();
    let caller = authenticated.open_with(Api::Consents, &bytes)?;
    let wish = LinesRequest::parse(&bytes).map_err(Problem::from)?;
    if subject.is_some() {
        return Err(Problem::UnnecessaryIdentifier.into());
    }
    admit(context, &caller).await?;
    let LinesRequest { account, numbers, wish } = wish;
    let (terms, words) = draft(context, &caller, (wish, Chain::default()), now, |terms| {
        Some(statement(terms))
    })?;
    allowed(context, &caller, &terms)?;
    let known = context.board.store.account(account).map_err(|_| Problem::Unavailable)?;
    if known.is_none() {
        // The name of an account is a hundred bits that its holder gave away; nobody finds one by trying.
        return Err(Problem::NotFound.into());
    }
    let devices = numbers.into_iter().map(|number| Device {
        number,
        consent: ConsentId::new(now, context.chance.bytes()),
    });
    let devices: Vec<Device> = devices.collect();
    let first = devices.first().ok_or(Problem::Internal)?.consent;
    let request = LineRequest {
        id: LineRequestId::new(now, context.chance.bytes()),
        account,
        terms: Terms {
            consent: first,
            ..terms
        },
        words,
        devices,
        until: now.after(LIFE),
        agreed: None,
    };
    match context.board.store.add_request(&request, now) {
        Ok(true) => Ok(print_lines(request.id, request.until, &states(context, &request, now)?)),
        Ok(false) => Err(Problem::TooManyRequests.into()),
        Err(error) => {
            tracing::error!(%error, "a request over lines could not be kept");
            Err(Problem::Unavailable.into())
        }
    }
}

/// What is this recipient's own fault is said at once. All of it is decided again when the account holder agrees.
fn allowed(context: &Context, caller: &Caller, terms: &Terms) -> Result<(), Explained> {
    let party = context
        .reader
        .read(|store| party_by_id(store, caller.party(), &context.sealer))
        .map_err(|_| Problem::Unavailable)?
        .ok_or(Problem::PermissionDenied)?;
    let purpose = terms.purpose;
    if !party.record.purposes.contains(&purpose) {
        return Err(refusal(Refusal::PurposeNotApproved(purpose), None));
    }
    match context.policy.rule(purpose) {
        Rule::Consent(rule) if rule.machines => within_bounds(terms, &rule).map_err(|reason| refusal(reason, None)),
        Rule::Consent(_) | Rule::Unavailable | Rule::Forbidden => {
            Err(refusal(Refusal::PurposeUnavailable(purpose), None))
        }
    }
}

/// What became of each line. Only the request's own recipient can ask.
pub async fn status(State(context): State<Arc<Context>>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    match look_up(&context, &id, &parts).await {
        Ok(body) => json::response(StatusCode::OK, body),
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn look_up(context: &Arc<Context>, id: &str, request: &Parts) -> Result<Vec<u8>, Explained> {
    let now = context.now();
    let authenticated = authenticate::authenticate(context, request, request.uri.path(), now)?;
    super::router::check_correlator(&request.headers)?;
    let about_one = authenticated.subject().is_some();
    let caller = authenticated.open(Api::Consents)?;
    admit(context, &caller).await?;
    let id: LineRequestId = id.parse().map_err(|_| Problem::NotFound)?;
    let found = context.board.store.request_of(id, caller.party());
    let found = found.map_err(|_| Problem::Unavailable)?;
    // A token about one person is not for looking at the lines of others.
    let request = found.filter(|_| !about_one).ok_or(Problem::NotFound)?;
    Ok(print_lines(request.id, request.until, &states(context, &request, now)?))
}

fn states(context: &Context, request: &LineRequest, now: Timestamp) -> Result<Vec<LineState>, Problem> {
    let devices = request.devices.iter();
    devices
        .map(|device| {
            let status = state(context, request, device.consent, request.terms.recipient, now)?;
            Ok((device.number, device.consent, status))
        })
        .collect()
}

/// What a line's recipient may know of it.
fn state(
    context: &Context,
    request: &LineRequest,
    consent: ConsentId,
    recipient: PartyId,
    now: Timestamp,
) -> Result<Status, Problem> {
    Ok(match find(context, consent, recipient)? {
        Some(question) => status_of(&question, now),
        None if now < request.until => Status::Pending,
        None => Status::Ended,
    })
}
