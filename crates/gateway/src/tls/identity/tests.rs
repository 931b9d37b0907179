//! Tests of identities.

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::*;
use crate::tls::provider;

fn params() -> CertificateParams {
    let mut params = CertificateParams::new(vec!["gateway.example.com".to_owned()]).expect("a name");
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params
}

fn files(certificate: String, key: &KeyPair) -> Files {
    Files {
        certificate: certificate.into_bytes(),
        key: key.serialize_pem().into_bytes(),
    }
}

fn refused(files: &Files) -> String {
    Identity::new(files, &provider()).expect_err("no identity").to_string()
}

#[test]
fn a_pair_tells_its_time() {
    let key = KeyPair::generate().expect("a key");
    let certificate = params().self_signed(&key).expect("a certificate");
    let identity = Identity::new(&files(certificate.pem(), &key), &provider()).expect("an identity");
    assert_eq!(identity.from.rfc3339(), "2026-01-01T00:00:00.000Z");
    assert_eq!(identity.until.rfc3339(), "2027-01-01T00:00:00.000Z");
    let at = |ms| Timestamp::from_unix_ms(ms);
    assert!(identity.check_time(at(identity.until.unix_ms())).is_ok());
    assert!(identity.check_time(at(identity.until.unix_ms() + 1)).is_err());
    assert!(identity.check_time(at(identity.from.unix_ms() - 1)).is_err());
    assert!(!format!("{identity:?}").contains("PRIVATE"));
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let (key, other) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let pem = params().self_signed(&key).expect("a certificate").pem();
    let error = refused(&files(pem.clone(), &other));
    assert!(error.contains("own key"), "{error}");
    assert!(refused(&files(String::new(), &key)).contains("found none"));
    assert!(refused(&files("hello".to_owned(), &key)).contains("found none"));
    let half = pem[..pem.len() / 2].to_owned();
    assert!(!refused(&files(half, &key)).is_empty());
    let many = pem.repeat(CHAIN_MAX + 1);
    assert!(refused(&files(many, &key)).contains("at most"));
    let keyless = Files {
        key: pem.clone().into_bytes(),
        ..files(pem, &key)
    };
    assert!(refused(&keyless).contains("private key"));
}
