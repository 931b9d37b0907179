//! Whether a consent covers an ask, and whether a question may be put.

use super::{Admitted, Grant, Permission, event};
use crate::ask::{Ask, Question};
use crate::event::Event;
use crate::facts::{Line, Person};
use crate::id::{ConsentId, PartyId};
use crate::journal::tree::Hash;
use crate::permission::consent::{Consent, Life};
use crate::permission::evidence::Grade;
use crate::permission::probe::{Probe, is_probing};
use crate::permission::terms::{Origin, Precision, Terms};
use crate::permission::within::Within;
use crate::policy::{ConsentRule, Policy};
use crate::purpose::Purpose;
use crate::refusal::{Bound, Refusal};
use crate::time::{Span, Timestamp};

const HOUR: Span = Span::seconds(3600);
const DAY: Span = Span::seconds(86_400);

/// The coarsest answer, in metres: beyond it a grid on the ellipsoid is no longer one.
pub const COARSEST_M: u32 = 200_000;

/// An answer leaves within this time of its ask or never. A release looks only at the changes since its ask, and stores
/// may forget changes that are an hour old.
pub const ANSWER_WITHIN: Span = Span::seconds(600);

pub(super) fn decide(
    ask: &Ask,
    person: Option<&Person>,
    admitted: &Admitted<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Result<Grant, Refusal> {
    let Some(person) = person else {
        return Err(Refusal::NoPermission);
    };
    if person.suspended {
        return Err(Refusal::PersonSuspended);
    }
    if person.ended {
        return Err(Refusal::TenureEnded);
    }
    let named = person.consents.iter().rev();
    let named = named.filter(|consent| consent.recipient == ask.recipient() && consent.purpose == ask.purpose());
    let mut first_reason = None;
    for consent in named {
        match cover(consent, ask, person, admitted, now) {
            Ok(grant) => return spared((grant, consent), person, policy, now),
            Err(reason) => first_reason = first_reason.or(Some(reason)),
        }
    }
    if person.forbids_questions(now) {
        return Err(Refusal::Never);
    }
    Err(first_reason.unwrap_or(Refusal::NoPermission))
}

/// What still keeps a covered ask from its grant. The order matters: whoever must not notice a pause or a withdrawal meets
/// everything that they would meet without it, and then what a phone that is off would give.
fn spared(
    (grant, consent): (Grant, &Consent),
    person: &Person,
    policy: &Policy,
    now: Timestamp,
) -> Result<Grant, Refusal> {
    let (consent_id, origin) = (consent.id, grant.origin);
    if person.day.asks(now) >= policy.person.asks_per_day_max {
        Err(Refusal::CeilingReached(consent_id))
    } else if consent.seems_given(now) {
        let consent = consent_id;
        Err(Refusal::WithdrawnUnseen { consent, origin })
    } else if person.forbids_questions(now) {
        Err(Refusal::Never)
    } else if person.is_paused_for(consent.recipient) {
        let consent = consent_id;
        Err(Refusal::Paused { consent, origin })
    } else {
        Ok(grant)
    }
}

fn cover(
    consent: &Consent,
    ask: &Ask,
    person: &Person,
    admitted: &Admitted<'_>,
    now: Timestamp,
) -> Result<Grant, Refusal> {
    let (id, rule) = (consent.id, &admitted.rule);
    let (until, grade) = in_force(consent, now)?;
    let seal = sealed_to(consent, ask, admitted)?;
    let event =
        event::rests_on(ask, consent.event, person, admitted, now).map_err(|bound| match (consent.event, bound) {
            (Some(_), Bound::NoEvent) => Refusal::EventOver(id),
            _ => Refusal::Programme(bound),
        })?;
    let enough = match grade {
        // It was enough when it was given.
        None => true,
        Some(Grade::AccountHolder) => rule.machines && matches!(person.line, Line::Machine { .. }),
        Some(grade) => grade >= rule.least_grade,
    };
    if !enough {
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
        permission: Permission::Consent(id),
        event: event.map(Event::rest),
        seal,
        precision,
        origin: consent.origin,
        until: until
            .min(event.map_or(until, |event| event.until))
            .min(admitted.standing.ends(ask.purpose()).unwrap_or(until))
            .min(now.after(ANSWER_WITHIN)),
        deadline: ask.deadline(rule.deadline, now),
    })
}

/// Whether the consent names every relay that may carry the ask, and the key that the answer to a signed ask is sealed to:
/// the one of that day, or one that took its place step by step.
fn sealed_to(consent: &Consent, ask: &Ask, admitted: &Admitted<'_>) -> Result<Option<Hash>, Refusal> {
    let how = ask.how();
    if !how.relays.iter().all(|relay| consent.relays.contains(relay)) {
        return Err(Refusal::RelayNotAgreed(consent.id));
    }
    if !how.signed {
        return Ok(None);
    }
    let seals = &admitted.standing.seals;
    match (consent.seal, seals.first()) {
        (Some(pinned), Some(present)) if seals.contains(&pinned) => Ok(Some(*present)),
        _ => Err(Refusal::KeyNotPinned(consent.id)),
    }
}

/// Until when a consent is in force from now on without a break, or seems to be, and on which evidence.
fn in_force(consent: &Consent, now: Timestamp) -> Result<(Timestamp, Option<Grade>), Refusal> {
    let id = consent.id;
    let (from, until, grade) = match consent.life.at(now) {
        Life::Given { from, until, grade, .. } => (from, until, Some(grade)),
        Life::Withdrawn { reach, .. } | Life::Void { reach, .. } if consent.seems_given(now) => {
            (reach.from, reach.until, None)
        }
        Life::Asked { .. } => return Err(Refusal::NotAnswered(id)),
        Life::Refused { .. } => return Err(Refusal::SaidNo(id)),
        Life::Lapsed { .. } => return Err(Refusal::Lapsed(id)),
        Life::Withdrawn { .. } => return Err(Refusal::Withdrawn(id)),
        Life::Expired { .. } => return Err(Refusal::Expired(id)),
        Life::Void { .. } => return Err(Refusal::Void(id)),
    };
    if now < from {
        return Err(Refusal::NotYet(id));
    }
    match &consent.within {
        None => Ok((until, grade)),
        Some(within) => within
            .ends_after(now)
            .map(|ends| (until.min(ends), grade))
            .ok_or(Refusal::OutsideSchedule(id)),
    }
}

/// What a withdrawal of a consent in force is to whom it was withdrawn from: see [`Consent::seems_given`].
pub(crate) const fn withdrawn(purpose: Purpose, consent: ConsentId, origin: Origin) -> Refusal {
    match purpose {
        Purpose::PersonalSafety => Refusal::WithdrawnUnseen { consent, origin },
        _ => Refusal::Withdrawn(consent),
    }
}

/// Whether the person has agreed that this recipient may ask for this purpose, by evidence that the policy still takes.
/// It decides nothing: each ask is still held against the consent's own bounds.
#[must_use]
pub fn has_agreed(person: &Person, recipient: PartyId, purpose: Purpose, rule: &ConsentRule, now: Timestamp) -> bool {
    let named = |consent: &&Consent| consent.recipient == recipient && consent.purpose == purpose;
    let holds = |consent: &Consent| match consent.life.at(now) {
        Life::Given { grade, .. } => grade >= rule.least_grade,
        _ => consent.seems_given(now),
    };
    person.consents.iter().filter(named).any(holds)
}

/// The circle that a question is about, as it is remembered; `None` for a question without one.
pub(crate) fn probe_of(consent: &Consent, question: &Question, now: Timestamp) -> Option<Probe> {
    match question {
        Question::Verify { circle, .. } => Some(Probe::new(consent.id, consent.precision.metres(), circle, now)),
        Question::Retrieve { .. } | Question::PassOn { .. } => None,
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

fn covers_question(question: &Question, precision: Precision, id: ConsentId) -> Result<(), Refusal> {
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
        // What is for another gateway alone is covered by nothing here.
        (Question::PassOn { .. }, _) => Err(Refusal::NoPermission),
        (Question::Retrieve { .. } | Question::Verify { .. }, _) => Ok(()),
    }
}

/// Whether a question with these terms may be put to a person.
///
/// # Errors
/// `TermsTooWide` names the bound that is passed. The others protect the person: see [`Refusal::is_held_back`].
pub fn may_ask(
    terms: &Terms,
    person: Option<&Person>,
    admitted: &Admitted<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    if admitted.standing.is_ending(terms.purpose) {
        return Err(Refusal::Programme(Bound::Ending));
    }
    within_bounds(terms, &admitted.rule)?;
    event::may_be_bound(terms, person, admitted, now)?;
    if let Some(Within::Window { to, .. }) = &terms.within
        && *to <= now
    {
        return Err(Refusal::TermsTooWide("window"));
    }
    person.map_or(Ok(()), |person| may_be_asked(person, terms, policy, now))
}

/// Whether the terms keep within what the policy allows the purpose.
///
/// # Errors
/// `TermsTooWide` names the bound that is passed.
pub fn within_bounds(terms: &Terms, rule: &ConsentRule) -> Result<(), Refusal> {
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
    Ok(())
}

fn may_be_asked(person: &Person, terms: &Terms, policy: &Policy, now: Timestamp) -> Result<(), Refusal> {
    if person.suspended {
        return Err(Refusal::PersonSuspended);
    }
    if person.ended {
        return Err(Refusal::TenureEnded);
    }
    if person.forbids_questions(now) {
        return Err(Refusal::Never);
    }
    let long = Consent::asked(terms, now).needs_reply();
    let wait = policy.person.sim_change_wait;
    if long && person.sim_changed.is_some_and(|at| now < at.after(wait)) {
        return Err(Refusal::SimChanged);
    }
    let lives = person.consents.iter().map(|consent| consent.life.at(now));
    if lives.filter(|life| matches!(life, Life::Asked { .. })).count() >= policy.questions.open_max as usize {
        return Err(Refusal::TooManyQuestions);
    }
    if person.questions_today(now) >= policy.questions.per_day_max as usize {
        return Err(Refusal::QuestionsSpent);
    }
    if person.said_no_within(policy.questions.cooling_off, terms.recipient, now) {
        return Err(Refusal::CoolingOff);
    }
    Ok(())
}
