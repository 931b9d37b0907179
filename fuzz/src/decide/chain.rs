//! How an ask may come, and what a programme and a person may have besides consents.

use domain::ask::{Ask, Carried};
use domain::event::{Event, EventKey, EventKind, LineKey};
use domain::facts::Facts;
use domain::party::{Caller, ReplayKey};
use domain::programme::Programme;
use domain::refusal::Carriage;
use domain::time::Span;

use super::{party, purpose, time};
use crate::input::Choices;

/// The name of a signed ask.
const SIGNED: ReplayKey = ReplayKey {
    until_minute: 30_000_001,
    hash: [4; 16],
};

/// The ask as it came: from its recipient, or signed and carried.
pub(super) fn carried(ask: Ask, caller: Caller, choices: &mut Choices<'_>) -> (Ask, Caller) {
    let signed = choices.flag();
    let how = Carried {
        signed,
        relays: (0..choices.below(3)).map(party).collect(),
        event: choices.flag().then(|| key(choices)),
        elsewhere: choices.byte() > 200,
        letter: None,
        digest: None,
        wait: None,
        bearer: None,
    };
    if !signed {
        return (ask.carried(how), caller);
    }
    let fault = (choices.byte() > 220).then(|| choices.one_of(&Carriage::ALL));
    let caller = caller.carried_by(party(choices.below(3)), SIGNED, fault);
    (ask.carried(how), caller)
}

/// A signed ask came by a relay that it names, and all of them are in good standing.
pub(super) fn came_rightly(ask: &Ask, caller: &Caller, facts: &Facts) {
    let how = ask.how();
    if !how.signed {
        return;
    }
    let bearer = caller.bearer();
    assert!(bearer == ask.recipient() || how.relays.contains(&bearer));
    for relay in &how.relays {
        let standing = facts.parties.get(relay).expect("an enrolled relay");
        let programme = standing.programme(ask.purpose()).expect("an approved relay");
        assert!(!standing.suspended && !programme.suspended);
    }
}

pub(super) fn programme(choices: &mut Choices<'_>) -> Programme {
    Programme {
        events: (choices.byte() > 200)
            .then(|| choices.one_of(&EventKind::ALL))
            .into_iter()
            .collect(),
        lines: (0..choices.below(2)).map(|_| line(choices)).collect(),
        suspended: choices.byte() > 240,
        ..Programme::plain(purpose(choices))
    }
}

pub(super) fn key(choices: &mut Choices<'_>) -> EventKey {
    EventKey::from_bytes([choices.below(3) as u8; 16])
}

pub(super) fn line(choices: &mut Choices<'_>) -> LineKey {
    LineKey::from_bytes([choices.below(2) as u8; 16])
}

pub(super) fn event(choices: &mut Choices<'_>) -> Event {
    let kind = choices.one_of(&EventKind::ALL);
    Event {
        key: key(choices),
        kind,
        source: party(choices.below(3)),
        recipient: party(choices.below(3)),
        until: time(choices).after(Span::seconds(60)),
        count: 2,
        used: u32::from(choices.byte() % 3),
        line: (kind == EventKind::Call).then(|| line(choices)),
    }
}
