//! Whether a party may ask, or carry what another asks: by its entries, its record and the policy.

use super::parties::Party;
use super::policies::{Bounds, Policy, Rule};
use super::statement::Statement;
use super::walk::Walk;

/// Why a party may not ask that is not approved for the purpose.
pub(super) const NOT_APPROVED: &str = "purpose-not-approved";

/// What may be wrong with a signed ask, or with how it came, and stands in no entry.
const CARRIED: [&str; 8] = [
    "not-signed",
    "subject-not-own",
    "wrong-audience",
    "stale",
    "not-approved",
    "other-purpose",
    "relay-not-named",
    "not-home",
];

/// Whether a party may ask for a purpose at all.
pub(super) fn admit<'p>(
    purpose: &str,
    party: Option<&Party>,
    policy: &'p Policy,
    now: i64,
) -> Result<&'p Bounds, &'static str> {
    approved(purpose, party, now)?;
    match policy.rule(purpose) {
        Rule::Consent(bounds) => Ok(bounds),
        Rule::Unavailable => Err("purpose-unavailable"),
        Rule::Forbidden => Err("purpose-forbidden"),
    }
}

/// Whether a party is in good standing for a purpose.
fn approved(purpose: &str, party: Option<&Party>, now: i64) -> Result<(), &'static str> {
    let party = party.ok_or("party-unknown")?;
    if party.suspended {
        Err("party-suspended")
    } else if !party.purposes.iter().any(|approved| approved == purpose) {
        Err(NOT_APPROVED)
    } else if party.has_ended(purpose, now) {
        Err("agreement-ended")
    } else if party.is_suspended_for(purpose) {
        Err("programme-suspended")
    } else {
        Ok(())
    }
}

/// Reasons that rest on what no entry holds: the proof that came with a request, the token's party, the number itself, how
/// an ask was signed, and what a programme allows.
pub(super) fn is_beyond_the_entries(reason: &str, policy: &Policy) -> bool {
    let carried = CARRIED.contains(&reason);
    let proofs = ["replayed", "not-the-recipient"].contains(&reason);
    let programme = ["outside-region", "programme-hour-spent"].contains(&reason);
    carried || proofs || programme || (reason == "number-not-reserved" && policy.sandbox)
}

impl Walk<'_> {
    /// A time, or the end of the agreement with an ask's recipient if that is earlier.
    pub(super) fn before_the_end(&self, until: i64, statement: &Statement) -> i64 {
        let party = self.parties.get(statement.text("recipient"));
        let ends = party.and_then(|party| party.ends(statement.text("purpose")));
        ends.map_or(until, |ends| until.min(ends))
    }

    /// What keeps a relay from carrying an ask or an answer for a purpose.
    pub(super) fn may_carry(&self, relays: &[&str], purpose: &str, now: i64) -> Option<&'static str> {
        let faults = relays
            .iter()
            .filter_map(|relay| approved(purpose, self.parties.get(*relay), now).err());
        faults
            .map(|why| match why {
                "party-unknown" | NOT_APPROVED => "relay-unknown",
                _ => "relay-suspended",
            })
            .next()
    }
}
