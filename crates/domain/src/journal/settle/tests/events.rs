//! Asks that rest on events: tickets, calls, and what a programme's hour holds.

use super::around::erase_all;
use super::chain::{FACILITY, event, key, open, proof};
use super::world::*;
use crate::decide::is_live;
use crate::event::{Call, Event, EventKind};
use crate::facts::{CONSENTS_MAX, Passed, Passing};
use crate::journal::settle::{Change, Item, Outcome, Replied, Word};
use crate::number::Msisdn;
use crate::time::Span;

#[test]
fn a_ticket_is_used_up_and_what_rests_on_it_ends_with_it() {
    let mut world = World::new();
    let subject = person(1);
    world.approve(ROADSIDE, "\"events\":[\"ticket\"]");
    world.agreed(ROADSIDE, subject, |_| ());
    let ask = world.ask(ROADSIDE, subject, WHERE);
    assert_eq!(word(&world.one(ask)), "no-event");
    let ticket = event(&world, "TOW-1", EventKind::Ticket);
    changed(world.one(open(subject, ticket.clone(), vec![proof(1)])));
    let replayed = world.one(open(subject, ticket.clone(), vec![proof(1)]));
    assert!(matches!(replayed, Outcome::Replayed), "{replayed:?}");
    drop(released(world.answered(ROADSIDE, subject, WHERE)));
    // Its source tells of it again: what was used stays used.
    changed(world.one(open(subject, ticket.clone(), vec![proof(2)])));
    let granted = world.recorded(ROADSIDE, subject, WHERE);
    let ask = world.ask(ROADSIDE, subject, WHERE);
    assert_eq!(word(&world.one(ask)), "event-spent");
    let answer = world.answer(granted);
    for (source, fits) in [(ROADSIDE, false), (BANK, true)] {
        let ended = world.one(Item::Change(Change::EndEvent {
            subject: subject.key,
            source: party(source),
            event: ticket.key,
            proofs: vec![],
        }));
        assert_eq!(matches!(ended, Outcome::Changed(_)), fits, "{ended:?}");
    }
    assert_eq!(word(&world.one(Item::Release(answer))), "no-event");
}

#[test]
fn the_yes_of_a_called_person_counts_during_the_call_alone() {
    let number = Msisdn::parse("+12025550101").expect("reserved");
    assert_eq!(person(1).number, number);
    let mut world = World::new();
    let call = Call {
        key: key("switch-1"),
        line: FACILITY,
        until: world.now().after(Span::seconds(600)),
        over: false,
    };
    let subject = person(1);
    let told = event(&world, "call-1", EventKind::Call);
    changed(world.one(open(subject, told.clone(), vec![])));
    changed(world.one(Item::Change(Change::BeginCall {
        subject: subject.key,
        call,
    })));
    world.approve(ROADSIDE, "\"lines\":[\"06060606060606060606060606060606\"]");
    let mut terms = world.usual(ROADSIDE);
    terms.chain.event = Some(told.key);
    changed(world.put(subject, &terms, None));
    changed(world.one(Item::Change(Change::EndCall {
        subject: subject.key,
        call: call.key,
        until: call.until,
    })));
    let code = world.code(terms.consent);
    let late = world.reply(subject, Word::Yes(code));
    assert!(!matches!(late, Replied::Given(_)), "{late:?}");
}

#[test]
fn a_calls_end_ends_every_event_that_names_its_line() {
    let mut world = World::new();
    let subject = person(1);
    for name in ["call-1", "call-2", "call-3"] {
        let told = event(&world, name, EventKind::Call);
        changed(world.one(open(subject, told, vec![])));
    }
    let item = begin(subject, "switch-1", &world);
    changed(world.one(item));
    let before = world.store.content().entries.len();
    let item = end(subject, "switch-1", &world);
    changed(world.one(item));
    let content = world.store.content();
    assert_eq!(
        content.entries.len(),
        before + 4,
        "one for the call, and one for each event"
    );
    let person = content.people.get(&subject.key).expect("a person");
    assert!(person.events.is_empty(), "{:?}", person.events);
}

#[test]
fn a_programmes_hour_is_kept_by_the_store() {
    let mut world = World::new();
    world.approve(ROADSIDE, "\"per_hour_max\":2");
    for index in [1, 2, 3] {
        world.agreed(ROADSIDE, person(index), |_| ());
    }
    for index in [1, 2] {
        drop(released(world.answered(ROADSIDE, person(index), WHERE)));
    }
    let ask = world.ask(ROADSIDE, person(3), WHERE);
    assert_eq!(word(&world.one(ask)), "programme-hour-spent");
    world.wait(3600);
    world.agreed(ROADSIDE, person(3), |_| ());
    drop(released(world.answered(ROADSIDE, person(3), WHERE)));
}

#[test]
fn who_is_no_source_of_a_recipients_programme_tells_it_nothing() {
    let mut world = World::new();
    world.enrol(FLEET);
    let subject = person(1);
    let ticket = event(&world, "TOW-1", EventKind::Ticket);
    let of_another = Event {
        source: party(FLEET),
        ..ticket.clone()
    };
    let told = world.one(open(subject, of_another, vec![proof(1)]));
    assert!(matches!(told, Outcome::NotApplicable), "{told:?}");
    changed(world.one(open(subject, ticket, vec![proof(2)])));
    // What was told before the source was taken away counts for nothing either.
    world.approve(ROADSIDE, "\"events\":[\"ticket\"]");
    world.agreed(ROADSIDE, subject, |_| ());
    let recorded = world.recorded(ROADSIDE, subject, WHERE);
    let answer = world.answer(recorded);
    changed(world.one(Item::Change(Change::Reapprove {
        party: party(ROADSIDE),
        record:
            record(ROADSIDE, "\"events\":[\"ticket\"]").replace(&party(BANK).to_string(), &party(FLEET).to_string()),
        replaces: [0; 32],
    })));
    assert_eq!(word(&world.one(Item::Release(answer))), "programme-suspended");
    let ask = world.ask(ROADSIDE, subject, WHERE);
    assert_eq!(word(&world.one(ask)), "no-event");
}

#[test]
fn a_programme_that_is_narrowed_holds_back_what_is_in_flight() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    for (bounds, want) in [
        ("\"regions\":[\"1202\"]", "programme-suspended"),
        ("\"regions\":[\"1202\",\"1303\"]", "released"),
        ("\"events\":[\"ticket\"]", "programme-suspended"),
    ] {
        let recorded = world.recorded(ROADSIDE, person(1), WHERE);
        let answer = world.answer(recorded);
        world.approve(ROADSIDE, bounds);
        assert_eq!(word(&world.one(Item::Release(answer))), want, "{bounds}");
    }
    // What is decided behind it, in the same transaction, is decided by it.
    world.approve(ROADSIDE, "\"events\":[]");
    let narrow = Item::Change(Change::Reapprove {
        party: party(ROADSIDE),
        record: "{\"purposes\":[]}".to_owned(),
        replaces: [0; 32],
    });
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    let outcomes = world.settle(vec![narrow, ask]);
    assert_eq!(
        outcomes.iter().map(word).collect::<Vec<_>>(),
        ["changed", "purpose-not-approved"]
    );
}

#[test]
fn a_yes_for_one_event_is_live_no_longer_than_that() {
    let mut world = World::new();
    let subject = person(1);
    let ticket = event(&world, "TOW-1", EventKind::Ticket);
    changed(world.one(open(subject, ticket.clone(), vec![])));
    let bound = world.agreed(ROADSIDE, subject, |terms| terms.chain.event = Some(ticket.key));
    let free = world.agreed(BANK, subject, |_| ());
    let live = |world: &World| {
        let content = world.store.content();
        let person = &content.people[&subject.key];
        let live = person
            .consents
            .iter()
            .filter(|consent| is_live(consent, person, content.now));
        live.map(|consent| consent.id).collect::<Vec<_>>()
    };
    assert_eq!(live(&world), [bound, free]);
    changed(world.one(Item::Change(Change::EndEvent {
        subject: subject.key,
        source: ticket.source,
        event: ticket.key,
        proofs: vec![],
    })));
    assert_eq!(live(&world), [free]);
}

#[test]
fn an_erasure_takes_events_calls_and_what_was_passed_on() {
    let mut world = World::new();
    let subject = person(1);
    let ticket = event(&world, "TOW-1", EventKind::Ticket);
    changed(world.one(open(subject, ticket, vec![proof(1)])));
    changed(world.one(begin(subject, "switch-1", &world)));
    for (byte, state) in [(1, Passing::Stopped), (2, Passing::Going), (3, Passing::Ended)] {
        let mut content = world.store.content();
        content.people.entry(subject.key).or_default().passed.push(Passed {
            party: party(byte),
            purpose: purpose(byte),
            state,
            asked: None,
        });
    }
    changed(world.one(erase_all(&world, subject.key)));
    let content = world.store.content();
    let known = &content.people[&subject.key];
    assert!(known.events.is_empty() && known.calls.is_empty(), "{known:?}");
    // What is stopped stays so, by this erasure too, and what the home ended goes.
    let kept: Vec<_> = known.passed.iter().map(|passed| (passed.party, passed.state)).collect();
    assert_eq!(kept, [1, 2].map(|byte| (party(byte), Passing::Stopped)));
}

fn begin(subject: crate::subject::Subject, name: &str, world: &World) -> Item {
    Item::Change(Change::BeginCall {
        subject: subject.key,
        call: Call {
            key: key(name),
            line: FACILITY,
            until: world.now().after(Span::seconds(600)),
            over: false,
        },
    })
}

fn end(subject: crate::subject::Subject, name: &str, world: &World) -> Item {
    Item::Change(Change::EndCall {
        subject: subject.key,
        call: key(name),
        until: world.now().after(Span::seconds(600)),
    })
}

#[test]
fn a_yes_to_one_call_is_none_to_the_next_of_the_same_name() {
    let mut world = World::new();
    let subject = person(1);
    world.approve(
        ROADSIDE,
        "\"lines\":[\"06060606060606060606060606060606\"],\"events\":[\"call\"]",
    );
    let told = event(&world, "call-1", EventKind::Call);
    changed(world.one(open(subject, told.clone(), vec![])));
    let item = begin(subject, "switch-1", &world);
    changed(world.one(item));
    world.agreed(ROADSIDE, subject, |terms| terms.chain.event = Some(told.key));
    drop(released(world.answered(ROADSIDE, subject, WHERE)));
    let item = end(subject, "switch-1", &world);
    changed(world.one(item));
    // The facility calls again, and the platform gives the call the old name, or makes a ticket of it.
    let item = begin(subject, "switch-2", &world);
    changed(world.one(item));
    for kind in [EventKind::Call, EventKind::Ticket] {
        let again = event(&world, "call-1", kind);
        let refused = world.one(open(subject, again, vec![]));
        assert!(matches!(refused, Outcome::NotApplicable), "{refused:?}");
    }
    let ask = world.ask(ROADSIDE, subject, WHERE);
    assert_eq!(word(&world.one(ask)), "event-over");
}

#[test]
fn a_call_that_ended_before_it_was_told_of_never_begins() {
    let mut world = World::new();
    let subject = person(1);
    let item = end(subject, "switch-1", &world);
    assert!(matches!(world.one(item), Outcome::NotApplicable));
    let item = begin(subject, "switch-1", &world);
    assert!(matches!(world.one(item), Outcome::NotApplicable));
    let item = begin(subject, "switch-2", &world);
    changed(world.one(item));
    // Told of twice, and over in between.
    let item = end(subject, "switch-2", &world);
    changed(world.one(item));
    let item = begin(subject, "switch-2", &world);
    assert!(matches!(world.one(item), Outcome::NotApplicable));
}

#[test]
fn an_event_counts_while_who_told_of_it_is_in_good_standing() {
    let mut world = World::new();
    let subject = person(1);
    world.approve(ROADSIDE, "\"events\":[\"ticket\"]");
    let ticket = event(&world, "TOW-1", EventKind::Ticket);
    changed(world.one(open(subject, ticket.clone(), vec![])));
    world.agreed(ROADSIDE, subject, |_| ());
    let granted = world.recorded(ROADSIDE, subject, WHERE);
    let answer = world.answer(granted);
    changed(world.one(World::suspend(BANK, true)));
    assert_eq!(word(&world.one(Item::Release(answer))), "no-event");
    let ask = world.ask(ROADSIDE, subject, WHERE);
    assert_eq!(word(&world.one(ask)), "no-event");
    changed(world.one(World::suspend(BANK, false)));
    drop(released(world.answered(ROADSIDE, subject, WHERE)));
    // Nobody else takes its name, and no source fills the person's list.
    let mine = crate::event::Event {
        source: party(ROADSIDE),
        ..ticket
    };
    assert!(matches!(world.one(open(subject, mine, vec![])), Outcome::NotApplicable));
    let more = (0..12).map(|index| event(&world, &format!("TOW-{}", index + 2), EventKind::Ticket));
    let more: Vec<_> = more.collect();
    let taken = more
        .into_iter()
        .filter(|event| matches!(world.one(open(subject, event.clone(), vec![])), Outcome::Changed(_)))
        .count();
    assert_eq!(taken, 11, "twelve of one source at a time");
}

#[test]
fn a_yes_whose_event_is_over_makes_room() {
    let mut world = World::new();
    let subject = person(1);
    let mut agreed = |name: &str, over: bool| {
        let ticket = event(&world, name, EventKind::Ticket);
        changed(world.one(open(subject, ticket.clone(), vec![])));
        let id = world.agreed(ROADSIDE, subject, |terms| terms.chain.event = Some(ticket.key));
        if over {
            changed(world.one(Item::Change(Change::EndEvent {
                subject: subject.key,
                source: ticket.source,
                event: ticket.key,
                proofs: vec![],
            })));
        }
        id
    };
    let open = agreed("TOW-0", false);
    for nth in 1..2 * CONSENTS_MAX {
        agreed(&format!("TOW-{nth}"), true);
    }
    let consents = &world.store.content().people[&subject.key].consents;
    assert_eq!(consents.len(), CONSENTS_MAX);
    assert!(consents.iter().any(|consent| consent.id == open), "its ticket is open");
}
