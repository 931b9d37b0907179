//! Each rule, broken by hand: the entry is numbered, tagged, chained and under the head's root, and the check names it.

mod asks;
mod chain;
mod consents;
mod ends;
mod forms;

use domain::id::ConsentId;
use domain::journal::Leaf;
use domain::journal::entry::Kind;
use domain::journal::settle::Change;
use serde_json::{Value, json};

use super::forger::Forged;
use super::world::*;

/// One forgery: what it is, which rule it breaks, and how it is made; the entry at which it must be found.
type Forgery = (&'static str, &'static str, fn(&mut World) -> Leaf);

/// An ask, forged as covered.
fn asked(world: &World, of: u8, consent: ConsentId, question: &str) -> Forged {
    let mut forged = Forged::of(Kind::Asked, Some(person(1)), world.ask_part(of, question));
    forged.permission = json!(consent.to_string());
    forged
}

fn ask(world: &World, consent: ConsentId) -> Leaf {
    world.forge(&asked(world, HELP, consent, "retrieve"))
}

/// The end of an ask, forged; `alter` changes its party's part.
fn end(world: &World, kind: Kind, of: u8, consent: ConsentId, asked: (Leaf, u64), alter: fn(&mut Value)) -> Leaf {
    let mut party = world.ask_part(of, "retrieve");
    party["metres"] = json!(200);
    let (outcome, carrier, reason, digest) = match kind {
        Kind::Answered => ("area", json!("meridian"), Value::Null, json!("ab".repeat(32))),
        Kind::Withheld => ("withheld", json!("meridian"), json!("withdrawn"), Value::Null),
        _ => ("no-position", Value::Null, json!("unlocatable"), Value::Null),
    };
    party["outcome"] = json!(outcome);
    party["answer"] = digest;
    alter(&mut party);
    let mut forged = Forged::of(kind, Some(person(1)), party);
    forged.closes = Some(asked);
    forged.permission = json!(consent.to_string());
    (forged.carrier, forged.reason) = (carrier, reason);
    world.forge(&forged)
}

/// A consent that covers, a forged but lawful ask under it, and its number.
fn flying(world: &mut World) -> (ConsentId, (Leaf, u64)) {
    let consent = world.agreed(HELP, person(1), |_| ());
    // The question is the first entry of this person, the yes the second.
    (consent, (ask(world, consent), 3))
}

fn refused(world: &World, of: u8, reason: &str, permission: Option<ConsentId>) -> Leaf {
    let mut forged = Forged::of(Kind::Refused, Some(person(1)), world.ask_part(of, "retrieve"));
    forged.reason = json!(reason);
    forged.permission = json!(permission.map(|consent| consent.to_string()));
    world.forge(&forged)
}

/// Something that happened to a consent, forged.
fn consent(world: &World, kind: Kind, of: u8, id: ConsentId, alter: fn(&mut Value)) -> Leaf {
    let mut party = world.consent_part(of, &id.to_string(), if of == BANK { 2000 } else { 200 });
    alter(&mut party);
    let mut forged = Forged::of(kind, Some(person(1)), party);
    forged.permission = json!(id.to_string());
    world.forge(&forged)
}

fn given(world: &World, of: u8, id: ConsentId, evidence: fn(&mut Value)) -> Leaf {
    consent(world, Kind::ConsentGiven, of, id, evidence)
}

fn about(world: &World, kind: Kind, party: Value) -> Leaf {
    world.forge(&Forged::of(kind, Some(person(1)), party))
}

fn nobody(world: &World, kind: Kind, party: Value) -> Leaf {
    world.forge(&Forged::of(kind, None, party))
}

/// A question that is open.
fn open(world: &mut World, of: u8) -> ConsentId {
    let terms = world.terms(of);
    world.put(person(1), &terms);
    terms.consent
}

#[test]
fn every_forgery_is_named() {
    for (what, rule, forge) in [asks::ASKS, chain::CHAIN, ends::ENDS, consents::CONSENTS, forms::FORMS].concat() {
        let mut world = World::new();
        world.agreed(HELP, person(3), |_| ());
        assert!(world.check().is_clean(), "{what}: before");
        let leaf = forge(&mut world);
        let report = world.check();
        let named = report
            .found
            .iter()
            .any(|found| found.rule == rule && found.leaf == leaf);
        assert!(named, "{what}: expected `{rule}` at {leaf}, found {:#?}", report.found);
    }
}

#[test]
fn what_came_before_is_followed_and_not_told() {
    let mut world = World::new();
    let first = ask(&world, ConsentId::from_bytes([8; 16]));
    let second = ask(&world, ConsentId::from_bytes([8; 16]));
    world.agreed(BANK, person(2), |_| ());
    assert_eq!(world.check().differences, 2);
    let later = world.check_from(first + 1);
    assert_eq!(later.found.iter().map(|found| found.leaf).collect::<Vec<_>>(), [second]);
    assert!(world.check_from(second + 1).is_clean());
}

#[test]
fn a_decision_on_facts_that_were_altered_is_found() {
    let mut world = World::new();
    let consent = world.agreed(HELP, person(1), |_| ());
    let mut before = None;
    world.alter_facts(person(1), &mut |facts| before = Some(facts.clone()));
    world.change(Change::Withdraw {
        subject: person(1).key,
        consent,
    });
    // The row of a person is put back to what it was, with the keys that stamp it, and the gateway decides by it.
    world.alter_facts(person(1), &mut |facts| {
        let old = before.clone().expect("facts");
        facts.consents = old.consents;
    });
    let leaf = world.store_head();
    world.answered(HELP, person(1), WHERE);
    let report = world.check();
    assert!(
        report
            .found
            .iter()
            .any(|found| found.rule == "not-covered" && found.leaf == leaf),
        "{report}"
    );
}

#[test]
fn a_decision_by_a_policy_that_was_loosened_in_silence_is_found() {
    let mut world = World::new();
    let mut lax = patient();
    lax.person.asks_per_day_max = 999;
    world.restart(lax);
    let terms = world.terms(HELP);
    let leaf = world.store_head();
    world.put(person(1), &terms);
    let report = world.check();
    assert!(
        report
            .found
            .iter()
            .any(|found| found.rule == "policy" && found.leaf == leaf),
        "{report}"
    );
}

#[test]
fn evidence_that_was_altered_is_found() {
    type Alter = (&'static str, &'static str);
    let altered: [Alter; 4] = [
        ("UPDATE signature SET x = randomblob(32)", "evidence"),
        ("DELETE FROM signature", "evidence"),
        (
            "UPDATE consent SET terms = CAST(replace(CAST(terms AS TEXT), '\"metres\":200', '\"metres\":50') AS BLOB)",
            "terms",
        ),
        ("UPDATE consent SET words = randomblob(60)", "words"),
    ];
    for (sql, rule) in altered {
        let mut world = World::new();
        world.agreed(HELP, person(1), |_| ());
        assert!(world.check().is_clean());
        let changed = world.sql(sql);
        assert_eq!(changed, 1, "{sql}");
        let report = world.check();
        assert!(
            report.found.iter().any(|found| found.rule == rule),
            "{sql}: {report} {:?}",
            report.found
        );
    }
}
