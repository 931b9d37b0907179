//! The gateway's own access tokens (RFC 9068): who asks, what for, by which key, and perhaps about whom. A token is no
//! authority; each ask still needs a permission.
//!
//! Its `sub` is the client's own name, or the sealed name of a person: whoever holds the token can read it, so a number
//! never stands in it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::certificate::CertificateThumbprint;
use super::claims::{SKEW, read_audience, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::{Jwk, Thumbprint};
use super::signing_key::{KeyError, SigningKey};
use crate::json::{Node, ParseError};
use crate::oauth::scope::Scope;

/// The `typ` of an access token.
const TYPE: &str = "at+jwt";

/// What a token can be bound to, so that a stolen one is useless.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// A key that each request proves (RFC 9449 §6.1).
    Key(Thumbprint),
    /// The client certificate of the connection (RFC 8705 §3.1).
    Certificate(CertificateThumbprint),
}

/// What an access token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessToken {
    /// The client that it was given to.
    pub client_id: String,
    /// The purpose and the interfaces that it is for.
    pub scope: Scope,
    /// The person whom a 3-legged token is about, as the gateway sealed it; `None` for a token that names nobody.
    pub subject: Option<String>,
    /// What its bearer must hold besides it, if it is bound to something.
    pub bound: Option<Bound>,
    /// Its name.
    pub jti: String,
    /// Until when it can be used.
    pub expires: Timestamp,
}

/// What a new token shall say.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// The gateway's issuer URL, which is also the audience.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// The purpose and the interfaces.
    pub scope: &'a Scope,
    /// The sealed name of the person whom it is about, if it is about one; never a client's name.
    pub subject: Option<&'a str>,
    /// What the token is bound to, if it is.
    pub bound: Option<Bound>,
    /// Sixteen bytes of chance, from which the token's name is made.
    pub chance: [u8; 16],
    /// How long the token lives.
    pub life: Span,
}

#[derive(Serialize)]
enum Confirmation {
    #[serde(rename = "jkt")]
    Key(String),
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl From<Bound> for Confirmation {
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Key(key) => Self::Key(key.to_string()),
            Bound::Certificate(certificate) => Self::Certificate(certificate.to_string()),
        }
    }
}

/// Reads `cnf` (RFC 7800 §3): one way of binding, since a token of this gateway never has two.
fn read_confirmation(node: Node) -> Result<Bound, ParseError> {
    node.object(|cnf| {
        if let Some(key) = cnf.optional("jkt") {
            return key.parsed("a thumbprint", Thumbprint::parse).map(Bound::Key);
        }
        cnf.required("x5t#S256")?
            .parsed("a thumbprint", CertificateThumbprint::parse)
            .map(Bound::Certificate)
    })
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    client_id: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    jti: String,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// Makes a token.
///
/// # Errors
/// If the key does not sign.
pub fn issue(key: &SigningKey, token: Issue<'_>, now: Timestamp) -> Result<String, KeyError> {
    let claims = Claims {
        iss: token.issuer,
        sub: token.subject.unwrap_or(token.client_id),
        client_id: token.client_id,
        aud: token.issuer,
        exp: now.after(token.life).unix_seconds(),
        iat: now.unix_seconds(),
        jti: URL_SAFE_NO_PAD.encode(token.chance),
        scope: token.scope.to_string(),
        cnf: token.bound.map(Confirmation::from),
    };
    key.sign(TYPE, &claims)
}

/// Checks a token that this gateway should have made, with its own `keys`.
///
/// # Errors
/// If it did not make it, if the token is for another gateway, or if it has expired.
pub fn verify(token: &str, keys: &[Jwk], issuer: &str, now: Timestamp) -> Result<AccessToken, Fault> {
    let token = Unverified::parse(token)?;
    if token.typ.as_deref() != Some(TYPE) {
        return Err(Fault::Type);
    }
    token.verify_by_any(keys)?.open_object(|claims| {
        let made_by = claims.required("iss")?.text()?;
        let audience = read_audience(claims.required("aud")?)?;
        let subject = claims.required("sub")?.text()?;
        let client_id = claims.required("client_id")?.text()?;
        let jti = read_jti(claims.required("jti")?)?;
        let scope = claims
            .required("scope")?
            .parsed("one purpose and known scopes", |text| text.parse().ok())?;
        let expires = read_date(claims.required("exp")?)?;
        let issued = read_date(claims.required("iat")?)?;
        let bound = claims.optional("cnf").map(read_confirmation).transpose()?;
        let check = || {
            if made_by != issuer {
                return Err(Fault::Issuer);
            }
            if audience != [issuer] {
                return Err(Fault::Audience);
            }
            if issued > now.after(SKEW) {
                return Err(Fault::NotYet);
            }
            if expires <= now { Err(Fault::Expired) } else { Ok(()) }
        };
        Ok(check().map(|()| AccessToken {
            subject: Some(subject).filter(|subject| *subject != client_id),
            client_id,
            scope,
            bound,
            jti,
            expires,
        }))
    })?
}
