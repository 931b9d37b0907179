//! Receipts of consents, made from what the store keeps: for the page of a question and for a person's download.

use std::collections::BTreeMap;

use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::journal::store::StoreError;
use domain::journal::tree::{Frontier, Growth};
use wire::consent_receipt::{ConsentReceipt, EntryShown, Evidence};

use crate::data::Reader;
use crate::seal::Sealer;
use crate::store::history::without_ends;
use crate::store::journal::sqlite::read_entries;
use crate::store::life::due::head_note;
use crate::store::permission::evidence;
use crate::store::permission::sqlite::Question;

/// So many of a person's latest entries are searched for those of the consent.
const ENTRIES_SEARCHED: usize = 2_000;
/// Up to so many entries of the journal the proofs of inclusion are made here. A larger journal's take its auditor's tools.
const JOURNAL_MAX: u64 = 20_000;
/// So many entries are read at a time, so that nobody else waits long.
const AT_A_TIME: usize = 1_000;

/// The receipt of the consent behind a question.
///
/// # Errors
/// When the store cannot be read.
pub fn of(reader: &Reader, sealer: &Sealer, question: &Question) -> Result<ConsentReceipt, StoreError> {
    let consent = question.terms.consent;
    let history = reader.read(|store| without_ends(store, question.subject, ENTRIES_SEARCHED, sealer))?;
    let mut entries: Vec<Entry> = history
        .into_iter()
        .filter(|seen| seen.consent == Some(consent) && is_of_its_life(seen.kind))
        .map(|seen| seen.entry)
        .collect();
    entries.reverse();
    let was_given = entries.iter().any(|entry| entry.kind == Kind::ConsentGiven);
    let signature = reader.read(|store| evidence::of(store, consent))?;
    let evidence = match signature {
        Some((key, proof)) => Evidence::Signed(key, proof),
        None if was_given => Evidence::Reply,
        None => Evidence::Nothing,
    };
    let mut shown: Vec<EntryShown> = entries.iter().map(EntryShown::from).collect();
    include(reader, &mut shown)?;
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

/// Adds the proofs of inclusion under the latest checkpoint.
fn include(reader: &Reader, shown: &mut [EntryShown]) -> Result<(), StoreError> {
    let (size, checkpoint) = reader.read(head_note)?;
    if size > JOURNAL_MAX {
        return Ok(());
    }
    let mut tree = Growth::from(&Frontier::default());
    let mut from: Leaf = 0;
    while from < size {
        let left = usize::try_from(size - from).unwrap_or(AT_A_TIME);
        let chunk = reader.read(|store| read_entries(store, from, AT_A_TIME.min(left)))?;
        if chunk.is_empty() {
            return Ok(());
        }
        for entry in chunk {
            from = tree.push(entry.hash()).saturating_add(1);
        }
    }
    let mut paths: BTreeMap<Leaf, _> = BTreeMap::new();
    for entry in shown.iter() {
        paths.insert(entry.leaf, tree.inclusion(entry.leaf));
    }
    for entry in shown {
        let path = paths.remove(&entry.leaf).flatten();
        entry.inclusion = path.map(|path| (path, checkpoint.clone()));
    }
    Ok(())
}
