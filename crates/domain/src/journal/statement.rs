//! What the journal's key signs besides checkpoints: the head of one person's own entries, and the hash of a document
//! that anybody may read. Both are C2SP signed notes whose first line names something under the journal's origin, so that
//! none of them passes for a checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checkpoint::{NoteError, VerifierKey, signed};
use super::entry::hex;
use super::keys::Keys;
use super::tree::{Hash, sha256};
use crate::subject::SubjectKey;

/// The head of one person's own entries, numbered 1 to `size`: a tree of their own (RFC 6962 §2.1) over the hashes of
/// their leaves. With it a person who holds all entries from `from` on knows that none is missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubjectHead {
    /// The person's name in it, 32 hexadecimal digits.
    pub id: String,
    /// How many entries bear the person's count: the highest number.
    pub size: u64,
    /// The first number that the root covers. Those before it were erased.
    pub from: u64,
    /// The root over the leaves from `from` to `size`.
    pub root: Hash,
}

impl SubjectHead {
    /// The head of this person's entries.
    #[must_use]
    pub fn new(keys: &Keys, subject: SubjectKey, (from, size): (u64, u64), root: Hash) -> Self {
        Self {
            id: hex(&keys.head_name(subject)),
            size,
            from,
            root,
        }
    }

    /// The head as a signed note: a checkpoint in form, under a name of its own. The extension line `from N` is there
    /// when the first entries were erased.
    #[must_use]
    pub fn sign(&self, keys: &Keys) -> String {
        signed(keys, &self.text(keys.origin()))
    }

    fn text(&self, origin: &str) -> String {
        let root = STANDARD.encode(self.root);
        let mut text = format!("{origin}/subject/{}\n{}\n{root}\n", self.id, self.size);
        if self.from != 1 {
            text.push_str(&format!("from {}\n", self.from));
        }
        text
    }

    /// Reads a signed head, to the letter.
    ///
    /// # Errors
    /// When it is malformed or not signed by this key.
    pub fn open(key: &VerifierKey, note: &str) -> Result<Self, NoteError> {
        let text = key.opened(note)?;
        let malformed = || NoteError::Malformed("head of a person's entries");
        let mut lines = text.lines();
        let prefix = format!("{}/subject/", key.name());
        let id = lines.next().and_then(|line| line.strip_prefix(&prefix));
        let size = lines.next().and_then(|line| line.parse().ok());
        let root = lines
            .next()
            .and_then(|line| STANDARD.decode(line).ok()?.try_into().ok());
        let from = match lines.next() {
            None => Some(1),
            Some(line) => line.strip_prefix("from ").and_then(|from| from.parse().ok()),
        };
        let (Some(id), Some(size), Some(root), Some(from)) = (id, size, root, from) else {
            return Err(malformed());
        };
        let head = Self {
            id: id.to_owned(),
            size,
            from,
            root,
        };
        if head.text(key.name()) == text {
            Ok(head)
        } else {
            Err(malformed())
        }
    }
}

/// The signed note over a document: its name under the journal's origin, and its SHA-256 in base64.
#[must_use]
pub fn sign_document(keys: &Keys, name: &str, document: &[u8]) -> String {
    sign_hash(keys, name, &sha256(&[document]))
}

/// The same over a document of which only the SHA-256 is at hand, since it was never in memory as a whole.
#[must_use]
pub fn sign_hash(keys: &Keys, name: &str, sha256: &Hash) -> String {
    signed(keys, &document_text(keys.origin(), name, sha256))
}

fn document_text(origin: &str, name: &str, sha256: &Hash) -> String {
    format!("{origin}/{name}\n{}\n", STANDARD.encode(sha256))
}

/// Checks the signed note over a document.
///
/// # Errors
/// When it is not signed by this key, or is about another document or name.
pub fn open_document(key: &VerifierKey, note: &str, name: &str, document: &[u8]) -> Result<(), NoteError> {
    open_hash(key, note, name, &sha256(&[document]))
}

/// The same by the document's SHA-256.
///
/// # Errors
/// As [`open_document`].
pub fn open_hash(key: &VerifierKey, note: &str, name: &str, sha256: &Hash) -> Result<(), NoteError> {
    if key.opened(note)? == document_text(key.name(), name, sha256) {
        Ok(())
    } else {
        Err(NoteError::Malformed("name or hash of the document"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys")
    }

    #[test]
    fn a_head_is_read_back_and_is_no_checkpoint() {
        let keys = keys();
        let key = VerifierKey::of(&keys);
        let subject = SubjectKey::from_bytes([7; 16]);
        for from in [1, 4] {
            let head = SubjectHead::new(&keys, subject, (from, 9), [3; 32]);
            let note = head.sign(&keys);
            assert_eq!(SubjectHead::open(&key, &note), Ok(head));
            assert_eq!(key.open(&note), Err(NoteError::Malformed("origin")));
            assert_eq!(note.contains("\nfrom 4\n"), from == 4, "{note}");
            let more = note.replacen("\n9\n", "\n8\n", 1);
            assert_eq!(SubjectHead::open(&key, &more), Err(NoteError::BadSignature));
        }
        let checkpoint = super::super::checkpoint::sign(&keys, 9, &[3; 32]);
        assert!(SubjectHead::open(&key, &checkpoint).is_err());
    }

    #[test]
    fn two_people_have_two_names() {
        let keys = keys();
        let name = |byte| keys.head_name(SubjectKey::from_bytes([byte; 16]));
        assert_ne!(name(1), name(2));
        assert_eq!(name(1), name(1));
    }

    #[test]
    fn a_document_has_one_name_and_one_content() {
        let keys = keys();
        let key = VerifierKey::of(&keys);
        let note = sign_document(&keys, "counts/2026-11-22", b"{}");
        assert_eq!(open_document(&key, &note, "counts/2026-11-22", b"{}"), Ok(()));
        assert!(open_document(&key, &note, "counts/2026-11-22", b"{ }").is_err());
        assert!(open_document(&key, &note, "counts/2026-11-23", b"{}").is_err());
        assert!(key.open(&note).is_err());
    }
}
