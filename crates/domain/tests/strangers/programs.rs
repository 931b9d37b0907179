//! The programs of the page on the log, as an auditor would run them: Go with Debian's `sumdb`, and Python with
//! `cryptography`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::corpus::Corpus;

const PAGE: &str = include_str!("../../../../docs/auditing/log.md");
/// Where Debian's packages of Go sources are.
pub const GO_SOURCES: &str = "/usr/share/gocode";

/// The first block of a language on the page.
pub fn block(language: &str) -> &'static str {
    let (_, block) = PAGE.split_once(&format!("```{language}\n")).expect("a block");
    block.split_once("```").expect("an end of the block").0
}

/// Says loudly that something was left out, past the test runner; in `make test` nothing may be.
pub fn skipped(what: &str) {
    assert!(std::env::var_os("WAYLEAVE_MAKE_TEST").is_none(), "missing: {what}");
    let words = format!("!!! SKIPPED: {what} is missing (scripts/setup build outside, or make test)\n");
    let _shown = std::io::stderr().write_all(words.as_bytes());
}

pub fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// Stops the test unless the program accepted the log and the receipt, and afterwards noticed every alteration.
fn hold(corpus: &Corpus, plain: &Output, tampered: &Output) {
    let words = said(plain);
    assert!(plain.status.success(), "{words}");
    assert!(
        words.contains("verified: 258 entries") && words.contains("entry 257 is in it"),
        "{words}"
    );
    let words = said(tampered);
    assert!(tampered.status.success(), "{words}");
    assert!(
        words.contains(&format!("flips: {}\n", corpus.alterations().len())),
        "{words}"
    );
}

/// Go, in a folder of programs on Debian's packages; nothing where it is missing.
pub fn in_go(folder: &Path) -> Option<Command> {
    let sources = Path::new(GO_SOURCES).join("src/golang.org/x/mod/sumdb/tlog");
    if !sources.exists() || Command::new("go").arg("version").output().is_err() {
        return None;
    }
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    let mut go = Command::new("go");
    go.current_dir(folder)
        .env("GO111MODULE", "off")
        .env("GOPATH", GO_SOURCES);
    go.env("GOFLAGS", "").env("GOCACHE", &cache);
    Some(go)
}

pub fn has_python() -> bool {
    let has = Command::new("python3").args(["-c", "import cryptography"]).output();
    has.is_ok_and(|output| output.status.success())
}

pub fn go(corpus: &Corpus) {
    let folder = tempfile::tempdir().expect("a folder");
    let (folder, log) = (folder.path(), folder.path().join("corpus/log"));
    if in_go(folder).is_none() {
        return skipped("Go with golang-golang-x-mod-dev");
    }
    corpus.write(&folder.join("corpus"));
    fs::write(folder.join("log.go"), block("go")).expect("written");
    fs::write(folder.join("tamper_test.go"), include_str!("tamper_test.go")).expect("written");
    let run = |arguments: &[&str]| {
        let mut go = in_go(folder).expect("go");
        go.args(arguments).env("WAYLEAVE_CORPUS", folder.join("corpus"));
        go.output().expect("go")
    };
    let formatted = Command::new("gofmt")
        .args(["-l", "."])
        .current_dir(folder)
        .output()
        .expect("gofmt");
    assert_eq!(said(&formatted), "", "gofmt would change these");
    let (receipt, answer) = (
        folder.join("corpus/receipt/receipt.json"),
        folder.join("corpus/receipt/answer.json"),
    );
    let paths = [&log, &receipt, &answer].map(|path| path.to_str().expect("a path"));
    let plain = run(&[&["run", "log.go", &corpus.key], &paths[..]].concat());
    // The tests' files are named: in this mode a folder beside others is no package.
    let tampered = run(&["test", "-count=1", "-v", "log.go", "tamper_test.go"]);
    hold(corpus, &plain, &tampered);
}

pub fn python(corpus: &Corpus) {
    if !has_python() {
        return skipped("Python with cryptography");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    corpus.write(&folder.join("corpus"));
    fs::write(folder.join("log.py"), block("python")).expect("written");
    fs::write(folder.join("tamper.py"), include_str!("tamper.py")).expect("written");
    let run = |arguments: &[&str]| {
        Command::new("python3")
            .args(arguments)
            .current_dir(folder)
            .output()
            .expect("python3")
    };
    let plain = [
        "log.py",
        &corpus.key,
        "corpus/log",
        "corpus/receipt/receipt.json",
        "corpus/receipt/answer.json",
    ];
    hold(corpus, &run(&plain), &run(&["tamper.py", "corpus"]));
}
