//! Erased entries: what rests on them cannot be checked any more, and is counted apart; numbers, tags and totals still are.

use domain::id::ConsentId;
use domain::journal::entry::{Entry, Kind};
use domain::journal::settle::Change;
use domain::subject::SubjectKey;
use serde_json::json;

use super::forger::Forged;
use super::world::*;
use crate::store::journal::sqlite::read_entries;
use crate::store::sqlite::open_reader;

fn entries(world: &World, which: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let store = open_reader(&world.path()).expect("opens");
    let entries = read_entries(&store, 0, 10_000).expect("entries");
    entries.into_iter().filter(which).collect()
}

fn erase(world: &mut World, subject: Option<SubjectKey>, entries: Vec<Entry>) {
    world.changed(Change::Erase {
        subject,
        entries,
        last: subject.is_some(),
        why: if subject.is_some() { "asked" } else { "retention" },
    });
}

fn busy() -> World {
    let mut world = World::new();
    for index in [1, 2] {
        world.agreed(HELP, person(index), |_| ());
        world.answered(HELP, person(index), WHERE);
        let ask = world.ask(BANK, person(index), inside(2500));
        world.one(ask);
        world.agreed(BANK, person(index), |_| ());
        world.answered(BANK, person(index), inside(2500));
    }
    world
}

#[test]
fn a_person_who_was_erased_leaves_a_clean_journal() {
    let mut world = busy();
    let subject = person(1).key;
    let theirs = entries(&world, |entry| entry.subject == Some(subject));
    assert!(theirs.len() >= 9);
    erase(&mut world, Some(subject), theirs.clone());
    let report = world.check();
    assert!(report.is_clean(), "{:#?}", report.found);
    assert_eq!(report.erased, theirs.len() as u64);
    // The number lives on, and its count with it.
    world.agreed(HELP, person(1), |_| ());
    world.answered(HELP, person(1), WHERE);
    let report = world.check();
    assert!(report.is_clean(), "{:#?}", report.found);
}

#[test]
fn what_rests_on_erased_entries_is_counted_apart() {
    for kind in [
        Kind::Asked,
        Kind::Answered,
        Kind::Refused,
        Kind::ConsentAsked,
        Kind::ConsentGiven,
    ] {
        let mut world = busy();
        let theirs = entries(&world, |entry| entry.kind == kind);
        assert!(!theirs.is_empty());
        erase(&mut world, None, theirs);
        world.wait(4000);
        world.agreed(HELP, person(3), |_| ());
        let report = world.check();
        assert!(report.is_clean(), "{kind:?}: {:#?}", report.found);
        let rests = matches!(
            kind,
            Kind::Asked | Kind::Answered | Kind::ConsentAsked | Kind::ConsentGiven
        );
        assert_eq!(report.unchecked > 0, rests, "{kind:?}: {report}");
    }
}

#[test]
fn an_erased_entry_of_nobody_is_an_orphan() {
    let mut world = busy();
    let one = entries(&world, |entry| entry.kind == Kind::Refused).swap_remove(0);
    let leaf = one.leaf;
    erase(&mut world, None, vec![one]);
    assert!(world.check().is_clean());
    // The tag of a shell is another's: nobody can show any more whose it was.
    assert_eq!(
        world.sql(&format!("UPDATE erased SET tag = randomblob(32) WHERE leaf = {leaf}")),
        1
    );
    let found = world.check().found;
    assert!(
        found.iter().any(|found| (found.leaf, found.rule) == (leaf, "tag")),
        "{found:?}"
    );
    assert!(found.iter().any(|found| found.rule == "number"), "{found:?}");
    assert!(found.iter().any(|found| found.rule == "tree"), "{found:?}");
}

#[test]
fn an_entry_that_is_gone_without_an_erasure_is_missed() {
    let world = busy();
    let one = entries(&world, |entry| entry.kind == Kind::Refused).swap_remove(0);
    assert_eq!(world.sql(&format!("DELETE FROM entry WHERE leaf = {}", one.leaf)), 1);
    let found = world.check().found;
    assert!(found.iter().any(|found| found.rule == "place"), "{found:?}");
}

#[test]
fn a_forgery_after_an_erasure_is_still_named() {
    let mut world = busy();
    let refused = entries(&world, |entry| entry.kind == Kind::Refused);
    erase(&mut world, None, refused);
    let consent = world.agreed(HELP, person(1), |_| ());
    world.change(Change::Withdraw {
        subject: person(1).key,
        consent,
    });
    let mut forged = Forged::of(Kind::Asked, Some(person(1)), world.ask_part(HELP, "retrieve"));
    forged.permission = json!(consent.to_string());
    let leaf = world.forge(&forged);
    let found = world.check().found;
    assert!(
        found
            .iter()
            .any(|found| (found.leaf, found.rule) == (leaf, "not-covered")),
        "{found:?}"
    );
}

#[test]
fn an_end_closes_an_erased_ask_of_its_own_person_alone() {
    for (whose, clean) in [(1, true), (2, false)] {
        let mut world = World::new();
        let consents = [1, 2].map(|index| world.agreed(HELP, person(index), |_| ()));
        // The question is the first entry of a person, the yes the second, the ask the third.
        let asked = world.store_head();
        let recorded = world.recorded(HELP, person(whose), WHERE);
        drop(recorded);
        let theirs = entries(&world, |entry| entry.leaf == asked);
        erase(&mut world, None, theirs);
        let mut part = world.ask_part(HELP, "retrieve");
        part["metres"] = json!(200);
        part["outcome"] = json!("area");
        part["answer"] = json!("ab".repeat(32));
        let mut forged = Forged::of(Kind::Answered, Some(person(1)), part);
        forged.closes = Some((asked, 3));
        forged.permission = json!(consents[0].to_string());
        forged.carrier = json!("meridian");
        let leaf = world.forge(&forged);
        let found = world.check().found;
        let named = found.iter().any(|found| (found.leaf, found.rule) == (leaf, "closes"));
        assert_eq!(named, !clean, "{whose}: {found:?}");
    }
}

#[test]
fn a_person_whose_row_is_gone_is_missed() {
    let world = busy();
    assert!(world.check().is_clean());
    assert_eq!(
        world.sql("DELETE FROM person WHERE key = (SELECT min(key) FROM person)"),
        1
    );
    let found = world.check().found;
    assert!(found.iter().any(|found| found.rule == "person-row"), "{found:?}");
}

#[test]
fn a_consent_that_nobody_knows_is_named_unless_an_erasure_followed() {
    let mut world = busy();
    let refused = entries(&world, |entry| entry.kind == Kind::Refused);
    let (first, rest) = refused.split_at(1);
    assert!(!rest.is_empty());
    erase(&mut world, None, first.to_vec());
    world.agreed(HELP, person(3), |_| ());
    assert!(world.check().is_clean());
    let subject = first[0].subject.expect("a person");
    let whose = if subject == person(1).key { 1 } else { 2 };
    let mut forged = Forged::of(Kind::Asked, Some(person(whose)), world.ask_part(HELP, "retrieve"));
    forged.permission = json!(ConsentId::from_bytes([8; 16]).to_string());
    let leaf = world.forge(&forged);
    let found = world.check().found;
    let is_named = |found: &crate::checker::Difference| (found.leaf, found.rule) == (leaf, "not-covered");
    assert!(found.iter().any(is_named), "{found:?}");
    // What was erased since may have been that consent.
    erase(&mut world, None, rest.to_vec());
    let report = world.check();
    assert!(!report.found.iter().any(is_named), "{:?}", report.found);
    assert!(report.unchecked > 0, "{report}");
}

#[test]
fn a_shell_that_bears_anothers_tag_is_named() {
    let mut world = busy();
    let refused = entries(&world, |entry| entry.kind == Kind::Refused);
    let [one, other] = [refused[0].leaf, refused[1].leaf];
    erase(&mut world, None, refused);
    let copied = format!("UPDATE erased SET tag = (SELECT tag FROM erased WHERE leaf = {one}) WHERE leaf = {other}");
    assert_eq!(world.sql(&copied), 1);
    let found = world.check().found;
    assert!(
        found.iter().any(|found| (found.leaf, found.rule) == (other, "tag")),
        "{found:?}"
    );
}

#[test]
fn a_canary_explains_a_refusal_and_nothing_else_does() {
    let mut world = World::new();
    world.agreed(HELP, person(1), |_| ());
    world.journal.canaries().set([person(1).key].into());
    let (ask, terms) = (world.ask(HELP, person(1), WHERE), world.terms(BANK));
    world.one(ask);
    world.put(person(1), &terms);
    let report = world.check();
    assert!(report.is_clean(), "{:#?}", report.found);
}
