//! What a client signs with its own key: who made it, for whom, when, and under which name it may be used once. A
//! client's assertion, the JWT bearer grant and the request object are each such a statement with claims of its own.

use domain::time::Timestamp;

use super::claims::{check_times, read_audience, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;
use crate::json::{Fields, Node, ParseError};

/// A statement that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
pub(super) struct Unchecked<'a> {
    token: Unverified<'a>,
    issuer: String,
}

impl<'a> Unchecked<'a> {
    /// Reads as much as is needed to look up its maker's keys. Without a type it may be any; with one it is of `types`: a
    /// token of another kind, though signed by the same key, is not one.
    pub(super) fn parse(text: &'a str, types: &[&str]) -> Result<Self, Fault> {
        let token = Unverified::parse(text)?;
        if token.typ.as_ref().is_some_and(|typ| !types.contains(&typ.as_str())) {
            return Err(Fault::Type);
        }
        let issuer = token
            .unverified_claims()?
            .open_object(|claims| claims.required("iss")?.text())?;
        Ok(Self { token, issuer })
    }

    /// Whose statement it says it is.
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The claims, if one of these keys signed them.
    pub(super) fn verify(&self, keys: &[Jwk]) -> Result<Node, Fault> {
        self.token.verify_by_any(keys)
    }
}

/// Whether a statement must say when it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum IssuedAt {
    /// It must.
    Required,
    /// It should.
    Optional,
}

/// The claims that every statement has.
#[derive(Debug)]
pub(super) struct Made {
    issuer: String,
    audience: Vec<String>,
    /// Its name, which its maker may use only once.
    pub(super) jti: String,
    /// Until when the name must be remembered.
    pub(super) expires: Timestamp,
    issued: Option<Timestamp>,
    not_before: Option<Timestamp>,
}

impl Made {
    /// Takes them from among all claims.
    pub(super) fn read(claims: &mut Fields, issued_at: IssuedAt) -> Result<Self, ParseError> {
        Ok(Self {
            issuer: claims.required("iss")?.text()?,
            audience: read_audience(claims.required("aud")?)?,
            jti: read_jti(claims.required("jti")?)?,
            expires: read_date(claims.required("exp")?)?,
            issued: match issued_at {
                IssuedAt::Required => Some(read_date(claims.required("iat")?)?),
                IssuedAt::Optional => claims.optional("iat").map(read_date).transpose()?,
            },
            not_before: claims.optional("nbf").map(read_date).transpose()?,
        })
    }

    /// Whether this client made it, for this server under one of its names, and lately.
    pub(super) fn check(&self, client_id: &str, audiences: &[&str], now: Timestamp) -> Result<(), Fault> {
        if self.issuer != client_id {
            return Err(Fault::Issuer);
        }
        // A statement for several servers could be replayed by one of them to another.
        if !self.audience.iter().all(|one| audiences.contains(&one.as_str())) {
            return Err(Fault::Audience);
        }
        check_times(self.expires, self.issued, self.not_before, now)
    }
}
