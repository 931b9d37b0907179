//! Whether an ask about a number that another gateway is home to is passed on. It covers nothing: the home decides. What
//! the person stopped here is not passed on, save where a stop must not be noticed: the home, which is told of it, knows
//! alone how to look like a phone that is off.

use super::consent::{ANSWER_WITHIN, COARSEST_M};
use super::{Admitted, Grant, Permission, event};
use crate::ask::{Ask, Question};
use crate::event::Event;
use crate::facts::{PASSED_MAX, Passing, Person};
use crate::permission::terms::{Origin, Precision};
use crate::refusal::Refusal;
use crate::time::Timestamp;

pub(super) fn decide(
    ask: &Ask,
    person: Option<&Person>,
    admitted: &Admitted<'_>,
    now: Timestamp,
) -> Result<Grant, Refusal> {
    let unknown = Person::default();
    let person = person.unwrap_or(&unknown);
    if person.suspended {
        return Err(Refusal::PersonSuspended);
    }
    // What cannot be remembered could not be stopped.
    let known = person.passed(ask.recipient(), ask.purpose());
    let state = known.map(|passed| passed.state);
    let is_full = state.is_none() && person.passed.len() >= PASSED_MAX;
    let is_paused = person.forbids_questions(now) || person.is_paused_for(ask.recipient());
    let unseen = state.is_some() && ask.purpose().ends_unseen() && wants_a_place(ask.question());
    if is_full || ((state == Some(Passing::Stopped) || is_paused) && !unseen) {
        return Err(Refusal::Never);
    }
    if state == Some(Passing::Ended) && wants_a_place(ask.question()) && !unseen {
        return Err(Refusal::EndedAtHome);
    }
    let event = event::rests_on(ask, None, person, admitted, now).map_err(Refusal::Programme)?;
    // The home is not told of a pause, and would answer.
    if is_paused && state == Some(Passing::Going) {
        return Err(Refusal::StoppedUnseen);
    }
    Ok(Grant {
        permission: Permission::Home,
        event: event.map(Event::rest),
        seal: None,
        // Nothing that is read here is ever told: the home seals it to the recipient.
        precision: Precision::YesNo { metres: COARSEST_M },
        origin: Origin::Network,
        until: admitted
            .standing
            .ends(ask.purpose())
            .map_or(now.after(ANSWER_WITHIN), |ends| ends.min(now.after(ANSWER_WITHIN))),
        deadline: ask.deadline(admitted.rule.deadline, now),
    })
}

/// Whether a question rests on a consent of the home's. What asks for a new one, or what became of one, does not.
const fn wants_a_place(question: &Question) -> bool {
    match question {
        Question::Retrieve { .. } | Question::Verify { .. } => true,
        Question::PassOn { .. } => false,
    }
}
