//! `wayleave client` signs asks and opens outcomes: brought by itself, and carried by a reseller who can do neither.

use std::process::{Command, Output};

use serde_json::Value;

use crate::chain::{RESELLER, ROADSIDE, Relay, enrol, gateway};
use crate::program::{said, wayleave};
use crate::witness::journal_key;

fn printed(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Runs the curl that the client showed for its ask, and returns it.
fn run_shown(output: &Output) -> String {
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut curls = shown.lines().filter(|line| line.starts_with("curl -sS"));
    let ask = curls.rfind(|line| line.contains("\"ask\"")).expect("a curl");
    let ran = Command::new("bash").args(["-c", ask]).output().expect("bash");
    assert!(ran.status.success(), "{}", said(&ran));
    ask.to_owned()
}

#[test]
fn the_client_signs_what_a_reseller_carries_and_opens_what_comes_back() {
    let parts = gateway();
    let phone = parts.world.free_phone();
    let relay = Relay::start(&parts, &RESELLER);
    let party = enrol(&parts, &ROADSIDE);
    let (file, key) = (party.file.to_string_lossy(), journal_key(&parts.config));
    let carried = format!("{}/carry", relay.url);
    let client = |what: &str, key: &str, more: &[&str]| {
        let common = ["client", what, "--client", &file, "--number", &phone.number, "--signed"];
        wayleave(&[&common[..], &["--journal-key", key], more].concat())
    };
    let through = ["--relayed", carried.as_str(), "--relay", relay.party.id.as_str()];
    let none = client("ask", &key, &through);
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
    assert!(
        said(&none).contains("refused: 403 PERMISSION_DENIED (no-permission)"),
        "{}",
        said(&none)
    );
    let asked = printed(&client(
        "consent",
        &key,
        &[&through[..], &["--case", "TOW-4711", "--count", "5"]].concat(),
    ));
    assert!(asked["consent"].as_str().expect("an id").starts_with("con_"), "{asked}");
    assert_eq!(phone.press("agree", &phone.question(0)).status, 200);
    let receipt = parts.world.folder.join("receipt.json");
    let kept = ["--receipt", receipt.to_str().expect("a path")];
    let told = client("ask", &key, &[&through[..], &kept].concat());
    assert_eq!(printed(&told)["area"]["areaType"], "CIRCLE");
    // The curl that it shows does the same, once more; neither that nor what was carried says whom it is about.
    let queries = || parts.world.queries(&phone.number).len();
    assert_eq!(queries(), 1);
    let shown = run_shown(&told);
    assert_eq!(queries(), 2, "{shown}");
    let digits = phone.number.trim_start_matches('+');
    assert!(!shown.contains(digits) && !relay.last().to_string().contains(digits));
    let check = ["journal", "verify", kept[1], "--key", &key];
    assert!(wayleave(&check).status.success(), "{}", said(&wayleave(&check)));
    // Brought by itself, under a token of its own; a verdict this time.
    let direct = client("ask", &key, &["--inside", "12.0,-40.0,5000"]);
    assert!(printed(&direct)["verificationResult"].is_string(), "{}", said(&direct));
    run_shown(&direct);
    assert_eq!(queries(), 4);
    // An answer that another journal should hold is not believed.
    let (name, rest) = key.split_once('+').expect("a key");
    let other = client("ask", &format!("{name}-two+{rest}"), &[]);
    assert_eq!(other.status.code(), Some(1), "{}", said(&other));
    assert!(other.stdout.is_empty());
    let lonely = wayleave(&[
        "client",
        "ask",
        "--client",
        &file,
        "--number",
        &phone.number,
        "--signed",
    ]);
    assert!(said(&lonely).contains("--journal-key"), "{}", said(&lonely));
    parts.verify_journal();
}
