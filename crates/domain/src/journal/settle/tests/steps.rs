//! Evidence in two steps, codes for pages that a party opened, consents that wait, schedules, and machine lines.

use super::world::*;
use crate::facts::Line;
use crate::id::AccountId;
use crate::journal::entry::Kind;
use crate::journal::settle::{Change, Item, Replied, Word};
use crate::journal::store::Cold;
use crate::permission::consent::WRONG_CODES_MAX;
use crate::permission::terms::Terms;
use crate::permission::within::Within;
use crate::time::Span;

fn code(world: &World, terms: &Terms) -> Word {
    Word::Yes(world.journal.keys().code(terms.consent))
}

fn confirmations(world: &World) -> usize {
    let content = world.store.content();
    let agreed = |row: &&Cold| matches!(row, Cold::Text { words, .. } if words == "agreed");
    content.cold.iter().filter(agreed).count()
}

fn evidence(world: &World) -> Option<String> {
    let content = world.store.content();
    let given = content.entries.iter().rfind(|entry| entry.kind == Kind::ConsentGiven)?;
    let party: serde_json::Value = serde_json::from_str(&given.party.text).ok()?;
    party["evidence"].as_str().map(str::to_owned)
}

fn asks(world: &mut World, of: u8, question: crate::ask::Question) -> &'static str {
    let ask = world.ask(of, person(1), question);
    word(&world.one(ask))
}

#[test]
fn a_long_consent_takes_signature_and_reply_in_either_order() {
    for signature_first in [true, false] {
        let mut world = World::new();
        let terms = world.usual(BANK);
        changed(world.put(person(1), &terms, None));
        let reply = code(&world, &terms);
        if signature_first {
            assert_eq!(word(&world.sign(person(1), &terms)), "reply-needed");
            assert_eq!(
                word(&world.sign(person(1), &terms)),
                "reply-needed",
                "twice is the same"
            );
            assert_eq!(asks(&mut world, BANK, inside(5000)), "not-answered", "half is nothing");
            assert_eq!(world.reply(person(1), reply), Replied::Given(terms.consent));
        } else {
            assert_eq!(world.reply(person(1), reply), Replied::LinkNeeded(terms.consent));
            assert_eq!(asks(&mut world, BANK, inside(5000)), "not-answered", "half is nothing");
            changed(world.sign(person(1), &terms));
        }
        assert_eq!(evidence(&world).as_deref(), Some("handset-link+sms-reply"));
        // The reply is answered by who read it; the signature that ends it is confirmed here.
        assert_eq!(confirmations(&world), usize::from(!signature_first));
        assert_eq!(asks(&mut world, BANK, inside(5000)), "recorded");
    }
}

#[test]
fn a_short_consent_takes_one_step_and_no_confirmation() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(1), &terms, None));
    changed(world.sign(person(1), &terms));
    assert_eq!(
        (evidence(&world).as_deref(), confirmations(&world)),
        (Some("handset-link"), 0)
    );
}

#[test]
fn half_an_answer_lapses_like_none() {
    let mut world = World::new();
    let terms = world.usual(BANK);
    changed(world.put(person(1), &terms, None));
    assert_eq!(word(&world.sign(person(1), &terms)), "reply-needed");
    world.wait(900);
    let reply = code(&world, &terms);
    assert_eq!(world.reply(person(1), reply), Replied::NothingOpen);
    assert_eq!(asks(&mut world, BANK, inside(5000)), "lapsed");
}

#[test]
fn a_page_opens_by_its_own_code_and_five_guesses_close_it() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    changed(world.put(person(1), &terms, None));
    let right = world.journal.keys().page_code(terms.consent);
    let open = |world: &mut World, code: &str| {
        let code = code.to_owned();
        let (subject, consent) = (person(1).key, terms.consent);
        word(&world.one(Item::Change(Change::Open { subject, consent, code })))
    };
    assert_eq!((right.len(), open(&mut world, &right)), (6, "opened"));
    assert_eq!(open(&mut world, &right), "opened", "it is a key, not a stamp");
    let reply = world.journal.keys().code(terms.consent);
    for _ in 0..WRONG_CODES_MAX {
        assert_eq!(open(&mut world, &reply), "not-opened", "the reply's code opens no page");
    }
    assert_eq!(open(&mut world, &right), "not-applicable");
    assert_eq!(
        word(&world.sign(person(1), &terms)),
        "not-applicable",
        "guessing closed the question"
    );
}

#[test]
fn what_is_agreed_for_safety_waits_a_day_and_its_end_is_not_seen() {
    let mut world = World::new();
    world.enrol(SAFETY);
    world.agreed(SAFETY, person(1), |terms| terms.lasts = Span::seconds(30 * 86_400));
    assert_eq!(asks(&mut world, SAFETY, inside(5000)), "not-yet");
    world.wait(86_400);
    let recorded = world.recorded(SAFETY, person(1), inside(5000));
    let answer = world.answer(recorded);
    world.reply(person(1), Word::Stop);
    assert_eq!(word(&world.one(Item::Release(answer))), "withdrawn-unseen");
    assert_eq!(asks(&mut world, SAFETY, inside(5000)), "withdrawn-unseen");
    world.wait(30 * 86_400);
    assert_eq!(asks(&mut world, SAFETY, inside(5000)), "withdrawn");
}

#[test]
fn a_window_bounds_what_is_given_before_it() {
    let mut world = World::new();
    let (from, to) = (START.after(Span::seconds(600)), START.after(Span::seconds(1200)));
    world.agreed(ROADSIDE, person(1), |terms| {
        terms.within = Some(Within::Window { from, to })
    });
    assert_eq!(asks(&mut world, ROADSIDE, WHERE), "not-yet");
    world.wait(600);
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    world.wait(600);
    assert_eq!(
        word(&world.one(Item::Release(answer))),
        "expired",
        "nothing leaves after it"
    );
    assert_eq!(asks(&mut world, ROADSIDE, WHERE), "expired");
    let mut late = world.usual(ROADSIDE);
    late.within = Some(Within::Window { from, to });
    assert_eq!(
        word(&world.put(person(2), &late, None)),
        "terms-too-wide",
        "a window that is over"
    );
}

/// What comes of an account's yes for person 1's line.
fn agree_for(world: &mut World, account: AccountId, terms: &Terms) -> &'static str {
    let mut signed = by_account(std::slice::from_ref(terms));
    let signed = Box::new(signed.pop().expect("one line"));
    let (words, link) = ("words".to_owned(), [8; 16]);
    let subject = person(1);
    word(&world.one(Item::Change(Change::AgreeForLine {
        subject,
        account,
        signed,
        words,
        link,
    })))
}

#[test]
fn an_account_holder_agrees_for_its_own_machine_lines_only() {
    let mut world = World::new();
    world.enrol(FLEET);
    let [own, other] = [1, 2].map(|byte| AccountId::from_bytes([byte; 16]));
    let attest = |world: &mut World, line| {
        let subject = person(1).key;
        word(&world.one(Item::Change(Change::AttestLine { subject, line })))
    };
    let terms = world.usual(FLEET);
    assert_eq!(
        agree_for(&mut world, own, &terms),
        "no-permission",
        "somebody never heard of"
    );
    assert_eq!(attest(&mut world, Line::Machine { account: own }), "changed");
    assert_eq!(
        agree_for(&mut world, other, &terms),
        "no-permission",
        "another account's"
    );
    let mut wide = world.usual(FLEET);
    wide.lasts = Span::seconds(91 * 86_400);
    assert_eq!(agree_for(&mut world, own, &wide), "terms-too-wide");
    let help = world.usual(ROADSIDE);
    assert_eq!(
        agree_for(&mut world, own, &help),
        "purpose-unavailable",
        "not for this purpose"
    );
    let sent = world
        .store
        .content()
        .cold
        .iter()
        .filter(|row| matches!(row, Cold::Text { .. }))
        .count();
    assert_eq!(agree_for(&mut world, own, &terms), "changed");
    let texts = world
        .store
        .content()
        .cold
        .iter()
        .filter(|row| matches!(row, Cold::Text { .. }))
        .count();
    assert_eq!(
        (evidence(&world).as_deref(), texts),
        (Some("account-holder"), sent),
        "nobody is texted"
    );
    assert_eq!(asks(&mut world, FLEET, WHERE), "recorded");
    changed(world.one(World::withdraw(person(1), terms.consent)));
    assert_eq!(
        agree_for(&mut world, own, &terms),
        "no-permission",
        "signed once, given once"
    );
    assert_eq!(asks(&mut world, FLEET, WHERE), "withdrawn");
    let again = world.usual(FLEET);
    assert_eq!(agree_for(&mut world, own, &again), "changed");
    assert_eq!(attest(&mut world, Line::Personal), "changed");
    assert_eq!(
        asks(&mut world, FLEET, WHERE),
        "void",
        "a person's line needs the person's own yes"
    );
}

#[test]
fn a_policy_that_changes_is_written_down_with_its_text() {
    let mut world = World::new();
    let text = "world: sandbox\n".to_owned();
    changed(world.one(Item::Change(Change::Policy { text: text.clone() })));
    let hash = crate::journal::tree::sha256(&[text.as_bytes()]);
    let content = world.store.content();
    let kept = |row: &Cold| matches!(row, Cold::Policy { hash: found, text: kept } if *found == hash && *kept == text);
    assert!(content.cold.iter().any(kept));
    let entry = content.entries.last().expect("an entry");
    assert_eq!(entry.kind, Kind::PolicyChanged);
    assert!(entry.party.text.contains(&crate::journal::entry::hex(&hash)));
}
