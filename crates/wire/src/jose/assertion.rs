//! `private_key_jwt`: a client proves who it is by a short-lived assertion of its own (RFC 7523 §3, OpenID Connect Core
//! §9, CAMARA's security profile).

use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::claims::{check_times, read_audience, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;
use super::signing_key::{KeyError, SigningKey};

/// The form's `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedAssertion<'a> {
    token: Unverified<'a>,
    client_id: String,
}

/// An assertion that was checked: its client holds the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assertion {
    /// The client.
    pub client_id: String,
    /// Its name, which the client may use only once.
    pub jti: String,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
}

/// The types that a client's assertion may call itself. A token of another kind, though signed by the same key, is not
/// one.
const TYPES: [&str; 2] = ["jwt", "client-authentication+jwt"];

impl<'a> UnverifiedAssertion<'a> {
    /// Reads as much as is needed to look up the client's keys.
    ///
    /// # Errors
    /// If it is no signed token, or its algorithm is not ES256.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        let token = Unverified::parse(text)?;
        if token.typ.as_ref().is_some_and(|typ| !TYPES.contains(&typ.as_str())) {
            return Err(Fault::Type);
        }
        let client_id = token
            .unverified_claims()?
            .open_object(|claims| claims.required("iss")?.text())?;
        Ok(Self { token, client_id })
    }

    /// Whose assertion it says it is.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Checks it with that client's keys. `audiences` are the names of this server: its issuer URL and the full URL of
    /// the endpoint that was called.
    ///
    /// # Errors
    /// If the signature, a name or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<Assertion, Fault> {
        self.token.verify_by_any(keys)?.open_object(|claims| {
            let issuer = claims.required("iss")?.text()?;
            let subject = claims.required("sub")?.text()?;
            let audience = read_audience(claims.required("aud")?)?;
            let jti = read_jti(claims.required("jti")?)?;
            let expires = read_date(claims.required("exp")?)?;
            let issued = claims.optional("iat").map(read_date).transpose()?;
            let not_before = claims.optional("nbf").map(read_date).transpose()?;
            let check = || {
                if issuer != self.client_id || subject != self.client_id {
                    return Err(Fault::Issuer);
                }
                // An assertion for several servers could be replayed by one of them to another.
                if !audience.iter().all(|one| audiences.contains(&one.as_str())) {
                    return Err(Fault::Audience);
                }
                check_times(expires, issued, not_before, now)
            };
            Ok(check().map(|()| Assertion {
                client_id: self.client_id.clone(),
                jti,
                expires,
            }))
        })?
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
}

/// How long an assertion that this side makes may be used.
const OWN_LIFE: Span = Span::seconds(60);

/// Makes an assertion for this side's own key. `jti` must be new each time.
///
/// # Errors
/// If the key does not sign.
pub fn sign(key: &SigningKey, client_id: &str, audience: &str, jti: &str, now: Timestamp) -> Result<String, KeyError> {
    let claims = Claims {
        iss: client_id,
        sub: client_id,
        aud: audience,
        jti,
        iat: now.unix_seconds(),
        exp: now.after(OWN_LIFE).unix_seconds(),
    };
    key.sign("JWT", &claims)
}
