//! TLS toward a carrier: one that proves who it is is asked, one that does not is not, whatever is wrong with it.

use serde_json::json;

use crate::http::Answer;
use crate::partner::assert_answered;
use crate::parts::{Parts, Settings};
use crate::program::folder;
use crate::secured::{Authority, HERE, Pair};

/// A gateway whose carrier shows `pair`, and believes `roots`.
fn parts(authority: &Authority, pair: &Pair, more: (&[String], &str)) -> Parts {
    let path = |path: &std::path::Path| path.display().to_string();
    let mut carrier = vec!["--tls-cert".to_owned(), path(&pair.certificate)];
    carrier.extend(["--tls-key".to_owned(), path(&pair.key)]);
    carrier.extend(more.0.iter().cloned());
    Parts::start(Settings {
        carrier,
        source: format!("ca_file = {:?}\n{}", path(&authority.root()), more.1),
        ..Settings::default()
    })
}

fn ask(parts: &Parts) -> (Answer, usize) {
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    phone.agree_to(&plain, &json!({}));
    let answer = plain.retrieve(&phone.number);
    (answer, parts.world.queries(&phone.number).len())
}

fn log(parts: &Parts) -> String {
    std::fs::read_to_string(parts.world.folder.join("gateway.log")).expect("a log")
}

#[test]
fn a_carrier_that_proves_who_it_is_is_asked() {
    let folder = folder();
    let authority = Authority::new(&folder);
    let parts = parts(&authority, &authority.certify("carrier", &[HERE], 2089), (&[], ""));
    let config = std::fs::read_to_string(&parts.config).expect("a configuration");
    assert!(config.contains("base_url = \"https://"), "{config}");
    let (answer, queries) = ask(&parts);
    assert_answered(&answer);
    assert_eq!(queries, 1);
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_carrier_that_does_not_is_not() {
    let folder = folder();
    let (authority, other) = (Authority::new(&folder), Authority::new(&folder.join("other")));
    for (what, pair, reason) in [
        ("expired", authority.certify("expired", &[HERE], 2024), "has expired"),
        (
            "misnamed",
            authority.certify("misnamed", &["carrier.example.com"], 2089),
            "for another name",
        ),
        (
            "foreign",
            other.certify("foreign", &[HERE], 2089),
            "no root that is believed",
        ),
    ] {
        let parts = parts(&authority, &pair, (&[], ""));
        let (answer, queries) = ask(&parts);
        assert_eq!((answer.status, answer.code().as_str()), (503, "UNAVAILABLE"), "{what}");
        assert!(!answer.tells_a_place());
        assert_eq!(queries, 0, "{what}: the carrier was asked");
        assert!(log(&parts).contains(reason), "{what}: {}", log(&parts));
    }
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn a_carrier_that_wants_a_certificate_gets_ours() {
    let folder = folder();
    let authority = Authority::new(&folder);
    let carrier = authority.certify("carrier", &[HERE], 2089);
    let own = authority.certify("own", &["gateway.example.com"], 2089);
    let wants = ["--tls-client-ca".to_owned(), authority.root().display().to_string()];
    let ours = format!(
        "client_certificate_file = {:?}\nclient_key_file = {:?}\n",
        own.certificate.display().to_string(),
        own.key.display().to_string()
    );
    let with = parts(&authority, &carrier, (&wants, &ours));
    assert_answered(&ask(&with).0);
    let metrics = with.world.get("/metrics").text();
    assert!(metrics.contains("wayleave_source_client_certificate_expires_seconds{source=\"meridian\"}"));
    let without = parts(&authority, &carrier, (&wants, ""));
    let (answer, queries) = ask(&without);
    assert_eq!((answer.status, queries), (503, 0), "{}", answer.text());
    let _ = std::fs::remove_dir_all(folder);
}
