//! Canaries: numbers that nobody may ask about. Nobody has agreed for them, so an ask about one is refused like any other;
//! but whoever asks cannot have a reason, and is suspended in the same transaction.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use crate::subject::SubjectKey;

/// The canaries of a gateway. Clones share them, so that they can be changed while the journal is open.
#[derive(Clone, Default)]
pub struct Canaries(Arc<RwLock<HashSet<SubjectKey>>>);

impl Canaries {
    /// Puts others in the place of those there are.
    pub fn set(&self, subjects: HashSet<SubjectKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = subjects;
    }

    /// Whether this is one.
    #[must_use]
    pub fn has(&self, subject: SubjectKey) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&subject)
    }
}

impl std::fmt::Debug for Canaries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canaries(…)")
    }
}
