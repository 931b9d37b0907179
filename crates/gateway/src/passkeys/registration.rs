//! What a browser hands over when a person makes a passkey (Web Authentication Level 3 §7.1, without attestation).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::tree::sha256;
use domain::permission::assertion::RelyingParty;
use domain::permission::evidence::HandsetKey;
use serde_json::Value;
use wire::jose::jwk::PublicKey;

/// The flag bits of the authenticator data: somebody was there, the authenticator knew who, and a credential follows.
const PRESENT_VERIFIED_ATTESTED: u8 = 0x01 | 0x04 | 0x40;
/// Hash of the relying party's id, flags, counter.
const HEAD: usize = 32 + 1 + 4;
/// The authenticator's model, which is not looked at.
const MODEL: usize = 16;
/// The longest credential id that is kept; the specification allows 1023 bytes.
const CREDENTIAL_BYTES_MAX: usize = 255;

/// The COSE key of ES256 as every authenticator writes it (CTAP2 canonical CBOR): a map of five, `1: 2, 3: -7, -1: 1`,
/// then `-2` and `-3` with 32 bytes each.
const COSE_HEAD: [u8; 10] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
const COSE_MIDDLE: [u8; 3] = [0x22, 0x58, 0x20];

/// A new passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// Its public key, a point on P-256.
    pub key: HandsetKey,
}

/// Reads a new passkey, made for this challenge and this relying party, with the person present and verified. `None` for
/// anything else.
#[must_use]
pub fn registered(
    authenticator_data: &[u8],
    client_data: &[u8],
    challenge: &[u8; 32],
    party: RelyingParty<'_>,
) -> Option<Registered> {
    let client: Value = serde_json::from_slice(client_data).ok()?;
    let text = |key: &str| client.get(key).and_then(Value::as_str);
    let fits = text("type") == Some("webauthn.create")
        && text("challenge") == Some(&URL_SAFE_NO_PAD.encode(challenge))
        && text("origin") == Some(party.origin)
        && client
            .get("crossOrigin")
            .is_none_or(|crossed| crossed == &Value::Bool(false));
    let (head, rest) = authenticator_data.split_at_checked(HEAD)?;
    let (hash, rest_of_head) = head.split_first_chunk::<32>()?;
    let flags = rest_of_head.first().copied()?;
    let ours = *hash == sha256(&[party.id.as_bytes()]);
    let present = flags & PRESENT_VERIFIED_ATTESTED == PRESENT_VERIFIED_ATTESTED;
    (fits && ours && present).then(|| credential(rest)).flatten()
}

/// The attested credential data: model, length, id, and the key.
fn credential(data: &[u8]) -> Option<Registered> {
    let (_, rest) = data.split_at_checked(MODEL)?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > CREDENTIAL_BYTES_MAX {
        return None;
    }
    let (credential, cose) = rest.split_at_checked(length)?;
    let (x, cose) = cose.strip_prefix(&COSE_HEAD)?.split_first_chunk::<32>()?;
    // What follows the key are extensions, which were not asked for and say nothing here.
    let (y, _) = cose.strip_prefix(&COSE_MIDDLE)?.split_first_chunk::<32>()?;
    PublicKey::new(*x, *y)?;
    Some(Registered {
        credential: credential.to_vec(),
        key: HandsetKey { x: *x, y: *y },
    })
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

    use super::*;

    const PARTY: RelyingParty<'_> = RelyingParty {
        id: "gateway.example.com",
        origin: "https://gateway.example.com",
    };
    const CHALLENGE: [u8; 32] = [7; 32];

    fn point() -> [u8; 64] {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        pair.public_key().as_ref()[1..].try_into().expect("a point")
    }

    fn authenticator(id: &str, flags: u8, point: &[u8; 64]) -> Vec<u8> {
        [
            &sha256(&[id.as_bytes()])[..],
            &[flags, 0, 0, 0, 0],
            &[9; MODEL],
            &[0, 4],
            b"cred",
            &COSE_HEAD,
            &point[..32],
            &COSE_MIDDLE,
            &point[32..],
        ]
        .concat()
    }

    fn client(kind: &str, challenge: &[u8], origin: &str) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#).into_bytes()
    }

    #[test]
    fn a_passkey_made_here_and_now_is_read() {
        let point = point();
        let data = authenticator(PARTY.id, 0x45, &point);
        let made = registered(
            &data,
            &client("webauthn.create", &CHALLENGE, PARTY.origin),
            &CHALLENGE,
            PARTY,
        );
        let made = made.expect("a passkey");
        assert_eq!(made.credential, b"cred");
        assert_eq!([made.key.x, made.key.y].concat(), point);
    }

    #[test]
    fn what_was_made_otherwise_is_not() {
        let point = point();
        let good = authenticator(PARTY.id, 0x45, &point);
        let said = client("webauthn.create", &CHALLENGE, PARTY.origin);
        let mut off_curve = good.clone();
        if let Some(last) = off_curve.last_mut() {
            *last ^= 1;
        }
        let mut rsa = good.clone();
        rsa[HEAD + MODEL + 2 + 4 + 4] = 0x39;
        for (why, data, client) in [
            (
                "another relying party",
                authenticator("evil.example.com", 0x45, &point),
                said.clone(),
            ),
            ("nobody verified", authenticator(PARTY.id, 0x41, &point), said.clone()),
            ("no credential", authenticator(PARTY.id, 0x05, &point), said.clone()),
            ("no point on the curve", off_curve, said.clone()),
            ("another algorithm", rsa, said.clone()),
            ("cut short", good[..good.len() - 1].to_vec(), said.clone()),
            (
                "an assertion",
                good.clone(),
                client("webauthn.get", &CHALLENGE, PARTY.origin),
            ),
            (
                "another challenge",
                good.clone(),
                client("webauthn.create", &[8; 32], PARTY.origin),
            ),
            (
                "another origin",
                good.clone(),
                client("webauthn.create", &CHALLENGE, "https://evil.example.com"),
            ),
            ("no JSON", good, b"{".to_vec()),
        ] {
            assert_eq!(registered(&data, &client, &CHALLENGE, PARTY), None, "{why}");
        }
    }
}
