//! Private keys that open, and the public ones that are sealed to.

use serde_json::{Value, json};

use crate::jose::{AgreementKey, SealingJwk, SigningKey};
use crate::oauth::jwks;

#[test]
fn a_key_is_read_as_it_is_printed() {
    let key = AgreementKey::from_chance([3; 32]).expect("a key");
    let printed = key.print_private_jwk();
    let again = AgreementKey::parse_private_jwk(printed.expose().as_bytes()).expect("valid");
    assert_eq!(again.public(), key.public());
    let from_document = AgreementKey::from_pkcs8(key.pkcs8().expose()).expect("valid");
    assert_eq!(from_document.public(), key.public());
    let public = SealingJwk::parse(key.public().print().to_string().as_bytes()).expect("valid");
    assert_eq!(&public, key.public());
    assert_eq!(public.thumbprint().to_string(), public.kid);
    let shown = format!("{key:?}");
    let said: Value = serde_json::from_str(printed.expose()).expect("json");
    assert!(!shown.contains(said["d"].as_str().expect("a scalar")));
}

#[test]
fn a_key_that_signs_opens_nothing() {
    let key = AgreementKey::from_chance([3; 32]).expect("a key");
    let private: Value = serde_json::from_str(key.print_private_jwk().expose()).expect("json");
    for (name, value) in [
        ("use", json!("sig")),
        ("alg", json!("ES256")),
        ("kty", json!("OKP")),
        ("crv", json!("P-384")),
        ("d", json!("AAAA")),
        ("key_ops", json!(["sign"])),
        ("x", private["y"].clone()),
        ("other", json!(1)),
    ] {
        let mut bad = private.clone();
        bad[name] = value;
        assert!(
            AgreementKey::parse_private_jwk(bad.to_string().as_bytes()).is_err(),
            "{bad}"
        );
        assert!(
            SealingJwk::parse(bad.to_string().as_bytes()).is_err(),
            "a private key, or a bad one"
        );
    }
    assert!(
        SigningKey::parse_private_jwk(private.to_string().as_bytes()).is_err(),
        "a key that seals does not sign"
    );
    assert!(AgreementKey::from_chance([0; 32]).is_err());
    assert!(AgreementKey::from_pkcs8(b"no key").is_err());
}

#[test]
fn a_published_set_holds_both_kinds() {
    let sealing = AgreementKey::from_chance([3; 32]).expect("a key");
    let signing = SigningKey::from_chance([4; 32]).expect("a key");
    let set = jwks::print_with_sealing(
        std::slice::from_ref(signing.public()),
        std::slice::from_ref(sealing.public()),
    );
    assert_eq!(jwks::parse_sealing(&set), Ok(vec![sealing.public().clone()]));
    assert_eq!(
        jwks::parse_sealing(&jwks::print(&[signing.public().clone()])),
        Ok(Vec::new())
    );
    let foreign = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}],"more":1}"#;
    assert_eq!(
        jwks::parse_sealing(foreign.as_bytes()),
        Ok(Vec::new()),
        "of no concern here"
    );
    assert!(jwks::parse_sealing(br#"{"keys":[{"kty":"RSA","use":"enc"}]}"#).is_err());
    assert!(jwks::parse(&set).is_err(), "a client's set is for signatures alone");
}
