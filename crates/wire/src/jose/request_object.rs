//! A request that its client signed (RFC 9101; for the backchannel endpoint, CIBA Core §7.1.1): its parameters are claims
//! beside those that say who made it, for whom, and when.

use domain::time::Timestamp;

use super::claims::{check_times, read_audience, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;
use crate::json::Node;
use crate::oauth::backchannel::Parameters;

/// The types that a request object may call itself (RFC 9101 §10.8).
const TYPES: [&str; 2] = ["jwt", "oauth-authz-req+jwt"];

/// A request object that was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestObject {
    /// The parameters of the question.
    pub parameters: Parameters,
    /// The object's name, which the client may use only once.
    pub jti: String,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
}

/// Checks the request object of a client whose keys are known. `audiences` are the names of this server.
///
/// # Errors
/// If the signature, a claim, the audience or a time is not as it must be, or if it names another client.
pub fn verify(
    text: &str,
    client_id: &str,
    keys: &[Jwk],
    audiences: &[&str],
    now: Timestamp,
) -> Result<RequestObject, Fault> {
    let token = Unverified::parse(text)?;
    if token.typ.as_ref().is_some_and(|typ| !TYPES.contains(&typ.as_str())) {
        return Err(Fault::Type);
    }
    token.verify_by_any(keys)?.open_object(|claims| {
        let issuer = claims.required("iss")?.text()?;
        let named = claims.optional("client_id").map(Node::text).transpose()?;
        let audience = read_audience(claims.required("aud")?)?;
        let jti = read_jti(claims.required("jti")?)?;
        let expires = read_date(claims.required("exp")?)?;
        let issued = read_date(claims.required("iat")?)?;
        let not_before = claims.optional("nbf").map(read_date).transpose()?;
        let parameters = Parameters {
            scope: claims.optional("scope").map(Node::text).transpose()?,
            login_hint: claims.optional("login_hint").map(Node::text).transpose()?,
            other_hint: claims.has("login_hint_token") || claims.has("id_token_hint"),
        };
        let check = || {
            if issuer != client_id || named.is_some_and(|named| named != client_id) {
                return Err(Fault::Issuer);
            }
            if !audience.iter().all(|one| audiences.contains(&one.as_str())) {
                return Err(Fault::Audience);
            }
            check_times(expires, Some(issued), not_before, now)
        };
        Ok(check().map(|()| RequestObject {
            parameters,
            jti,
            expires,
        }))
    })?
}
