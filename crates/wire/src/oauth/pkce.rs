//! PKCE (RFC 7636) with `S256`: whoever brings a code must know what the request for it was made from. The plain method
//! is not served, so that nobody can go down to it.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The one method.
pub const METHOD: &str = "S256";

/// A `code_challenge`: the SHA-256 of a verifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Challenge([u8; 32]);

/// A `code_verifier`. It prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl Challenge {
    /// Reads a challenge: 32 bytes in base64url without padding, in their one spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The challenge of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Whether it was made from this verifier.
    #[must_use]
    pub fn is_of(&self, verifier: &Verifier) -> bool {
        let made = digest(&SHA256, verifier.0.as_bytes());
        verify_slices_are_equal(made.as_ref(), &self.0).is_ok()
    }
}

impl Verifier {
    /// Reads a verifier: 43 to 128 unreserved characters (§4.1).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        ((43..=128).contains(&text.len()) && text.bytes().all(unreserved)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_standards_example_holds() {
        let challenge = Challenge::parse(CHALLENGE).expect("a challenge");
        let verifier = Verifier::parse(VERIFIER).expect("a verifier");
        assert!(challenge.is_of(&verifier));
        let other = Verifier::parse(&VERIFIER.replace('d', "e")).expect("a verifier");
        assert!(!challenge.is_of(&other));
        // The plain method would take the challenge itself.
        assert!(!challenge.is_of(&Verifier::parse(CHALLENGE).expect("of a verifier's form")));
        assert_eq!(format!("{verifier:?}"), "Verifier(…)");
        assert_eq!(Challenge::from_bytes(challenge.to_bytes()), challenge);
    }

    #[test]
    fn other_forms_are_none() {
        let padded = format!("{CHALLENGE}=");
        for text in ["", "abc", &CHALLENGE[1..], &padded, VERIFIER.trim_end_matches('k')] {
            assert_eq!(Challenge::parse(text), None, "{text}");
        }
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        let space = format!("{VERIFIER} ");
        for text in ["", &short, &long, &space, &VERIFIER.replace('d', "+")] {
            assert_eq!(Verifier::parse(text), None, "{text}");
        }
    }
}
