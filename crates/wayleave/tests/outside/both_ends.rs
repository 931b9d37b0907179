//! A stop at one end of a chain of gateways is told to the other, and binds both.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::chain::{FAMILY, HUB, ROADSIDE, assert_told, assert_turned_down, entries};
use crate::hub::Chain;
use crate::me::Me;
use crate::operator::{done, run};
use crate::parts::{Parts, Settings};
use crate::program::{said, until};
use crate::witness::journal_key;

/// Waits for an entry about the person of a number that `is` picks.
fn written(parts: &Parts, number: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    until(what, || entries(parts, number).into_iter().find(|entry| is(entry)))
}

fn ended_by_hub(entry: &Value) -> bool {
    entry["kind"] == "consent-withdrawn" && entry["reason"] == "stopped-at-hub"
}

#[test]
fn a_stop_at_the_hub_ends_what_was_agreed_at_the_home() {
    let chain = Chain::start();
    let (service, _relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    let consent = service.agree(&phone, &json!({}));
    assert_told(&service.asks(&phone.number));
    let at_hub = chain.hub.world.phone(&phone.number);
    at_hub.reply("STOP");
    assert_turned_down(&service.asks(&phone.number), "never");
    let ended = written(&chain.home, &phone.number, "the home to be told", ended_by_hub);
    assert_eq!(ended["permission"], json!(consent));
    // It stays ended, also when the hub passes on again.
    at_hub.reply("ALLOW");
    assert_turned_down(&service.asks(&phone.number), "withdrawn");
    assert_eq!(chain.home.world.queries(&phone.number).len(), 1);
    service.agree(&phone, &json!({}));
    assert_told(&service.asks(&phone.number));
    chain.hub.verify_journal();
    chain.home.verify_journal();
}

#[test]
fn a_stop_at_the_home_is_told_to_the_hub_and_shown_there() {
    let mut chain = Chain::start();
    let home = chain.tells_back();
    let (service, _relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    let at_hub = chain.hub.world.phone(&phone.number);
    service.agree(&phone, &json!({}));
    assert_told(&service.asks(&phone.number));
    let mut me = Me::signed_in(&chain.hub.world, &at_hub);
    assert!(me.board().contains("/me/stop-passing"), "{}", me.board());
    phone.reply("STOP");
    written(&chain.hub, &phone.number, "the hub to be told", |entry| {
        entry["kind"] == "passing-stopped" && entry["home"] == json!(home)
    });
    let passed = |entry: &Value| entry["kind"] == "asked";
    let before = entries(&chain.home, &phone.number).len();
    let asked = entries(&chain.hub, &phone.number)
        .iter()
        .filter(|it| passed(it))
        .count();
    assert_turned_down(&service.asks(&phone.number), "ended-at-home");
    let at_home = entries(&chain.home, &phone.number);
    assert_eq!(at_home.len(), before + 1, "only the look at it: {at_home:?}");
    let now = entries(&chain.hub, &phone.number)
        .iter()
        .filter(|it| passed(it))
        .count();
    assert_eq!(now, asked, "nothing was passed on");
    assert!(!me.board().contains("/me/stop-passing"), "{}", me.board());
    assert_eq!(me.first_line(), "Nobody can see where you are");
    // A new consent at the home opens it again.
    service.agree(&phone, &json!({}));
    assert_told(&service.asks(&phone.number));
    assert_eq!(me.first_line(), "From here, nobody can see where you are");
    chain.hub.verify_journal();
    chain.home.verify_journal();
}

#[test]
fn a_button_of_the_hubs_board_stops_one_company_also_while_the_home_is_away() {
    let mut chain = Chain::start();
    let (service, _relay) = chain.service(&ROADSIDE);
    let number = chain.home.world.free_phone().number;
    service.agree(&chain.home.world.phone(&number), &json!({}));
    assert_told(&service.asks(&number));
    let at_hub = chain.hub.world.phone(&number);
    let mut me = Me::signed_in(&chain.hub.world, &at_hub);
    let board = me.board();
    assert!(board.contains(ROADSIDE.name), "{board}");
    drop(chain.home.gateway.take());
    let form = format!("company={}&purpose={}", service.party.id, ROADSIDE.purposes[0]);
    assert_eq!(me.post("/me/stop-passing", &form).status, 303);
    assert_turned_down(&service.asks(&number), "never");
    assert!(me.board().contains("You stopped it"), "{}", me.board());
    chain.home.start_gateway();
    written(&chain.home, &number, "the home to be told", ended_by_hub);
    assert_eq!(chain.home.world.queries(&number).len(), 1);
}

/// How an outcome ended, in the words of a sandbox: the outcome, the true reason, and what everybody sees.
fn ended(outcome: &Value) -> [&str; 3] {
    let opened = &outcome["opened"];
    let said = [&opened["outcome"], &opened["reason"], &opened["problem"]["code"]];
    said.map(|word| word.as_str().unwrap_or_default())
}

#[test]
fn a_stop_that_must_not_be_noticed_is_not_noticed_at_the_hub_either() {
    // A yes for safety takes effect a day later; here soon.
    let home = Settings {
        policy: vec![("effect_after_hours = 24\n", "effect_after_s = 2\n")],
        ..Settings::default()
    };
    let mut chain = Chain::between(home, Settings::default());
    let (service, _relay) = chain.service(&FAMILY);
    let number = chain.home.world.free_phone().number;
    service.agree(&chain.home.world.phone(&number), &json!({}));
    until("the consent to take effect", || {
        let outcome = service.asks(&number);
        (ended(&outcome)[1] != "not-yet").then(|| assert_told(&outcome))
    });
    // The hub cannot tell the home, and it looks as it looks whenever the home is away.
    drop(chain.home.gateway.take());
    let away = service.asks(&number);
    assert_eq!(ended(&away), ["failed", "source-unavailable", "UNAVAILABLE"]);
    chain.hub.world.phone(&number).reply("STOP");
    assert_eq!(ended(&service.asks(&number)), ended(&away));
    chain.home.start_gateway();
    // From then on the home says it: a phone that is off. In between nothing is answered.
    let off = until("the home to be told", || {
        let outcome = service.asks(&number);
        let is_off = ended(&outcome)[1] == "withdrawn-unseen";
        assert!(is_off || ended(&outcome) == ended(&away), "{:?}", ended(&outcome));
        is_off.then_some(outcome)
    });
    assert_eq!(ended(&off)[2], "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE");
    assert!(entries(&chain.home, &number).iter().any(ended_by_hub));
    assert_eq!(chain.home.world.queries(&number).len(), 1);
    chain.hub.verify_journal();
    chain.home.verify_journal();
}

/// Compares one end's journal with the other's file: whether they agree, and what is said.
fn compared(parts: &Parts, file: &Path, which: &[&str]) -> (bool, String) {
    let file = file.to_str().expect("a path");
    let arguments = ["journal", "reconcile", "--against", file, "--tolerance", "0ms"];
    let output = run(parts, &[&arguments[..], which].concat());
    (output.status.success(), said(&output))
}

#[test]
fn the_journals_of_both_ends_agree_and_each_difference_is_named() {
    let chain = Chain::start();
    let (service, _relay) = chain.service(&ROADSIDE);
    let phone = chain.home.world.free_phone();
    assert_turned_down(&service.asks(&phone.number), "no-permission");
    service.agree(&phone, &json!({}));
    assert_told(&service.asks(&phone.number));
    assert_told(&service.asks(&phone.number));
    chain.hub.world.phone(&phone.number).reply("STOP");
    assert_turned_down(&service.asks(&phone.number), "never");
    let file = |name: &str| chain.hub.world.folder.join(name);
    let (of_home, of_hub) = (file("home.jsonl"), file("hub.jsonl"));
    let export = |parts, out: &Path, which: &[&str]| {
        let arguments = ["journal", "reconcile", "--export", out.to_str().expect("a path")];
        done(parts, &[&arguments[..], which].concat());
    };
    export(&chain.home, &of_home, &["--hub", HUB.client]);
    export(&chain.hub, &of_hub, &["--source", "home"]);
    // Three reached the home; the question for a consent is there in another way.
    let (agree, words) = compared(&chain.hub, &of_home, &[]);
    assert!(agree && words.contains("in both   3\n"), "{words}");
    assert!(words.contains("besides   1 questions for consents"), "{words}");
    let (agree, words) = compared(&chain.home, &of_hub, &["--hub", HUB.client]);
    assert!(agree && words.contains("in both   3\n"), "{words}");
    // Each is signed by the journal that it is from, and by no other.
    let keys = [&chain.home, &chain.hub].map(|end| journal_key(&end.config));
    for (key, fits) in keys.iter().zip([true, false]) {
        let (agree, words) = compared(&chain.hub, &of_home, &["--key", key]);
        assert_eq!(agree, fits, "{words}");
    }
    // Neither file says about whom anything was, and the home's not what became of it.
    let text = fs::read_to_string(&of_home).expect("a file");
    assert!(!text.contains("refused") && !text.contains("answered"), "{text}");
    for file in [&text, &fs::read_to_string(&of_hub).expect("a file")] {
        assert!(!file.contains(phone.number.trim_start_matches('+')), "{file}");
    }
    let lines: Vec<&str> = text.lines().collect();
    let last: Value = serde_json::from_str(lines[lines.len() - 1]).expect("JSON");
    let letter = last["letter"].as_str().expect("a hash");
    let missing = file("missing.jsonl");
    fs::write(&missing, lines[..lines.len() - 1].join("\n") + "\n").expect("written");
    let (agree, words) = compared(&chain.hub, &missing, &[]);
    assert!(!agree && words.contains("at the hub only"), "{words}");
    assert!(words.contains(&letter[..16]), "{words}");
    let invented = file("invented.jsonl");
    fs::write(
        &invented,
        text.clone() + &lines[lines.len() - 1].replace(letter, &"ab".repeat(32)) + "\n",
    )
    .expect("written");
    let (agree, words) = compared(&chain.hub, &invented, &[]);
    assert!(
        !agree && words.contains("at the home only: `abababababababab`"),
        "{words}"
    );
    let (agree, words) = compared(&chain.home, &of_home, &["--hub", HUB.client]);
    assert!(!agree && words.contains("the file of the other end"), "{words}");
    // An old file knows of nothing, and agrees with nothing.
    let old = file("old.jsonl");
    let made: Value = serde_json::from_str(lines[0]).expect("JSON");
    let made = made["made"].as_str().expect("a time");
    fs::write(&old, lines[0].replace(made, "2026-01-01T00:00:00.000Z") + "\n").expect("written");
    let (agree, words) = compared(&chain.hub, &old, &[]);
    assert!(!agree && words.contains("of the last day"), "{words}");
    let another = file("another.jsonl");
    let issuer = &chain.home.world.issuer;
    fs::write(&another, text.replace(issuer.as_str(), "http://127.0.0.1:9")).expect("written");
    let (agree, words) = compared(&chain.hub, &another, &[]);
    assert!(!agree && words.contains("found another's"), "{words}");
}
