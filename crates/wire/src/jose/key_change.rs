//! A party's next keys, signed by one of its present ones: so nobody but the party can put others in their place. The key
//! that outcomes are sealed to may change with them: the next link of a chain that begins at its enrolment.

use domain::time::{Span, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::claims::{SKEW, read_audience, read_date};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;
use super::sealing_key::SealingJwk;
use super::signing_key::{KeyError, SigningKey};
use crate::oauth::jwks;

/// The `typ` of such a statement.
const TYPE: &str = "wayleave-keys+jwt";

/// How long a statement may be used: it travels to the operator by hand.
const LIFE: Span = Span::seconds(7 * 86_400);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jwks: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_jwk: Option<Value>,
}

/// What a statement says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyChange {
    /// The keys that shall be all of the client's.
    pub keys: Vec<Jwk>,
    /// The key that outcomes shall be sealed to from then on; `None` if it stays.
    pub encryption: Option<SealingJwk>,
}

/// Makes a statement with one of the present keys: `keys` shall be all of the client's keys, and `encryption` the one that
/// outcomes are sealed to, if that changes.
///
/// # Errors
/// If the key does not sign.
pub fn sign(
    key: &SigningKey,
    client_id: &str,
    audience: &str,
    keys: &[Jwk],
    encryption: Option<&SealingJwk>,
    now: Timestamp,
) -> Result<String, KeyError> {
    let claims = Claims {
        iss: client_id,
        aud: audience,
        iat: now.unix_seconds(),
        exp: now.after(LIFE).unix_seconds(),
        jwks: jwks::value(keys),
        encryption_jwk: encryption.map(SealingJwk::print),
    };
    key.sign(TYPE, &claims)
}

/// Checks a statement of this client for the gateway at `issuer`.
///
/// # Errors
/// If none of `keys` signed it, or if it is another client's, for another gateway, too old, or names no good keys.
pub fn verify(text: &str, client_id: &str, keys: &[Jwk], issuer: &str, now: Timestamp) -> Result<KeyChange, Fault> {
    let token = Unverified::parse(text)?;
    if token.typ.as_deref() != Some(TYPE) {
        return Err(Fault::Type);
    }
    token.verify_by_any(keys)?.object(|claims| {
        let made_by = claims.required("iss")?.text()?;
        let audience = read_audience(claims.required("aud")?)?;
        let issued = read_date(claims.required("iat")?)?;
        let expires = read_date(claims.required("exp")?)?;
        let next = KeyChange {
            keys: jwks::read(claims.required("jwks")?)?,
            encryption: claims.optional("encryption_jwk").map(SealingJwk::read).transpose()?,
        };
        let check = || {
            if made_by != client_id {
                return Err(Fault::Issuer);
            }
            if audience != [issuer] {
                return Err(Fault::Audience);
            }
            if issued > now.after(SKEW) {
                return Err(Fault::NotYet);
            }
            if expires <= now || issued.after(LIFE) <= now {
                return Err(Fault::Expired);
            }
            Ok(())
        };
        Ok(check().map(|()| next))
    })?
}
