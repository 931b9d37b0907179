//! `private_key_jwt`: a client proves who it is by a short-lived assertion of its own (RFC 7523 §3, OpenID Connect Core
//! §9, CAMARA's security profile).

use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::fault::Fault;
use super::jwk::Jwk;
use super::signing_key::{KeyError, SigningKey};
use super::statement::{IssuedAt, Made, Unchecked};

/// The form's `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedAssertion<'a>(Unchecked<'a>);

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
    /// If it is no signed token, or its algorithm is neither ES256 nor `EdDSA`.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        Unchecked::parse(text, &TYPES).map(Self)
    }

    /// Whose assertion it says it is.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.0.issuer()
    }

    /// Checks it with that client's keys. `audiences` are the names of this server: its issuer URL and the full URL of
    /// the endpoint that was called.
    ///
    /// # Errors
    /// If the signature, a name or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<Assertion, Fault> {
        self.0.verify(keys)?.open_object(|claims| {
            let made = Made::read(claims, IssuedAt::Optional)?;
            let subject = claims.required("sub")?.text()?;
            let own = if subject == self.client_id() {
                Ok(())
            } else {
                Err(Fault::Issuer)
            };
            let checked = own.and_then(|()| made.check(self.client_id(), audiences, now));
            Ok(checked.map(|()| Assertion {
                client_id: self.client_id().to_owned(),
                jti: made.jti,
                expires: made.expires,
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
