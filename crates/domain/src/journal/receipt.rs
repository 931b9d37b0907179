//! The gateway's signed proof that an entry is in the journal: the party's part opened, and the way to a checkpoint.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Leaf;
use super::checkpoint::{Checkpoint, NoteError, VerifierKey};
use super::entry::{Entry, Object, Part, hex, public_leaf};
use super::keys::mac;
use super::proof::verify_inclusion;
use super::tree::{Hash, leaf_hash};

/// A receipt for one entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The entry's place.
    pub leaf: Leaf,
    /// The part that the party may read.
    pub party: Part,
    /// The entry's tag.
    pub tag: Hash,
    /// The commitment of the part that it may not read.
    pub subject: Hash,
    /// The inclusion proof, from the leaf upward.
    pub proof: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: Arc<str>,
    /// The key of the answer's digest, for its recipient.
    pub answer_key: Option<Hash>,
}

/// Why a receipt was not accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum ReceiptError {
    /// It has another form; says which field.
    Malformed(&'static str),
    /// Its checkpoint was not accepted.
    Checkpoint(NoteError),
    /// The proof does not lead from the entry to the checkpoint's root.
    NotIncluded,
}

impl std::fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(field) => write!(f, "expected a receipt, found none or a malformed `{field}`"),
            Self::Checkpoint(error) => error.fmt(f),
            Self::NotIncluded => {
                f.write_str("expected an entry under the checkpoint's root, found that the proof leads elsewhere")
            }
        }
    }
}

impl std::error::Error for ReceiptError {}

impl Receipt {
    /// `subject` is the commitment of the entry's subject part.
    pub(super) fn new(
        entry: &Entry,
        subject: Hash,
        proof: Vec<Hash>,
        checkpoint: Arc<str>,
        answer_key: Option<Hash>,
    ) -> Self {
        Self {
            leaf: entry.leaf,
            party: entry.party.clone(),
            tag: entry.tag,
            subject,
            proof,
            checkpoint,
            answer_key,
        }
    }

    /// The receipt as one line of JSON. Hashes and salts are base64url; `party` is the exact text that is committed to.
    #[must_use]
    pub fn to_json(&self) -> String {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut proof = String::with_capacity(2 + self.proof.len() * 46);
        for hash in &self.proof {
            proof.push_str(if proof.is_empty() { "[\"" } else { "\",\"" });
            URL_SAFE_NO_PAD.encode_string(hash, &mut proof);
        }
        proof.push_str(if proof.is_empty() { "[]" } else { "\"]" });
        Object::new()
            .text_or_null("answerKey", self.answer_key.as_ref().map(|key| encode(key)).as_deref())
            .text("checkpoint", &self.checkpoint)
            .number("leaf", self.leaf)
            .text("party", &self.party.text)
            .raw("proof", &proof)
            .text("salt", &encode(&self.party.salt))
            .text("subject", &encode(&self.subject))
            .text("tag", &encode(&self.tag))
            .number("v", 1)
            .finish()
    }

    /// Reads the JSON form, to the letter: whatever [`Receipt::to_json`] would not have written is refused, so that no two
    /// readers can understand one receipt differently.
    ///
    /// # Errors
    /// Names the field that is missing or malformed.
    pub fn from_json(text: &str) -> Result<Self, ReceiptError> {
        let value: Value = serde_json::from_str(text).map_err(|_| ReceiptError::Malformed("JSON"))?;
        let string = |field: &'static str| {
            value
                .get(field)
                .and_then(Value::as_str)
                .ok_or(ReceiptError::Malformed(field))
        };
        let proof = value
            .get("proof")
            .and_then(Value::as_array)
            .ok_or(ReceiptError::Malformed("proof"))?;
        let receipt = Self {
            leaf: value
                .get("leaf")
                .and_then(Value::as_u64)
                .ok_or(ReceiptError::Malformed("leaf"))?,
            party: Part {
                salt: decode(string("salt")?, "salt")?,
                text: string("party")?.to_owned(),
            },
            tag: decode(string("tag")?, "tag")?,
            subject: decode(string("subject")?, "subject")?,
            proof: proof
                .iter()
                .map(|hash| decode(hash.as_str().ok_or(ReceiptError::Malformed("proof"))?, "proof"))
                .collect::<Result<_, _>>()?,
            checkpoint: string("checkpoint")?.into(),
            answer_key: string("answerKey")
                .ok()
                .map(|key| decode(key, "answerKey"))
                .transpose()?,
        };
        if receipt.to_json() == text.trim_end() {
            Ok(receipt)
        } else {
            Err(ReceiptError::Malformed("canonical form"))
        }
    }

    /// Whether the entry was made for this answer, given in its canonical form ([`crate::minimise::canonical`]): its keyed
    /// digest stands in the party's part.
    #[must_use]
    pub fn is_for(&self, canonical_answer: &str) -> bool {
        let party: Option<Value> = serde_json::from_str(&self.party.text).ok();
        let digest = party.as_ref().and_then(|party| party.get("answer")?.as_str());
        let wanted = self.answer_key.map(|key| hex(&mac(&key, canonical_answer.as_bytes())));
        wanted.is_some() && wanted.as_deref() == digest
    }

    /// Checks that the entry is in the journal that `key` signs for.
    ///
    /// # Errors
    /// Says which step failed.
    pub fn verify(&self, key: &VerifierKey) -> Result<Checkpoint, ReceiptError> {
        let checkpoint = key.open(&self.checkpoint).map_err(ReceiptError::Checkpoint)?;
        let leaf = leaf_hash(&public_leaf(&self.tag, &self.party.commitment(), &self.subject));
        if verify_inclusion(&leaf, self.leaf, checkpoint.size, &self.proof, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(ReceiptError::NotIncluded)
        }
    }
}

/// Decodes base64url without padding.
fn decode<const N: usize>(text: &str, field: &'static str) -> Result<[u8; N], ReceiptError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(ReceiptError::Malformed(field))
}
