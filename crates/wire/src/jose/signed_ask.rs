//! The signed ask: a compact JWS by which its recipient, and nobody on the way, asks a gateway. It names who may carry it,
//! whom it is about (sealed), what for, and what is asked; it lives for a minute, and counts once.
//!
//! It is read in three steps, so that the gateway can say in its journal how far each one came: whose it says it is, that
//! its recipient signed it, that it is for this gateway and of now.

use domain::id::PartyId;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::fault::Fault;
use super::jwk::Jwk;
use super::sent::{Sent, SentClaims, UnverifiedStatement, read_party};
use super::signing_key::{KeyError, SigningKey};
use crate::asks::{EventName, Wish};
use crate::json::{Fields, ParseError};

/// The `typ` of a signed ask.
pub const TYPE: &str = "wayleave-ask+jwt";

/// How long an ask may live.
pub const LIFE_MAX: Span = Span::seconds(60);

/// How many parties may carry an ask.
pub const RELAYS_MAX: usize = 4;

/// An ask that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedAsk<'a>(UnverifiedStatement<'a>);

/// An ask that its recipient signed. Whether it is for this gateway, and of now, was not checked yet: it is good for a
/// journal, and for nothing else.
#[derive(Clone, PartialEq, Debug)]
#[must_use]
pub struct GenuineAsk {
    sent: Sent,
    relays: Vec<PartyId>,
    subject: String,
    purpose: Purpose,
    event: Option<EventName>,
    wish: Wish,
}

/// An ask that was checked: its recipient asks this gateway, now. Only [`GenuineAsk::check`] makes one.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct SignedAsk {
    /// Who asks, and will read the outcome.
    pub recipient: PartyId,
    /// The ask's name, which its recipient may use only once.
    pub jti: String,
    /// When it was signed.
    pub issued: Timestamp,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
    /// Who may carry it, from the recipient outward.
    pub relays: Vec<PartyId>,
    /// Whom it is about: sealed, see [`crate::asks::subject`].
    pub subject: String,
    /// What for.
    pub purpose: Purpose,
    /// The event that it rests on.
    pub event: Option<EventName>,
    /// What is asked.
    pub wish: Wish,
}

impl<'a> UnverifiedAsk<'a> {
    /// Reads as much as is needed to look up the recipient's keys.
    ///
    /// # Errors
    /// If it is no signed token of this type, or its `iss` is no party's id.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        UnverifiedStatement::parse(text, TYPE).map(Self)
    }

    /// Whose ask it says it is.
    #[must_use]
    pub const fn recipient(&self) -> PartyId {
        self.0.issuer()
    }

    /// Checks that one of the recipient's `keys` signed it, and reads the claims.
    ///
    /// # Errors
    /// If the signature does not match, or a claim is missing, unknown or has another form.
    pub fn genuine(&self, keys: &[Jwk]) -> Result<GenuineAsk, Fault> {
        Ok(self.0.verify(keys)?.object(GenuineAsk::take)?)
    }

    /// The claims of an ask that nobody has vouched for: good for saying in a journal that somebody tried.
    ///
    /// # Errors
    /// If a claim is missing, unknown or has another form.
    pub fn claimed(&self) -> Result<ClaimedAsk, Fault> {
        Ok(ClaimedAsk(self.0.unverified_claims()?.object(GenuineAsk::take)?))
    }

    /// Both checks in one: by the recipient's `keys`, for one of the names of this gateway, at `now`.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be; see [`Fault::class`].
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<SignedAsk, Fault> {
        self.genuine(keys)?.check(audiences, now)
    }
}

fn take_relays(claims: &mut Fields, recipient: PartyId) -> Result<Vec<PartyId>, ParseError> {
    let relays: Vec<PartyId> = claims.required("relays")?.list(0..=RELAYS_MAX, read_party)?;
    let mut seen = vec![recipient];
    for relay in &relays {
        if seen.contains(relay) {
            return Err(ParseError::new("each party once, and not the recipient", "one again").under_field("relays"));
        }
        seen.push(*relay);
    }
    Ok(relays)
}

/// An ask of which nobody knows who made it.
#[derive(Clone, PartialEq, Debug)]
pub struct ClaimedAsk(GenuineAsk);

impl ClaimedAsk {
    /// Whose ask it says it is.
    #[must_use]
    pub const fn claims_to_be(&self) -> PartyId {
        self.0.recipient()
    }

    /// The ask's name.
    #[must_use]
    pub fn jti(&self) -> &str {
        self.0.jti()
    }

    /// Whom it is about, sealed.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.0.subject()
    }

    /// What is asked.
    #[must_use]
    pub const fn wish(&self) -> &Wish {
        self.0.wish()
    }
}

impl GenuineAsk {
    fn take(claims: &mut Fields) -> Result<Self, ParseError> {
        let sent = Sent::take(claims)?;
        Ok(Self {
            relays: take_relays(claims, sent.issuer)?,
            subject: claims.required("subject")?.text()?,
            purpose: claims
                .required("purpose")?
                .parsed("a purpose of the policy", Purpose::from_term)?,
            event: claims
                .optional("event")
                .map(|node| node.parsed(EventName::WANT, EventName::parse))
                .transpose()?,
            wish: Wish::read(claims.required("question")?)?,
            sent,
        })
    }

    /// Whom it is about, sealed.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The event that it rests on.
    #[must_use]
    pub const fn event(&self) -> Option<&EventName> {
        self.event.as_ref()
    }

    /// What is asked.
    #[must_use]
    pub const fn wish(&self) -> &Wish {
        &self.wish
    }

    /// Who signed it.
    #[must_use]
    pub const fn recipient(&self) -> PartyId {
        self.sent.issuer
    }

    /// The ask's name.
    #[must_use]
    pub fn jti(&self) -> &str {
        &self.sent.jti
    }

    /// Until when it may be used.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.sent.expires
    }

    /// Who may carry it, from the recipient outward.
    #[must_use]
    pub fn relays(&self) -> &[PartyId] {
        &self.relays
    }

    /// What for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The class of what is asked.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        self.wish.class()
    }

    /// Checks that it is for this gateway, under one of its names, and of now.
    ///
    /// # Errors
    /// `Audience`, `Expired`, `NotYet`, or `LivesTooLong`.
    pub fn check(self, audiences: &[&str], now: Timestamp) -> Result<SignedAsk, Fault> {
        self.sent.check(audiences, LIFE_MAX, now)?;
        Ok(SignedAsk {
            recipient: self.sent.issuer,
            jti: self.sent.jti,
            issued: self.sent.issued,
            expires: self.sent.expires,
            relays: self.relays,
            subject: self.subject,
            purpose: self.purpose,
            event: self.event,
            wish: self.wish,
        })
    }
}

/// What a recipient's program signs.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Who asks.
    pub recipient: PartyId,
    /// The issuer URL of the gateway that it is sent to.
    pub audience: &'a str,
    /// The ask's name; new each time.
    pub jti: &'a str,
    /// Who may carry it, from the recipient outward; at most [`RELAYS_MAX`].
    pub relays: &'a [PartyId],
    /// Whom it is about, as [`crate::asks::subject::seal`] made it.
    pub subject: &'a str,
    /// What for.
    pub purpose: Purpose,
    /// The event that it rests on.
    pub event: Option<&'a EventName>,
    /// What is asked.
    pub wish: &'a Wish,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    sent: SentClaims<'a>,
    relays: Vec<String>,
    subject: &'a str,
    purpose: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a str>,
    question: Value,
}

/// Makes a signed ask that may be used for a minute.
///
/// # Errors
/// If the key does not sign.
pub fn sign(key: &SigningKey, draft: Draft<'_>, now: Timestamp) -> Result<String, KeyError> {
    let claims = Claims {
        sent: SentClaims::new(draft.recipient, draft.audience, draft.jti, LIFE_MAX, now),
        relays: draft.relays.iter().map(PartyId::to_string).collect(),
        subject: draft.subject,
        purpose: draft.purpose.term(),
        event: draft.event.map(EventName::as_str),
        question: draft.wish.print(),
    };
    key.sign(TYPE, &claims)
}
