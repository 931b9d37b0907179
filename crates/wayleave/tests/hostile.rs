//! The hostile hub: somebody has the hub's key directory, its database, the key by which the home knows it, and the
//! program's own code. They try everything that they can think of. The home answers none of it, and its carrier's ledger
//! shows that nobody was asked.

#![expect(
    clippy::disallowed_methods,
    reason = "a test outside of the programs has a clock and chance of its own"
)]
#![expect(dead_code, reason = "the other programs of tests use what this one does not")]

#[path = "outside/chain.rs"]
mod chain;
#[path = "outside/http.rs"]
mod http;
#[path = "outside/hub.rs"]
mod hub;
#[path = "outside/jose.rs"]
mod jose;
#[path = "outside/oauth.rs"]
mod oauth;
#[path = "outside/partner.rs"]
mod partner;
#[path = "outside/parts.rs"]
mod parts;
#[path = "outside/phone.rs"]
mod phone;
#[path = "outside/program.rs"]
mod program;
#[path = "outside/witness.rs"]
mod witness;
#[path = "outside/world.rs"]
mod world;

use std::fs;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use domain::number::Msisdn;
use domain::policy::World;
use domain::time::Timestamp;
use gateway::keys::KeyDirectory;
use gateway::keys::sealing::SealingKeys;
use serde_json::{Value, json};
use wire::jose::SealingJwk;
use wire::jose::jwe::Fresh;

use chain::{ROADSIDE, Relay, Service, assert_told};
use hub::Chain;
use jose::{Key, base64url, jti, now, unbase64url};
use partner::Partner;
use phone::Phone;

const ASKS: &str = "/wayleave/v1/asks";

/// What the attacker holds.
struct Stolen {
    /// The hub toward the home, and the key by which the home knows it.
    hub: Partner,
    key: Key,
    directory: KeyDirectory,
    sealing: SealingKeys,
    /// The home's published key.
    home: SealingJwk,
}

impl Stolen {
    fn from(chain: &Chain) -> Self {
        let file = fs::read(&chain.known_as.file).expect("the hub's client");
        let file: Value = serde_json::from_slice(&file).expect("JSON");
        let keys = chain.hub.gateway_folder().join("keys");
        let directory = KeyDirectory::open(&keys, World::Sandbox).expect("the hub's keys");
        let published = fs::read(chain.hub.world.folder.join("home.enc.jwk")).expect("the home's key");
        Self {
            key: Key::read(&file["private_jwk"]),
            hub: Partner::new(file),
            sealing: directory.sealing().expect("the hub's own key"),
            home: SealingJwk::parse(&published).expect("a key"),
            directory,
        }
    }

    /// What the hub's own code gives on for a subject that was sealed to the hub.
    fn handed_on(&self, subject: &str) -> String {
        self.sealing
            .hand_on(subject, &self.home, fresh())
            .expect("sealed to the hub")
    }

    /// Posts an ask to the home as the hub does.
    fn posts(&self, ask: &str, key: Option<&str>) -> (u16, String) {
        let body = match key {
            Some(key) => json!({"ask": ask, "key": key}),
            None => json!({"ask": ask}),
        };
        let answer = self.hub.call("POST", ASKS, &body);
        (answer.status, answer.text())
    }
}

fn fresh() -> Fresh {
    let random = SystemRandom::new();
    let (mut secret, mut nonce) = ([0; 32], [0; 12]);
    random.fill(&mut secret).expect("chance");
    random.fill(&mut nonce).expect("chance");
    Fresh { secret, nonce }
}

/// The ask that the hub was brought last, and its claims.
fn brought(relay: &Relay) -> (String, Value) {
    let ask = relay.last()["load"]["ask"].as_str().expect("an ask").to_owned();
    let claims = ask.split('.').nth(1).expect("claims");
    let claims = serde_json::from_slice(&unbase64url(claims)).expect("JSON");
    (ask, claims)
}

/// The same ask with other claims, under the recipient's old signature, or under another's.
fn altered(ask: &str, claims: &Value, by: Option<&Key>) -> String {
    let parts: Vec<&str> = ask.split('.').collect();
    let header: Value = serde_json::from_slice(&unbase64url(parts[0])).expect("JSON");
    match by {
        Some(key) => {
            let header = json!({"alg": "ES256", "typ": header["typ"]});
            key.jws(&header, claims)
        }
        None => format!("{}.{}.{}", parts[0], base64url(claims.to_string()), parts[2]),
    }
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

/// A chain, its service and relay, and two phones whose owners agreed.
fn agreed(chain: &Chain) -> (Service, Relay, Phone<'_>, Phone<'_>) {
    let (service, relay) = chain.service(&ROADSIDE);
    let (one, other) = (chain.home.world.free_phone(), chain.home.world.free_phone());
    service.agree(&one, &json!({}));
    service.agree(&other, &json!({}));
    (service, relay, one, other)
}

/// What somebody who has the hub posts: what they do, the ask, and the key that they give on.
type Try = (&'static str, String, Option<String>);

fn tries(chain: &Chain, stolen: &Stolen, (first, first_claims): (&str, &Value), other_claims: &Value) -> Vec<Try> {
    let key = stolen.handed_on(first_claims["subject"].as_str().expect("a subject"));
    let other_key = stolen.handed_on(other_claims["subject"].as_str().expect("a subject"));
    let own = Key::generate();
    let mine = with(first_claims, "iss", json!(chain.known_as.id));
    let live = |claims: &Value| {
        with(
            &with(&with(claims, "jti", json!(jti())), "iat", json!(now())),
            "exp",
            json!(now() + 60),
        )
    };
    vec![
        ("replays", first.to_owned(), Some(key.clone())),
        ("replays without the key", first.to_owned(), None),
        ("splices another's key in", first.to_owned(), Some(other_key.clone())),
        (
            "gives a key of its own choosing",
            first.to_owned(),
            Some("e30.e30.e30.e30.e30".to_owned()),
        ),
        (
            "splices another's subject in",
            altered(
                first,
                &with(first_claims, "subject", other_claims["subject"].clone()),
                None,
            ),
            Some(other_key.clone()),
        ),
        (
            "readdresses",
            altered(first, &with(first_claims, "aud", json!(chain.home.world.issuer)), None),
            Some(key.clone()),
        ),
        (
            "widens the purpose",
            altered(
                first,
                &with(first_claims, "purpose", json!("FraudPreventionAndDetection")),
                None,
            ),
            Some(key.clone()),
        ),
        (
            "widens the question",
            altered(
                first,
                &with(first_claims, "question", json!({"type": "retrieve", "maxAge": 0})),
                None,
            ),
            Some(key.clone()),
        ),
        (
            "names fewer relays",
            altered(first, &with(first_claims, "relays", json!([])), None),
            Some(key.clone()),
        ),
        (
            "lets it live longer",
            altered(first, &with(first_claims, "exp", json!(now() + 3600)), None),
            Some(key.clone()),
        ),
        (
            "signs it anew",
            altered(first, &live(first_claims), Some(&own)),
            Some(key.clone()),
        ),
        (
            "signs it as the hub",
            altered(first, &live(first_claims), Some(&stolen.key)),
            Some(key.clone()),
        ),
        (
            "asks in its own name",
            altered(first, &live(&mine), Some(&stolen.key)),
            Some(key.clone()),
        ),
        (
            "makes it without an algorithm",
            format!(
                "{}.{}.",
                base64url(r#"{"alg":"none","typ":"wayleave-ask+jwt"}"#),
                base64url(live(first_claims).to_string())
            ),
            Some(key.clone()),
        ),
    ]
}

#[test]
fn a_hostile_hub_gets_nothing_and_no_carrier_is_asked() {
    let chain = Chain::start();
    let (service, relay, one, other) = agreed(&chain);
    assert_told(&service.asks(&one.number));
    let (first, first_claims) = brought(&relay);
    assert_told(&service.asks(&other.number));
    let (_, other_claims) = brought(&relay);
    let stolen = Stolen::from(&chain);
    let asked = || {
        let queries = |phone: &Phone<'_>| chain.home.world.queries(&phone.number).len();
        queries(&one) + queries(&other)
    };
    let before = asked();
    let tries = tries(&chain, &stolen, (&first, &first_claims), &other_claims);
    let mut sizes = Vec::new();
    for (what, ask, key) in &tries {
        let (status, body) = stolen.posts(ask, key.as_deref());
        assert_eq!(status, 200, "{what}: {body}");
        assert_eq!(body.split('.').count(), 5, "{what}: {body}");
        sizes.push(body.len());
        assert_eq!(asked(), before, "{what}: a carrier was asked");
    }
    let honest = relay.last()["body"].as_str().map(str::len);
    assert!(
        sizes.iter().all(|size| Some(*size) == honest),
        "{sizes:?} beside {honest:?}"
    );
    // The honest road still stands.
    assert_told(&service.asks(&one.number));
    assert_eq!(asked(), before + 1);
    chain.home.verify_journal();
}

#[test]
fn a_hostile_hub_makes_no_consent() {
    let chain = Chain::start();
    let (service, relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    let texts = phone.count("/c/");
    let asked = service.does("consent", &json!({"number": phone.number}));
    let consent = asked["opened"]["consent"]
        .as_str()
        .expect("an id")
        .parse()
        .expect("a consent's id");
    // Even who knows the question's name, and it is sealed, cannot make its link from the hub's keys.
    let stolen = Stolen::from(&chain);
    let origin = chain.hub.world.issuer.trim_start_matches("http://").to_owned() + "/journal";
    let derived = stolen.directory.journal(&origin).expect("the hub's keys");
    let token = base64url(derived.link(consent));
    let host = chain.home.world.host();
    for (method, path) in [
        ("GET", format!("/c/{token}")),
        ("POST", format!("/c/{token}/agree")),
        ("POST", format!("/c/{token}/agree-passkey")),
    ] {
        let handset = Key::generate();
        let terms = json!({"consent": consent.to_string(), "kind": "wayleave consent"}).to_string();
        let body =
            json!({"terms": terms, "key": handset.public(), "signature": base64url(handset.sign(terms.as_bytes()))});
        let answer = http::Request::new(method, &path).json(&body).send(host);
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
    }
    // Its own client may not ask for consents, and its code from the hub's keys is not the home's.
    let wish = json!({"phoneNumber": phone.number, "precision": "AREA", "metres": 200});
    let refused = stolen.hub.call("POST", "/wayleave/v1/consents", &wish);
    assert_eq!(refused.status, 403, "{}", refused.text());
    let code = derived.code(consent);
    let home_says = phone.text("/c/", texts);
    assert!(!home_says.contains(&code), "two gateways derive the same code");
    // Nothing was given: the ask is refused, and nobody was asked where the phone is.
    let refused = service.asks(&phone.number);
    chain::assert_turned_down(&refused, "not-answered");
    assert!(chain.home.world.queries(&phone.number).is_empty());
    drop(relay);
}

/// A stop that somebody signs as a gateway, with the number sealed to `to`.
fn stop((by, key): (&str, &Key), to: &SealingJwk, audience: &str, what: (&str, &str)) -> Value {
    let (number, recipient) = what;
    let number = Msisdn::parse(number).expect("a number");
    let party = by.parse().expect("a party's id");
    let subject = wire::asks::subject::seal(number, party, to, fresh()).expect("sealed");
    let claims = json!({
        "iss": by, "aud": audience, "iat": now(), "exp": now() + 120, "jti": jti(), "subject": subject,
        "recipient": recipient, "purpose": ROADSIDE.purposes[0], "stopped": Timestamp::from_unix_seconds(now()).rfc3339(),
    });
    let signed = key.jws(&json!({"alg": "ES256", "typ": "wayleave-stop+jwt"}), &claims);
    json!({ "stop": signed })
}

#[test]
fn nobody_elses_stop_ends_anything() {
    let chain = Chain::start();
    let (service, relay, one, other) = agreed(&chain);
    let stolen = Stolen::from(&chain);
    let (home, us) = (&chain.home.world.issuer, chain.known_as.id.as_str());
    let recipient = service.party.id.as_str();
    let tell = |body: &Value| {
        let answer = http::Request::new("POST", "/wayleave/v1/stops").json(body);
        answer.send(chain.home.world.host()).status
    };
    // Another gateway, which no consent names, is answered as everybody, and ends nothing.
    let (foreign, reseller) = (Key::generate(), Key::generate());
    let member = |client| chain::Member {
        client,
        name: "Quarry Hub",
        purposes: ROADSIDE.purposes,
        seals: false,
    };
    let quarry = hub::enrol_gateway(&chain.home, &member("quarry"), "https://quarry.example.com", &foreign);
    let what = (one.number.as_str(), recipient);
    assert_eq!(tell(&stop((&quarry.id, &foreign), &stolen.home, home, what)), 204);
    // A party that is no gateway tells nothing; nor does one with another key, for another gateway, or for another's text.
    let plain = chain::enrol_as(&chain.home, &member("plain-relay"), &reseller, &Key::generate(), None);
    assert_eq!(tell(&stop((&plain.id, &reseller), &stolen.home, home, what)), 403);
    assert_eq!(tell(&stop((us, &foreign), &stolen.home, home, what)), 400);
    let hub = &chain.hub.world.issuer;
    assert_eq!(tell(&stop((us, &stolen.key), &stolen.home, hub, what)), 400);
    let sealed_by_quarry = stop((&quarry.id, &stolen.key), &stolen.home, home, what);
    assert_eq!(tell(&sealed_by_quarry), 400);
    assert_told(&service.asks(&one.number));
    // What the hub tells of one person ends that, once, and nothing of the other.
    let told = stop((us, &stolen.key), &stolen.home, home, what);
    assert_eq!((tell(&told), tell(&told)), (204, 400));
    chain::assert_turned_down(&service.asks(&one.number), "withdrawn");
    assert_told(&service.asks(&other.number));
    // At the hub the home of the number alone is believed: everybody else is answered as it is, and ends nothing.
    let at_hub = hub::enrol_gateway(&chain.hub, &member("quarry"), "https://quarry.example.com", &foreign);
    let seals = SealingJwk::parse(hub::seals_of(&chain.hub).to_string().as_bytes()).expect("a key");
    let body = stop((&at_hub.id, &foreign), &seals, hub, (&other.number, recipient));
    let answer = http::Request::new("POST", "/wayleave/v1/stops").json(&body);
    assert_eq!(answer.send(chain.hub.world.host()).status, 204);
    assert_told(&service.asks(&other.number));
    drop(relay);
}
