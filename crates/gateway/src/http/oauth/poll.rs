//! The CIBA flow at the token endpoint: the client comes back with its ticket until the person has answered. Every token
//! costs one ticket, and whoever comes too often has to wait longer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::request::Parts;
use domain::journal::tree::{Hash, sha256};
use domain::time::{Span, Timestamp};
use wire::consents::Status;
use wire::oauth::backchannel::INTERVAL_S;
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;
use wire::oauth::grant::{ClientAuthentication, Flow};

use super::backchannel::Ticket;
use super::binding::bind;
use super::client::{self, Client};
use super::issue::{Award, issue};
use super::person::agreed;
use super::refresh;
use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::http::consents::{find, status_of};

/// Gives a token about the person, once they have agreed.
///
/// # Errors
/// See [`OAuthError`].
pub(super) async fn give(
    context: &Context,
    request: &Parts,
    authentication: &ClientAuthentication,
    auth_req_id: &str,
    now: Timestamp,
) -> Result<Vec<u8>, OAuthError> {
    let client = client::authenticate(context, authentication, TOKEN_PATH, now)?;
    let binding = bind(context, request, client.record(), now)?;
    client.spend(context, OAuthError::InvalidClient).await?;
    binding.spend(context).await?;
    let ticket = Ticket::open(context, auth_req_id).filter(|ticket| ticket.party == client.party().id);
    let ticket = ticket.ok_or(OAuthError::InvalidGrant)?;
    // What the party is approved for may have changed since.
    client.approve(Flow::Ciba, &ticket.scope)?;
    check(context, &client, &ticket, auth_req_id, now)?;
    let used = replay_key(context, "ticket", "", auth_req_id, ticket.until);
    client::spend(context, used, OAuthError::InvalidGrant).await?;
    let award = Award {
        flow: Flow::Ciba,
        client: &client,
        scope: &ticket.scope,
        subject: Some(ticket.subject(context)),
        binding: &binding,
        nonce: None,
    };
    let first = refresh::first(context, &award, auth_req_id, now)?;
    issue(context, &award, first.as_deref(), now)
}

/// Whether the person has agreed by now. What the client learns otherwise is what `GET /wayleave/v1/consents/{id}` says.
fn check(
    context: &Context,
    client: &Client,
    ticket: &Ticket,
    auth_req_id: &str,
    now: Timestamp,
) -> Result<(), OAuthError> {
    if now >= ticket.until {
        return Err(OAuthError::ExpiredToken);
    }
    if context.polls.is_too_soon(auth_req_id, now) {
        return Err(OAuthError::SlowDown);
    }
    let party = client.party().id;
    if agreed(context, ticket.subject(context), party, ticket.scope.purpose(), now)? {
        return Ok(());
    }
    let Some(consent) = ticket.consent else {
        return Err(OAuthError::AccessDenied);
    };
    let question = find(context, consent, party).map_err(|_| OAuthError::TemporarilyUnavailable)?;
    match question.map(|question| status_of(&question, now)) {
        Some(Status::Pending) => Err(OAuthError::AuthorizationPending),
        Some(Status::Given | Status::Ended) | None => Err(OAuthError::AccessDenied),
    }
}

/// So many tickets are watched; when there are more, all are forgotten, and somebody may come early once.
const POLLS_MAX: usize = 10_000;

/// When each ticket was last brought, and how long its client must wait.
#[derive(Debug, Default)]
pub struct Polls(Mutex<HashMap<Hash, Poll>>);

#[derive(Clone, Copy, Debug)]
struct Poll {
    at: Timestamp,
    too_often: u32,
}

impl Polls {
    /// Notes that a ticket was brought, and says whether that was sooner than its client may. Each time it is, the client
    /// must wait five seconds longer (CIBA Core §11).
    fn is_too_soon(&self, ticket: &str, now: Timestamp) -> bool {
        let hash = sha256(&[ticket.as_bytes()]);
        let mut polls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if polls.len() >= POLLS_MAX && !polls.contains_key(&hash) {
            polls.clear();
        }
        let Some(last) = polls.get_mut(&hash) else {
            let first = Poll { at: now, too_often: 0 };
            polls.insert(hash, first);
            return false;
        };
        let too_soon = now
            < last.at.after(Span::seconds(
                INTERVAL_S.saturating_mul(last.too_often.saturating_add(1)),
            ));
        if too_soon {
            last.too_often = last.too_often.saturating_add(1);
        }
        last.at = now;
        too_soon
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_soon_waits_longer() {
        let polls = Polls::default();
        let at = |seconds: i64| Timestamp::from_unix_seconds(1_800_000_000 + seconds);
        for (seconds, too_soon) in [(0, false), (5, false), (9, true), (18, true), (33, false), (47, true)] {
            assert_eq!(polls.is_too_soon("a", at(seconds)), too_soon, "{seconds}");
        }
        assert!(!polls.is_too_soon("b", at(47)), "each ticket by itself");
    }
}
