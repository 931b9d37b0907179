//! `/wayleave/v1/consents`: a recipient asks for a consent, and asks what became of it. Nothing here can make one
//! *given*: that is done on the phone alone.

mod put;

pub use put::put_to_person;
pub(super) use put::{draft, put_by_page, put_signed, put_unsent};

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use domain::id::{ConsentId, PartyId};
use domain::journal::receipt::Receipt;
use domain::journal::settle::{Item, Outcome};
use domain::party::Caller;
use domain::permission::chain::{Chain, Relay};
use domain::permission::consent::{Life, seems_given};
use domain::permission::evidence::Grade;
use domain::policy::Rule;
use domain::purpose::Purpose;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::camara::error::Problem;
use wire::consents::{ConsentRequest, Status, print_asked, print_state};
use wire::oauth::scope::Api;
use wire::sms::words::ReplyRole;

use super::extract::Path;
use super::problem::{Explained, response};
use super::reply::{RECEIPT, receipt_header};
use super::{authenticate, body, json};
use crate::context::Context;
use crate::receipts;
use crate::store::party::sqlite::by_id as party_by_id;
use crate::store::permission::sqlite::{Question, by_id};

/// `POST` and, with an id behind it, `GET`.
pub const PATH: &str = "/wayleave/v1/consents";

/// Asks a person for a consent.
pub async fn ask(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    put(&context, request)
        .await
        .unwrap_or_else(|explained| response(&explained, context.is_sandbox()))
}

async fn put(context: &Arc<Context>, request: Request) -> Result<Response<Body>, Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, &parts, PATH, now)?;
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let subject = authenticated.subject();
    let caller = authenticated.open_with(Api::Consents, &bytes)?;
    let (wish, relays) = ConsentRequest::parse_with_relays(&bytes).map_err(Problem::from)?;
    if subject.is_some() {
        // A token about one person is not for asking others, and its person needs no second name.
        return Err(Problem::UnnecessaryIdentifier.into());
    }
    let chain = Chain {
        relays: relays.into_iter().map(|party| relay(context, party)).collect(),
        ..Chain::default()
    };
    let put = put_signed(context, caller, wish, chain, now).await?;
    // No receipt: a question that was held back has none that could be shown, and must look the same.
    Ok(json::response(StatusCode::CREATED, print_asked(put.consent, put.until)))
}

/// A relay under the name that people will read.
pub(super) fn relay(context: &Context, party: PartyId) -> Relay {
    let found = context.reader.read(|store| party_by_id(store, party, &context.sealer));
    let name = found.ok().flatten().map(|it| it.record.name);
    Relay {
        party,
        // Without a name it is not enrolled, and the question will not be put.
        name: name.unwrap_or_else(|| party.to_string()),
    }
}

/// Whether a reply by text is enough for a purpose.
#[must_use]
pub fn reply_role(context: &Context, purpose: Purpose) -> ReplyRole {
    match context.policy.rule(purpose) {
        Rule::Consent(rule) if rule.least_grade <= Grade::SmsReply => ReplyRole::Agrees,
        Rule::Consent(_) | Rule::Unavailable | Rule::Forbidden => ReplyRole::Confirms,
    }
}

/// What became of a consent. Only its own recipient can ask; to everybody else it does not exist.
pub async fn status(State(context): State<Arc<Context>>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let outcome = look_up(&context, &id, &parts).await;
    match outcome {
        Ok((body, receipt)) => {
            let mut response = json::response(StatusCode::OK, body);
            if let Some(receipt) = receipt {
                response
                    .headers_mut()
                    .insert(RECEIPT, receipt_header(&receipt.to_json()));
            }
            response
        }
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn look_up(context: &Arc<Context>, id: &str, request: &Parts) -> Result<(Vec<u8>, Option<Receipt>), Explained> {
    let now = context.now();
    let path = request.uri.path();
    let authenticated = authenticate::authenticate(context, request, path, now)?;
    super::router::check_correlator(&request.headers)?;
    let subject = authenticated.subject().map(|number| context.subject(number).key);
    let caller = authenticated.open(Api::Consents)?;
    admit(context, &caller).await?;
    let id: ConsentId = id.parse().map_err(|_| Problem::NotFound)?;
    let question = find(context, id, caller.party())?
        .filter(|question| subject.is_none_or(|subject| subject == question.subject))
        .ok_or(Problem::NotFound)?;
    let status = status_of(&question, now);
    let body = print_state(&question.terms, status);
    Ok((body, receipt(context, question, status).await?))
}

/// The receipt of the entry that made the state, where it tells no more than the state does. While a question is open,
/// waits to take effect or has ended there is none: an entry would say whether it was put, answered, refused, withdrawn or
/// left alone. And a consent for the purpose of personal safety has none while it is given: one that was withdrawn has to look the same.
async fn receipt(context: &Arc<Context>, question: Question, status: Status) -> Result<Option<Receipt>, Problem> {
    if status != Status::Given || question.terms.purpose == Purpose::PersonalSafety {
        return Ok(None);
    }
    let proofs = Arc::clone(&context.proofs);
    let found = tokio::task::spawn_blocking(move || receipts::of_given(&proofs, &question)).await;
    match found {
        Ok(Ok(receipt)) => Ok(receipt),
        Ok(Err(error)) => {
            tracing::error!(%error, "the receipt of a consent could not be made");
            Err(Problem::Unavailable)
        }
        Err(_) => Err(Problem::Internal),
    }
}

/// Uses the caller's proof up, and looks whether the party may still ask anything.
pub(super) async fn admit(context: &Context, caller: &Caller) -> Result<(), Problem> {
    for proof in caller.proofs() {
        match context.docket.settle(Item::Spend(proof)).await {
            Ok(Outcome::Done) => {}
            Ok(_) => return Err(Problem::Unauthenticated),
            Err(_) => return Err(Problem::Unavailable),
        }
    }
    if in_good_standing(context, caller.party())? {
        Ok(())
    } else {
        Err(Problem::PermissionDenied)
    }
}

/// Whether the party is enrolled and not suspended. Its token may have been given before it was; every other request is
/// held against that where it is decided.
fn in_good_standing(context: &Context, party: PartyId) -> Result<bool, Problem> {
    let found = context.reader.read(|store| party_by_id(store, party, &context.sealer));
    let party = found.map_err(|_| Problem::Unavailable)?;
    Ok(party.is_some_and(|party| !party.suspended))
}

/// One of a recipient's own consents.
pub(super) fn find(context: &Context, id: ConsentId, recipient: PartyId) -> Result<Option<Question>, Problem> {
    context
        .reader
        .read(|store| by_id(store, id, recipient, &context.sealer))
        .map_err(|_| Problem::Unavailable)
}

/// It is agreed to, and perhaps not in force yet.
fn held_from(from: Timestamp, now: Timestamp) -> Status {
    if now < from { Status::Pending } else { Status::Given }
}

/// A recipient learns whether the consent holds, and no more: an open question is pending until it lapses, and whatever
/// ended a consent is just an end.
pub(super) fn status_of(question: &Question, now: Timestamp) -> Status {
    match (question.state_at(now), question.life) {
        ("given", Some(Life::Given { from, .. })) => held_from(from, now),
        ("given", _) => Status::Given,
        // Somebody who watches over a person must see of a consent that was ended what they saw of it before.
        ("withdrawn" | "void", Some(life)) if seems_given(question.terms.purpose, life, now) => {
            held_from(life.reach().map_or(now, |reach| reach.from), now)
        }
        ("asked", _) => Status::Pending,
        // Closed before its time, by guessed codes or because it cannot be delivered: nobody answered, and more is not said.
        ("lapsed", _) if now < question.until => Status::Pending,
        _ => Status::Ended,
    }
}
