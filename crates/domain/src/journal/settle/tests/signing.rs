//! What people sign: on a phone, and by the passkey of an account.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::permission::evidence::tests::{PARTY, Passkey};
use crate::permission::evidence::{HandsetKey, Signed};
use crate::permission::lines::{agreed_by_account, challenge};
use crate::permission::terms::Terms;

/// Terms that an account holder's passkey signed, as one list.
pub(super) fn by_account(lines: &[Terms]) -> Vec<Signed> {
    let passkey = Passkey::new();
    let assertion = passkey.sign(&challenge(lines));
    agreed_by_account(lines.to_vec(), &assertion, &passkey.key(), PARTY).expect("own signature")
}

pub(super) fn signed(terms: &Terms) -> Signed {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("key");
    #[expect(
        clippy::disallowed_methods,
        reason = "a test plays the part of a phone, which has its own chance"
    )]
    let random = SystemRandom::new();
    let signature = pair.sign(&random, &terms.canonical()).expect("signature");
    let point = pair.public_key().as_ref();
    let key = HandsetKey {
        x: point[1..33].try_into().expect("32 bytes"),
        y: point[33..].try_into().expect("32 bytes"),
    };
    Signed::verify(terms.clone(), key, signature.as_ref().try_into().expect("64 bytes")).expect("own signature")
}
