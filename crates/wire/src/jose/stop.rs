//! A stop that one gateway tells another: a person ended, at its end of the chain, what a party asks for a purpose. It is
//! signed with the key by which the other gateway knows the sender, and whom it is about is sealed to the other.
//!
//! It can only narrow. Whoever takes it ends what hangs on its sender, and nothing else.

use domain::id::PartyId;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::claims::SKEW;
use super::fault::Fault;
use super::jwk::Jwk;
use super::sent::{Sent, SentClaims, UnverifiedStatement, read_party};
use super::signing_key::{KeyError, SigningKey};
use crate::json::{Fields, Node, ParseError};

/// The `typ` of such a statement.
pub const TYPE: &str = "wayleave-stop+jwt";

/// How long the statement may travel.
pub const LIFE_MAX: Span = Span::seconds(300);

/// A stop that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedStop<'a>(UnverifiedStatement<'a>);

/// A stop that was checked: its sender says so, to this gateway, now. Only [`UnverifiedStop::verify`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SignedStop {
    /// The gateway that says so, as a party.
    pub sender: PartyId,
    /// The statement's name, which its sender may use only once.
    pub jti: String,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
    /// What it says.
    pub stop: Stop,
}

/// What a stop says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stop {
    /// Whose phone: sealed, see [`crate::asks::subject`].
    pub subject: String,
    /// Whose asks.
    pub recipient: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// When the person stopped it. It may be told much later, and ends nothing that they agreed to since.
    pub stopped: Timestamp,
}

impl<'a> UnverifiedStop<'a> {
    /// Reads as much as is needed to look up the sender's keys.
    ///
    /// # Errors
    /// If it is no signed token of this type, or its `iss` is no party's id.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        UnverifiedStatement::parse(text, TYPE).map(Self)
    }

    /// Whose it says it is.
    #[must_use]
    pub const fn sender(&self) -> PartyId {
        self.0.issuer()
    }

    /// Checks it with the sender's keys, for one of the names of this gateway, at `now`.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<SignedStop, Fault> {
        let (sent, stop) = self.0.verify(keys)?.object(|claims| {
            let sent = Sent::take(claims)?;
            Ok((sent, take_stop(claims)?))
        })?;
        sent.check(audiences, LIFE_MAX, now)?;
        if stop.stopped > now.after(SKEW) {
            return Err(Fault::NotYet);
        }
        Ok(SignedStop {
            sender: sent.issuer,
            jti: sent.jti,
            expires: sent.expires,
            stop,
        })
    }
}

fn take_stop(claims: &mut Fields) -> Result<Stop, ParseError> {
    let purpose = |node: Node| node.parsed("a purpose of the policy", Purpose::from_term);
    Ok(Stop {
        subject: claims.required("subject")?.text()?,
        recipient: read_party(claims.required("recipient")?)?,
        purpose: purpose(claims.required("purpose")?)?,
        stopped: claims
            .required("stopped")?
            .parsed("a date and time with its offset", Timestamp::from_rfc3339)?,
    })
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    sent: SentClaims<'a>,
    subject: &'a str,
    recipient: String,
    purpose: &'a str,
    stopped: String,
}

/// Makes a stop of this sender for the gateway at `audience`. `jti` must be new each time.
///
/// # Errors
/// If the key does not sign.
pub fn sign(
    key: &SigningKey,
    sender: PartyId,
    audience: &str,
    jti: &str,
    stop: &Stop,
    now: Timestamp,
) -> Result<String, KeyError> {
    let claims = Claims {
        sent: SentClaims::new(sender, audience, jti, LIFE_MAX, now),
        subject: &stop.subject,
        recipient: stop.recipient.to_string(),
        purpose: stop.purpose.term(),
        stopped: stop.stopped.rfc3339(),
    };
    key.sign(TYPE, &claims)
}
