//! Sets of public keys (RFC 7517 §5): the gateway's own, and those that clients register.

use serde_json::{Value, json};

use crate::jose::jwk::Jwk;
use crate::json::{self, DEPTH_MAX, Node, ParseError};

/// How many keys a client may register at once: the present one, and those before and after a rotation.
const KEYS_MAX: usize = 8;

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

/// Reads a set, or a single key.
///
/// # Errors
/// If a key is not a public one on P-256, if two have the same name, or if there is none.
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
