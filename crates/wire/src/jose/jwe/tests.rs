//! The key derivation of the standard, what is opened and what is not.

use serde_json::{Value, json};

use super::*;
use crate::jose::AgreementKey;

fn decode<const N: usize>(text: &str) -> [u8; N] {
    URL_SAFE_NO_PAD
        .decode(text)
        .expect("base64url")
        .try_into()
        .expect("its length")
}

/// RFC 7518 Appendix C: Alice's ephemeral key, Bob's key, and what they derive for A128GCM.
const ALICE: &str = "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo";
const BOB: [&str; 3] = [
    "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
    "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
    "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
];

fn bob() -> PublicKey {
    PublicKey::new(decode(BOB[0]), decode(BOB[1])).expect("a point")
}

#[test]
fn the_key_of_the_standards_example_is_derived() {
    let alice = PrivateKey::from_private_key(&ECDH_P256, &decode::<32>(ALICE)).expect("a key");
    let peer = UnparsedPublicKey::new(&ECDH_P256, bob().uncompressed());
    let key = agree(&alice, peer, NotSealed, |shared| {
        assert_eq!(shared[..4], [158, 86, 217, 29], "Z of the example");
        Ok(derive::<16>(shared, "A128GCM", b"Alice", b"Bob"))
    });
    assert_eq!(key, Ok(decode::<16>("VqqN6vgjbSBcIijNcacQGg")));
}

/// What two libraries of others sealed for Bob, from Alice to Bob by `apu` and `apv`: Python's `jwcrypto` 1.1, and
/// `jose` 6.2.
const FOREIGN: [&str; 2] = [
    "eyJhbGciOiJFQ0RILUVTIiwiYXB1IjoiUVd4cFkyVSIsImFwdiI6IlFtOWkiLCJlbmMiOiJBMjU2R0NNIiwiZXBrIjp7ImNydiI6IlAtMjU2Ii\
wia3R5IjoiRUMiLCJ4IjoiczlsTTQxV0xHQjh1c0NEcjBpUDZMMy1wMURBTmVOeHZHLW5DcURNa3lHOCIsInkiOiJPUWtrRG44ejVHTjhUZHNt\
bUlvRHlBZldGSTdfLTVmWDg0R2NnbmZueklNIn19..hM0Nm3ZMLHP817GR.BPtgZdOfE-vteoOi2zt2Hw.KDwO0bPa6ukvArVxMnUlRQ",
    "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImJvYiIsImVwayI6eyJ4IjoiUTk5dEdqSVZtcFpjYnBCY0ZKVVN0MDQ1cj\
F1TnRVcFFvelhZMm8xcVZ2OCIsImNydiI6IlAtMjU2Iiwia3R5IjoiRUMiLCJ5IjoiUjdFS1hTOEhqV3FnaVVUeXdSWFdhZURUcGtvTUVOVHZB\
REZSZHZhekNxQSJ9LCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSJ9..Evf2oVSowbwMIFla.toF7zHlmU44mZdcP1mVYUw.im3mcgVPvMRR\
SVj0NqFrPA",
];

fn bobs_private() -> AgreementKey {
    AgreementKey::from_chance(decode(BOB[2])).expect("a key")
}

/// What Bob opens, without the padding.
fn opened(jwe: &str) -> Result<String, NotOpened> {
    let plain = open(jwe, &bobs_private())?;
    Ok(String::from_utf8(plain.expose().clone())
        .expect("text")
        .trim_end()
        .to_owned())
}

fn fresh() -> Fresh {
    Fresh {
        secret: decode(ALICE),
        nonce: [7; NONCE_LEN],
    }
}

#[test]
fn a_sealed_answer_opens_for_its_key_and_says_nothing_by_its_length() {
    let sealed = seal_json(r#"{"radius":200}"#, &bob(), b"visit 1", fresh()).expect("sealed");
    assert_eq!(opened(&sealed).as_deref(), Ok(r#"{"radius":200}"#));
    let longer = seal_json(r#"{"radius":200,"more":"words"}"#, &bob(), b"visit 1", fresh()).expect("sealed");
    assert_eq!(longer.len(), sealed.len());
    let altered = sealed.replace('.', ".A").replacen(".A.A", "..", 1);
    assert!(opened(&altered).is_err());
    let other = seal_json(r#"{"radius":200}"#, &bob(), b"visit 2", fresh()).expect("sealed");
    let (swapped, _) = other.split_once('.').expect("a header");
    let mixed = format!("{swapped}.{}", sealed.split_once('.').expect("a header").1);
    assert_eq!(
        opened(&mixed),
        Err(NotOpened::Key),
        "an answer of one visit under the header of another"
    );
}

#[test]
fn what_is_no_private_key_is_refused() {
    for secret in [[0; 32], [255; 32]] {
        let refused = seal_json("{}", &bob(), b"", Fresh { secret, ..fresh() });
        assert_eq!(refused, Err(NotSealed));
    }
}

#[test]
fn what_others_sealed_is_opened() {
    for jwe in FOREIGN {
        assert_eq!(opened(jwe).as_deref(), Ok("tel:+12025550101"));
        let envelope = Envelope::parse(jwe).expect("well-formed");
        assert_eq!((envelope.apu(), envelope.apv()), (&b"Alice"[..], &b"Bob"[..]));
    }
}

#[test]
fn every_altered_character_is_noticed() {
    for jwe in FOREIGN {
        for at in 0..jwe.len() {
            for replacement in ["A", "B", "."] {
                let mut altered = jwe.to_owned();
                altered.replace_range(at..=at, replacement);
                assert!(altered == jwe || opened(&altered).is_err(), "{at}");
            }
            assert!(opened(&jwe[..at]).is_err(), "{at}");
        }
    }
}

/// The header of a good text, changed, with everything else as it was: it is refused before any key is tried.
fn with_header(change: impl FnOnce(&mut Value)) -> Result<String, NotOpened> {
    let (header, rest) = FOREIGN[0].split_once('.').expect("a header");
    let mut said: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("base64url")).expect("json");
    change(&mut said);
    opened(&format!("{}.{rest}", URL_SAFE_NO_PAD.encode(said.to_string())))
}

#[test]
fn only_one_kind_of_text_is_read() {
    assert_eq!(with_header(|_| ()).as_deref(), Ok("tel:+12025550101"));
    for (name, value, at) in [
        ("alg", json!("ECDH-ES+A128KW"), "alg"),
        ("alg", json!("dir"), "alg"),
        ("enc", json!("A128GCM"), "enc"),
        ("enc", json!("A128CBC-HS256"), "enc"),
        ("zip", json!("DEF"), "zip"),
        ("crit", json!(["exp"]), "crit"),
        ("jku", json!("https://example.com/keys"), "jku"),
        ("typ", json!("JWT"), "typ"),
        ("apv", json!("Qm9i="), "apv"),
        ("apv", json!("Qm9j!"), "apv"),
        ("kid", json!(""), "kid"),
        ("epk", json!("point"), "epk"),
        ("epk", json!({ "kty": "OKP", "crv": "X25519", "x": BOB[0] }), "epk.kty"),
        ("epk", json!({ "kty": "EC", "crv": "P-256", "x": BOB[0] }), "epk.y"),
    ] {
        let Err(NotOpened::Malformed(error)) = with_header(|header| header[name] = value.clone()) else {
            panic!("{name}: {value}")
        };
        assert_eq!(error.at, at, "{value}");
    }
    let off_the_curve = json!({ "kty": "EC", "crv": "P-256", "x": BOB[1], "y": BOB[1] });
    assert!(matches!(
        with_header(|header| header["epk"] = off_the_curve),
        Err(NotOpened::Malformed(_))
    ));
    let private = json!({ "kty": "EC", "crv": "P-256", "x": BOB[0], "y": BOB[1], "d": BOB[2] });
    assert!(matches!(
        with_header(|header| header["epk"] = private),
        Err(NotOpened::Malformed(_))
    ));
    assert_eq!(with_header(|header| header["apv"] = json!("Qm9j")), Err(NotOpened::Key));
    assert_eq!(
        with_header(|header| header["kid"] = json!("other")),
        Err(NotOpened::Key),
        "the tag covers it"
    );
}

#[test]
fn the_parts_have_their_lengths() {
    let parts: Vec<&str> = FOREIGN[0].split('.').collect();
    let join = |at: usize, part: &str| {
        let mut parts = parts.clone();
        parts[at] = part;
        parts.join(".")
    };
    for jwe in [
        join(1, "AAAA"),
        join(2, "AAAA"),
        join(2, ""),
        join(4, "AAAA"),
        join(4, &parts[4][..20]),
        join(3, &format!("{}==", parts[3])),
        parts[1..].join("."),
        format!("{}.", FOREIGN[0]),
        String::new(),
    ] {
        assert!(matches!(opened(&jwe), Err(NotOpened::Malformed(_))), "{jwe}");
    }
    assert_eq!(opened(&"A".repeat(65_537)), Err(NotOpened::TooLong));
    assert_eq!(opened(&join(3, "")), Err(NotOpened::Key));
}

#[test]
fn the_key_of_one_text_opens_that_text_alone() {
    let label = Label {
        kid: Some("bob"),
        ..Label::default()
    };
    let one = seal(b"tel:+12025550101", &bob(), label, fresh()).expect("sealed");
    let two = seal(
        b"tel:+12025550101",
        &bob(),
        label,
        Fresh {
            secret: [9; 32],
            ..fresh()
        },
    )
    .expect("sealed");
    let key = content_key(&one, &bobs_private()).expect("Bob's");
    let handed_on = ContentKey::parse(key.print().expose()).expect("32 bytes");
    assert_eq!(
        open_with(&one, &handed_on).expect("its key").expose(),
        b"tel:+12025550101"
    );
    assert_eq!(open_with(&two, &handed_on).map(|_| ()), Err(NotOpened::Key));
    let other = AgreementKey::from_chance([9; 32]).expect("a key");
    assert_eq!(content_key(&one, &other).map(|_| ()), Err(NotOpened::Key));
    assert!(ContentKey::parse("AAAA").is_none());
    assert_eq!(format!("{key:?}"), "ContentKey(Secret(…))");
    let envelope = Envelope::parse(&one).expect("well-formed");
    assert_eq!(
        envelope.content_key_by_any(&[other, bobs_private()]).map(|_| ()),
        Err(NotOpened::Key),
        "by its name"
    );
}

#[test]
fn outcomes_have_one_size() {
    let sizes = [
        ("{}", &b"https://gateway.example.com pty_1 1"[..]),
        (r#"{"radius":200}"#, b"https://gateway.example.com pty_1 123456789"),
    ]
    .map(|(text, apv)| seal_outcome(text, &bob(), apv, fresh()).expect("sealed"))
    .map(|jwe| {
        assert!(opened(&jwe).is_ok());
        jwe.len()
    });
    assert_eq!(sizes[0], sizes[1]);
}
