//! Who is signed in: a sealed cookie, for thirty minutes, that only this gateway can make or read.

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use domain::number::Msisdn;
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::{append_cookie, cookie};
use crate::context::Context;
use crate::seal::SealError;
use crate::seal::ticket::TicketKind;
use crate::store::permission::sqlite::person_of;

/// How long somebody stays signed in.
pub const LIFE: Span = Span::seconds(1800);
const COOKIE: &str = "wayleave-me";

/// How somebody signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// By the link that was texted to the number.
    Link,
    /// By a key that was in effect; its row.
    Key(i64),
}

/// Somebody who is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Who.
    pub subject: Subject,
    /// How.
    pub level: Level,
    /// Since when.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    number: String,
    subject: [u8; 16],
    level: Level,
    at_ms: i64,
}

/// Signs somebody in.
///
/// # Errors
/// When the cryptographic library refuses.
pub fn begin(context: &Context, response: &mut Response<Body>, session: &Session) -> Result<(), SealError> {
    let sealed = Sealed {
        number: session.subject.number.to_e164(),
        subject: session.subject.key.to_bytes(),
        level: session.level,
        at_ms: session.at.unix_ms(),
    };
    let plain = serde_json::to_vec(&sealed).map_err(|_| SealError)?;
    let ticket = context.sealer.ticket(TicketKind::BoardSession, &plain)?;
    let life = LIFE.as_seconds();
    append_cookie(
        response,
        context,
        &format!("{COOKIE}={ticket}; Path=/; HttpOnly; SameSite=Strict; Max-Age={life}"),
    );
    Ok(())
}

/// Signs out.
pub fn end(context: &Context, response: &mut Response<Body>) {
    append_cookie(
        response,
        context,
        &format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"),
    );
}

/// Who is signed in, if anybody is. A number that changed hands since is somebody else's, and a session may rest on the SIM
/// that was in the phone: both changes end it.
#[must_use]
pub fn current(context: &Context, headers: &HeaderMap, now: Timestamp) -> Option<Session> {
    let plain = context
        .sealer
        .open_ticket(TicketKind::BoardSession, cookie(headers, COOKIE)?)
        .ok()?;
    let sealed: Sealed = serde_json::from_slice(&plain).ok()?;
    let at = Timestamp::from_unix_ms(sealed.at_ms);
    let subject = context.subject(Msisdn::parse(&sealed.number)?);
    let person = context
        .reader
        .read(|store| person_of(store, subject.key, &context.sealer))
        .inspect_err(|error| tracing::error!(%error, "whose session it is could not be read"))
        .ok()?;
    let same_person = subject.key.to_bytes() == sealed.subject;
    let alive = same_person && is_alive(at, person.sim_changed, now);
    alive.then_some(Session {
        subject,
        level: sealed.level,
        at,
    })
}

fn is_alive(at: Timestamp, sim_changed: Option<Timestamp>, now: Timestamp) -> bool {
    now < at.after(LIFE) && sim_changed.is_none_or(|changed| changed < at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_with_its_half_hour_and_with_the_sim() {
        let at = Timestamp::from_unix_ms(1_800_000_000_000);
        let soon = at.after(Span::seconds(60));
        assert!(is_alive(at, None, soon));
        assert!(is_alive(at, Some(at.before(Span::seconds(1))), soon), "it began after");
        assert!(!is_alive(at, Some(at), soon));
        assert!(!is_alive(at, Some(soon), soon));
        assert!(!is_alive(at, None, at.after(LIFE)));
    }
}
