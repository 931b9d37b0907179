//! What every parser of outside bytes promises, as functions of bytes: each panics when a promise is broken. A
//! coverage-guided engine calls them (`scripts/fuzz`), and so do the tests, which replay the kept corpora and change
//! them at random.

mod asks;
mod audits;
mod camara;
pub mod config;
mod consents;
mod cosigned;
mod decide;
mod exports;
mod forms;
mod held;
mod http;
mod input;
mod json;
mod keys;
mod ledgers;
mod lined;
mod mlp;
mod notes;
mod planted;
mod proofs;
mod receipts;
mod replies;
mod sealed;
mod signed_asks;
mod smpp;
mod tiles;
mod tokens;

/// One set of promises about one kind of bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and that of its corpus.
    pub name: &'static str,
    /// What it promises, in one line of `fuzz/README.md`.
    pub promise: &'static str,
    /// Feeds it bytes; panics when a promise is broken.
    pub run: fn(&[u8]),
}

/// Every target, in the order of their names.
pub const TARGETS: [Target; 26] = [
    Target {
        name: "agreement",
        promise: "what a question's page sends is read in one way, and only keys on the curve are taken",
        run: consents::agreement,
    },
    Target {
        name: "asks",
        promise: "a body of asks prints back to itself; a sealed text says one thing; an outcome is believed unaltered and with its receipt only",
        run: asks::run,
    },
    Target {
        name: "audit",
        promise: "a sample, an answer or a report that was altered is refused, or says what another reader finds, whoever signed it",
        run: audits::run,
    },
    Target {
        name: "camara",
        promise: "a request is read in one way: what is accepted has only known fields, each once, and prints back to itself",
        run: camara::request,
    },
    Target {
        name: "camara-answer",
        promise: "an operator's answer is about the asked number, its area can be worked with, and it prints back to itself",
        run: camara::answer,
    },
    Target {
        name: "claims",
        promise: "of tokens that are rightly signed, only those pass whose claims another reader finds right too",
        run: tokens::claims,
    },
    Target {
        name: "config",
        promise: "an accepted configuration prints back to itself, and a sandbox reaches nothing beyond loopback",
        run: config::run,
    },
    Target {
        name: "consent",
        promise: "a request for a consent is read in one way and prints back to itself",
        run: consents::request,
    },
    Target {
        name: "cosigned",
        promise: "a checkpoint and a proof prove what they proved before any byte was altered, or nothing; so does each cosignature",
        run: cosigned::run,
    },
    Target {
        name: "decide",
        promise: "whatever the facts, a grant rests on a live consent of this recipient and purpose, and is no finer or longer",
        run: decide::run,
    },
    Target {
        name: "export",
        promise: "an export that was altered and signed anew is refused, or its lines are the journal's own and its counts theirs",
        run: exports::run,
    },
    Target {
        name: "form",
        promise: "a form has each parameter once, a scope and a token request print back to themselves",
        run: forms::run,
    },
    Target {
        name: "held",
        promise: "a request is about one number or none, what is wrong is said in well-formed words, and a place prints back to itself and no surer",
        run: held::run,
    },
    Target {
        name: "http",
        promise: "any request is answered in time and without failing, and nobody is let in who cannot prove anything",
        run: http::run,
    },
    Target {
        name: "json",
        promise: "accepted documents are JSON, no field twice, no deeper than allowed; errors repeat no value",
        run: json::run,
    },
    Target {
        name: "keys",
        promise: "accepted key sets hold distinct public keys and print back to themselves",
        run: keys::run,
    },
    Target {
        name: "ledger",
        promise: "each query of a ledger keeps its line and no line is lost; without quotes, a plain reader finds the same",
        run: ledgers::run,
    },
    Target {
        name: "mlp",
        promise: "a position that is believed names the asked number, is of now or before, and its area can be worked with",
        run: mlp::run,
    },
    Target {
        name: "note",
        promise: "signed notes, their keys and what a witness is sent have one spelling, and nobody cosigns without the key",
        run: notes::run,
    },
    Target {
        name: "proofs",
        promise: "of all byte strings only the one true proof shows inclusion, or consistency",
        run: proofs::run,
    },
    Target {
        name: "receipt",
        promise: "receipts, checkpoints, verifier keys and signed terms have one spelling each, and none can be made without the key",
        run: receipts::run,
    },
    Target {
        name: "sealed",
        promise: "a sealed column opens unaltered and in its place only; a person's row is read as it was written",
        run: sealed::run,
    },
    Target {
        name: "signed-ask",
        promise: "of rightly signed asks, events, notices, attestations and stops each is one kind, by its own key, and is signed back to itself",
        run: signed_asks::run,
    },
    Target {
        name: "smpp",
        promise: "units are cut the same however the bytes arrive, and decode to what they encode to",
        run: smpp::run,
    },
    Target {
        name: "sms",
        promise: "STOP stops wherever it stands, a yes needs its code and no word against it, and our own texts survive the way",
        run: replies::run,
    },
    Target {
        name: "tiles",
        promise: "paths and bundles have one spelling; an altered tile passes no check of the tree, and makes no proof that holds",
        run: tiles::run,
    },
];

/// A branch that chance alone does not reach: whoever finds it is guided by coverage. No parser's target.
pub const PLANTED: Target = Target {
    name: "planted",
    promise: "is broken on purpose, to show that the engine is guided",
    run: planted::run,
};

/// The target of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
