//! The log in a bucket of somebody else's store, which checks every signature by itself: read by strangers while the
//! gateway is gone, and the reason why an older copy of the gateway's data is not opened.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::http::{Answer, fetch, send_json};
use crate::jose::unbase64url;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{Program, SIMULATOR, WAYLEAVE, folder, said, until, wayleave};
use crate::witnessed::{alone_in_the_journal, copy, entries};

/// A store with one bucket, in a folder of its own, which goes with it.
struct Store {
    program: Program,
    folder: PathBuf,
}

impl Store {
    fn start() -> Self {
        let folder = folder();
        let credentials = folder.join("credentials");
        secret(&credentials, "aster\nhush-hush\n");
        let arguments = [
            "bucket",
            "--data",
            text(&folder),
            "--listen",
            "127.0.0.1:0",
            "--credentials-file",
            text(&credentials),
        ];
        let program = Program::start(SIMULATOR, &arguments, &folder.join("log"), Some(&folder));
        Self { program, folder }
    }

    fn said(&self, field: &str) -> String {
        let ready: Value = serde_json::from_str(&self.program.ready).expect("JSON behind `ready`");
        ready[field].as_str().expect(field).to_owned()
    }

    /// The log in it.
    fn url(&self) -> String {
        format!("{}/journal", self.said("url"))
    }

    /// As everybody reads it.
    fn get(&self, path: &str) -> Answer {
        fetch(&format!("{}/{path}", self.url()))
    }

    fn behaves(&self, behaviour: &Value) {
        let answer = send_json("PUT", &format!("{}/behaviour", self.said("control")), behaviour);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// What it was asked that was signed, in order.
    fn signed(&self) -> Vec<Value> {
        let ledger = fetch(&format!("{}/ledger", self.said("control"))).text();
        let lines = ledger.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        lines.filter(|line: &Value| line["signed"] == true).collect()
    }

    /// The section that publishes into it, with the access key of a file.
    fn section(&self, credentials: &str) -> String {
        format!(
            "[publish]\nbucket = \"{}\"\nregion = \"{}\"\ncredentials_file = \"{}\"\nrest_s = 1\n\n\
             [journal]\nstart_wait_s = 1\n",
            self.url(),
            self.said("region"),
            text(&self.folder.join(credentials)),
        )
    }

    fn parts(&self) -> Parts {
        Parts::start(Settings {
            more: self.section("credentials"),
            ..Settings::default()
        })
    }

    /// Waits until it holds what the gateway shows.
    fn follows(&self, parts: &Parts) {
        let wanted = entries(parts);
        until("the bucket to follow", || {
            let note = self.get("checkpoint");
            (note.status == 200 && size(&note.text()) >= wanted).then_some(())
        });
    }
}

fn secret(path: &std::path::Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}

fn size(note: &str) -> u64 {
    note.lines().nth(1).and_then(|size| size.parse().ok()).expect("a size")
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("a path")
}

/// What `serve` says when it must not start.
#[track_caller]
fn refused(parts: &Parts, more: &[&str]) -> String {
    let output = wayleave(&[&["serve", "--config", text(&parts.config)], more].concat());
    assert!(!output.status.success(), "{}", said(&output));
    said(&output)
}

#[test]
fn strangers_verify_the_bucket_while_the_gateway_is_gone() {
    let store = Store::start();
    let mut parts = store.parts();
    let (phone, plain) = (parts.world.free_phone(), parts.world.partner("plain"));
    phone.agree_to(&plain, &json!({}));
    let told = plain.retrieve(&phone.number);
    assert_answered(&told);
    let receipt = parts.world.folder.join("receipt.json");
    let bytes = unbase64url(told.header("wayleave-receipt").expect("a receipt"));
    fs::write(&receipt, bytes).expect("written");
    let key = wayleave(&["journal", "key", "--config", text(&parts.config)]);
    let key = String::from_utf8_lossy(&key.stdout).trim().to_owned();
    // Published while the tile is not full, so that there are beginnings of it; then beyond.
    store.follows(&parts);
    let began = size(&store.get("checkpoint").text());
    assert_eq!(store.get(&format!("tile/0/000.p/{began}")).status, 200);
    let stranger = parts.world.free_phone().number.clone();
    while entries(&parts) < 257 {
        assert_refused(&plain.retrieve(&stranger), "no-permission");
    }
    store.follows(&parts);
    until("the beginnings to be removed", || {
        (store.get(&format!("tile/0/000.p/{began}")).status == 404).then_some(())
    });
    let newest = size(&store.get("checkpoint").text());
    assert_labelled(&store);
    assert_written_once(&store);

    parts.gateway.take().expect("a gateway").end();
    let verify = |arguments: &[&str]| wayleave(&[&["journal", "verify", "--key", &key], arguments].concat());
    let url = store.url();
    let output = verify(&[&url]);
    let words = said(&output);
    assert!(
        output.status.success() && words.contains("verified: ") && words.contains(&newest.to_string()),
        "{words}"
    );
    let output = verify(&[text(&receipt), "--log", &url]);
    assert!(output.status.success(), "{}", said(&output));

    // Somebody at the store alters one bit of one entry.
    let altered = json!({ "key": "journal/tile/entries/000", "byte": 4000 });
    let answer = send_json("POST", &format!("{}/alter", store.said("control")), &altered);
    assert_eq!(answer.status, 204, "{}", answer.text());
    let output = verify(&[&url]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    store.behaves(&json!({ "away": true }));
    assert_eq!(verify(&[&url]).status.code(), Some(3));
}

/// Everybody is given the files as the gateway itself gives them, and nobody a list.
fn assert_labelled(store: &Store) {
    for (path, kind, keeping) in [
        ("checkpoint", "text/plain; charset=utf-8", "no-store"),
        (
            "tile/0/000",
            "application/octet-stream",
            "public, max-age=31536000, immutable",
        ),
        (
            "tile/entries/000",
            "application/octet-stream",
            "public, max-age=31536000, immutable",
        ),
    ] {
        let file = store.get(path);
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.header("content-type"), Some(kind), "{path}");
        assert_eq!(file.header("cache-control"), Some(keeping), "{path}");
    }
    assert_eq!(fetch(&format!("{}?list-type=2", store.said("url"))).status, 403);
}

/// Every tile was written once, on the condition that it was not there; the store believed every signature.
fn assert_written_once(store: &Store) {
    let mut written = Vec::new();
    for line in store.signed() {
        let (path, status) = (line["path"].as_str().expect("a path"), &line["status"]);
        let method = line["method"].as_str().expect("a method");
        match method {
            "PUT" if path.ends_with("/checkpoint") => assert!(status == 200 && line["conditional"] == false, "{line}"),
            "PUT" => {
                assert!(status == 200 && line["conditional"] == true, "{line}");
                assert!(!written.contains(&path.to_owned()), "{path} was written twice");
                written.push(path.to_owned());
            }
            "GET" => assert!(status == 200 || status == 404, "{line}"),
            _ => assert!(method == "DELETE" && status == 204, "{line}"),
        }
    }
    assert!(
        written.iter().any(|path| path.ends_with("/tile/entries/000")),
        "{written:?}"
    );
}

#[test]
fn an_older_copy_is_not_opened_beside_what_the_bucket_holds() {
    let store = Store::start();
    let mut parts = store.parts();
    let (plain, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    let number = phone.number.clone();
    let given = phone.agree_to(&plain, &json!({}));
    drop(phone);
    parts.gateway.take().expect("a gateway").end();
    // The whole machine, as a snapshot keeps it: the key directory's own mark goes back with the store.
    let (gateway, snapshot) = (parts.gateway_folder(), parts.world.folder.join("snapshot"));
    copy(&gateway, &snapshot);
    parts.start_gateway();
    assert_eq!(parts.world.phone(&number).press("stop", &given.question).status, 200);
    store.follows(&parts);
    parts.gateway.take().expect("a gateway").end();

    // A bucket that does not answer says nothing about this journal, which is the whole one.
    store.behaves(&json!({ "away": true }));
    let words = refused(&parts, &[]);
    assert!(
        words.contains(&store.url()) && words.contains("to say which checkpoint was published last"),
        "{words}"
    );
    assert!(
        words.contains("503") && words.contains("--without-witnesses"),
        "{words}"
    );
    let log = parts.world.folder.join("without.log");
    let serve = [
        WAYLEAVE,
        "serve",
        "--without-witnesses",
        "--who",
        "R. Miller",
        "--because",
        "the bucket is away",
        "--config",
        text(&parts.config),
    ];
    Program::try_start(&serve, &log, None).expect("a gateway").end();
    assert!(
        fs::read_to_string(&log)
            .expect("a log")
            .contains("STARTED WITHOUT WITNESSES")
    );
    let written = alone_in_the_journal(&parts);
    assert!(
        written.contains("\"published\":\"away\"") && written.contains("the bucket is away"),
        "{written}"
    );
    store.behaves(&json!({}));

    fs::remove_dir_all(&gateway).expect("removed");
    copy(&snapshot, &gateway);
    let hurry = [
        "--without-witnesses",
        "--who",
        "R. Miller",
        "--because",
        "we are in a hurry",
    ];
    for more in [&[][..], &hurry] {
        let words = refused(&parts, more);
        assert!(
            words.contains("older copy") && words.contains(&store.url()),
            "{more:?}: {words}"
        );
    }
}

#[test]
fn a_key_that_the_store_does_not_believe_is_said_at_the_start() {
    let store = Store::start();
    secret(&store.folder.join("other"), "aster\nanother-secret\n");
    secret(&store.folder.join("half"), "aster\n");
    for (credentials, words) in [
        ("other", "SignatureDoesNotMatch"),
        ("half", "expected an access key's id on the first line"),
        ("none", "publish.credentials_file"),
    ] {
        let parts = Parts::prepare(Settings {
            more: store.section(credentials),
            ..Settings::default()
        });
        let found = refused(&parts, &[]);
        assert!(found.contains(words), "{credentials}: {found}");
        assert!(
            !found.contains("another-secret") && !found.contains("hush-hush"),
            "{found}"
        );
    }
    assert!(store.signed().iter().all(|line| line["status"] == 403));
}
