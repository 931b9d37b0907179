//! A JWT as an authorization grant (RFC 7523 §2.1, as CAMARA's security profile has it): a client names a person and what
//! it wants to know, signed by its own key. It is a claim of the client, no authority: whether the person agreed is asked
//! elsewhere.

use domain::time::Timestamp;

use super::claims::{check_times, read_audience, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;

/// The types that such an assertion may call itself.
const TYPES: [&str; 2] = ["jwt", "authorization-grant+jwt"];

/// An assertion that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedBearer<'a> {
    token: Unverified<'a>,
    client_id: String,
}

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

    /// Checks it with that client's keys. `audiences` are the names of this server. Every claim of the profile must be
    /// there, `iat` too.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<Bearer, Fault> {
        self.token.verify_by_any(keys)?.open_object(|claims| {
            let issuer = claims.required("iss")?.text()?;
            let subject = claims.required("sub")?.text()?;
            let audience = read_audience(claims.required("aud")?)?;
            let jti = read_jti(claims.required("jti")?)?;
            let scope = claims.required("scope")?.text()?;
            let expires = read_date(claims.required("exp")?)?;
            let issued = read_date(claims.required("iat")?)?;
            let not_before = claims.optional("nbf").map(read_date).transpose()?;
            let check = || {
                if issuer != self.client_id {
                    return Err(Fault::Issuer);
                }
                if !audience.iter().all(|one| audiences.contains(&one.as_str())) {
                    return Err(Fault::Audience);
                }
                check_times(expires, Some(issued), not_before, now)
            };
            Ok(check().map(|()| Bearer {
                client_id: self.client_id.clone(),
                subject,
                scope,
                jti,
                expires,
            }))
        })?
    }
}
