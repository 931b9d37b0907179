//! Round trips, and tokens that must not pass.

use super::*;

#[test]
fn a_signed_token_verifies_and_an_altered_one_does_not() {
    let key = SigningKey::generate().unwrap();
    let token = key
        .client_assertion("meridian-client", "http://127.0.0.1/oauth2/token")
        .unwrap();
    let claims = verify_jws(&token, std::slice::from_ref(&key.public)).unwrap();
    assert_eq!(claims["iss"], "meridian-client");

    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = input.split_once('.').unwrap();
    let forged = format!("{header}.{}.{signature}", base64url(r#"{"iss":"other"}"#));
    assert!(verify_jws(&forged, std::slice::from_ref(&key.public)).is_err());

    let other = SigningKey::generate().unwrap();
    assert!(verify_jws(&token, &[other.public]).is_err());
}

#[test]
fn an_unsigned_token_never_passes() {
    let key = SigningKey::generate().unwrap();
    let none = format!("{}.{}.", base64url(r#"{"alg":"none"}"#), base64url("{}"));
    assert_eq!(
        verify_jws(&none, &[key.public]).unwrap_err().to_string(),
        "expected alg `ES256`"
    );
}

#[test]
fn a_private_key_survives_its_file() {
    let key = SigningKey::generate().unwrap();
    let again = SigningKey::from_jwk(&key.private_jwk().unwrap()).unwrap();
    let signature = again.sign(b"terms").unwrap();
    assert_eq!(signature.len(), 64);
    key.public.verify(b"terms", &signature).unwrap();
}

#[test]
fn a_proof_names_method_target_and_token() {
    let key = SigningKey::generate().unwrap();
    let proof = key
        .dpop_proof("POST", "http://127.0.0.1/x?y=1", Some("abc"), None)
        .unwrap();
    let claims = verify_jws(&proof, std::slice::from_ref(&key.public)).unwrap();
    assert_eq!(claims["htu"], "http://127.0.0.1/x");
    assert_eq!(claims["htm"], "POST");
    // SHA-256("abc"), FIPS 180-2 appendix B.1.
    assert_eq!(claims["ath"], "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

#[test]
fn reads_a_key_and_a_set() {
    let key = SigningKey::generate().unwrap().public;
    let one = serde_json::to_string(&key).unwrap();
    assert_eq!(PublicJwk::read_all(&one).unwrap(), vec![key.clone()]);
    let set = format!("{{\"keys\":[{one}]}}");
    assert_eq!(PublicJwk::read_all(&set).unwrap(), vec![key]);
    assert!(PublicJwk::read_all("{\"keys\":[]}").is_err());
}
