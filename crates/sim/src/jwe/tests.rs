//! The standard's own example, round trips, and texts that must not open.

use super::*;

/// RFC 7518 Appendix C: Bob's key, and Alice's key that is used once.
fn bob() -> SealingKey {
    SealingKey::from_jwk(&json!({
        "kty": "EC", "crv": "P-256", "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck", "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    }))
    .unwrap()
}

fn alice() -> PublicJwk {
    serde_json::from_value(json!({
        "kty": "EC", "crv": "P-256", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
    }))
    .unwrap()
}

#[test]
fn the_key_of_the_standards_example_is_derived() {
    let peer = UnparsedPublicKey::new(&ECDH_P256, alice().point().unwrap());
    let key = agree(&bob().secret, peer, (), |shared| {
        let round = derivation(shared, "A128GCM", &[b"Alice".to_vec(), b"Bob".to_vec()], 128);
        Ok(base64url(&digest(&SHA256, &round).as_ref()[..16]))
    });
    assert_eq!(key.unwrap(), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn a_sealed_text_opens_for_its_key_alone() {
    let jwe = seal(
        b"tel:+12025550101",
        &bob().public,
        Label {
            apu: "by",
            apv: "who and what",
        },
    )
    .unwrap();
    let opened = bob().open(&jwe).unwrap();
    assert_eq!(opened.text, b"tel:+12025550101");
    assert_eq!(opened.header["apv"], base64url("who and what"));
    assert_eq!(opened.header["apu"], base64url("by"));
    assert!(SealingKey::generate().unwrap().open(&jwe).is_err());
    let again = SealingKey::from_jwk(&bob().private_jwk().unwrap()).unwrap();
    assert!(again.open(&jwe).is_ok());
}

#[test]
fn an_altered_text_or_header_does_not_open() {
    let [one, other] = ["one", "two"].map(|apv| seal(b"{}", &bob().public, Label { apu: "", apv }).unwrap());
    let (header, _) = other.split_once('.').unwrap();
    let (_, rest) = one.split_once('.').unwrap();
    assert!(bob().open(&format!("{header}.{rest}")).is_err());
    let parts: Vec<&str> = one.split('.').collect();
    let mut bytes = unbase64url(parts[3]).unwrap();
    bytes[0] ^= 1;
    let altered = format!("{}..{}.{}.{}", parts[0], parts[2], base64url(bytes), parts[4]);
    assert!(bob().open(&altered).is_err());
    for text in ["", "....", "a.b.c.d.e", "e30..AA.AA.AA"] {
        assert!(bob().open(text).is_err(), "`{text}` was opened");
    }
}
