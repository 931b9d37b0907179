//! `POST /wayleave/v1/attestations`: a party whose agreement ends, or has ended, attests that it deleted what it received.
//! It is the one thing that it may still send once its credentials are dead, so the signature is the credential.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use domain::journal::settle::{Change, Item, Outcome};
use domain::journal::tree::sha256;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use wire::camara::error::Problem;
use wire::jose::deletion::{Deletion, UnverifiedDeletion};

use super::oauth::client::audiences;
use super::problem::{Explained, response};
use super::{body, statement};
use crate::context::Context;

/// Where attestations are sent.
pub const PATH: &str = "/wayleave/v1/attestations";
/// The member of the body that holds the signed attestation.
const FIELD: &str = "attestation";

/// Takes one attestation.
pub async fn take(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    match receive(&context, request).await {
        Ok(()) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }
        Err(explained) => response(&explained, context.is_sandbox()),
    }
}

async fn receive(context: &Context, request: Request) -> Result<(), Explained> {
    let now = context.now();
    let (parts, bytes) = request.into_parts();
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let text = statement::read(&bytes, FIELD)?;
    let deletion = check(context, text.trim(), now)?;
    let used = statement::once(context, FIELD, deletion.party, &deletion.jti, deletion.expires)?;
    let change = Change::AttestDeletion {
        party: deletion.party,
        until: deletion.until,
        statement: sha256(&[text.trim().as_bytes()]),
        proofs: vec![used],
    };
    match context.docket.settle(Item::Change(change)).await {
        Ok(Outcome::Changed(_)) => Ok(()),
        Ok(Outcome::Replayed | Outcome::NotApplicable) => Err(Problem::PermissionDenied.into()),
        _ => Err(Problem::Unavailable.into()),
    }
}

/// The attestation, if the party signed it for this gateway. A suspended party may attest too: it shall delete all the more.
fn check(context: &Context, text: &str, now: Timestamp) -> Result<Deletion, Problem> {
    let unfit = |fault| statement::unfit(FIELD, fault);
    let unverified = UnverifiedDeletion::parse(text).map_err(unfit)?;
    let (party, keys) = statement::enrolled(context, unverified.party(), now)?;
    let [issuer, endpoint] = audiences(context, PATH);
    let deletion = unverified.verify(&keys, &[&issuer, &endpoint], now).map_err(unfit)?;
    if context.paces.admit(party.id, now) {
        Ok(deletion)
    } else {
        Err(Problem::TooManyRequests)
    }
}
