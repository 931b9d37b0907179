//! A gateway whose journal others look at: what its answers say of it, what happens when the witnesses are away, and that it
//! does not open a journal that is behind what they know.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;

use crate::http::Answer;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings, free_port};
use crate::program::{Program, said, until, wayleave};
use crate::strange_log::{cosigned, parts, size};
use crate::witness::{Witness, journal_key, path, sections};

/// A gateway with one witness of the project's own, which it needs.
pub fn with_witness(more: &str) -> (Parts, Witness) {
    let witness = Witness::start("witness.example.com/w1");
    let settings = Settings {
        more: sections(1, more, &[("w1", &witness.url, &witness.vkey)]),
        ..Settings::default()
    };
    let mut parts = Parts::prepare(settings);
    witness.follow(&journal_key(&parts.config));
    parts.start_gateway();
    (parts, witness)
}

/// Size and age in an answer's mark.
pub fn mark(answer: &Answer) -> (u64, u64) {
    let mark = answer.header("wayleave-witnessed").expect("a mark");
    let (size, age) = mark.split_once(' ').expect("two numbers");
    (size.parse().expect("a size"), age.parse().expect("an age"))
}

fn store(parts: &Parts) -> PathBuf {
    parts.gateway_folder().join("wayleave.db")
}

/// How many entries the journal has, read beside the gateway.
pub fn entries(parts: &Parts) -> u64 {
    let store = Connection::open(store(parts)).expect("the store");
    store.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    let size: i64 = store
        .query_row("SELECT size FROM head", [], |row| row.get(0))
        .expect("a head");
    u64::try_from(size).expect("a size")
}

#[test]
fn checkpoints_are_cosigned_and_answers_say_so() {
    let (parts_, witness) = with_witness("");
    let world = &parts_.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    let wanted = entries(&parts_);
    until("a cosigned checkpoint of everything", || {
        let note = world.get("/journal/checkpoint").text();
        let (text, lines) = parts(&note);
        let by_the_witness = cosigned(&witness.vkey, &text, &lines).is_some();
        (size(&note) >= wanted && by_the_witness).then_some(())
    });
    // Answers and refusals, partners and people: the same mark.
    let other = world.free_phone();
    for answer in [
        plain.retrieve(&phone.number),
        plain.retrieve(&other.number),
        world.get("/me"),
        world.get("/oauth2/jwks"),
    ] {
        let (size, age) = mark(&answer);
        assert!(size >= wanted && age < 30, "{size} {age}");
    }
    assert!(world.get("/readyz").text().contains("witnesses: ok"));
    assert!(world.get("/readyz").header("wayleave-witnessed").is_none());
    assert!(witness.evidence().is_empty(), "{}", witness.log());
}

#[test]
fn a_witness_that_another_wrote_cosigns_too() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/witness.py");
    let mut parts_ = Parts::prepare(Settings::default());
    let (port, log) = (free_port(), parts_.world.folder.join("strange-witness.log"));
    let command = [
        "python3",
        path(&script),
        &port.to_string(),
        "ngo.example.org/w",
        &journal_key(&parts_.config),
    ];
    let Some(stranger) = Program::try_start(&command, &log, None) else {
        let why = fs::read_to_string(&log).unwrap_or_default();
        assert!(why.contains("No module named"), "{why}");
        eprintln!("!!! SKIPPED: Python's library cryptography is missing (scripts/setup)");
        return;
    };
    let own = Witness::start("witness.example.com/w1");
    own.follow(&journal_key(&parts_.config));
    let url = format!("http://127.0.0.1:{port}");
    let witnesses = [
        ("own", &own.url[..], &own.vkey[..]),
        ("stranger", &url, &stranger.ready),
    ];
    let text = fs::read_to_string(&parts_.config).expect("a configuration") + &sections(2, "", &witnesses);
    fs::write(&parts_.config, text).expect("written");
    parts_.start_gateway();
    let (plain, phone) = (parts_.world.partner("plain"), parts_.world.free_phone());
    phone.agree_to(&plain, &json!({}));
    let wanted = entries(&parts_);
    let note = until("both cosignatures", || {
        let note = parts_.world.get("/journal/checkpoint").text();
        (size(&note) >= wanted).then_some(note)
    });
    let (text, lines) = parts(&note);
    for vkey in [&own.vkey, &stranger.ready] {
        assert!(cosigned(vkey, &text, &lines).is_some(), "{vkey}: {note}");
    }
}

#[test]
fn while_witnesses_are_away_answers_go_on_for_a_while_and_stop_always_does() {
    let (mut parts_, mut witness) = with_witness("late_after_s = 5\nrefuse_after_s = 9");
    let world = &parts_.world;
    let (plain, phone, other) = (world.partner("plain"), world.free_phone(), world.free_phone());
    let given = phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    witness.stop();
    let late = until("late witnesses", || {
        let ready = world.get("/readyz");
        ready.text().contains("witnesses: late").then_some(ready)
    });
    assert_eq!(late.status, 200, "nothing is unready");
    let marked = plain.retrieve(&phone.number);
    assert_answered(&marked);
    assert!(mark(&marked).1 >= 5, "{:?}", mark(&marked));
    until("the limit", || {
        world.get("/readyz").text().contains("asks are refused").then_some(())
    });
    // Nobody may ask, and nothing is written of it.
    let before = entries(&parts_);
    let refused = plain.retrieve(&phone.number);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (503, "UNAVAILABLE"),
        "{}",
        refused.text()
    );
    let question = plain.call("POST", crate::world::CONSENTS, &plain.wish(&other.number));
    assert_eq!(question.status, 503, "{}", question.text());
    assert_eq!(entries(&parts_), before);
    assert!(world.measure("wayleave_witness_up{witness=\"w1\"}") == 0);
    // A person is heard all the same.
    assert_eq!(phone.press("stop", &given.question).status, 200);
    assert_eq!(plain.consent_state(&given.id), "ENDED");
    assert!(entries(&parts_) > before);
    witness.serve();
    until("asks to be taken again", || {
        (plain.retrieve(&phone.number).status != 503).then_some(())
    });
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
    let log = fs::read_to_string(world.folder.join("gateway.log")).expect("a log");
    assert!(
        log.contains("NOBODY MAY ASK") && log.contains("asks are taken"),
        "{log}"
    );

    // A start wants to hear them, or to be told that it need not.
    drop(other);
    parts_.gateway.take().expect("a gateway").end();
    witness.stop();
    let config = path(&parts_.config).to_owned();
    let alone = wayleave(&["serve", "--config", &config]);
    assert!(!alone.status.success());
    assert!(said(&alone).contains("--without-witnesses"), "{}", said(&alone));
    let log = parts_.world.folder.join("gateway.log");
    let told = [
        crate::program::WAYLEAVE,
        "serve",
        "--without-witnesses",
        "--who",
        "R. Miller",
        "--because",
        "both witnesses are away",
        "--config",
        &config,
    ];
    // Nobody does so without a name and a reason.
    let nameless = wayleave(&["serve", "--without-witnesses", "--config", &config]);
    assert!(
        !nameless.status.success() && said(&nameless).contains("--who"),
        "{}",
        said(&nameless)
    );
    let before = entries(&parts_);
    let started = Program::try_start(&told, &log, None).expect("a gateway");
    assert!(
        fs::read_to_string(&log)
            .expect("a log")
            .contains("STARTED WITHOUT WITNESSES")
    );
    started.end();
    // The first entry that it wrote says so; whoever exports the journal reads it.
    let written = alone_in_the_journal(&parts_);
    assert!(written.starts_with(&format!("{before} ")), "{written}");
    for words in [
        "R. Miller",
        "both witnesses are away",
        "\"cosigned\":0,",
        "\"needed\":1,",
    ] {
        assert!(written.contains(words), "{words}: {written}");
    }
}

/// The leaf and the party part of the entry of a start without witnesses.
pub fn alone_in_the_journal(parts: &Parts) -> String {
    let store = Connection::open(store(parts)).expect("the store");
    let found = store.query_row(
        "SELECT leaf || ' ' || party FROM entry WHERE kind = 'started-alone'",
        [],
        |row| row.get(0),
    );
    found.expect("one entry")
}

#[test]
fn an_older_copy_of_store_and_keys_is_not_opened() {
    let (mut parts_, witness) = with_witness("");
    let (plain, phone) = (parts_.world.partner("plain"), parts_.world.free_phone());
    let given = phone.agree_to(&plain, &json!({}));
    let number = phone.number.clone();
    parts_.gateway.take().expect("a gateway").end();
    // The whole machine, as a snapshot keeps it: the key directory's own mark goes back with the store.
    let (gateway, snapshot) = (parts_.gateway_folder(), parts_.world.folder.join("snapshot"));
    copy(&gateway, &snapshot);
    parts_.start_gateway();
    let phone = parts_.world.phone(&number);
    assert_eq!(phone.press("stop", &given.question).status, 200);
    assert_refused(&plain.retrieve(&number), "withdrawn");
    let wanted = entries(&parts_);
    until("the witness to follow", || (witnessed(&parts_) >= wanted).then_some(()));
    drop(phone);
    parts_.gateway.take().expect("a gateway").end();
    fs::remove_dir_all(&gateway).expect("removed");
    copy(&snapshot, &gateway);
    let refused = wayleave(&["serve", "--config", path(&parts_.config)]);
    assert!(!refused.status.success());
    let words = said(&refused);
    assert!(
        words.contains("the witness `w1` has seen") && words.contains("older copy"),
        "{words}"
    );
    let anyway = wayleave(&[
        "serve",
        "--without-witnesses",
        "--who",
        "R. Miller",
        "--because",
        "we are in a hurry",
        "--config",
        path(&parts_.config),
    ]);
    assert!(!anyway.status.success(), "a witness that answers is not gone without");
    assert!(witness.evidence().is_empty());
}

#[test]
fn an_older_copy_is_not_opened_beside_what_was_published() {
    let mut parts_ = Parts::start(Settings {
        more: "\n[publish]\nfolder = \"public\"\nrest_s = 1\n".to_owned(),
        ..Settings::default()
    });
    let (plain, phone) = (parts_.world.partner("plain"), parts_.world.free_phone());
    let number = phone.number.clone();
    phone.agree_to(&plain, &json!({}));
    parts_.gateway.take().expect("a gateway").end();
    let (gateway, snapshot) = (parts_.gateway_folder(), parts_.world.folder.join("snapshot"));
    copy(&gateway, &snapshot);
    parts_.start_gateway();
    assert_answered(&plain.retrieve(&number));
    let wanted = entries(&parts_);
    let checkpoint = parts_.world.folder.join("public/checkpoint");
    until("everything to be published", || {
        let note = fs::read_to_string(&checkpoint).unwrap_or_default();
        (!note.is_empty() && size(&note) >= wanted).then_some(())
    });
    parts_.gateway.take().expect("a gateway").end();
    fs::remove_dir_all(&gateway).expect("removed");
    copy(&snapshot, &gateway);
    let refused = wayleave(&["serve", "--config", path(&parts_.config)]);
    let words = said(&refused);
    assert!(
        !refused.status.success() && words.contains("older copy") && words.contains("public"),
        "{words}"
    );
}

/// The size in the mark of any answer.
fn witnessed(parts_: &Parts) -> u64 {
    mark(&parts_.world.get("/oauth2/jwks")).0
}

pub fn copy(from: &Path, to: &Path) {
    let status = std::process::Command::new("cp")
        .args(["-a", path(from), path(to)])
        .status();
    assert!(status.expect("cp").success());
}
