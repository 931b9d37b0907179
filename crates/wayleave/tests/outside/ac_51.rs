//! AC-51: a batch of a hundred with ninety-nine consents is ninety-nine answers and one refusal, in order: never all or
//! nothing, either way.

use serde_json::{Value, json};

use crate::chain::{RESELLER, ROADSIDE, Relay, Service, assert_told, assert_turned_down, gateway};
use crate::http::Request;
use crate::parts::{Parts, Settings};
use crate::world::World;

const ASKS: &str = "/wayleave/v1/asks";

/// A phone of nobody who agreed, in the middle.
const STRANGER: usize = 57;

fn batch(world: &World, service: &Service, numbers: &[String], change: impl Fn(usize) -> Value) -> Vec<Value> {
    let before: usize = numbers.iter().map(|number| world.queries(number).len()).sum();
    let asks: Vec<Value> = (0..100)
        .map(|nth| {
            let number = &numbers[usize::from(nth == STRANGER)];
            json!({"number": number, "claims": change(nth)})
        })
        .collect();
    let outcomes = service.does("batch", &json!({ "asks": asks }));
    assert_eq!(outcomes["status"], 200, "{outcomes}");
    let outcomes = outcomes["outcomes"].as_array().expect("outcomes").clone();
    assert_eq!(outcomes.len(), 100);
    let answered = outcomes
        .iter()
        .filter(|one| one["opened"]["outcome"] == "answered")
        .count();
    let after: usize = numbers.iter().map(|number| world.queries(number).len()).sum();
    assert_eq!(after - before, answered, "a query for each answer, and none besides");
    outcomes
}

#[test]
fn ac_51_one_outcome_for_each_and_never_all_or_nothing() {
    let parts = Parts::start(Settings {
        policy: vec![("count_max = 12\nper_day_max = 12", "count_max = 100\nper_day_max = 100")],
        ..Settings::default()
    });
    let world = &parts.world;
    let relay = Relay::start(&parts, &RESELLER);
    let service = Service::start(&parts, &ROADSIDE, &[&relay]);
    let (phone, other, stranger) = (world.free_phone(), world.free_phone(), world.free_phone());
    for agreed in [&phone, &other] {
        service.agree(agreed, &json!({"count": 100}));
    }
    let numbers = [phone.number.clone(), stranger.number.clone()];
    let plain = batch(world, &service, &numbers, |_| json!({}));
    for (nth, outcome) in plain.iter().enumerate() {
        if nth == STRANGER {
            assert_turned_down(outcome, "no-permission");
        } else {
            assert_told(outcome);
        }
    }
    // One malformed and one that says what another said before spoil nothing.
    let numbers = [other.number.clone(), stranger.number.clone()];
    let spoiled = batch(world, &service, &numbers, |nth| match nth {
        3 => json!({"purpose": "CurbYourCuriosity"}),
        20 | 21 => json!({"jti": "twice-in-one-batch"}),
        _ => json!({}),
    });
    let answered = spoiled
        .iter()
        .filter(|one| one["opened"]["outcome"] == "answered")
        .count();
    assert_eq!(answered, 97);
    assert_ne!(spoiled[3]["opened"]["outcome"], "answered");
    assert!(
        spoiled[20]["opened"]["outcome"] != spoiled[21]["opened"]["outcome"],
        "one of the two was answered"
    );
    let lengths: std::collections::BTreeSet<_> = plain
        .iter()
        .chain(&spoiled)
        .map(|one| one["sealed"].as_str().map(str::len))
        .collect();
    assert_eq!(lengths.len(), 1, "{lengths:?}");
    parts.verify_journal();
}

/// What is no batch is refused before anything is asked.
#[test]
fn ac_51_what_is_no_batch() {
    let parts = gateway();
    let world = &parts.world;
    let service = Service::start(&parts, &ROADSIDE, &[]);
    let phone = world.free_phone();
    service.agree(&phone, &json!({}));
    let file = serde_json::from_slice(&std::fs::read(&service.party.file).expect("a file")).expect("JSON");
    let partner = crate::partner::Partner::new(file);
    let post = |body: &Value| partner.call("POST", ASKS, body);
    let told = service.asks(&phone.number);
    assert_told(&told);
    for (body, status) in [
        (json!({}), 400),
        (json!({"asks": []}), 400),
        (json!({"asks": vec!["x"; 101]}), 400),
        (json!({"ask": told["ask"], "asks": [told["ask"]]}), 400),
        (json!({"ask": told["ask"], "number": "+12025550100"}), 400),
        (json!({"ask": 7}), 400),
    ] {
        assert_eq!(post(&body).status, status, "{body}");
    }
    let nobody = Request::new("POST", ASKS).json(&json!({"ask": told["ask"]}));
    assert_eq!(nobody.send(world.host()).status, 401);
    assert_eq!(world.queries(&phone.number).len(), 1);
}
