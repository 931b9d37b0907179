//! Signatures that another language's standard library made (Python's `hmac` and `hashlib`), and every way to spoil them.

use super::*;
use axum::http::Request;

const NOW_S: i64 = 1_798_859_045;
const BODY: &[u8] = b"a tile";
const WRITE: &str = "56511beacada4beef1e71c9ae19548d8c4343f39f693ccf1567b4f9c126e2b36";
const LIST: &str = "d6aa845166b7d67c2f1ff1537bb20b7f443b72b879aa2b80b2425e7b7a488072";

fn key() -> AccessKey {
    AccessKey {
        id: "aster".to_owned(),
        secret: "hush-hush".to_owned(),
        region: "harbour-1".to_owned(),
    }
}

fn authorization(signed: &str, signature: &str) -> String {
    let scope = "20270102/harbour-1/s3/aws4_request";
    format!("AWS4-HMAC-SHA256 Credential=aster/{scope}, SignedHeaders={signed}, Signature={signature}")
}

/// A write of what is not there yet, with some headers otherwise.
fn write(changes: &[(&str, &str)]) -> Parts {
    let signed = "content-type;host;if-none-match;x-amz-content-sha256;x-amz-date";
    let (authorization, hash) = (authorization(signed, WRITE), hex(digest(&SHA256, BODY).as_ref()));
    let mut headers = vec![
        ("authorization", &*authorization),
        ("content-type", "application/octet-stream"),
        ("host", "127.0.0.1:9000"),
        ("if-none-match", "*"),
        ("x-amz-content-sha256", &hash),
        ("x-amz-date", "20270102T030405Z"),
    ];
    for change in changes {
        headers.retain(|(name, _)| *name != change.0);
        headers.push(*change);
    }
    let mut request = Request::put("/wayleave-log/tile/0/000.p/1");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(()).expect("a request").into_parts().0
}

#[test]
fn what_the_key_signed_is_believed() {
    assert_eq!(check(&key(), &write(&[]), BODY, NOW_S), Ok(()));
    assert_eq!(check(&key(), &write(&[]), BODY, NOW_S + CLOCKS_APART_MAX_S), Ok(()));
    // The query's order is the caller's own, and so are its escapes.
    for query in [
        "list-type=2&prefix=tile%2F0%2F000.p%2F&delimiter=%2F",
        "delimiter=/&prefix=tile/0/000.p/&list-type=2",
    ] {
        let signed = "host;x-amz-content-sha256;x-amz-date";
        let request = Request::get(format!("/wayleave-log?{query}"))
            .header("authorization", authorization(signed, LIST))
            .header("host", "127.0.0.1:9000")
            .header("x-amz-content-sha256", hex(digest(&SHA256, b"").as_ref()))
            .header("x-amz-date", "20270102T030405Z");
        let parts = request.body(()).expect("a request").into_parts().0;
        assert_eq!(check(&key(), &parts, b"", NOW_S), Ok(()), "{query}");
    }
}

#[test]
fn whatever_else_is_not() {
    let other = |changes: &[(&str, &str)]| check(&key(), &write(changes), BODY, NOW_S);
    for (name, value, doubt) in [
        ("host", "127.0.0.1:9001", Doubt::WrongSignature),
        ("if-none-match", "\"a\"", Doubt::WrongSignature),
        ("content-type", "text/html", Doubt::WrongSignature),
        ("x-amz-date", "20270102T030406Z", Doubt::WrongSignature),
        ("x-amz-date", "20270102T040405Z", Doubt::WrongTime),
        ("x-amz-date", "yesterday", Doubt::Malformed),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD", Doubt::WrongBody),
        ("x-amz-acl", "public-read", Doubt::Malformed),
        ("authorization", "Bearer aster", Doubt::Malformed),
    ] {
        assert_eq!(other(&[(name, value)]), Err(doubt), "{name}: {value}");
    }
    let mut moved = write(&[]);
    moved.uri = "/wayleave-log/tile/0/000".parse().expect("a path");
    assert_eq!(check(&key(), &moved, BODY, NOW_S), Err(Doubt::WrongSignature));
    moved = write(&[]);
    moved.method = axum::http::Method::DELETE;
    assert_eq!(check(&key(), &moved, BODY, NOW_S), Err(Doubt::WrongSignature));
    assert_eq!(check(&key(), &write(&[]), b"another", NOW_S), Err(Doubt::WrongBody));
    let late = NOW_S + CLOCKS_APART_MAX_S + 1;
    assert_eq!(check(&key(), &write(&[]), BODY, late), Err(Doubt::WrongTime));
    for (other, doubt) in [
        (
            AccessKey {
                id: "other".to_owned(),
                ..key()
            },
            Doubt::UnknownKey,
        ),
        (
            AccessKey {
                secret: "other".to_owned(),
                ..key()
            },
            Doubt::WrongSignature,
        ),
        (
            AccessKey {
                region: "other".to_owned(),
                ..key()
            },
            Doubt::Malformed,
        ),
    ] {
        assert_eq!(check(&other, &write(&[]), BODY, NOW_S), Err(doubt), "{other:?}");
    }
}
