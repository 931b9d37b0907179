//! AC-48: one request in every disguise. A number whose owner has not agreed is asked about in hundreds of encodings,
//! methods, suffixes, headers and versions; no disguise finds another path, and what reaches the endpoint is refused with
//! the same bytes.

use std::collections::BTreeMap;

use crate::ac_48_variants::{Variant, variants};
use crate::http::{Answer, exchange};
use crate::partner::{Partner, assert_answered};
use crate::world::{RETRIEVE, VERIFY, World};

/// What a disguise may lead to beside the fixed refusal.
const ERRORS: [u16; 13] = [400, 401, 404, 405, 406, 408, 411, 413, 414, 415, 422, 431, 501];

fn send(world: &World, variant: &Variant) -> Option<Answer> {
    match exchange(world.host(), &variant.bytes, variant.is_head) {
        Ok(answer) => Some(answer),
        // A connection that is closed without a word tells nothing; a silence that lasts would be a hole of its own.
        Err(error) if error.contains("closed") || error.contains("reset") || error.contains("pipe") => None,
        Err(error) => panic!("{}: {error}", variant.name),
    }
}

/// Sends every disguise of one interface; how many ended in which status.
fn disguise(world: &World, partner: &Partner, number: &str, path: &str) -> BTreeMap<u16, usize> {
    let mut reference = None;
    let mut counts = BTreeMap::new();
    for variant in variants(partner, path, number) {
        let Some(answer) = send(world, &variant) else {
            *counts.entry(0).or_default() += 1;
            continue;
        };
        let name = &variant.name;
        assert!(!answer.tells_a_place(), "{name}: {}", answer.text());
        *counts.entry(answer.status).or_default() += 1;
        if answer.status == 403 {
            let seen = (answer.header("content-type").map(str::to_owned), answer.body.clone());
            let reference = reference.get_or_insert_with(|| seen.clone());
            assert_eq!(
                &seen,
                reference,
                "{name} is refused with other bytes: {}",
                answer.text()
            );
            assert!(answer.text().contains("no-permission"), "{name}: {}", answer.text());
        } else {
            assert!(
                ERRORS.contains(&answer.status),
                "{name}: {} {}",
                answer.status,
                answer.text()
            );
        }
        if variant.is_plain {
            assert_eq!(answer.status, 403, "{name} is a proper request: {}", answer.text());
        }
    }
    counts
}

#[test]
fn ac_48_retrieval_is_refused_in_every_disguise() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let counts = disguise(world, &partner, &phone.number, RETRIEVE);
    assert!(counts.values().sum::<usize>() > 300, "{counts:?}");
    assert!(counts.get(&403).is_some_and(|count| *count > 40), "{counts:?}");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

#[test]
fn ac_48_verification_is_refused_in_every_disguise() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    let counts = disguise(world, &partner, &phone.number, VERIFY);
    assert!(counts.get(&403).is_some_and(|count| *count > 40), "{counts:?}");
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
}

/// The same disguises where the owner did agree: the road is really there, so that the refusals above say something.
/// A consent allows twelve asks, and no disguise gets a thirteenth.
#[test]
fn ac_48_the_disguises_share_one_consent() {
    let world = World::shared();
    let phone = world.free_phone();
    let partner = world.partner("plain");
    phone.agree_to(&partner, &serde_json::json!({"count": 12}));
    let mut answered = 0;
    for variant in variants(&partner, RETRIEVE, &phone.number) {
        let Some(answer) = send(world, &variant) else { continue };
        if answer.status == 200 && !variant.is_head {
            assert_answered(&answer);
            answered += 1;
        }
    }
    assert_eq!(answered, 12);
    assert_eq!(world.queries(&phone.number).len(), 12);
}
