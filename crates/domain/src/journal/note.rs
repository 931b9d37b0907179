//! Signed notes (C2SP signed-note): a text, an empty line, and a line for each key that signed it. Any number of keys may
//! sign one note; a reader looks only at those that it knows.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::entry::hex;
use super::tree::sha256;

/// The largest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 128 << 10;
/// The most signatures of a note that is read. The specification wants at least 16.
pub const SIGNATURES_MAX: usize = 32;

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

/// A note, read to the letter. That it was read says nothing about who signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note over `text` with one signature.
    ///
    /// # Errors
    /// When the text is empty, does not end in a newline, or has a control character.
    pub fn new(text: &str, signature: NoteSignature) -> Result<Self, NoteError> {
        check_text(text)?;
        Ok(Self {
            text: text.to_owned(),
            signatures: vec![signature],
        })
    }

    /// Reads a note.
    ///
    /// # Errors
    /// Names the part that is malformed or too large.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Malformed("length"));
        }
        // The text may have empty lines of its own: it ends at the last one.
        let at = note.rfind("\n\n").ok_or(NoteError::Malformed("note"))?;
        let (text, signatures) = note.split_at(at + 1);
        check_text(text)?;
        let signatures = NoteSignature::parse_lines(signatures.strip_prefix('\n').unwrap_or_default())?;
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The text, with its last newline: what is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every signature, whoever it is of.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature, in the place of an older one of the same key.
    ///
    /// # Errors
    /// When the note would have more than are read.
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        self.signatures.retain(|old| !old.is_of_the_key_of(&signature));
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::Malformed("number of signatures"));
        }
        self.signatures.push(signature);
        Ok(())
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| write!(f, "{signature}"))
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    let control = |c: char| c < ' ' && c != '\n';
    if text.ends_with('\n') && text != "\n" && !text.chars().any(control) {
        Ok(())
    } else {
        Err(NoteError::Malformed("text"))
    }
}

/// One signature line: who says to have signed, with which key, and the bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteSignature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl NoteSignature {
    pub(super) fn new(key: &NoteKey, bytes: Vec<u8>) -> Self {
        Self {
            name: key.name.clone(),
            id: key.id(),
            bytes,
        }
    }

    /// Reads signature lines, at least one, each with its newline: the end of a note, or what a witness answers.
    ///
    /// # Errors
    /// Names the part that is malformed, or of which there is too much.
    pub fn parse_lines(lines: &str) -> Result<Vec<Self>, NoteError> {
        let whole = lines.strip_suffix('\n').ok_or(NoteError::Malformed("signature line"))?;
        if whole.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::Malformed("number of signatures"));
        }
        whole.split('\n').map(Self::parse).collect()
    }

    fn parse(line: &str) -> Result<Self, NoteError> {
        let malformed = || NoteError::Malformed("signature line");
        let (name, encoded) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or_else(malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| malformed())?;
        match bytes.split_first_chunk() {
            Some((id, rest)) if is_name(name) && !rest.is_empty() => Ok(Self {
                name: name.to_owned(),
                id: *id,
                bytes: rest.to_vec(),
            }),
            _ => Err(malformed()),
        }
    }

    /// The name of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn is_of_the_key_of(&self, other: &Self) -> bool {
        self.name == other.name && self.id == other.id
    }
}

/// The line, with its newline.
impl std::fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = [&self.id[..], &self.bytes].concat();
        writeln!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

/// What a key's signatures are made over: the type byte of its text form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// The text itself, with Ed25519 (C2SP signed-note): the keys of logs.
    Text,
    /// The text and the time, with Ed25519 (C2SP tlog-cosignature): the keys of witnesses.
    Cosignature,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Text => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A key that checks notes. Its text form is `<name>+<key id>+<base64 of type and key>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteKey {
    name: String,
    kind: KeyKind,
    key: [u8; 32],
}

impl NoteKey {
    /// A key under a name.
    ///
    /// # Errors
    /// When the name is empty or has a space or a plus sign.
    pub fn new(name: &str, kind: KeyKind, key: [u8; 32]) -> Result<Self, NoteError> {
        if !is_name(name) {
            return Err(NoteError::Malformed("name of a key"));
        }
        Ok(Self::unchecked(name, kind, key))
    }

    /// A key under the name of a journal, which the configuration made sure of.
    pub(super) fn unchecked(name: &str, kind: KeyKind, key: [u8; 32]) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            key,
        }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// When it is malformed, of a type that is not known here, or its key id belongs to another key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let malformed = || NoteError::Malformed("verifier key");
        let (name, rest) = text.trim().split_once('+').ok_or_else(malformed)?;
        let (id, encoded) = rest.split_once('+').ok_or_else(malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| malformed())?;
        let (kind, key) = match bytes.split_first() {
            Some((0x01, key)) => (KeyKind::Text, key),
            Some((0x04, key)) => (KeyKind::Cosignature, key),
            _ => return Err(malformed()),
        };
        let found = Self::new(name, kind, key.try_into().map_err(|_| malformed())?).map_err(|_| malformed())?;
        if hex(&found.id()) == id {
            Ok(found)
        } else {
            Err(malformed())
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures are made over.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.kind.byte()], &self.key]);
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The signatures of a note that say they are of this key. Others are none of its business.
    pub(super) fn own<'a>(&'a self, note: &'a Note) -> impl Iterator<Item = &'a NoteSignature> {
        let id = self.id();
        note.signatures
            .iter()
            .filter(move |found| found.name == self.name && found.id == id)
    }

    /// Checks one Ed25519 signature.
    pub(super) fn check(&self, message: &[u8], signature: &[u8]) -> Result<(), NoteError> {
        UnparsedPublicKey::new(&ED25519, self.key)
            .verify(message, signature)
            .map_err(|_| NoteError::BadSignature)
    }
}

impl std::fmt::Display for NoteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = STANDARD.encode([&[self.kind.byte()][..], &self.key].concat());
        write!(f, "{}+{}+{key}", self.name, hex(&self.id()))
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c < ' ')
}

#[cfg(test)]
mod tests;
