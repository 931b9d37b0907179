//! One busy history that holds every kind of entry, and what must be true of all of them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::around::{around, what_is_whole};
use super::chain::every_change_of_a_chain;
use super::world::*;
use crate::facts::Line;
use crate::id::AccountId;
use crate::journal::entry::{Entry, Kind};
use crate::journal::settle::{Change, Closing, Item, Word};
use crate::locate::Failure;
use crate::refusal::{Refusal, Shown};

/// Every kind of entry and many reasons; the last ask is left open.
pub(super) fn busy() -> World {
    let mut world = World::new();
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "no-permission");
    let consent = world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(3));
    drop(released(world.answered(ROADSIDE, person(1), WHERE)));
    let recorded = world.recorded(ROADSIDE, person(1), inside(500));
    assert_eq!(
        word(&world.one(Item::Fail(recorded, Failure::Unlocatable))),
        "unlocatable"
    );
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "count-spent");
    world.reply(person(1), Word::Pause);
    world.reply(person(1), Word::Resume);
    changed(world.one(World::withdraw(person(1), consent)));
    assert_eq!(word(&world.one(Item::Release(answer))), "paused");
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "withdrawn");
    for refuse in [Word::No, Word::Stop] {
        let terms = world.usual(ROADSIDE);
        changed(world.put(person(1), &terms, None));
        world.reply(person(1), refuse);
    }
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "said-no");
    world.agreed(BANK, person(2), |_| ());
    for (question, want) in [(WHERE, "yes-no-only"), (inside(10), "circle-too-small")] {
        let ask = world.ask(BANK, person(2), question);
        assert_eq!(word(&world.one(ask)), want);
    }
    changed(world.one(World::suspend(ROADSIDE, true)));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "party-suspended");
    let terms = world.usual(ROADSIDE);
    assert_eq!(word(&world.put(person(3), &terms, None)), "party-suspended");
    changed(world.one(World::suspend(ROADSIDE, false)));
    world.agreed(ROADSIDE, person(2), |_| ());
    changed(world.one(Item::Change(Change::Rekey {
        party: party(ROADSIDE),
        record: record(ROADSIDE, "\"events\":[]"),
        replaces: [0; 32],
    })));
    for source in [None, Some(Arc::from("castor"))] {
        changed(world.one(Item::Change(Change::DropReports {
            source,
            why: "unknown",
            count: 3,
        })));
    }
    every_change_of_a_person(&mut world);
    every_change_of_a_chain(&mut world);
    // The gateway stops while the source is asked, and starts again.
    let _lost = world.recorded(ROADSIDE, person(2), WHERE);
    world.wait(1);
    assert_eq!(restart(&mut world).1, 1);
    world
}

/// What the carrier and the person themselves change about them.
fn every_change_of_a_person(world: &mut World) {
    let machine = Line::Machine {
        account: AccountId::from_bytes([6; 16]),
    };
    let subject = person(6).key;
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(6), &terms, None));
    let changes = [
        Change::Close {
            subject,
            consent: terms.consent,
            why: Closing::Undelivered,
        },
        Change::PauseParty {
            subject,
            party: party(BANK),
            paused: true,
        },
        Change::AttestLine { subject, line: machine },
        Change::SimChanged { subject },
    ];
    for change in changes {
        changed(world.one(Item::Change(change)));
    }
    world.agreed(ROADSIDE, person(6), |_| ());
    for word in [Word::Never, Word::Allow] {
        world.reply(person(6), word);
    }
    world.agreed(ROADSIDE, person(7), |_| ());
    changed(world.one(Item::Change(Change::EndTenure {
        subject: person(7).key,
        number: [5; 16],
        tenure: 1,
    })));
    let text = "policy".to_owned();
    changed(world.one(Item::Change(Change::Policy { text })));
}

fn entries(world: &World) -> Vec<Entry> {
    world.store.content().entries.clone()
}

#[test]
fn every_kind_is_written_in_canonical_form() {
    let world = busy();
    let entries = entries(&world);
    let mut seen = HashSet::new();
    for entry in entries.iter().chain(&what_is_whole(&around())) {
        seen.insert(entry.kind.word());
        for part in [&entry.party, &entry.subject_part] {
            let sorted: BTreeMap<String, Value> = serde_json::from_str(&part.text).expect("json");
            assert_eq!(serde_json::to_string(&sorted).expect("json"), part.text);
        }
    }
    let all: HashSet<_> = Kind::ALL.map(Kind::word).into();
    assert_eq!(seen, all);
}

#[test]
fn each_person_is_counted_without_gaps_and_no_two_tags_are_alike() {
    let world = busy();
    let entries = entries(&world);
    let mut counts: HashMap<_, Vec<u64>> = HashMap::new();
    let mut previous = HashMap::new();
    for entry in &entries {
        let own: Value = serde_json::from_str(&entry.subject_part.text).expect("json");
        let (Some(subject), n) = (entry.subject, own["n"].as_u64()) else {
            assert_eq!(own["n"], Value::Null);
            continue;
        };
        if let Some(asked) = entry.closes {
            let asked = &entries[asked as usize];
            assert_eq!((asked.kind, asked.subject), (Kind::Asked, entry.subject));
            let asked: Value = serde_json::from_str(&asked.subject_part.text).expect("json");
            assert_eq!(asked["n"].as_u64(), n, "the end of a question bears its number");
        } else {
            counts.entry(subject).or_default().extend(n);
            assert_eq!(
                entry.previous,
                previous.insert(subject, entry.leaf),
                "the chain of a person's entries"
            );
        }
    }
    for (subject, count) in counts {
        assert_eq!(count, (1..=count.len() as u64).collect::<Vec<_>>());
        let person = &world.store.content().people[&subject];
        assert_eq!(
            (person.count, person.last_leaf),
            (count.len() as u64, previous.get(&subject).copied())
        );
    }
    let tags: HashSet<_> = entries.iter().map(|entry| entry.tag).collect();
    assert_eq!(tags.len(), entries.len());
    let salts: HashSet<_> = entries
        .iter()
        .flat_map(|entry| [entry.party.salt, entry.subject_part.salt])
        .collect();
    assert_eq!(salts.len(), 2 * entries.len());
}

#[test]
fn every_question_is_closed_exactly_once() {
    let world = busy();
    let mut closed = HashMap::new();
    let entries = entries(&world);
    for asked in entries.iter().filter_map(|entry| entry.closes) {
        *closed.entry(asked).or_insert(0) += 1;
    }
    let asked = entries.iter().filter(|entry| entry.kind == Kind::Asked);
    assert!(
        asked
            .map(|entry| closed.remove(&entry.leaf))
            .all(|times| times == Some(1))
    );
    assert!(closed.is_empty());
}

#[test]
fn the_partys_part_has_no_reason_no_carrier_and_nobodys_number() {
    let id = crate::id::ConsentId::from_bytes([1; 16]);
    let purpose = crate::purpose::Purpose::PersonalSafety;
    let reasons = [
        Refusal::NotTheRecipient,
        Refusal::PartySuspended,
        Refusal::PurposeNotApproved(purpose),
        Refusal::NumberNotReserved,
        Refusal::NoPermission,
        Refusal::NotAnswered(id),
        Refusal::SaidNo(id),
        Refusal::Lapsed(id),
        Refusal::Withdrawn(id),
        Refusal::Expired(id),
        Refusal::YesNoOnly(id),
        Refusal::CountSpent(id),
        Refusal::CircleTooSmall(id),
    ];
    let world = busy();
    for entry in entries(&world) {
        let party = &entry.party.text;
        // A consent's own life and a party's standing are what these entries are about.
        let about_an_ask = serde_json::from_str::<Value>(party).expect("json").get("ask").is_some();
        if about_an_ask {
            for reason in reasons {
                assert!(!party.contains(reason.code()), "{party} says {}", reason.code());
            }
            assert!(!party.contains("crash") && !party.contains("unlocatable"), "{party}");
            assert!(!party.contains("con_"), "{party} names the permission");
        }
        assert!(!party.contains("meridian"), "{party} names the carrier");
        for text in [party, &entry.subject_part.text] {
            assert!(!text.contains("20255501"), "{text} holds a number");
            assert!(
                !text.contains("-40") && !text.contains("12.0"),
                "{text} holds a position"
            );
        }
    }
}

#[test]
fn refusals_for_different_reasons_differ_in_nothing_that_the_party_reads() {
    let world = busy();
    let mut shapes = HashSet::new();
    for entry in entries(&world).iter().filter(|entry| entry.kind == Kind::Refused) {
        let mut party: BTreeMap<String, Value> = serde_json::from_str(&entry.party.text).expect("json");
        for own in ["ask", "at", "question", "recipient", "purpose"] {
            assert!(party.remove(own).is_some());
        }
        shapes.insert(serde_json::to_string(&party).expect("json"));
    }
    assert_eq!(shapes.len(), 1, "{shapes:?}");
}

#[test]
fn only_a_live_permission_shows_more_than_the_fixed_refusal() {
    let id = crate::id::ConsentId::from_bytes([1; 16]);
    for reason in [Refusal::SurfaceTooFine(id), Refusal::CircleTooSmall(id)] {
        assert_ne!(reason.shown(), Shown::Denied);
        assert!(reason.consent().is_some());
    }
}

#[test]
fn dropped_reports_are_counted_in_an_entry_about_nobody() {
    let mut world = World::new();
    changed(world.one(Item::Change(Change::DropReports {
        source: Some(Arc::from("castor")),
        why: "late",
        count: 40,
    })));
    let entry = entries(&world).pop().expect("an entry");
    assert_eq!((entry.subject, entry.closes), (None, None));
    let party: Value = serde_json::from_str(&entry.party.text).expect("json");
    let told = ["kind", "source", "why"].map(|key| party[key].as_str());
    assert_eq!(told, [Some("report-dropped"), Some("castor"), Some("late")]);
    assert_eq!(party["count"], 40);
}
