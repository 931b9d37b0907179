//! What the authorization server looks up about a person: whether they agreed to this party and purpose. The look-up
//! decides nothing, since a token is no authority; it only keeps useless tokens from being given.

use domain::decide::consent::has_agreed;
use domain::facts::Person;
use domain::id::PartyId;
use domain::policy::Rule;
use domain::purpose::Purpose;
use domain::subject::Subject;
use domain::time::Timestamp;
use wire::oauth::error::OAuthError;

use crate::context::Context;
use crate::store::permission::sqlite::person_of;

/// Whether the person has agreed, or must still seem to have. The same is read for everybody, known or not.
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

/// Whether the person may be texted about a page to which a party sent somebody: not once they said *never*.
///
/// # Errors
/// As for [`agreed`].
pub(in crate::http) fn may_be_texted(context: &Context, subject: Subject, now: Timestamp) -> Result<bool, OAuthError> {
    Ok(!read(context, subject)?.forbids_questions(now))
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
