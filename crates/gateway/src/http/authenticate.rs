//! Who asks: an access token, and for a token that is bound to something, that the caller holds it: a fresh proof of a key
//! (RFC 9449), or the client certificate of the connection (RFC 8705).

pub mod misused;

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use domain::id::PartyId;
use domain::number::Msisdn;
use domain::party::{Caller, ReplayKey};
use domain::purpose::Purpose;
use domain::refusal::Carriage;
use domain::time::Timestamp;
use wire::camara::error::Problem;
use wire::jose::access_token::Bound;
use wire::jose::certificate::CertificateThumbprint;
use wire::jose::{access_token, dpop};
use wire::json::{self, DEPTH_MAX};
use wire::oauth::scope::Api;

use super::oauth::client::Client;
use super::tls::ClientCertificate;
use crate::context::Context;
use crate::seal::ticket::TicketKind;

/// What authentication found: the caller, and what its token opens.
#[derive(Debug)]
pub struct Authenticated {
    caller: Caller,
    subject: Option<Msisdn>,
    token: Arc<access_token::AccessToken>,
}

impl Authenticated {
    /// The person whom a 3-legged token names. That they may be asked about is decided elsewhere.
    #[must_use]
    pub const fn subject(&self) -> Option<Msisdn> {
        self.subject
    }

    /// The caller, if its token opens `api`.
    ///
    /// # Errors
    /// The one fixed refusal.
    pub fn open(self, api: Api) -> Result<Caller, Problem> {
        if self.token.scope.opens(api) {
            Ok(self.caller)
        } else {
            Err(Problem::PermissionDenied)
        }
    }

    /// The same for a request with a body: what is no JSON is said to be none before the scope is looked at.
    ///
    /// # Errors
    /// `InvalidArgument`, or the one fixed refusal.
    pub fn open_with(self, api: Api, body: &[u8]) -> Result<Caller, Problem> {
        self.open(api)
            .map_err(|closed| json::parse(body, DEPTH_MAX).map_or_else(Problem::from, |_| closed))
    }
}

/// Checks token and proof of a request to `path`. Whatever is wrong with them is one and the same answer.
///
/// # Errors
/// `Unauthenticated`, or `TooManyRequests` for a party that sends more than its pace.
pub fn authenticate(context: &Context, request: &Parts, path: &str, now: Timestamp) -> Result<Authenticated, Problem> {
    let (scheme, text) = credentials(&request.headers).ok_or(Problem::Unauthenticated)?;
    let token = token(context, text, now)?;
    let proof = match (token.bound, scheme) {
        // A token that is bound to nothing can be used by whoever finds it, so only a sandbox takes one.
        (None, "bearer") if context.is_sandbox() => None,
        (Some(Bound::Key(key)), "dpop") => {
            let url = format!("{}{path}", context.config.gateway.issuer);
            let proof = prove(request, &url, text, now)?;
            if proof.key != key {
                misused::flag(context, request, &token, Some(proof.key), now);
                return Err(Problem::Unauthenticated);
            }
            Some(replay_key(
                context,
                "dpop",
                &proof.key.to_string(),
                &proof.jti,
                proof.expires,
            ))
        }
        // RFC 8705 §3: the certificate that was shown in this connection's handshake.
        (Some(Bound::Certificate(certificate)), "bearer") if shown(request) == Some(certificate) => None,
        _ => {
            misused::flag(context, request, &token, None, now);
            return Err(Problem::Unauthenticated);
        }
    };
    let party: PartyId = token.client_id.parse().map_err(|_| Problem::Unauthenticated)?;
    if !context.paces.admit(party, now) {
        metrics::counter!("wayleave_requests_turned_away_total", "why" => "party-pace").increment(1);
        return Err(Problem::TooManyRequests);
    }
    let kept = (party, token.scope.purpose());
    let is_over = context.endings.is_over(&context.reader, kept, now);
    if is_over.map_err(|_| Problem::Unavailable)? {
        // The token may have been given before the agreement ended.
        return Err(Problem::Unauthenticated);
    }
    let subject = token.subject.as_deref().map(|sealed| open_subject(context, sealed));
    Ok(Authenticated {
        caller: caller(party, token.scope.purpose(), proof),
        subject: subject.transpose()?,
        token,
    })
}

/// The client certificate of the connection that carries a request, if it has one.
pub(super) fn shown(request: &Parts) -> Option<CertificateThumbprint> {
    request
        .extensions
        .get::<ClientCertificate>()
        .map(|ClientCertificate(thumbprint)| *thumbprint)
}

/// The caller of a request that its client signed itself, as it does at the backchannel endpoint.
pub(super) fn by_assertion(client: &Client, purpose: Purpose) -> Caller {
    caller(client.party().id, purpose, None)
}

/// The caller of an ask that `recipient` signed itself, and that `bearer` brought under a token of its own, for `purpose`.
/// `name` is the ask's own, which counts once, and `fault` what is wrong with it.
pub(super) fn by_signed_ask(
    recipient: PartyId,
    purpose: Purpose,
    bearer: PartyId,
    name: ReplayKey,
    fault: Option<Carriage>,
) -> Caller {
    caller(recipient, purpose, None).carried_by(bearer, name, fault)
}

/// The caller of a page to which a party sent somebody's browser: by an address that it registered, or by one that it got
/// with its own token. What comes of it can be used with that party's own key alone.
pub(super) fn on_behalf_of(party: PartyId, purpose: Purpose) -> Caller {
    caller(party, purpose, None)
}

fn caller(party: PartyId, purpose: Purpose, proof: Option<ReplayKey>) -> Caller {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that says who asks, after token and proof, the client's own assertion, or its registered address"
    )]
    Caller::authenticated(party, purpose, proof)
}

fn open_subject(context: &Context, sealed: &str) -> Result<Msisdn, Problem> {
    let opened = context.sealer.open_ticket(TicketKind::TokenSubject, sealed);
    let bytes = opened.ok().and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    bytes.and_then(Msisdn::from_bytes).ok_or(Problem::Unauthenticated)
}

/// The scheme in small letters and the token, if there is exactly one `Authorization` header of that form.
fn credentials(headers: &HeaderMap) -> Option<(&'static str, &str)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let scheme = if scheme.eq_ignore_ascii_case("bearer") {
        "bearer"
    } else if scheme.eq_ignore_ascii_case("dpop") {
        "dpop"
    } else {
        return None;
    };
    Some((scheme, token.trim()))
}

fn token(context: &Context, text: &str, now: Timestamp) -> Result<Arc<access_token::AccessToken>, Problem> {
    if let Some(known) = context.known.find(text, now) {
        return Ok(known);
    }
    let keys = context.tokens.published(now);
    let token = access_token::verify(text, &keys, &context.config.gateway.issuer, now);
    let token = Arc::new(token.map_err(|_| Problem::Unauthenticated)?);
    context.known.keep(text, &token);
    Ok(token)
}

/// The proof that came with a request, by whichever key.
fn prove(request: &Parts, url: &str, token: &str, now: Timestamp) -> Result<dpop::Proof, Problem> {
    let proof = single(&request.headers, "dpop").ok_or(Problem::Unauthenticated)?;
    let request = dpop::Request {
        method: request.method.as_str(),
        url,
        access_token: Some(token),
    };
    dpop::verify(proof, request, now).map_err(|_| Problem::Unauthenticated)
}

/// The only header of this name, as text.
#[must_use]
pub fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The name under which a proof or an assertion is remembered until it has expired.
#[must_use]
pub fn replay_key(context: &Context, kind: &str, issuer: &str, jti: &str, expires: Timestamp) -> ReplayKey {
    let until_minute = u32::try_from(expires.unix_seconds() / 60 + 1).unwrap_or(u32::MAX);
    let hash = context
        .index
        .hash("used", format!("{kind}\n{issuer}\n{jti}").as_bytes());
    ReplayKey { until_minute, hash }
}
