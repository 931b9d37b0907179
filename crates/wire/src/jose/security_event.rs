//! Security Event Tokens (RFC 8417), by which a carrier tells what happened to one of its numbers.
//!
//! Such a token says what happened, not what shall be done, and it seldom has an expiry; so it is taken for a while after
//! it was made, and its name has to be remembered for as long.

use domain::number::Msisdn;
use domain::time::{Span, Timestamp};

use super::claims::{SKEW, read_audience, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Jwk;
use super::source_event::read_line;
use crate::asks::EventName;
use crate::json::{Fields, Node, ParseError};

/// The `typ` of every such token (RFC 8417 §2.3).
const TYPE: &str = "secevent+jwt";

/// How long after it was made a token is taken. A carrier that could not reach the gateway for a weekend still can.
pub const TAKEN_FOR: Span = Span::seconds(3 * 86_400);

/// What happened to a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happening {
    /// It belongs to somebody else now: it was recycled, or the line changed hands.
    NewHolder,
    /// Another SIM answers for it; whether in the same hand, nobody knows yet.
    SimChanged,
    /// The same holder took it to another carrier.
    Ported,
    /// The carrier says what kind of line it is.
    Attested(LineKind),
    /// It is being called: the call is live.
    CallStarted(Call),
    /// That call is over.
    CallEnded(Call),
}

/// A call to a number, as its carrier confirms it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The number that calls.
    pub line: Msisdn,
    /// The carrier's name of the call: 1 to 64 plain characters.
    pub call: EventName,
}

/// What kind of line a carrier says that a number is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// A person's.
    Personal,
    /// A machine's; the account that pays for it is named as the gateway named it to its holder.
    Machine {
        /// The account's name.
        account: String,
    },
}

/// OpenID RISC's event: the identifier belongs to a new user.
pub const RECYCLED: &str = "https://schemas.openid.net/secevent/risc/event-type/identifier-recycled";
/// The line changed hands. No standard names this event and those below for a carrier; the example namespace of RFC 6963
/// says that their names are this project's alone.
pub const HOLDER_CHANGED: &str = "urn:example:wayleave:event:holder-changed";
/// Another SIM answers for the number.
pub const SIM_CHANGED: &str = "urn:example:wayleave:event:sim-changed";
/// The holder took the number to another carrier.
pub const PORTED: &str = "urn:example:wayleave:event:ported";
/// The carrier says what kind of line it is.
pub const LINE_ATTESTED: &str = "urn:example:wayleave:event:line-attested";

/// A call to the number has begun.
pub const CALL_STARTED: &str = "urn:example:wayleave:event:call-started";
/// A call to the number is over.
pub const CALL_ENDED: &str = "urn:example:wayleave:event:call-ended";

/// The events that are understood.
pub const KNOWN: [&str; 7] = [
    RECYCLED,
    HOLDER_CHANGED,
    SIM_CHANGED,
    PORTED,
    LINE_ATTESTED,
    CALL_STARTED,
    CALL_ENDED,
];

/// A token that was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecurityEvent {
    /// Its name, which its maker uses only once.
    pub jti: String,
    /// When it was made.
    pub issued: Timestamp,
    /// When it happened; when the token was made, if it does not say.
    pub happened: Timestamp,
    /// The number that it is about.
    pub number: Msisdn,
    /// What happened.
    pub happening: Happening,
}

impl SecurityEvent {
    /// Until when its name must be remembered: a token is taken no longer.
    #[must_use]
    pub const fn remembered_until(&self) -> Timestamp {
        self.issued.after(TAKEN_FOR)
    }
}

/// A token that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
pub struct UnverifiedEvent<'a> {
    token: Unverified<'a>,
    issuer: String,
}

impl<'a> UnverifiedEvent<'a> {
    /// Reads as much as is needed to look up its maker's keys.
    ///
    /// # Errors
    /// If it is no signed token, calls itself something else, or its algorithm is neither ES256 nor `EdDSA`.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        let token = Unverified::parse(text)?;
        if token.typ.as_deref() != Some(TYPE) {
            return Err(Fault::Type);
        }
        let issuer = token
            .unverified_claims()?
            .open_object(|claims| claims.required("iss")?.text())?;
        Ok(Self { token, issuer })
    }

    /// Whose token it says it is.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Checks it with that carrier's keys, for one of the names of this gateway.
    ///
    /// # Errors
    /// If the signature, the audience or a time is not as it must be, or if it tells of anything but one known event of
    /// one number.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<SecurityEvent, Fault> {
        self.token.verify_by_any(keys)?.open_object(|claims| {
            let audience = read_audience(claims.required("aud")?)?;
            let jti = read_jti(claims.required("jti")?)?;
            let issued = read_date(claims.required("iat")?)?;
            let happened = claims.optional("toe").map(read_date).transpose()?;
            let expires = claims.optional("exp").map(read_date).transpose()?;
            let subject = claims.optional("sub_id").map(read_subject).transpose()?;
            let (happening, inner) = claims.required("events")?.object(read_event)?;
            let number = match (subject, inner) {
                (Some(number), None) | (None, Some(number)) => number,
                _ => {
                    let error = ParseError::new("one subject, in `sub_id` or in the event", "none, or two");
                    return Err(error.under_field("sub_id"));
                }
            };
            let event = SecurityEvent {
                jti,
                issued,
                happened: happened.unwrap_or(issued),
                number,
                happening,
            };
            Ok(check(event, expires, &audience, audiences, now))
        })?
    }
}

fn check(
    event: SecurityEvent,
    expires: Option<Timestamp>,
    audience: &[String],
    audiences: &[&str],
    now: Timestamp,
) -> Result<SecurityEvent, Fault> {
    // Of several receivers each could carry the token to the others; that is what the carrier meant, if it names them.
    if !audience.iter().any(|one| audiences.contains(&one.as_str())) {
        return Err(Fault::Audience);
    }
    if event.remembered_until() <= now || expires.is_some_and(|expires| expires <= now) {
        return Err(Fault::Expired);
    }
    if event.issued > now.after(SKEW) || event.happened > now.after(SKEW) {
        return Err(Fault::NotYet);
    }
    Ok(event)
}

/// A subject identifier of RFC 9493 §3.2.5: a telephone number.
fn read_subject(node: Node) -> Result<Msisdn, ParseError> {
    node.object(|fields| {
        let format = fields.required("format")?;
        format.parsed("phone_number", |text| (text == "phone_number").then_some(()))?;
        fields
            .required("phone_number")?
            .parsed("a number in E.164 form", Msisdn::parse)
    })
}

/// The one event of a token, and its subject where the event names it, as OpenID RISC's drafts did.
fn read_event(events: &mut Fields) -> Result<(Happening, Option<Msisdn>), ParseError> {
    let known = KNOWN.into_iter().find(|name| events.has(name));
    let name = known.ok_or_else(|| ParseError::new("one of the known events", "none"))?;
    events.required(name)?.object(|event| {
        let inner = event.optional("subject").map(read_subject).transpose()?;
        let happening = match name {
            RECYCLED | HOLDER_CHANGED => Happening::NewHolder,
            SIM_CHANGED => Happening::SimChanged,
            PORTED => Happening::Ported,
            CALL_STARTED => Happening::CallStarted(take_call(event)?),
            CALL_ENDED => Happening::CallEnded(take_call(event)?),
            _ => Happening::Attested(take_line(event)?),
        };
        Ok((happening, inner))
    })
}

fn take_call(event: &mut Fields) -> Result<Call, ParseError> {
    Ok(Call {
        line: read_line(event.required("line")?)?,
        call: event.required("call")?.parsed(EventName::WANT, EventName::parse)?,
    })
}

fn take_line(event: &mut Fields) -> Result<LineKind, ParseError> {
    let is_machine = event
        .required("line")?
        .parsed("machine or personal", |line| match line {
            "machine" => Some(true),
            "personal" => Some(false),
            _ => None,
        })?;
    if is_machine {
        let account = event.required("account")?.text()?;
        Ok(LineKind::Machine { account })
    } else {
        Ok(LineKind::Personal)
    }
}
