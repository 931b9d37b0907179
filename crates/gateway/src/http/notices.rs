//! `POST /wayleave/v1/notices`: an enrolled party, a regulator or another gateway says that a party misuses what it is
//! given, that it suspended it, or that its agreement with it ends. Somebody here acts on a documented notice of misuse
//! or dismisses it in time, or what it is about is suspended by itself; everything else is information.
//!
//! The signature is the credential: nobody needs a token to warn.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use domain::id::NoticeId;
use domain::journal::settle::{Change, Item, Misuse, Outcome};
use domain::journal::store::StoreError;
use domain::journal::tree::sha256;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use serde_json::json;
use tokio::sync::Mutex;
use wire::camara::error::Problem;
use wire::jose::notice::{Notice, NoticeKind, SignedNotice, UnverifiedNotice};
use wire::json::ParseError;
use wire::oauth::scope::Api;

use super::oauth::client::audiences;
use super::problem::{Explained, response};
use super::{body, json as answer, statement};
use crate::context::Context;
use crate::store::party::notices::{LIST_MAX, Row, of_document, standing_of};
use crate::store::party::sqlite::by_id;

/// Where notices are sent.
pub const PATH: &str = "/wayleave/v1/notices";
/// So many notices of misuse of one sender wait at most: nobody suspends everybody at once.
const WAITING_MAX: usize = 5;
/// One notice is taken at a time, so that how many wait is still so when the next is written.
static TURN: Mutex<()> = Mutex::const_new(());
/// The member of the body that holds the signed notice.
const FIELD: &str = "notice";

/// Takes one notice.
pub async fn take(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    let outcome = receive(&context, request).await;
    let word = if outcome.is_ok() { "taken" } else { "refused" };
    metrics::counter!("wayleave_notices_total", "outcome" => word).increment(1);
    match outcome {
        Ok((id, until)) => {
            let body = json!({"notice": id.to_string(), "until": until.map(Timestamp::rfc3339)});
            answer::response(StatusCode::ACCEPTED, body.to_string())
        }
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn receive(context: &Context, request: Request) -> Result<(NoticeId, Option<Timestamp>), Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let text = statement::read(&bytes, FIELD)?;
    let signed = check(context, text.trim(), now)?;
    known(context, &signed)?;
    let document = sha256(&[text.trim().as_bytes()]);
    let _turn = TURN.lock().await;
    if let Some(first) = waits(context, &signed, document)? {
        return Ok(first);
    }
    let used = statement::once(context, FIELD, signed.sender, &signed.jti, signed.expires)?;
    let misuse = Misuse {
        id: NoticeId::new(now, context.chance.bytes()),
        by: signed.sender,
        about: signed.notice.about,
        purpose: signed.notice.purpose,
        kind: signed.notice.kind.word(),
        document,
        text: text.trim().to_owned(),
        until: has_clock(&signed.notice).then(|| now.after(Span::seconds(context.config.notices.act_within_s))),
    };
    let (id, until) = (misuse.id, misuse.until);
    let change = Change::ReceiveNotice {
        notice: Box::new(misuse),
        proofs: vec![used],
    };
    match context.docket.settle(Item::Change(change)).await {
        Ok(Outcome::Changed(_)) => {
            let (about, kind, clock) = (signed.notice.about, signed.notice.kind.word(), until.is_some());
            tracing::warn!(notice = %id, %about, kind, clock, "a notice came; act on it or dismiss it: wayleave notice");
            Ok((id, until))
        }
        // Since it was looked at, the sender was suspended, or sent the same again.
        Ok(Outcome::Replayed | Outcome::NotApplicable) => Err(Problem::PermissionDenied.into()),
        _ => Err(Problem::Unavailable.into()),
    }
}

/// Whether a notice suspends when nobody looks at it: a word without papers does not, and what a gateway decided for itself
/// decides nothing here.
fn has_clock(notice: &Notice) -> bool {
    notice.kind == NoticeKind::Misuse && !notice.documents.is_empty()
}

/// The notice that this one repeats, if it does: the same again after a lost answer, or what a peer told before. A notice
/// of misuse waits for those that the sender sent before it.
fn waits(
    context: &Context,
    signed: &SignedNotice,
    document: [u8; 32],
) -> Result<Option<(NoticeId, Option<Timestamp>)>, Problem> {
    let read = context.reader.read(|store| {
        let same = of_document(store, (signed.sender, document), &context.sealer)?;
        Ok::<_, StoreError>((same, standing_of(store, signed.sender, &context.sealer)?))
    });
    let (same, standing) = read.map_err(|_| Problem::Unavailable)?;
    if let Some(same) = same {
        return Ok(Some((same.id, same.until)));
    }
    let wait = |want| Err(Problem::from(ParseError::new(want, "one more").under_field(FIELD)));
    if standing.len() >= LIST_MAX {
        return wait("at most 500 notices of one sender that nobody closed");
    }
    let kind = signed.notice.kind.word();
    let alike = |row: &&Row| row.about == signed.notice.about && row.purpose == signed.notice.purpose;
    if signed.notice.kind == NoticeKind::Misuse {
        let mut misuse = standing.iter().filter(|row| row.kind == kind);
        let clock = has_clock(&signed.notice);
        if misuse.clone().filter(alike).any(|row| row.until.is_some() == clock) {
            return wait("no open notice of the same sender about the same");
        }
        return match misuse.nth(WAITING_MAX - 1) {
            Some(_) => wait("at most 5 open notices of one sender"),
            None => Ok(None),
        };
    }
    // What a peer says last counts: suspended after resumed is news, suspended after suspended is not. The day on which an
    // agreement ends may change.
    let mut told = standing
        .iter()
        .filter(|row| row.kind == "suspended" || row.kind == "resumed");
    let last = told.find(alike).filter(|row| row.kind == kind);
    Ok(last.map(|row| (row.id, row.until)))
}

/// The notice, if a party that may send notices signed it for this gateway.
fn check(context: &Context, text: &str, now: Timestamp) -> Result<SignedNotice, Problem> {
    let unfit = |fault| statement::unfit(FIELD, fault);
    let unverified = UnverifiedNotice::parse(text).map_err(unfit)?;
    let (party, keys) = statement::signer(context, unverified.sender(), now)?;
    let [issuer, endpoint] = audiences(context, PATH);
    let signed = unverified.verify(&keys, &[&issuer, &endpoint], now).map_err(unfit)?;
    let may = party.record.scopes.iter().any(|scope| scope == Api::Notices.name());
    if !may || statement::is_over(&party, now) {
        return Err(Problem::PermissionDenied);
    }
    if !context.paces.admit(party.id, now) {
        return Err(Problem::TooManyRequests);
    }
    Ok(signed)
}

/// Whom it is about is enrolled here, and has that programme: a notice about nothing could suspend nothing.
fn known(context: &Context, signed: &SignedNotice) -> Result<(), Problem> {
    let about = signed.notice.about;
    let found = context.reader.read(|store| by_id(store, about, &context.sealer));
    let unfit = |want, at: &str| Problem::from(ParseError::new(want, "another").under_field(at).under_field(FIELD));
    let party = found
        .map_err(|_| Problem::Unavailable)?
        .ok_or_else(|| unfit("a party that is enrolled here", "about"))?;
    match signed.notice.purpose {
        Some(purpose) if !party.record.purposes.contains(&purpose) => {
            Err(unfit("a purpose that the party is approved for", "purpose"))
        }
        _ => Ok(()),
    }
}
