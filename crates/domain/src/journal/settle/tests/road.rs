//! Asks, releases and failures.

use std::sync::Arc;

use super::world::*;
use crate::ask::Question;
use crate::facts::CONSENTS_MAX;
use crate::geo::Area;
use crate::geo::confidence::Confidence;
use crate::journal::settle::{Change, Item, Word};
use crate::locate::{Failure, Fix, Found};
use crate::minimise::minimise;
use crate::party::ReplayKey;
use crate::refusal::{Refusal, Shown};
use crate::time::Span;

const PROOF: ReplayKey = ReplayKey {
    until_minute: 30_000_010,
    hash: [3; 16],
};

#[test]
fn of_two_asks_for_a_once_in_one_batch_one_passes() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(1));
    let asks = [WHERE, inside(500), WHERE].map(|question| world.ask(ROADSIDE, person(1), question));
    let outcomes = world.settle(asks.into());
    let words: Vec<_> = outcomes.iter().map(word).collect();
    assert_eq!(words, ["recorded", "count-spent", "count-spent"]);
}

#[test]
fn rates_hold_within_one_batch_and_pass_with_time() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |terms| terms.per_hour = Some(2));
    let ask = |world: &mut World| {
        let items = [WHERE; 3].map(|question| world.ask(ROADSIDE, person(1), question));
        world.settle(items.into()).iter().map(word).collect::<Vec<_>>()
    };
    assert_eq!(ask(&mut world), ["recorded", "recorded", "too-often"]);
    world.wait(3599);
    assert_eq!(ask(&mut world), ["too-often"; 3]);
}

#[test]
fn a_withdrawal_before_the_release_withholds_it_also_within_one_batch() {
    let mut world = World::new();
    for same_batch in [true, false] {
        let consent = world.agreed(ROADSIDE, person(1), |_| ());
        let recorded = world.recorded(ROADSIDE, person(1), WHERE);
        let answer = world.answer(recorded);
        let items = [World::withdraw(person(1), consent), Item::Release(answer)];
        let outcomes = if same_batch {
            world.settle(items.into())
        } else {
            items.into_iter().map(|item| world.one(item)).collect()
        };
        assert_eq!(outcomes.iter().map(word).collect::<Vec<_>>(), ["changed", "withdrawn"]);
    }
}

#[test]
fn a_withdrawal_after_the_release_comes_too_late_for_it_and_binds_the_next_ask() {
    let mut world = World::new();
    let consent = world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    let next = world.ask(ROADSIDE, person(1), WHERE);
    let outcomes = world.settle(vec![Item::Release(answer), World::withdraw(person(1), consent), next]);
    let words: Vec<_> = outcomes.iter().map(word).collect();
    assert_eq!(words, ["released", "changed", "withdrawn"]);
}

#[test]
fn somebody_elses_withdrawal_withholds_nothing() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let other = world.agreed(ROADSIDE, person(2), |_| ());
    let bank = world.agreed(BANK, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    for (subject, consent) in [(2, other), (1, bank)] {
        changed(world.one(World::withdraw(person(subject), consent)));
    }
    changed(world.one(World::suspend(BANK, true)));
    let answer = world.answer(recorded);
    drop(released(world.one(Item::Release(answer))));
}

#[test]
fn a_suspension_withholds_what_is_in_flight_even_when_it_is_lifted_meanwhile() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    changed(world.one(World::suspend(ROADSIDE, true)));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "party-suspended");
    changed(world.one(World::suspend(ROADSIDE, false)));
    assert_eq!(word(&world.one(Item::Release(answer))), "party-suspended");
    drop(released(world.answered(ROADSIDE, person(1), WHERE)));
}

#[test]
fn enrolling_again_does_not_lift_a_suspension() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    changed(world.one(World::suspend(ROADSIDE, true)));
    assert_eq!(word(&world.enrol(ROADSIDE)), "not-applicable");
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "party-suspended");
}

#[test]
fn a_change_of_keys_lifts_no_suspension_and_is_of_enrolled_parties_only() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    changed(world.one(World::suspend(ROADSIDE, true)));
    let rekey = |of: u8| {
        Item::Change(Change::Rekey {
            party: party(of),
            record: "{}".to_owned(),
            replaces: [0; 32],
        })
    };
    changed(world.one(rekey(ROADSIDE)));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "party-suspended");
    assert_eq!(word(&world.one(rekey(99))), "not-applicable");
}

#[test]
fn an_expiry_between_ask_and_release_withholds_it_to_the_second() {
    for (wait, want) in [(99, "released"), (100, "expired")] {
        let mut world = World::new();
        world.agreed(ROADSIDE, person(1), |terms| terms.lasts = Span::seconds(100));
        let recorded = world.recorded(ROADSIDE, person(1), WHERE);
        let answer = world.answer(recorded);
        world.wait(wait);
        assert_eq!(word(&world.one(Item::Release(answer))), want, "{wait}");
    }
}

#[test]
fn an_answer_that_was_kept_too_long_never_leaves() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    world.wait(600);
    assert_eq!(word(&world.one(Item::Release(answer))), "expired");
}

#[test]
fn a_proof_is_good_for_one_request_of_any_kind() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let asks = [0; 2].map(|_| world.ask_with(ROADSIDE, person(1), WHERE, Some(PROOF)));
    let outcomes = world.settle(asks.into());
    assert_eq!(outcomes.iter().map(word).collect::<Vec<_>>(), ["recorded", "replayed"]);
    let again = world.ask_with(ROADSIDE, person(1), WHERE, Some(PROOF));
    assert_eq!(word(&world.one(again)), "replayed");
    assert_eq!(word(&world.one(Item::Spend(PROOF))), "replayed");
    let terms = world.usual(ROADSIDE);
    assert_eq!(word(&world.put(person(3), &terms, Some(PROOF))), "replayed");
    let other = ReplayKey { hash: [4; 16], ..PROOF };
    assert_eq!(word(&world.one(Item::Spend(other))), "done");
    let spent = world.ask_with(ROADSIDE, person(1), WHERE, Some(other));
    assert_eq!(word(&world.one(spent)), "replayed");
}

#[test]
fn a_refused_ask_uses_its_proof_up_and_no_budget() {
    let mut world = World::new();
    let consent = world.agreed(ROADSIDE, person(1), |_| ());
    let refused = world.ask_with(ROADSIDE, person(1), inside(100), Some(PROOF));
    assert_eq!(word(&world.one(refused)), "circle-too-small");
    let again = world.ask_with(ROADSIDE, person(1), WHERE, Some(PROOF));
    assert_eq!(word(&world.one(again)), "replayed");
    let used = world.store.content().people[&person(1).key]
        .consent(consent)
        .map(|consent| consent.used);
    assert_eq!(used, Some(0));
}

#[test]
fn an_ask_is_given_back_only_when_no_source_was_contacted() {
    let failures = [
        Failure::NoSource,
        Failure::Busy,
        Failure::UnknownToSource,
        Failure::DeniedBySource,
        Failure::Vetoed,
        Failure::Unlocatable,
        Failure::TooOld,
        Failure::SurfaceNotMet,
        Failure::Timeout,
        Failure::Unavailable,
        Failure::Untrustworthy,
        Failure::BeyondGrid,
    ];
    for failure in failures {
        let mut world = World::new();
        world.agreed(ROADSIDE, person(1), |terms| {
            (terms.count, terms.per_hour) = (Some(1), Some(1))
        });
        let recorded = world.recorded(ROADSIDE, person(1), WHERE);
        world.wait(1);
        assert_eq!(word(&world.one(Item::Fail(recorded, failure))), failure.code());
        let ask = world.ask(ROADSIDE, person(1), WHERE);
        let not_contacted = matches!(failure, Failure::NoSource | Failure::Busy);
        let want = if not_contacted { "recorded" } else { "count-spent" };
        assert_eq!(word(&world.one(ask)), want, "{failure:?}");
    }
}

#[test]
fn twenty_shrinking_circles_are_stopped() {
    let mut world = World::new();
    world.agreed(BANK, person(1), |_| ());
    let radii = (0..20_u32).map(|step| 21_000 - step * 1_000);
    let words: Vec<_> = radii
        .map(|radius| {
            world.wait(60);
            let ask = world.ask(BANK, person(1), inside(radius));
            word(&world.one(ask))
        })
        .collect();
    assert_eq!(words[..3], ["recorded"; 3]);
    assert_eq!(words[3..], ["probing"; 17]);
    let small = world.ask(BANK, person(1), inside(1999));
    assert_eq!(word(&world.one(small)), "circle-too-small");
    for _ in 3..20 {
        drop(world.recorded(BANK, person(1), inside(21_000)));
    }
    let spent = world.ask(BANK, person(1), inside(21_000));
    assert_eq!(word(&world.one(spent)), "too-often");
    world.wait(86_400);
    let tomorrow = world.ask(BANK, person(1), inside(9_000));
    assert_eq!(word(&world.one(tomorrow)), "expired", "this consent lasted an hour");
}

#[test]
fn probing_looks_like_any_refusal() {
    let id = crate::id::ConsentId::from_bytes([1; 16]);
    assert_eq!(Refusal::Probing(id).shown(), Shown::Denied);
}

#[test]
fn consents_that_the_clock_ended_make_room() {
    let mut world = World::new();
    for _ in 0..2 * CONSENTS_MAX {
        world.agreed(ROADSIDE, person(1), |terms| terms.lasts = Span::seconds(60));
        world.wait(61);
    }
    assert_eq!(
        world.store.content().people[&person(1).key].consents.len(),
        CONSENTS_MAX
    );
}

#[test]
fn live_consents_are_never_pushed_out() {
    let mut world = World::new();
    let first = world.agreed(ROADSIDE, person(1), |_| ());
    for _ in 1..CONSENTS_MAX {
        world.agreed(ROADSIDE, person(1), |_| ());
    }
    let terms = world.usual(ROADSIDE);
    assert_eq!(word(&world.put(person(1), &terms, None)), "too-many-questions");
    world.reply(person(1), Word::Stop);
    changed(world.put(person(1), &terms, None));
    assert!(world.store.content().people[&person(1).key].consent(first).is_none());
}

#[test]
fn a_fix_of_another_ask_or_as_wide_as_a_continent_is_not_believed() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let one = world.recorded(ROADSIDE, person(1), WHERE);
    let other = world.recorded(ROADSIDE, person(1), WHERE);
    let fix = |recorded, radius| {
        Fix::new(
            recorded,
            Arc::from("meridian"),
            Area::Circle(circle(radius)),
            Confidence::WANTED,
            START,
        )
    };
    let cases = [
        (fix(&other, 20), START),
        (fix(&one, 2_000_001), START),
        (fix(&one, 20), START.before(Span::seconds(61))),
    ];
    let mut recorded = one;
    for (fix, now) in cases {
        let Err((back, failure)) = minimise(recorded, Found::Fix(fix), &grid(), now) else {
            panic!("an answer");
        };
        assert_eq!(failure, Failure::Untrustworthy);
        recorded = back;
    }
    drop(recorded);
}

#[test]
fn a_fresh_position_is_one_taken_since_the_ask() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    for (max_age, age, want) in [(0, 2, true), (0, 3, false), (60, 62, true), (60, 63, false)] {
        let question = Question::Retrieve {
            max_age: Some(Span::seconds(max_age)),
            max_surface: None,
        };
        let recorded = world.recorded(ROADSIDE, person(1), question);
        let at = START.before(Span::seconds(age));
        let fix = Fix::new(
            &recorded,
            Arc::from("meridian"),
            Area::Circle(circle(20)),
            Confidence::WANTED,
            at,
        );
        let answer = minimise(recorded, Found::Fix(fix), &grid(), START);
        assert_eq!(
            answer.map_err(|(_, failure)| failure).map(|_| ()),
            if want { Ok(()) } else { Err(Failure::TooOld) }
        );
    }
}
