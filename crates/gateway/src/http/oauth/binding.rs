//! What a new token is bound to: needed in a live world and where the party is so enrolled, taken where it is offered.

use axum::http::request::Parts;
use domain::party::ReplayKey;
use domain::time::Timestamp;
use wire::jose::dpop;
use wire::jose::jwk::Thumbprint;
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;

use super::client::spend;
use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::party::{Binding, PartyRecord};

/// What a token will be bound to, and what that uses up.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) key: Option<Thumbprint>,
    proof: Option<ReplayKey>,
}

impl Bound {
    /// Uses the proof up.
    pub(super) async fn spend(&self, context: &Context) -> Result<(), OAuthError> {
        match self.proof {
            Some(proof) => spend(context, proof, OAuthError::InvalidDpopProof).await,
            None => Ok(()),
        }
    }
}

/// Reads what the request offers, and holds it against what the party must have.
///
/// # Errors
/// `invalid_dpop_proof` when a proof is missing or not valid.
pub(super) fn bind(
    context: &Context,
    request: &Parts,
    record: &PartyRecord,
    now: Timestamp,
) -> Result<Bound, OAuthError> {
    let invalid = OAuthError::InvalidDpopProof;
    let mut proofs = request.headers.get_all("dpop").iter();
    let proof = match (proofs.next(), proofs.next()) {
        (None, _) if record.binding == Binding::Dpop || !context.is_sandbox() => return Err(invalid),
        (None, _) => return Ok(Bound { key: None, proof: None }),
        (Some(proof), None) => proof.to_str().map_err(|_| invalid.clone())?,
        (Some(_), Some(_)) => return Err(invalid),
    };
    let url = format!("{}{TOKEN_PATH}", context.config.gateway.issuer);
    let target = dpop::Request {
        method: "POST",
        url: &url,
        access_token: None,
    };
    let proof = dpop::verify(proof, target, now).map_err(|_| invalid)?;
    let used = replay_key(context, "dpop", &proof.key.to_string(), &proof.jti, proof.expires);
    Ok(Bound {
        key: Some(proof.key),
        proof: Some(used),
    })
}
