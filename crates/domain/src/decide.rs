//! The decision: pure, total, and no by default. It runs inside the transaction that writes it down.

pub mod consent;

use crate::ask::Ask;
use crate::facts::Facts;
use crate::id::{ConsentId, PartyId};
use crate::party::Caller;
use crate::permission::terms::{Origin, Precision};
use crate::policy::{Policy, Rule, World};
use crate::purpose::Purpose;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::time::{Span, Timestamp};

/// What a covered ask may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The consent that covers it.
    pub consent: ConsentId,
    /// How exact the answer may be.
    pub precision: Precision,
    /// Where the position comes from.
    pub origin: Origin,
    /// After this no answer may leave: the permission ends by itself, or the ask is too old.
    pub until: Timestamp,
    /// The longest wait for a source.
    pub deadline: Span,
}

/// Whether `ask` is covered. Looks at nothing but its arguments; whatever no rule allows is refused.
///
/// # Errors
/// The true reason, which [`Refusal::shown`] reduces to what an outsider may see.
pub fn decide(ask: &Ask, caller: &Caller, facts: &Facts, policy: &Policy, now: Timestamp) -> Result<Grant, Refusal> {
    if caller.party() != ask.recipient() || caller.purpose() != ask.purpose() {
        return Err(Refusal::NotTheRecipient);
    }
    let rule = admit(caller, ask.subject(), facts, policy)?;
    consent::decide(ask, facts.people.get(&ask.subject().key), &rule, policy, now)
}

/// What holds for every request of a party, whatever it asks: its proof is fresh, it is in good standing, its purpose
/// is approved and can be consented to, and the number belongs to this gateway's world.
///
/// # Errors
/// The first of these that does not hold.
pub fn admit(
    caller: &Caller,
    subject: Subject,
    facts: &Facts,
    policy: &Policy,
) -> Result<crate::policy::ConsentRule, Refusal> {
    if caller.proof().is_some_and(|proof| facts.spent.contains(&proof)) {
        return Err(Refusal::Replayed);
    }
    approved(caller.party(), caller.purpose(), facts)?;
    if policy.world == World::Sandbox && !subject.number.is_reserved() {
        return Err(Refusal::NumberNotReserved);
    }
    match policy.rule(caller.purpose()) {
        Rule::Consent(rule) => Ok(rule),
        Rule::Unavailable => Err(Refusal::PurposeUnavailable(caller.purpose())),
        Rule::Forbidden => Err(Refusal::PurposeForbidden(caller.purpose())),
    }
}

pub(crate) fn approved(party: PartyId, purpose: Purpose, facts: &Facts) -> Result<(), Refusal> {
    let standing = facts.parties.get(&party).ok_or(Refusal::PartyUnknown)?;
    if standing.suspended {
        return Err(Refusal::PartySuspended);
    }
    if standing.purposes.contains(&purpose) {
        Ok(())
    } else {
        Err(Refusal::PurposeNotApproved(purpose))
    }
}

#[cfg(test)]
mod tests;
