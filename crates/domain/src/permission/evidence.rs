//! What proves that a consent came from the subscriber's side, weakest grade first.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use super::terms::Terms;

/// How strong the evidence is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// The number's own text reply carried this question's code.
    SmsReply,
    /// The link texted to the number was opened, and the terms were signed by a key that the phone's browser made.
    HandsetLink,
}

impl Grade {
    /// The word that the journal and the policy use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SmsReply => "sms-reply",
            Self::HandsetLink => "handset-link",
        }
    }

    /// The grade with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::SmsReply, Self::HandsetLink]
            .into_iter()
            .find(|grade| grade.word() == word)
    }
}

/// A P-256 public key: its two coordinates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandsetKey {
    /// The x coordinate, big-endian.
    pub x: [u8; 32],
    /// The y coordinate, big-endian.
    pub y: [u8; 32],
}

impl HandsetKey {
    /// The uncompressed point of SEC 1 §2.3.3.
    fn uncompressed(&self) -> Vec<u8> {
        [&[4_u8][..], &self.x, &self.y].concat()
    }
}

/// A signature of the terms by a phone's key, checked. Only [`Signed::verify`] makes one.
#[derive(Clone, Debug)]
#[must_use]
pub struct Signed {
    terms: Terms,
    key: HandsetKey,
    signature: [u8; 64],
}

impl Signed {
    /// Checks an ECDSA P-256 SHA-256 signature (`r ‖ s`, as WebCrypto gives it) over the canonical terms; `None` if it
    /// does not match.
    #[must_use]
    pub fn verify(terms: Terms, key: HandsetKey, signature: [u8; 64]) -> Option<Self> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.uncompressed())
            .verify(&terms.canonical(), &signature)
            .ok()
            .map(|()| Self { terms, key, signature })
    }

    /// What was signed.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The key that signed.
    #[must_use]
    pub const fn key(&self) -> &HandsetKey {
        &self.key
    }

    /// The signature, `r ‖ s`.
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}
