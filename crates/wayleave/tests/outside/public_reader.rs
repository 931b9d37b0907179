//! Somebody who reads every public file, and has every receipt of one partner, learns nothing about how often others asked
//! about the same person. Two worlds are told apart by that alone: in the one another partner asks about the same person, in
//! the other about somebody else, at the same moments. Everything that the reader can see is alike in both, but for bytes
//! that chance made; and no value at hand explains a byte of an entry that is not the partner's own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::guesses::{Held, Leaf};
use crate::http::{Answer, fetch};
use crate::jose::unbase64url;
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::phone::Phone;

/// What the reader got hold of.
struct Seen {
    leaves: Vec<Leaf>,
    /// Of every public path: its status, headers and length.
    shapes: Vec<String>,
    /// The partner's receipts, and what else it was told.
    receipts: Vec<Value>,
    others: Vec<Value>,
    held: Held,
}

/// Receipts of a partner, from its answers.
fn ask(partner: &Partner, phone: &Phone<'_>, seen: &mut Vec<Value>) {
    let answer = partner.retrieve(&phone.number);
    assert_answered(&answer);
    let receipt = unbase64url(answer.header("wayleave-receipt").expect("a receipt"));
    seen.push(serde_json::from_slice(&receipt).expect("JSON"));
    seen.push(answer.json());
}

/// A world in which others ask about the same person as the partner, or about another.
fn world(same: bool) -> Seen {
    let parts = Parts::start(Settings {
        // Rounds of work would come at moments of their own.
        more: String::new(),
        ..Settings::default()
    });
    let (partner, other) = (parts.world.partner("plain"), parts.enrol("crane"));
    let (person, somebody) = (parts.world.free_phone(), parts.world.free_phone());
    let asked_by_others = if same { &person } else { &somebody };
    let mut given = Vec::new();
    for phone in [&person, &somebody] {
        given.push(phone.agree_to(&partner, &json!({})).id);
        phone.agree_to(&other, &json!({}));
    }
    let (mut own, mut ignored) = (Vec::new(), Vec::new());
    for asks_of_others in [0, 3, 1, 4] {
        for _ in 0..asks_of_others {
            ask(&other, asked_by_others, &mut ignored);
        }
        ask(&partner, &person, &mut own);
    }
    let state = |id: &String| {
        partner
            .signed("GET", &format!("{}/{id}", crate::world::CONSENTS))
            .send(partner.host())
            .json()
    };
    let others: Vec<Value> = given.iter().map(state).collect();
    let receipts = own.iter().step_by(2).cloned().collect();
    look(&parts, &person, [own, others.clone()].concat(), receipts, others)
}

/// Reads all that is public, as the reader would.
fn look(parts: &Parts, person: &Phone<'_>, told: Vec<Value>, receipts: Vec<Value>, others: Vec<Value>) -> Seen {
    let issuer = &parts.world.issuer;
    let get = |path: &str| fetch(&format!("{issuer}/journal{path}"));
    let checkpoint = get("/checkpoint");
    let size: u64 = checkpoint
        .text()
        .lines()
        .nth(1)
        .and_then(|size| size.parse().ok())
        .expect("a size");
    let bundle = get(&format!("/tile/entries/000.p/{size}"));
    let third = |entry: &[u8], third: usize| entry[2 + 32 * third..34 + 32 * third].try_into().expect("a third");
    let leaves = bundle
        .body
        .chunks(98)
        .map(|entry| [third(entry, 0), third(entry, 1), third(entry, 2)])
        .collect();
    let mut shapes = vec![shape("checkpoint", &checkpoint), shape("entries", &bundle)];
    let mut held = Held::default();
    held.take_text(&checkpoint.text());
    for width in 1..=size {
        shapes.push(shape("hashes", &get(&format!("/tile/0/000.p/{width}"))));
        let proof = get(&format!("/v1/proof?leaf={}", width - 1));
        held.take_text(&proof.text());
        shapes.push(shape("proof", &proof));
    }
    held.take_text(&person.number);
    held.take_text(person.number.trim_start_matches('+'));
    held.take_text(issuer);
    told.iter().for_each(|told| held.take(told));
    Seen {
        leaves,
        shapes,
        receipts,
        others,
        held,
    }
}

/// Everything of an answer that is not its bytes, nor the moment at which it was given.
fn shape(name: &str, answer: &Answer) -> String {
    let headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("date"))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    format!("{name} {} {headers:?} {}", answer.status, answer.body.len())
}

/// A document with every text as its length, but for those that chance and time make no different: what a reader would
/// compare. Its numbers stay.
fn outline(value: &Value) -> Value {
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner) if inner.is_object() => outline(&inner),
            _ if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') => value.clone(),
            _ => json!(text.len()),
        },
        Value::Array(items) => items.iter().map(outline).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), outline(value)))
            .collect(),
        other => other.clone(),
    }
}

/// Bytes that stand in more than one leaf, six at a time: chance alone makes none.
fn repeated(leaves: &[Leaf]) -> usize {
    let mut seen: BTreeMap<&[u8], usize> = BTreeMap::new();
    for leaf in leaves {
        let windows: BTreeSet<&[u8]> = leaf.as_flattened().windows(6).collect();
        windows
            .into_iter()
            .for_each(|window| *seen.entry(window).or_default() += 1);
    }
    seen.values().filter(|count| **count > 1).count()
}

/// The places of the partner's own entries, whose parts it has.
fn own(seen: &Seen) -> BTreeSet<usize> {
    let place = |receipt: &Value| receipt["leaf"].as_u64().and_then(|leaf| usize::try_from(leaf).ok());
    seen.receipts.iter().chain(&seen.others).filter_map(place).collect()
}

#[test]
fn a_reader_of_all_that_is_public_learns_nothing_about_others_asks() {
    let (same, another) = (world(true), world(false));
    assert_eq!(
        same.leaves.len(),
        another.leaves.len(),
        "the worlds differ in more than one thing"
    );
    assert_eq!(same.shapes, another.shapes, "sizes, headers, or their order");
    // Places, gaps between them, kinds, sizes, fields: of the receipts and of what is said of a consent.
    let outlines = |documents: &[Value]| documents.iter().map(outline).collect::<Vec<_>>();
    assert_eq!(outlines(&same.receipts), outlines(&another.receipts));
    assert_eq!(outlines(&same.others), outlines(&another.others));
    for seen in [&same, &another] {
        assert_eq!(repeated(&seen.leaves), 0, "leaves share bytes");
        assert!(seen.held.len() > 100, "the reader holds more than {}", seen.held.len());
        let own = own(seen);
        // A receipt opens the partner's part of its own entry, and shows that entry's two other thirds as they are.
        let explained = seen.held.explains(&seen.leaves);
        assert!(
            own.iter().all(|leaf| explained.contains(&(*leaf, 1))),
            "the reader does not try hard enough"
        );
        let beyond: Vec<_> = explained.iter().filter(|(leaf, _)| !own.contains(leaf)).collect();
        assert!(
            beyond.is_empty(),
            "values at hand explain parts of other entries: {beyond:?}"
        );
    }
    the_reader_finds_what_is_badly_made(&same);
}

/// The same reader against journals that were made carelessly: each is seen through.
fn the_reader_finds_what_is_badly_made(seen: &Seen) {
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    let tag = |key: &[u8], message: &[u8]| -> [u8; 32] {
        sign(&Key::new(HMAC_SHA256, key), message)
            .as_ref()
            .try_into()
            .expect("32")
    };
    let foreign = (0..seen.leaves.len())
        .find(|leaf| !own(seen).contains(leaf))
        .expect("an entry of others");
    let own_tag = unbase64url(seen.receipts[0]["tag"].as_str().expect("a tag"));
    let answer_key = unbase64url(seen.receipts[0]["answerKey"].as_str().expect("a key"));
    let salt = unbase64url(seen.receipts[0]["salt"].as_str().expect("a salt"));
    for bad in [
        tag(b"+12025550120", &3_u64.to_be_bytes()),
        tag(&own_tag, &[1]),
        tag(&answer_key, &[&5_u64.to_be_bytes()[..], &[0]].concat()),
        tag(&salt, b"{\"n\":4}"),
        own_tag.as_slice().try_into().expect("32"),
    ] {
        let mut leaves = seen.leaves.clone();
        leaves[foreign][0] = bad;
        let found = seen.held.explains(&leaves).contains(&(foreign, 0)) || repeated(&leaves) > 0;
        assert!(found, "a leak was not noticed");
    }
}
