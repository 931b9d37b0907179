//! Tickets and calls: what their sources post, and what a carrier's switch confirms.

use crate::common::{call, common as told, get, ledger, ready, send};
use crate::fake_gateway::Gateway;
use serde_json::{Value, json};
use sim::jwt::PublicJwk;
use sim::life::Running;
use std::path::Path;

const PHONE: &str = "+12025550101";
/// The facility's listed number.
const LINE: &str = "+12025550190";

async fn control(role: &Running, path: &str, body: Value) -> Value {
    call("POST", &format!("{}/{path}", ready(role, "control")), &body).await
}

#[tokio::test]
async fn a_ticket_is_told_by_a_party_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let gateway = Gateway::start().await;
    let options = sim::service::Options {
        common: told(&dir.path().join("service")),
        desk: sim::desk::DeskOptions {
            client: gateway.enrol(dir.path(), "pty_roadside", "RequestedServiceProvision", "wayleave:asks"),
            via: None,
            relays: Vec::new(),
            audience: None,
            trust: Vec::new(),
            journal_keys: Vec::new(),
        },
        events: vec![gateway.enrol(dir.path(), "pty_tickets", "", "wayleave:events")],
    };
    let service = sim::service::start(options).await.unwrap();
    let until = sim::clock::now_s() + 600;
    let opened = json!({"number": PHONE, "id": "TOW-8841", "until": until, "count": 3});
    assert_eq!(control(&service, "ticket", opened).await["status"], 204);
    control(&service, "ticket/end", json!({"number": PHONE, "id": "TOW-8841"})).await;
    let world = gateway.world.lock().unwrap();
    let event = &world.events[0];
    assert_eq!(
        (&event["iss"], &event["recipient"]),
        (&json!("pty_tickets"), &json!("pty_roadside"))
    );
    assert_eq!((&event["id"], &event["kind"]), (&json!("TOW-8841"), &json!("ticket")));
    assert_eq!((&event["until"], &event["count"]), (&json!(until), &json!(3)));
    assert_eq!(
        (&event["subject"], event.get("line")),
        (&json!(format!("tel:{PHONE}")), None)
    );
    assert_eq!(
        (&event["state"], &world.events[1]["state"]),
        (&json!("live"), &json!("ended"))
    );
}

/// A switch that tells both gateways.
async fn switch(dir: &Path, gateways: [&Gateway; 2]) -> Running {
    let options = sim::switch::Options {
        common: told(&dir.join("switch")),
        gateways: gateways.map(|gateway| gateway.issuer.clone()).into(),
        issuer: "https://switch.example.com".into(),
    };
    let switch = sim::switch::start(options).await.unwrap();
    let key = std::fs::read_to_string(ready(&switch, "public_jwk_file")).unwrap();
    for gateway in gateways {
        gateway.world.lock().unwrap().carriers = PublicJwk::read_all(&key).unwrap();
    }
    switch
}

#[tokio::test]
async fn a_carrier_confirms_the_calls_that_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let (hub, home) = (Gateway::start().await, Gateway::start().await);
    let switch = switch(dir.path(), [&hub, &home]).await;
    let scopes = "wayleave:asks wayleave:events";
    let client = hub.enrol(dir.path(), "pty_cell", "InmateCommunication", scopes);
    home.know(&hub);
    let events = vec![client.clone(), home.known_as(&client)];
    let options = sim::prison_platform::Options {
        common: told(&dir.path().join("platform")),
        desk: sim::desk::DeskOptions {
            client,
            via: None,
            relays: Vec::new(),
            audience: None,
            trust: Vec::new(),
            journal_keys: Vec::new(),
        },
        line: LINE.into(),
        events,
        switch: Some(ready(&switch, "control").into()),
    };
    let platform = sim::prison_platform::start(options).await.unwrap();
    let begun = control(&platform, "call", json!({"to": PHONE, "id": "call-1"})).await;
    assert_eq!(
        (&begun["carrier"]["status"], &begun["event"]["status"]),
        (&json!(202), &json!(204))
    );
    let asked = control(&platform, "ask", json!({"number": PHONE, "event": "call-1"})).await;
    assert_eq!(asked["accepted"], true, "{asked}");
    let invented = control(
        &platform,
        "call",
        json!({"to": PHONE, "id": "call-2", "invented": true}),
    )
    .await;
    assert_eq!(
        (&invented["carrier"], &invented["event"]["status"]),
        (&Value::Null, &json!(204))
    );
    assert_eq!(
        get(&format!("{}/calls", ready(&platform, "control")))
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let live = get(&format!("{}/calls", ready(&switch, "control"))).await;
    assert_eq!(live, json!([{"from": LINE, "to": PHONE, "call": "call-1"}]));
    for id in ["call-1", "call-2"] {
        control(&platform, "hangup", json!({ "id": id })).await;
    }
    let again = format!("{}/hangup", ready(&platform, "control"));
    assert_eq!(send("POST", &again, &json!({"id": "call-1"})).await.status, 404);
    let expected = [
        ("call-1", "live"),
        ("call-2", "live"),
        ("call-1", "ended"),
        ("call-2", "ended"),
    ];
    for gateway in [&hub, &home] {
        let world = gateway.world.lock().unwrap();
        assert_eq!(world.events.len(), expected.len());
        for (event, (id, state)) in world.events.iter().zip(expected) {
            assert_eq!(
                (&event["id"], &event["state"], &event["line"]),
                (&json!(id), &json!(state), &json!(LINE))
            );
        }
    }
    assert_eq!(hub.world.lock().unwrap().asks[0]["event"], "call-1");
    for gateway in [&hub, &home] {
        let world = gateway.world.lock().unwrap();
        assert_eq!(
            world.carrier_events.len(),
            2,
            "a carrier told of a call that there never was"
        );
        for (event, name) in world.carrier_events.iter().zip(["call-started", "call-ended"]) {
            let payload = &event["events"][format!("urn:example:wayleave:event:{name}")];
            assert_eq!(payload, &json!({"line": LINE, "call": "call-1"}));
            assert_eq!(event["sub_id"]["phone_number"], PHONE);
        }
    }
    let lines = ledger(&switch).await;
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line["status"] == 202));
}
