//! Whether an ask rests on an event: live, of this phone, for this party, unused beyond its count, and confirmed by the
//! carrier where nobody but the recipient vouches for it.

use super::Admitted;
use crate::ask::Ask;
use crate::event::{Event, EventKey, EventKind};
use crate::facts::Person;
use crate::id::PartyId;
use crate::permission::terms::Terms;
use crate::refusal::{Bound, Refusal};
use crate::time::Timestamp;

/// The kinds of which the policy or the programme wants one.
fn wanted(admitted: &Admitted<'_>) -> Vec<EventKind> {
    match admitted.rule.event {
        // The policy's own want is not widened by a programme that takes others.
        Some(kind) => vec![kind],
        None => admitted.programme.events.clone(),
    }
}

/// The event that an ask rests on; `None` where none is wanted. `bound` is the one that the consent was given for.
pub(super) fn rests_on<'a>(
    ask: &Ask,
    bound: Option<EventKey>,
    person: &'a Person,
    admitted: &Admitted<'_>,
    now: Timestamp,
) -> Result<Option<&'a Event>, Bound> {
    let named = match (bound, ask.how().event) {
        // A yes for calls at large is none.
        (None, _) if admitted.rule.event == Some(EventKind::Call) && !ask.how().elsewhere => {
            return Err(Bound::NoEvent);
        }
        (Some(bound), Some(named)) if bound != named => return Err(Bound::NoEvent),
        (bound, named) => bound.or(named),
    };
    let kinds = wanted(admitted);
    if kinds.is_empty() && named.is_none() {
        return Ok(None);
    }
    let kinds = if kinds.is_empty() {
        EventKind::ALL.to_vec()
    } else {
        kinds
    };
    live(named, &kinds, ask.recipient(), person, admitted, now).map(Some)
}

/// The first event of these kinds on which an ask of this party may rest now; otherwise what keeps the last of them from
/// it.
fn live<'a>(
    named: Option<EventKey>,
    kinds: &[EventKind],
    recipient: PartyId,
    person: &'a Person,
    admitted: &Admitted<'_>,
    now: Timestamp,
) -> Result<&'a Event, Bound> {
    let mut reason = Bound::NoEvent;
    let candidates = person.events.iter().filter(|event| {
        kinds.contains(&event.kind)
            && event.recipient == recipient
            && named.is_none_or(|named| event.key == named)
            && now < event.until
            && vouches(event, admitted, now)
    });
    for event in candidates {
        if event.used >= event.count {
            reason = Bound::EventSpent;
        } else if event.needs_confirmation() && !is_confirmed(event, person, admitted, now) {
            reason = Bound::EventUnconfirmed;
        } else {
            return Ok(event);
        }
    }
    Err(reason)
}

/// Whether the word of who told of an event counts for the party whose ask would rest on it: the operator approved it for
/// that programme, or it is that party itself; it is neither suspended, nor has the agreement with it ended.
fn vouches(event: &Event, admitted: &Admitted<'_>, now: Timestamp) -> bool {
    let approved = event.source == event.recipient || admitted.programme.sources.contains(&event.source);
    let standing = admitted.parties.get(&event.source);
    approved && standing.is_some_and(|standing| !standing.suspended && !standing.ending_is_over(now))
}

/// A call counts while the carrier says that it goes on, with a number that the programme lists.
fn is_confirmed(event: &Event, person: &Person, admitted: &Admitted<'_>, now: Timestamp) -> bool {
    let listed = event.line.is_some_and(|line| admitted.programme.lines.contains(&line));
    listed && person.confirms(event, now)
}

/// Whether a question may be put that is bound to the event that its terms name. A purpose that needs a call takes no
/// other: the yes is for that call.
pub(super) fn may_be_bound(
    terms: &Terms,
    person: Option<&Person>,
    admitted: &Admitted<'_>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(named) = terms.chain.event else {
        return match admitted.rule.event {
            Some(EventKind::Call) => Err(Refusal::Programme(Bound::NoEvent)),
            Some(EventKind::Ticket) | None => Ok(()),
        };
    };
    let unknown = Person::default();
    let person = person.unwrap_or(&unknown);
    let kinds = match admitted.rule.event {
        Some(kind) => vec![kind],
        None => EventKind::ALL.to_vec(),
    };
    live(Some(named), &kinds, terms.recipient, person, admitted, now)
        .map(|_| ())
        .map_err(Refusal::Programme)
}

/// Whether the event that a consent is bound to still goes on, so that a yes to it counts.
pub(crate) fn stands(bound: Option<EventKey>, person: &Person, now: Timestamp) -> bool {
    bound.is_none_or(|key| {
        person
            .event(key)
            .is_some_and(|event| now < event.until && (!event.needs_confirmation() || person.confirms(event, now)))
    })
}
