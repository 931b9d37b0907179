//! A small gateway of these tests' own, after the interface that relays, services and event sources are told: it checks
//! tokens, proofs and signatures, opens subjects, and seals outcomes.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::{Map, Value, json};
use sim::jwe::{self, Label, SealingKey};
use sim::jwt::{PublicJwk, SigningKey, base64url, verify_jws};
use sim::recipient::receipt;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A party, as the gateway enrolled it.
#[derive(Clone)]
struct Party {
    signing: PublicJwk,
    sealing: PublicJwk,
}

/// What the gateway saw, and what it has to know.
#[derive(Default)]
pub struct World {
    parties: HashMap<String, Party>,
    tokens: HashMap<String, (String, String)>,
    names: HashSet<String>,
    /// Of each ask: who posted it, whose phone, what became of it.
    pub asks: Vec<Value>,
    /// The outcomes, as they were sent.
    pub sent: Vec<String>,
    /// The claims of each event, with the number that it is about.
    pub events: Vec<Value>,
    /// The claims of each event of a carrier.
    pub carrier_events: Vec<Value>,
    /// The keys of carriers.
    pub carriers: Vec<PublicJwk>,
    /// Whether answers carry receipts.
    pub without_receipts: bool,
}

/// The gateway.
pub struct Gateway {
    /// Its issuer.
    pub issuer: String,
    sealing: SealingKey,
    /// What it saw.
    pub world: Mutex<World>,
}

type Shared = State<Arc<Gateway>>;

impl Gateway {
    pub async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = Arc::new(Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            sealing: SealingKey::generate().unwrap(),
            world: Mutex::default(),
        });
        let routes = Router::new()
            .route("/oauth2/token", post(token))
            .route("/oauth2/jwks", get(jwks))
            .route("/wayleave/v1/asks", post(asks))
            .route("/wayleave/v1/events", post(events))
            .route("/wayleave/v1/carrier-events", post(carrier_events))
            .with_state(Arc::clone(&gateway));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        gateway
    }

    /// Enrols a party and writes its client file.
    pub fn enrol(&self, dir: &Path, id: &str, purpose: &str, scopes: &str) -> PathBuf {
        let signing = SigningKey::generate().unwrap();
        let sealing = SealingKey::generate().unwrap();
        let party = Party {
            signing: signing.public.clone(),
            sealing: sealing.public.clone(),
        };
        self.world.lock().unwrap().parties.insert(id.to_owned(), party);
        let path = dir.join(format!("{id}.json"));
        let file = json!({
            "client_id": id, "name": id, "issuer": self.issuer, "token_endpoint": format!("{}/oauth2/token", self.issuer),
            "purpose": purpose, "scopes": scopes, "dpop": true, "private_jwk": signing.private_jwk().unwrap(),
            "encryption_jwk": sealing.private_jwk().unwrap(),
        });
        std::fs::write(&path, file.to_string()).unwrap();
        path
    }

    /// Knows the parties and tokens of another gateway.
    pub fn know(&self, other: &Self) {
        let (mut own, theirs) = (self.world.lock().unwrap(), other.world.lock().unwrap());
        own.parties = theirs.parties.clone();
        own.tokens = theirs.tokens.clone();
    }

    /// The client file of another gateway's client for this one, which enrolled the same parties.
    pub fn known_as(&self, file: &Path) -> PathBuf {
        let mut client: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        client["issuer"] = self.issuer.as_str().into();
        client["token_endpoint"] = format!("{}/oauth2/token", self.issuer).into();
        let path = file.with_extension("home.json");
        std::fs::write(&path, client.to_string()).unwrap();
        path
    }

    /// Who posts, and for which purpose its token is.
    fn poster(&self, headers: &HeaderMap, path: &str) -> (String, String) {
        let world = self.world.lock().unwrap();
        let token = headers["authorization"]
            .to_str()
            .unwrap()
            .strip_prefix("DPoP ")
            .unwrap();
        let (party, purpose) = world.tokens[token].clone();
        let keys = [world.parties[&party].signing.clone()];
        let proof = verify_jws(headers["dpop"].to_str().unwrap(), &keys).unwrap();
        assert_eq!(proof["htu"], format!("{}{path}", self.issuer));
        (party, purpose)
    }

    /// Why an ask is refused, or the number that it is about.
    fn judge(&self, jws: &str, poster: &str, purpose: &str) -> Result<String, &'static str> {
        let mut world = self.world.lock().unwrap();
        let claims = sim::saw::claims(jws).unwrap();
        assert_eq!(jwe::header(jws).unwrap()["typ"], "wayleave-ask+jwt");
        let issuer = claims["iss"].as_str().unwrap();
        let party = world.parties.get(issuer).cloned().ok_or("unknown")?;
        verify_jws(jws, &[party.signing]).map_err(|_| "signature")?;
        let (made, ends) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        let relays = claims["relays"].as_array().unwrap();
        if claims["aud"] != self.issuer {
            return Err("audience");
        }
        if ends - made > 60 || ends <= sim::clock::now_s() {
            return Err("expired");
        }
        if poster != issuer && !relays.contains(&json!(poster)) {
            return Err("relay");
        }
        if claims["purpose"] != purpose {
            return Err("purpose");
        }
        if !world.names.insert(claims["jti"].to_string()) {
            return Err("replay");
        }
        let subject = self
            .sealing
            .open(claims["subject"].as_str().unwrap())
            .map_err(|_| "subject")?;
        if subject.header["apu"] != base64url(issuer) {
            return Err("another's subject");
        }
        let number = String::from_utf8(subject.text).unwrap();
        let number = number.strip_prefix("tel:").unwrap().to_owned();
        if number == "+12025550112" {
            Err("consent")
        } else {
            Ok(number)
        }
    }

    fn outcome(&self, jws: &str, poster: &str, purpose: &str) -> String {
        let judged = self.judge(jws, poster, purpose);
        let claims = sim::saw::claims(jws).unwrap();
        let recipient = claims["iss"].as_str().unwrap();
        let mut world = self.world.lock().unwrap();
        let leaf = 4711 + world.asks.len();
        let mut told = json!({"v": 1, "iss": self.issuer, "aud": recipient, "jti": claims["jti"], "leaf": leaf});
        match (&judged, claims["question"]["type"].as_str()) {
            (Err(_), _) => {
                told["outcome"] = "refused".into();
                told["problem"] = json!({"status": 403, "code": "PERMISSION_DENIED", "message": "Refused."});
            }
            (Ok(_), Some("consent")) => {
                told["outcome"] = "asked".into();
                told["consent"] = "con_1".into();
            }
            (Ok(_), _) => {
                told["outcome"] = "answered".into();
                told["answer"] = answer();
                if !world.without_receipts {
                    told["receipt"] = receipt_for(recipient, leaf, &told["answer"]);
                }
            }
        }
        world.asks.push(json!({
            "poster": poster, "iss": recipient, "number": judged.as_ref().ok(), "why": judged.as_ref().err(),
            "purpose": claims["purpose"], "event": claims.get("event"), "relays": claims["relays"],
            "question": claims["question"],
        }));
        let nobody = || SealingKey::generate().unwrap().public;
        let key = world
            .parties
            .get(recipient)
            .map_or_else(nobody, |party| party.sealing.clone());
        let label = Label {
            apu: "",
            apv: &format!("{} {recipient} {leaf}", self.issuer),
        };
        let sealed = jwe::seal(format!("{:4096}", told.to_string()).as_bytes(), &key, label).unwrap();
        world.sent.push(sealed.clone());
        sealed
    }
}

fn answer() -> Value {
    let center = json!({"latitude": 52.5, "longitude": -3.25});
    json!({
        "lastLocationTime": "2026-11-22T10:00:00.000Z",
        "area": {"areaType": "CIRCLE", "center": center, "radius": 500},
    })
}

/// A receipt from a journal of one entry.
fn receipt_for(recipient: &str, asked: usize, answer: &Value) -> Value {
    use aws_lc_rs::digest::{SHA256, digest};
    use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let mac = |key: &[u8], text: &str| sign(&Key::new(HMAC_SHA256, key), text.as_bytes());
    let told = mac(&[7; 32], &receipt::told(answer).unwrap());
    let told: String = told.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let party = json!({"answer": told, "asked": asked, "recipient": recipient}).to_string();
    let leaf = [&[0][..], &[2; 32], mac(&[1; 32], &party).as_ref(), &[3; 32]].concat();
    let root = STANDARD.encode(digest(&SHA256, &leaf));
    json!({
        "v": 1, "leaf": 0, "party": party, "salt": base64url([1; 32]), "tag": base64url([2; 32]),
        "subject": base64url([3; 32]), "proof": [], "answerKey": base64url([7; 32]),
        "checkpoint": format!("journal.example.com\n1\n{root}\n\n"),
    })
}

async fn token(State(gateway): Shared, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let mut world = gateway.world.lock().unwrap();
    let assertion = &form["client_assertion"];
    let party = sim::saw::claims(assertion).unwrap()["iss"].as_str().unwrap().to_owned();
    verify_jws(assertion, &[world.parties[&party].signing.clone()]).unwrap();
    let scope = &form["scope"];
    let purpose = scope.split(' ').find_map(|one| one.strip_prefix("dpv:"));
    let token = format!("t{}", world.tokens.len());
    let known = (party, purpose.unwrap_or_default().to_owned());
    world.tokens.insert(token.clone(), known);
    Json(json!({"access_token": token, "token_type": "DPoP", "expires_in": 300, "scope": scope}))
}

async fn jwks(State(gateway): Shared) -> Json<Value> {
    let with_use = |key: &PublicJwk, of: &str, kid: &str| {
        let mut key = serde_json::to_value(key).unwrap();
        (key["use"], key["kid"]) = (of.into(), kid.into());
        key
    };
    let other = SigningKey::generate().unwrap().public;
    let edwards = json!({"kty": "OKP", "crv": "Ed25519", "x": other.x, "use": "sig"});
    let keys = [
        edwards,
        with_use(&other, "sig", "s1"),
        with_use(&gateway.sealing.public, "enc", "e1"),
    ];
    Json(json!({ "keys": keys }))
}

async fn asks(State(gateway): Shared, headers: HeaderMap, Json(body): Json<Map<String, Value>>) -> Response {
    let (poster, purpose) = gateway.poster(&headers, "/wayleave/v1/asks");
    assert_eq!(body.len(), 1);
    if let Some(ask) = body.get("ask") {
        let outcome = gateway.outcome(ask.as_str().unwrap(), &poster, &purpose);
        return ([(header::CONTENT_TYPE, "application/jose")], outcome).into_response();
    }
    let all = body["asks"].as_array().unwrap().iter();
    let outcomes = all.map(|ask| gateway.outcome(ask.as_str().unwrap(), &poster, &purpose));
    Json(json!({ "outcomes": outcomes.collect::<Vec<_>>() })).into_response()
}

async fn events(State(gateway): Shared, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    let (poster, _) = gateway.poster(&headers, "/wayleave/v1/events");
    let jws = body["event"].as_str().unwrap();
    let mut world = gateway.world.lock().unwrap();
    assert_eq!(jwe::header(jws).unwrap()["typ"], "wayleave-event+jwt");
    let mut claims = verify_jws(jws, &[world.parties[&poster].signing.clone()]).unwrap();
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&json!(poster), &json!(gateway.issuer))
    );
    let subject = gateway.sealing.open(claims["subject"].as_str().unwrap()).unwrap();
    claims["subject"] = String::from_utf8(subject.text).unwrap().into();
    world.events.push(claims);
    StatusCode::NO_CONTENT
}

async fn carrier_events(State(gateway): Shared, headers: HeaderMap, body: String) -> StatusCode {
    assert_eq!(headers["content-type"], "application/secevent+jwt");
    let mut world = gateway.world.lock().unwrap();
    let claims = verify_jws(&body, &world.carriers).unwrap();
    assert_eq!(claims["aud"], gateway.issuer);
    world.carrier_events.push(claims);
    StatusCode::ACCEPTED
}
