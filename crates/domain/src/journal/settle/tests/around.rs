//! What happens around the journal: notices, holds, canaries, erasure, and a restored backup.

use serde_json::Value;

use super::world::*;
use crate::facts::Held;
use crate::journal::checkpoint::Checkpoint;
use crate::journal::entry::{Entry, Kind};
use crate::journal::settle::{Change, Confirmation, ERASED_MAX, Item, KeyStep, Notice, Outcome};
use crate::journal::store::Cold;
use crate::refusal::Refusal;
use crate::subject::SubjectKey;

fn text(words: &str) -> String {
    words.to_owned()
}

fn confirmation() -> Confirmation {
    Confirmation {
        to: person(8).number,
        words: text("Did you agree?"),
        until: START,
    }
}

/// A history with every kind of entry that no ask, answer or consent makes.
pub(super) fn around() -> World {
    let mut world = World::new();
    let subject = person(8).key;
    let former = Checkpoint {
        origin: text("gateway.example.com/journal"),
        size: 40,
        root: [4; 32],
    };
    let notices = [
        Notice::StaffLooked {
            subject,
            who: text("R. Miller"),
            why: text("complaint 7"),
        },
        Notice::AuditAsked {
            subject,
            audit: text("2026-11"),
            text: confirmation(),
        },
        Notice::CountsPublished {
            day: text("2026-11-22"),
            document: text("{}"),
        },
        Notice::JournalChecked {
            entries: 9,
            differences: 0,
        },
        Notice::JournalRestored { former, entries: 30 },
        Notice::StartedAlone {
            who: text("R. Miller"),
            why: text("the witnesses' network is down"),
            cosigned: 1,
            needed: 2,
            published: "heard",
        },
    ];
    let steps = [
        KeyStep::Added,
        KeyStep::InEffect,
        KeyStep::Removed(7),
        KeyStep::WaitBegun,
        KeyStep::WaitOver,
        KeyStep::WaitRemoved(8),
    ];
    let keys = steps.map(|step| Notice::PersonKey { subject, step });
    for notice in notices.into_iter().chain(keys) {
        changed(world.one(Item::Change(Change::Notice(Box::new(notice)))));
    }
    world.agreed(ROADSIDE, person(9), |_| ());
    drop(released(world.answered(ROADSIDE, person(9), WHERE)));
    changed(world.one(Item::Change(Change::PauseRestored {
        subject: person(9).key,
        text: Some(confirmation()),
    })));
    world.journal.canaries().set([person(10).key].into());
    let ask = world.ask(BANK, person(10), inside(2_000));
    assert!(matches!(world.one(ask), Outcome::Refused(refused) if refused.canary));
    hold(&mut world, Held::Subject(person(9).key));
    changed(world.one(lift()));
    changed(world.one(erase_all(&world, person(9).key)));
    world
}

fn hold(world: &mut World, held: Held) {
    let (name, why) = (text("case-7"), text("a lawsuit"));
    changed(world.one(Item::Change(Change::PlaceHold { name, held, why })));
}

fn lift() -> Item {
    Item::Change(Change::LiftHold { name: text("case-7") })
}

/// The erasure of all that there is about somebody.
pub(super) fn erase_all(world: &World, subject: SubjectKey) -> Item {
    let entries = what_is_whole(world).into_iter();
    let theirs = entries.filter(|entry| entry.subject == Some(subject) && entry.kind != Kind::Erased);
    erase(Some(subject), theirs.collect(), true)
}

fn erase(subject: Option<SubjectKey>, entries: Vec<Entry>, last: bool) -> Item {
    Item::Change(Change::Erase {
        subject,
        entries,
        last,
        why: "asked",
    })
}

/// The entries that were not erased.
pub(super) fn what_is_whole(world: &World) -> Vec<Entry> {
    let content = world.store.content();
    let whole = |entry: &&Entry| !content.shells.contains_key(&entry.leaf);
    content.entries.iter().filter(whole).cloned().collect()
}

fn part(entry: &Entry) -> Value {
    serde_json::from_str(&entry.party.text).expect("json")
}

#[test]
fn an_erasure_leaves_a_whole_tree_the_count_and_the_totals() {
    let mut world = World::new();
    let (subject, other) = (person(1).key, person(2).key);
    for whom in [person(1), person(2)] {
        world.agreed(ROADSIDE, whom, |terms| terms.count = Some(3));
        drop(released(world.answered(ROADSIDE, whom, WHERE)));
    }
    let before = world.store.content().people[&subject].count;
    changed(world.one(erase_all(&world, subject)));
    let (head, person) = {
        let content = world.store.content();
        (content.head.clone(), content.people[&subject].clone())
    };
    // The withdrawal that the erasure begins with is an entry too, and so is the erasure.
    assert_eq!(person.count, before + 2);
    assert!(person.consents.iter().all(|consent| consent.life.is_over()));
    assert_eq!(restart(&mut world), (head.frontier.size(), 0));
    let whole = what_is_whole(&world);
    assert!(whole.iter().any(|entry| entry.subject == Some(other)));
    let erased = whole.iter().find(|entry| entry.kind == Kind::Erased).expect("written");
    let part = part(erased);
    let rows = part["totals"].as_array().expect("rows");
    let answered = rows.iter().find(|row| row["kind"] == "answered").expect("one");
    assert_eq!(
        (answered["n"].as_u64(), answered["people"].as_u64()),
        (Some(1), Some(1))
    );
    assert_eq!(answered["recipient"], party(ROADSIDE).to_string());
    assert_eq!(answered["purpose"], purpose(ROADSIDE).term());
    let content = world.store.content();
    assert!(
        content
            .cold
            .iter()
            .any(|row| matches!(row, Cold::Forget { subject: whom } if *whom == subject))
    );
}

#[test]
fn nothing_is_erased_that_a_hold_covers_or_that_is_anothers() {
    let mut world = World::new();
    let subject = person(1).key;
    world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(3));
    world.agreed(BANK, person(2), |_| ());
    for held in [Held::Everything, Held::Subject(subject), Held::Party(party(ROADSIDE))] {
        hold(&mut world, held);
        let all = erase_all(&world, subject);
        assert!(matches!(world.one(all), Outcome::NotApplicable), "{held:?}");
        changed(world.one(lift()));
    }
    for held in [Held::Subject(person(2).key), Held::Party(party(BANK))] {
        hold(&mut world, held);
        changed(world.one(erase(Some(subject), theirs(&world, subject, 1), false)));
        changed(world.one(lift()));
    }
    let anothers = theirs(&world, person(2).key, 1);
    assert!(matches!(
        world.one(erase(Some(subject), anothers, false)),
        Outcome::NotApplicable
    ));
    let totals: Vec<Entry> = what_is_whole(&world)
        .into_iter()
        .filter(|entry| entry.kind == Kind::Erased)
        .collect();
    assert!(matches!(world.one(erase(None, totals, false)), Outcome::NotApplicable));
    let one = theirs(&world, person(2).key, 1).pop().expect("an entry");
    let many = vec![one; ERASED_MAX + 1];
    assert!(matches!(world.one(erase(None, many, false)), Outcome::NotApplicable));
    assert!(matches!(
        world.one(erase(None, Vec::new(), false)),
        Outcome::NotApplicable
    ));
}

#[test]
fn what_somebody_else_erased_meanwhile_fails_that_erasure_alone() {
    let mut world = World::new();
    let (subject, other) = (person(1).key, person(2).key);
    world.agreed(ROADSIDE, person(1), |_| ());
    world.agreed(ROADSIDE, person(2), |_| ());
    let erased = theirs(&world, subject, 2);
    let again = || erase(Some(subject), erased.clone(), false);
    let outcomes = world.settle(vec![
        again(),
        again(),
        erase(Some(other), theirs(&world, other, 1), false),
    ]);
    assert!(
        matches!(
            outcomes.as_slice(),
            [Outcome::Changed(_), Outcome::NotApplicable, Outcome::Changed(_)]
        ),
        "{outcomes:?}"
    );
    assert!(matches!(world.one(again()), Outcome::NotApplicable), "in a later batch");
    let twice = vec![theirs(&world, other, 1).remove(0); 2];
    assert!(matches!(
        world.one(erase(Some(other), twice, false)),
        Outcome::NotApplicable
    ));
}

fn theirs(world: &World, subject: SubjectKey, count: usize) -> Vec<Entry> {
    let entries = what_is_whole(world).into_iter();
    let theirs = entries.filter(|entry| entry.subject == Some(subject) && entry.kind != Kind::Erased);
    theirs.take(count).collect()
}

#[test]
fn a_hold_has_one_name_and_its_entries_name_no_person() {
    let mut world = World::new();
    hold(&mut world, Held::Subject(person(1).key));
    let again = Item::Change(Change::PlaceHold {
        name: text("case-7"),
        held: Held::Everything,
        why: text("another"),
    });
    assert!(matches!(world.one(again), Outcome::NotApplicable));
    changed(world.one(lift()));
    assert!(matches!(world.one(lift()), Outcome::NotApplicable));
    assert!(what_is_whole(&world).iter().all(|entry| entry.subject.is_none()));
}

#[test]
fn who_asks_about_a_canary_is_suspended_and_sees_what_everybody_sees() {
    let mut world = World::new();
    world.agreed(BANK, person(1), |_| ());
    world.journal.canaries().set([person(10).key].into());
    let ask = world.ask(BANK, person(10), inside(2_000));
    let Outcome::Refused(refused) = world.one(ask) else {
        panic!("a canary was answered")
    };
    assert_eq!((refused.reason, refused.canary), (Refusal::NoPermission, true));
    let ask = world.ask(BANK, person(1), inside(2_000));
    assert!(matches!(world.one(ask), Outcome::Refused(refused) if refused.reason == Refusal::PartySuspended));
    // The alarm rings once; a party that asks on is suspended already.
    let ask = world.ask(BANK, person(10), inside(2_000));
    assert!(matches!(world.one(ask), Outcome::Refused(refused) if !refused.canary));
    let terms = world.usual(ROADSIDE);
    let Outcome::Refused(question) = world.put(person(10), &terms, None) else {
        panic!("a canary was asked")
    };
    assert!(question.canary && question.reason.is_held_back());
    let asked: Vec<Value> = what_is_whole(&world)
        .iter()
        .filter(|entry| entry.kind == Kind::CanaryAsked)
        .map(part)
        .collect();
    let parties: Vec<_> = asked.iter().map(|part| part["party"].as_str()).collect();
    assert_eq!(
        parties,
        [Some(&*party(BANK).to_string()), Some(&*party(ROADSIDE).to_string())]
    );
}

#[test]
fn a_strangers_question_about_a_canary_rings_and_suspends_nobody() {
    let mut world = World::new();
    world.agreed(BANK, person(1), |_| ());
    world.journal.canaries().set([person(10).key].into());
    let terms = world.usual(BANK);
    let Outcome::Refused(question) = world.put_as(person(10), &terms, false) else {
        panic!("a canary was asked")
    };
    assert!(question.canary && question.reason.is_held_back());
    let entries = what_is_whole(&world);
    let last = entries.last().expect("an entry");
    assert_eq!((last.kind, part(last)["party"].is_null()), (Kind::CanaryAsked, true));
    drop(released(world.answered(BANK, person(1), inside(2_000))));
}

#[test]
fn a_canary_that_agreed_is_answered_to_nobody() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(10), |_| ());
    let recorded = world.recorded(ROADSIDE, person(10), WHERE);
    world.journal.canaries().set([person(10).key].into());
    let answer = world.answer(recorded);
    let ask = world.ask(ROADSIDE, person(10), WHERE);
    assert!(matches!(world.one(ask), Outcome::Refused(refused) if refused.canary));
    // The suspension binds what is under way.
    assert!(matches!(
        world.one(Item::Release(answer)),
        Outcome::Withheld(Refusal::PartySuspended)
    ));
}

#[test]
fn what_a_backup_allows_waits_for_its_person() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(5));
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let pause = || {
        Item::Change(Change::PauseRestored {
            subject: person(1).key,
            text: Some(confirmation()),
        })
    };
    changed(world.one(pause()));
    assert!(matches!(world.one(pause()), Outcome::NotApplicable));
    let answer = world.answer(recorded);
    assert!(matches!(
        world.one(Item::Release(answer)),
        Outcome::Withheld(Refusal::Paused { .. })
    ));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "paused");
    world.reply(person(1), crate::journal::settle::Word::Resume);
    drop(released(world.answered(ROADSIDE, person(1), WHERE)));
}
