//! What came of an item, as tests want it: the value that must be there, or its word.

use crate::journal::settle::{Changed, Outcome, Recorded, Released, Replied};

pub(super) fn recorded(outcome: Outcome) -> Recorded {
    match outcome {
        Outcome::Recorded(recorded) => *recorded,
        other => panic!("expected recorded, found {other:?}"),
    }
}

pub(super) fn released(outcome: Outcome) -> Released {
    match outcome {
        Outcome::Released(released) => *released,
        other => panic!("expected released, found {other:?}"),
    }
}

pub(super) fn given(outcome: &Outcome) {
    let given = matches!(outcome, Outcome::Changed(_) | Outcome::Replied(Replied::Given(_)));
    assert!(given, "expected a consent that is given, found {outcome:?}");
}

pub(super) fn changed(outcome: Outcome) -> Changed {
    match outcome {
        Outcome::Changed(changed) => *changed,
        other => panic!("expected changed, found {other:?}"),
    }
}

/// The code of a refusal, of what withheld an answer, or of a failure; the outcome's name otherwise.
pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Recorded(_) => "recorded",
        Outcome::Refused(refused) => refused.reason.code(),
        Outcome::Released(_) => "released",
        Outcome::Withheld(reason) => reason.code(),
        Outcome::Failed(failure) => failure.code(),
        Outcome::Changed(_) => "changed",
        Outcome::ReplyNeeded => "reply-needed",
        Outcome::Opened => "opened",
        Outcome::NotOpened => "not-opened",
        Outcome::NotApplicable => "not-applicable",
        Outcome::Replied(_) => "replied",
        Outcome::Done => "done",
        Outcome::Replayed => "replayed",
    }
}
