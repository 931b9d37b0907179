//! The carrier's consent master: what subscribers told the carrier itself, as CAMARA consent-info tells it.

use crate::common::{Carrier, call, ledger};
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/consent-info/v0.2/retrieve";
const SCOPE: &str = "dpv:RequestedServiceProvision location-retrieval:read consent-info:retrieve";
const PATIENCE: Duration = Duration::from_secs(10);

fn inquiry(number: &str) -> Value {
    json!({
        "phoneNumber": number, "scopes": ["location-retrieval:read"], "purpose": "dpv:RequestedServiceProvision",
        "requestCaptureUrl": false,
    })
}

#[tokio::test]
async fn it_says_what_its_subscribers_said() {
    let dir = tempfile::tempdir().unwrap();
    let carrier = Carrier::start(dir.path()).await;
    let token = carrier.token(SCOPE).await;
    let ask = async |body: &Value| {
        let reply = carrier.ask(PATH, &token, body, PATIENCE).await.unwrap();
        (reply.status.as_u16(), reply.json::<Value>().unwrap())
    };
    let good = inquiry("+12025550100");
    let (status, answer) = ask(&good).await;
    assert_eq!(
        (status, &answer["statusInfo"][0]["statusValidForProcessing"]),
        (200, &json!(true))
    );
    let url = format!("{}/consents/+12025550100", carrier.control());
    for said in ["DENIED", "OBJECTED", "PENDING", "EXPIRED"] {
        call("PUT", &url, &json!({ "said": said })).await;
        let (_, answer) = ask(&good).await;
        let item = &answer["statusInfo"][0];
        assert_eq!(item["statusValidForProcessing"], false, "{said}");
        assert_eq!(item["statusReason"], said);
        assert_eq!((&item["scopes"], &item["purpose"]), (&good["scopes"], &good["purpose"]));
    }
    for (body, status, code) in [
        (inquiry("+99912345678"), 404, "IDENTIFIER_NOT_FOUND"),
        (
            json!({"scopes": ["x"], "purpose": "dpv:X", "requestCaptureUrl": false}),
            422,
            "MISSING_IDENTIFIER",
        ),
        (json!({"phoneNumber": "+12025550100"}), 400, "INVALID_ARGUMENT"),
    ] {
        let (found, answer) = ask(&body).await;
        assert_eq!((found, &answer["code"]), (status, &json!(code)));
    }
    let narrow = carrier
        .token("dpv:RequestedServiceProvision location-retrieval:read")
        .await;
    for (token, status) in [(narrow.as_str(), 403), ("nonsense", 401)] {
        let reply = carrier.ask(PATH, token, &good, PATIENCE).await.unwrap();
        assert_eq!(reply.status.as_u16(), status);
    }
    let lines = ledger(&carrier.running).await;
    let asked: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "consent-info").collect();
    assert_eq!(asked.len(), 10);
    assert_eq!(
        (&asked[1]["said"], &asked[1]["correlator"]),
        (&json!("DENIED"), &json!("ask_01"))
    );
}
