//! Making tokens, once everything about the request was checked and used up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use wire::jose::{access_token, id_token};
use wire::oauth::error::OAuthError;
use wire::oauth::grant::Flow;
use wire::oauth::scope::Scope;
use wire::oauth::token::{Given, print_answer};

use super::binding::Binding;
use super::client::Client;
use crate::context::Context;
use crate::seal::ticket::TicketKind;

/// What a token shall be.
pub(super) struct Award<'a> {
    /// The way in which it was asked for.
    pub(super) flow: Flow,
    /// To whom it is given.
    pub(super) client: &'a Client,
    /// What for.
    pub(super) scope: &'a Scope,
    /// Whom it is about, for a 3-legged token.
    pub(super) subject: Option<Subject>,
    /// What it is bound to.
    pub(super) binding: &'a Binding,
    /// What the ID token repeats, if the client said something.
    pub(super) nonce: Option<&'a str>,
}

/// Makes the token and prints the answer that carries it, and a refresh token if there is one.
///
/// # Errors
/// `temporarily_unavailable` if the cryptographic library refuses, which it does for no key of this gateway.
pub(super) fn issue(
    context: &Context,
    award: &Award<'_>,
    refresh_token: Option<&str>,
    now: Timestamp,
) -> Result<Vec<u8>, OAuthError> {
    let failed = || OAuthError::TemporarilyUnavailable;
    let life = Span::seconds(context.config.questions.token_life_s);
    let client_id = award.client.party().id.to_string();
    let issuer = &context.config.gateway.issuer;
    let sealed = award.subject.map(|subject| {
        let number = subject.number.to_bytes();
        context.sealer.ticket(TicketKind::TokenSubject, &number)
    });
    let sealed = sealed.transpose().map_err(|_| failed())?;
    let token = access_token::Issue {
        issuer,
        client_id: &client_id,
        scope: award.scope,
        subject: sealed.as_deref(),
        bound: award.binding.bound,
        chance: context.chance.bytes(),
        life,
    };
    let key = context.tokens.signer(now).ok_or_else(failed)?;
    let token = access_token::issue(&key, token, now).map_err(|_| failed())?;
    let identity = match award.subject {
        Some(subject) if award.scope.openid() => {
            let name = pairwise(context, subject, &client_id);
            let identity = id_token::Issue {
                issuer,
                client_id: &client_id,
                subject: &name,
                nonce: award.nonce,
                life,
            };
            Some(id_token::issue(&key, identity, now).map_err(|_| failed())?)
        }
        _ => None,
    };
    metrics::counter!("wayleave_tokens_total", "flow" => award.flow.word()).increment(1);
    Ok(print_answer(Given {
        access_token: &token,
        token_type: award.binding.token_type(),
        life,
        scope: &award.scope.to_string(),
        id_token: identity.as_deref(),
        refresh_token,
    }))
}

/// A person's name toward one client: it says nothing about them, and no two clients can compare theirs.
fn pairwise(context: &Context, subject: Subject, client_id: &str) -> String {
    let whole = [&subject.key.to_bytes()[..], client_id.as_bytes()].concat();
    URL_SAFE_NO_PAD.encode(context.index.hash("pairwise", &whole))
}
