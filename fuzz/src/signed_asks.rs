//! What parties sign: asks, events, notices, attestations, stops. As with other tokens, the input is a header and claims, signed as
//! they stand; what passes is held against a second reading of the same claims, and signed anew from what was read.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use serde_json::Value;
use wire::jose::SigningKey;
use wire::jose::deletion::UnverifiedDeletion;
use wire::jose::jwk::Jwk;
use wire::jose::notice::{self, UnverifiedNotice};
use wire::jose::signed_ask::{self, Draft, UnverifiedAsk};
use wire::jose::source_event::{self, EventKind, EventState, UnverifiedSourceEvent};
use wire::jose::stop::{self, UnverifiedStop};

use crate::input::{has_only, other_reader};

const NOW_SECONDS: i64 = 1_800_000_000;
const ISSUER: &str = "https://gateway.example.com";
const COMMON: [&str; 5] = ["iss", "aud", "iat", "exp", "jti"];

struct Signers {
    p256: (SigningKey, EcdsaKeyPair),
    ed25519: (SigningKey, Ed25519KeyPair),
    random: SystemRandom,
}

fn signers() -> &'static Signers {
    static SIGNERS: OnceLock<Signers> = OnceLock::new();
    SIGNERS.get_or_init(|| {
        let p256 = SigningKey::from_chance([3; 32]).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, p256.pkcs8().expose());
        let edwards = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).expect("a pair");
        #[expect(
            clippy::disallowed_methods,
            reason = "the signature's nonce; nothing here depends on it"
        )]
        let random = SystemRandom::new();
        Signers {
            p256: (p256, pair.expect("a pair")),
            ed25519: (SigningKey::ed25519_from_chance([3; 32]).expect("a key"), edwards),
            random,
        }
    })
}

/// The header is the input's first line, the claims are the rest; each kind of key signs them.
pub(crate) fn run(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, claims) = data.split_at(end);
    let claims = claims.strip_prefix(b"\n").unwrap_or(claims);
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let Signers { p256, ed25519, random } = signers();
    let by_p256 = p256.1.sign(random, message.as_bytes()).expect("a signature");
    let by_ed25519 = ed25519.1.sign(message.as_bytes());
    for (key, other, algorithm, signature) in [
        (&p256.0, &ed25519.0, "ES256", by_p256.as_ref()),
        (&ed25519.0, &p256.0, "EdDSA", by_ed25519.as_ref()),
    ] {
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        let read = |keys: &[Jwk]| kinds(&token, keys, || (other_reader(header), other_reader(claims)), key);
        assert!(
            !read(std::slice::from_ref(other.public())),
            "another's key was good enough"
        );
        if read(&[other.public().clone(), key.public().clone()]) {
            assert_eq!(
                other_reader(header)["alg"],
                algorithm,
                "a key was used by another's algorithm"
            );
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let both = [p256.0.public().clone(), ed25519.0.public().clone()];
        let never = || panic!("what nobody signed was taken");
        assert!(!kinds(text, &both, never, &p256.0));
    }
}

/// Whether the token passes as one of the kinds. None passes as two.
fn kinds(token: &str, keys: &[Jwk], second: impl Fn() -> (Value, Value), signer: &SigningKey) -> bool {
    let passed = [
        ask(token, keys, &second, signer),
        event(token, keys, &second, signer),
        notice(token, keys, &second, signer),
        deletion(token, keys, &second),
        stop(token, keys, &second, signer),
    ];
    let count = passed.iter().filter(|passed| **passed).count();
    assert!(count <= 1, "one statement passed as two");
    count == 1
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(NOW_SECONDS)
}

fn ask(token: &str, keys: &[Jwk], second: impl Fn() -> (Value, Value), signer: &SigningKey) -> bool {
    let Ok(unverified) = UnverifiedAsk::parse(token) else {
        return false;
    };
    let Ok(ask) = unverified.verify(keys, &[ISSUER], now()) else {
        return false;
    };
    let claims = common(
        second(),
        signed_ask::TYPE,
        60.0,
        &["relays", "subject", "purpose", "event", "question"],
    );
    assert!(claims["iss"] == ask.recipient.to_string().as_str() && claims["jti"] == ask.jti.as_str());
    assert_eq!(claims["purpose"], ask.purpose.term());
    assert_eq!(claims["question"]["type"], ask.wish.class());
    let relays: Vec<String> = ask.relays.iter().map(ToString::to_string).collect();
    assert!(relays.len() <= 4 && claims["relays"] == serde_json::json!(relays));
    let draft = Draft {
        recipient: ask.recipient,
        audience: ISSUER,
        jti: &ask.jti,
        relays: &ask.relays,
        subject: &ask.subject,
        purpose: ask.purpose,
        event: ask.event.as_ref(),
        wish: &ask.wish,
    };
    let anew = signed_ask::sign(signer, draft, now()).expect("signed");
    let anew = UnverifiedAsk::parse(&anew).and_then(|anew| anew.verify(keys, &[ISSUER], now()));
    let anew = anew.expect("what was read is read again");
    assert_eq!(
        (&anew.wish, &anew.event, &anew.subject),
        (&ask.wish, &ask.event, &ask.subject)
    );
    true
}

fn event(token: &str, keys: &[Jwk], second: impl Fn() -> (Value, Value), signer: &SigningKey) -> bool {
    let Ok(unverified) = UnverifiedSourceEvent::parse(token) else {
        return false;
    };
    let Ok(event) = unverified.verify(keys, &[ISSUER], now()) else {
        return false;
    };
    let own = ["id", "kind", "state", "subject", "recipient", "until", "count", "line"];
    let claims = common(second(), source_event::TYPE, 300.0, &own);
    assert!(claims["iss"] == event.source.to_string().as_str() && claims["id"] == event.name.as_str());
    assert_eq!(
        claims.get("line").is_some(),
        matches!(event.kind, EventKind::Call { .. })
    );
    if let EventState::Live { until, count } = event.state {
        assert!(until > now() && claims["count"] == count && (1..=1000).contains(&count));
        let until = claims["until"].as_f64().expect("a time");
        assert!(
            until <= claims["iat"].as_f64().expect("a time") + 86_410.002,
            "is rested on too long"
        );
    }
    let draft = source_event::Draft {
        source: event.source,
        audience: ISSUER,
        jti: &event.jti,
        name: &event.name,
        kind: event.kind,
        state: event.state,
        subject: &event.subject,
        recipient: event.recipient,
    };
    let anew = source_event::sign(signer, draft, now()).expect("signed");
    let anew = UnverifiedSourceEvent::parse(&anew).and_then(|anew| anew.verify(keys, &[ISSUER], now()));
    // Whole seconds are signed: what ends within this one has ended.
    if let Ok(anew) = anew {
        assert_eq!(
            (anew.name, anew.kind, anew.recipient),
            (event.name, event.kind, event.recipient)
        );
    }
    true
}

fn notice(token: &str, keys: &[Jwk], second: impl Fn() -> (Value, Value), signer: &SigningKey) -> bool {
    let Ok(unverified) = UnverifiedNotice::parse(token) else {
        return false;
    };
    let Ok(signed) = unverified.verify(keys, &[ISSUER], now()) else {
        return false;
    };
    let own = ["about", "purpose", "kind", "on", "text", "documents"];
    let claims = common(second(), notice::TYPE, 300.0, &own);
    assert!(claims["about"] == signed.notice.about.to_string().as_str() && claims["kind"] == signed.notice.kind.word());
    assert_eq!(claims["text"], signed.notice.text.as_str());
    assert!((1..=4000).contains(&signed.notice.text.chars().count()) && !signed.notice.text.contains('\r'));
    let anew = notice::sign(signer, signed.sender, ISSUER, &signed.jti, &signed.notice, now()).expect("signed");
    let anew = UnverifiedNotice::parse(&anew).and_then(|anew| anew.verify(keys, &[ISSUER], now()));
    assert_eq!(anew.expect("what was read is read again").notice, signed.notice);
    true
}

fn deletion(token: &str, keys: &[Jwk], second: impl Fn() -> (Value, Value)) -> bool {
    let Ok(unverified) = UnverifiedDeletion::parse(token) else {
        return false;
    };
    let Ok(deletion) = unverified.verify(keys, &[ISSUER], now()) else {
        return false;
    };
    let claims = common(
        second(),
        "wayleave-deletion+jwt",
        7.0 * 86_400.0,
        &["until", "statement"],
    );
    assert_eq!(claims["statement"], deletion.statement.as_str());
    let time = |name: &str| claims[name].as_f64().expect("a time");
    assert!(time("until") <= time("iat") + 0.002, "speaks of what is to come");
    true
}

fn stop(token: &str, keys: &[Jwk], second: impl Fn() -> (Value, Value), signer: &SigningKey) -> bool {
    let Ok(unverified) = UnverifiedStop::parse(token) else {
        return false;
    };
    let Ok(signed) = unverified.verify(keys, &[ISSUER], now()) else {
        return false;
    };
    let claims = common(second(), stop::TYPE, 300.0, &["subject", "recipient", "purpose"]);
    assert!(claims["iss"] == signed.sender.to_string().as_str() && claims["jti"] == signed.jti.as_str());
    assert_eq!(claims["purpose"], signed.stop.purpose.term());
    let anew = stop::sign(signer, signed.sender, ISSUER, &signed.jti, &signed.stop, now()).expect("signed");
    let anew = UnverifiedStop::parse(&anew).and_then(|anew| anew.verify(keys, &[ISSUER], now()));
    assert_eq!(anew.expect("what was read is read again").stop, signed.stop);
    true
}

/// What holds for every kind: its type, its audience, its times, and no claim that nobody knows.
fn common((header, claims): (Value, Value), typ: &str, life_max: f64, own: &[&str]) -> Value {
    let said = header["typ"].as_str().expect("a type").to_ascii_lowercase();
    assert_eq!(said.strip_prefix("application/").unwrap_or(&said), typ);
    assert!(header.get("crit").is_none(), "a critical extension was passed over");
    has_only(&claims, &[&COMMON, own].concat());
    assert_eq!(claims["aud"], ISSUER, "is for another server");
    let time = |name: &str| claims[name].as_f64().expect("a time");
    assert!(time("exp") > NOW_SECONDS as f64, "has expired");
    assert!(time("exp") <= time("iat") + life_max + 0.002, "lives too long");
    assert!(time("iat") <= NOW_SECONDS as f64 + 10.002, "is of the future");
    claims
}
