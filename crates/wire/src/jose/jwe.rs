//! Sealed answers: compact JWE by ECDH-ES on P-256 and A256GCM (RFC 7516, RFC 7518 §4.6 and §5.3), over AWS-LC. Whoever
//! stands in the middle reads nothing, and learns nothing from the length: answers are padded to one size.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::jwk::PublicKey;

/// Every answer has a multiple of so many bytes before it is sealed.
pub const PADDED_BYTES: usize = 4096;

/// What chance must give for one sealed answer: a P-256 private key and a nonce.
#[derive(Clone, Copy)]
pub struct Fresh {
    /// The private half of the key that is used once.
    pub secret: [u8; 32],
    /// The nonce.
    pub nonce: [u8; NONCE_LEN],
}

/// The answer was not sealed: chance gave a number that is no private key, which happens once in 2³², or the library
/// refused.
#[derive(Debug, PartialEq, Eq)]
pub struct NotSealed;

impl std::fmt::Display for NotSealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected an answer that could be sealed, found that it could not")
    }
}

impl std::error::Error for NotSealed {}

/// Seals JSON for one key. `apv` says for whom and for what (RFC 7518 §4.6.1.3); opening it under another one fails. The
/// text is padded with spaces, which JSON allows behind a value.
///
/// # Errors
/// See [`NotSealed`]; fresh chance mends it.
pub fn seal_json(text: &str, recipient: &PublicKey, apv: &[u8], fresh: Fresh) -> Result<String, NotSealed> {
    let ephemeral = PrivateKey::from_private_key(&ECDH_P256, &fresh.secret).map_err(|_| NotSealed)?;
    let point = ephemeral.compute_public_key().map_err(|_| NotSealed)?;
    let point = PublicKey::from_uncompressed(point.as_ref()).ok_or(NotSealed)?;
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let header = json!({"alg": "ECDH-ES", "enc": "A256GCM", "apv": encode(apv), "epk": point.print()});
    let header = encode(header.to_string().as_bytes());
    let key = agree(
        &ephemeral,
        UnparsedPublicKey::new(&ECDH_P256, recipient.uncompressed()),
        NotSealed,
        |shared| Ok(derive::<32>(shared, "A256GCM", &[], apv)),
    )?;
    let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| NotSealed)?;
    let mut sealed = padded(text);
    let tag = LessSafeKey::new(key)
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(fresh.nonce),
            Aad::from(header.as_bytes()),
            &mut sealed,
        )
        .map_err(|_| NotSealed)?;
    // Direct agreement has no encrypted key: the second part is empty (RFC 7516 §5.1).
    let (nonce, sealed, tag) = (encode(&fresh.nonce), encode(&sealed), encode(tag.as_ref()));
    Ok(format!("{header}..{nonce}.{sealed}.{tag}"))
}

fn padded(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(bytes.len().next_multiple_of(PADDED_BYTES).max(PADDED_BYTES), b' ');
    bytes
}

/// The Concat KDF with SHA-256 (NIST SP 800-56A §5.8.1, as RFC 7518 §4.6.2 uses it), for keys of at most 32 bytes: one
/// round is enough.
fn derive<const N: usize>(shared: &[u8], algorithm: &str, apu: &[u8], apv: &[u8]) -> [u8; N] {
    let mut hash = Context::new(&SHA256);
    hash.update(&1_u32.to_be_bytes());
    hash.update(shared);
    for part in [algorithm.as_bytes(), apu, apv] {
        hash.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.update(&u32::try_from(N * 8).unwrap_or(u32::MAX).to_be_bytes());
    let mut key = [0; N];
    key.iter_mut()
        .zip(hash.finish().as_ref())
        .for_each(|(place, byte)| *place = *byte);
    key
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn decode<const N: usize>(text: &str) -> [u8; N] {
        URL_SAFE_NO_PAD
            .decode(text)
            .expect("base64url")
            .try_into()
            .expect("its length")
    }

    /// RFC 7518 Appendix C: Alice's ephemeral key, Bob's key, and what they derive for A128GCM.
    const ALICE: &str = "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo";
    const BOB: [&str; 3] = [
        "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    ];

    fn bob() -> PublicKey {
        PublicKey::new(decode(BOB[0]), decode(BOB[1])).expect("a point")
    }

    #[test]
    fn the_key_of_the_standards_example_is_derived() {
        let alice = PrivateKey::from_private_key(&ECDH_P256, &decode::<32>(ALICE)).expect("a key");
        let peer = UnparsedPublicKey::new(&ECDH_P256, bob().uncompressed());
        let key = agree(&alice, peer, NotSealed, |shared| {
            assert_eq!(shared[..4], [158, 86, 217, 29], "Z of the example");
            Ok(derive::<16>(shared, "A128GCM", b"Alice", b"Bob"))
        });
        assert_eq!(key, Ok(decode::<16>("VqqN6vgjbSBcIijNcacQGg")));
    }

    /// Opens what was sealed for Bob, as RFC 7516 §5.2 says.
    fn open(jwe: &str) -> Option<String> {
        let parts: Vec<&str> = jwe.split('.').collect();
        let [header, "", nonce, sealed, tag] = parts.as_slice() else {
            return None;
        };
        let said: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let coordinate = |name: &str| Some(decode::<32>(said["epk"][name].as_str()?));
        let point = PublicKey::new(coordinate("x")?, coordinate("y")?)?;
        let apv = URL_SAFE_NO_PAD.decode(said["apv"].as_str()?).ok()?;
        let own = PrivateKey::from_private_key(&ECDH_P256, &decode::<32>(BOB[2])).ok()?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, point.uncompressed());
        let key = agree(&own, peer, (), |shared| Ok(derive::<32>(shared, "A256GCM", &[], &apv))).ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).ok()?);
        let mut bytes = [URL_SAFE_NO_PAD.decode(sealed).ok()?, URL_SAFE_NO_PAD.decode(tag).ok()?].concat();
        let nonce = Nonce::assume_unique_for_key(decode(nonce));
        let plain = key
            .open_in_place(nonce, Aad::from(header.as_bytes()), &mut bytes)
            .ok()?;
        Some(String::from_utf8(plain.to_vec()).ok()?.trim_end().to_owned())
    }

    fn fresh() -> Fresh {
        Fresh {
            secret: decode(ALICE),
            nonce: [7; NONCE_LEN],
        }
    }

    #[test]
    fn a_sealed_answer_opens_for_its_key_and_says_nothing_by_its_length() {
        let sealed = seal_json(r#"{"radius":200}"#, &bob(), b"visit 1", fresh()).expect("sealed");
        assert_eq!(open(&sealed).as_deref(), Some(r#"{"radius":200}"#));
        let longer = seal_json(r#"{"radius":200,"more":"words"}"#, &bob(), b"visit 1", fresh()).expect("sealed");
        assert_eq!(longer.len(), sealed.len());
        let altered = sealed.replace('.', ".A").replacen(".A.A", "..", 1);
        assert_eq!(open(&altered), None);
        let other = seal_json(r#"{"radius":200}"#, &bob(), b"visit 2", fresh()).expect("sealed");
        let (swapped, _) = other.split_once('.').expect("a header");
        let mixed = format!("{swapped}.{}", sealed.split_once('.').expect("a header").1);
        assert_eq!(open(&mixed), None, "an answer of one visit under the header of another");
    }

    #[test]
    fn what_is_no_private_key_is_refused() {
        for secret in [[0; 32], [255; 32]] {
            let refused = seal_json("{}", &bob(), b"", Fresh { secret, ..fresh() });
            assert_eq!(refused, Err(NotSealed));
        }
    }
}
