//! Receipts of consents, made from what the store keeps: for the page of a question, for a person's download, and for the
//! recipient that a consent names.

use domain::journal::entry::{Entry, Kind};
use domain::journal::receipt::Receipt;
use domain::journal::store::StoreError;
use serde_json::Value;
use wire::consent_receipt::{ConsentReceipt, EntryShown, Evidence};

use crate::journal::proofs::{Proofs, Walk};
use crate::seal::Sealer;
use crate::store::history::without_ends;
use crate::store::journal::entries::read_entries;
use crate::store::journal::times::first_not_before;
use crate::store::permission::evidence;
use crate::store::permission::sqlite::Question;

/// So many of a person's latest entries are searched for those of the consent.
const ENTRIES_SEARCHED: usize = 2_000;
/// So many entries of one moment are looked through: several batches may be committed within a millisecond.
const ENTRIES_OF_A_MOMENT: usize = 2_000;

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

/// The receipt of the entry that made a consent given, for its recipient; `None` if it does not stand as given, or the entry
/// was erased. It is found by its time, which takes as long however often anybody else asked about the person.
///
/// # Errors
/// When the store cannot be read.
pub fn of_given(proofs: &Proofs, question: &Question) -> Result<Option<Receipt>, StoreError> {
    if question.state != "given" {
        return Ok(None);
    }
    proofs.at_head(|walk| {
        let first = first_not_before(walk.store(), question.at)?;
        let entries = read_entries(walk.store(), first, ENTRIES_OF_A_MOMENT)?;
        let mut same_time = entries.iter().take_while(|entry| entry.at == question.at);
        let consent = question.terms.consent.to_string();
        let made = |entry: &&Entry| entry.kind == Kind::ConsentGiven && is_about(entry, &consent);
        let Some(entry) = same_time.find(made) else {
            return Ok(None);
        };
        let size = walk.size();
        let proof = walk.inclusion(entry.leaf, size)?;
        Ok(Some(Receipt {
            leaf: entry.leaf,
            party: entry.party.clone(),
            tag: entry.tag,
            subject: entry.subject_part.commitment(),
            proof,
            checkpoint: walk.note().into(),
            answer_key: None,
        }))
    })
}

/// Whether an entry is about this consent.
fn is_about(entry: &Entry, consent: &str) -> bool {
    let own: Option<Value> = serde_json::from_str(&entry.subject_part.text).ok();
    own.as_ref().and_then(|own| own.get("permission")?.as_str()) == Some(consent)
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
