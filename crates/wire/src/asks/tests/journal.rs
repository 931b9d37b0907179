//! A small journal with one answer in it, and its receipt: made by the domain's own parts, for tests of whoever reads one.

use domain::id::PartyId;
use domain::journal::checkpoint::{self, VerifierKey};
use domain::journal::entry::{Object, Part, hex, public_leaf};
use domain::journal::keys::{Keys, mac};
use domain::journal::receipt::Receipt;
use domain::journal::tree::{Frontier, Growth, leaf_hash};
use domain::purpose::Purpose;

/// The journal's name.
pub const ORIGIN: &str = "gateway.example.com/journal";

/// The journal's keys.
pub fn keys() -> Keys {
    Keys::new(ORIGIN, &[1; 32], &[2; 32]).expect("keys")
}

/// The key that checks the journal.
pub fn verifier() -> VerifierKey {
    VerifierKey::of(&keys())
}

/// The receipt of an answer to the ask whose first entry is `asked`; `canonical` is the answer in its canonical form.
pub fn receipt(recipient: PartyId, asked: u64, canonical: &str) -> Receipt {
    let answer_key = [9; 32];
    let party = Part {
        salt: [5; 16],
        text: Object::new()
            .text("answer", &hex(&mac(&answer_key, canonical.as_bytes())))
            .number("asked", asked)
            .text("at", "2027-01-15T08:00:01.000Z")
            .text("kind", "answered")
            .number("metres", 200)
            .text("purpose", Purpose::RequestedServiceProvision.term())
            .text("question", "retrieve")
            .text("recipient", &recipient.to_string())
            .number("v", 1)
            .finish(),
    };
    let (tag, subject) = ([6; 32], [7; 32]);
    let mut growth = Growth::from(&Frontier::default());
    let mut leaf = 0;
    for place in 0..7 {
        leaf = if place == 4 {
            growth.push(leaf_hash(&public_leaf(&tag, &party.commitment(), &subject)))
        } else {
            growth.push(leaf_hash(&[place; 96]));
            leaf
        };
    }
    let mut root = Frontier::default();
    for hash in growth.added() {
        root.push(hash);
    }
    Receipt {
        leaf,
        party,
        tag,
        subject,
        proof: growth.inclusion(leaf).expect("an added leaf"),
        checkpoint: checkpoint::sign(&keys(), 7, &root.root()).into(),
        answer_key: Some(answer_key),
    }
}
