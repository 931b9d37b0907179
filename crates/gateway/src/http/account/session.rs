//! Which account's holder is signed in: a sealed cookie, for thirty minutes, after a passkey.

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use domain::id::AccountId;
use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::http::board::{append_cookie, cookie};
use crate::seal::SealError;
use crate::seal::ticket::TicketKind;

const LIFE: Span = Span::seconds(1800);
const COOKIE: &str = "wayleave-account";

#[derive(Serialize, Deserialize)]
struct Sealed {
    account: [u8; 16],
    at_ms: i64,
}

/// Signs the holder of an account in.
///
/// # Errors
/// When the cryptographic library refuses.
pub(super) fn begin(
    context: &Context,
    response: &mut Response<Body>,
    account: AccountId,
    now: Timestamp,
) -> Result<(), SealError> {
    let sealed = Sealed {
        account: account.to_bytes(),
        at_ms: now.unix_ms(),
    };
    let plain = serde_json::to_vec(&sealed).map_err(|_| SealError)?;
    let ticket = context.sealer.ticket(TicketKind::AccountSession, &plain)?;
    let life = LIFE.as_seconds();
    let kept = format!("{COOKIE}={ticket}; Path=/account/; HttpOnly; SameSite=Strict; Max-Age={life}");
    append_cookie(response, context, &kept);
    Ok(())
}

/// Whether the holder of this account is signed in.
#[must_use]
pub(super) fn is_signed_in(context: &Context, headers: &HeaderMap, account: AccountId, now: Timestamp) -> bool {
    let opened =
        cookie(headers, COOKIE).and_then(|ticket| context.sealer.open_ticket(TicketKind::AccountSession, ticket).ok());
    let sealed = opened.and_then(|plain| serde_json::from_slice::<Sealed>(&plain).ok());
    sealed.is_some_and(|sealed| {
        let ends = Timestamp::from_unix_ms(sealed.at_ms).after(LIFE);
        sealed.account == account.to_bytes() && now < ends
    })
}
