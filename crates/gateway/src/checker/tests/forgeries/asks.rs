//! Asks that nothing covered, and refusals that were not so.

use domain::id::ConsentId;
use domain::journal::entry::Kind;
use domain::journal::settle::{Change, Word};
use domain::time::Span;
use serde_json::json;

use super::{Forgery, ask, asked, open, refused};
use crate::checker::tests::forger::Forged;
use crate::checker::tests::world::*;

pub(super) const ASKS: &[Forgery] = &[
    ("nobody agreed", "not-covered", |world| {
        ask(world, ConsentId::from_bytes([8; 16]))
    }),
    ("before the yes", "not-covered", |world| {
        let consent = open(world, HELP);
        ask(world, consent)
    }),
    ("after the withdrawal", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.change(Change::Withdraw {
            subject: person(1).key,
            consent,
        });
        ask(world, consent)
    }),
    ("under the twin of a withdrawn consent", "not-covered", |world| {
        let twin = world.agreed(HELP, person(1), |_| ());
        let consent = world.agreed(HELP, person(1), |_| ());
        world.forge(&{
            let mut forged = Forged::of(
                Kind::ConsentWithdrawn,
                Some(person(1)),
                world.consent_part(HELP, &consent.to_string(), 200),
            );
            forged.permission = json!(consent.to_string());
            forged
        });
        ask(world, twin)
    }),
    ("after it ran out", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.wait(3600);
        ask(world, consent)
    }),
    ("before it takes effect", "not-covered", |world| {
        let consent = world.agreed(GUARD, person(1), |_| ());
        world.wait(86_399);
        world.forge(&asked(world, GUARD, consent, "retrieve"))
    }),
    ("outside its window", "not-covered", |world| {
        let (from, to) = (
            world.now().after(Span::seconds(60)),
            world.now().after(Span::seconds(90)),
        );
        let window = json!({"from": from.rfc3339(), "to": to.rfc3339()});
        let within = domain::permission::within::Within::from_json(&window);
        let consent = world.agreed(HELP, person(1), |terms| terms.within.clone_from(&within));
        ask(world, consent)
    }),
    ("once too often in all", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |terms| terms.count = Some(1));
        world.answered(HELP, person(1), WHERE);
        ask(world, consent)
    }),
    ("once too often in an hour", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |terms| terms.per_hour = Some(1));
        world.answered(HELP, person(1), WHERE);
        ask(world, consent)
    }),
    ("once too often in a day", "not-covered", |world| {
        let consent = world.agreed(BANK, person(1), |_| ());
        (0..20).for_each(|_| world.answered(BANK, person(1), inside(2500)));
        world.forge(&asked(world, BANK, consent, "verify"))
    }),
    ("for another purpose's party", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.forge(&asked(world, BANK, consent, "retrieve"))
    }),
    ("a place, where only yes or no was agreed", "not-covered", |world| {
        let consent = world.agreed(BANK, person(1), |_| ());
        world.forge(&asked(world, BANK, consent, "retrieve"))
    }),
    ("while the person had paused", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.reply(person(1), Word::Pause);
        ask(world, consent)
    }),
    ("while the person had paused this party", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        let (subject, party) = (person(1).key, party(HELP));
        world.change(Change::PauseParty {
            subject,
            party,
            paused: true,
        });
        ask(world, consent)
    }),
    ("while the party was suspended", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.change(Change::Suspend {
            party: party(HELP),
            suspended: true,
            why: None,
        });
        ask(world, consent)
    }),
    ("of somebody who allows nobody", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.reply(person(1), Word::Never);
        ask(world, consent)
    }),
    ("after the SIM changed", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.change(Change::SimChanged { subject: person(1).key });
        ask(world, consent)
    }),
    ("after the number changed hands", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.change(Change::EndTenure {
            subject: person(1).key,
            number: [5; 16],
            tenure: 1,
        });
        ask(world, consent)
    }),
    ("by a party that nobody enrolled", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        let mut forged = asked(world, HELP, consent, "retrieve");
        forged.party["recipient"] = json!(party(77).to_string());
        world.forge(&forged)
    }),
    ("for a purpose that is always refused", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        let mut forged = asked(world, HELP, consent, "retrieve");
        forged.party["purpose"] = json!("DirectMarketing");
        world.forge(&forged)
    }),
    ("beyond the person's ceiling of a day", "not-covered", |world| {
        world.policy.person.asks_per_day_max = 1;
        world.restart(world.policy.clone());
        let text = world.policy.text();
        world.change(Change::Policy { text });
        let consent = world.agreed(HELP, person(1), |_| ());
        world.answered(HELP, person(1), WHERE);
        ask(world, consent)
    }),
    ("by a policy that was not in force", "policy", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        let mut forged = asked(world, HELP, consent, "retrieve");
        forged.party["policy"] = json!("ab".repeat(32));
        world.forge(&forged)
    }),
    ("a refusal of what was covered", "refusal", |world| {
        world.agreed(HELP, person(1), |_| ());
        refused(world, HELP, "no-permission", None)
    }),
    ("a refusal for what was not so", "refusal", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        world.change(Change::Withdraw {
            subject: person(1).key,
            consent,
        });
        refused(world, HELP, "expired", Some(consent))
    }),
    ("a pause that nobody made", "refusal", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        refused(world, HELP, "paused", Some(consent))
    }),
];
