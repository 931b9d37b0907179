//! AC-65: after an incident, "how many people, which, when, by whom" has one exact answer by one command. It is held against a
//! checkpoint that somebody kept; a difference is a failure. The count survives a restart, an erasure and a restore.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};

/// People whose place the suspected partner truly learned.
const FOUND: usize = 11;
/// Everybody it asked about.
const TRIED: usize = 25;
/// All of its asks.
const ASKS: usize = 200;

/// Runs `wayleave journal count` with more arguments; whether it ended well, and what it said.
fn count(config: &Path, more: &[&str]) -> (bool, String) {
    let config = config.to_str().expect("a path");
    let output = wayleave(&[&["journal", "count", "--config", config], more].concat());
    (output.status.success(), said(&output))
}

/// The figure behind a word at the beginning of a line.
#[track_caller]
fn figure(said: &str, word: &str) -> usize {
    let line = said.lines().find_map(|line| line.strip_prefix(word));
    let figure = line.and_then(|rest| rest.trim().split(' ').next()?.parse().ok());
    figure.unwrap_or_else(|| panic!("expected `{word}` and a figure in {said}"))
}

/// Asks and people, by one count that must end well.
#[track_caller]
fn figures(config: &Path, more: &[&str]) -> (usize, usize) {
    let (good, said) = count(config, more);
    assert!(good, "{said}");
    (figure(&said, "asks"), figure(&said, "people"))
}

/// The incident: everybody is asked about in turn, and those who agreed are told of.
fn incident(parts: &Parts) -> Vec<String> {
    let (plain, bank) = (parts.world.partner("plain"), parts.world.partner("bank"));
    let numbers: Vec<String> = (0..TRIED).map(|_| parts.world.free_phone().number).collect();
    for number in &numbers[..FOUND] {
        let phone = parts.world.phone(number);
        phone.agree_to(&bank, &json!({}));
        // Another partner's answers are none of this incident's.
        phone.agree_to(&plain, &json!({}));
        assert_eq!(plain.retrieve(number).status, 200);
    }
    for (ask, number) in (0..ASKS).zip(numbers.iter().cycle()) {
        let answer = bank.verify(number, parts.world.truth(number), 5_000.0);
        let agreed = ask % TRIED < FOUND;
        assert_eq!(answer.status == 200, agreed, "{}", answer.text());
    }
    numbers
}

fn only(folder: &Path) -> PathBuf {
    let mut found = std::fs::read_dir(folder).expect("a folder");
    found.next().expect("one").expect("one").path()
}

#[test]
fn an_incident_has_one_exact_answer() {
    let mut parts = Parts::start(Settings::default());
    let config = parts.config.clone();
    let folder = parts.world.folder.clone();
    let numbers = incident(&parts);
    let answered = ["--party", "bank", "--outcome", "answered"];
    let truth = (ASKS / TRIED * FOUND, FOUND);
    assert_eq!(figures(&config, &answered), truth);
    assert_eq!(figures(&config, &["--party", "bank"]), (ASKS, TRIED));
    assert_eq!(figures(&config, &["--outcome", "answered"]), (truth.0 + FOUND, FOUND));
    let (good, by_person) = count(&config, &[&answered[..], &["--by", "person"]].concat());
    let people: BTreeSet<&str> = by_person
        .lines()
        .filter_map(|line| line.strip_prefix("person")?.split_whitespace().next())
        .collect();
    assert!(good && people.len() == FOUND, "{by_person}");
    assert!(!numbers.iter().any(|number| by_person.contains(number)), "a number");

    // The entries that show it stand on their own.
    let entries = folder.join("incident.jsonl");
    let path = entries.to_str().expect("a path");
    figures(&config, &[&answered[..], &["--with-entries", path]].concat());
    let key = said(&wayleave(&[
        "journal",
        "key",
        "--config",
        config.to_str().expect("a path"),
    ]));
    let checked = wayleave(&["journal", "verify-export", path, "--key", key.trim()]);
    assert!(checked.status.success(), "{}", said(&checked));
    assert!(
        said(&checked).contains(&format!("people: {FOUND}")),
        "{}",
        said(&checked)
    );

    // Numbers are shown to somebody with a name, and the people learn of it.
    let numbered = [&answered[..], &["--numbers"]].concat();
    assert!(!count(&config, &numbered).0, "without a name");
    let named = [&numbered[..], &["--who", "A. Clerk", "--because", "incident 12"]].concat();
    let (good, shown) = count(&config, &named);
    assert!(
        good && numbers[..FOUND].iter().all(|number| shown.contains(number)),
        "{shown}"
    );

    // A restart, and an erasure, change nothing.
    parts.gateway.take().expect("a gateway").end();
    assert_eq!(figures(&config, &answered), truth);
    parts.start_gateway();
    let before = folder.join("before.checkpoint");
    std::fs::write(&before, parts.world.get("/journal/checkpoint").body).expect("written");
    let stores = folder.join("stores");
    let backup = ["backup", "--config", config.to_str().expect("a path"), "--to"];
    assert!(
        wayleave(&[&backup[..], &[stores.to_str().expect("a path")]].concat())
            .status
            .success()
    );
    let erase = [
        "journal",
        "erase",
        "--config",
        config.to_str().expect("a path"),
        "--number",
        &numbers[0],
    ];
    let erased = wayleave(&[&erase[..], &["--who", "A. Clerk", "--because", "asked by the person"]].concat());
    assert!(erased.status.success(), "{}", said(&erased));
    assert_eq!(figures(&config, &answered), truth);
    assert_eq!(figures(&config, &["--party", "bank"]), (ASKS, TRIED));

    // What somebody kept must be the beginning of this journal.
    let kept = folder.join("kept.checkpoint");
    std::fs::write(&kept, parts.world.get("/journal/checkpoint").body).expect("written");
    let against = [&answered[..], &["--checkpoint", kept.to_str().expect("a path")]].concat();
    assert_eq!(figures(&config, &against), truth);
    parts.gateway.take().expect("a gateway").end();
    restore(&parts, &only(&stores));
    assert_eq!(figures(&config, &answered), truth, "after a restore");
    // What was shown before the backup is its beginning still, although the journal has another name now.
    let backed_up = [&answered[..], &["--checkpoint", before.to_str().expect("a path")]].concat();
    assert_eq!(figures(&config, &backed_up), truth);
    let (good, said) = count(&config, &against);
    assert!(
        !good && said.contains("not the journal that was shown"),
        "an older journal passed: {said}"
    );
}

/// Puts the backup in the place of the store.
fn restore(parts: &Parts, backup: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(parts.gateway_folder().join(format!("wayleave.db{ending}")));
    }
    let config = parts.config.to_str().expect("a path");
    let output = wayleave(&[
        "journal",
        "restore",
        "--config",
        config,
        "--from",
        backup.to_str().expect("a path"),
    ]);
    assert!(output.status.success(), "{}", said(&output));
}
