//! ID tokens (OpenID Connect Core §2): that a person answered through the gateway, under a name that says nothing about
//! them and is another one for each client (§8.1, pairwise).

use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::signing_key::{KeyError, SigningKey};

/// What a new ID token shall say.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// The gateway's issuer URL.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// The person's name toward this client.
    pub subject: &'a str,
    /// What the client wants to see again (§3.1.2.1), if it said something.
    pub nonce: Option<&'a str>,
    /// How long it may be accepted.
    pub life: Span,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    iat: i64,
    exp: i64,
}

/// Makes an ID token.
///
/// # Errors
/// If the key does not sign.
pub fn issue(key: &SigningKey, token: Issue<'_>, now: Timestamp) -> Result<String, KeyError> {
    let claims = Claims {
        iss: token.issuer,
        sub: token.subject,
        aud: token.client_id,
        nonce: token.nonce,
        iat: now.unix_seconds(),
        exp: now.after(token.life).unix_seconds(),
    };
    key.sign("JWT", &claims)
}
