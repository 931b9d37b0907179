//! Whether a consent is in force at a time, and until when an answer may leave under it.

use super::known::{Held, Life};

/// An answer leaves within this time of its ask or never.
pub(super) const ANSWER_WITHIN_MS: i64 = 600_000;

/// From when, until when and on which evidence a consent is in force at a time; `Err` says why it is not.
pub(super) fn in_force(held: &Held, now: i64) -> Result<(i64, Option<u8>), &'static str> {
    let (from, until, evidence) = match held.life {
        Life::Open { until } if now >= until => return Err("lapsed"),
        Life::Open { .. } => return Err("not-answered"),
        Life::Refused => return Err("said-no"),
        Life::Lapsed => return Err("lapsed"),
        Life::Given { until, .. } if now >= until => return Err("expired"),
        Life::Given { .. } if held.must_end => return Err("withdrawn"),
        Life::Given { from, until, evidence } => (from, until, Some(evidence)),
        Life::Withdrawn { from, until } | Life::Void { from, until } if held.seems_given(now) => (from, until, None),
        Life::Withdrawn { .. } => return Err("withdrawn"),
        Life::Void { .. } => return Err("void"),
    };
    if now < from {
        Err("not-yet")
    } else {
        Ok((until, evidence))
    }
}

/// Until when an answer may leave, if the consent is in force at a time.
pub(super) fn answer_until(held: &Held, now: i64) -> Option<i64> {
    let (until, _) = in_force(held, now).ok()?;
    let within = held.terms.as_ref()?.within.as_ref();
    let slot = within.map_or(Some(until), |within| within.holds_until(now));
    Some(until.min(slot?).min(now + ANSWER_WITHIN_MS))
}
