//! Consents that nobody gave, and changes that cannot follow what was.

use domain::id::ConsentId;
use domain::journal::entry::{Kind, hex};
use domain::journal::settle::Word;
use serde_json::json;

use super::{Forgery, about, consent, given, open};
use crate::checker::tests::forger::Forged;
use crate::checker::tests::world::*;

pub(super) const CONSENTS: &[Forgery] = &[
    ("a yes to no question", "consent", |world| {
        given(world, HELP, ConsentId::from_bytes([8; 16]), |party| {
            party["evidence"] = json!("sms-reply")
        })
    }),
    ("a yes after a no", "consent", |world| {
        let consent = open(world, HELP);
        world.reply(person(1), Word::No);
        given(world, HELP, consent, |party| party["evidence"] = json!("sms-reply"))
    }),
    ("a yes after the question had lapsed", "consent", |world| {
        let consent = open(world, HELP);
        world.wait(900);
        given(world, HELP, consent, |party| party["evidence"] = json!("sms-reply"))
    }),
    ("a yes without a signature", "evidence", |world| {
        let consent = open(world, HELP);
        given(world, HELP, consent, |party| party["evidence"] = json!("handset-link"))
    }),
    ("a yes on evidence that is too weak", "evidence", |world| {
        let terms = world.terms(FLEET);
        world.put(person(1), &terms);
        given(world, FLEET, terms.consent, |party| {
            party["evidence"] = json!("sms-reply")
        })
    }),
    ("a yes on evidence that has no name", "evidence", |world| {
        let consent = open(world, HELP);
        given(world, HELP, consent, |party| party["evidence"] = json!("hearsay"))
    }),
    ("a yes without the reply that it wants", "evidence", |world| {
        let consent = open(world, BANK);
        given(world, BANK, consent, |party| party["evidence"] = json!("handset-link"))
    }),
    ("a yes to a finer precision than was asked for", "consent", |world| {
        let consent = open(world, HELP);
        given(world, HELP, consent, |party| {
            (party["evidence"], party["metres"]) = (json!("sms-reply"), json!(50));
        })
    }),
    ("an account holder's yes for a person's line", "line", |world| {
        let terms = world.terms(FLEET);
        world.put(person(1), &terms);
        let mut party = world.consent_part(FLEET, &terms.consent.to_string(), 200);
        party["evidence"] = json!("account-holder");
        party["terms"] = json!(crate::checker::terms::hash_of(&terms.canonical()));
        let mut forged = Forged::of(Kind::ConsentGiven, Some(person(1)), party);
        forged.permission = json!(terms.consent.to_string());
        world.forge(&forged)
    }),
    ("a withdrawal of what was not given", "consent", |world| {
        let id = open(world, HELP);
        consent(world, Kind::ConsentWithdrawn, HELP, id, |_| ())
    }),
    ("a no after a yes", "consent", |world| {
        let id = world.agreed(HELP, person(1), |_| ());
        consent(world, Kind::ConsentRefused, HELP, id, |_| ())
    }),
    ("a question whose terms are not there", "terms", |world| {
        consent(
            world,
            Kind::ConsentAsked,
            HELP,
            ConsentId::from_bytes([8; 16]),
            |party| {
                party["terms"] = json!("ab".repeat(32));
            },
        )
    }),
    ("a question to somebody who allows nobody", "question", |world| {
        world.reply(person(1), Word::Never);
        let leaf = world.store_head();
        world.alter_facts(person(1), &mut |facts| facts.never = None);
        open(world, HELP);
        leaf
    }),
    ("a question that the policy does not allow", "question", |world| {
        let mut lax = world.policy.clone();
        lax.questions.open_max = 9;
        open(world, HELP);
        open(world, HELP);
        let leaf = world.store_head();
        let strict = hex(&world.policy.hash());
        world.restart(lax);
        open(world, HELP);
        let lax = hex(&world.policy.hash());
        world.sql(&format!(
            "UPDATE entry SET party = replace(party, '{lax}', '{strict}') WHERE leaf = {leaf}"
        ));
        leaf
    }),
    (
        "a SIM that changed, and a consent that stands",
        "left-standing",
        |world| {
            world.agreed(HELP, person(1), |_| ());
            about(world, Kind::SimChanged, json!({}))
        },
    ),
    ("a never, and a consent that stands", "left-standing", |world| {
        world.agreed(HELP, person(1), |_| ());
        about(world, Kind::PersonNever, json!({}))
    }),
    ("a never that is lifted at once", "never", |world| {
        world.reply(person(1), Word::Never);
        about(world, Kind::PersonAllowed, json!({"from": world.now().rfc3339()}))
    }),
];
