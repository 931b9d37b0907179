//! Numbers that another gateway is home to: what is asked about them in another way than by a signed ask.

use super::world::*;
use crate::journal::entry::Kind;
use crate::journal::settle::{Change, Item, Outcome, Words};
use crate::journal::store::Cold;
use crate::party::ReplayKey;
use crate::permission::terms::Terms;
use crate::refusal::{Carriage, Refusal};

const PROOF: ReplayKey = ReplayKey {
    until_minute: 40_000_000,
    hash: [8; 16],
};

fn put(world: &mut World, of: u8, terms: &Terms) -> Outcome {
    let until = world.now();
    world.one(Item::Change(Change::Put {
        caller: caller(of, Some(PROOF)),
        subject: person(9),
        terms: Box::new(terms.clone()),
        words: Words::texted("who, what for, until when".to_owned()),
        link: [3; 16],
        until: until.after(crate::time::Span::seconds(900)),
        vouched: true,
        elsewhere: true,
    }))
}

#[test]
fn a_question_to_a_person_of_another_home_is_held_back_and_uses_its_proof_up() {
    let mut world = World::new();
    let terms = world.usual(ROADSIDE);
    let Outcome::Refused(refused) = put(&mut world, ROADSIDE, &terms) else {
        panic!("a person of another home was asked")
    };
    assert_eq!(refused.reason, Refusal::Carriage(Carriage::NotHome));
    assert!(
        refused.reason.is_held_back(),
        "it must look like one that nobody answers"
    );
    {
        let content = world.store.content();
        let last = content.entries.last().expect("an entry");
        assert_eq!((last.kind, last.leaf), (Kind::ConsentNotAsked, refused.leaf));
        let texts = content.cold.iter().any(|row| matches!(row, Cold::Text { .. }));
        let kept = content.cold.iter().filter(|row| matches!(row, Cold::Question { .. }));
        assert_eq!(
            (texts, kept.count()),
            (false, 1),
            "kept for whoever asks after it, and not sent"
        );
    }
    assert_eq!(word(&put(&mut world, ROADSIDE, &terms)), "replayed");
}

#[test]
fn what_is_the_partys_own_fault_is_said_whoever_has_the_number() {
    let mut world = World::new();
    let mut terms = world.usual(ROADSIDE);
    terms.lasts = crate::time::Span::seconds(100_000_000);
    assert_eq!(word(&put(&mut world, ROADSIDE, &terms)), "terms-too-wide");
}
