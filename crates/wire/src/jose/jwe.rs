//! Sealed texts: compact JWE by ECDH-ES on P-256 and A256GCM (RFC 7516, RFC 7518 §4.6 and §5.3), over AWS-LC. Whoever
//! stands in the middle reads nothing, and learns nothing from the length: answers are padded to one size.
//!
//! Each is opened as strictly as it is made: one algorithm, no compression, no member that nobody knows, a key on the curve.

mod derive;
mod open;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::jwk::PublicKey;
use derive::derive;
pub use open::{ContentKey, Envelope, NotOpened, content_key, open, open_with};

/// Every answer has a multiple of so many bytes before it is sealed.
pub const PADDED_BYTES: usize = 4096;

/// The header of a sealed outcome has a multiple of so many bytes: the digits of a journal's leaf shall not show.
const HEADER_PADDED_BYTES: usize = 512;

/// The one key agreement and the one encryption.
const AGREEMENT: &str = "ECDH-ES";
const ENCRYPTION: &str = "A256GCM";

/// What chance must give for one sealed text: a P-256 private key and a nonce.
#[derive(Clone, Copy)]
pub struct Fresh {
    /// The private half of the key that is used once.
    pub secret: [u8; 32],
    /// The nonce.
    pub nonce: [u8; NONCE_LEN],
}

/// The text was not sealed: chance gave a number that is no private key, which happens once in 2³², or the library
/// refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSealed;

impl std::fmt::Display for NotSealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected a text that could be sealed, found that it could not")
    }
}

impl std::error::Error for NotSealed {}

/// What a header says beside the algorithms. All of it is authenticated; none of it is secret.
#[derive(Clone, Copy, Default, Debug)]
pub struct Label<'a> {
    /// Who sealed it (RFC 7518 §4.6.1.2); left out where empty.
    pub apu: &'a [u8],
    /// For whom and for what (§4.6.1.3); left out where empty.
    pub apv: &'a [u8],
    /// The name of the key that it is sealed to.
    pub kid: Option<&'a str>,
}

/// Seals JSON for one key. `apv` says for whom and for what; opening it under another one fails. The text is padded with
/// spaces, which JSON allows behind a value.
///
/// # Errors
/// See [`NotSealed`]; fresh chance mends it.
pub fn seal_json(text: &str, recipient: &PublicKey, apv: &[u8], fresh: Fresh) -> Result<String, NotSealed> {
    let label = Label {
        apv,
        ..Label::default()
    };
    let text = padded(text, PADDED_BYTES);
    seal_under(&label.print(point_of(fresh)?), text, recipient, label, fresh)
}

/// As [`seal_json`], with a header of one size too: of two outcomes with one issuer and one recipient nobody in between
/// can tell which is which.
///
/// # Errors
/// See [`NotSealed`]; fresh chance mends it.
pub fn seal_outcome(text: &str, recipient: &PublicKey, apv: &[u8], fresh: Fresh) -> Result<String, NotSealed> {
    let label = Label {
        apv,
        ..Label::default()
    };
    let text = padded(text, PADDED_BYTES);
    let header = padded(&label.print(point_of(fresh)?), HEADER_PADDED_BYTES);
    let header = String::from_utf8(header).map_err(|_| NotSealed)?;
    seal_under(&header, text, recipient, label, fresh)
}

/// Seals a short text as it is, under a label of the caller's.
///
/// # Errors
/// See [`NotSealed`]; fresh chance mends it.
pub fn seal(text: &[u8], recipient: &PublicKey, label: Label<'_>, fresh: Fresh) -> Result<String, NotSealed> {
    let header = label.print(point_of(fresh)?);
    seal_under(&header, text.to_vec(), recipient, label, fresh)
}

/// The public half of the key that is used once.
fn point_of(fresh: Fresh) -> Result<PublicKey, NotSealed> {
    let ephemeral = PrivateKey::from_private_key(&ECDH_P256, &fresh.secret).map_err(|_| NotSealed)?;
    let point = ephemeral.compute_public_key().map_err(|_| NotSealed)?;
    PublicKey::from_uncompressed(point.as_ref()).ok_or(NotSealed)
}

impl Label<'_> {
    /// The header, with the point of the key that is used once.
    fn print(&self, point: PublicKey) -> String {
        let mut header = Map::new();
        let mut put = |name: &str, value: Value| header.insert(name.to_owned(), value);
        put("alg", Value::from(AGREEMENT));
        put("enc", Value::from(ENCRYPTION));
        put("epk", point.print());
        for (name, part) in [("apu", self.apu), ("apv", self.apv)] {
            if !part.is_empty() {
                put(name, Value::from(URL_SAFE_NO_PAD.encode(part)));
            }
        }
        if let Some(kid) = self.kid {
            put("kid", Value::from(kid));
        }
        Value::Object(header).to_string()
    }
}

fn seal_under(
    header: &str,
    mut text: Vec<u8>,
    recipient: &PublicKey,
    label: Label<'_>,
    fresh: Fresh,
) -> Result<String, NotSealed> {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let ephemeral = PrivateKey::from_private_key(&ECDH_P256, &fresh.secret).map_err(|_| NotSealed)?;
    let header = encode(header.as_bytes());
    let peer = UnparsedPublicKey::new(&ECDH_P256, recipient.uncompressed());
    let key = agree(&ephemeral, peer, NotSealed, |shared| {
        Ok(derive::<32>(shared, ENCRYPTION, label.apu, label.apv))
    })?;
    let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| NotSealed)?;
    let tag = LessSafeKey::new(key)
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(fresh.nonce),
            Aad::from(header.as_bytes()),
            &mut text,
        )
        .map_err(|_| NotSealed)?;
    // Direct agreement has no encrypted key: the second part is empty (RFC 7516 §5.1).
    let (nonce, sealed, tag) = (encode(&fresh.nonce), encode(&text), encode(tag.as_ref()));
    Ok(format!("{header}..{nonce}.{sealed}.{tag}"))
}

/// The text with spaces behind it, up to a multiple of `size`.
fn padded(text: &str, size: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(bytes.len().next_multiple_of(size).max(size), b' ');
    bytes
}

#[cfg(test)]
mod tests;
