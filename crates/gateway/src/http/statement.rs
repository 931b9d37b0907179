//! What a party signs besides asks: an event, a notice, an attestation. Each comes as one JWS in a JSON object, is checked
//! with the party's enrolled keys, and counts once.

use domain::id::PartyId;
use domain::party::ReplayKey;
use domain::time::Timestamp;
use wire::camara::error::Problem;
use wire::jose::Fault;
use wire::jose::jwk::Jwk;
use wire::json::{self, DEPTH_MAX, ParseError};

use super::authenticate::replay_key;
use crate::context::Context;
use crate::store::life::due::is_spent;
use crate::store::party::sqlite::{Listed, by_id};

/// Reads the body `{"<field>": "<JWS>"}`.
///
/// # Errors
/// `InvalidArgument` for any other body.
pub fn read(bytes: &[u8], field: &'static str) -> Result<String, Problem> {
    let node = json::parse(bytes, DEPTH_MAX)?;
    Ok(node.object(|fields| fields.required(field)?.text())?)
}

/// A party, and the keys that are its keys now.
///
/// # Errors
/// The one fixed refusal if there is no such party, `Unavailable` if the store cannot be read.
pub fn enrolled(context: &Context, party: PartyId, now: Timestamp) -> Result<(Listed, Vec<Jwk>), Problem> {
    let found = context.reader.read(|store| by_id(store, party, &context.sealer));
    let party = found
        .map_err(|_| Problem::Unavailable)?
        .ok_or(Problem::PermissionDenied)?;
    let keys = party.record.jwks(now);
    Ok((party, keys))
}

/// The same, of a party that is not suspended.
///
/// # Errors
/// As [`enrolled`]; the one fixed refusal if it is suspended.
pub fn signer(context: &Context, party: PartyId, now: Timestamp) -> Result<(Listed, Vec<Jwk>), Problem> {
    let (party, keys) = enrolled(context, party, now)?;
    if party.suspended {
        return Err(Problem::PermissionDenied);
    }
    Ok((party, keys))
}

/// Whether the agreement with a party is over, whatever for.
#[must_use]
pub fn is_over(party: &Listed, now: Timestamp) -> bool {
    let ending = party.held.ending.as_ref();
    ending.is_some_and(|ending| ending.on <= now && ending.keeps.is_empty())
}

/// The use-up of a statement.
///
/// # Errors
/// `InvalidArgument` if it was used before, `Unavailable` if the store cannot be read.
pub fn once(
    context: &Context,
    field: &'static str,
    by: PartyId,
    jti: &str,
    expires: Timestamp,
) -> Result<ReplayKey, Problem> {
    let used = replay_key(context, field, &by.to_string(), jti, expires);
    match context.reader.read(|store| is_spent(store, used)) {
        Ok(false) => Ok(used),
        Ok(true) => {
            let error = ParseError::new("a `jti` that was not used before", "one that was");
            Err(error.under_field(field).into())
        }
        Err(_) => Err(Problem::Unavailable),
    }
}

/// What is said of a statement that is not taken: what was expected, and never a value of it.
#[must_use]
pub fn unfit(field: &'static str, fault: Fault) -> Problem {
    let error = match fault {
        Fault::Malformed(error) => error,
        Fault::TooLong => ParseError::new("a signed statement that fits", "a longer one"),
        Fault::Type => ParseError::new("a signed statement of the type that this address takes", "another type"),
        Fault::Algorithm | Fault::UnknownKey | Fault::Signature => {
            ParseError::new("a signature by one of its maker's enrolled keys", "another")
        }
        Fault::Issuer => ParseError::new("its maker to be the client of the token", "another"),
        Fault::Audience => ParseError::new("this gateway's issuer as `aud`", "another"),
        Fault::Expired => ParseError::new("times that are not over", "one that is"),
        Fault::NotYet => ParseError::new("times that have come", "one that is still to come"),
        Fault::LivesTooLong => ParseError::new("times no further ahead than this address takes", "a later one"),
        Fault::Method | Fault::Address | Fault::AccessToken => ParseError::new("a signed statement", "a proof"),
    };
    error.under_field(field).into()
}
