//! The whole story: asked without consent, asked for a consent, agreed, answered, withdrawn; with the receipt checked by
//! somebody else, a clean end, and a second start that goes on.

use std::fs;

use serde_json::{Value, json};

use crate::http::{fetch, send_json};
use crate::partner::{Partner, assert_answered, assert_refused};
use crate::program::{Program, WAYLEAVE, folder, said, until, wayleave};
use crate::world::World;

/// Asks through the partner's own backend, as the stage does.
fn backend(world: &Value, path: &str, body: &Value) -> Value {
    let url = format!(
        "{}/api/partners/roadside/{path}",
        world["partner"].as_str().expect("partner")
    );
    send_json("POST", &url, body).json()
}

fn surface_of(area: &Value) -> f64 {
    assert_eq!(area["areaType"], "CIRCLE", "{area}");
    area["radius"].as_f64().expect("a radius")
}

/// The five lines of the story, through the phones' and the partner's own doors.
fn tell(world: &World, description: &Value, number: &str) -> String {
    let phone = world.phone(number);
    let name = "Aster Roadside Help";
    // 1: without consent, one fixed message, and the carrier hears nothing.
    let refused = backend(description, "ask", &json!({"number": number}));
    assert_eq!(
        (&refused["status"], &refused["body"]["code"]),
        (&json!(403), &json!("PERMISSION_DENIED")),
        "{refused}"
    );
    assert!(
        world.queries(number).is_empty(),
        "the carrier was asked without consent"
    );
    // 2: the phone gets a text that names the company, why, how exact, how long, and a link.
    let before = phone.texts().iter().filter(|text| text.contains("/c/")).count();
    let asked = backend(description, "consents", &json!({"number": number}));
    assert_eq!(asked["status"], 201, "{asked}");
    let text = phone.text("/c/", before);
    for words in [
        name,
        "for the help you requested",
        "TOW-8841",
        "area of 200 m",
        "2 hours",
        "12 times",
        "STOP",
    ] {
        assert!(text.contains(words), "expected `{words}` in `{text}`");
    }
    // 3: opened and agreed, on the page that says the same.
    let question = phone.question(before);
    let page = fetch(&question.link);
    assert!(page.text().contains(name) && page.text().contains("TOW-8841"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(phone.press("agree", &question).status, 200);
    assert_eq!(question.state(), "given");
    // 4: an area no finer than agreed that holds the phone, a receipt, and one query at the carrier.
    let answered = backend(description, "ask", &json!({"number": number}));
    assert_eq!(answered["status"], 200, "{answered}");
    assert!(surface_of(&answered["body"]["area"]) >= 200.0, "{answered}");
    let queries = world.queries(number);
    assert_eq!(queries.len(), 1, "{queries:?}");
    assert!(
        queries[0]["correlator"]
            .as_str()
            .is_some_and(|id| id.starts_with("ask_")),
        "{queries:?}"
    );
    let receipt = answered["headers"]["wayleave-receipt"]
        .as_str()
        .expect("a receipt")
        .to_owned();
    // 5: withdrawn, and the very next ask is refused.
    assert_eq!(phone.press("stop", &question).status, 200);
    let after = backend(description, "ask", &json!({"number": number}));
    assert_eq!(after["status"], 403, "{after}");
    assert_eq!(
        world.queries(number).len(),
        1,
        "the carrier was asked after the withdrawal"
    );
    receipt
}

fn start(folder: &std::path::Path) -> (Program, Value) {
    let data = folder.join("data");
    let arguments = [
        "demo",
        "--data",
        data.to_str().expect("a path"),
        "--listen",
        "127.0.0.1:0",
    ];
    let program = Program::start(WAYLEAVE, &arguments, &folder.join("demo.log"), None);
    let world = fs::read(data.join("world.json")).expect("world.json");
    (program, serde_json::from_slice(&world).expect("world.json"))
}

#[test]
fn the_whole_story_and_the_next_day() {
    let folder = folder();
    let data = folder.join("data");
    let config = data.join("wayleave.toml");
    let config = config.to_str().expect("a path");
    let (program, description) = start(&folder);
    let world = World::of_description(&data, &description);
    let receipt = tell(&world, &description, "+12025550101");
    // Somebody who trusts nobody checks the receipt with the journal's key alone.
    let key = said(&wayleave(&["journal", "key", "--config", config]));
    check_receipt(&folder, key.trim(), &receipt);
    // A consent that holds over the night.
    let plain = world.partner("plain");
    let given = world.phone("+12025550102").agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve("+12025550102"));
    let entries = journal_size(&world);
    assert_eq!(program.end(), Some(0), "the demo did not end well");
    let verified = said(&wayleave(&["journal", "verify", "--config", config]));
    assert!(verified.contains("every ask has its end"), "{verified}");
    assert!(
        verified.contains(&format!("verified: {entries} entries")),
        "{entries}: {verified}"
    );
    // The next start goes on where this one ended.
    let (program, description) = start(&folder);
    let world = World::of_description(&data, &description);
    assert!(journal_size(&world) >= entries);
    let plain = world.partner("plain");
    assert_eq!(plain.consent_state(&given.id), "GIVEN");
    assert_answered(&plain.retrieve("+12025550102"));
    let first: Partner = world.partner("roadside");
    assert_refused(&first.retrieve("+12025550101"), "withdrawn");
    assert_answered(&plain.retrieve("+12025550100"));
    check_receipt(&folder, key.trim(), &receipt);
    drop(program);
    fs::remove_dir_all(folder).expect("removed");
}

fn journal_size(world: &World) -> u64 {
    world.get("/sandbox/journal?after=0").json()["size"]
        .as_u64()
        .expect("a size")
}

/// The receipt stands; with one letter changed, or under another key, it does not.
fn check_receipt(folder: &std::path::Path, key: &str, receipt: &str) {
    let path = folder.join("receipt");
    let verify = |text: &str, key: &str| {
        fs::write(&path, text).expect("written");
        wayleave(&["journal", "verify", path.to_str().expect("a path"), "--key", key])
    };
    let good = verify(receipt, key);
    assert!(good.status.success(), "{}", said(&good));
    assert!(said(&good).contains("verified: entry"), "{}", said(&good));
    let json = String::from_utf8(crate::jose::unbase64url(receipt)).expect("text");
    assert!(verify(&json, key).status.success());
    let bent = json.replacen("RequestedServiceProvision", "FraudPreventionAndDetection", 1);
    assert_ne!(bent, json);
    assert!(!verify(&bent, key).status.success(), "a bent receipt was taken");
    let other = key.replacen("127.0.0.1", "127.0.0.2", 1);
    assert_ne!(other, key);
    assert!(
        !verify(receipt, &other).status.success(),
        "another journal's key was taken"
    );
}

/// Ending a gateway in the middle of an ask: what was accepted is finished.
#[test]
fn a_clean_end_finishes_what_was_accepted() {
    let mut parts = crate::parts::Parts::start(crate::parts::Settings::default());
    let partner = parts.world.partner("plain");
    let number = parts.world.free_phone().number;
    parts.world.phone(&number).agree_to(&partner, &json!({}));
    parts.world.carrier_behaves(&json!({"last_known_ms": 1500}));
    let gateway = parts.gateway.take().expect("a gateway");
    let world = &parts.world;
    let answer = std::thread::scope(|scope| {
        let ask = scope.spawn(|| partner.retrieve(&number));
        until("the query at the carrier", || {
            (!world.queries(&number).is_empty()).then_some(())
        });
        assert_eq!(gateway.end(), Some(0));
        ask.join().expect("an answer")
    });
    assert_answered(&answer);
    assert!(parts.verify_journal().contains("every ask has its end"));
}
