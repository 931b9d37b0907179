//! How consents are put, given, refused and ended.

use super::world::*;
use crate::journal::entry::Kind;
use crate::journal::settle::{Change, Item, Replied, Word};
use crate::journal::store::Cold;
use crate::permission::consent::WRONG_CODES_MAX;
use crate::permission::evidence::Grade;
use crate::permission::terms::{Precision, Terms};
use crate::time::Span;

/// Makes terms into others.
type Widen<'a> = &'a dyn Fn(&mut Terms);

/// A code that is none of these consents'.
fn wrong(world: &World, consents: &[crate::id::ConsentId]) -> Word {
    let codes: Vec<_> = consents.iter().map(|id| world.journal.keys().code(*id)).collect();
    let other = (0..10_000)
        .map(|code| format!("{code:04}"))
        .find(|code| !codes.contains(code));
    Word::Yes(other.expect("one is free"))
}

fn right(world: &World, consent: crate::id::ConsentId) -> Word {
    Word::Yes(world.journal.keys().code(consent))
}

fn life(world: &World, subject: u8, consent: crate::id::ConsentId) -> &'static str {
    let content = world.store.content();
    content.people[&person(subject).key]
        .consent(consent)
        .map_or("none", |consent| consent.life.at(content.now).word())
}

fn last_kind(world: &World) -> Option<Kind> {
    world.store.content().entries.last().map(|entry| entry.kind)
}

#[test]
fn nobody_is_located_before_they_answered_nor_after_no() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "no-permission");
    changed(world.put(person(1), &terms, None));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "not-answered");
    assert_eq!(world.reply(person(1), Word::No), Replied::Refused(terms.consent));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "said-no");
    assert_eq!(word(&world.agree(person(1), &terms)), "not-applicable", "a no is a no");
    let code = right(&world, terms.consent);
    assert_eq!(world.reply(person(1), code), Replied::NothingOpen);
}

#[test]
fn five_wrong_codes_close_the_question_and_say_so() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(1), &terms, None));
    let entries = world.store.content().entries.len();
    for _ in 0..WRONG_CODES_MAX {
        assert_eq!(life(&world, 1, terms.consent), "asked");
        let code = wrong(&world, &[terms.consent]);
        assert_eq!(world.reply(person(1), code), Replied::WrongCode);
    }
    assert_eq!(life(&world, 1, terms.consent), "lapsed");
    assert_eq!(world.store.content().entries.len(), entries + 1);
    assert_eq!(last_kind(&world), Some(Kind::ConsentLapsed));
    let code = right(&world, terms.consent);
    assert_eq!(world.reply(person(1), code), Replied::NothingOpen);
    assert_eq!(word(&world.agree(person(1), &terms)), "not-applicable");
}

#[test]
fn the_code_comes_from_the_asked_number_and_in_time() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(1), &terms, None));
    let code = right(&world, terms.consent);
    assert_eq!(world.reply(person(2), code.clone()), Replied::NothingOpen);
    world.wait(900);
    assert_eq!(world.reply(person(1), code), Replied::NothingOpen);
    assert_eq!(life(&world, 1, terms.consent), "lapsed");
}

#[test]
fn with_two_open_questions_the_code_picks_and_a_bare_no_does_not() {
    let mut world = World::new();
    let (one, other) = (world.usual(ROADSIDE), world.usual(ROADSIDE));
    changed(world.put(person(1), &one, None));
    changed(world.put(person(1), &other, None));
    let third = world.usual(BANK);
    assert_eq!(word(&world.put(person(1), &third, None)), "too-many-questions");
    assert_eq!(world.reply(person(1), Word::No), Replied::Ambiguous);
    let code = wrong(&world, &[one.consent, other.consent]);
    assert_eq!(world.reply(person(1), code), Replied::WrongCode);
    let code = right(&world, other.consent);
    assert_eq!(world.reply(person(1), code.clone()), Replied::Given(other.consent));
    assert_eq!(
        (life(&world, 1, one.consent), life(&world, 1, other.consent)),
        ("asked", "given")
    );
    for _ in 0..WRONG_CODES_MAX {
        assert_eq!(
            world.reply(person(1), code.clone()),
            Replied::NothingOpen,
            "delivered twice"
        );
    }
    assert_eq!(life(&world, 1, one.consent), "asked");
    assert_eq!(world.reply(person(1), Word::No), Replied::Refused(one.consent));
}

#[test]
fn a_text_does_not_give_what_wants_the_link() {
    let mut world = World::new();
    let terms = world.usual(BANK);
    changed(world.put(person(1), &terms, None));
    let code = right(&world, terms.consent);
    assert_eq!(world.reply(person(1), code), Replied::LinkNeeded(terms.consent));
    assert_eq!(life(&world, 1, terms.consent), "asked");
    changed(world.sign(person(1), &terms));
    let grade = |cold: &Cold| match cold {
        Cold::Life {
            life: crate::permission::consent::Life::Given { grade, .. },
            ..
        } => Some(*grade),
        _ => None,
    };
    assert_eq!(
        world.store.content().cold.iter().find_map(grade),
        Some(Grade::HandsetLink)
    );
}

#[test]
fn stop_ends_what_was_agreed_what_is_open_and_what_is_in_flight() {
    let mut world = World::new();
    let given = world.agreed(ROADSIDE, person(1), |_| ());
    let bank = world.agreed(BANK, person(1), |_| ());
    let open = world.usual(ROADSIDE);
    changed(world.put(person(1), &open, None));
    let untouched = world.agreed(ROADSIDE, person(2), |_| ());
    let recorded = world.recorded(BANK, person(1), inside(5000));
    let answer = world.answer(recorded);
    assert_eq!(world.reply(person(1), Word::Stop), Replied::Stopped(3));
    let lives = [given, bank, open.consent].map(|consent| life(&world, 1, consent));
    assert_eq!(lives, ["withdrawn", "withdrawn", "refused"]);
    let kinds: Vec<_> = world
        .store
        .content()
        .entries
        .iter()
        .rev()
        .take(3)
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(
        kinds,
        [Kind::ConsentRefused, Kind::ConsentWithdrawn, Kind::ConsentWithdrawn]
    );
    assert_eq!(word(&world.one(Item::Release(answer))), "withdrawn");
    assert_eq!(life(&world, 2, untouched), "given");
    assert_eq!(world.reply(person(1), Word::Stop), Replied::Stopped(0));
}

#[test]
fn a_pause_holds_what_was_agreed_and_costs_what_a_phone_that_is_off_costs() {
    let mut world = World::new();
    let given = world.agreed(ROADSIDE, person(1), |terms| terms.count = Some(2));
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let in_flight = world.answer(recorded);
    assert_eq!(world.reply(person(1), Word::Pause), Replied::Paused);
    assert_eq!(last_kind(&world), Some(Kind::PersonPaused));
    assert_eq!(word(&world.one(Item::Release(in_flight))), "paused");
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "paused");
    let entries = world.store.content().entries.len();
    assert_eq!(
        world.reply(person(1), Word::Pause),
        Replied::Paused,
        "twice changes nothing"
    );
    assert_eq!(world.store.content().entries.len(), entries);
    assert_eq!(life(&world, 1, given), "given");
    assert_eq!(world.reply(person(1), Word::Resume), Replied::Resumed);
    assert_eq!(last_kind(&world), Some(Kind::PersonResumed));
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "count-spent", "the paused ask was spent");
    let other = world.agreed(ROADSIDE, person(2), |_| ());
    assert_eq!(world.reply(person(1), Word::Pause), Replied::Paused);
    assert_eq!(word(&world.answered(ROADSIDE, person(2), WHERE)), "released", "{other}");
}

#[test]
fn stopping_one_consent_stops_the_company() {
    let mut world = World::new();
    let older = world.agreed(ROADSIDE, person(1), |_| ());
    let newer = world.agreed(ROADSIDE, person(1), |_| ());
    let bank = world.agreed(BANK, person(1), |_| ());
    changed(world.one(World::withdraw(person(1), newer)));
    let lives = [older, newer, bank].map(|consent| life(&world, 1, consent));
    assert_eq!(lives, ["withdrawn", "withdrawn", "given"]);
}

#[test]
fn what_is_signed_must_be_what_was_asked() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(1), &terms, None));
    let widenings: [Widen<'_>; 8] = [
        &|terms| terms.precision = Precision::Area { metres: 50 },
        &|terms| terms.recipient = party(BANK),
        &|terms| terms.purpose = purpose(BANK),
        &|terms| terms.count = None,
        &|terms| terms.per_hour = Some(100),
        &|terms| terms.lasts = Span::seconds(7200),
        &|terms| terms.origin = crate::permission::terms::Origin::Handset,
        &|terms| terms.consent = crate::id::ConsentId::from_bytes([99; 16]),
    ];
    for widen in widenings {
        let mut wider = terms.clone();
        widen(&mut wider);
        assert_eq!(word(&world.agree(person(1), &wider)), "not-applicable");
        assert_eq!(life(&world, 1, terms.consent), "asked");
    }
    assert_eq!(
        word(&world.agree(person(2), &terms)),
        "not-applicable",
        "somebody else's phone"
    );
    changed(world.agree(person(1), &terms));
    assert_eq!(
        word(&world.agree(person(1), &terms)),
        "not-applicable",
        "once is enough"
    );
    let refuse = Item::Change(Change::Refuse {
        subject: person(1).key,
        consent: terms.consent,
    });
    assert_eq!(
        word(&world.one(refuse)),
        "not-applicable",
        "what is given is withdrawn, not refused"
    );
    assert_eq!(
        word(&world.one(World::withdraw(person(2), terms.consent))),
        "not-applicable"
    );
    changed(world.one(World::withdraw(person(1), terms.consent)));
    assert_eq!(
        word(&world.one(World::withdraw(person(1), terms.consent))),
        "not-applicable"
    );
    assert_eq!(
        word(&world.agree(person(1), &terms)),
        "not-applicable",
        "a withdrawn consent stays withdrawn"
    );
}

#[test]
fn terms_beyond_the_policy_are_never_put() {
    let beyond: [(u8, Widen<'_>); 6] = [
        (ROADSIDE, &|terms| terms.precision = Precision::Area { metres: 49 }),
        (ROADSIDE, &|terms| terms.lasts = Span::seconds(7201)),
        (ROADSIDE, &|terms| terms.count = None),
        (ROADSIDE, &|terms| terms.count = Some(13)),
        (BANK, &|terms| terms.precision = Precision::Area { metres: 2000 }),
        (BANK, &|terms| terms.precision = Precision::YesNo { metres: 200_001 }),
    ];
    for (of, widen) in beyond {
        let mut world = World::new();
        let mut terms = world.usual(of);
        widen(&mut terms);
        assert_eq!(word(&world.put(person(1), &terms, None)), "terms-too-wide", "{terms:?}");
        assert!(
            !world
                .store
                .content()
                .cold
                .iter()
                .any(|cold| matches!(cold, Cold::Text { .. })),
            "no text is sent"
        );
    }
}

#[test]
fn a_party_asks_for_itself_only() {
    let mut world = World::new();
    let mut terms = world.usual(ROADSIDE);
    terms.purpose = purpose(BANK);
    assert_eq!(word(&world.put(person(1), &terms, None)), "not-the-recipient");
}

#[test]
fn a_question_held_back_is_one_that_nobody_answers() {
    let mut world = World::new();
    for _ in 0..2 {
        let terms = world.usual(ROADSIDE);
        changed(world.put(person(1), &terms, None));
    }
    let rows = |world: &World| {
        let content = world.store.content();
        let texts = content.cold.iter().filter(|row| matches!(row, Cold::Text { .. }));
        let questions = content.cold.iter().filter(|row| matches!(row, Cold::Question { .. }));
        (texts.count(), questions.count())
    };
    let (texts, questions) = rows(&world);
    let terms = world.usual(ROADSIDE);
    assert_eq!(word(&world.put(person(1), &terms, None)), "too-many-questions");
    assert_eq!(rows(&world), (texts, questions + 1), "to be looked after, and not sent");
    assert_eq!(life(&world, 1, terms.consent), "none");
    assert_eq!(word(&world.agree(person(1), &terms)), "not-applicable");
    // What is the recipient's own fault is said, and leaves nothing to look after.
    let mut wide = world.usual(ROADSIDE);
    wide.precision = Precision::Area { metres: 1 };
    assert_eq!(word(&world.put(person(2), &wide, None)), "terms-too-wide");
    assert_eq!(rows(&world), (texts, questions + 1));
}
