//! A proof of inclusion as a text that stands for itself (C2SP tlog-proof): the entry's place, the way up, the checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Leaf;
use super::checkpoint::{Checkpoint, NoteError, VerifierKey};
use super::proof::verify_inclusion;
use super::tree::Hash;

/// The first line of every such text.
const HEADING: &str = "c2sp.org/tlog-proof@v1";

/// A proof that was read, and not yet verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProofText {
    /// The entry's place.
    pub leaf: Leaf,
    /// The inclusion proof, from the leaf upward.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a proof is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum ProofTextError {
    /// It has another form; says which part.
    Malformed(&'static str),
    /// Its checkpoint was not accepted.
    Checkpoint(NoteError),
    /// It does not lead from the entry to the checkpoint's root.
    NotIncluded,
}

impl std::fmt::Display for ProofTextError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(part) => write!(
                f,
                "expected a proof as C2SP tlog-proof writes it, found a malformed {part}"
            ),
            Self::Checkpoint(error) => error.fmt(f),
            Self::NotIncluded => {
                f.write_str("expected a way from the entry to the checkpoint's root, found that it leads elsewhere")
            }
        }
    }
}

impl std::error::Error for ProofTextError {}

/// The text of a proof.
#[must_use]
pub fn write(leaf: Leaf, path: &[Hash], checkpoint: &str) -> String {
    let mut text = format!("{HEADING}\nindex {leaf}\n");
    for hash in path {
        STANDARD.encode_string(hash, &mut text);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(checkpoint);
    text
}

impl ProofText {
    /// Reads a text as [`write()`] makes it: without the extra data that the specification allows, which nothing vouches for.
    ///
    /// # Errors
    /// Names the part that is malformed.
    pub fn parse(text: &str) -> Result<Self, ProofTextError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofTextError::Malformed("text"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADING) {
            return Err(ProofTextError::Malformed("heading"));
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let leaf = index
            .and_then(|index| index.parse().ok())
            .ok_or(ProofTextError::Malformed("index"))?;
        let hash = |line| STANDARD.decode(line).ok()?.try_into().ok();
        let path = lines
            .map(hash)
            .collect::<Option<Vec<Hash>>>()
            .ok_or(ProofTextError::Malformed("hash"))?;
        let proof = Self {
            leaf,
            path,
            checkpoint: checkpoint.to_owned(),
        };
        if write(leaf, &proof.path, checkpoint) == text {
            Ok(proof)
        } else {
            Err(ProofTextError::Malformed("number"))
        }
    }

    /// Checks that `entry` is the hash of the entry in this place of the journal that `key` signs for.
    ///
    /// # Errors
    /// Says which step failed.
    pub fn verify(&self, entry: &Hash, key: &VerifierKey) -> Result<Checkpoint, ProofTextError> {
        let checkpoint = key.open(&self.checkpoint).map_err(ProofTextError::Checkpoint)?;
        if verify_inclusion(entry, self.leaf, checkpoint.size, &self.path, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(ProofTextError::NotIncluded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::checkpoint::sign;
    use crate::journal::keys::Keys;
    use crate::journal::tree::{Frontier, Growth, leaf_hash};

    #[test]
    fn a_proof_is_read_as_written_and_no_byte_of_it_can_change() {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        let key = VerifierKey::of(&keys);
        let leaves: Vec<Hash> = (0_u64..5).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
        let mut tree = Growth::from(&Frontier::default());
        for leaf in &leaves {
            tree.push(*leaf);
        }
        let note = sign(&keys, 5, &tree.after().root());
        for (index, entry) in (0..).zip(&leaves) {
            let text = write(index, &tree.inclusion(index).expect("added"), &note);
            let proof = ProofText::parse(&text).expect("as written");
            assert_eq!(proof.verify(entry, &key).map(|checkpoint| checkpoint.size), Ok(5));
            assert_eq!(proof.verify(&[9; 32], &key), Err(ProofTextError::NotIncluded));
            for at in 0..text.len() {
                let mut altered = text.clone().into_bytes();
                altered[at] ^= 1 << (at % 7);
                let good = String::from_utf8(altered).ok().and_then(|text| {
                    let proof = ProofText::parse(&text).ok()?;
                    proof.verify(entry, &key).ok()
                });
                assert_eq!(good, None, "byte {at}");
            }
        }
    }
}
