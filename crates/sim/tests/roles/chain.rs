//! Services behind relays: what travels, what each can read, and what comes of it when a relay misbehaves.

use crate::common::{call, common as told, get, ledger, ready, send};
use crate::fake_gateway::Gateway;
use serde_json::{Value, json};
use sim::life::Running;
use std::path::Path;
use std::sync::Arc;

const PHONE: &str = "+12025550101";
const OTHER: &str = "+12025550102";
/// The phone that has agreed to nothing.
const STRANGER: &str = "+12025550112";

/// A relay with a client of its own.
async fn relay(gateway: &Gateway, dir: &Path, id: &str, next: Option<&Running>) -> Running {
    let options = sim::relay::Options {
        common: told(&dir.join(format!("{id}-data"))),
        client: gateway.enrol(dir, id, "RequestedServiceProvision", "wayleave:asks"),
        next: next.map(|next| ready(next, "url").to_owned()),
    };
    sim::relay::start(options).await.unwrap()
}

/// A service behind a relay, or without one.
async fn service(gateway: &Gateway, dir: &Path, id: &str, via: Option<&Running>) -> Running {
    let options = sim::service::Options {
        common: told(&dir.join(format!("{id}-data"))),
        desk: sim::desk::DeskOptions {
            client: gateway.enrol(dir, id, "RequestedServiceProvision", "wayleave:asks"),
            via: via.map(|via| ready(via, "url").to_owned()),
            relays: vec!["pty_reseller".into()],
            audience: None,
            trust: Vec::new(),
            journal_keys: Vec::new(),
        },
        events: vec![gateway.enrol(dir, &format!("{id}-tickets"), "", "wayleave:events")],
    };
    sim::service::start(options).await.unwrap()
}

struct Chain {
    dir: tempfile::TempDir,
    gateway: Arc<Gateway>,
    relay: Running,
    service: Running,
}

impl Chain {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let gateway = Gateway::start().await;
        let relay = relay(&gateway, dir.path(), "pty_reseller", None).await;
        let service = service(&gateway, dir.path(), "pty_roadside", Some(&relay)).await;
        Self {
            dir,
            gateway,
            relay,
            service,
        }
    }

    /// Asks for a phone at the desk.
    async fn ask(&self, number: &str) -> Value {
        control(&self.service, "ask", json!({"number": number, "event": "TOW-8841"})).await
    }

    async fn behave(&self, behaviour: Value) {
        let url = format!("{}/behaviour", ready(&self.relay, "control"));
        call("PUT", &url, &behaviour).await;
    }

    /// Why the gateway refused each ask so far.
    fn why(&self) -> Vec<Value> {
        let world = self.gateway.world.lock().unwrap();
        world.asks.iter().map(|ask| ask["why"].clone()).collect()
    }
}

async fn control(role: &Running, path: &str, body: Value) -> Value {
    call("POST", &format!("{}/{path}", ready(role, "control")), &body).await
}

#[tokio::test]
async fn a_relay_carries_what_it_cannot_read() {
    let chain = Chain::start().await;
    let told = chain.ask(PHONE).await;
    assert_eq!(
        (&told["status"], &told["accepted"]),
        (&json!(200), &json!(true)),
        "{told}"
    );
    assert_eq!(told["opened"]["answer"]["area"]["radius"], 500);
    {
        let world = chain.gateway.world.lock().unwrap();
        assert_eq!(
            told["sealed"], world.sent[0],
            "the outcome did not come back as it was sent"
        );
        let ask = &world.asks[0];
        assert_eq!(
            (&ask["poster"], &ask["iss"]),
            (&json!("pty_reseller"), &json!("pty_roadside"))
        );
        assert_eq!((&ask["number"], &ask["event"]), (&json!(PHONE), &json!("TOW-8841")));
    }
    let carried = ledger(&chain.relay).await;
    let carried = carried.last().unwrap();
    assert_eq!(carried["asks"][0]["claims"]["iss"], "pty_roadside");
    assert_eq!(carried["asks"][0]["sealed"], json!(["subject"]));
    let kept = format!(
        "{carried}{}",
        get(&format!("{}/saw", ready(&chain.relay, "control"))).await
    );
    assert!(
        !kept.contains("2025550101") && !kept.contains("latitude"),
        "the relay read {kept}"
    );
    let asked = ledger(&chain.service).await;
    assert_eq!(
        (&asked[0]["outcome"], &asked[0]["doubt"]),
        (&json!("answered"), &Value::Null)
    );
}

#[tokio::test]
async fn each_hop_says_what_it_could_read() {
    let chain = Chain::start().await;
    let jti = chain.ask(PHONE).await["claims"]["jti"].clone();
    let seen = async |role: &Running| get(&format!("{}/saw?last=2", ready(role, "control"))).await;
    let (at_service, at_relay) = (seen(&chain.service).await, seen(&chain.relay).await);
    for saw in [&at_service, &at_relay] {
        let what: Vec<&Value> = saw.as_array().unwrap().iter().map(|message| &message["what"]).collect();
        assert_eq!(what, [&json!("ask"), &json!("outcome")]);
        assert!(saw[0]["jti"] == jti && saw[1]["jti"] == jti);
    }
    assert_eq!(at_service[0]["read"]["subject"], format!("tel:{PHONE}"));
    assert_eq!(at_service[1]["read"]["outcome"], "answered");
    assert_eq!(
        (&at_service[0]["sealed"], &at_service[1]["sealed"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(at_relay[0]["read"]["purpose"], "RequestedServiceProvision");
    assert_eq!(
        (&at_relay[0]["sealed"], &at_relay[1]["sealed"]),
        (&json!(["subject"]), &json!(["outcome"]))
    );
    let apv = at_relay[1]["read"]["apv"].as_str().unwrap();
    assert!(apv.ends_with(" pty_roadside 4711"), "found {apv}");
    let refused = chain.ask(STRANGER).await;
    assert_eq!(refused["opened"]["outcome"], "refused");
    let at_relay = seen(&chain.relay).await;
    assert_eq!(at_relay[1]["read"]["bytes"], refused["sealed"].as_str().unwrap().len());
}

#[tokio::test]
async fn a_service_asks_directly_in_batches_and_for_consents() {
    let dir = tempfile::tempdir().unwrap();
    let gateway = Gateway::start().await;
    let service = service(&gateway, dir.path(), "pty_bank", None).await;
    let asks = json!([{"number": PHONE}, {"number": STRANGER}, {"number": OTHER, "question": "verify"}]);
    let told = control(&service, "batch", json!({ "asks": asks })).await;
    let words = told["outcomes"].as_array().unwrap().iter();
    let words: Vec<&str> = words.map(|one| one["opened"]["outcome"].as_str().unwrap()).collect();
    assert_eq!(words, ["answered", "refused", "answered"]);
    let told = control(
        &service,
        "batch",
        json!({"asks": [{"number": PHONE, "event": "T-1"}], "brief": true}),
    )
    .await;
    let brief = &told["outcomes"][0];
    assert_eq!(
        (&brief["outcome"], &brief["event"]),
        (&json!("answered"), &json!("T-1"))
    );
    assert_eq!((&brief["accepted"], brief.get("opened")), (&json!(true), None));
    let consent = json!({"number": PHONE, "purpose": "FraudPreventionAndDetection", "caseReference": "CARD-9"});
    let consent = control(&service, "consent", consent).await;
    assert_eq!(
        (&consent["opened"]["outcome"], &consent["opened"]["consent"]),
        (&json!("asked"), &json!("con_1"))
    );
    let world = gateway.world.lock().unwrap();
    assert!(world.asks.iter().all(|ask| ask["poster"] == "pty_bank"));
    assert_eq!(world.asks[2]["question"]["area"]["radius"], 2000);
    let question = json!({
        "type": "consent", "precision": {"type": "YES_NO", "metres": 2000}, "durationSeconds": 31_536_000,
        "caseReference": "CARD-9",
    });
    assert_eq!(
        (&world.asks[4]["question"], &world.asks[4]["why"]),
        (&question, &Value::Null)
    );
}

#[tokio::test]
async fn relays_stand_in_a_row() {
    let dir = tempfile::tempdir().unwrap();
    let gateway = Gateway::start().await;
    let outer = relay(&gateway, dir.path(), "pty_aggregator", None).await;
    let inner = relay(&gateway, dir.path(), "pty_reseller", Some(&outer)).await;
    let service = service(&gateway, dir.path(), "pty_roadside", Some(&inner)).await;
    let both = json!({"number": PHONE, "relays": ["pty_reseller", "pty_aggregator"]});
    assert_eq!(control(&service, "ask", both).await["accepted"], true);
    let unnamed = control(&service, "ask", json!({"number": PHONE})).await;
    assert_eq!(unnamed["opened"]["outcome"], "refused");
    let world = gateway.world.lock().unwrap();
    assert_eq!(world.asks[0]["poster"], "pty_aggregator");
    assert_eq!(world.asks[1]["why"], "relay");
}

#[tokio::test]
async fn what_a_relay_bends_is_refused() {
    let chain = Chain::start().await;
    let refused = async |behaviour: Value| {
        chain.behave(behaviour.clone()).await;
        let told = chain.ask(PHONE).await;
        assert_eq!(told["status"], 200);
        assert_ne!(told["opened"]["outcome"], "answered", "with {behaviour}");
    };
    refused(json!({"alter": {"event": "TOW-1"}})).await;
    refused(json!({"alter": {"relays": ["pty_reseller", "pty_other"]}})).await;
    refused(json!({"resign": true})).await;
    refused(json!({"alter": {"question": {"type": "retrieve", "maxAge": 0}}, "resign": true})).await;
    chain.behave(json!({})).await;
    assert_eq!(chain.ask(PHONE).await["accepted"], true);
    control(&chain.relay, "replay", json!({})).await;
    let invention = json!({"iss": "pty_roadside", "number": OTHER});
    control(&chain.relay, "invent", invention).await;
    let last = get(&format!("{}/last", ready(&chain.relay, "control"))).await;
    let carried = sim::saw::claims(last["load"]["ask"].as_str().unwrap()).unwrap();
    let own = json!({"iss": "pty_reseller", "number": OTHER, "claims": {"subject": carried["subject"]}});
    control(&chain.relay, "invent", own).await;
    let signature = json!("signature");
    let why = [
        &signature,
        &signature,
        &signature,
        &signature,
        &Value::Null,
        &json!("replay"),
        &signature,
    ];
    assert_eq!(chain.why()[..7].iter().collect::<Vec<_>>(), why);
    assert_eq!(chain.why()[7..], [json!("another's subject")]);
    let kinds: Vec<String> = ledger(&chain.relay)
        .await
        .iter()
        .map(|line| line["kind"].to_string())
        .collect();
    assert_eq!(kinds[5..], ["\"replayed\"", "\"invented\"", "\"invented\""]);
}

#[tokio::test]
async fn another_gateway_does_not_take_what_was_not_made_for_it() {
    let chain = Chain::start().await;
    let elsewhere = Gateway::start().await;
    let url = format!("{}/wayleave/v1/asks", elsewhere.issuer);
    chain.ask(PHONE).await;
    // The other gateway knows the reseller's tokens as the first does; only the ask is not for it.
    elsewhere.know(&chain.gateway);
    control(&chain.relay, "replay", json!({ "to": url })).await;
    assert_eq!(elsewhere.world.lock().unwrap().asks[0]["why"], "audience");
    chain.behave(json!({ "readdress": url })).await;
    let told = chain.ask(PHONE).await;
    assert_eq!(told["accepted"], false);
    let doubt = told["doubt"].as_str().unwrap();
    assert!(
        doubt.starts_with("expected the outcome of a known gateway"),
        "found {doubt}"
    );
}

#[tokio::test]
async fn an_outcome_opens_for_its_recipient_alone() {
    let chain = Chain::start().await;
    let other = service(&chain.gateway, chain.dir.path(), "pty_other", Some(&chain.relay)).await;
    chain.behave(json!({"keepOutcome": true})).await;
    let kept = chain.ask(PHONE).await;
    assert_eq!((&kept["status"], &kept["opened"]), (&json!(504), &Value::Null));
    chain.behave(json!({"swapOutcomes": true})).await;
    let theirs = control(&other, "ask", json!({"number": OTHER})).await;
    assert_eq!((&theirs["accepted"], &theirs["opened"]), (&json!(false), &Value::Null));
    assert_eq!(theirs["doubt"], "it is sealed for another key, or was altered");
    // What was kept from the other comes to the first, and then the first's own of before.
    assert_eq!(chain.ask(PHONE).await["opened"], Value::Null);
    let late = chain.ask(PHONE).await;
    assert_eq!(late["doubt"], "expected the outcome of this ask, found another's");
    let mixed = control(
        &chain.service,
        "batch",
        json!({"asks": [{"number": PHONE}, {"number": OTHER}]}),
    )
    .await;
    assert!(
        mixed["outcomes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["accepted"] == false)
    );
}

#[tokio::test]
async fn an_answer_without_a_receipt_or_of_a_stranger_is_not_believed() {
    let chain = Chain::start().await;
    chain.gateway.world.lock().unwrap().without_receipts = true;
    let bare = chain.ask(PHONE).await;
    assert_eq!(bare["doubt"], "expected an answer with a receipt, found none");
    let options = sim::service::Options {
        common: told(&chain.dir.path().join("wary")),
        desk: sim::desk::DeskOptions {
            client: chain.dir.path().join("pty_roadside.json"),
            via: None,
            relays: Vec::new(),
            audience: None,
            trust: vec!["https://home.example.com".into()],
            journal_keys: Vec::new(),
        },
        events: Vec::new(),
    };
    let wary = sim::service::start(options).await.unwrap();
    let told = control(&wary, "ask", json!({"number": PHONE})).await;
    assert!(
        told["doubt"]
            .as_str()
            .unwrap()
            .starts_with("expected the outcome of a known gateway")
    );
    // The receipts of the test's gateway are signed by nobody.
    chain.gateway.world.lock().unwrap().without_receipts = false;
    assert_eq!(chain.ask(PHONE).await["accepted"], true);
    let url = format!("{}/ticket", ready(&wary, "control"));
    assert_eq!(
        send("POST", &url, &json!({"number": PHONE, "id": "TOW-1"}))
            .await
            .status,
        409
    );
}

#[tokio::test]
async fn a_held_ask_arrives_late_and_what_is_no_ask_is_not_carried() {
    let chain = Chain::start().await;
    chain.behave(json!({"holdS": 1})).await;
    assert!(chain.ask(PHONE).await["tookMs"].as_i64().unwrap() >= 1000);
    let url = format!("{}/carry", ready(&chain.relay, "url"));
    assert_eq!(send("POST", &url, &json!({"ask": "none"})).await.status, 502);
    assert_eq!(send("POST", &url, &json!({"ask": "a", "asks": []})).await.status, 422);
    assert_eq!(chain.why().len(), 1);
}

#[tokio::test]
async fn a_key_of_before_still_opens_what_was_sealed_for_it() {
    let chain = Chain::start().await;
    let path = chain.dir.path().join("pty_roadside.json");
    let mut client: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let next = sim::jwe::SealingKey::generate().unwrap().private_jwk().unwrap();
    let former = std::mem::replace(&mut client["encryption_jwk"], next);
    std::fs::write(&path, client.to_string()).unwrap();
    assert_eq!(
        chain.ask(PHONE).await["doubt"],
        "it is sealed for another key, or was altered"
    );
    client["former_encryption_jwks"] = json!([former]);
    std::fs::write(&path, client.to_string()).unwrap();
    assert_eq!(chain.ask(PHONE).await["accepted"], true);
}
