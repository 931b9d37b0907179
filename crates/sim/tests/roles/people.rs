//! Phones and partners against a small gateway of this test's own: what they send is checked as a gateway would.

use crate::common::{Carrier, call, common as told, eventually, get as read, ready, send};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::{Value, json};
use sim::area::Point;
use sim::jwt::{PublicJwk, SigningKey, base64url, unbase64url, verify_jws};
use sim::life::Running;
use sim::smpp::pdu::{Address, Bind, Body};
use sim::smpp::{Command, Pdu, long};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt as _;

const PHONE: &str = "+12025550101";
const TERMS: &str = r#"{"count":12,"recipient":"Aster Roadside Help"}"#;

/// What the test's gateway saw.
#[derive(Default)]
struct Seen {
    state: String,
    source: String,
    partner: Option<PublicJwk>,
    wanted: Option<String>,
    position: Option<Value>,
    asks: Vec<(Value, HeaderMap)>,
    tokens: u32,
    base: String,
}

type Shared = Arc<Mutex<Seen>>;

async fn gateway() -> (Shared, String) {
    let seen: Shared = Arc::default();
    let routes = Router::new()
        .route("/c/abc", get(page))
        .route("/c/abc/agree", post(agree))
        .route("/c/abc/refuse", post(refuse))
        .route("/c/abc/wanted", post(wanted))
        .route("/c/abc/position", post(position))
        .route("/oauth2/token", post(token))
        .route("/location-retrieval/v0.5/retrieve", post(ask))
        .route("/location-verification/v3/verify", post(ask))
        .route("/wayleave/v1/consents", post(ask))
        .route("/wayleave/v1/consents/{id}", get(consent))
        .with_state(Arc::clone(&seen));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    {
        let mut seen = seen.lock().unwrap();
        (seen.state, seen.source, seen.base) = ("asked".into(), "network".into(), base.clone());
    }
    (seen, base)
}

async fn page(State(seen): State<Shared>) -> Html<String> {
    let seen = seen.lock().unwrap();
    let terms = base64url(TERMS);
    Html(format!(
        "<!doctype html><main id=\"question\" data-terms=\"{terms}\" data-state=\"{}\" data-source=\"{}\">",
        seen.state, seen.source
    ))
}

async fn agree(State(seen): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let mut seen = seen.lock().unwrap();
    assert_eq!(headers["origin"], seen.base);
    let key: PublicJwk = serde_json::from_value(body["key"].clone()).unwrap();
    let signature = unbase64url(body["signature"].as_str().unwrap()).unwrap();
    if key.verify(TERMS.as_bytes(), &signature).is_err() || body["key"].get("d").is_some() {
        return (
            StatusCode::BAD_REQUEST,
            Json(json!({"status": 400, "code": "X", "message": "bad signature"})),
        );
    }
    seen.state = "given".into();
    (StatusCode::OK, Json(json!({"state": "given"})))
}

async fn refuse(State(seen): State<Shared>) -> Redirect {
    seen.lock().unwrap().state = "refused".into();
    Redirect::to("/c/abc")
}

async fn wanted(State(seen): State<Shared>) -> (StatusCode, Json<Value>) {
    let mut seen = seen.lock().unwrap();
    let wanted = seen.wanted.take();
    match (seen.state.as_str(), wanted) {
        ("given", Some(request)) => (StatusCode::OK, Json(json!({"request": request}))),
        ("given", None) => (StatusCode::NO_CONTENT, Json(Value::Null)),
        _ => (StatusCode::CONFLICT, Json(json!({"status": 409}))),
    }
}

async fn position(State(seen): State<Shared>, Json(body): Json<Value>) -> StatusCode {
    seen.lock().unwrap().position = Some(body);
    StatusCode::NO_CONTENT
}

async fn token(
    State(seen): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    let mut seen = seen.lock().unwrap();
    let keys = [seen.partner.clone().unwrap()];
    let claims = verify_jws(&form["client_assertion"], &keys).unwrap();
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("roadside-id"), &json!("roadside-id"))
    );
    assert_eq!(claims["aud"], format!("{}/oauth2/token", seen.base));
    assert_eq!(
        form["scope"],
        "dpv:RequestedServiceProvision location-retrieval:read wayleave:consents"
    );
    seen.tokens += 1;
    let kind = if headers.contains_key("dpop") { "DPoP" } else { "Bearer" };
    Json(
        json!({"access_token": format!("t{}", seen.tokens), "token_type": kind, "expires_in": 300, "scope": form["scope"]}),
    )
}

async fn ask(State(seen): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let mut seen = seen.lock().unwrap();
    let first = seen.asks.is_empty();
    seen.asks.push((body, headers));
    // The first token is forgotten, as after a restart.
    let status = if first {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    };
    (status, Json(json!({"ok": !first})))
}

async fn consent(Path(id): Path<String>) -> Json<Value> {
    Json(json!({"id": id, "status": "PENDING"}))
}

/// A message centre that has texted `text` to the phone, a carrier, and the phones.
async fn world(dir: &std::path::Path, text: &str) -> (Running, Carrier, Running) {
    let password_file = dir.join("password");
    std::fs::write(&password_file, "secret").unwrap();
    let smsc = sim::smsc::start(sim::smsc::Options {
        common: told(&dir.join("smsc")),
        smpp: "127.0.0.1:0".parse().unwrap(),
        system_id: "gateway".into(),
        password_file,
    });
    let smsc = smsc.await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(ready(&smsc, "smpp")).await.unwrap();
    let bind = Bind {
        system_id: "gateway".into(),
        password: "secret".into(),
    };
    stream
        .write_all(&Pdu::new(1, Body::Bind(Command::BindTransmitter, bind)).encode())
        .await
        .unwrap();
    let (from, to) = (Address::international("+12025550199"), Address::international(PHONE));
    for message in long::messages(&from, &to, text, 1) {
        stream
            .write_all(&Pdu::new(2, Body::SubmitSm(message)).encode())
            .await
            .unwrap();
    }
    let carrier = Carrier::start(dir).await;
    let phones = sim::phones::start(sim::phones::Options {
        common: told(&dir.join("phones")),
        centres: vec![ready(&smsc, "control").into()],
        carriers: vec![carrier.control().into()],
    });
    let phones = phones.await.unwrap();
    let inbox = format!("{}/phones/12025550101/inbox", ready(&phones, "api"));
    eventually("the text", async || {
        (!read(&inbox).await.as_array().unwrap().is_empty()).then_some(())
    })
    .await;
    (smsc, carrier, phones)
}

#[tokio::test]
async fn a_phone_signs_what_it_is_shown_and_gives_its_own_position() {
    let dir = tempfile::tempdir().unwrap();
    let (seen, base) = gateway().await;
    let (_smsc, carrier, phones) = world(dir.path(), &format!("Read and answer: {base}/c/abc or reply YES 1.")).await;
    let api = format!("{}/phones/12025550101", ready(&phones, "api"));
    let foreign = send(
        "POST",
        &format!("{api}/agree"),
        &json!({"link": format!("{base}/c/other")}),
    )
    .await;
    assert_eq!(foreign.status, 404, "a phone opened a link that was never texted to it");

    seen.lock().unwrap().source = "handset".into();
    let told = call("POST", &format!("{api}/agree"), &json!({})).await;
    assert_eq!(
        (&told["answer"]["state"], &told["terms"]["count"]),
        (&json!("given"), &json!(12))
    );
    assert_eq!(send("POST", &format!("{api}/agree"), &json!({})).await.status, 409);

    seen.lock().unwrap().wanted = Some("ask_1".into());
    let position = eventually("a position", async || seen.lock().unwrap().position.take()).await;
    assert_eq!(position["request"], "ask_1");
    let given: Point =
        serde_json::from_value(json!({"latitude": position["latitude"], "longitude": position["longitude"]})).unwrap();
    let truth = read(&format!("{}/phones/{PHONE}", carrier.control())).await["truth"].clone();
    let truth: Point = serde_json::from_value(truth).unwrap();
    assert!(given.distance_to(&truth) < 100.0 && position["accuracy"].is_number() && position["timestamp"].is_i64());

    call("POST", &format!("{api}/refuse"), &json!({})).await;
    assert_eq!(seen.lock().unwrap().state, "refused");
    let all = read(&format!("{}/phones", ready(&phones, "api"))).await;
    let inbox = all[1]["inbox"].as_str().unwrap();
    assert_eq!(
        (&all[1]["number"], read(inbox).await.as_array().unwrap().len()),
        (&json!(PHONE), 1)
    );
}

#[tokio::test]
async fn a_partner_proves_its_key_and_replaces_a_dead_token() {
    let dir = tempfile::tempdir().unwrap();
    let (seen, base) = gateway().await;
    let key = SigningKey::generate().unwrap();
    seen.lock().unwrap().partner = Some(key.public.clone());
    let client = json!({
        "client_id": "roadside-id", "private_jwk": key.private_jwk().unwrap(), "issuer": base,
        "token_endpoint": format!("{base}/oauth2/token"), "scopes": "location-retrieval:read wayleave:consents",
        "purpose": "RequestedServiceProvision", "dpop": true, "name": "Aster Roadside Help",
    });
    std::fs::write(dir.path().join("roadside.json"), client.to_string()).unwrap();
    let options = sim::partner::Options {
        common: told(&dir.path().join("partner")),
        clients: dir.path().to_owned(),
    };
    let partner = sim::partner::start(options).await.unwrap();
    let api = format!("{}/partners/roadside", ready(&partner, "api"));

    let exchange = call("POST", &format!("{api}/ask"), &json!({"number": PHONE, "maxAge": 60})).await;
    assert_eq!(
        (&exchange["status"], &exchange["body"]["ok"]),
        (&json!(200), &json!(true))
    );
    assert_eq!(
        exchange["request"]["body"],
        json!({"device": {"phoneNumber": PHONE}, "maxAge": 60})
    );
    assert!(
        !exchange.to_string().contains("DPoP t2\""),
        "the stage was shown a usable token"
    );
    {
        let seen = seen.lock().unwrap();
        assert_eq!((seen.tokens, seen.asks.len()), (2, 2));
        let (_, headers) = &seen.asks[1];
        assert_eq!(headers["authorization"], "DPoP t2");
        let proof = headers["dpop"].to_str().unwrap();
        let claims = verify_jws(proof, std::slice::from_ref(&key.public)).unwrap();
        assert_eq!(claims["htu"], format!("{base}/location-retrieval/v0.5/retrieve"));
        assert_ne!(headers["dpop"], seen.asks[0].1["dpop"]);
    }
    call(
        "POST",
        &format!("{api}/consents"),
        &json!({"number": PHONE, "count": 3}),
    )
    .await;
    let wanted = json!({
        "phoneNumber": PHONE, "precision": {"type": "AREA", "metres": 200}, "count": 3, "durationSeconds": 7200,
        "caseReference": "TOW-8841",
    });
    assert_eq!(seen.lock().unwrap().asks[2].0, wanted);
    let looked = call("GET", &format!("{api}/consents/con_1"), &Value::Null).await;
    assert_eq!(looked["body"]["status"], "PENDING");
    let nobody = format!("{}/partners/..%2Froadside/ask", ready(&partner, "api"));
    assert_eq!(send("POST", &nobody, &json!({"number": PHONE})).await.status, 404);
}
