//! What proves that a consent came from the subscriber's side, weakest grade first.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use super::assertion::{Assertion, RelyingParty};
use super::lines::Place;
use super::terms::Terms;
use crate::journal::tree::sha256;

/// How strong the evidence is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// The number's own text reply carried this question's code.
    SmsReply,
    /// The link texted to the number was opened, and the terms were signed by a key that the phone's browser made.
    HandsetLink,
    /// The subscriber's passkey signed the terms.
    Passkey,
    /// The passkey of the account holder signed the terms. It counts over machine lines of that account alone.
    AccountHolder,
}

impl Grade {
    /// Every grade, weakest first.
    pub const ALL: [Self; 4] = [Self::SmsReply, Self::HandsetLink, Self::Passkey, Self::AccountHolder];

    /// The word that the journal and the policy use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SmsReply => "sms-reply",
            Self::HandsetLink => "handset-link",
            Self::Passkey => "passkey",
            Self::AccountHolder => "account-holder",
        }
    }

    /// The grade with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.word() == word)
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
    pub(super) fn uncompressed(&self) -> Vec<u8> {
        [&[4_u8][..], &self.x, &self.y].concat()
    }
}

/// How the terms were signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proof {
    /// By a key that the phone's browser made: `r ‖ s`, as WebCrypto gives it.
    Handset([u8; 64]),
    /// By the subscriber's passkey; its challenge is the SHA-256 of the canonical terms.
    Passkey(Assertion),
    /// By the account holder's passkey, over a whole list of lines; its challenge is the root of the list's tree.
    AccountHolder(Assertion, Place),
}

/// The terms, signed, and checked. Only the functions here and in [`super::lines`] make one.
#[derive(Clone, Debug)]
#[must_use]
pub struct Signed {
    pub(super) terms: Terms,
    pub(super) key: HandsetKey,
    pub(super) proof: Proof,
}

impl Signed {
    /// Checks an ECDSA P-256 SHA-256 signature (`r ‖ s`, as WebCrypto gives it) over the canonical terms; `None` if it
    /// does not match.
    #[must_use]
    pub fn verify(terms: Terms, key: HandsetKey, signature: [u8; 64]) -> Option<Self> {
        let proof = Proof::Handset(signature);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.uncompressed())
            .verify(&terms.canonical(), &signature)
            .ok()
            .map(|()| Self { terms, key, proof })
    }

    /// Checks a passkey's assertion whose challenge is the SHA-256 of the canonical terms; `None` if it does not hold.
    /// That the key is this subscriber's is for the caller to know.
    #[must_use]
    pub fn by_passkey(terms: Terms, assertion: Assertion, key: HandsetKey, party: RelyingParty<'_>) -> Option<Self> {
        let challenge = sha256(&[&terms.canonical()]);
        if !assertion.holds(&challenge, &key, party) {
            return None;
        }
        let proof = Proof::Passkey(assertion);
        Some(Self { terms, key, proof })
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

    /// How it was signed.
    #[must_use]
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }

    /// How strong this evidence is.
    #[must_use]
    pub const fn grade(&self) -> Grade {
        match self.proof {
            Proof::Handset(_) => Grade::HandsetLink,
            Proof::Passkey(_) => Grade::Passkey,
            Proof::AccountHolder(..) => Grade::AccountHolder,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
