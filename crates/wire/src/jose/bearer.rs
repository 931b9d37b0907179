//! A JWT as an authorization grant (RFC 7523 §2.1, as CAMARA's security profile has it): a client names a person and what
//! it wants to know, signed by its own key. It is a claim of the client, no authority: whether the person agreed is asked
//! elsewhere.

use domain::time::Timestamp;

use super::fault::Fault;
use super::jwk::Jwk;
use super::statement::{IssuedAt, Made, Unchecked};

/// The types that such an assertion may call itself.
const TYPES: [&str; 2] = ["jwt", "authorization-grant+jwt"];

/// An assertion that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedBearer<'a>(Unchecked<'a>);

/// An assertion that was checked: this client says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bearer {
    /// The client.
    pub client_id: String,
    /// Whom it names, in the form of a hint.
    pub subject: String,
    /// What it wants a token for; not read yet.
    pub scope: String,
    /// The assertion's name, which the client may use only once.
    pub jti: String,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
}

impl<'a> UnverifiedBearer<'a> {
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

    /// Checks it with that client's keys. `audiences` are the names of this server. Every claim of the profile must be
    /// there, `iat` too.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<Bearer, Fault> {
        self.0.verify(keys)?.open_object(|claims| {
            let made = Made::read(claims, IssuedAt::Required)?;
            let subject = claims.required("sub")?.text()?;
            let scope = claims.required("scope")?.text()?;
            let checked = made.check(self.client_id(), audiences, now);
            Ok(checked.map(|()| Bearer {
                client_id: self.client_id().to_owned(),
                subject,
                scope,
                jti: made.jti,
                expires: made.expires,
            }))
        })?
    }
}
