//! Refresh tokens (RFC 6749 §6): a client that was given one gets a new access token for as long as the person's consent
//! holds. Each is good once and brings the next; whoever brings an old one ends them all, since one of the two is a thief.

use axum::http::request::Parts;
use domain::id::PartyId;
use domain::journal::settle::{Item, Outcome};
use domain::party::ReplayKey;
use domain::serve::Docket as _;
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use wire::jose::access_token::Bound;
use wire::oauth::discovery::TOKEN_PATH;
use wire::oauth::error::OAuthError;
use wire::oauth::grant::{ClientAuthentication, Flow};
use wire::oauth::scope::{Scope, ScopeError};

use super::binding::{Binding, bind};
use super::client::{self, Client};
use super::issue::{Award, issue};
use super::person::agreed;
use crate::context::Context;
use crate::http::authenticate::replay_key;
use crate::seal::fields::{Reader, Writer};
use crate::seal::ticket::TicketKind;
use crate::store::spent::is_spent;

/// All refresh tokens that come of one grant.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Family {
    /// Its name, which follows from the grant.
    name: [u8; 16],
    /// To whom it was given.
    party: PartyId,
    /// In which flow.
    flow: Flow,
    /// Whom it is about, in the tenure of then.
    subject: Subject,
    /// The key to which the first access token was bound, if it was bound to one.
    key: Option<[u8; 32]>,
    /// When the last of them ends.
    until: Timestamp,
    /// What was granted.
    scope: Scope,
}

/// The refresh token that comes with a new grant, if one was asked for. `grant` is the text of what was brought for it.
///
/// # Errors
/// `temporarily_unavailable` if it cannot be sealed.
pub(super) fn first(
    context: &Context,
    award: &Award<'_>,
    grant: &str,
    now: Timestamp,
) -> Result<Option<String>, OAuthError> {
    let Some(subject) = award.subject.filter(|_| award.scope.offline()) else {
        return Ok(None);
    };
    let family = Family {
        name: name_of(context, grant),
        party: award.client.party().id,
        flow: award.flow,
        subject,
        key: key_of(award.binding),
        until: now.after(Span::seconds(context.config.questions.refresh_life_s)),
        scope: award.scope.clone(),
    };
    family.token(context, 0).map(Some)
}

/// Ends what came of a grant that was brought again.
///
/// # Errors
/// `temporarily_unavailable` when the journal cannot be written.
pub(super) async fn end(context: &Context, grant: &str) -> Result<(), OAuthError> {
    mark_ended(context, name_of(context, grant)).await
}

fn name_of(context: &Context, grant: &str) -> [u8; 16] {
    context.index.hash("refresh family", grant.as_bytes())
}

const fn key_of(binding: &Binding) -> Option<[u8; 32]> {
    match binding.bound {
        Some(Bound::Key(key)) => Some(key.to_bytes()),
        Some(Bound::Certificate(_)) | None => None,
    }
}

/// Gives an access token and the next refresh token.
///
/// # Errors
/// `invalid_grant`, whatever is wrong with the token, the client's standing or the consent.
pub(super) async fn give(
    context: &Context,
    request: &Parts,
    authentication: &ClientAuthentication,
    (text, narrower): (&str, Option<&str>),
    now: Timestamp,
) -> Result<Vec<u8>, OAuthError> {
    let client = client::authenticate(context, authentication, TOKEN_PATH, now)?;
    let binding = bind(context, request, client.record(), now)?;
    client.spend(context, OAuthError::InvalidClient).await?;
    binding.spend(context).await?;
    let opened = Family::open(context, text).filter(|(family, _)| family.party == client.party().id);
    let (family, serial) = opened.ok_or(OAuthError::InvalidGrant)?;
    let used = used(context, &family, serial);
    // A stolen old token is noticed even where the new one would be refused.
    let again = context
        .reader
        .read(|store| is_spent(store, &used))
        .map_err(|_| OAuthError::TemporarilyUnavailable)?;
    if again {
        mark_ended(context, family.name).await?;
        return Err(OAuthError::InvalidGrant);
    }
    check(context, &client, &binding, &family, now)?;
    let scope = narrowed(&family.scope, narrower)?;
    match client::spend(context, used, OAuthError::InvalidGrant).await {
        Err(OAuthError::InvalidGrant) => {
            mark_ended(context, family.name).await?;
            return Err(OAuthError::InvalidGrant);
        }
        other => other?,
    }
    let next = family.token(context, serial.saturating_add(1))?;
    let award = Award {
        flow: family.flow,
        client: &client,
        scope: &scope,
        subject: Some(family.subject),
        binding: &binding,
        nonce: None,
    };
    issue(context, &award, Some(&next), now)
}

/// Whether the family still has what it rests on: nobody ended it, its client may still have it, the number is still the
/// same person's, and their consent holds.
fn check(
    context: &Context,
    client: &Client,
    binding: &Binding,
    family: &Family,
    now: Timestamp,
) -> Result<(), OAuthError> {
    let ended = context
        .reader
        .read(|store| is_spent(store, &ending(context, family.name)))
        .map_err(|_| OAuthError::TemporarilyUnavailable)?;
    let same_key = family.key.is_none() || family.key == key_of(binding);
    let same_tenure = context.subject(family.subject.number) == family.subject;
    if ended || now >= family.until || !same_key || !same_tenure {
        return Err(OAuthError::InvalidGrant);
    }
    client
        .approve(family.flow, &family.scope)
        .map_err(|_| OAuthError::InvalidGrant)?;
    if agreed(context, family.subject, family.party, family.scope.purpose(), now)? {
        Ok(())
    } else {
        Err(OAuthError::InvalidGrant)
    }
}

/// The scope of the new access token: what was granted, or less.
fn narrowed(granted: &Scope, narrower: Option<&str>) -> Result<Scope, OAuthError> {
    let Some(text) = narrower else {
        return Ok(granted.clone());
    };
    let scope: Scope = text.parse()?;
    if scope.is_within(granted) {
        Ok(scope)
    } else {
        Err(ScopeError::Wider.into())
    }
}

/// The name under which one token of a family is remembered as used.
fn used(context: &Context, family: &Family, serial: u32) -> ReplayKey {
    let whole = [&family.name[..], &serial.to_be_bytes()].concat();
    let name = context.index.hash("refresh token", &whole);
    replay_key(context, "refresh", "", &hexadecimal(name), family.until)
}

/// The name under which a family is remembered as ended. It is kept for as long as any token could live.
fn ending(context: &Context, family: [u8; 16]) -> ReplayKey {
    let forever = Timestamp::from_unix_ms(ENDED_UNTIL_MS);
    replay_key(context, "refresh family", "", &hexadecimal(family), forever)
}

/// So that the mark has one name, whoever makes it: the year 2200. A row of 20 bytes for each theft is no burden.
const ENDED_UNTIL_MS: i64 = 7_258_118_400_000;

fn hexadecimal(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn mark_ended(context: &Context, family: [u8; 16]) -> Result<(), OAuthError> {
    tracing::warn!("a code or refresh token was brought twice; what came of its grant is ended");
    match context.docket.settle(Item::Spend(ending(context, family))).await {
        Ok(Outcome::Done | Outcome::Replayed) => Ok(()),
        Ok(_) | Err(_) => Err(OAuthError::TemporarilyUnavailable),
    }
}

impl Family {
    fn token(&self, context: &Context, serial: u32) -> Result<String, OAuthError> {
        context
            .sealer
            .ticket(TicketKind::RefreshToken, &self.to_bytes(serial))
            .map_err(|_| OAuthError::TemporarilyUnavailable)
    }

    fn open(context: &Context, text: &str) -> Option<(Self, u32)> {
        let bytes = context.sealer.open_ticket(TicketKind::RefreshToken, text).ok()?;
        Self::from_bytes(&bytes)
    }

    fn to_bytes(&self, serial: u32) -> Vec<u8> {
        Writer::default()
            .fixed(&self.name)
            .fixed(&serial.to_be_bytes())
            .party(self.party)
            .text(self.flow.word())
            .subject(self.subject)
            .fixed(&[u8::from(self.key.is_some())])
            .fixed(&self.key.unwrap_or_default())
            .time(self.until)
            .text(&self.scope.to_string())
            .bytes()
    }

    fn from_bytes(bytes: &[u8]) -> Option<(Self, u32)> {
        let mut fields = Reader(bytes);
        let name = fields.fixed()?;
        let serial = u32::from_be_bytes(fields.fixed()?);
        let party = fields.party()?;
        let flow = Flow::from_word(&fields.text()?)?;
        let subject = fields.subject()?;
        let bound = fields.fixed::<1>()? == [1];
        let key = fields.fixed::<32>()?;
        let family = Self {
            name,
            party,
            flow,
            subject,
            key: bound.then_some(key),
            until: fields.time()?,
            scope: fields.text()?.parse().ok()?,
        };
        fields.end().map(|()| (family, serial))
    }
}

#[cfg(test)]
mod tests {
    use domain::number::Msisdn;
    use domain::subject::SubjectKey;

    use super::*;

    #[test]
    fn a_token_survives() {
        let scope = "openid offline_access dpv:RequestedServiceProvision location-retrieval:read";
        let family = Family {
            name: [9; 16],
            party: PartyId::from_bytes([1; 16]),
            flow: Flow::AuthorizationCode,
            subject: Subject {
                number: Msisdn::parse("+12025550123").expect("a reserved number"),
                key: SubjectKey::from_bytes([2; 16]),
            },
            key: Some([7; 32]),
            until: Timestamp::from_unix_ms(1_800_000_000_000),
            scope: scope.parse().expect("a scope"),
        };
        let bytes = family.to_bytes(5);
        assert_eq!(Family::from_bytes(&bytes), Some((family.clone(), 5)));
        let free = Family { key: None, ..family };
        assert_eq!(Family::from_bytes(&free.to_bytes(6)), Some((free, 6)));
        assert!((0..bytes.len()).all(|end| Family::from_bytes(&bytes[..end]).is_none()));
    }

    #[test]
    fn less_can_be_had_and_more_cannot() {
        let granted: Scope = "offline_access dpv:RequestedServiceProvision location-retrieval:read wayleave:consents"
            .parse()
            .expect("a scope");
        assert_eq!(narrowed(&granted, None), Ok(granted.clone()));
        let less = "dpv:RequestedServiceProvision location-retrieval:read";
        assert_eq!(
            narrowed(&granted, Some(less)).map(|scope| scope.to_string()),
            Ok(less.to_owned())
        );
        let more = narrowed(
            &granted,
            Some("openid dpv:RequestedServiceProvision location-retrieval:read"),
        );
        assert_eq!(more.expect_err("wider").code(), "invalid_scope");
    }
}
