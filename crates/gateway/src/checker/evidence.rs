//! Whether a consent rests on what its entry says it rests on: a signature over the very terms that were put, by a
//! browser's key, a passkey, or the passkey of an account holder over a list of lines.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::tree::{Hash, leaf_hash, node_hash, sha256};
use serde_json::Value;

use super::rows::Signature;
use super::terms::Terms;

/// Somebody was there, and the authenticator knew who (Web Authentication Level 3 §6.1).
const PRESENT_AND_VERIFIED: u8 = 0x05;

/// The word of what a signature proves over these terms; `Err` says what is wrong with it.
pub(super) fn proven(signature: &Signature, terms: &Terms, signed: &[u8]) -> Result<&'static str, &'static str> {
    let key = [&[4][..], &signature.x, &signature.y].concat();
    match (&signature.authenticator, &signature.client, &signature.place) {
        (None, None, None) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key)
            .verify(signed, &signature.bytes)
            .map(|()| "handset-link")
            .map_err(|_| "its signature is not over the terms"),
        (Some(data), Some(client), None) => asserted(
            &key,
            (data, client),
            &signature.bytes,
            &sha256(&[signed]),
            &terms.gateway,
        )
        .map(|()| "passkey"),
        (Some(data), Some(client), Some(place)) => {
            let root = root_of(place, signed).ok_or("its terms are not in the list that was signed")?;
            asserted(&key, (data, client), &signature.bytes, &root, &terms.gateway).map(|()| "account-holder")
        }
        _ => Err("its signature is of no known form"),
    }
}

/// A passkey's assertion over a challenge, for the page of this gateway (Web Authentication Level 3 §7.2).
fn asserted(
    key: &[u8],
    (data, client): (&[u8], &[u8]),
    signature: &[u8],
    challenge: &Hash,
    gateway: &str,
) -> Result<(), &'static str> {
    let said: Value = serde_json::from_slice(client).map_err(|_| "its client data is not JSON")?;
    let host = gateway.split_once("://").map_or(gateway, |(_, rest)| rest);
    let host = host.split_once(':').map_or(host, |(name, _)| name);
    let (of_whom, rest) = data.split_at_checked(32).ok_or("its authenticator data is too short")?;
    let flags = rest.first().copied().unwrap_or_default();
    let is_for_us = said["type"] == "webauthn.get"
        && said["challenge"] == URL_SAFE_NO_PAD.encode(challenge)
        && said["origin"] == gateway
        && said
            .get("crossOrigin")
            .is_none_or(|crossed| *crossed == Value::Bool(false))
        && of_whom == sha256(&[host.as_bytes()]);
    if !is_for_us {
        return Err("its passkey signed something else, or for another page");
    }
    if flags & PRESENT_AND_VERIFIED != PRESENT_AND_VERIFIED {
        return Err("its passkey was used by nobody who was there and verified");
    }
    let message = [data, &sha256(&[client])].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key)
        .verify(&message, signature)
        .map_err(|_| "its passkey's signature does not hold")
}

/// The root that was signed, if the terms are in its list: index, size, root and path, as they are stored. The path is
/// walked as RFC 9162 §2.1.3.2 says.
fn root_of(place: &[u8], signed: &[u8]) -> Option<Hash> {
    let (index, rest) = place.split_first_chunk::<8>()?;
    let (size, rest) = rest.split_first_chunk::<8>()?;
    let (root, rest) = rest.split_first_chunk::<32>()?;
    let (path, rest) = rest.as_chunks::<32>();
    let (mut at, mut last) = (u64::from_be_bytes(*index), u64::from_be_bytes(*size).checked_sub(1)?);
    if !rest.is_empty() || at > last {
        return None;
    }
    let mut hash = leaf_hash(signed);
    for step in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0 && hash == *root).then_some(hash)
}

/// Whether a key is that of the account's holder, by the account's opened record.
pub(super) fn is_holders(signature: &Signature, record: &[u8]) -> bool {
    let Ok(account) = serde_json::from_slice::<Value>(record) else {
        return false;
    };
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(account["key"][name].as_str()?).ok();
    coordinate("x").as_ref() == Some(&signature.x) && coordinate("y").as_ref() == Some(&signature.y)
}
