//! What was stopped or paused about a number whose home is elsewhere, also where that must not be noticed.

use domain::ask::Carried;
use domain::journal::settle::{Outcome, Word};
use domain::refusal::Refusal;

use super::chain::{elsewhere, release};
use super::world::*;

#[test]
fn what_must_not_be_noticed_is_passed_on_although_it_was_stopped_and_not_while_it_is_paused() {
    let mut world = World::new();
    let alone = || Carried {
        signed: true,
        elsewhere: true,
        ..Carried::default()
    };
    let subject = person(1);
    let in_flight = world.carried(GUARD, subject, alone());
    world.reply(subject, Word::Pause);
    let outcome = release(&mut world, in_flight);
    assert!(
        matches!(outcome, Outcome::Withheld(Refusal::StoppedUnseen)),
        "{outcome:?}"
    );
    let item = world.signed_ask(GUARD, subject, alone());
    let outcome = world.one(item);
    assert!(
        matches!(&outcome, Outcome::Refused(refused) if refused.reason == Refusal::StoppedUnseen),
        "{outcome:?}"
    );
    world.reply(subject, Word::Stop);
    let recorded = world.carried(GUARD, subject, alone());
    release(&mut world, recorded);
    world.reply(subject, Word::Resume);
    let recorded = world.carried(GUARD, subject, alone());
    release(&mut world, recorded);
    let report = world.check();
    assert!(report.is_clean() && report.unchecked == 0, "{:#?}", report.found);
}

#[test]
fn what_was_stopped_is_passed_on_again_once_it_is_allowed() {
    let mut world = World::new();
    world.enrol_relay();
    let recorded = world.carried(HELP, person(1), elsewhere());
    world.reply(person(1), Word::Stop);
    let outcome = release(&mut world, recorded);
    assert!(matches!(outcome, Outcome::Withheld { .. }), "{outcome:?}");
    let item = world.signed_ask(HELP, person(1), elsewhere());
    let outcome = world.one(item);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    world.reply(person(1), Word::Allow);
    let recorded = world.carried(HELP, person(1), elsewhere());
    release(&mut world, recorded);
    let report = world.check();
    assert!(report.is_clean() && report.unchecked == 0, "{:#?}", report.found);
}
