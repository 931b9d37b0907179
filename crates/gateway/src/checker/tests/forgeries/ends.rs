//! Answers that should not have left, and other ends of asks.

use domain::journal::entry::Kind;
use domain::journal::settle::{Change, Word};
use serde_json::json;

use super::{Forgery, end, flying};
use crate::checker::tests::forger::Forged;
use crate::checker::tests::world::*;

pub(super) const ENDS: &[Forgery] = &[
    ("an answer to nothing", "closes", |world| {
        let (consent, _) = flying(world);
        end(world, Kind::Answered, HELP, consent, (2, 1), |_| ())
    }),
    ("a second answer", "closes", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, HELP, consent, asked, |_| ());
        end(world, Kind::Answered, HELP, consent, asked, |_| ())
    }),
    ("an answer to another party", "closes", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, BANK, consent, asked, |_| ())
    }),
    ("an answer after a withdrawal", "ended-before", |world| {
        let (consent, asked) = flying(world);
        world.change(Change::Withdraw {
            subject: person(1).key,
            consent,
        });
        end(world, Kind::Answered, HELP, consent, asked, |_| ())
    }),
    ("an answer after a pause", "ended-before", |world| {
        let (consent, asked) = flying(world);
        world.reply(person(1), Word::Pause);
        end(world, Kind::Answered, HELP, consent, asked, |_| ())
    }),
    ("an answer after a suspension", "ended-before", |world| {
        let (consent, asked) = flying(world);
        world.change(Change::Suspend {
            party: party(HELP),
            suspended: true,
            why: None,
        });
        end(world, Kind::Answered, HELP, consent, asked, |_| ())
    }),
    ("an answer to an old ask", "too-late", |world| {
        let (consent, asked) = flying(world);
        world.wait(600);
        end(world, Kind::Answered, HELP, consent, asked, |_| ())
    }),
    ("an answer finer than agreed", "finer", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, HELP, consent, asked, |party| {
            party["metres"] = json!(50)
        })
    }),
    ("an answer coarser than it says it may be", "precision", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, HELP, consent, asked, |party| {
            party["metres"] = json!(900)
        })
    }),
    ("a verdict where a place was asked for", "outcome", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Answered, HELP, consent, asked, |party| {
            party["outcome"] = json!("true")
        })
    }),
    ("an answer withheld for nothing", "withheld", |world| {
        let (consent, asked) = flying(world);
        end(world, Kind::Withheld, HELP, consent, asked, |_| ())
    }),
    ("a failure that has no name", "reason", |world| {
        let (consent, asked) = flying(world);
        let mut forged = Forged::of(Kind::Failed, Some(person(1)), world.ask_part(HELP, "retrieve"));
        (forged.party["metres"], forged.party["outcome"]) = (json!(200), json!("no-position"));
        (forged.closes, forged.permission) = (Some(asked), json!(consent.to_string()));
        forged.reason = json!("a-hunch");
        world.forge(&forged)
    }),
    ("an ask that was never ended", "closes", |world| {
        let (_, asked) = flying(world);
        world.wait(3601);
        world.agreed(BANK, person(2), |_| ());
        asked.0
    }),
];
