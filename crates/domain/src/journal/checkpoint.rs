//! Checkpoints: the journal's name, size and root as a C2SP signed note with an Ed25519 signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::keys::Keys;
use super::note::{KeyKind, Note, NoteKey, NoteSignature};
use super::tree::Hash;

pub use super::note::NoteError;

/// A journal's name, size and root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The journal's name.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a note as a checkpoint (C2SP tlog-checkpoint). Nothing was checked about who signed it. Lines of
    /// extensions are left alone.
    ///
    /// # Errors
    /// Names the line that is malformed.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.strip_suffix('\n').ok_or(NoteError::Malformed("text"))?.split('\n');
        let origin = lines
            .next()
            .filter(|line| !line.is_empty())
            .ok_or(NoteError::Malformed("origin"))?;
        let size = lines.next().ok_or(NoteError::Malformed("size"))?;
        let number: u64 = size.parse().map_err(|_| NoteError::Malformed("size"))?;
        if number.to_string() != size {
            return Err(NoteError::Malformed("size"));
        }
        let root = lines
            .next()
            .and_then(|line| STANDARD.decode(line).ok())
            .ok_or(NoteError::Malformed("root"))?;
        let root = root.try_into().map_err(|_| NoteError::Malformed("root"))?;
        if lines.any(str::is_empty) {
            return Err(NoteError::Malformed("extension line"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size: number,
            root,
        })
    }

    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }
}

/// The signed note for a tree.
#[must_use]
pub fn sign(keys: &Keys, size: u64, root: &Hash) -> String {
    let checkpoint = Checkpoint {
        origin: keys.origin().to_owned(),
        size,
        root: *root,
    };
    signed(keys, &checkpoint.text())
}

/// Any text of the journal's as a signed note. Its first line says what it is: whoever reads a checkpoint takes nothing
/// else for one.
pub(super) fn signed(keys: &Keys, text: &str) -> String {
    let line = NoteSignature::new(&VerifierKey::of(keys).0, keys.sign(text.as_bytes()).to_vec());
    format!("{text}\n{line}")
}

/// A key that checks a journal's checkpoints: `<name>+<key id>+<base64 of type and key>`, of type 0x01.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifierKey(NoteKey);

impl VerifierKey {
    /// The key of a journal.
    #[must_use]
    pub fn of(keys: &Keys) -> Self {
        Self(NoteKey::unchecked(keys.origin(), KeyKind::Text, keys.public()))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// When it is malformed, not of a journal, or its key id belongs to another key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let key = NoteKey::parse(text)?;
        match key.kind() {
            KeyKind::Text => Ok(Self(key)),
            KeyKind::Cosignature => Err(NoteError::Malformed(
                "verifier key: this one cosigns, as a witness does",
            )),
        }
    }

    /// The name of the key, which is that of the journal.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Checks a signed note and reads its checkpoint.
    ///
    /// # Errors
    /// When the note is malformed, lacks this key's signature, or the signature does not match.
    pub fn open(&self, note: &str) -> Result<Checkpoint, NoteError> {
        self.checkpoint(&Note::parse(note)?)
    }

    /// Checks a note that was read already, and reads its checkpoint.
    ///
    /// # Errors
    /// As [`VerifierKey::open`].
    pub fn checkpoint(&self, note: &Note) -> Result<Checkpoint, NoteError> {
        self.only(note)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        // The same key signs statements of other names, which must never pass for the journal's head.
        if checkpoint.origin == self.name() {
            Ok(checkpoint)
        } else {
            Err(NoteError::Malformed("origin"))
        }
    }

    /// The text of a signed note, once this key's signature of it was checked.
    pub(super) fn opened(&self, note: &str) -> Result<String, NoteError> {
        Ok(self.only(&Note::parse(note)?)?.text().to_owned())
    }

    /// The same note with this key's signature alone.
    ///
    /// # Errors
    /// When the key did not sign it, or any signature that says it is of this key does not match.
    pub fn only(&self, note: &Note) -> Result<Note, NoteError> {
        let mut found = Err(NoteError::NoSignature);
        for signature in self.0.own(note) {
            self.0.check(note.text().as_bytes(), signature.bytes())?;
            found = Note::new(note.text(), signature.clone());
        }
        found
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_opens_with_its_key_only() {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        let other = Keys::new("gateway.example.com/journal", &[1; 32], &[3; 32]).expect("keys");
        let note = sign(&keys, 7, &[9; 32]);
        let key = VerifierKey::parse(&VerifierKey::of(&keys).to_string()).expect("round trip");
        assert_eq!(key.open(&note).map(|c| (c.size, c.root)), Ok((7, [9; 32])));
        assert_eq!(VerifierKey::of(&other).open(&note), Err(NoteError::NoSignature));
        assert_eq!(
            key.open(&note.replacen("\n7\n", "\n8\n", 1)),
            Err(NoteError::BadSignature)
        );
    }
}
