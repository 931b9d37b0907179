//! A request that its client signed (RFC 9101; for the backchannel endpoint, CIBA Core §7.1.1): its parameters are claims
//! beside those that say who made it, for whom, and when.

use domain::time::Timestamp;

use super::fault::Fault;
use super::jwk::Jwk;
use super::statement::{IssuedAt, Made, Unchecked};
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
    let object = Unchecked::parse(text, &TYPES)?;
    object.verify(keys)?.open_object(|claims| {
        let made = Made::read(claims, IssuedAt::Required)?;
        let named = claims.optional("client_id").map(Node::text).transpose()?;
        let parameters = Parameters {
            scope: claims.optional("scope").map(Node::text).transpose()?,
            login_hint: claims.optional("login_hint").map(Node::text).transpose()?,
            other_hint: claims.has("login_hint_token") || claims.has("id_token_hint"),
        };
        let own = if named.is_none_or(|named| named == client_id) {
            Ok(())
        } else {
            Err(Fault::Issuer)
        };
        let checked = own.and_then(|()| made.check(client_id, audiences, now));
        Ok(checked.map(|()| RequestObject {
            parameters,
            jti: made.jti,
            expires: made.expires,
        }))
    })?
}
