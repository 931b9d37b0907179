//! What protects a person from being asked: limits on questions, cooling off, *never*, another SIM, another holder.

use super::world::*;
use crate::facts::Never;
use crate::journal::entry::Kind;
use crate::journal::settle::{Change, Closing, Item, Outcome, Replied, Word};
use crate::journal::store::Cold;
use crate::permission::consent::Life;
use crate::policy::{Policy, World as Where};
use crate::subject::Subject;
use crate::time::Span;

const DAY_S: u32 = 86_400;

/// A world under the shipped policy.
fn world() -> World {
    World::under(Policy::shipped(Where::Sandbox))
}

/// Puts the usual question of a party: what came of it.
fn put(world: &mut World, of: u8, subject: Subject) -> &'static str {
    let terms = world.usual(of);
    word(&world.put(subject, &terms, None))
}

/// Puts the usual question and lets the person say no.
fn refused(world: &mut World, of: u8, subject: Subject) {
    assert_eq!(put(world, of, subject), "changed");
    assert!(matches!(world.reply(subject, Word::No), Replied::Refused(_)));
}

fn change(world: &mut World, change: Change) -> &'static str {
    word(&world.one(Item::Change(change)))
}

fn kinds(world: &World) -> Vec<Kind> {
    world.store.content().entries.iter().map(|entry| entry.kind).collect()
}

fn texts(world: &World) -> usize {
    let content = world.store.content();
    content
        .cold
        .iter()
        .filter(|row| matches!(row, Cold::Text { .. }))
        .count()
}

#[test]
fn three_questions_a_day_over_all_parties() {
    let mut world = world();
    for of in [ROADSIDE, BANK, ROADSIDE] {
        let consent = world.agreed(of, person(1), |_| ());
        changed(world.one(World::withdraw(person(1), consent)));
    }
    let sent = texts(&world);
    assert_eq!(put(&mut world, BANK, person(1)), "questions-spent");
    assert_eq!(texts(&world), sent, "what is held back is not sent");
    assert_eq!(
        put(&mut world, BANK, person(2)),
        "changed",
        "each person for themselves"
    );
    world.wait(DAY_S);
    assert_eq!(put(&mut world, BANK, person(1)), "changed");
}

#[test]
fn a_no_and_silence_cool_off_for_that_party_alone() {
    let mut world = world();
    refused(&mut world, ROADSIDE, person(1));
    assert_eq!(put(&mut world, ROADSIDE, person(1)), "cooling-off");
    assert_eq!(put(&mut world, BANK, person(1)), "changed");
    // Nobody answers the bank.
    world.wait(900);
    assert_eq!(put(&mut world, BANK, person(1)), "cooling-off");
    assert_eq!(
        kinds(&world)
            .iter()
            .filter(|kind| **kind == Kind::ConsentLapsed)
            .count(),
        1,
        "silence is written down"
    );
    world.wait(DAY_S - 901);
    assert_eq!(
        put(&mut world, BANK, person(1)),
        "cooling-off",
        "counted from when it lapsed"
    );
    world.wait(901);
    assert_eq!(put(&mut world, BANK, person(1)), "changed");
}

#[test]
fn a_text_that_never_came_is_nobodys_no() {
    let mut world = world();
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(1), &terms, None));
    let close = |why| Change::Close {
        subject: person(1).key,
        consent: terms.consent,
        why,
    };
    assert_eq!(change(&mut world, close(Closing::Undelivered)), "changed");
    assert_eq!(
        change(&mut world, close(Closing::Silence)),
        "not-applicable",
        "closed once"
    );
    assert_eq!(
        word(&world.agree(person(1), &terms)),
        "not-applicable",
        "it fails closed"
    );
    assert_eq!(put(&mut world, ROADSIDE, person(1)), "changed");
}

#[test]
fn a_party_that_is_mostly_refused_asks_nobody_until_it_was_looked_at() {
    let mut world = world();
    for index in 1..=4 {
        world.agreed(ROADSIDE, person(index), |_| ());
    }
    for index in 5..=13 {
        refused(&mut world, ROADSIDE, person(index));
    }
    assert_eq!(put(&mut world, ROADSIDE, person(14)), "changed", "nine noes are few");
    world.reply(person(14), Word::No);
    assert_eq!(put(&mut world, ROADSIDE, person(15)), "party-suspended");
    let content = world.store.content();
    let entry = content.entries.iter().rfind(|entry| entry.kind == Kind::PartySuspended);
    assert!(entry.is_some_and(|entry| entry.party.text.contains(r#""reason":"mostly-refused""#)));
    drop(content);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "party-suspended");
    changed(world.one(World::suspend(ROADSIDE, false)));
    assert_eq!(
        put(&mut world, ROADSIDE, person(15)),
        "changed",
        "its tally begins anew"
    );
}

#[test]
fn what_a_stranger_asked_in_a_partys_name_is_not_held_against_it() {
    let mut world = world();
    for index in 1..=12 {
        let subject = person(index);
        let terms = world.usual(ROADSIDE);
        let consent = terms.consent;
        changed(world.put_as(subject, &terms, false));
        let open = |world: &mut World, code: String| {
            let subject = subject.key;
            change(world, Change::Open { subject, consent, code })
        };
        for _ in 0..5 {
            assert_eq!(open(&mut world, "none".to_owned()), "not-opened");
        }
    }
    assert_eq!(
        put(&mut world, ROADSIDE, person(1)),
        "changed",
        "no cooling off, and no review"
    );
    // Whoever entered the code has the phone: what they answer counts.
    let terms = world.usual(BANK);
    let consent = terms.consent;
    changed(world.put_as(person(20), &terms, false));
    let code = world.journal.keys().page_code(consent);
    let subject = person(20).key;
    assert_eq!(change(&mut world, Change::Open { subject, consent, code }), "opened");
    world.reply(person(20), Word::No);
    assert_eq!(put(&mut world, BANK, person(20)), "cooling-off");
}

#[test]
fn never_ends_everything_and_only_the_phone_lifts_it_after_a_delay() {
    let mut world = world();
    let consent = world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    assert_eq!(world.reply(person(1), Word::Never), Replied::Never);
    assert_eq!(
        word(&world.one(Item::Release(answer))),
        "withdrawn",
        "also what is under way"
    );
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "never");
    let entries = kinds(&world).len();
    assert_eq!(
        world.reply(person(1), Word::Never),
        Replied::Never,
        "twice changes nothing"
    );
    assert_eq!(kinds(&world).len(), entries);
    let sent = texts(&world);
    assert_eq!(put(&mut world, BANK, person(1)), "never");
    assert_eq!(texts(&world), sent);
    let at = world.now().after(Span::seconds(DAY_S));
    assert_eq!(world.reply(person(1), Word::Allow), Replied::Lifting(at));
    world.wait(60);
    assert_eq!(world.reply(person(1), Word::Allow), Replied::Lifting(at), "no sooner");
    assert_eq!(put(&mut world, BANK, person(1)), "never");
    world.wait(DAY_S - 60);
    assert_eq!(put(&mut world, BANK, person(1)), "changed");
    assert_eq!(world.reply(person(1), Word::Allow), Replied::NothingForbidden);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "withdrawn", "{consent} stays ended");
}

#[test]
fn never_again_while_it_is_lifted_stands() {
    let mut world = world();
    world.reply(person(1), Word::Never);
    world.reply(person(1), Word::Allow);
    world.wait(60);
    world.reply(person(1), Word::Never);
    world.wait(DAY_S);
    assert_eq!(put(&mut world, BANK, person(1)), "never");
    let stands = world.store.content().people[&person(1).key].never;
    assert!(matches!(stands, Some(Never::Stands { .. })));
}

#[test]
fn another_sim_ends_what_was_agreed_and_long_consents_wait() {
    let mut world = world();
    world.agreed(BANK, person(1), |_| ());
    let recorded = world.recorded(BANK, person(1), inside(5000));
    let answer = world.answer(recorded);
    let open = world.usual(ROADSIDE);
    changed(world.put(person(1), &open, None));
    let subject = person(1).key;
    assert_eq!(change(&mut world, Change::SimChanged { subject }), "changed");
    assert_eq!(word(&world.one(Item::Release(answer))), "withdrawn");
    let ask = world.ask(BANK, person(1), inside(5000));
    assert_eq!(word(&world.one(ask)), "void");
    assert_eq!(
        word(&world.agree(person(1), &open)),
        "not-applicable",
        "what was open is closed"
    );
    assert_eq!(put(&mut world, BANK, person(1)), "sim-changed");
    world.wait(3 * DAY_S);
    assert_eq!(put(&mut world, BANK, person(1)), "changed");
}

#[test]
fn a_short_consent_need_not_wait_for_a_new_sim() {
    let mut world = world();
    let subject = person(1).key;
    assert_eq!(change(&mut world, Change::SimChanged { subject }), "changed");
    world.agreed(ROADSIDE, person(1), |_| ());
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "recorded");
}

#[test]
fn the_end_of_a_tenure_ends_everything_for_good() {
    let mut world = world();
    world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    let subject = person(1).key;
    let end = || Change::EndTenure {
        subject,
        number: [9; 16],
        tenure: 1,
    };
    assert_eq!(change(&mut world, end()), "changed");
    assert_eq!(change(&mut world, end()), "not-applicable");
    assert_eq!(word(&world.one(Item::Release(answer))), "withdrawn");
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "tenure-ended");
    assert_eq!(put(&mut world, BANK, person(1)), "tenure-ended");
    let content = world.store.content();
    let tenures = content
        .cold
        .iter()
        .filter(|row| matches!(row, Cold::Tenure { number, tenure: 1 } if *number == [9; 16]));
    assert_eq!(tenures.count(), 1);
    let ended = |life: &Life| matches!(life, Life::Void { .. });
    assert!(
        content.people[&subject]
            .consents
            .iter()
            .all(|consent| ended(&consent.life))
    );
}

#[test]
fn a_pause_for_one_party_binds_it_alone_and_what_is_under_way() {
    let mut world = world();
    world.agreed(ROADSIDE, person(1), |_| ());
    world.agreed(BANK, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    let pause = |paused| Change::PauseParty {
        subject: person(1).key,
        party: party(ROADSIDE),
        paused,
    };
    assert_eq!(change(&mut world, pause(true)), "changed");
    assert_eq!(change(&mut world, pause(true)), "not-applicable");
    assert_eq!(word(&world.one(Item::Release(answer))), "paused");
    let asks = |world: &mut World, of, question| {
        let ask = world.ask(of, person(1), question);
        word(&world.one(ask))
    };
    assert_eq!(asks(&mut world, ROADSIDE, WHERE), "paused");
    assert_eq!(asks(&mut world, BANK, inside(5000)), "recorded");
    assert_eq!(
        world.reply(person(1), Word::Resume),
        Replied::Resumed,
        "by text it means everything"
    );
    assert_eq!(asks(&mut world, ROADSIDE, WHERE), "recorded");
}

#[test]
fn so_many_asks_a_day_over_all_parties() {
    let mut policy = patient();
    policy.person.asks_per_day_max = 3;
    let mut world = World::under(policy);
    world.agreed(ROADSIDE, person(1), |_| ());
    world.agreed(BANK, person(1), |_| ());
    let asks = |world: &mut World, of, question| {
        let ask = world.ask(of, person(1), question);
        world.one(ask)
    };
    let first = recorded(asks(&mut world, ROADSIDE, WHERE));
    assert_eq!(word(&asks(&mut world, BANK, inside(5000))), "recorded");
    assert_eq!(word(&asks(&mut world, ROADSIDE, WHERE)), "recorded");
    assert_eq!(word(&asks(&mut world, BANK, inside(5000))), "ceiling-reached");
    // What asked nobody is given back.
    let failed = world.one(Item::Fail(first, crate::locate::Failure::Busy));
    assert!(matches!(failed, Outcome::Failed(failure) if failure.gives_back()));
    assert_eq!(word(&asks(&mut world, BANK, inside(5000))), "recorded");
    assert_eq!(word(&asks(&mut world, BANK, inside(5000))), "ceiling-reached");
}
