//! Asks through relays that nobody agreed to, beyond an event, a suspension or an agreement, and what was passed on though
//! it was stopped.

use domain::id::ConsentId;
use domain::journal::Leaf;
use domain::journal::entry::{Kind, hex};
use domain::journal::settle::{Change, End, StopTold};
use serde_json::{Value, json};

use super::{Forgery, about, ask, asked, consent, end, flying, nobody, open};
use crate::checker::tests::chain::*;
use crate::checker::tests::forger::Forged;
use crate::checker::tests::world::*;

/// An ask through the relay, forged as covered.
fn ask_through(world: &World, consent: ConsentId) -> Leaf {
    let mut forged = asked(world, HELP, consent, "retrieve");
    forged.party["relays"] = json!([party(RELAY).to_string()]);
    world.forge(&forged)
}

/// A consent that names the relay.
fn agreed(world: &mut World) -> ConsentId {
    world.enrol_relay();
    world.agreed(HELP, person(1), |terms| terms.chain = by_relay())
}

/// A consent that is bound to a ticket of so many asks.
fn bound(world: &mut World, count: u32) -> ConsentId {
    world.ticket(person(1), count);
    world.agreed(HELP, person(1), |terms| {
        (terms.chain.seal, terms.chain.event) = (Some(SEAL), Some(TICKET.key()));
    })
}

/// An ask that was passed on, forged.
fn pass(world: &World) -> Leaf {
    world.forge(&Forged::of(
        Kind::Asked,
        Some(person(1)),
        world.ask_part(HELP, "retrieve"),
    ))
}

fn suspend(of: u8) -> Change {
    Change::Suspend {
        party: party(of),
        suspended: true,
        why: None,
    }
}

/// An answer to an ask that was passed on, forged with an outcome.
fn passed_back(world: &World, outcome: Value) -> Leaf {
    let leaf = pass(world);
    let mut part = world.ask_part(HELP, "retrieve");
    (part["metres"], part["outcome"]) = (json!(200_000), outcome);
    part["answer"] = json!("ab".repeat(32));
    let mut forged = Forged::of(Kind::Answered, Some(person(1)), part);
    (forged.closes, forged.carrier) = (Some((leaf, 1)), json!("meridian"));
    world.forge(&forged)
}

fn ending(world: &World, after: u32) -> Leaf {
    let on = world.now().after(domain::time::Span::seconds(after));
    let part = json!({"keeps": [], "on": on.rfc3339(), "party": party(HELP).to_string()});
    nobody(world, Kind::PartyEnding, part)
}

pub(super) const CHAIN: &[Forgery] = &[
    ("through a relay that nobody agreed to", "not-covered", |world| {
        world.enrol_relay();
        let consent = world.agreed(HELP, person(1), |_| ());
        ask_through(world, consent)
    }),
    ("through a relay that nobody enrolled", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |_| ());
        ask_through(world, consent)
    }),
    ("through a relay that was suspended", "not-covered", |world| {
        let consent = agreed(world);
        world.changed(suspend(RELAY));
        ask_through(world, consent)
    }),
    (
        "through a relay whose programme was suspended",
        "not-covered",
        |world| {
            let consent = agreed(world);
            world.changed(suspend_programme(RELAY, true));
            ask_through(world, consent)
        },
    ),
    ("while the programme was suspended", "not-covered", |world| {
        let consent = agreed(world);
        world.changed(suspend_programme(HELP, true));
        ask_through(world, consent)
    }),
    ("while the person was suspended", "not-covered", |world| {
        let consent = agreed(world);
        let subject = person(1).key;
        world.changed(Change::SuspendPerson {
            subject,
            suspended: true,
        });
        ask_through(world, consent)
    }),
    ("after the agreement had ended", "not-covered", |world| {
        let consent = world.agreed(HELP, person(1), |terms| terms.lasts = domain::time::Span::seconds(7200));
        world.end_agreement(HELP, false);
        world.wait(3600);
        ask(world, consent)
    }),
    ("after its event had ended", "not-covered", |world| {
        let consent = bound(world, 5);
        world.changed(end_ticket(person(1)));
        ask(world, consent)
    }),
    ("after its event had run out", "not-covered", |world| {
        let consent = bound(world, 5);
        world.wait(600);
        ask(world, consent)
    }),
    ("more often than its event allows", "not-covered", |world| {
        let consent = bound(world, 1);
        world.answered(HELP, person(1), WHERE);
        ask(world, consent)
    }),
    ("on another event than was agreed", "not-covered", |world| {
        let consent = bound(world, 5);
        let mut forged = asked(world, HELP, consent, "retrieve");
        forged.party["event"] = json!(hex(&Named("TOW-2").key().to_bytes()));
        world.forge(&forged)
    }),
    ("a yes after its event had ended", "consent", |world| {
        world.ticket(person(1), 5);
        let mut terms = world.terms(HELP);
        (terms.chain.seal, terms.chain.event) = (Some(SEAL), Some(TICKET.key()));
        world.put(person(1), &terms);
        world.changed(end_ticket(person(1)));
        consent(world, Kind::ConsentGiven, HELP, terms.consent, |part| {
            part["evidence"] = json!("sms-reply");
        })
    }),
    ("a question after the end was told", "question", |world| {
        // The party's row was not told.
        ending(world, 3600);
        let leaf = world.store_head();
        open(world, HELP);
        leaf
    }),
    ("a yes after the end was told", "consent", |world| {
        let id = open(world, HELP);
        ending(world, 3600);
        consent(world, Kind::ConsentGiven, HELP, id, |part| {
            part["evidence"] = json!("sms-reply");
        })
    }),
    (
        "an answer after the agreement had ended at once",
        "ended-before",
        |world| {
            let (consent, asked) = flying(world);
            ending(world, 0);
            end(world, Kind::Answered, HELP, consent, asked, |_| ())
        },
    ),
    ("an end that is put off", "party", |world| {
        world.end_agreement(HELP, false);
        ending(world, 7200)
    }),
    ("a place, where nothing may be read", "outcome", |world| {
        passed_back(world, json!("area"))
    }),
    ("passed on after it was stopped", "passed-on", |world| {
        world.changed(Change::StopPassing {
            subject: person(1).key,
            party: party(HELP),
            purpose: purpose(HELP),
        });
        pass(world)
    }),
    ("passed on after the home had ended it", "passed-on", |world| {
        world.enrol_relay();
        let outcome = world.carried(HELP, person(1), elsewhere());
        drop(outcome);
        world.changed(Change::HearStop(Box::new(StopTold {
            subject: person(1).key,
            by: party(RELAY),
            end: End::Home,
            recipient: party(HELP),
            purpose: purpose(HELP),
            at: world.now(),
            proofs: Vec::new(),
        })));
        pass(world)
    }),
    ("an end at the home of what was never passed on", "passed-on", |world| {
        let [home, recipient] = [RELAY, HELP].map(|of| party(of).to_string());
        let part = json!({"home": home, "purpose": purpose(HELP).term(), "recipient": recipient});
        about(world, Kind::PassingStopped, part)
    }),
    ("passed on while the person had paused", "passed-on", |world| {
        world.reply(person(1), domain::journal::settle::Word::Pause);
        pass(world)
    }),
    ("an end of an event that nobody told of", "event", |world| {
        let part = json!({"event": hex(&TICKET.key().to_bytes()), "source": party(BANK).to_string()});
        about(world, Kind::EventEnded, part)
    }),
];
