//! Entries that are not well-formed, numbered or tagged, and rows beside them that say something else.

use domain::journal::entry::Kind;
use domain::time::Span;
use serde_json::{Value, json};

use super::{Forgery, about, end, flying, nobody};
use crate::checker::tests::forger::{Forged, part};
use crate::checker::tests::world::*;

pub(super) const FORMS: &[Forgery] = &[
    ("a field that was dropped", "form", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, HELP, consent, asked, |party| {
            party.as_object_mut().expect("an object").remove("purpose");
        })
    }),
    ("a field that was added", "form", |world| {
        about(world, Kind::SimChanged, json!({"note": "nothing to see"}))
    }),
    ("a field that was emptied", "form", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, HELP, consent, asked, |party| {
            party["answer"] = Value::Null
        })
    }),
    ("a part that is not canonical", "form", |world| {
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.alter = |entry| entry.party.text.push(' ');
        world.forge(&forged)
    }),
    ("a column beside the parts", "form", |world| {
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.alter = |entry| entry.kind = Kind::TenureEnded;
        world.forge(&forged)
    }),
    ("a tag of nobody's", "tag", |world| {
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.alter = |entry| entry.tag[0] ^= 1;
        world.forge(&forged)
    }),
    ("an entry of one person under another's name", "tag", |world| {
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.alter = |entry| entry.subject = Some(person(2).key);
        world.forge(&forged)
    }),
    ("a number that is left out", "number", |world| {
        world.alter_facts(person(1), &mut |facts| facts.count += 1);
        about(world, Kind::SimChanged, json!({}))
    }),
    ("a number that comes again", "number", |world| {
        world.agreed(HELP, person(1), |_| ());
        world.alter_facts(person(1), &mut |facts| facts.count -= 1);
        about(world, Kind::SimChanged, json!({}))
    }),
    ("a chain that jumps", "chain", |world| {
        world.agreed(HELP, person(1), |_| ());
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.alter = |entry| entry.previous = Some(0);
        world.forge(&forged)
    }),
    ("a row that counts too few", "person-row", |world| {
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.counted = false;
        world.forge(&forged) + 1
    }),
    ("a time that runs backwards", "time", |world| {
        let mut forged = Forged::of(Kind::SimChanged, Some(person(1)), json!({}));
        forged.alter = |entry| {
            entry.at = entry.at.before(Span::seconds(5));
            let mut party: Value = serde_json::from_str(&entry.party.text).expect("JSON");
            party["at"] = json!(entry.at.rfc3339());
            entry.party = part(&party);
        };
        world.forge(&forged)
    }),
    ("a party enrolled again", "party", |world| {
        let hash = crate::checker::terms::hash_of(record(HELP).as_bytes());
        nobody(
            world,
            Kind::PartyEnrolled,
            json!({"party": party(HELP).to_string(), "record": hash}),
        )
    }),
    ("a suspension of nobody", "party", |world| {
        nobody(
            world,
            Kind::PartySuspended,
            json!({"party": party(77).to_string(), "record": null}),
        )
    }),
    ("a suspension that its row does not know", "party-row", |world| {
        nobody(
            world,
            Kind::PartySuspended,
            json!({"party": party(HELP).to_string(), "record": null}),
        ) + 1
    }),
    ("a policy whose text is not there", "policy", |world| {
        nobody(world, Kind::PolicyChanged, json!({"policy": "ab".repeat(32)}))
    }),
    ("an erasure of nothing", "erased", |world| {
        let totals =
            json!([{"kind": "asked", "month": "2027-01", "n": 3, "people": 1, "purpose": null, "recipient": null}]);
        nobody(world, Kind::Erased, json!({"totals": totals, "why": "retention"})) + 1
    }),
];
