//! `POST /consent-info/v0.2/retrieve` (CAMARA): does a consent hold that names the caller and the purpose, and where can
//! it be asked for? What it says of a person is in [`standing`], as a table.

mod standing;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use domain::id::PartyId;
use domain::journal::settle::{Item, Outcome};
use domain::number::Msisdn;
use domain::permission::terms::Precision;
use domain::policy::Rule;
use domain::purpose::Purpose;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::camara::consent_info::{Callback, ConsentInfoRequest, PATH, Standing, print};
use wire::camara::error::Problem;
use wire::oauth::redirect::RedirectUri;
use wire::oauth::scope::Api;

use super::allowance::{Allowance, end_of_span};
use super::errand::{CAPTURE_LIFE, Invitation};
use super::oauth::client::{self, Named};
use super::oauth::person;
use super::problem::{Explained, response};
use super::{authenticate, body, json};
use crate::context::Context;
use crate::store::permission::standing::latest;
use standing::{Known, standing};

/// So many addresses to ask one number may one party have within an hour.
const CAPTURES_PER_HOUR_MAX: u32 = 5;
const HOUR_S: i64 = 3600;

/// Says how a consent stands.
pub(super) async fn retrieve(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    match look_up(&context, request).await {
        Ok(body) => json::response(StatusCode::OK, body),
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn look_up(context: &Arc<Context>, request: Request) -> Result<Vec<u8>, Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, &parts, PATH, now)?;
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let subject = authenticated.subject();
    let caller = authenticated.open_with(Api::ConsentInfo, &bytes)?;
    let request = ConsentInfoRequest::parse(&bytes).map_err(Problem::from)?;
    for proof in caller.proofs() {
        match context.docket.settle(Item::Spend(proof)).await {
            Ok(Outcome::Done) => {}
            Ok(_) => return Err(Problem::Unauthenticated.into()),
            Err(_) => return Err(Problem::Unavailable.into()),
        }
    }
    let party = client::named(context, &caller.party().to_string(), now).map_err(|_| Problem::Unavailable)?;
    let party = party.ok_or(Problem::PermissionDenied)?;
    let number = identify(subject, request.number)?;
    let apis = approved(context, &party, caller.purpose(), &request)?;
    let callback = callback(&party, &request)?;
    if request.capture {
        may_capture(context, &party, number, now).await?;
    }
    let items = items(context, &party, (number, caller.purpose()), &apis, now)?;
    let asks = request.capture && items.iter().any(|(_, standing)| standing.can_be_captured());
    let invitation = asks.then(|| Invitation {
        party: party.party().id,
        purpose: caller.purpose(),
        number,
        callback,
        until: now.after(CAPTURE_LIFE),
    });
    let url = invitation.map(|invitation| invitation.address(context).ok_or(Problem::Internal));
    Ok(print(&items, caller.purpose(), url.transpose()?.as_deref()))
}

/// Whom the request is about, which its token alone decides: the subject that it names, else the number.
fn identify(subject: Option<Msisdn>, number: Option<Msisdn>) -> Result<Msisdn, Problem> {
    match (subject, number) {
        (Some(number), None) | (None, Some(number)) => Ok(number),
        (Some(_), Some(_)) => Err(Problem::UnnecessaryIdentifier),
        (None, None) => Err(Problem::MissingIdentifier),
    }
}

/// The scopes, if the token is for this purpose, the party is approved for all of it, and a consent can give it at all.
fn approved(
    context: &Context,
    party: &Named,
    purpose: Purpose,
    request: &ConsentInfoRequest,
) -> Result<Vec<Api>, Problem> {
    let refused = Problem::NotAllowedScopesPurpose;
    let record = party.record();
    let Rule::Consent(rule) = context.policy.rule(purpose) else {
        return Err(refused);
    };
    if request.purpose != Some(purpose) || !record.purposes.contains(&purpose) {
        return Err(refused);
    }
    let mut apis = Vec::new();
    for api in &request.scopes {
        let can_be_given = match api {
            Some(Api::Retrieve) => matches!(rule.finest, Precision::Area { .. }),
            Some(Api::Verify) => true,
            // These need no consent of anybody, so none has a state.
            Some(Api::Consents | Api::ConsentInfo | Api::Asks | Api::Events | Api::Notices) | None => false,
        };
        let api = api.filter(|api| can_be_given && record.scopes.iter().any(|scope| scope == api.name()));
        let api = api.ok_or_else(|| refused.clone())?;
        if !apis.contains(&api) {
            apis.push(api);
        }
    }
    Ok(apis)
}

/// The address to go back to, where one is wanted and named: one of the party's own.
fn callback(party: &Named, request: &ConsentInfoRequest) -> Result<Option<RedirectUri>, Problem> {
    match &request.callback {
        Some(Callback::Fit(uri)) if request.capture && party.record().takes_back(uri) => Ok(Some(uri.clone())),
        Some(Callback::Fit(_) | Callback::Unfit) if request.capture => Err(Problem::InvalidCallbackUrl),
        Some(_) | None => Ok(None),
    }
}

/// Whether the party may ask people, and has not had too many addresses for this number. It is counted whatever is known
/// of the number.
async fn may_capture(context: &Context, party: &Named, number: Msisdn, now: Timestamp) -> Result<(), Problem> {
    let scopes = &party.record().scopes;
    if !scopes.iter().any(|scope| scope == Api::Consents.name()) {
        return Err(Problem::PermissionDenied);
    }
    let captures = Allowance {
        what: "capture addresses",
        whose: &whose(party.party().id, number),
        most: CAPTURES_PER_HOUR_MAX,
        until: end_of_span(now, HOUR_S),
    };
    match captures.take(context).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Problem::CaptureFrequencyExceeded),
        Err(_) => Err(Problem::Unavailable),
    }
}

fn whose(party: PartyId, number: Msisdn) -> String {
    format!("{party}\n{}", number.to_e164())
}

/// How the scopes stand, those that stand alike together. The same is read for every number.
fn items(
    context: &Context,
    party: &Named,
    (number, purpose): (Msisdn, Purpose),
    apis: &[Api],
    now: Timestamp,
) -> Result<Vec<(Vec<Api>, Standing)>, Problem> {
    let subject = context.subject(number);
    let person = person::read(context, subject).map_err(|_| Problem::Unavailable)?;
    let rows = context
        .reader
        .read(|store| latest(store, subject.key, party.party().id))
        .map_err(|_| Problem::Unavailable)?;
    let known: Vec<Known> = rows
        .iter()
        .filter(|row| row.terms.purpose == purpose)
        .map(|row| Known::of(row, person.consent(row.terms.consent), now))
        .collect();
    let mut items: Vec<(Vec<Api>, Standing)> = Vec::new();
    for api in apis {
        let found = standing(&known, *api == Api::Retrieve, purpose, now);
        match items.iter_mut().find(|(_, other)| *other == found) {
            Some((alike, _)) => alike.push(*api),
            None => items.push((vec![*api], found)),
        }
    }
    Ok(items)
}
