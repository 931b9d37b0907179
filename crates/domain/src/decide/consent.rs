//! Whether a consent covers an ask, and whether a question may be put.

use super::Grant;
use crate::ask::{Ask, Question};
use crate::facts::Person;
use crate::id::PartyId;
use crate::permission::consent::{Consent, Life};
use crate::permission::probe::{Probe, is_probing};
use crate::permission::terms::{Precision, Terms};
use crate::policy::ConsentRule;
use crate::purpose::Purpose;
use crate::refusal::Refusal;
use crate::time::{Span, Timestamp};

const HOUR: Span = Span::seconds(3600);
const DAY: Span = Span::seconds(86_400);

/// The coarsest answer, in metres: beyond it a grid on the ellipsoid is no longer one.
pub const COARSEST_M: u32 = 200_000;

/// So many questions may lie open before one person, over all parties.
pub const OPEN_QUESTIONS_MAX: usize = 2;

/// An answer leaves within this time of its ask or never. A release looks only at the changes since its ask, and stores
/// may forget changes that are an hour old.
pub const ANSWER_WITHIN: Span = Span::seconds(600);

pub(super) fn decide(ask: &Ask, person: Option<&Person>, rule: &ConsentRule, now: Timestamp) -> Result<Grant, Refusal> {
    let named = person
        .into_iter()
        .flat_map(|person| person.consents.iter().rev())
        .filter(|consent| consent.recipient == ask.recipient() && consent.purpose == ask.purpose());
    let mut first_reason = None;
    for consent in named {
        match cover(consent, ask, rule, now) {
            // Whoever may ask, and only they, meets what a phone that is off would give.
            Ok(grant) if person.is_some_and(|person| person.paused) => {
                return Err(Refusal::Paused {
                    consent: grant.consent,
                    origin: grant.origin,
                });
            }
            Ok(grant) => return Ok(grant),
            Err(reason) => first_reason = first_reason.or(Some(reason)),
        }
    }
    Err(first_reason.unwrap_or(Refusal::NoPermission))
}

fn cover(consent: &Consent, ask: &Ask, rule: &ConsentRule, now: Timestamp) -> Result<Grant, Refusal> {
    let id = consent.id;
    let (until, grade) = match consent.life.at(now) {
        Life::Given { until, grade, .. } => (until, grade),
        Life::Asked { .. } => return Err(Refusal::NotAnswered(id)),
        Life::Refused { .. } => return Err(Refusal::SaidNo(id)),
        Life::Lapsed { .. } => return Err(Refusal::Lapsed(id)),
        Life::Withdrawn { .. } => return Err(Refusal::Withdrawn(id)),
        Life::Expired { .. } => return Err(Refusal::Expired(id)),
    };
    if grade < rule.least_grade {
        return Err(Refusal::EvidenceTooWeak(id));
    }
    if consent.count.is_some_and(|count| consent.used >= count) {
        return Err(Refusal::CountSpent(id));
    }
    let hourly = consent.per_hour.map_or(usize::MAX, |most| most as usize);
    if consent.asks_within(HOUR, now) >= hourly || consent.asks_within(DAY, now) >= rule.per_day_max as usize {
        return Err(Refusal::TooOften(id));
    }
    let precision = coarser(consent.precision, rule.finest);
    covers_question(ask.question(), precision, id)?;
    if probe_of(consent, ask.question(), now).is_some_and(|probe| is_probing(&consent.probes, &probe)) {
        return Err(Refusal::Probing(id));
    }
    Ok(Grant {
        consent: id,
        precision,
        origin: consent.origin,
        until: until.min(now.after(ANSWER_WITHIN)),
        deadline: rule.deadline,
    })
}

/// Whether the person has agreed that this recipient may ask for this purpose, by evidence that the policy still takes.
/// It decides nothing: each ask is still held against the consent's own bounds.
#[must_use]
pub fn has_agreed(person: &Person, recipient: PartyId, purpose: Purpose, rule: &ConsentRule, now: Timestamp) -> bool {
    let named = |consent: &&Consent| consent.recipient == recipient && consent.purpose == purpose;
    let holds = |consent: &Consent| match consent.life.at(now) {
        Life::Given { grade, .. } => grade >= rule.least_grade,
        _ => false,
    };
    person.consents.iter().filter(named).any(holds)
}

/// The circle that a question is about, as it is remembered; `None` for a question without one.
pub(crate) fn probe_of(consent: &Consent, question: &Question, now: Timestamp) -> Option<Probe> {
    match question {
        Question::Verify { circle, .. } => Some(Probe::new(consent.id, consent.precision.metres(), circle, now)),
        Question::Retrieve { .. } => None,
    }
}

/// The coarser of two precisions; yes/no is coarser than any area.
fn coarser(one: Precision, other: Precision) -> Precision {
    let metres = one.metres().max(other.metres());
    match (one, other) {
        (Precision::Area { .. }, Precision::Area { .. }) => Precision::Area { metres },
        _ => Precision::YesNo { metres },
    }
}

fn covers_question(question: &Question, precision: Precision, id: crate::id::ConsentId) -> Result<(), Refusal> {
    let metres = f64::from(precision.metres());
    match (question, precision) {
        (Question::Retrieve { .. }, Precision::YesNo { .. }) => Err(Refusal::YesNoOnly(id)),
        (
            Question::Retrieve {
                max_surface: Some(most),
                ..
            },
            Precision::Area { .. },
        ) if f64::from(*most) < std::f64::consts::PI * metres * metres => Err(Refusal::SurfaceTooFine(id)),
        (Question::Verify { circle, .. }, _) if circle.radius.value() < metres => Err(Refusal::CircleTooSmall(id)),
        (Question::Retrieve { .. } | Question::Verify { .. }, _) => Ok(()),
    }
}

/// Whether a question with these terms may be put to a person.
///
/// # Errors
/// `TermsTooWide` names the bound that is passed; `TooManyQuestions` protects the person.
pub fn may_ask(terms: &Terms, person: Option<&Person>, rule: &ConsentRule, now: Timestamp) -> Result<(), Refusal> {
    if coarser(terms.precision, rule.finest) != terms.precision || terms.precision.metres() > COARSEST_M {
        return Err(Refusal::TermsTooWide("precision"));
    }
    if terms.lasts > rule.longest {
        return Err(Refusal::TermsTooWide("durationSeconds"));
    }
    let counted = terms
        .count
        .is_some_and(|count| rule.count_max.is_none_or(|most| count <= most));
    if rule.count_max.is_some() && !counted {
        return Err(Refusal::TermsTooWide("count"));
    }
    let open = person
        .into_iter()
        .flat_map(|person| &person.consents)
        .filter(|consent| matches!(consent.life.at(now), Life::Asked { .. }))
        .count();
    if open >= OPEN_QUESTIONS_MAX {
        Err(Refusal::TooManyQuestions)
    } else {
        Ok(())
    }
}
