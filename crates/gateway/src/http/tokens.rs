//! Tokens that were verified lately, so that a busy client's signature is checked once and not with every request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::journal::tree::{Hash, sha256};
use domain::time::Timestamp;
use wire::jose::access_token::{AccessToken, Bound};

/// So many tokens are kept; when there are more, all are forgotten and verified anew.
const KNOWN_MAX: usize = 10_000;

/// The tokens, by a hash of their text.
#[derive(Debug, Default)]
pub struct KnownTokens(Mutex<HashMap<Hash, Arc<AccessToken>>>);

impl KnownTokens {
    /// The token with this text, if it was verified and has not expired.
    #[must_use]
    pub fn find(&self, text: &str, now: Timestamp) -> Option<Arc<AccessToken>> {
        // Hashed before the lock is taken, which every request waits for.
        let hash = sha256(&[text.as_bytes()]);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&hash).filter(|token| token.expires > now).cloned()
    }

    /// The client that holds a key or a certificate, if one of its own tokens was used lately.
    #[must_use]
    pub fn holder(&self, bound: Bound, now: Timestamp) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = |token: &&Arc<AccessToken>| token.bound == Some(bound) && token.expires > now;
        known.values().find(own).map(|token| token.client_id.clone())
    }

    /// Forgets all: the keys changed, and each token is held against the new ones.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps a verified token.
    pub fn keep(&self, text: &str, token: &Arc<AccessToken>) {
        let hash = sha256(&[text.as_bytes()]);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(hash, Arc::clone(token));
    }
}
