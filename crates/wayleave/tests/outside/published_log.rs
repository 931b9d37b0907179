//! The log as strangers read it, of a gateway that serves and publishes: the same bytes on both ways, verified by our own
//! command, by Go and by Python; and what each says when something is altered, cut, rolled back or not there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;

use crate::http::{Answer, fetch};
use crate::jose::unbase64url;
use crate::partner::assert_answered;
use crate::parts::{Parts, Settings, free_port};
use crate::program::{said, until, wayleave};
use crate::readme::block;

const PAGE: &str = "docs/auditing/log.md";

/// A gateway that publishes, with an answer and its receipt.
struct Published {
    parts: Parts,
    key: String,
    /// The files.
    folder: PathBuf,
    receipt: PathBuf,
    answer: PathBuf,
    leaf: u64,
}

impl Published {
    fn start() -> Self {
        let parts = Parts::start(Settings {
            more: "[publish]\nfolder = \"public/journal\"\nrest_s = 1\n".to_owned(),
            ..Settings::default()
        });
        let (phone, plain) = (parts.world.free_phone(), parts.world.partner("plain"));
        phone.agree_to(&plain, &json!({}));
        let told = plain.retrieve(&phone.number);
        assert_answered(&told);
        let folder = parts.world.folder.join("public/journal");
        let (receipt, answer) = (
            parts.world.folder.join("receipt.json"),
            parts.world.folder.join("answer.json"),
        );
        let text = unbase64url(told.header("wayleave-receipt").expect("a receipt"));
        fs::write(&receipt, &text).expect("written");
        fs::write(&answer, &told.body).expect("written");
        let leaf = serde_json::from_slice::<serde_json::Value>(&text).expect("JSON")["leaf"]
            .as_u64()
            .expect("a leaf");
        let key = wayleave(&["journal", "key", "--config", parts.config.to_str().expect("a path")]);
        let published = Self {
            key: String::from_utf8_lossy(&key.stdout).trim().to_owned(),
            parts,
            folder,
            receipt,
            answer,
            leaf,
        };
        published.wait();
        published
    }

    fn url(&self, path: &str) -> String {
        format!("{}/journal{path}", self.parts.world.issuer)
    }

    fn get(&self, path: &str) -> Answer {
        fetch(&self.url(path))
    }

    /// Waits until the files stand where the gateway does; the size.
    fn wait(&self) -> u64 {
        until("the newest checkpoint as a file", || {
            let note = self.get("/checkpoint").text();
            let file = fs::read_to_string(self.folder.join("checkpoint")).ok()?;
            (file == note).then(|| size_of(&note))
        })
    }

    fn verify(&self, arguments: &[&str]) -> Output {
        wayleave(&[&["journal", "verify", "--key", &self.key], arguments].concat())
    }
}

fn size_of(note: &str) -> u64 {
    note.lines().nth(1).and_then(|size| size.parse().ok()).expect("a size")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// Stops the test unless the command ended so, with these words.
#[track_caller]
fn assert_ended(output: &Output, status: i32, words: &str) {
    let found = said(output);
    assert_eq!(output.status.code(), Some(status), "{found}");
    assert!(found.contains(words), "expected `{words}`, found {found}");
}

#[test]
fn the_log_is_served_as_the_specification_says_and_published_alike() {
    let published = Published::start();
    let size = published.wait();
    let checkpoint = published.get("/checkpoint");
    assert_eq!(checkpoint.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(checkpoint.header("cache-control"), Some("no-store"));
    for (path, each) in [("entries", 98), ("0", 32)] {
        for width in 1..=size {
            let tile = published.get(&format!("/tile/{path}/000.p/{width}"));
            assert_eq!(
                (tile.status, tile.body.len() as u64),
                (200, width * each),
                "{path} {width}"
            );
            assert_eq!(tile.header("content-type"), Some("application/octet-stream"));
            assert_eq!(
                tile.header("cache-control"),
                Some("public, max-age=31536000, immutable")
            );
        }
        let file = fs::read(published.folder.join(format!("tile/{path}/000.p/{size}"))).expect("a file");
        assert_eq!(file, published.get(&format!("/tile/{path}/000.p/{size}")).body);
    }
    for path in [
        "/tile/0/000",
        "/tile/0/001.p/1",
        "/tile/1/000.p/1",
        "/tile/entries/000.p/255",
        "/tile/0/000.p/0",
        "/tile/0/000.p/01",
        "/tile/0/0",
        "/tile/0/%3000.p/1",
        "/tile/0/000.p/1/",
        "/tile/",
        "/tile/data/000.p/1",
        "/v1/proof?leaf=100000",
    ] {
        let answer = published.get(path);
        assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    for path in [
        "/v1/proof",
        "/v1/proof?leaf=-1",
        "/v1/proof?leaf=1&leaf=2",
        "/v1/proof?leaf=1&all=1",
    ] {
        assert_eq!(published.get(path).status, 400, "{path}");
    }
    let proof = published.get(&format!("/v1/proof?leaf={}", published.leaf));
    assert_eq!(proof.header("content-type"), Some("text/plain; charset=utf-8"));
    let begin = format!("c2sp.org/tlog-proof@v1\nindex {}\n", published.leaf);
    assert!(
        proof.text().starts_with(&begin) && proof.text().ends_with(&published.get("/checkpoint").text()),
        "{}",
        proof.text()
    );
}

#[test]
fn our_own_command_verifies_all_of_it_and_says_what_is_wrong() {
    let mut published = Published::start();
    let size = published.wait();
    let (folder, kept) = (published.folder.clone(), published.parts.world.folder.join("kept"));
    fs::copy(folder.join("checkpoint"), &kept).expect("kept");
    published.parts.enrol("guard");
    published.wait();
    let (url, receipt, answer) = (published.url(""), text(&published.receipt), text(&published.answer));
    for log in [text(&folder), &url] {
        assert_ended(&published.verify(&[log]), 0, "verified: ");
        let words = format!("its first {size} entries are those under the checkpoint that you kept");
        assert_ended(&published.verify(&[log, "--since", text(&kept)]), 0, &words);
        assert_ended(
            &published.verify(&[receipt, "--log", log, "--answer", answer]),
            0,
            "it is for this answer",
        );
    }
    let other = published.parts.world.folder.join("other.json");
    let altered = fs::read_to_string(&published.answer)
        .expect("an answer")
        .replace("\"radius\":", "\"radius\":1");
    fs::write(&other, altered).expect("written");
    assert_ended(
        &published.verify(&[receipt, "--answer", text(&other)]),
        1,
        "found one for another",
    );

    // A copy in which somebody altered, cut, or took something away.
    let copy = published.parts.world.folder.join("copy");
    let again = || {
        let _ = fs::remove_dir_all(&copy);
        let copied = Command::new("cp")
            .args(["-r", text(&folder), text(&copy)])
            .status()
            .expect("cp");
        assert!(copied.success());
    };
    let bundle = |folder: &Path| {
        let beginnings = fs::read_dir(folder.join("tile/entries/000.p")).expect("bundles");
        let widest = beginnings.map(|entry| entry.expect("an entry").path());
        widest
            .max_by_key(|path| fs::metadata(path).expect("there").len())
            .expect("a bundle")
    };
    again();
    let path = bundle(&copy);
    let mut bytes = fs::read(&path).expect("a bundle");
    bytes[50] ^= 1;
    fs::write(&path, bytes).expect("altered");
    assert_ended(&published.verify(&[text(&copy)]), 1, "not verified: `tile/0/000.p/");
    fs::remove_file(&path).expect("taken away");
    assert_ended(&published.verify(&[text(&copy)]), 1, "found nothing there");
    again();
    fs::copy(&kept, copy.join("checkpoint")).expect("rolled back");
    assert_ended(&published.verify(&[text(&copy)]), 0, "verified: ");
    let newest = folder.join("checkpoint");
    assert_ended(
        &published.verify(&[text(&copy), "--since", text(&newest)]),
        1,
        "rolled back",
    );
    fs::remove_file(copy.join("checkpoint")).expect("taken away");
    assert_ended(&published.verify(&[text(&copy)]), 3, "expected a `checkpoint`");
    let nobody = format!("http://127.0.0.1:{}/journal", free_port());
    assert_ended(&published.verify(&[&nobody]), 3, &nobody);
    assert_ended(&wayleave(&["journal", "verify", "--nothing"]), 2, "--nothing");
    let stranger = "127.0.0.1/journal+00000000+AAAA";
    assert_eq!(
        wayleave(&["journal", "verify", text(&folder), "--key", stranger])
            .status
            .code(),
        Some(1)
    );

    // The gateway is gone; what it published stays, and is verified without it.
    published.parts.gateway.take().expect("a gateway").end();
    assert_ended(
        &published.verify(&[text(&folder), "--since", text(&kept)]),
        0,
        "verified: ",
    );
    assert_ended(&published.verify(&[receipt, "--log", text(&folder)]), 0, "holds it");
}

#[test]
fn go_and_python_verify_what_a_gateway_published() {
    let published = Published::start();
    let (folder, receipt, answer) = (
        text(&published.folder),
        text(&published.receipt),
        text(&published.answer),
    );
    let scratch = &published.parts.world.folder;
    for (language, file) in [("go", "log.go"), ("python", "log.py")] {
        fs::write(scratch.join(file), block(PAGE, "# Checking the log", language)).expect("written");
    }
    let mut programs = vec![("python3", vec!["log.py"])];
    if Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists()
        && Command::new("go").arg("version").output().is_ok()
    {
        programs.push(("go", vec!["run", "log.go"]));
    } else {
        assert!(
            std::env::var_os("WAYLEAVE_MAKE_TEST").is_none(),
            "missing: Go with golang-golang-x-mod-dev"
        );
        crate::foreign_centres::skipped("Go with golang-golang-x-mod-dev");
    }
    for (program, words) in programs {
        let run = |key: &str| {
            let mut command = Command::new(program);
            command
                .args(&words)
                .args([key, folder, receipt, answer])
                .current_dir(scratch);
            command
                .env("GO111MODULE", "off")
                .env("GOPATH", "/usr/share/gocode")
                .env("GOFLAGS", "");
            command.env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"));
            command
                .output()
                .unwrap_or_else(|error| panic!("`{program}`, which `make setup` installs: {error}"))
        };
        let good = run(&published.key);
        assert!(good.status.success(), "{program}: {}", said(&good));
        let told = said(&good);
        let entry = format!("entry {} is in it, made for this answer", published.leaf);
        assert!(
            told.contains(&entry) && told.contains("\"kind\":\"answered\""),
            "{program}: {told}"
        );
        let other = published.key.replacen("/journal+", "/journey+", 1);
        assert!(!run(&other).status.success(), "{program} believed another key");
    }
}
