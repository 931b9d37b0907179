//! A backup is taken while the gateway serves, verifies, and can be restored. An older store that is put back by hand is
//! noticed; one that is restored by the command answers about nobody who has not said so since.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::http::Answer;
use crate::me::Me;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};

/// Runs a command with the configuration; its output, if it ended well or badly as expected.
#[track_caller]
fn run(config: &Path, good: bool, arguments: &[&str]) -> String {
    let config = ["--config", config.to_str().expect("a path")];
    let output = wayleave(&[arguments, &config].concat());
    let said = said(&output);
    assert_eq!(output.status.success(), good, "{arguments:?}: {said}");
    said
}

/// The one folder in a folder.
fn only(folder: &Path) -> PathBuf {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.pop().expect("one")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// How many entries `journal verify` says it verified.
fn entries(said: &str) -> u64 {
    let words = said.split_whitespace().skip_while(|word| *word != "verified:");
    words
        .skip(1)
        .find_map(|word| word.parse().ok())
        .expect("a number of entries")
}

/// Asks as often as it can while `body` runs; how many answers there were meanwhile.
fn while_asking<T>(parts: &Parts, number: &str, body: impl FnOnce() -> T) -> (T, u32) {
    let (over, answers) = (AtomicBool::new(false), AtomicU32::new(0));
    let made = std::thread::scope(|scope| {
        scope.spawn(|| {
            let partner = parts.world.partner("bank");
            let centre = parts.world.truth(number);
            while !over.load(Ordering::Relaxed) {
                let answer = partner.verify(number, centre, 5_000.0);
                assert_eq!(answer.status, 200, "{}", answer.text());
                answers.fetch_add(1, Ordering::Relaxed);
            }
        });
        until("asks under way", || (answers.load(Ordering::Relaxed) > 3).then_some(()));
        let made = body();
        over.store(true, Ordering::Relaxed);
        made
    });
    (made, answers.into_inner())
}

#[test]
fn a_backup_of_a_busy_gateway_verifies_and_a_restored_one_revives_nothing() {
    let mut parts = Parts::start(Settings::default());
    let folder = parts.world.folder.clone();
    let (config, stores, keys) = (parts.config.clone(), folder.join("stores"), folder.join("kept-keys"));
    let (plain, bank) = (parts.world.partner("plain"), parts.world.partner("bank"));
    let numbers = [parts.world.free_phone().number, parts.world.free_phone().number];
    let phones = numbers.each_ref().map(|number| parts.world.phone(number));
    let given = phones[0].agree_to(&plain, &json!({}));
    phones[0].agree_to(&bank, &json!({}));
    phones[1].agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&numbers[0]));

    let backup = ["backup", "--to", text(&stores), "--keys-to", text(&keys)];
    let (said, _) = while_asking(&parts, &numbers[0], || run(&config, true, &backup));
    let (store, key) = (only(&stores), only(&keys));
    assert!(said.contains(text(&store)) && said.contains(text(&key)), "{said}");
    let verify = ["journal", "verify", "--backup", text(&store)];
    let backed_up = entries(&run(&config, true, &verify));
    let manifest: Value =
        serde_json::from_slice(&fs::read(store.join("manifest.json")).expect("a manifest")).expect("JSON");
    assert_eq!(manifest["entries"].as_u64(), Some(backed_up), "{manifest}");
    assert!(
        manifest["checkpoint"]
            .as_str()
            .expect("a note")
            .contains(&format!("/journal\n{backed_up}\n"))
    );

    // After the backup one person says stop, and is heard.
    assert_eq!(phones[0].press("stop", &given.question).status, 200);
    assert_refused(&plain.retrieve(&numbers[0]), "withdrawn");
    drop(phones);
    parts.gateway.take().expect("a gateway").end();

    // Put back by hand, the older store is noticed.
    let own = parts.gateway_folder().join("wayleave.db");
    let beside = |ending: &str| parts.gateway_folder().join(format!("wayleave.db{ending}"));
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::rename(beside(ending), folder.join(format!("lost.db{ending}")));
    }
    fs::copy(store.join("wayleave.db"), &own).expect("put back");
    let refused = run(&config, false, &["serve"]);
    assert!(
        refused.contains("older copy") && refused.contains("wayleave journal restore"),
        "{refused}"
    );
    // The command that restores takes no place that is taken, and no copy that is not the backup's.
    let restore = ["journal", "restore", "--from", text(&store)];
    assert!(run(&config, false, &restore).contains("move the old one away"));
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(ending));
    }
    fs::write(beside("-wal"), "left behind").expect("written");
    assert!(run(&config, false, &restore).contains("wayleave.db-wal"));
    fs::remove_file(beside("-wal")).expect("removed");
    altered_backups_are_refused(&config, &store, &folder);
    assert!(!own.exists(), "a refused backup left a store");

    let restored = run(&config, true, &restore);
    assert!(
        restored.contains("paused   2 people") && restored.contains("suspended 2 parties"),
        "{restored}"
    );
    assert!(restored.contains("/journal/2+"), "{restored}");
    let former = run(&config, false, &["restore", "--from", text(&store)]);
    assert!(former.contains("wayleave journal restore"), "{former}");
    assert!(restored.contains("lost     at least"), "{restored}");
    parts.start_gateway();
    nothing_is_revived(&parts, &config, &numbers);
    the_board_is_told(&parts, &numbers[0], backed_up);
    assert!(entries(&parts.verify_journal()) > backed_up);
}

/// A browser that saw the former journal is shown the entry that explains the new one, proved under the new head.
fn the_board_is_told(parts: &Parts, number: &str, backed_up: u64) {
    let phone = parts.world.phone(number);
    let mut me = Me::signed_in(&parts.world, &phone);
    let head = me.get("/me/head?from=1").json();
    let checkpoint = head["checkpoint"].as_str().expect("a head");
    assert!(
        checkpoint.lines().next().expect("a name").ends_with("/journal/2"),
        "{checkpoint}"
    );
    let told = &head["restored"][0];
    let said: Value = serde_json::from_str(told["party"]["text"].as_str().expect("a part")).expect("JSON");
    assert_eq!(said["kind"], "journal-restored");
    assert_eq!(
        (&said["formerSize"], &told["leaf"]),
        (&backed_up.into(), &backed_up.into())
    );
    assert!(said["former"].as_str().expect("a name").ends_with("/journal"), "{said}");
    assert!(!told["proof"].as_array().expect("a proof").is_empty(), "{told}");
    assert_eq!(head["restored"].as_array().map(Vec::len), Some(1));
}

fn altered_backups_are_refused(config: &Path, store: &Path, folder: &Path) {
    let copy = folder.join("altered");
    fs::create_dir(&copy).expect("a folder");
    let manifest = fs::read_to_string(store.join("manifest.json")).expect("a manifest");
    let mut bytes = fs::read(store.join("wayleave.db")).expect("a store");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(copy.join("wayleave.db"), bytes).expect("written");
    for (text, words) in [
        (manifest.clone(), "the copy that the manifest names"),
        (manifest.replace("/journal\"", "/other\""), "of the configured gateway"),
        (manifest.replace("\"v\": 1", "\"v\": 2"), "layout 1"),
        (manifest.replace("sandbox", "sandpit"), "a manifest"),
    ] {
        fs::write(copy.join("manifest.json"), text).expect("written");
        let said = run(
            config,
            false,
            &["journal", "restore", "--from", copy.to_str().expect("a path")],
        );
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// What a restored backup gives: nothing, as a phone that is off would.
fn assert_paused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.reason().as_str()),
        (422, "paused"),
        "{}",
        answer.text()
    );
}

/// Every party is suspended; and once it is not, everybody is paused, until they say otherwise.
fn nothing_is_revived(parts: &Parts, config: &Path, numbers: &[String; 2]) {
    let plain = parts.world.partner("plain");
    let asked = numbers.each_ref().map(|number| parts.world.queries(number).len());
    assert_ne!(
        plain.ask_token(&plain.scope()).status,
        200,
        "a suspended party got a token"
    );
    run(config, true, &["party", "suspend", "--lift", "plain"]);
    for number in numbers {
        assert_paused(&plain.retrieve(number));
    }
    assert_eq!(
        asked,
        numbers.each_ref().map(|number| parts.world.queries(number).len()),
        "a carrier was asked"
    );
    // Everybody is told. One ends what stands there again, the other lets it go on.
    let phones = numbers.each_ref().map(|number| parts.world.phone(number));
    for phone in &phones {
        phone.text("went back to an earlier day", 0);
    }
    phones[0].reply("STOP");
    phones[0].text("Stopped.", 0);
    assert_refused(&plain.retrieve(&numbers[0]), "withdrawn");
    phones[1].reply("RESUME");
    phones[1].text("Resumed.", 0);
    assert_answered(&plain.retrieve(&numbers[1]));
}

#[test]
fn a_machine_that_is_lost_is_set_up_again_from_both_backups() {
    let mut parts = Parts::start(Settings::default());
    let folder = parts.world.folder.clone();
    let (config, stores, keys) = (parts.config.clone(), folder.join("stores"), folder.join("kept-keys"));
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    phone.agree_to(&plain, &json!({}));
    let number = phone.number.clone();
    let receipt = plain.retrieve(&number);
    assert_answered(&receipt);
    // The two halves may be taken at different times.
    run(&config, true, &["backup", "--keys-to", text(&keys)]);
    run(&config, true, &["backup", "--to", text(&stores)]);
    let journal_key = run(&config, true, &["journal", "key"]);
    parts.gateway.take().expect("a gateway").end();
    fs::remove_dir_all(parts.gateway_folder()).expect("the disk is lost");
    let (store, key) = (only(&stores), only(&keys));
    let without_keys = run(&config, false, &["journal", "restore", "--from", text(&store)]);
    assert!(without_keys.contains("expected the key"), "{without_keys}");
    let restored = run(
        &config,
        true,
        &["journal", "restore", "--from", text(&store), "--keys-from", text(&key)],
    );
    assert!(restored.contains("paused   1 people"), "{restored}");
    let (name, _) = journal_key.split_once('+').expect("a key");
    let key = run(&config, true, &["journal", "key"]);
    assert!(
        key.starts_with(&format!("{name}/2+")),
        "the journal goes on under its old name: {key}"
    );
    run(&config, true, &["party", "suspend", "--lift", "plain"]);
    parts.start_gateway();
    assert_paused(&parts.world.partner("plain").retrieve(&number));
    let note = parts.world.get("/journal/checkpoint").text();
    assert!(note.starts_with(&format!("{name}/2\n")), "{note}");
}
