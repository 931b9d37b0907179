//! A transaction that fails, or does not say how it ended, yields no outcome: nothing may be asked, nothing may leave.

use super::world::*;
use crate::journal::entry::Kind;
use crate::journal::memory::Fault;
use crate::journal::settle::Item;
use crate::journal::store::StoreError;

const WITHOUT_WRITE: [Fault; 2] = [Fault::FailedBeforeWrite, Fault::UnknownBeforeWrite];

fn fails(world: &mut World, fault: Fault, items: Vec<Item>) {
    world.store.content().fault = Some(fault);
    match world.try_settle(items) {
        Err(StoreError::Failed(_)) => assert_eq!(fault, Fault::FailedBeforeWrite),
        Err(StoreError::Unknown(_)) => assert_ne!(fault, Fault::FailedBeforeWrite),
        other => panic!("expected no outcome, found {other:?}"),
    }
}

fn kinds(world: &World) -> Vec<Kind> {
    world.store.content().entries.iter().map(|entry| entry.kind).collect()
}

#[test]
fn an_ask_that_was_not_written_is_as_if_it_had_never_been() {
    for fault in WITHOUT_WRITE {
        let mut world = World::new();
        world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(1));
        let (before, people) = (kinds(&world), world.store.content().people.clone());
        let ask = world.ask(ROADSIDE, person(1), WHERE);
        fails(&mut world, fault, vec![ask]);
        assert_eq!(kinds(&world), before);
        assert_eq!(world.store.content().people, people);
        drop(released(world.answered(ROADSIDE, person(1), WHERE)));
    }
}

#[test]
fn an_ask_that_was_written_unknown_to_anybody_is_closed_by_the_next_start_and_stays_spent() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(1));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    fails(&mut world, Fault::UnknownAfterWrite, vec![ask]);
    let entries = kinds(&world).len() as u64;
    assert_eq!(restart(&mut world), (entries, 1));
    assert_eq!(kinds(&world).last(), Some(&Kind::Abandoned));
    let purpose = |kind| {
        let content = world.store.content();
        let entry = content.entries.iter().rfind(|entry| entry.kind == kind);
        let entry = entry.expect("an entry");
        let party: serde_json::Value = serde_json::from_str(&entry.party.text).expect("JSON");
        party["purpose"].as_str().map(str::to_owned)
    };
    assert!(purpose(Kind::Asked).is_some() && purpose(Kind::Abandoned) == purpose(Kind::Asked));
    let again = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(again)), "count-spent");
    assert_eq!(restart(&mut world).1, 0, "closed once");
}

#[test]
fn a_release_that_was_not_written_never_leaves() {
    for fault in WITHOUT_WRITE {
        let mut world = World::new();
        world.agreed(ROADSIDE, person(1), |_| ());
        let recorded = world.recorded(ROADSIDE, person(1), WHERE);
        let answer = world.answer(recorded);
        fails(&mut world, fault, vec![Item::Release(answer)]);
        assert!(!kinds(&world).contains(&Kind::Answered));
        assert_eq!(restart(&mut world).1, 1);
    }
}

#[test]
fn a_release_that_was_written_unknown_to_anybody_leaves_an_entry_and_no_answer() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    fails(&mut world, Fault::UnknownAfterWrite, vec![Item::Release(answer)]);
    assert_eq!(kinds(&world).last(), Some(&Kind::Answered));
    assert_eq!(restart(&mut world).1, 0);
}

#[test]
fn a_failed_batch_takes_all_of_its_items_with_it() {
    let mut world = World::new();
    let consent = world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    let items = vec![World::withdraw(person(1), consent), Item::Release(answer)];
    fails(&mut world, Fault::FailedBeforeWrite, items);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(
        word(&world.one(ask)),
        "recorded",
        "the withdrawal was not acknowledged, and did not happen"
    );
}

#[test]
fn a_body_that_is_called_twice_decides_afresh() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(1));
    let before = kinds(&world).len();
    world.store.content().fault = Some(Fault::Retried);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    let recorded = recorded(world.one(ask));
    assert_eq!(kinds(&world).len(), before + 1);
    assert_eq!(recorded.leaf(), before as u64);
    let answer = world.answer(recorded);
    world.store.content().fault = Some(Fault::Retried);
    let released = released(world.one(Item::Release(answer)));
    let key = crate::journal::checkpoint::VerifierKey::of(world.journal.keys());
    assert!(released.receipt().verify(&key).is_ok());
    assert_eq!(restart(&mut world).1, 0);
}

#[test]
fn a_store_that_never_calls_the_body_yields_nothing() {
    struct Silent;
    impl crate::journal::store::Store for Silent {
        fn transact(
            &mut self,
            _: &'static str,
            _: &crate::facts::Needs,
            _: &mut crate::journal::store::Body<'_>,
        ) -> Result<(), StoreError> {
            Ok(())
        }
        fn head(&mut self) -> Result<crate::journal::store::Head, StoreError> {
            crate::journal::memory::MemoryStore::new(START).head()
        }
        fn tiles(&mut self, _: u8, _: u64, _: usize) -> Result<Vec<Vec<crate::journal::tree::Hash>>, StoreError> {
            Ok(Vec::new())
        }
        fn kept(&mut self, _: u64, _: usize) -> Result<Vec<crate::journal::kept::Kept>, StoreError> {
            Ok(Vec::new())
        }
    }
    let (mut journal, _) = open_any(Box::new(Silent), &mut |_| ()).expect("empty");
    let outcome = journal.settle("test", vec![World::suspend(BANK, true)], &mut Count(0));
    assert!(matches!(outcome, Err(StoreError::Unknown(_))));
}
