//! Canaries: whoever asks about a number that nobody may ask about is suspended at once, an alarm is raised, and from
//! outside nothing tells the number from any other that did not agree.

use serde_json::{Value, json};

use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};
use crate::world::CONSENTS;

/// What the command `wayleave canary` says.
fn canary(parts: &Parts, word: &str, number: &str) -> String {
    let config = parts.config.to_str().expect("a path");
    let mut arguments = vec!["canary", word, "--config", config];
    arguments.extend(Some(number).filter(|number| !number.is_empty()));
    let output = wayleave(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// What the gateway counts of asks about canaries.
fn asked(parts: &Parts) -> u64 {
    parts.world.measure("wayleave_canaries_asked_total")
}

#[test]
fn one_ask_about_a_canary_suspends_and_looks_like_any_other() {
    let mut parts = Parts::prepare(Settings::default());
    let number = parts.world.free_phone().number;
    assert!(canary(&parts, "add", &number).contains("1 added"));
    parts.start_gateway();
    let world = &parts.world;
    let (trap, other, agreed) = (world.phone(&number), world.free_phone(), world.free_phone());
    let (partner, innocent) = (world.partner("plain"), world.partner("bank"));
    agreed.agree_to(&partner, &json!({}));
    assert_answered(&partner.retrieve(&agreed.number));
    let usual = partner.retrieve(&other.number);
    let trapped = partner.retrieve(&trap.number);
    assert_refused(&usual, "no-permission");
    assert_eq!(
        (usual.status, usual.text()),
        (trapped.status, trapped.text()),
        "the same bytes"
    );
    let names = |headers: &[(String, String)]| {
        let kept = headers.iter().filter(|(name, _)| name != "date");
        kept.cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&usual.headers), names(&trapped.headers));
    assert!(world.queries(&trap.number).is_empty(), "the carrier was asked");
    until("the alarm", || (asked(&parts) == 1).then_some(()));
    // Nothing is answered any more, however much was agreed to.
    assert_eq!(partner.retrieve(&agreed.number).status, 403);
    let listed = wayleave(&["party", "list", "--config", parts.config.to_str().expect("a path")]);
    let listed = said(&listed);
    let line = listed.lines().find(|line| line.contains("plain")).expect("a line");
    assert!(line.contains("SUSPENDED"), "{listed}");
    assert!(
        !listed
            .lines()
            .any(|line| line.contains("bank") && line.contains("SUSPENDED")),
        "{listed}"
    );
    assert_eq!(innocent.retrieve(&other.number).status, 403);
    assert_eq!(asked(&parts), 1, "an ask by a suspended party is no second alarm");
    let log = std::fs::read_to_string(world.folder.join("gateway.log")).expect("a log");
    assert!(log.contains("a canary was asked about"), "{log}");
    assert!(
        !log.contains(trap.number.trim_start_matches('+')),
        "the log names the number"
    );
    parts.verify_journal();
}

#[test]
fn a_question_to_a_canary_suspends_and_waits_like_any_other() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (trap, other) = (world.free_phone(), world.free_phone());
    assert!(canary(&parts, "add", &trap.number).contains("1 added"));
    assert!(canary(&parts, "list", "").contains(&trap.number));
    // A gateway that serves takes it over within seconds: then the question is put to nobody.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let partner = world.partner("plain");
    let ask = |number: &str| partner.call("POST", CONSENTS, &partner.wish(number));
    let (usual, trapped) = (ask(&other.number), ask(&trap.number));
    assert_eq!((usual.status, trapped.status), (201, 201), "{}", trapped.text());
    let (usual, trapped) = (usual.json(), trapped.json());
    let names = |body: &Value| body.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>());
    assert_eq!((names(&usual), &usual["status"]), (names(&trapped), &trapped["status"]));
    until("the alarm", || (asked(&parts) == 1).then_some(()));
    assert!(trap.texts().is_empty(), "the number was texted");
    assert!(canary(&parts, "remove", &trap.number).contains("1 removed"));
}
