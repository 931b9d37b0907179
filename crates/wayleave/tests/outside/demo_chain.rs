//! The demo's chain: companies that ask through a reseller and a hub, carriers that decide for themselves, and the
//! operator's hand on the stage.

use serde_json::{Value, json};

use crate::chain::{assert_told, assert_turned_down};
use crate::http::{Answer, Request, send_json, split};
use crate::phone::Phone;
use crate::world::{World, ledger};

/// Who is who, as the hub is told.
fn stage(world: &World) -> Value {
    let file = std::fs::read(world.folder.join("stage.json")).expect("stage.json");
    serde_json::from_slice(&file).expect("stage.json")
}

/// Has a company do something.
fn does(company: &Value, what: &str, body: &Value) -> Value {
    let control = company["control"].as_str().expect("a control");
    let answer = send_json("POST", &format!("{control}/{what}"), body);
    assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    answer.json()
}

/// The person is asked, and agrees on the page.
fn agree(company: &Value, phone: &Phone<'_>, event: Option<&str>) {
    let before = phone.count("/c/");
    let mut wish = json!({"number": phone.number});
    if let Some(event) = event {
        wish["event"] = event.into();
    }
    let asked = does(company, "consent", &wish);
    assert_eq!(
        asked["opened"]["outcome"], "asked",
        "{} {}",
        asked["opened"], asked["doubt"]
    );
    let agreed = phone.press("agree", &phone.question(before));
    assert_eq!(agreed.status, 200, "{}", agreed.text());
}

/// The last of a company's phones: the first are the visitors'.
fn phone<'a>(world: &'a World, company: &Value) -> Phone<'a> {
    let numbers = company["numbers"].as_array().expect("numbers");
    let number = numbers.last().and_then(Value::as_str).expect("a number");
    Phone::new(world, number)
}

/// How often a carrier was asked about a phone, by its own ledger.
fn queries(carrier: &str, number: &str) -> usize {
    let lines = ledger(carrier).into_iter();
    let about = |line: &Value| ["retrieve", "verify", "slir"].iter().any(|kind| line["kind"] == *kind);
    let digits = number.trim_start_matches('+');
    lines
        .filter(|line| about(line) && line.to_string().contains(digits))
        .count()
}

fn press(stage: &Value, origin: Option<&str>, wish: &Value) -> Answer {
    let (host, _) = split(stage["operator"].as_str().expect("an address"));
    let mut request = Request::new("POST", "/run");
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.json(wish).send(host)
}

#[test]
fn companies_are_told_through_everybody_and_only_as_people_agreed() {
    let world = World::shared();
    let stage = stage(world);
    let osier = stage["homes"]["osier"]["carrier"]["control"]
        .as_str()
        .expect("a control");
    let roadside = &stage["roadside"];
    let stranded = phone(world, roadside);
    let ask = json!({"number": stranded.number, "event": "TOW-1"});
    assert_turned_down(&does(roadside, "ask", &ask), "no-event");
    does(roadside, "ticket", &json!({"number": stranded.number, "id": "TOW-1"}));
    agree(roadside, &stranded, Some("TOW-1"));
    assert_told(&does(roadside, "ask", &ask));
    does(
        roadside,
        "ticket/end",
        &json!({"number": stranded.number, "id": "TOW-1"}),
    );
    assert_turned_down(&does(roadside, "ask", &ask), "no-event");
    assert_eq!(queries(osier, &stranded.number), 1, "by the carrier's own ledger");

    let bank = &stage["bank"];
    let owner = phone(world, bank);
    agree(bank, &owner, None);
    let whether = does(bank, "ask", &json!({"number": owner.number, "question": "verify"}));
    assert_told(&whether);
    assert!(
        whether["opened"]["answer"].get("area").is_none(),
        "a bank is told no place"
    );
    assert_turned_down(&does(bank, "ask", &json!({"number": owner.number})), "yes-no-only");
    assert_eq!(queries(osier, &owner.number), 1, "by the carrier's own ledger");
}

#[test]
fn a_prison_is_told_of_a_call_that_the_carrier_knows() {
    let world = World::shared();
    let stage = stage(world);
    let tern = stage["homes"]["tern"]["carrier"]["control"]
        .as_str()
        .expect("a control");
    let (prison, called) = (&stage["prison"], phone(world, &stage["prison"]));
    let invented = does(prison, "call", &json!({"to": called.number, "invented": true}));
    let ask = |call: &Value| does(prison, "ask", &json!({"number": called.number, "event": call["id"]}));
    assert_turned_down(&ask(&invented), "event-unconfirmed");
    let call = does(prison, "call", &json!({"to": called.number}));
    agree(prison, &called, call["id"].as_str());
    assert_told(&ask(&call));
    does(prison, "hangup", &json!({"id": call["id"]}));
    assert_turned_down(&ask(&call), "no-event");
    assert_eq!(queries(tern, &called.number), 1, "by the carrier's own ledger");
}

#[test]
fn only_the_stage_has_the_operators_hand() {
    let world = World::demo();
    let stage = stage(&world);
    let wish = json!({"action": "suspend-party", "at": "osier", "party": "harbour-cards"});
    for origin in [None, Some("null"), Some("http://evil.example.com")] {
        assert_eq!(press(&stage, origin, &wish).status, 403, "{origin:?}");
    }
    let other = json!({"action": "erase", "at": "osier"});
    let refused = press(&stage, Some(&world.issuer), &other);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("`action`"), "{}", refused.text());

    let (bank, owner) = (&stage["bank"], phone(&world, &stage["bank"]));
    agree(bank, &owner, None);
    let ask = json!({"number": owner.number, "question": "verify"});
    assert_told(&does(bank, "ask", &ask));
    let ran = press(&stage, Some(&world.issuer), &wish).json();
    assert_eq!(ran["status"], 0, "{ran}");
    assert_eq!(
        ran["command"],
        "wayleave party suspend harbour-cards --config homes/osier/wayleave.toml"
    );
    assert_turned_down(&does(bank, "ask", &ask), "party-suspended");
    let compared = press(
        &stage,
        Some(&world.issuer),
        &json!({"action": "reconcile", "at": "osier"}),
    )
    .json();
    assert_eq!(compared["status"], 0, "{compared}");
    assert!(
        compared["output"].as_str().expect("text").contains("in both   1"),
        "{compared}"
    );
}
