//! Private keys in their two forms.

use crate::jose::{KeyUse, SigningKey};

/// The key of RFC 7515 appendix A.3.
const RFC_PRIVATE_JWK: &str = r#"{"kty":"EC","crv":"P-256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

#[test]
fn private_keys_are_read_and_printed() {
    let key = SigningKey::parse_private_jwk(RFC_PRIVATE_JWK.as_bytes()).expect("valid");
    let printed = key.print_private_jwk(KeyUse::Signing);
    let again = SigningKey::parse_private_jwk(printed.expose().as_bytes()).expect("valid");
    assert_eq!(again.public(), key.public());
    let from_document = SigningKey::from_pkcs8(key.pkcs8().expose()).expect("valid");
    assert_eq!(from_document.public(), key.public());
    assert!(!format!("{key:?}").contains("jpsQnn"));
    let agreement = key.print_private_jwk(KeyUse::Agreement);
    assert!(agreement.expose().contains("ECDH-ES"));
    for bad in [
        RFC_PRIVATE_JWK.replace("jpsQ", "jpsR"),
        RFC_PRIVATE_JWK.replace("\"P-256\"", "\"P-384\""),
        RFC_PRIVATE_JWK.replace("\"EC\"", "\"RSA\""),
        RFC_PRIVATE_JWK.replace("\"f83O", "\"f83P"),
    ] {
        assert!(SigningKey::parse_private_jwk(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(SigningKey::from_chance([0; 32]).is_err());
    assert!(SigningKey::from_chance([0xFF; 32]).is_err());
    assert!(SigningKey::from_pkcs8(b"no key").is_err());
}
