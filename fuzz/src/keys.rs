//! Key sets that clients register, and private keys as a client keeps them.

use wire::jose::jwk::Thumbprint;
use wire::jose::{KeyUse, SigningKey};
use wire::oauth::jwks;

use crate::input::other_reader;
use crate::json::repeats_no_value;

/// The private members of every kind of key (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub(crate) fn run(data: &[u8]) {
    match jwks::parse(data) {
        Ok(keys) => {
            let other = other_reader(data);
            let members = other["keys"].as_array().cloned().unwrap_or_else(|| vec![other.clone()]);
            assert_eq!(members.len(), keys.len());
            for member in &members {
                assert!(
                    PRIVATE.iter().all(|name| member.get(name).is_none()),
                    "a private key was accepted"
                );
            }
            assert_eq!(jwks::parse(&jwks::print(&keys)), Ok(keys));
        }
        Err(error) => repeats_no_value(&error),
    }
    match SigningKey::parse_private_jwk(data) {
        Ok(key) => {
            let printed = key.print_private_jwk(KeyUse::Signing);
            let again = SigningKey::parse_private_jwk(printed.expose().as_bytes()).expect("what was printed is read");
            assert_eq!(again.public(), key.public());
        }
        Err(error) => repeats_no_value(&error),
    }
    if let Some(thumbprint) = std::str::from_utf8(data).ok().and_then(Thumbprint::parse) {
        assert_eq!(
            thumbprint.to_string().as_bytes(),
            data,
            "a thumbprint with two spellings"
        );
    }
}
