//! Receipts: each verifies, and none does with a byte altered.

use super::world::*;
use crate::journal::checkpoint::VerifierKey;
use crate::journal::receipt::Receipt;
use crate::journal::settle::{Item, Outcome};

fn proved(receipt: &Receipt, canonical: &str, key: &VerifierKey) -> bool {
    receipt.verify(key).is_ok() && receipt.is_for(canonical)
}

#[test]
fn each_release_of_a_batch_has_a_receipt_for_its_own_answer() {
    let mut world = World::new();
    let key = VerifierKey::of(world.journal.keys());
    for index in 1..=7 {
        world.agreed(ROADSIDE, person(index), |_| ());
    }
    let asks: Vec<_> = (1..=7).map(|index| world.ask(ROADSIDE, person(index), WHERE)).collect();
    let answers: Vec<_> = world
        .settle(asks)
        .into_iter()
        .map(|outcome| world.answer(recorded(outcome)))
        .collect();
    let texts: Vec<String> = answers.iter().map(crate::minimise::Answer::canonical).collect();
    let receipts: Vec<Receipt> = world
        .settle(answers.into_iter().map(Item::Release).collect())
        .into_iter()
        .map(|outcome| released(outcome).receipt().clone())
        .collect();
    for (receipt, text) in receipts.iter().zip(&texts) {
        assert!(proved(receipt, text, &key));
        assert!(!receipt.is_for(&text.replacen('{', "{ ", 1)));
    }
    let mut swapped = receipts[0].clone();
    swapped.answer_key = receipts[1].answer_key;
    assert!(!swapped.is_for(&texts[0]), "another answer's key");
    assert_eq!(receipts[0].checkpoint, receipts[6].checkpoint, "one checkpoint a batch");
}

#[test]
fn every_altered_byte_of_a_receipt_fails() {
    let mut world = World::new();
    let key = VerifierKey::of(world.journal.keys());
    world.agreed(ROADSIDE, person(1), |_| ());
    let recorded = world.recorded(ROADSIDE, person(1), WHERE);
    let answer = world.answer(recorded);
    let canonical = answer.canonical();
    let json = released(world.one(Item::Release(answer))).receipt().to_json();
    let read = Receipt::from_json(&json).expect("own form");
    assert!(proved(&read, &canonical, &key));
    for index in 0..json.len() {
        for flip in [1_u8, 2, 32] {
            let mut bytes = json.clone().into_bytes();
            bytes[index] ^= flip;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let accepted = Receipt::from_json(&text).is_ok_and(|receipt| proved(&receipt, &canonical, &key));
            assert!(!accepted, "byte {index} of {text}");
        }
        let shorter = format!(
            "{}{}",
            &json[..index.min(floor(&json, index))],
            &json[floor(&json, index + 1)..]
        );
        assert!(
            shorter == json || Receipt::from_json(&shorter).map_or(true, |receipt| !proved(&receipt, &canonical, &key)),
            "without byte {index}"
        );
    }
    assert!(
        Receipt::from_json(&json.replacen('{', "{\"leaf\":0,", 1)).is_err(),
        "a key twice"
    );
    assert!(
        Receipt::from_json(&json.replacen('{', "{\"extra\":0,", 1)).is_err(),
        "a key too many"
    );
}

/// The last boundary of a character not after `index`.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len()))
        .rev()
        .find(|index| text.is_char_boundary(*index))
        .unwrap_or(0)
}

#[test]
fn a_change_has_a_receipt_without_an_answers_key() {
    let mut world = World::new();
    let key = VerifierKey::of(world.journal.keys());
    let terms = world.usual(ROADSIDE);
    let put = changed(world.put(person(1), &terms, None));
    let given = changed(world.agree(person(1), &terms));
    for changed in [put, given] {
        assert!(changed.receipt.verify(&key).is_ok());
        assert_eq!(changed.receipt.answer_key, None);
        assert_eq!(Receipt::from_json(&changed.receipt.to_json()), Ok(changed.receipt));
    }
}

#[test]
fn another_gateways_key_does_not_verify() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    let other = crate::journal::keys::Keys::new("other.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
    match world.answered(ROADSIDE, person(1), WHERE) {
        Outcome::Released(released) => assert!(released.receipt().verify(&VerifierKey::of(&other)).is_err()),
        other => panic!("expected released, found {other:?}"),
    }
}
