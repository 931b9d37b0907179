//! One yes over many machine lines: the account holder's passkey signs the root of a tree whose leaves are the terms of
//! each line (RFC 6962 §2.1), so that the evidence of one line can be shown without the others.

use super::assertion::{Assertion, RelyingParty};
use super::evidence::{HandsetKey, Proof, Signed};
use super::terms::Terms;
use crate::journal::proof::verify_inclusion;
use crate::journal::tree::{Frontier, Growth, Hash, leaf_hash};

/// So many lines are agreed to at one time.
pub const LINES_MAX: usize = 1_000;

/// Where one line's terms stand in the tree that was signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its index.
    pub index: u64,
    /// How many lines there are.
    pub size: u64,
    /// The root of the tree, which was the passkey's challenge.
    pub root: Hash,
    /// The inclusion proof.
    pub path: Vec<Hash>,
}

impl Place {
    /// Whether these terms stand at this place of that tree.
    #[must_use]
    pub fn holds(&self, terms: &Terms) -> bool {
        verify_inclusion(
            &leaf_hash(&terms.canonical()),
            self.index,
            self.size,
            &self.path,
            &self.root,
        )
    }
}

/// The tree over the terms of several lines, in order.
fn tree(lines: &[Terms]) -> Growth {
    let mut tree = Growth::from(&Frontier::default());
    for terms in lines {
        tree.push(leaf_hash(&terms.canonical()));
    }
    tree
}

/// The challenge that a passkey signs to agree to all of these terms.
#[must_use]
pub fn challenge(lines: &[Terms]) -> Hash {
    tree(lines).after().root()
}

/// Checks the account holder's assertion over a whole list; `None` if it does not hold, or for none or more than
/// [`LINES_MAX`] lines. That the key is this account's is for the caller to know.
#[must_use]
pub fn agreed_by_account(
    lines: Vec<Terms>,
    assertion: &Assertion,
    key: &HandsetKey,
    party: RelyingParty<'_>,
) -> Option<Vec<Signed>> {
    if !(1..=LINES_MAX).contains(&lines.len()) {
        return None;
    }
    let mut tree = tree(&lines);
    let root = tree.after().root();
    if !assertion.holds(&root, key, party) {
        return None;
    }
    let size = lines.len() as u64;
    let sign = |(index, terms)| {
        let path = tree.inclusion(index)?;
        let proof = Proof::AccountHolder(
            assertion.clone(),
            Place {
                index,
                size,
                root,
                path,
            },
        );
        Some(Signed {
            terms,
            key: key.clone(),
            proof,
        })
    };
    (0..).zip(lines).map(sign).collect()
}
