//! Entries of a person as they are handed to them: both parts, their salts, and the way to one signed head.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::entry::Entry;
use domain::journal::store::StoreError;
use domain::journal::tree::Hash;
use serde_json::{Value, json};

use super::head;
use super::session::Session;
use crate::context::Context;
use crate::journal::proofs::Walk;
use crate::store::history::Seen;

/// The way from each entry to one signed head.
pub(super) struct Proofs {
    /// The head.
    pub(super) checkpoint: String,
    /// The signed head of the person's own entries.
    pub(super) subject: String,
    /// The ways, by leaf.
    pub(super) paths: HashMap<u64, Vec<Hash>>,
}

impl Proofs {
    /// Proves these leaves under the journal's head.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn of(context: &Arc<Context>, session: &Session, leaves: Vec<u64>) -> Result<Self, StoreError> {
        let (asked, session) = (Arc::clone(context), session.clone());
        head::walk(context, move |walk| {
            let size = walk.size();
            Ok(Self {
                checkpoint: walk.note().to_owned(),
                subject: head::own_head(&asked, &session, walk)?,
                paths: paths(walk, leaves, size)?,
            })
        })
        .await
    }
}

/// The inclusion proofs of leaves under the first `size`.
///
/// # Errors
/// The store's.
pub(super) fn paths(
    walk: &mut Walk<'_>,
    leaves: impl IntoIterator<Item = u64>,
    size: u64,
) -> Result<HashMap<u64, Vec<Hash>>, StoreError> {
    let proven = |leaf| Ok((leaf, walk.inclusion(leaf, size)?));
    leaves.into_iter().map(proven).collect()
}

/// Every entry, and behind each ask its end.
pub(super) fn entries(seen: &[Seen]) -> impl Iterator<Item = &Entry> {
    seen.iter()
        .flat_map(|seen| std::iter::once(&seen.entry).chain(seen.end.as_ref().map(|end| &end.entry)))
}

/// An entry as JSON, with its inclusion proof from the leaf upward.
pub(super) fn shown(entry: &Entry, paths: &HashMap<u64, Vec<Hash>>) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let path = paths.get(&entry.leaf).map_or(&[][..], Vec::as_slice);
    json!({
        "leaf": entry.leaf,
        "tag": encode(&entry.tag),
        "party": {"text": entry.party.text, "salt": encode(&entry.party.salt)},
        "subject": {"text": entry.subject_part.text, "salt": encode(&entry.subject_part.salt)},
        "proof": path.iter().map(|hash| encode(hash)).collect::<Vec<_>>(),
    })
}
