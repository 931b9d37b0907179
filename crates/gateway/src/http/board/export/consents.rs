//! The receipt of each consent, as `wayleave consent verify` and `docs/auditing/consents.md` know it, with the way from each
//! of its entries to the signed head.

use std::collections::BTreeSet;

use domain::id::ConsentId;
use domain::journal::store::StoreError;
use serde_json::Value;
use wire::consent_receipt::ConsentReceipt;

use super::super::opened::Proofs;
use crate::context::Context;
use crate::receipts;
use crate::store::history::Seen;
use crate::store::permission::sqlite::{by_id, terms_of};

/// The receipts of the consents that these entries speak of, oldest first.
///
/// # Errors
/// When a row cannot be read or opened.
pub(super) fn of(context: &Context, seen: &[Seen]) -> Result<Vec<ConsentReceipt>, StoreError> {
    let ids: BTreeSet<ConsentId> = seen.iter().filter_map(|seen| seen.consent).collect();
    let mut kept = Vec::new();
    for id in ids {
        let question = context.reader.read(|store| match terms_of(store, id)? {
            Some(terms) => by_id(store, id, terms.recipient, &context.sealer),
            None => Ok(None),
        })?;
        if let Some(question) = question {
            kept.push(receipts::of(&context.proofs, &context.sealer, &question)?);
        }
    }
    Ok(kept)
}

/// A receipt as JSON, its entries proved as far as they are among those that are exported.
pub(super) fn print(mut receipt: ConsentReceipt, proofs: &Proofs) -> Value {
    for entry in &mut receipt.entries {
        if let Some(path) = proofs.paths.get(&entry.leaf) {
            entry.inclusion = Some((path.clone(), proofs.checkpoint.clone()));
        }
    }
    receipt.print()
}
