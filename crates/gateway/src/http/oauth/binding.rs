//! What a new token is bound to: needed in a live world and where the party is so enrolled, taken where it is offered.

use axum::http::request::Parts;
use domain::party::ReplayKey;
use domain::time::Timestamp;
use wire::jose::access_token::Bound;
use wire::jose::dpop;
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;
use wire::oauth::token::TokenType;

use super::client::spend;
use crate::context::Context;
use crate::http::authenticate::{replay_key, shown};
use crate::party::{Binding as Enrolled, PartyRecord};

/// What a token will be bound to, and what that uses up.
#[derive(Debug)]
pub(super) struct Binding {
    /// To what.
    pub(super) bound: Option<Bound>,
    proof: Option<ReplayKey>,
}

impl Binding {
    /// Uses the proof up.
    pub(super) async fn spend(&self, context: &Context) -> Result<(), OAuthError> {
        match self.proof {
            Some(proof) => spend(context, proof, OAuthError::InvalidDpopProof).await,
            None => Ok(()),
        }
    }

    /// How the token is used.
    pub(super) const fn token_type(&self) -> TokenType {
        match self.bound {
            Some(Bound::Key(_)) => TokenType::Dpop,
            // RFC 8705 §3 leaves the type of a token that a certificate binds as it is.
            Some(Bound::Certificate(_)) | None => TokenType::Bearer,
        }
    }
}

/// Reads what the request offers, and holds it against what the party must have. A certificate binds only tokens of a
/// party that is so enrolled: others may show one for reasons of their own.
///
/// # Errors
/// `invalid_dpop_proof` when a proof is missing or not valid, `invalid_request` when a certificate is missing.
pub(super) fn bind(
    context: &Context,
    request: &Parts,
    record: &PartyRecord,
    now: Timestamp,
) -> Result<Binding, OAuthError> {
    if record.binding == Enrolled::Certificate {
        let certificate = shown(request).ok_or(OAuthError::InvalidRequest(
            "expected a client certificate on this connection, found none",
        ))?;
        return Ok(Binding {
            bound: Some(Bound::Certificate(certificate)),
            proof: None,
        });
    }
    let invalid = OAuthError::InvalidDpopProof;
    let mut proofs = request.headers.get_all("dpop").iter();
    let proof = match (proofs.next(), proofs.next()) {
        (None, _) if record.binding == Enrolled::Dpop || !context.is_sandbox() => return Err(invalid),
        (None, _) => {
            return Ok(Binding {
                bound: None,
                proof: None,
            });
        }
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
    Ok(Binding {
        bound: Some(Bound::Key(proof.key)),
        proof: Some(used),
    })
}
