//! Receipts of consents, made from what the store keeps: for the page of a question and for a person's download.

use domain::journal::entry::{Entry, Kind};
use domain::journal::store::StoreError;
use wire::consent_receipt::{ConsentReceipt, EntryShown, Evidence};

use crate::journal::proofs::{Proofs, Walk};
use crate::seal::Sealer;
use crate::store::history::without_ends;
use crate::store::permission::evidence;
use crate::store::permission::sqlite::Question;

/// So many of a person's latest entries are searched for those of the consent.
const ENTRIES_SEARCHED: usize = 2_000;

/// The receipt of the consent behind a question.
///
/// # Errors
/// When the store cannot be read.
pub fn of(proofs: &Proofs, sealer: &Sealer, question: &Question) -> Result<ConsentReceipt, StoreError> {
    proofs.at_head(|walk| at(walk, sealer, question))
}

fn at(walk: &mut Walk<'_>, sealer: &Sealer, question: &Question) -> Result<ConsentReceipt, StoreError> {
    let consent = question.terms.consent;
    let history = without_ends(walk.store(), question.subject, ENTRIES_SEARCHED, sealer)?;
    let mut entries: Vec<Entry> = history
        .into_iter()
        .filter(|seen| seen.consent == Some(consent) && is_of_its_life(seen.kind))
        .map(|seen| seen.entry)
        .collect();
    entries.reverse();
    let was_given = entries.iter().any(|entry| entry.kind == Kind::ConsentGiven);
    let evidence = match evidence::of(walk.store(), consent)? {
        Some((key, proof)) => Evidence::Signed(key, proof),
        None if was_given => Evidence::Reply,
        None => Evidence::Nothing,
    };
    let mut shown: Vec<EntryShown> = entries.iter().map(EntryShown::from).collect();
    include(walk, &mut shown)?;
    Ok(ConsentReceipt {
        terms: question.terms.clone(),
        text: question.words.clone(),
        evidence,
        entries: shown,
    })
}

/// Asks and answers are in the history; what they were told needs no receipt of the consent.
const fn is_of_its_life(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Asked | Kind::Refused | Kind::Answered | Kind::Withheld | Kind::Failed | Kind::Abandoned
    )
}

/// Adds the proofs of inclusion under the checkpoint of this state.
fn include(walk: &mut Walk<'_>, shown: &mut [EntryShown]) -> Result<(), StoreError> {
    let (size, checkpoint) = (walk.size(), walk.note().to_owned());
    for entry in shown {
        entry.inclusion = Some((walk.inclusion(entry.leaf, size)?, checkpoint.clone()));
    }
    Ok(())
}
