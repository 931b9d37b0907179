//! A party's word that it deleted what it received, which is due when its agreement has ended. Nobody can check that it is
//! true; that it was given, by whom and when, everybody can.

use domain::id::PartyId;
use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::claims::read_date;
use super::fault::Fault;
use super::jwk::Jwk;
use super::sent::{Sent, SentClaims, UnverifiedStatement, read_plain};
use super::signing_key::{KeyError, SigningKey};

/// The `typ` of an attestation.
pub const TYPE: &str = "wayleave-deletion+jwt";

/// How long an attestation may travel: it may reach the operator by hand.
pub const LIFE_MAX: Span = Span::seconds(7 * 86_400);

/// The longest statement, in characters.
const STATEMENT_MAX: usize = 2000;

/// An attestation that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedDeletion<'a>(UnverifiedStatement<'a>);

/// An attestation that was checked: the party says so. Only [`UnverifiedDeletion::verify`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Deletion {
    /// Who says so.
    pub party: PartyId,
    /// The attestation's name, which its party may use only once.
    pub jti: String,
    /// When it was signed.
    pub issued: Timestamp,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
    /// Everything that was received until then is deleted.
    pub until: Timestamp,
    /// In the party's words: plain text of several lines.
    pub statement: String,
}

impl<'a> UnverifiedDeletion<'a> {
    /// Reads as much as is needed to look up the party's keys.
    ///
    /// # Errors
    /// If it is no signed token of this type, or its `iss` is no party's id.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        UnverifiedStatement::parse_long(text, TYPE).map(Self)
    }

    /// Whose attestation it says it is.
    #[must_use]
    pub const fn party(&self) -> PartyId {
        self.0.issuer()
    }

    /// Checks it with the party's keys, for one of the names of this gateway, at `now`. Nobody can have deleted what is yet
    /// to come: `until` lies not after the signing.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<Deletion, Fault> {
        let (sent, until, statement) = self.0.verify(keys)?.object(|claims| {
            let sent = Sent::take(claims)?;
            let until = read_date(claims.required("until")?)?;
            Ok((
                sent,
                until,
                read_plain(claims.required("statement")?, STATEMENT_MAX, true)?,
            ))
        })?;
        sent.check(audiences, LIFE_MAX, now)?;
        if until > sent.issued {
            return Err(Fault::NotYet);
        }
        Ok(Deletion {
            party: sent.issuer,
            jti: sent.jti,
            issued: sent.issued,
            expires: sent.expires,
            until,
            statement,
        })
    }
}

/// What a party signs.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Who says so.
    pub party: PartyId,
    /// The issuer URL of the gateway.
    pub audience: &'a str,
    /// The attestation's name; new each time.
    pub jti: &'a str,
    /// Everything that was received until then is deleted.
    pub until: Timestamp,
    /// In the party's words.
    pub statement: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    sent: SentClaims<'a>,
    until: i64,
    statement: &'a str,
}

/// Makes an attestation.
///
/// # Errors
/// If the key does not sign.
pub fn sign(key: &SigningKey, draft: Draft<'_>, now: Timestamp) -> Result<String, KeyError> {
    let claims = Claims {
        sent: SentClaims::new(draft.party, draft.audience, draft.jti, LIFE_MAX, now),
        until: draft.until.unix_seconds(),
        statement: draft.statement,
    };
    key.sign(TYPE, &claims)
}
