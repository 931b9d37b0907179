//! What a party signs and sends to one gateway: asks, events, notices, attestations. Each says who made it, for whom, when,
//! until when, and under which name it counts once. All five are required, and a claim that nobody knows is refused, so that
//! no two readers can understand one statement differently.

use domain::id::PartyId;
use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::claims::{SKEW, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;
use crate::json::{Fields, Node, ParseError};

/// The longest statement that people write, in bytes: a text in any script, and the hashes of papers.
const LONG_BYTES_MAX: usize = 65_536;

/// A statement that says which party's it is, and that nobody has checked yet.
#[derive(Debug)]
pub(super) struct UnverifiedStatement<'a> {
    token: Unverified<'a>,
    issuer: PartyId,
}

impl<'a> UnverifiedStatement<'a> {
    /// Reads as much as is needed to look up its maker's keys. A token of another type, though signed by the same key, is
    /// no such statement.
    pub(super) fn parse(text: &'a str, typ: &str) -> Result<Self, Fault> {
        Self::of(Unverified::parse(text)?, typ)
    }

    /// As [`UnverifiedStatement::parse`], for those that are written by people.
    pub(super) fn parse_long(text: &'a str, typ: &str) -> Result<Self, Fault> {
        Self::of(Unverified::parse_up_to(text, LONG_BYTES_MAX)?, typ)
    }

    fn of(token: Unverified<'a>, typ: &str) -> Result<Self, Fault> {
        if token.typ.as_deref() != Some(typ) {
            return Err(Fault::Type);
        }
        let issuer = token
            .unverified_claims()?
            .open_object(|claims| read_party(claims.required("iss")?))?;
        Ok(Self { token, issuer })
    }

    /// Whose statement it says it is.
    pub(super) const fn issuer(&self) -> PartyId {
        self.issuer
    }

    /// The claims, whoever signed them.
    pub(super) fn unverified_claims(&self) -> Result<Node, Fault> {
        self.token.unverified_claims()
    }

    /// The claims, if one of these keys signed them.
    pub(super) fn verify(&self, keys: &[Jwk]) -> Result<Node, Fault> {
        self.token.verify_by_any(keys)
    }
}

/// The claims that all of them have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sent {
    /// Who made it.
    pub(super) issuer: PartyId,
    audience: String,
    /// When it was made.
    pub(super) issued: Timestamp,
    /// Until when its name must be remembered.
    pub(super) expires: Timestamp,
    /// Its name, which its maker may use only once.
    pub(super) jti: String,
}

impl Sent {
    /// Takes them from among all claims.
    pub(super) fn take(claims: &mut Fields) -> Result<Self, ParseError> {
        Ok(Self {
            issuer: read_party(claims.required("iss")?)?,
            audience: claims.required("aud")?.text()?,
            issued: read_date(claims.required("iat")?)?,
            expires: read_date(claims.required("exp")?)?,
            jti: read_jti(claims.required("jti")?)?,
        })
    }

    /// Whether it is for this gateway, under one of its names, of now, and lives no longer than `life_max`.
    pub(super) fn check(&self, audiences: &[&str], life_max: Span, now: Timestamp) -> Result<(), Fault> {
        if !audiences.contains(&self.audience.as_str()) {
            return Err(Fault::Audience);
        }
        if self.expires <= now {
            return Err(Fault::Expired);
        }
        if self.issued > now.after(SKEW) {
            return Err(Fault::NotYet);
        }
        if self.expires > self.issued.after(life_max) {
            return Err(Fault::LivesTooLong);
        }
        Ok(())
    }
}

/// The same claims, as a party's program signs them.
#[derive(Serialize)]
pub(super) struct SentClaims<'a> {
    iss: String,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
}

impl<'a> SentClaims<'a> {
    /// `life` is how long it may be used, from `now`.
    pub(super) fn new(by: PartyId, audience: &'a str, jti: &'a str, life: Span, now: Timestamp) -> Self {
        // Whole seconds on both sides, so that the two differ by no more than the life.
        let made = Timestamp::from_unix_seconds(now.unix_seconds());
        Self {
            iss: by.to_string(),
            aud: audience,
            iat: made.unix_seconds(),
            exp: made.after(life).unix_seconds(),
            jti,
        }
    }
}

/// Reads a party's id.
pub(crate) fn read_party(node: Node) -> Result<PartyId, ParseError> {
    node.parsed("a party's id", |text| text.parse().ok())
}

/// Reads plain text of 1 to so many characters: what a person can read, and nothing that moves a cursor or turns a line
/// around.
pub(super) fn read_plain(node: Node, characters_max: usize, several_lines: bool) -> Result<String, ParseError> {
    let turns_around =
        |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let plain = |c: char| !(c.is_control() || turns_around(c)) || (several_lines && c == '\n');
    node.parsed("plain text of a bounded length", |text| {
        let fits = (1..=characters_max).contains(&text.chars().count());
        (fits && !text.trim().is_empty() && text.chars().all(plain)).then(|| text.to_owned())
    })
}
