//! Who may carry an ask: each relay that it names is known here and in good standing, and who brought it is one of them.

use super::approved;
use crate::ask::Ask;
use crate::facts::Facts;
use crate::id::PartyId;
use crate::party::Caller;
use crate::refusal::{Carriage, Refusal};
use crate::time::Timestamp;

/// Whether the ask came by parties that may carry it. What its recipient brings itself needs no relay, and one that it did
/// not sign comes from nobody else.
pub(super) fn check(ask: &Ask, caller: &Caller, facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
    let how = ask.how();
    if !how.signed {
        return if how.elsewhere {
            Err(Refusal::Carriage(Carriage::NotHome))
        } else {
            Ok(())
        };
    }
    may_carry(caller, &how.relays, facts, now)
}

/// Whether what a party asks may come through these relays, by the one of them that brings it, or by the party itself.
///
/// # Errors
/// What is wrong with one of them.
pub(crate) fn may_carry(caller: &Caller, relays: &[PartyId], facts: &Facts, now: Timestamp) -> Result<(), Refusal> {
    let bearer = caller.bearer();
    if bearer != caller.party() && !relays.contains(&bearer) {
        return Err(Refusal::Carriage(Carriage::RelayNotNamed));
    }
    for relay in relays {
        approved(*relay, caller.purpose(), facts, now).map_err(|reason| {
            Refusal::Carriage(match reason {
                Refusal::PartyUnknown | Refusal::PurposeNotApproved(_) => Carriage::RelayUnknown,
                _ => Carriage::RelaySuspended,
            })
        })?;
    }
    Ok(())
}
