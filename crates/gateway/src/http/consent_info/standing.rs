//! What a partner may know of a consent that names it. Its test is a table, which is the rule.
//!
//! - An answer is shown when the person gives it, and the end of a question when its life is over: a question that was
//!   held back, could not be delivered, or was closed by a guesser looks like one that nobody answers.
//! - A pause is not shown: the consent stands, and asks find a phone that is off.
//! - A withdrawal for the purpose of personal safety is not shown before the consent would have run out, neither while it
//!   holds nor while it waits to: whoever is afraid of the partner can stop without its knowing.
//! - A consent that a new SIM voided looks like one that was taken back.

use domain::permission::consent::{Consent, Life, Reach};
use domain::permission::terms::Precision;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use wire::camara::consent_info::Standing;

use crate::store::permission::standing::Row;

/// What is known of one consent or question, the newest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    /// Whether it gives an area, or yes and no alone.
    area: bool,
    /// Where it stands now.
    state: State,
    /// When its question lapses, or lapsed.
    question_until: Timestamp,
}

/// Where a consent stands, as far as a partner may be concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Asked,
    Given {
        from: Timestamp,
        until: Timestamp,
        spent: bool,
    },
    Refused,
    Lapsed,
    Withdrawn {
        from: Timestamp,
        until: Timestamp,
        spent: bool,
    },
    Expired {
        at: Timestamp,
    },
    Void,
}

impl Known {
    /// What a row and, while it is at hand, the consent itself say. A question that was held back is a row alone.
    pub(super) fn of(row: &Row, consent: Option<&Consent>, now: Timestamp) -> Self {
        let used_up = |consent: &Consent| consent.count.is_some_and(|count| consent.used >= count);
        let withdrawn = |consent: &Consent, reach: Reach| State::Withdrawn {
            from: reach.from,
            until: reach.until,
            spent: used_up(consent),
        };
        let ends = row.ends.unwrap_or(row.at);
        let state = match consent.map(|consent| (consent, consent.life.at(now))) {
            Some((_, Life::Asked { .. })) => State::Asked,
            Some((consent, Life::Given { from, until, .. })) => State::Given {
                from,
                until,
                spent: used_up(consent),
            },
            Some((_, Life::Refused { .. })) => State::Refused,
            Some((_, Life::Lapsed { .. })) => State::Lapsed,
            Some((consent, Life::Withdrawn { reach, .. })) => withdrawn(consent, reach),
            // Another SIM ended it, which must not be noticed either.
            Some((consent, Life::Void { reach, .. })) if consent.seems_given(now) => withdrawn(consent, reach),
            Some((_, Life::Expired { at })) => State::Expired { at },
            Some((_, Life::Void { .. })) => State::Void,
            None => match row.state.as_str() {
                "asked" if now < row.until => State::Asked,
                "refused" => State::Refused,
                "withdrawn" => State::Withdrawn {
                    from: ends.before(row.terms.lasts),
                    until: ends,
                    spent: false,
                },
                // One for an event may be over before its time.
                "given" | "expired" => State::Expired { at: ends.min(now) },
                "void" => State::Void,
                _ => State::Lapsed,
            },
        };
        Self {
            area: matches!(row.terms.precision, Precision::Area { .. }),
            state,
            question_until: row.until,
        }
    }

    /// Until when it holds for its recipient, if it does.
    fn holds_until(&self, purpose: Purpose, now: Timestamp) -> Option<Timestamp> {
        match self.state {
            State::Given { from, until, spent } if from <= now && !spent => Some(until),
            State::Withdrawn {
                from,
                until,
                spent: false,
            } if purpose == Purpose::PersonalSafety && from <= now && now < until => Some(until),
            _ => None,
        }
    }
}

/// How the newest of what is known stands; what still holds comes before it. `area` is whether an area is needed.
pub(super) fn standing(known: &[Known], area: bool, purpose: Purpose, now: Timestamp) -> Standing {
    let fit = || known.iter().filter(|one| one.area || !area);
    if let Some(until) = fit().filter_map(|one| one.holds_until(purpose, now)).max() {
        return Standing::Valid(until);
    }
    let Some(newest) = fit().next() else {
        return Standing::Pending;
    };
    match newest.state {
        State::Asked => Standing::Requested,
        State::Lapsed if now < newest.question_until => Standing::Requested,
        State::Lapsed => Standing::Pending,
        State::Given { spent: true, .. } => Standing::Expired(now),
        // The person said yes, and it is not in force yet.
        State::Given { .. } => Standing::Requested,
        State::Withdrawn { from, .. } if purpose == Purpose::PersonalSafety && now < from => Standing::Requested,
        State::Withdrawn { until, .. } if purpose == Purpose::PersonalSafety => Standing::Expired(until.min(now)),
        State::Refused | State::Withdrawn { .. } | State::Void => Standing::Denied,
        State::Expired { at } => Standing::Expired(at),
    }
}

#[cfg(test)]
mod tests;
