//! A passkey's assertion over a challenge that the gateway chose (W3C Web Authentication Level 3 §7.2).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::evidence::HandsetKey;
use crate::journal::tree::{Hash, sha256};

/// The flag bits of the authenticator data: somebody was there, and the authenticator knew who.
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;

/// What a browser hands over after a person used a passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assertion {
    /// The authenticator data: hash of the relying party's id, flags, counter.
    pub authenticator_data: Vec<u8>,
    /// The client data, as JSON bytes.
    pub client_data: Vec<u8>,
    /// An ECDSA P-256 SHA-256 signature in DER.
    pub signature: Vec<u8>,
}

/// For whom a passkey signs: the gateway's own name and page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RelyingParty<'a> {
    /// Its id: the host name of the issuer.
    pub id: &'a str,
    /// Its origin: the issuer's scheme, host and port.
    pub origin: &'a str,
}

impl Assertion {
    /// Whether this key signed this challenge for this relying party, with the person present and verified.
    #[must_use]
    pub fn holds(&self, challenge: &Hash, key: &HandsetKey, party: RelyingParty<'_>) -> bool {
        let signed = [&self.authenticator_data[..], &sha256(&[&self.client_data])].concat();
        self.is_for(challenge, party)
            && self.was_by_a_person(party.id)
            && UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.uncompressed())
                .verify(&signed, &self.signature)
                .is_ok()
    }

    fn is_for(&self, challenge: &Hash, party: RelyingParty<'_>) -> bool {
        let Ok(client) = serde_json::from_slice::<Value>(&self.client_data) else {
            return false;
        };
        let text = |key: &str| client.get(key).and_then(Value::as_str);
        text("type") == Some("webauthn.get")
            && text("challenge") == Some(&URL_SAFE_NO_PAD.encode(challenge))
            && text("origin") == Some(party.origin)
            && client
                .get("crossOrigin")
                .is_none_or(|crossed| crossed == &Value::Bool(false))
    }

    fn was_by_a_person(&self, id: &str) -> bool {
        let wanted = USER_PRESENT | USER_VERIFIED;
        match self.authenticator_data.split_first_chunk::<32>() {
            Some((hash, [flags, _, _, _, _, ..])) => *hash == sha256(&[id.as_bytes()]) && flags & wanted == wanted,
            _ => false,
        }
    }
}
