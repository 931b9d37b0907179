//! Checkpoints: the journal's name, size and root as a C2SP signed note with an Ed25519 signature.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::keys::Keys;
use super::tree::{Hash, sha256};

/// The algorithm byte of an Ed25519 note key (C2SP signed-note).
const ED25519_NOTE: u8 = 1;

/// A checkpoint whose signature was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The journal's name.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A key that checks notes: `<name>+<key id>+<base64 of algorithm and key>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifierKey {
    name: String,
    key: [u8; 32],
}

/// Why a note was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum NoteError {
    /// The text has another form; says which part.
    Malformed(&'static str),
    /// No signature of the expected key.
    NoSignature,
    /// The signature does not match.
    BadSignature,
}

impl std::fmt::Display for NoteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "expected a signed note, found a malformed {what}"),
            Self::NoSignature => f.write_str("expected a signature by the journal's key, found none"),
            Self::BadSignature => f.write_str("expected a signature that matches the checkpoint, found another"),
        }
    }
}

impl std::error::Error for NoteError {}

fn key_id(name: &str, key: &[u8; 32]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[ED25519_NOTE], key]);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The signed note for a tree.
#[must_use]
pub fn sign(keys: &Keys, size: u64, root: &Hash) -> String {
    let origin = keys.origin();
    let text = format!("{origin}\n{size}\n{}\n", STANDARD.encode(root));
    let signature = [&key_id(origin, &keys.public())[..], &keys.sign(text.as_bytes())].concat();
    format!("{text}\n— {origin} {}\n", STANDARD.encode(signature))
}

impl VerifierKey {
    /// The key of a journal.
    #[must_use]
    pub fn of(keys: &Keys) -> Self {
        Self {
            name: keys.origin().to_owned(),
            key: keys.public(),
        }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// When it is malformed, not Ed25519, or its key id belongs to another key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let malformed = || NoteError::Malformed("verifier key");
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = match (parts.next(), parts.next(), parts.next()) {
            (Some(name), Some(id), Some(key)) if !name.is_empty() => (name, id, key),
            _ => return Err(malformed()),
        };
        let bytes = STANDARD.decode(key).map_err(|_| malformed())?;
        let (ED25519_NOTE, key) = bytes.split_first().map(|(a, k)| (*a, k)).ok_or_else(malformed)? else {
            return Err(malformed());
        };
        let key: [u8; 32] = key.try_into().map_err(|_| malformed())?;
        if super::entry::hex(&key_id(name, &key)) != id {
            return Err(malformed());
        }
        Ok(Self {
            name: name.to_owned(),
            key,
        })
    }

    /// Checks a signed note and reads its checkpoint.
    ///
    /// # Errors
    /// When the note is malformed, lacks this key's signature, or the signature does not match.
    pub fn open(&self, note: &str) -> Result<Checkpoint, NoteError> {
        let (body, signatures) = note.split_once("\n\n").ok_or(NoteError::Malformed("note"))?;
        let text = format!("{body}\n");
        let prefix = format!("— {} ", self.name);
        let id = key_id(&self.name, &self.key);
        let signature = signatures
            .lines()
            .filter_map(|line| STANDARD.decode(line.strip_prefix(&prefix)?).ok())
            .find(|bytes| bytes.starts_with(&id))
            .ok_or(NoteError::NoSignature)?;
        UnparsedPublicKey::new(&ED25519, self.key)
            .verify(text.as_bytes(), signature.get(4..).unwrap_or_default())
            .map_err(|_| NoteError::BadSignature)?;
        parse_body(&text)
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = super::entry::hex(&key_id(&self.name, &self.key));
        let key = STANDARD.encode([&[ED25519_NOTE][..], &self.key].concat());
        write!(f, "{}+{id}+{key}", self.name)
    }
}

fn parse_body(text: &str) -> Result<Checkpoint, NoteError> {
    let mut lines = text.lines();
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
    Ok(Checkpoint {
        origin: origin.to_owned(),
        size: number,
        root,
    })
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
