//! An order as a compact JWS (RFC 7515): the payload is the order.

use domain::time::Timestamp;

use super::{Court, Form, KeyName, PinnedKey, Refused, TYPE, Verified, sha256};
use crate::jose::Fault;
use crate::jose::compact::Unverified;

/// The longest token, in bytes: the longest order in base64url, a header and a signature.
const BYTES_MAX: usize = 90_000;

/// Reads an order that the court signed as a compact JWS by ES256 or `EdDSA`, with `typ` [`TYPE`]. Its `kid` has to name one
/// of the court's keys, or be that key's thumbprint; a key that the token carries or points at is not looked at.
///
/// # Errors
/// If it is no such token, none of the court's keys signed it, the key does not count at `now`, or the payload is no order
/// of this court.
pub fn verify_jws(token: &str, court: &Court, now: Timestamp) -> Result<Verified, Refused> {
    if token.len() > BYTES_MAX {
        return Err(Refused::TooLong {
            most: BYTES_MAX,
            found: token.len(),
        });
    }
    let unverified = Unverified::parse_up_to(token, BYTES_MAX)?;
    if unverified.typ.as_deref() != Some(TYPE) {
        return Err(Fault::Type.into());
    }
    let pinned = pinned_by(&unverified, court)?;
    // The claims are read again below, from the very bytes that the digest is of.
    let _ = unverified.verify(&pinned.jwk.key)?;
    pinned.term.check("the court's key", now)?;
    let payload = unverified.payload_bytes()?;
    Ok(Verified {
        order: court.read_order(&payload, now)?,
        digest: sha256(&[&payload]),
        key: KeyName::Key(pinned.jwk.key.thumbprint()),
        form: Form::Jws,
        signed_at: None,
    })
}

/// The one of the court's keys that the token names.
fn pinned_by<'a>(token: &Unverified<'_>, court: &'a Court) -> Result<&'a PinnedKey, Refused> {
    let kid = token.kid.as_deref().ok_or(Fault::UnknownKey)?;
    let named = |pinned: &&PinnedKey| pinned.jwk.kid == kid || pinned.jwk.key.thumbprint().to_string() == kid;
    Ok(court.keys.iter().find(named).ok_or(Fault::UnknownKey)?)
}
