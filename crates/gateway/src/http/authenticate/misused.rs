//! A token in hands that do not hold what it is bound to: whose it is, and who presented it, is written down. The answer is
//! the same as to any other token that does not count.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::request::Parts;
use domain::id::PartyId;
use domain::journal::settle::{Change, Item, Notice};
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use wire::jose::access_token::{AccessToken, Bound};
use wire::jose::jwk::Thumbprint;

use super::shown;
use crate::context::Context;

/// So long after an entry about one party's tokens no other is written: whoever has a stolen one could fill the journal.
const QUIET: Span = Span::seconds(60);

/// When it was last written down that a party's token was in other hands.
#[derive(Debug, Default)]
pub struct Misuses(Mutex<HashMap<PartyId, Timestamp>>);

impl Misuses {
    /// Whether an entry about this party's tokens is due. Only enrolled parties own tokens, so there are never more.
    fn is_due(&self, owner: PartyId, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.get(&owner).is_none_or(|last| last.after(QUIET) <= now);
        if due {
            last.insert(owner, now);
        }
        due
    }
}

/// Flags a genuine token that came without what it is bound to. `proven` is the key that was proven instead, if one was.
pub(super) fn flag(
    context: &Context,
    request: &Parts,
    token: &AccessToken,
    proven: Option<Thumbprint>,
    now: Timestamp,
) {
    let certificate = shown(request);
    let what = match (token.bound, proven, certificate) {
        (None, ..) => return,
        (Some(Bound::Key(_)), Some(_), _) => "other-key",
        (Some(Bound::Key(_)), None, _) => "no-key",
        (Some(Bound::Certificate(_)), _, Some(_)) => "other-certificate",
        (Some(Bound::Certificate(_)), _, None) => "no-certificate",
    };
    metrics::counter!("wayleave_credentials_misused_total", "what" => what).increment(1);
    let Ok(owner) = token.client_id.parse::<PartyId>() else {
        return;
    };
    if !context.misuses.is_due(owner, now) {
        return;
    }
    let held = [proven.map(Bound::Key), certificate.map(Bound::Certificate)];
    let holder = held
        .into_iter()
        .flatten()
        .find_map(|held| context.known.holder(held, now));
    let notice = Notice::CredentialMisused {
        owner,
        bearer: holder.and_then(|holder| holder.parse().ok()),
        what,
    };
    tracing::warn!(%owner, what, "a party's token was presented without what it is bound to");
    let docket = context.docket.clone();
    // Whoever presented it waits for nothing: its answer takes no longer than another refusal.
    tokio::spawn(async move {
        let settled = docket.settle(Item::Change(Change::Notice(Box::new(notice)))).await;
        if let Err(error) = settled {
            tracing::error!(%error, "the journal did not take a notice of a misused credential");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_partys_thief_cannot_fill_the_journal() {
        let misuses = Misuses::default();
        let (one, other) = (PartyId::from_bytes([1; 16]), PartyId::from_bytes([2; 16]));
        let now = Timestamp::from_unix_ms(1_795_000_000_000);
        assert!(misuses.is_due(one, now) && misuses.is_due(other, now));
        assert!(!misuses.is_due(one, now.after(Span::seconds(59))));
        assert!(misuses.is_due(one, now.after(Span::seconds(60))));
    }
}
