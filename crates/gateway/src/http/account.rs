//! `/account/{token}`: the page of somebody who holds machine lines. They read what recipients ask for, agree once over the
//! whole list with the account's passkey, and stop one line or all.
//!
//! The link alone opens nothing but the door: what is asked, and of which lines, is shown after the passkey.

pub(super) mod keys;
mod session;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{ConsentId, LineRequestId};
use domain::journal::settle::{Change, Item, Outcome};
use domain::permission::evidence::Signed;
use domain::permission::lines::{agreed_by_account, challenge};
use domain::reply::LEAVE_WITHIN;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use serde_json::json;
use tokio::task::JoinSet;
use wire::board::PasskeyAgreement;
use wire::camara::error::Problem;
use wire::consents::Status;
use wire::oauth::form::Form;

use super::board::keys::party;
use super::board::{Look, html, locale, see_other};
use super::extract::{Path, Query};
use super::question::{is_own_origin, unavailable};
use super::{body, consents, json as answer, problem};
use crate::context::Context;
use crate::pages::account::{self as view, AccountView, DeviceView, LineResult, RequestView, Step};
use crate::store::board::accounts::Account;
use crate::store::board::lines::{Device, LineRequest};

/// So many lines of one request are settled at one time.
const AT_ONE_TIME: usize = 50;

/// The account behind an invitation, whose secret is the last part of its address.
fn find(context: &Context, token: &str) -> Result<Option<Account>, Problem> {
    let Ok(secret) = URL_SAFE_NO_PAD.decode(token) else {
        return Ok(None);
    };
    let found = context.board.store.invited(context.index.hash("account", &secret));
    found.map_err(|error| {
        tracing::error!(%error, "an account could not be read");
        Problem::Unavailable
    })
}

/// `GET /account/{token}`.
pub async fn show(
    State(context): State<Arc<Context>>,
    Path(token): Path<String>,
    Query(look): Query<Look>,
    headers: HeaderMap,
) -> Response<Body> {
    let chosen = look.lang.as_deref();
    let locale = locale(&context, &headers, chosen);
    let now = context.now();
    let (status, name, step) = match find(&context, &token) {
        Err(_) => return unavailable(&context),
        Ok(None) => (StatusCode::NOT_FOUND, String::new(), Step::Unknown),
        Ok(Some(account)) => match step(&context, &headers, &account, now) {
            Ok(step) => (StatusCode::OK, account.name, step),
            Err(_) => return unavailable(&context),
        },
    };
    let page = view::render(&AccountView {
        locale,
        operator: context.config.gateway.operator.clone(),
        name,
        token,
        step,
        passkeys: party(&context).is_some(),
        sandbox: context.is_sandbox(),
    });
    html(&context, status, page, chosen)
}

fn step(context: &Context, headers: &HeaderMap, account: &Account, now: Timestamp) -> Result<Step, Problem> {
    if account.key.is_none() {
        return Ok(Step::Invited);
    }
    if !session::is_signed_in(context, headers, account.id(), now) {
        return Ok(Step::Door);
    }
    let requests = context.board.store.requests_to(account.id());
    let requests = requests.map_err(|_| Problem::Unavailable)?;
    let shown = requests.iter().map(|request| shown(context, request, now));
    Ok(Step::SignedIn(shown.collect::<Result<_, _>>()?))
}

fn shown(context: &Context, request: &LineRequest, now: Timestamp) -> Result<RequestView, Problem> {
    let devices = request.devices.iter().map(|device| {
        let consent = consents::find(context, device.consent, request.terms.recipient)?;
        Ok(DeviceView {
            number: device.number.to_e164(),
            consent: device.consent.to_string(),
            result: match consent.map(|consent| consents::status_of(&consent, now)) {
                Some(Status::Given) => LineResult::Given,
                Some(Status::Ended) => LineResult::Ended,
                // The holder signed, and the line has no consent: it is not one of the account's machine lines.
                None if request.agreed.is_some() => LineResult::NotGiven,
                None if !request.is_open(now) => LineResult::Ended,
                Some(Status::Pending) | None => LineResult::Waiting,
            },
        })
    });
    Ok(RequestView {
        id: request.id.to_string(),
        company: request.terms.recipient_name.clone(),
        terms: request.terms.clone(),
        devices: devices.collect::<Result<_, Problem>>()?,
        until: request.until.unix_seconds(),
        challenge: request
            .is_open(now)
            .then(|| URL_SAFE_NO_PAD.encode(challenge(&request.all_terms()))),
    })
}

/// `POST /account/{token}/agree/{request}`: the account's passkey signed the whole list.
pub async fn agree(
    State(context): State<Arc<Context>>,
    Path((token, id)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    match take_agreement(&context, &token, &id, request).await {
        Ok((given, all)) => {
            let body = json!({"given": given, "lines": all});
            answer::response(StatusCode::OK, body.to_string())
        }
        Err(error) => problem::response(&error.into(), false),
    }
}

async fn take_agreement(
    context: &Arc<Context>,
    token: &str,
    id: &str,
    request: Request,
) -> Result<(usize, usize), Problem> {
    let headers = request.headers().clone();
    let (account, bytes) = keys::read(context, token, request).await?;
    if !session::is_signed_in(context, &headers, account.id(), context.now()) {
        return Err(Problem::PermissionDenied);
    }
    let agreement = PasskeyAgreement::parse(&bytes)?;
    let asked = own_request(context, &account, id)?;
    if !asked.is_open(context.now()) {
        return Err(Problem::IncompatibleState);
    }
    let key = keys::key_of(&account, &agreement.credential).ok_or(Problem::PermissionDenied)?;
    let party = party(context).ok_or(Problem::IncompatibleState)?;
    let signed = agreed_by_account(asked.all_terms(), &agreement.assertion, &key, party);
    let signed = signed.ok_or(Problem::PermissionDenied)?;
    let agree = |(device, signed): (&Device, Signed)| Change::AgreeForLine {
        subject: context.subject(device.number),
        account: account.id(),
        signed: Box::new(signed),
        words: asked.words.clone(),
        link: context.index.hash("link", &context.questions.link(device.consent)),
    };
    let changes = asked.devices.iter().zip(signed).map(agree).collect();
    let given = settle(context, changes).await?;
    // A crash before this line lets the holder agree again. What was given then is not given a second time.
    let marked = context.board.store.mark_agreed(asked.id, context.now());
    marked.map_err(|_| Problem::Unavailable)?;
    Ok((given, asked.devices.len()))
}

/// Settles what is to be done with each line, some at a time, so that others' changes find room between. How many changed:
/// which lines the account holds is decided where they are settled.
async fn settle(context: &Arc<Context>, changes: Vec<Change>) -> Result<usize, Problem> {
    let (mut settling, mut changed) = (JoinSet::new(), 0);
    let mut changes = changes.into_iter();
    loop {
        while settling.len() < AT_ONE_TIME
            && let Some(change) = changes.next()
        {
            let context = Arc::clone(context);
            settling.spawn(async move { context.docket.settle(Item::Change(change)).await });
        }
        match settling.join_next().await {
            None => return Ok(changed),
            Some(Ok(Ok(Outcome::Changed(_)))) => changed += 1,
            Some(Ok(Ok(_))) => {}
            Some(Ok(Err(_)) | Err(_)) => return Err(Problem::Unavailable),
        }
    }
}

fn own_request(context: &Context, account: &Account, id: &str) -> Result<LineRequest, Problem> {
    let id: LineRequestId = id.parse().map_err(|_| Problem::NotFound)?;
    let requests = context.board.store.requests_to(account.id());
    let requests = requests.map_err(|_| Problem::Unavailable)?;
    let found = requests.into_iter().find(|request| request.id == id);
    found.ok_or(Problem::NotFound)
}

/// `POST /account/{token}/stop/{request}`: stops one line, or all. The page comes back once nothing that was on its way can
/// still leave.
pub async fn stop(
    State(context): State<Arc<Context>>,
    Path((token, id)): Path<(String, String)>,
    request: Request,
) -> Response<Body> {
    match take_stop(&context, &token, &id, request).await {
        Ok(()) => see_other(&format!("/account/{token}")),
        Err(error) => problem::response(&error.into(), false),
    }
}

async fn take_stop(context: &Arc<Context>, token: &str, id: &str, request: Request) -> Result<(), Problem> {
    let (parts, bytes) = request.into_parts();
    if !is_own_origin(context, &parts.headers) {
        return Err(Problem::PermissionDenied);
    }
    let account = find(context, token)?.ok_or(Problem::NotFound)?;
    if !session::is_signed_in(context, &parts.headers, account.id(), context.now()) {
        // The half hour is over: the page shows its door.
        return Ok(());
    }
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, answer::FORM).await?;
    let mut form = Form::parse(&bytes).map_err(|_| Problem::NotFound)?;
    let one = form.take("consent").map(|text| text.parse::<ConsentId>());
    let one = one.transpose().map_err(|_| Problem::NotFound)?;
    let asked = own_request(context, &account, id)?;
    let wanted = |device: &&Device| one.is_none_or(|one| device.consent == one);
    let mut changes = Vec::new();
    for device in asked.devices.iter().filter(wanted) {
        if let Some(question) = consents::find(context, device.consent, asked.terms.recipient)? {
            changes.push(Change::Withdraw {
                subject: question.subject,
                consent: device.consent,
            });
        }
    }
    let settled = settle(context, changes).await;
    tokio::time::sleep(Duration::from_millis(LEAVE_WITHIN.as_ms().unsigned_abs())).await;
    settled.map(drop)
}
