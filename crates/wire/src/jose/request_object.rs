//! A request that its client signed (RFC 9101; for the backchannel endpoint, CIBA Core §7.1.1): its parameters are claims
//! beside those that say who made it, for whom, and when.

use domain::time::Timestamp;

use super::fault::Fault;
use super::jwk::Jwk;
use super::statement::{IssuedAt, Made, Unchecked};
use crate::json::{Fields, Node, ParseError};
use crate::oauth::{authorize, backchannel};

/// The types that a request object may call itself (RFC 9101 §10.8).
const TYPES: [&str; 2] = ["jwt", "oauth-authz-req+jwt"];

/// A request object that was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestObject<P> {
    /// The parameters of the request.
    pub parameters: P,
    /// The object's name, which the client may use only once.
    pub jti: String,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
}

/// Whose request object it must be, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The client.
    pub client_id: &'a str,
    /// Its keys.
    pub keys: &'a [Jwk],
    /// The names of this server.
    pub audiences: &'a [&'a str],
}

/// Checks a request object for the backchannel endpoint.
///
/// # Errors
/// If the signature, a claim, the audience or a time is not as it must be, or if it names another client.
pub fn verify(
    text: &str,
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<RequestObject<backchannel::Parameters>, Fault> {
    checked(text, expected, now, |claims| {
        Ok(backchannel::Parameters {
            scope: claims.optional("scope").map(Node::text).transpose()?,
            login_hint: claims.optional("login_hint").map(Node::text).transpose()?,
            other_hint: claims.has("login_hint_token") || claims.has("id_token_hint"),
        })
    })
}

/// Checks a request object for the authorization endpoint.
///
/// # Errors
/// As for [`verify`].
pub fn verify_authorization(
    text: &str,
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<RequestObject<authorize::Parameters>, Fault> {
    checked(text, expected, now, authorize::Parameters::of_claims)
}

fn checked<P>(
    text: &str,
    expected: Expected<'_>,
    now: Timestamp,
    read: impl FnOnce(&mut Fields) -> Result<P, ParseError>,
) -> Result<RequestObject<P>, Fault> {
    let object = Unchecked::parse(text, &TYPES)?;
    object.verify(expected.keys)?.open_object(|claims| {
        let made = Made::read(claims, IssuedAt::Required)?;
        let named = claims.optional("client_id").map(Node::text).transpose()?;
        let parameters = read(claims)?;
        let own = if named.is_none_or(|named| named == expected.client_id) {
            Ok(())
        } else {
            Err(Fault::Issuer)
        };
        let checked = own.and_then(|()| made.check(expected.client_id, expected.audiences, now));
        Ok(checked.map(|()| RequestObject {
            parameters,
            jti: made.jti,
            expires: made.expires,
        }))
    })?
}
