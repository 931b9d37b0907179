//! The public tags, derived again from the key directory's own secret.

use domain::journal::Leaf;
use domain::journal::keys::mac;

/// Derives tags.
pub(super) struct Tags([u8; 32]);

impl Tags {
    /// From the journal's master secret.
    pub(super) fn new(journal_master: &[u8; 32]) -> Self {
        Self(mac(journal_master, b"wayleave subject tags"))
    }

    /// The tag of a person's entry with this number; the end of a question has one of its own.
    pub(super) fn of(&self, subject: [u8; 16], n: u64, is_end: bool) -> [u8; 32] {
        let message = [&n.to_be_bytes()[..], &[u8::from(is_end)]].concat();
        mac(&mac(&self.0, &subject), &message)
    }

    /// The tag of an entry about nobody.
    pub(super) fn of_nobody(&self, leaf: Leaf) -> [u8; 32] {
        mac(&self.0, &leaf.to_be_bytes())
    }
}
