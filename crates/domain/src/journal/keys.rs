//! The journal's own keys: under which subjects are tagged, answers digested, codes derived, and checkpoints signed.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use super::tree::Hash;
use crate::id::{AskId, ConsentId};
use crate::subject::SubjectKey;

/// Why the journal's keys cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyError;

impl std::fmt::Display for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected a 32-byte Ed25519 seed, found something else")
    }
}

impl std::error::Error for KeyError {}

/// The keys of one journal.
pub struct Keys {
    origin: String,
    tags: Key,
    answers: Key,
    codes: Key,
    links: Key,
    heads: Key,
    signer: Ed25519KeyPair,
}

impl Keys {
    /// The keys for the journal named `origin`, from a master secret and an Ed25519 seed, 32 bytes each.
    ///
    /// # Errors
    /// When the seed is not one.
    pub fn new(origin: &str, master: &[u8; 32], seed: &[u8; 32]) -> Result<Self, KeyError> {
        let master = Key::new(HMAC_SHA256, master);
        let derive = |label: &str| Key::new(HMAC_SHA256, sign(&master, label.as_bytes()).as_ref());
        Ok(Self {
            origin: origin.to_owned(),
            tags: derive("wayleave subject tags"),
            answers: derive("wayleave answer digests"),
            codes: derive("wayleave reply codes"),
            links: derive("wayleave question links"),
            heads: derive("wayleave subject heads"),
            signer: Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError)?,
        })
    }

    /// The journal's name in its checkpoints.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The public key that checks the checkpoints.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(self.signer.public_key().as_ref());
        key
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.signer.sign(message).as_ref());
        signature
    }

    /// The public tag of a person's `n`-th entry. `closing` keeps the two entries of one question from bearing the same
    /// tag, so that a stranger cannot pair them.
    pub(super) fn tag(&self, subject: SubjectKey, n: u64, closing: bool) -> Hash {
        let own = Key::new(HMAC_SHA256, sign(&self.tags, &subject.to_bytes()).as_ref());
        let mut message = [0; 9];
        message[..8].copy_from_slice(&n.to_be_bytes());
        message[8] = u8::from(closing);
        bytes(&sign(&own, &message))
    }

    /// The tag of an entry that is about nobody, which looks like any other.
    pub(super) fn tag_of_nobody(&self, leaf: super::Leaf) -> Hash {
        bytes(&sign(&self.tags, &leaf.to_be_bytes()))
    }

    /// The name of a person in the head of their own entries: 16 bytes that say nothing else, and are in no entry.
    #[must_use]
    pub fn head_name(&self, subject: SubjectKey) -> [u8; 16] {
        let mut name = [0; 16];
        name.copy_from_slice(&bytes(&sign(&self.heads, &subject.to_bytes()))[..16]);
        name
    }

    /// The key under which one answer is digested; its recipient gets it with the receipt.
    pub(super) fn answer_key(&self, ask: AskId) -> Hash {
        bytes(&sign(&self.answers, &ask.to_bytes()))
    }

    /// The four digits that a reply to this question must carry.
    #[must_use]
    pub fn code(&self, consent: ConsentId) -> String {
        format!("{:04}", self.digits(b"", consent) % 10_000)
    }

    fn digits(&self, label: &[u8], consent: ConsentId) -> u64 {
        let mac = bytes(&sign(&self.codes, &[&consent.to_bytes()[..], label].concat()));
        let first = mac.iter().take(8);
        first.fold(0_u64, |value, byte| (value << 8) | u64::from(*byte))
    }

    /// The six digits that open this question on a page that its recipient sent the person to.
    #[must_use]
    pub fn page_code(&self, consent: ConsentId) -> String {
        format!("{:06}", self.digits(b"page", consent) % 1_000_000)
    }

    /// The 128 secret bits of the question's link.
    #[must_use]
    pub fn link(&self, consent: ConsentId) -> [u8; 16] {
        let mut link = [0; 16];
        link.copy_from_slice(&bytes(&sign(&self.links, &consent.to_bytes()))[..16]);
        link
    }
}

fn bytes(tag: &aws_lc_rs::hmac::Tag) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(tag.as_ref());
    hash
}

/// HMAC-SHA-256, for a digest or a commitment under `key`.
#[must_use]
pub fn mac(key: &[u8], message: &[u8]) -> Hash {
    bytes(&sign(&Key::new(HMAC_SHA256, key), message))
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.origin)
    }
}
