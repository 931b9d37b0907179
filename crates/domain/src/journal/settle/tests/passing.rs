//! What is passed on to the home of a number, and a stop that one end tells the other.

use super::chain::{HELP, passed_on, proof, signed_ask, through, with_relay};
use super::world::*;
use crate::ask::{Ask, Carried, Question};
use crate::facts::Passing;
use crate::id::{AskId, PartyId};
use crate::journal::settle::{Change, End, Item, Outcome, Replied, StopTold, Word};
use crate::journal::store::Cold;
use crate::permission::consent::Life;
use crate::subject::Subject;
use crate::time::{Span, Timestamp};

#[test]
fn what_the_home_sealed_is_passed_on_and_what_was_stopped_is_not() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    let ask = signed_ask(&mut world, relay, person(1), 1, true);
    let item = passed_on(recorded(world.one(ask)));
    drop(released(world.one(item)));
    let ask = signed_ask(&mut world, relay, person(1), 2, true);
    let item = passed_on(recorded(world.one(ask)));
    changed(world.one(Item::Change(Change::StopPassing {
        subject: person(1).key,
        party: party(ROADSIDE),
        purpose: HELP,
    })));
    assert_eq!(word(&world.one(item)), "never");
    let ask = signed_ask(&mut world, relay, person(1), 3, true);
    assert_eq!(word(&world.one(ask)), "never");
}

#[test]
fn a_stop_by_text_stops_what_is_passed_on_until_it_is_allowed_again() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    let ask = signed_ask(&mut world, relay, person(1), 1, true);
    let item = passed_on(recorded(world.one(ask)));
    assert_eq!(world.reply(person(1), Word::Stop), Replied::Stopped(1));
    assert_eq!(word(&world.one(item)), "never");
    let ask = signed_ask(&mut world, relay, person(1), 2, true);
    assert_eq!(word(&world.one(ask)), "never");
    assert_eq!(world.reply(person(1), Word::Allow), Replied::Lifting(world.now()));
    let ask = signed_ask(&mut world, relay, person(1), 3, true);
    drop(recorded(world.one(ask)));
}

fn told(by: PartyId, end: End, name: u8) -> Item {
    // So late that it is after everything else in the test.
    told_of(by, end, name, Timestamp::from_unix_ms(4_000_000_000_000))
}

fn told_of(by: PartyId, end: End, name: u8, at: Timestamp) -> Item {
    Item::Change(Change::HearStop(Box::new(StopTold {
        subject: person(1).key,
        by,
        end,
        recipient: party(ROADSIDE),
        purpose: HELP,
        at,
        proofs: vec![proof(name)],
    })))
}

/// A question for a consent, which is passed on.
fn asks_for_consent(world: &World, relay: PartyId, name: u8) -> Item {
    let question = Question::PassOn { class: "consent" };
    let id = AskId::from_bytes([name; 16]);
    let ask = Ask::new(id, person(1), party(ROADSIDE), HELP, question, world.now()).carried(Carried {
        signed: true,
        relays: vec![relay],
        elsewhere: true,
        ..Carried::default()
    });
    Item::Ask(ask, caller(ROADSIDE, None).carried_by(relay, proof(name), None))
}

fn states(world: &World, subject: Subject) -> Vec<Passing> {
    let content = world.store.content();
    let person = content.people.get(&subject.key).expect("known");
    person.passed.iter().map(|passed| passed.state).collect()
}

/// What is to be told, and to whom.
fn to_tell(world: &World) -> Vec<Option<PartyId>> {
    let content = world.store.content();
    let towards = content.cold.iter().filter_map(|row| match row {
        Cold::Stopped { towards, .. } => Some(*towards),
        _ => None,
    });
    towards.collect()
}

#[test]
fn what_the_home_ended_is_not_passed_on_until_a_new_consent_is_asked_for() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    let ask = signed_ask(&mut world, relay, person(1), 1, true);
    drop(recorded(world.one(ask)));
    changed(world.one(told(relay, End::Home, 50)));
    assert_eq!(states(&world, person(1)), [Passing::Ended]);
    let ask = signed_ask(&mut world, relay, person(1), 2, true);
    assert_eq!(word(&world.one(ask)), "ended-at-home");
    // Told once more, it changes nothing; the very same statement is not even looked at.
    assert!(matches!(world.one(told(relay, End::Home, 51)), Outcome::NotApplicable));
    assert!(matches!(world.one(told(relay, End::Home, 51)), Outcome::Replayed));
    let ask = asks_for_consent(&world, relay, 3);
    drop(recorded(world.one(ask)));
    assert_eq!(states(&world, person(1)), [Passing::Going]);
    let ask = signed_ask(&mut world, relay, person(1), 4, true);
    drop(recorded(world.one(ask)));
    assert!(to_tell(&world).is_empty(), "what was told is not told back");
}

#[test]
fn the_home_cannot_lift_what_was_stopped_here_nor_end_what_was_never_passed_on() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    assert!(matches!(world.one(told(relay, End::Home, 50)), Outcome::NotApplicable));
    let ask = signed_ask(&mut world, relay, person(1), 1, true);
    drop(recorded(world.one(ask)));
    assert_eq!(world.reply(person(1), Word::Stop), Replied::Stopped(1));
    assert_eq!(to_tell(&world), [None]);
    assert!(matches!(world.one(told(relay, End::Home, 51)), Outcome::NotApplicable));
    assert_eq!(states(&world, person(1)), [Passing::Stopped]);
    let ask = asks_for_consent(&world, relay, 2);
    assert_eq!(word(&world.one(ask)), "never");
}

#[test]
fn a_stop_at_the_hub_ends_the_consents_that_name_it_and_no_others() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    let direct = world.agreed(ROADSIDE, person(1), |_| {});
    let carried = world.agreed(ROADSIDE, person(1), through(relay));
    // A party that the consent does not name ends nothing, and neither does one that is suspended.
    assert!(matches!(
        world.one(told(party(BANK), End::Hub, 50)),
        Outcome::NotApplicable
    ));
    world.one(World::suspend(9, true));
    assert!(matches!(world.one(told(relay, End::Hub, 51)), Outcome::Replayed));
    world.one(World::suspend(9, false));
    let ask = signed_ask(&mut world, relay, person(1), 1, false);
    let granted = recorded(world.one(ask));
    let answer = world.answer(granted);
    changed(world.one(told(relay, End::Hub, 52)));
    // What was in flight is held back.
    assert_eq!(word(&world.one(Item::Release(answer))), "withdrawn");
    let life = |id| {
        let content = world.store.content();
        let person = content.people.get(&person(1).key).expect("known");
        person.consent(id).expect("kept").life
    };
    assert!(matches!(life(carried), Life::Withdrawn { .. }));
    assert!(matches!(life(direct), Life::Given { .. }));
    assert!(to_tell(&world).is_empty(), "what the hub told is not told back to it");
}

#[test]
fn a_withdrawal_is_to_be_told_to_the_relays_of_its_consent() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    let carried = world.agreed(ROADSIDE, person(1), through(relay));
    changed(world.one(World::withdraw(person(1), carried)));
    assert_eq!(to_tell(&world), [Some(relay)]);
    // A question that was never answered gave nothing that could end.
    let mut terms = world.usual(ROADSIDE);
    through(relay)(&mut terms);
    world.put(person(2), &terms, None);
    assert_eq!(world.reply(person(2), Word::Stop), Replied::Stopped(1));
    assert_eq!(to_tell(&world), [Some(relay)]);
}

#[test]
fn a_stop_that_is_told_late_ends_nothing_that_came_after_it() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    let stopped = world.now();
    // At the hub: a new consent was asked for since.
    let ask = asks_for_consent(&world, relay, 1);
    drop(recorded(world.one(ask)));
    let before = Timestamp::from_unix_ms(stopped.unix_ms() - 1);
    let late = told_of(relay, End::Home, 50, before);
    assert!(matches!(world.one(late), Outcome::NotApplicable));
    assert_eq!(states(&world, person(1)), [Passing::Going]);
    changed(world.one(told_of(relay, End::Home, 51, world.now())));
    assert_eq!(states(&world, person(1)), [Passing::Ended]);
    // At the home: a new consent was given since, by more than clocks differ.
    let carried = world.agreed(ROADSIDE, person(2), through(relay));
    let of_two = |at, name| match told_of(relay, End::Hub, name, at) {
        Item::Change(Change::HearStop(mut told)) => {
            told.subject = person(2).key;
            Item::Change(Change::HearStop(told))
        }
        other => other,
    };
    let given = world.now();
    let late = Timestamp::from_unix_ms(given.unix_ms() - 3_600_000);
    assert!(matches!(world.one(of_two(late, 52)), Outcome::NotApplicable));
    changed(world.one(of_two(given.before(Span::seconds(9)), 53)));
    let content = world.store.content();
    let ended = content.people[&person(2).key].consent(carried).expect("kept").life;
    assert!(matches!(ended, Life::Withdrawn { .. }));
}

/// Approves a party for other purposes.
fn approve(world: &mut World, of: PartyId, purposes: &[&str]) {
    let listed: Vec<String> = purposes.iter().map(|purpose| format!("\"{purpose}\"")).collect();
    changed(world.one(Item::Change(Change::Reapprove {
        party: of,
        record: format!("{{\"purposes\":[{}]}}", listed.join(",")),
        replaces: [0; 32],
    })));
}

#[test]
fn the_other_hubs_of_a_consent_are_told_of_a_stop_at_one() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    approve(&mut world, party(BANK), &[HELP.term()]);
    world.agreed(ROADSIDE, person(1), |terms| {
        through(relay)(terms);
        let mut other = terms.chain.relays[0].clone();
        other.party = party(BANK);
        terms.chain.relays.push(other);
    });
    changed(world.one(told(relay, End::Hub, 50)));
    assert_eq!(to_tell(&world), [Some(party(BANK))]);
}

#[test]
fn hubs_are_not_told_of_an_end_that_must_not_be_noticed() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    world.enrol(SAFETY);
    approve(&mut world, relay, &["PersonalSafety"]);
    let carried = world.agreed(SAFETY, person(1), through(relay));
    changed(world.one(World::withdraw(person(1), carried)));
    assert!(to_tell(&world).is_empty());
}
