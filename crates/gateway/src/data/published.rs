//! What this gateway published itself, in the folder that a static host serves: a checkpoint that is larger than the
//! journal, or that the journal does not continue, says that the store is an older copy or was rewritten.

use std::path::Path;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::store::StoreError;

use super::{Data, DataError};
use crate::journal::proofs::Proofs;
use crate::journal::publish::CHECKPOINT;

/// Holds the journal against the checkpoint that was published last. A folder without one, or with that of a journal before a
/// declared restore, says nothing.
///
/// # Errors
/// When the published checkpoint is beyond the journal, or beside it.
pub fn check(folder: &Path, data: &Data) -> Result<(), DataError> {
    let path = folder.join(CHECKPOINT);
    let note = match std::fs::read_to_string(&path) {
        Ok(note) => note,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(DataError::Io(path, error)),
    };
    let published = match VerifierKey::of(&data.questions).open(&note) {
        Ok(published) => published,
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the published checkpoint is not this journal's");
            return Ok(());
        }
    };
    let found = data.opened.entries;
    let who = || format!("whoever reads `{}`", folder.display());
    if published.size > found {
        return Err(DataError::Behind {
            who: who(),
            knows: published.size,
            found,
        });
    }
    let root = Proofs::open(&data.store)?.at_head(|walk| walk.root(published.size));
    match root {
        Ok(root) if root == published.root => Ok(()),
        Ok(_) => Err(DataError::Contradicted {
            who: who(),
            why: "the published root is another",
        }),
        Err(error) => Err(StoreError::Failed(error.to_string()).into()),
    }
}
