//! One entry, in two parts: what the party may read, and what the subject may read besides. Each part has its own salt
//! and commitment; the tree holds a tag and the two commitments, nothing else.

use std::fmt::Write as _;

use serde_json::Value;

use super::Leaf;
use super::keys::{Keys, mac};
pub use super::kind::Kind;
use super::tree::{Hash, leaf_hash};
use crate::subject::SubjectKey;
use crate::time::Timestamp;

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// Reads as many bytes of hexadecimal; `None` for another length or another character.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The hexadecimal digit of a number below 16.
const fn digit(nibble: u8) -> char {
    (if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }) as char
}

/// Adds a JSON string as RFC 8785 §3.2.2.2 writes it: only quotes, backslashes and controls are escaped. Written by hand,
/// since an entry is little else than texts.
fn push_text(json: &mut String, value: &str) {
    json.push('"');
    let mut rest = value;
    while let Some(at) = rest
        .bytes()
        .position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'))
    {
        // What is escaped is ASCII, so that the text can be cut on both sides of it.
        let (plain, from) = rest.split_at(at);
        json.push_str(plain);
        let Some(special) = from.chars().next() else { break };
        match special {
            '"' | '\\' => json.extend(['\\', special]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            control => {
                json.push_str("\\u00");
                json.push_str(&hex(&[u8::try_from(control).unwrap_or_default()]));
            }
        }
        rest = from.get(1..).unwrap_or_default();
    }
    json.push_str(rest);
    json.push('"');
}

/// Writes one JSON object in canonical form (RFC 8785): no white space, whole numbers, keys in the order in which they
/// are added, which a test holds to be the sorted one.
#[derive(Debug)]
pub struct Object(String);

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

impl Object {
    /// An empty object.
    #[must_use]
    pub fn new() -> Self {
        // An entry's party part takes about 500 bytes; a string that grows step by step is moved each time.
        let mut text = String::with_capacity(512);
        text.push('{');
        Self(text)
    }

    fn key(&mut self, key: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        push_text(&mut self.0, value);
        self
    }

    /// Adds a text as it shows itself, which must hold nothing that JSON escapes: an id.
    #[must_use]
    pub fn shown(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        self.key(key);
        self.0.push('"');
        // Writing to a string never fails.
        let _ = write!(self.0, "{value}");
        self.0.push('"');
        self
    }

    /// Adds a text, or null.
    #[must_use]
    pub fn text_or_null(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(key, value),
            None => self.raw(key, "null"),
        }
    }

    /// Adds a whole number.
    #[must_use]
    pub fn number(mut self, key: &str, value: u64) -> Self {
        self.key(key);
        // Writing to a string never fails.
        let _ = write!(self.0, "{value}");
        self
    }

    /// Adds a whole number, or null.
    #[must_use]
    pub fn number_or_null(self, key: &str, value: Option<u64>) -> Self {
        match value {
            Some(value) => self.number(key, value),
            None => self.raw(key, "null"),
        }
    }

    /// Adds what is canonical JSON already.
    #[must_use]
    pub fn raw(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        self.0.push_str(value);
        self
    }

    /// The finished text.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A part of an entry with the salt of its commitment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Sixteen bytes of chance.
    pub salt: [u8; 16],
    /// Canonical JSON.
    pub text: String,
}

impl Part {
    /// What stands in the tree for this part: HMAC-SHA-256 of the text under the salt.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        mac(&self.salt, self.text.as_bytes())
    }
}

/// An entry as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its place.
    pub leaf: Leaf,
    /// What it records.
    pub kind: Kind,
    /// When it was recorded.
    pub at: Timestamp,
    /// Whom it is about.
    pub subject: Option<SubjectKey>,
    /// The same person's entry before it.
    pub previous: Option<Leaf>,
    /// The *asked* entry that it ends.
    pub closes: Option<Leaf>,
    /// What the tree shows of whom it is about.
    pub tag: Hash,
    /// What the party may read.
    pub party: Part,
    /// What the subject may read besides.
    pub subject_part: Part,
}

impl Entry {
    /// The public leaf: tag and the two commitments.
    #[must_use]
    pub fn public_leaf(&self) -> [u8; 96] {
        public_leaf(&self.tag, &self.party.commitment(), &self.subject_part.commitment())
    }

    /// Whether the columns that stand beside the two parts say what the parts say, and the tag is this person's. The tree
    /// holds the parts and the tag; whoever alters a column alone is found here.
    #[must_use]
    pub fn agrees(&self, keys: &Keys) -> bool {
        let (Ok(party), Ok(own)) = (
            serde_json::from_str::<Value>(&self.party.text),
            serde_json::from_str::<Value>(&self.subject_part.text),
        ) else {
            return false;
        };
        let text = |key| party.get(key).and_then(Value::as_str);
        let asked = party.get("asked").and_then(Value::as_u64);
        let tag = match (self.subject, own.get("n").and_then(Value::as_u64)) {
            (Some(subject), Some(n)) => keys.tag(subject, n, self.closes.is_some()),
            (None, None) => keys.tag_of_nobody(self.leaf),
            _ => return false,
        };
        text("kind") == Some(self.kind.word())
            && text("at") == Some(&self.at.rfc3339())
            && asked == self.closes
            && tag == self.tag
    }

    /// The leaf's hash in the tree.
    #[must_use]
    pub fn hash(&self) -> Hash {
        leaf_hash(&self.public_leaf())
    }
}

/// Tag and the two commitments, one after the other.
#[must_use]
pub fn public_leaf(tag: &Hash, party: &Hash, subject: &Hash) -> [u8; 96] {
    let mut leaf = [0; 96];
    leaf[..32].copy_from_slice(tag);
    leaf[32..64].copy_from_slice(party);
    leaf[64..].copy_from_slice(subject);
    leaf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_everybody_does() {
        let controls: String = (0..0x300).filter_map(char::from_u32).collect();
        for text in [
            "",
            "plain",
            "\"",
            "a\\b\"c\n",
            "Größe – 名",
            "\u{1f4cd}\u{7}",
            &controls,
        ] {
            let whole = Object::new().text("key", text).finish();
            assert_eq!(whole, serde_json::json!({"key": text}).to_string());
        }
        assert_eq!(hex(&[0, 9, 10, 0x5f, 255]), "00090a5fff");
    }
}
