//! The decision: pure, total, and no by default. It runs inside the transaction that writes it down.

mod carriage;
pub mod consent;
mod elsewhere;
pub(crate) mod event;
mod live;

use std::collections::HashMap;

use crate::ask::Ask;
use crate::event::{Event, Rest};
use crate::facts::Facts;
use crate::id::{ConsentId, PartyId};
use crate::journal::tree::Hash;
use crate::party::{Caller, Standing};
use crate::permission::terms::{Origin, Precision};
use crate::policy::{ConsentRule, Policy, Rule, World};
use crate::programme::Programme;
use crate::purpose::Purpose;
use crate::refusal::{Bound, Refusal};
use crate::subject::Subject;
use crate::time::{Span, Timestamp};

/// What covers an ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// A consent.
    Consent(ConsentId),
    /// Nothing here: the ask is passed on to the gateway that is home to the number, which decides.
    Home,
}

impl Permission {
    /// The consent, if it is one.
    #[must_use]
    pub const fn consent(self) -> Option<ConsentId> {
        match self {
            Self::Consent(id) => Some(id),
            Self::Home => None,
        }
    }
}

/// What a covered ask may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grant {
    /// What covers it.
    pub permission: Permission,
    /// The event that it rests on, if it needs one.
    pub event: Option<Rest>,
    /// The thumbprint of the one key that the answer may be sealed to, for an ask that its recipient signed.
    pub seal: Option<Hash>,
    /// How exact the answer may be.
    pub precision: Precision,
    /// Where the position comes from.
    pub origin: Origin,
    /// After this no answer may leave: the permission ends by itself, or the ask is too old.
    pub until: Timestamp,
    /// The longest wait for a source.
    pub deadline: Span,
}

/// What a request rests on besides the person: the policy's rule for its purpose, and the party's standing.
#[derive(Clone, Copy, Debug)]
pub struct Admitted<'a> {
    /// The policy's rule.
    pub rule: ConsentRule,
    /// The party.
    pub standing: &'a Standing,
    /// What it is approved for.
    pub programme: &'a Programme,
    /// All parties that are known to the batch: who told of an event must be in good standing itself.
    pub parties: &'a HashMap<PartyId, Standing>,
}

/// Whether `ask` is covered. Looks at nothing but its arguments; whatever no rule allows is refused.
///
/// # Errors
/// The true reason, which [`Refusal::shown`] reduces to what an outsider may see.
pub fn decide(ask: &Ask, caller: &Caller, facts: &Facts, policy: &Policy, now: Timestamp) -> Result<Grant, Refusal> {
    if caller.party() != ask.recipient() || caller.purpose() != ask.purpose() {
        return Err(Refusal::NotTheRecipient);
    }
    let admitted = admit(caller, ask.subject(), facts, policy, now)?;
    carriage::check(ask, caller, facts, now)?;
    if admitted.programme.is_spent(now) {
        return Err(Refusal::Programme(Bound::HourSpent));
    }
    let person = facts.people.get(&ask.subject().key);
    if ask.how().elsewhere {
        elsewhere::decide(ask, person, &admitted, now)
    } else {
        consent::decide(ask, person, &admitted, policy, now)
    }
}

/// The event on which an ask would rest under a consent that covers it, whatever else keeps it from its grant: what is
/// refused as if a phone were off costs as much as if it had been asked.
pub(crate) fn would_rest_on(
    ask: &Ask,
    caller: &Caller,
    consent: ConsentId,
    facts: &Facts,
    policy: &Policy,
    now: Timestamp,
) -> Option<Rest> {
    let admitted = admit(caller, ask.subject(), facts, policy, now).ok()?;
    let person = facts.people.get(&ask.subject().key)?;
    let bound = person.consent(consent)?.event;
    let event = event::rests_on(ask, bound, person, &admitted, now).ok()?;
    event.map(Event::rest)
}

/// What holds for every request of a party, whatever it asks: its proofs are fresh, it signed what it has to sign, it is in
/// good standing, its programme covers the purpose and the number, and the number belongs to this gateway's world.
///
/// # Errors
/// The first of these that does not hold.
pub fn admit<'a>(
    caller: &Caller,
    subject: Subject,
    facts: &'a Facts,
    policy: &Policy,
    now: Timestamp,
) -> Result<Admitted<'a>, Refusal> {
    if caller.proofs().any(|proof| facts.spent.contains(&proof)) {
        return Err(Refusal::Replayed);
    }
    if let Some(fault) = caller.fault() {
        return Err(Refusal::Carriage(fault));
    }
    let (standing, programme) = approved(caller.party(), caller.purpose(), facts, now)?;
    if policy.world == World::Sandbox && !subject.number.is_reserved() {
        return Err(Refusal::NumberNotReserved);
    }
    if !programme.covers(subject.number) {
        return Err(Refusal::Programme(Bound::OutsideRegion));
    }
    match policy.rule(caller.purpose()) {
        Rule::Consent(rule) => Ok(Admitted {
            rule,
            standing,
            programme,
            parties: &facts.parties,
        }),
        Rule::Unavailable => Err(Refusal::PurposeUnavailable(caller.purpose())),
        Rule::Forbidden => Err(Refusal::PurposeForbidden(caller.purpose())),
    }
}

pub(crate) use carriage::may_carry;
pub use live::is_live;

pub(crate) fn approved(
    party: PartyId,
    purpose: Purpose,
    facts: &Facts,
    now: Timestamp,
) -> Result<(&Standing, &Programme), Refusal> {
    let standing = facts.parties.get(&party).ok_or(Refusal::PartyUnknown)?;
    if standing.suspended {
        return Err(Refusal::PartySuspended);
    }
    let programme = standing
        .programme(purpose)
        .ok_or(Refusal::PurposeNotApproved(purpose))?;
    if standing.has_ended(purpose, now) {
        return Err(Refusal::Programme(Bound::Ended));
    }
    if programme.suspended {
        return Err(Refusal::Programme(Bound::Suspended));
    }
    Ok((standing, programme))
}

#[cfg(test)]
mod tests;
