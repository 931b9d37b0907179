//! A phone on a carrier that speaks MLP and one on a carrier that speaks CAMARA: to the partner they are alike, each is
//! asked about at its own carrier alone, and the carrier that is asked learns the whole chain.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::http::{Answer, send_json};
use crate::partner::{Partner, assert_answered};
use crate::phone::Phone;
use crate::world::{RETRIEVE, World, retrieval};

const CITY: (f64, f64) = (12.0, -40.0);

/// A document without its values: its keys, in order, and the kinds of what they name.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key}:{}", shape(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.len()),
        Value::String(_) => "text".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

/// The form of an answer: status, headers in order (with their values where none is of this answer alone), the body's
/// shape, and the receipt's.
fn form(answer: &Answer) -> (u16, Vec<(String, String)>, String, Vec<String>) {
    let own = ["date", "content-length", "wayleave-receipt"];
    let headers = answer.headers.iter().map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let value = if own.contains(&name.as_str()) {
            String::new()
        } else {
            value.clone()
        };
        (name, value)
    });
    let receipt = answer.header("wayleave-receipt").map(|receipt| {
        let bytes = URL_SAFE_NO_PAD.decode(receipt).expect("base64url");
        let receipt: Value = serde_json::from_slice(&bytes).expect("a receipt");
        let texts = receipt.as_object().into_iter().flatten().filter_map(|(_, value)| {
            let text = value.as_str().or_else(|| value["text"].as_str())?;
            serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
        });
        texts.map(|text| shape(&text)).chain([keys(&receipt)]).collect()
    });
    (
        answer.status,
        headers.collect(),
        shape(&answer.json()),
        receipt.unwrap_or_default(),
    )
}

fn keys(value: &Value) -> String {
    let keys: Vec<&str> = value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    keys.join(",")
}

/// How many queries each carrier has had about each phone: CAMARA's first, then MLP's.
fn queries(world: &World, phones: [&Phone<'_>; 2]) -> [[usize; 2]; 2] {
    phones.map(|phone| {
        [
            world.queries(&phone.number).len(),
            world.castor_requests(&phone.number).len(),
        ]
    })
}

fn become_state(control: &str, phone: &Phone<'_>, state: &str) {
    let url = format!("{control}/phones/{}", phone.number);
    let answer = send_json("PUT", &url, &json!({"state": state}));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn two_carriers_answer_alike_and_each_about_its_own_phones() {
    let world = World::demo();
    let (camara, mlp) = (world.free_phone(), world.castor_phone(0));
    let both = [&camara, &mlp];
    let mut asked = 0;
    for name in ["roadside", "plain", "bank"] {
        let partner = world.partner(name);
        let ask = |phone: &Phone<'_>| -> Answer {
            match name {
                "bank" => partner.verify(&phone.number, CITY, 50_000.0),
                _ => partner.retrieve(&phone.number),
            }
        };
        // Before anybody agreed, the refusals are the same bytes, and no carrier hears of it.
        let refused = both.map(&ask);
        assert_eq!(form(&refused[0]), form(&refused[1]));
        assert_eq!(refused[0].body, refused[1].body);
        assert_eq!(queries(&world, both), [[asked, 0], [0, asked]]);
        for phone in both {
            phone.agree_to(&partner, &json!({}));
        }
        let answers = both.map(ask);
        asked += 1;
        answers.iter().for_each(assert_answered);
        assert_eq!(form(&answers[0]), form(&answers[1]), "{name}");
        assert_eq!(form(&answers[0]).3.len(), 2, "a receipt with the party's part");
        assert_eq!(
            queries(&world, both),
            [[asked, 0], [0, asked]],
            "one query, in the right ledger"
        );
    }
}

#[test]
fn two_carriers_fail_alike() {
    let world = World::demo();
    let plain = world.partner("plain");
    let (camara, mlp) = (world.free_phone(), world.castor_phone(0));
    let quick = json!({"last_known_ms": 20, "fresh_ms": [100, 200]});
    world.carrier_behaves(&quick);
    world.castor_behaves(&quick);
    for phone in [&camara, &mlp] {
        phone.agree_to(&plain, &json!({}));
    }
    for state in ["off", "unlocatable", "unknown-to-carrier", "ported"] {
        become_state(&world.carrier, &camara, state);
        become_state(&world.castor, &mlp, state);
        for aged in [false, true] {
            let answers = [&camara, &mlp].map(|phone| {
                let mut body = retrieval(&phone.number);
                if aged {
                    body["maxAge"] = json!(0);
                }
                plain.call("POST", RETRIEVE, &body)
            });
            assert!(answers[0].status >= 400, "{state}: {}", answers[0].text());
            assert_eq!(form(&answers[0]), form(&answers[1]), "{state}");
            // Only a sandbox says why; a live gateway's answers end here.
            let outside = |answer: &Answer| {
                let mut body = answer.json();
                body.as_object_mut().expect("an object").remove("sandbox");
                body
            };
            assert_eq!(outside(&answers[0]), outside(&answers[1]), "{state}");
        }
    }
}

#[test]
fn the_carrier_learns_the_whole_chain_and_the_asks_own_id() {
    let world = World::shared();
    let phone = world.castor_phone(1);
    let plain = world.partner("plain");
    phone.agree_to(&plain, &json!({}));
    let fresh = |most: Value| {
        let mut body = retrieval(&phone.number);
        body["maxAge"] = most;
        plain.call("POST", RETRIEVE, &body)
    };
    assert_answered(&plain.retrieve(&phone.number));
    assert_answered(&fresh(json!(3600)));
    let _ = fresh(json!(0));
    let requests = world.castor_requests(&phone.number);
    let [any, aged, new] = &requests[..] else {
        panic!("expected three requests, found {requests:?}");
    };
    for request in &requests {
        assert_eq!(request["client"], "wayleave");
        assert_eq!(
            request["chain"],
            json!([{"id": plain.client_id, "service": null, "last": true}])
        );
        assert_eq!((&request["mode"], &request["resid"]), (&json!("async"), &json!(0)));
        assert_eq!(request["respTimer"], 14, "a second less than there is");
        assert_eq!(request["accuracy"], 500.0, "no finer than was agreed");
        let ask = request["requestor"].as_str().expect("a requestor");
        assert!(ask.starts_with("ask_") && ask.len() == 30, "{ask}");
    }
    assert_ne!(any["requestor"], aged["requestor"]);
    assert_eq!(
        (&any["locType"], &any["maxAge"]),
        (&json!("LAST_OR_CURRENT"), &Value::Null)
    );
    assert_eq!(
        (&aged["locType"], &aged["maxAge"]),
        (&json!("LAST_OR_CURRENT"), &json!(3600))
    );
    assert_eq!((&new["locType"], &new["maxAge"]), (&json!("CURRENT"), &Value::Null));
    the_journal_has_each(world, &plain, &requests);
}

/// The id in the carrier's ledger is the one in the journal, under which the receipt was given.
fn the_journal_has_each(world: &World, plain: &Partner, requests: &[Value]) {
    let phone = world.castor_phone(1);
    let answer = plain.retrieve(&phone.number);
    assert_answered(&answer);
    let receipt = URL_SAFE_NO_PAD.decode(answer.header("wayleave-receipt").expect("a receipt"));
    let receipt = String::from_utf8(receipt.expect("base64url")).expect("text");
    let after = world.castor_requests(&phone.number);
    let last = after.last().expect("a request")["requestor"]
        .as_str()
        .expect("a requestor")
        .to_owned();
    assert!(receipt.contains(&last), "the receipt is about another ask");
    assert!(!requests.iter().any(|request| request["requestor"] == last.as_str()));
}
