//! Authorization codes at the token endpoint (RFC 6749 §4.1.3): each is good once, for a minute, for its own client and
//! redirect address, and only with what its challenge was made from.

use axum::http::request::Parts;
use domain::id::PartyId;
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;
use wire::oauth::grant::{ClientAuthentication, Flow};
use wire::oauth::pkce::{Challenge, Verifier};
use wire::oauth::scope::Scope;

use super::binding::bind;
use super::client;
use super::issue::{Award, issue};
use super::person::agreed;
use super::refresh;
use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::seal::SealError;
use crate::seal::fields::{Reader, Writer};
use crate::seal::ticket::TicketKind;

/// How long a code lives.
const LIFE: Span = Span::seconds(60);
/// How long it is remembered that a code was brought, so that an old one is still known for a second use.
const REMEMBERED: Span = Span::seconds(3600);

/// What a code says, to the gateway alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::http) struct Code {
    /// To which client it was given.
    pub(in crate::http) party: PartyId,
    /// Whom it is about.
    pub(in crate::http) subject: Subject,
    /// What the token shall be for.
    pub(in crate::http) scope: Scope,
    /// The redirect address, as the request named it.
    pub(in crate::http) redirect_uri: String,
    /// What the ID token repeats.
    pub(in crate::http) nonce: Option<String>,
    /// What the bringer must know the origin of.
    pub(in crate::http) challenge: Challenge,
}

/// What a client brings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brought<'a> {
    /// The code.
    pub(super) code: &'a str,
    /// The redirect address.
    pub(super) redirect_uri: &'a str,
    /// The verifier.
    pub(super) verifier: &'a Verifier,
}

/// Gives a token about the person who came back with the code.
///
/// # Errors
/// `invalid_grant`, whatever is wrong with the code, or once the consent is gone.
pub(super) async fn give(
    context: &Context,
    request: &Parts,
    authentication: &ClientAuthentication,
    brought: Brought<'_>,
    now: Timestamp,
) -> Result<Vec<u8>, OAuthError> {
    let client = client::authenticate(context, authentication, TOKEN_PATH, now)?;
    let binding = bind(context, request, client.record(), now)?;
    client.spend(context, OAuthError::InvalidClient).await?;
    binding.spend(context).await?;
    let opened = Code::open(context, brought.code).filter(|(code, _)| code.party == client.party().id);
    let (code, until) = opened.ok_or(OAuthError::InvalidGrant)?;
    // Used up before anything else is looked at, so that nobody tries verifiers on it.
    let used = replay_key(context, "code", "", brought.code, until.after(REMEMBERED));
    match client::spend(context, used, OAuthError::InvalidGrant).await {
        Err(OAuthError::InvalidGrant) => {
            refresh::end(context, brought.code).await?;
            return Err(OAuthError::InvalidGrant);
        }
        other => other?,
    }
    let fresh = now < until && context.subject(code.subject.number) == code.subject;
    if !fresh || code.redirect_uri != brought.redirect_uri || !code.challenge.is_of(brought.verifier) {
        return Err(OAuthError::InvalidGrant);
    }
    // What the party is approved for may have changed since.
    client.approve(Flow::AuthorizationCode, &code.scope)?;
    if !agreed(context, code.subject, code.party, code.scope.purpose(), now)? {
        return Err(OAuthError::InvalidGrant);
    }
    let award = Award {
        flow: Flow::AuthorizationCode,
        client: &client,
        scope: &code.scope,
        subject: Some(code.subject),
        binding: &binding,
        nonce: code.nonce.as_deref(),
    };
    let first = refresh::first(context, &award, brought.code, now)?;
    issue(context, &award, first.as_deref(), now)
}

impl Code {
    /// The code's text.
    ///
    /// # Errors
    /// The sealer's.
    pub(in crate::http) fn seal(&self, context: &Context, now: Timestamp) -> Result<String, SealError> {
        let bytes = self.to_bytes(now.after(LIFE));
        context.sealer.ticket(TicketKind::AuthorizationCode, &bytes)
    }

    fn open(context: &Context, text: &str) -> Option<(Self, Timestamp)> {
        let bytes = context.sealer.open_ticket(TicketKind::AuthorizationCode, text).ok()?;
        Self::from_bytes(&bytes)
    }

    fn to_bytes(&self, until: Timestamp) -> Vec<u8> {
        Writer::default()
            .time(until)
            .party(self.party)
            .subject(self.subject)
            .fixed(&self.challenge.to_bytes())
            .text(&self.scope.to_string())
            .text(&self.redirect_uri)
            .optional_text(self.nonce.as_deref())
            .bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<(Self, Timestamp)> {
        let mut fields = Reader(bytes);
        let until = fields.time()?;
        let code = Self {
            party: fields.party()?,
            subject: fields.subject()?,
            challenge: Challenge::from_bytes(fields.fixed()?),
            scope: fields.text()?.parse().ok()?,
            redirect_uri: fields.text()?,
            nonce: fields.optional_text()?,
        };
        fields.end().map(|()| (code, until))
    }
}

#[cfg(test)]
mod tests {
    use domain::number::Msisdn;
    use domain::subject::SubjectKey;

    use super::*;

    #[test]
    fn a_code_survives() {
        let scope = "openid dpv:RequestedServiceProvision location-retrieval:read";
        let code = Code {
            party: PartyId::from_bytes([1; 16]),
            subject: Subject {
                number: Msisdn::parse("+12025550123").expect("a reserved number"),
                key: SubjectKey::from_bytes([2; 16]),
            },
            scope: scope.parse().expect("a scope"),
            redirect_uri: "https://a.example.com/back".to_owned(),
            nonce: Some("n".to_owned()),
            challenge: Challenge::from_bytes([4; 32]),
        };
        let until = Timestamp::from_unix_ms(1_800_000_000_000);
        let bytes = code.to_bytes(until);
        assert_eq!(Code::from_bytes(&bytes), Some((code, until)));
        assert!((0..bytes.len()).all(|end| Code::from_bytes(&bytes[..end]).is_none()));
    }
}
