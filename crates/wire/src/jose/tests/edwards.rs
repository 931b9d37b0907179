//! Two kinds of keys: each is used by its own algorithm, and by no other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{ENDPOINT, ISSUER, NOW, key};
use crate::jose::assertion::{self, UnverifiedAssertion};
use crate::jose::jwk::Jwk;
use crate::jose::{Fault, KeyUse, SigningKey, VerifyingKey, dpop};
use crate::json::{self, DEPTH_MAX};

/// The private key of RFC 8037 appendix A.1, and the thumbprint of A.3.
const RFC_PRIVATE_JWK: &str = r#"{"kty":"OKP","crv":"Ed25519",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const RFC_THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

/// The token of appendix A.4, whose payload is no JSON.
const RFC_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

fn edwards() -> SigningKey {
    SigningKey::parse_private_jwk(RFC_PRIVATE_JWK.as_bytes()).expect("valid")
}

#[test]
fn the_standards_key_is_read_and_printed() {
    let key = edwards();
    assert_eq!(key.public().kid, RFC_THUMBPRINT);
    let printed = key.print_private_jwk(KeyUse::Signing);
    assert!(printed.expose().contains("EdDSA"));
    let again = SigningKey::parse_private_jwk(printed.expose().as_bytes()).expect("valid");
    assert_eq!(again.public(), key.public());
    let node = json::parse(key.public().print().to_string().as_bytes(), DEPTH_MAX).expect("json");
    assert_eq!(Jwk::read(node).as_ref(), Ok(key.public()));
    assert!(!format!("{key:?}").contains("nWGxne"));
    for (from, to) in [
        ("nWGx", "nWGy"),
        ("Ed25519", "Ed448"),
        ("OKP", "EC"),
        ("11qY", "11qZ"),
        ("\"OKP\"", "\"OKP\",\"alg\":\"ES256\""),
        ("\"OKP\"", "\"OKP\",\"use\":\"enc\""),
    ] {
        let bad = RFC_PRIVATE_JWK.replacen(from, to, 1);
        assert!(SigningKey::parse_private_jwk(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn the_standards_signature_is_ours() {
    let (message, signature) = RFC_TOKEN.rsplit_once('.').expect("a signature");
    let decoding = edwards().public().key.for_library();
    let checked =
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &decoding, jsonwebtoken::Algorithm::EdDSA);
    assert!(checked.expect("a key"));
    let encoding = jsonwebtoken::EncodingKey::from_ed_der(edwards().pkcs8().expose());
    let ours = jsonwebtoken::crypto::sign(message.as_bytes(), &encoding, jsonwebtoken::Algorithm::EdDSA);
    assert_eq!(ours.expect("signed"), signature);
}

fn check(text: &str, keys: &[Jwk]) -> Result<(), Fault> {
    UnverifiedAssertion::parse(text)?
        .verify(keys, &[ISSUER, ENDPOINT], NOW)
        .map(|_| ())
}

#[test]
fn each_key_checks_its_own_algorithm_only() {
    let (ed, ec) = (edwards(), key(1));
    let keys = [ec.public().clone(), ed.public().clone()];
    for signer in [&ed, &ec] {
        let text = assertion::sign(signer, "roadside", ENDPOINT, "j", NOW).expect("signed");
        assert_eq!(check(&text, &keys), Ok(()), "each among both");
    }
    let by_ed = assertion::sign(&ed, "roadside", ENDPOINT, "j", NOW).expect("signed");
    assert_eq!(check(&by_ed, &keys[..1]), Err(Fault::UnknownKey));
    // A key of the other kind under the name that the token gives.
    let other = |kid: &str, key: VerifyingKey| {
        [Jwk {
            kid: kid.to_owned(),
            key,
        }]
    };
    assert_eq!(
        check(&by_ed, &other(&ed.public().kid, ec.public().key)),
        Err(Fault::Algorithm)
    );
    let by_ec = assertion::sign(&ec, "roadside", ENDPOINT, "j", NOW).expect("signed");
    assert_eq!(
        check(&by_ec, &other(&ec.public().kid, ed.public().key)),
        Err(Fault::Algorithm)
    );
}

#[test]
fn a_changed_algorithm_is_noticed() {
    let (ed, ec) = (edwards(), key(1));
    for (signer, algorithm) in [(&ed, "ES256"), (&ec, "EdDSA")] {
        let text = assertion::sign(signer, "roadside", ENDPOINT, "j", NOW).expect("signed");
        let (header, rest) = text.split_once('.').expect("a header");
        let mut header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("base64url")).expect("json");
        header["alg"] = json!(algorithm);
        let named = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
        let keys = [ec.public().clone(), ed.public().clone()];
        assert_eq!(check(&named, &keys), Err(Fault::Algorithm), "by its name");
        header.as_object_mut().expect("an object").remove("kid");
        let unnamed = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
        assert_eq!(
            check(&unnamed, &keys),
            Err(Fault::Signature),
            "by every key of that kind"
        );
    }
}

#[test]
fn possession_is_proven_by_es256_alone() {
    let request = dpop::Request {
        method: "POST",
        url: ENDPOINT,
        access_token: None,
    };
    let proof = dpop::sign(&edwards(), request, "j", NOW).expect("signed");
    assert_eq!(dpop::verify(&proof, request, NOW), Err(Fault::Algorithm));
}
