//! What the source of events signs: a ticket system that a ticket is open, a telephony platform that a call is live. Asks
//! of one recipient may rest on the event, so often and so long. The word of a source is no permission: it is what some
//! purposes want beside one.

use domain::id::PartyId;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use serde::Serialize;

use super::claims::{SKEW, read_date};
use super::fault::Fault;
use super::jwk::Jwk;
use super::sent::{Sent, SentClaims, UnverifiedStatement, read_party};
use super::signing_key::{KeyError, SigningKey};
use crate::asks::EventName;
use crate::json::{Fields, Node, ParseError};

/// The `typ` of such a statement.
pub const TYPE: &str = "wayleave-event+jwt";

/// How long the statement may travel.
pub const LIFE_MAX: Span = Span::seconds(300);

/// How long an event may be rested on, from when it was signed.
pub const RESTS_MAX: Span = Span::seconds(86_400);

/// How many asks may rest on one event.
pub const COUNT_MAX: u32 = 1000;

/// An event that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedSourceEvent<'a>(UnverifiedStatement<'a>);

/// An event that was checked: its source says so, to this gateway, now. Only [`UnverifiedSourceEvent::verify`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SourceEvent {
    /// Who says so.
    pub source: PartyId,
    /// The statement's name, which its source may use only once.
    pub jti: String,
    /// When it was signed.
    pub issued: Timestamp,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
    /// The event's name.
    pub name: EventName,
    /// What it is.
    pub kind: EventKind,
    /// Whether it lives.
    pub state: EventState,
    /// Whose phone: sealed, see [`crate::asks::subject`].
    pub subject: String,
    /// Whose asks may rest on it.
    pub recipient: PartyId,
}

/// What an event is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventKind {
    /// A ticket of somebody who asked for help.
    Ticket,
    /// A call.
    Call {
        /// The other end: the facility's listed number.
        line: Msisdn,
    },
}

/// Whether an event lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventState {
    /// It does.
    Live {
        /// Until when asks may rest on it.
        until: Timestamp,
        /// How many.
        count: u32,
    },
    /// It is over; nothing rests on it any more.
    Ended,
}

impl EventKind {
    /// The claim's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Call { .. } => "call",
        }
    }
}

impl<'a> UnverifiedSourceEvent<'a> {
    /// Reads as much as is needed to look up the source's keys.
    ///
    /// # Errors
    /// If it is no signed token of this type, or its `iss` is no party's id.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        UnverifiedStatement::parse(text, TYPE).map(Self)
    }

    /// Whose event it says it is.
    #[must_use]
    pub const fn source(&self) -> PartyId {
        self.0.issuer()
    }

    /// Checks it with the source's keys, for one of the names of this gateway, at `now`.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<SourceEvent, Fault> {
        let (sent, event) = self.0.verify(keys)?.object(|claims| {
            let sent = Sent::take(claims)?;
            let event = take_event(claims, &sent)?;
            Ok((sent, event))
        })?;
        sent.check(audiences, LIFE_MAX, now)?;
        if let EventState::Live { until, .. } = event.state {
            if until <= now {
                return Err(Fault::Expired);
            }
            if until > sent.issued.after(RESTS_MAX).after(SKEW) {
                return Err(Fault::LivesTooLong);
            }
        }
        Ok(event)
    }
}

fn take_event(claims: &mut Fields, sent: &Sent) -> Result<SourceEvent, ParseError> {
    Ok(SourceEvent {
        source: sent.issuer,
        jti: sent.jti.clone(),
        issued: sent.issued,
        expires: sent.expires,
        name: claims.required("id")?.parsed(EventName::WANT, EventName::parse)?,
        kind: take_kind(claims)?,
        state: take_state(claims)?,
        subject: claims.required("subject")?.text()?,
        recipient: read_party(claims.required("recipient")?)?,
    })
}

fn take_kind(claims: &mut Fields) -> Result<EventKind, ParseError> {
    let is_call = claims.required("kind")?.parsed("ticket or call", |kind| match kind {
        "ticket" => Some(false),
        "call" => Some(true),
        _ => None,
    })?;
    if is_call {
        let line = read_line(claims.required("line")?)?;
        Ok(EventKind::Call { line })
    } else {
        Ok(EventKind::Ticket)
    }
}

/// The end of an event may repeat what its beginning said.
fn take_state(claims: &mut Fields) -> Result<EventState, ParseError> {
    let is_live = claims.required("state")?.parsed("live or ended", |state| match state {
        "live" => Some(true),
        "ended" => Some(false),
        _ => None,
    })?;
    if is_live {
        return Ok(EventState::Live {
            until: read_date(claims.required("until")?)?,
            count: read_count(claims.required("count")?)?,
        });
    }
    claims.optional("until").map(read_date).transpose()?;
    claims.optional("count").map(read_count).transpose()?;
    Ok(EventState::Ended)
}

fn read_count(node: Node) -> Result<u32, ParseError> {
    // Clamping cannot happen, since the range lies within u32.
    let count = node.integer(1..=i64::from(COUNT_MAX))?;
    Ok(u32::try_from(count).unwrap_or(COUNT_MAX))
}

/// Reads the number at the other end of a call.
pub(super) fn read_line(node: Node) -> Result<Msisdn, ParseError> {
    node.parsed("a number in E.164 form with a leading +", Msisdn::parse)
}

/// What a source's program signs.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Who says so.
    pub source: PartyId,
    /// The issuer URL of the gateway that it is sent to.
    pub audience: &'a str,
    /// The statement's name; new each time.
    pub jti: &'a str,
    /// The event's name.
    pub name: &'a EventName,
    /// What it is.
    pub kind: EventKind,
    /// Whether it lives.
    pub state: EventState,
    /// Whose phone, as [`crate::asks::subject::seal`] made it.
    pub subject: &'a str,
    /// Whose asks may rest on it.
    pub recipient: PartyId,
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    sent: SentClaims<'a>,
    id: &'a str,
    kind: &'a str,
    state: &'a str,
    subject: &'a str,
    recipient: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

/// Makes a statement.
///
/// # Errors
/// If the key does not sign.
pub fn sign(key: &SigningKey, draft: Draft<'_>, now: Timestamp) -> Result<String, KeyError> {
    let (state, until, count) = match draft.state {
        EventState::Live { until, count } => ("live", Some(until.unix_seconds()), Some(count)),
        EventState::Ended => ("ended", None, None),
    };
    let line = match draft.kind {
        EventKind::Call { line } => Some(line.to_e164()),
        EventKind::Ticket => None,
    };
    let claims = Claims {
        sent: SentClaims::new(draft.source, draft.audience, draft.jti, LIFE_MAX, now),
        id: draft.name.as_str(),
        kind: draft.kind.word(),
        state,
        subject: draft.subject,
        recipient: draft.recipient.to_string(),
        until,
        count,
        line,
    };
    key.sign(TYPE, &claims)
}
