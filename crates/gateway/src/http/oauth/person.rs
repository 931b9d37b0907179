//! What the authorization server looks up about a person: whether they agreed to this party and purpose. The look-up
//! decides nothing, since a token is no authority; it only keeps useless tokens from being given.

use domain::decide::consent::has_agreed;
use domain::facts::Person;
use domain::id::PartyId;
use domain::permission::consent::{Consent, Life};
use domain::policy::Rule;
use domain::purpose::Purpose;
use domain::subject::Subject;
use domain::time::Timestamp;
use wire::oauth::error::OAuthError;

use crate::context::Context;
use crate::store::permission::sqlite::person_of;

/// Whether the person has agreed. The same is read for everybody, known or not.
///
/// # Errors
/// `temporarily_unavailable` when the store cannot be read.
pub(in crate::http) fn agreed(
    context: &Context,
    subject: Subject,
    party: PartyId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, OAuthError> {
    let person = read(context, subject)?;
    Ok(match context.policy.rule(purpose) {
        Rule::Consent(rule) => has_agreed(&person, party, purpose, &rule, now),
        Rule::Unavailable | Rule::Forbidden => false,
    })
}

/// Whether it looks to the party as if the person had agreed. Under personal safety it also does once they took it back,
/// until it would have ended: what comes of that is a token, which is no authority, and asks that find a phone that is off.
///
/// # Errors
/// As for [`agreed`].
pub(super) fn seems_agreed(
    context: &Context,
    subject: Subject,
    party: PartyId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<bool, OAuthError> {
    let unseen = |consent: &Consent| {
        let named = consent.recipient == party && consent.purpose == purpose;
        named && matches!(consent.life, Life::Withdrawn { until, .. } if now < until)
    };
    let hidden = purpose == Purpose::PersonalSafety && read(context, subject)?.consents.iter().any(unseen);
    Ok(hidden || agreed(context, subject, party, purpose, now)?)
}

/// Whether the person may be texted about a page to which a party sent somebody: not once they said *never*.
///
/// # Errors
/// As for [`agreed`].
pub(in crate::http) fn may_be_texted(context: &Context, subject: Subject) -> Result<bool, OAuthError> {
    Ok(read(context, subject)?.never.is_none())
}

/// What is known of a person. The same is read for everybody, known or not.
///
/// # Errors
/// As for [`agreed`].
pub(in crate::http) fn read(context: &Context, subject: Subject) -> Result<Person, OAuthError> {
    let read = context
        .reader
        .read(|store| person_of(store, subject.key, &context.sealer));
    read.map_err(|_| OAuthError::TemporarilyUnavailable)
}
