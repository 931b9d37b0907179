//! Signed tokens: assertions, proofs of possession, access tokens.
//!
//! Bytes that nobody signed reach only the first lines of a reader. So the input here is a header and claims, which are
//! signed as they stand, and what passes is held against a second reading of the same claims.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use serde_json::Value;
use wire::jose::access_token::Bound;
use wire::jose::assertion::UnverifiedAssertion;
use wire::jose::bearer::UnverifiedBearer;
use wire::jose::jwk::Jwk;
use wire::jose::request_object::Expected;
use wire::jose::security_event::{KNOWN, UnverifiedEvent};
use wire::jose::{SigningKey, access_token, dpop, request_object};

use crate::input::{count, depth};

fn expected<'a>(client_id: &'a str, keys: &'a [Jwk]) -> Expected<'a> {
    Expected {
        client_id,
        keys,
        audiences: &[ISSUER, URL],
    }
}

/// The moment at which everything here happens, and how it stands in the corpus.
const NOW_SECONDS: i64 = 1_800_000_000;
const ISSUER: &str = "https://gateway.example.com";
const URL: &str = "https://gateway.example.com/oauth2/token";
/// How long an assertion may live, and how far a proof's time may lie from now, in seconds.
const LIFE_MAX: f64 = 300.0;
/// How far another clock may run ahead, in seconds.
const SKEW: f64 = 10.0;

struct Signer {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    public: Jwk,
}

fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| {
        let key = SigningKey::from_chance([3; 32]).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.pkcs8().expose());
        #[expect(
            clippy::disallowed_methods,
            reason = "the signature's nonce; nothing here depends on it"
        )]
        let random = SystemRandom::new();
        Signer {
            pair: pair.expect("a key pair"),
            random,
            public: key.public().clone(),
        }
    })
}

impl Signer {
    fn sign(&self, header: &[u8], claims: &[u8]) -> String {
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(&self.random, text.as_bytes()).expect("a signature");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

/// The header is the input's first line, the claims are the rest.
pub(crate) fn claims(data: &[u8]) {
    nobody_signed(data);
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (header, claims) = data.split_at(end);
    let claims = claims.strip_prefix(b"\n").unwrap_or(claims);
    let token = signer().sign(header, claims);
    // The second reader is asked only about what passed: everything else may be no JSON at all.
    let second = || (other_reader(header), other_reader(claims));
    from_a_client(&token, second);
    from_us(&token, second);
    proof(&token, second);
    event(&token, second);
}

/// What a carrier signs about one of its numbers.
fn event(token: &str, second: impl Fn() -> (Value, Value)) {
    let keys = std::slice::from_ref(&signer().public);
    let now = Timestamp::from_unix_seconds(NOW_SECONDS);
    if let Ok(unverified) = UnverifiedEvent::parse(token)
        && let Ok(event) = unverified.verify(keys, &[ISSUER], now)
    {
        let (header, claims) = second();
        is_of_type(&header, &["secevent+jwt"], false);
        assert_eq!(claims["iss"], unverified.issuer());
        assert_eq!(claims["jti"], event.jti.as_str());
        let named = match &claims["aud"] {
            Value::Array(all) => all.iter().any(|one| one == ISSUER),
            one => one == ISSUER,
        };
        assert!(named, "is for another server");
        let events = claims["events"].as_object().expect("events");
        assert!(events.len() == 1 && events.keys().all(|name| KNOWN.contains(&name.as_str())));
        assert!(event.remembered_until() > now, "is forgotten sooner than it is taken");
    }
}

/// What a client signs about itself or about a question: assertions and request objects.
fn from_a_client(token: &str, second: impl Fn() -> (Value, Value)) {
    let keys = std::slice::from_ref(&signer().public);
    let now = Timestamp::from_unix_seconds(NOW_SECONDS);
    if let Ok(unverified) = UnverifiedAssertion::parse(token)
        && let Ok(assertion) = unverified.verify(keys, &[ISSUER, URL], now)
    {
        let (header, claims) = second();
        is_of_type(&header, &["jwt", "client-authentication+jwt"], true);
        assert_eq!(claims["sub"], claims["iss"], "speaks for somebody else");
        is_ours_and_alive(&claims, &assertion.client_id, &assertion.jti);
    }
    if let Ok(unverified) = UnverifiedBearer::parse(token)
        && let Ok(bearer) = unverified.verify(keys, &[ISSUER, URL], now)
    {
        let (header, claims) = second();
        is_of_type(&header, &["jwt", "authorization-grant+jwt"], true);
        assert!(claims["sub"] == bearer.subject.as_str() && claims["scope"] == bearer.scope.as_str());
        assert!(claims["iat"].is_number());
        is_ours_and_alive(&claims, &bearer.client_id, &bearer.jti);
    }
    let client = "pty_00000000000000000000000000";
    if let Ok(object) = request_object::verify(token, expected(client, keys), now) {
        let (header, claims) = second();
        is_of_type(&header, &["jwt", "oauth-authz-req+jwt"], true);
        assert!(claims.get("client_id").is_none_or(|named| named == client));
        let parameter = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        assert_eq!(object.parameters.scope, parameter("scope"));
        assert_eq!(object.parameters.login_hint, parameter("login_hint"));
        is_ours_and_alive(&claims, client, &object.jti);
    }
    if let Ok(object) = request_object::verify_authorization(token, expected(client, keys), now) {
        let (_, claims) = second();
        let state = claims.get("state").and_then(Value::as_str);
        assert!(object.parameters.state().is_none_or(|read| state == Some(read)));
        if let Ok(wish) = object.parameters.read() {
            assert_eq!(
                claims.get("code_challenge_method").and_then(Value::as_str),
                Some("S256")
            );
            assert_eq!(
                claims.get("scope").and_then(Value::as_str).map(str::parse),
                Some(Ok(wish.scope))
            );
        }
        is_ours_and_alive(&claims, client, &object.jti);
    }
}

/// An access token that this gateway made.
fn from_us(token: &str, second: impl Fn() -> (Value, Value)) {
    let keys = std::slice::from_ref(&signer().public);
    let now = Timestamp::from_unix_seconds(NOW_SECONDS);
    if let Ok(token) = access_token::verify(token, keys, ISSUER, now) {
        let (header, claims) = second();
        is_of_type(&header, &["at+jwt"], false);
        assert!(claims["iss"] == ISSUER && is_for_us(&claims["aud"], &[ISSUER]));
        assert_eq!(claims["client_id"], token.client_id.as_str());
        let subject = claims["sub"].as_str().filter(|subject| *subject != token.client_id);
        assert_eq!(token.subject.as_deref(), subject);
        let confirmed = |name: &str| claims["cnf"].get(name).and_then(Value::as_str).map(str::to_owned);
        let bound = match token.bound {
            Some(Bound::Key(key)) => (Some(key.to_string()), None),
            Some(Bound::Certificate(certificate)) => (None, Some(certificate.to_string())),
            None => (None, None),
        };
        assert_eq!((confirmed("jkt"), confirmed("x5t#S256")), bound);
        is_alive(&claims, f64::INFINITY);
    }
}

/// A proof of possession, for one method and one address.
fn proof(token: &str, second: impl Fn() -> (Value, Value)) {
    let now = Timestamp::from_unix_seconds(NOW_SECONDS);
    let request = dpop::Request {
        method: "POST",
        url: URL,
        access_token: None,
    };
    if let Ok(proof) = dpop::verify(token, request, now) {
        let (header, claims) = second();
        is_of_type(&header, &["dpop+jwt"], false);
        assert_eq!(proof.key, signer().public.key.thumbprint(), "proves another key");
        assert!(header["jwk"].get("d").is_none(), "a private key was accepted");
        assert!(claims["htm"] == "POST" && claims.get("ath").is_none());
        let made = claims["iat"].as_f64().expect("a time");
        assert!((made - NOW_SECONDS as f64).abs() <= LIFE_MAX + 0.001);
        assert_eq!(claims["jti"], proof.jti.as_str());
    }
}

fn is_ours_and_alive(claims: &Value, client_id: &str, jti: &str) {
    assert!(claims["iss"] == client_id && claims["jti"] == jti);
    assert!(is_for_us(&claims["aud"], &[ISSUER, URL]), "is for another server");
    is_alive(claims, LIFE_MAX);
}

fn is_for_us(audience: &Value, names: &[&str]) -> bool {
    let named = |one: &Value| names.iter().any(|name| one == name);
    match audience {
        Value::Array(all) => !all.is_empty() && all.iter().all(named),
        one => named(one),
    }
}

/// The input as a token of its own: nothing that is not signed passes, whatever it looks like.
fn nobody_signed(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let keys = std::slice::from_ref(&signer().public);
    let now = Timestamp::from_unix_seconds(NOW_SECONDS);
    assert!(access_token::verify(text, keys, ISSUER, now).is_err());
    if let Ok(unverified) = UnverifiedAssertion::parse(text) {
        assert!(unverified.verify(keys, &[ISSUER], now).is_err());
    }
}

/// Each part of a token is one JSON object, no field twice, in the eyes of another reader too.
fn other_reader(part: &[u8]) -> Value {
    let value = crate::input::other_reader(part);
    assert!(value.is_object() && depth(&value) <= 6 && count(&value) <= 8192);
    value
}

fn is_of_type(header: &Value, types: &[&str], may_be_missing: bool) {
    assert_eq!(header["alg"], "ES256");
    assert!(
        header.get("crit").is_none(),
        "an unknown critical extension was passed over"
    );
    match header.get("typ").and_then(Value::as_str) {
        None => assert!(may_be_missing),
        Some(typ) => {
            let typ = typ.to_ascii_lowercase();
            assert!(types.contains(&typ.strip_prefix("application/").unwrap_or(&typ)));
        }
    }
}

fn is_alive(claims: &Value, life_max: f64) {
    let time = |name: &str| claims.get(name).map(|time| time.as_f64().expect("a time"));
    let (now, expires) = (NOW_SECONDS as f64, time("exp").expect("an end"));
    assert!(expires > now, "has expired");
    assert!(expires <= now + life_max + 0.001, "lives too long");
    for name in ["iat", "nbf"] {
        assert!(time(name).is_none_or(|time| time <= now + SKEW + 0.001) || name == "nbf" && life_max.is_infinite());
    }
}
