//! Sets of public keys (RFC 7517 §5): the gateway's own, and those that clients register.

use serde_json::{Value, json};

use crate::jose::SealingJwk;
use crate::jose::jwk::Jwk;
use crate::json::{self, DEPTH_MAX, Node, ParseError};

/// How many keys a client may register at once: the present one, and those before and after a rotation.
const KEYS_MAX: usize = 8;

/// How many keys of another gateway's set are read.
const PUBLISHED_MAX: usize = 32;

/// The set as it is published.
#[must_use]
pub fn print(keys: &[Jwk]) -> Vec<u8> {
    value(keys).to_string().into_bytes()
}

/// The set as part of a larger document.
#[must_use]
pub fn value(keys: &[Jwk]) -> Value {
    let keys: Vec<Value> = keys.iter().map(Jwk::print).collect();
    json!({ "keys": keys })
}

/// The set of a gateway that opens what is sealed to it, too: keys that check signatures, then keys to seal to.
#[must_use]
pub fn print_with_sealing(keys: &[Jwk], sealing: &[SealingJwk]) -> Vec<u8> {
    let keys: Vec<Value> = keys
        .iter()
        .map(Jwk::print)
        .chain(sealing.iter().map(SealingJwk::print))
        .collect();
    json!({ "keys": keys }).to_string().into_bytes()
}

/// The keys to seal to of another gateway's published set, in its order. Its other keys are passed over, whatever they are.
///
/// # Errors
/// If it is no set, or if a key with `use: enc` is none that can be sealed to.
pub fn parse_sealing(bytes: &[u8]) -> Result<Vec<SealingJwk>, ParseError> {
    let read = |node: Node| {
        node.is_text_at("use", "enc")
            .then(|| SealingJwk::read(node))
            .transpose()
    };
    let keys =
        json::parse(bytes, DEPTH_MAX)?.open_object(|fields| fields.required("keys")?.list(0..=PUBLISHED_MAX, read))?;
    Ok(keys.into_iter().flatten().collect())
}

/// Reads a set, or a single key.
///
/// # Errors
/// If a key is not a public one on P-256 or Ed25519, if two have the same name, or if there is none.
pub fn parse(bytes: &[u8]) -> Result<Vec<Jwk>, ParseError> {
    read(json::parse(bytes, DEPTH_MAX)?)
}

/// Reads a set, or a single key, that is part of a larger document.
///
/// # Errors
/// As [`parse`].
pub fn read(node: Node) -> Result<Vec<Jwk>, ParseError> {
    let keys = if node.has_field("keys") {
        node.object(|fields| fields.required("keys")?.list(1..=KEYS_MAX, Jwk::read))?
    } else {
        vec![Jwk::read(node)?]
    };
    let names: std::collections::BTreeSet<&str> = keys.iter().map(|jwk| jwk.kid.as_str()).collect();
    if names.len() < keys.len() {
        return Err(ParseError::new("each kid once", "one twice").under_field("keys"));
    }
    Ok(keys)
}
