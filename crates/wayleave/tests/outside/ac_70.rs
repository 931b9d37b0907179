//! AC-70: somebody has everything about them erased. What they had is unreadable and gone from the files, the journal still
//! verifies, what others hold of it still proves, and the counts stay right. Under a legal hold nothing of it happens.

use std::path::Path;

use serde_json::{Value, json};

use crate::jose::unbase64url;
use crate::me::Me;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};

/// Runs a command of the journal; what it said, if it ended well or badly as expected.
#[track_caller]
fn journal(config: &Path, good: bool, arguments: &[&str]) -> String {
    let config = ["--config", config.to_str().expect("a path")];
    let output = wayleave(&[&["journal"], arguments, &config[..]].concat());
    assert_eq!(output.status.success(), good, "{arguments:?}: {}", said(&output));
    said(&output)
}

const CLERK: [&str; 4] = ["--who", "A. Clerk", "--because", "request 4711"];

/// Exports a person, as the operator does, and reads the entries.
fn export(config: &Path, number: &str, out: &Path) -> Vec<Value> {
    let out = out.to_str().expect("a path");
    journal(
        config,
        true,
        &[&["export", "--number", number, "--out", out], &CLERK[..]].concat(),
    );
    let key = journal(config, true, &["key"]);
    let checked = wayleave(&["journal", "verify-export", out, "--key", key.trim()]);
    assert!(checked.status.success(), "{}", said(&checked));
    let text = std::fs::read_to_string(out).expect("an export");
    let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    lines.filter(|line: &Value| line["line"] == "entry").collect()
}

/// Everything of these entries that a file must not hold any more: salts, and texts.
fn secrets(entries: &[Value]) -> Vec<Vec<u8>> {
    let parts = entries.iter().flat_map(|entry| [&entry["party"], &entry["subject"]]);
    let both = parts.flat_map(|part| {
        let (salt, text) = (
            part["salt"].as_str().expect("a salt"),
            part["text"].as_str().expect("a text"),
        );
        [unbase64url(salt), text.as_bytes().to_vec()]
    });
    // Some texts say nothing: a part with a number alone is that of many.
    both.filter(|secret| secret.len() == 16 || secret.len() > 100).collect()
}

/// How many of the secrets stand in the store's file or in its log.
fn found(folder: &Path, secrets: &[Vec<u8>]) -> usize {
    let files = ["wayleave.db", "wayleave.db-wal"].map(|name| std::fs::read(folder.join(name)).unwrap_or_default());
    let is_in = |secret: &&Vec<u8>| {
        files
            .iter()
            .any(|file| file.windows(secret.len()).any(|window| window == secret.as_slice()))
    };
    secrets.iter().filter(is_in).count()
}

#[test]
fn what_is_erased_is_gone_and_everything_else_stands() {
    let mut parts = Parts::start(Settings::default());
    let (config, folder) = (parts.config.clone(), parts.world.folder.clone());
    let (plain, bank) = (parts.world.partner("plain"), parts.world.partner("bank"));
    let (leaving, staying) = (parts.world.free_phone().number, parts.world.free_phone().number);
    let given = parts.world.phone(&leaving).agree_to(&plain, &json!({}));
    parts.world.phone(&staying).agree_to(&plain, &json!({}));
    let answer = plain.retrieve(&leaving);
    assert_answered(&answer);
    assert_answered(&plain.retrieve(&staying));
    assert_refused(
        &bank.verify(&leaving, parts.world.truth(&leaving), 3_000.0),
        "no-permission",
    );
    let entries = export(&config, &leaving, &folder.join("before.jsonl"));
    assert!(entries.len() >= 6, "{entries:?}");
    let counts = journal(&config, true, &["count"]);
    let figures = |said: &str| -> Vec<String> {
        let kept = |line: &&str| line.starts_with("people") || line.starts_with("asks");
        said.lines().filter(kept).map(str::to_owned).collect()
    };

    // A hold comes first.
    let erase = [&["erase", "--number", leaving.as_str()], &CLERK[..]].concat();
    journal(
        &config,
        true,
        &["hold", "add", "case-12", "--because", "lawsuit", "--number", &leaving],
    );
    assert!(journal(&config, false, &erase).contains("case-12"));
    journal(&config, true, &["hold", "lift", "case-12"]);
    journal(
        &config,
        true,
        &["hold", "add", "case-13", "--because", "lawsuit", "--party", "plain"],
    );
    assert!(journal(&config, false, &erase).contains("case-13"));
    assert_answered(&plain.retrieve(&leaving));
    journal(&config, true, &["hold", "lift", "case-13"]);
    assert!(journal(&config, true, &["hold", "list"]).contains("lifted"));
    assert!(
        !journal(&config, false, &["erase", "--number", &leaving]).contains("erased    "),
        "nobody's name"
    );

    let own = export(&config, &leaving, &folder.join("last.jsonl"));
    let secrets = secrets(&own);
    let store = parts.gateway_folder();
    assert_eq!(found(&store, &secrets), secrets.len(), "all there before");
    let figures_before = figures(&journal(&config, true, &["count"]));
    let erased = journal(&config, true, &erase);
    assert!(erased.contains("wiped"), "{erased}");
    assert_eq!(found(&store, &secrets), 0, "{erased}");
    assert_eq!(figures(&journal(&config, true, &["count"])), figures_before, "{counts}");

    // Nothing was agreed to any more, and the link of the question leads nowhere.
    assert_refused(&plain.retrieve(&leaving), "no-permission");
    assert!(parts.world.get(given.question.path()).status >= 400);
    assert_answered(&plain.retrieve(&staying));
    check_the_rest(&parts, &answer, &staying);
    // Once more, also after a restart: what came since goes, and nothing that was there comes back.
    parts.gateway.take().expect("a gateway").end();
    assert!(parts.verify_journal().contains("verified"));
    journal(&config, true, &erase);
    assert_eq!(found(&store, &secrets), 0);
    parts.start_gateway();
    assert_answered(&plain.retrieve(&staying));
}

/// What others hold still proves: a receipt from before, a person's export, and the public log with its shells.
fn check_the_rest(parts: &Parts, answer: &crate::http::Answer, staying: &str) {
    let folder = &parts.world.folder;
    let receipt = folder.join("receipt");
    std::fs::write(&receipt, answer.header("wayleave-receipt").expect("a receipt")).expect("written");
    let key = journal(&parts.config, true, &["key"]);
    let checked = wayleave(&[
        "journal",
        "verify",
        receipt.to_str().expect("a path"),
        "--key",
        key.trim(),
    ]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(export(&parts.config, staying, &folder.join("other.jsonl")).len() >= 5);
    let span = folder.join("span.jsonl");
    let path = span.to_str().expect("a path");
    journal(&parts.config, true, &["export", "--from", "2020-01-01", "--out", path]);
    let checked = wayleave(&["journal", "verify-export", path, "--key", key.trim()]);
    assert!(checked.status.success(), "{}", said(&checked));
    let shells = std::fs::read_to_string(&span).expect("an export");
    assert!(
        shells
            .lines()
            .filter(|line| line.contains("\"line\":\"shell\""))
            .count()
            >= 6
    );
}

#[test]
fn somebody_whose_key_stood_has_it_done_on_the_board() {
    let parts = Parts::start(Settings {
        more: "[board]\nkey_wait_s = 2\n".to_owned(),
        ..Settings::default()
    });
    let (config, store) = (&parts.config, parts.gateway_folder());
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    let entries = export(config, &phone.number, &parts.world.folder.join("before.jsonl"));
    let secrets = secrets(&entries);
    let mut me = Me::signed_in(&parts.world, &phone);
    assert_eq!(me.post("/me/erase", "sure=yes").status, 303);
    assert!(
        !me.board().contains("id=\"erasing\""),
        "the number alone erases nothing"
    );
    assert_eq!(me.post("/me/wait", "").status, 303);
    until("the past to open", || me.board().contains("id=\"erase\"").then_some(()));
    assert_eq!(me.post("/me/erase", "").status, 404, "without the box ticked");
    assert_eq!(found(&store, &secrets), secrets.len());
    assert_eq!(me.post("/me/erase", "sure=yes").status, 303);
    until("everything to be gone", || (found(&store, &secrets) == 0).then_some(()));
    assert_refused(&plain.retrieve(&phone.number), "no-permission");
    assert!(parts.verify_journal().contains("verified"));
    let count = journal(config, true, &["count", "--outcome", "answered"]);
    assert!(
        count.contains("people    1") && count.contains("erased    1"),
        "{count}"
    );
}
