//! An audit of consents from outside: the seed picks, the people are texted and answer to the auditor, and the report counts
//! what was found, whoever would like it otherwise.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::http::{Answer, Request, fetch, split};
use crate::partner::assert_answered;
use crate::parts::{Parts, Settings};
use crate::program::{Program, WAYLEAVE, said, wayleave};
use crate::readme::block;

const SEED: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";

/// One audit: the gateway's side, and the auditor's folder.
struct Audit {
    parts: Parts,
    config: String,
    folder: PathBuf,
}

impl Audit {
    fn start() -> Self {
        let parts = Parts::start(Settings::default());
        Self {
            config: parts.config.to_str().expect("a path").to_owned(),
            folder: parts.world.folder.clone(),
            parts,
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("a path").to_owned()
    }

    /// Runs `wayleave audit`; it must end well.
    fn run(&self, arguments: &[&str]) -> String {
        let output = wayleave(&[&["audit"], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    fn journal_key(&self) -> String {
        let output = wayleave(&["journal", "key", "--config", &self.config]);
        said(&output).trim().to_owned()
    }

    /// Samples this month's answers to the tow trucks, up to now.
    fn sample(&self, n: &str) -> Value {
        let checkpoint = self.path("kept.checkpoint");
        fs::write(&checkpoint, self.parts.world.get("/journal/checkpoint").body).expect("written");
        let out = self.path("sample.json");
        let common = ["sample", "--config", &self.config, "--party", "plain", "--seed", SEED];
        let more = [
            "--month",
            &month(),
            "--n",
            n,
            "--checkpoint",
            &checkpoint,
            "--out",
            &out,
        ];
        self.run(&[&common[..], &more].concat());
        serde_json::from_str(&fs::read_to_string(out).expect("a sample")).expect("JSON")
    }

    fn ask(&self, address: &str, out: &str) -> String {
        let (sample, out, to) = (self.path("sample.json"), self.path(out), format!("{address}/a"));
        let common = [
            "ask",
            "--config",
            &self.config,
            "--sample",
            &sample,
            "--answers-to",
            &to,
        ];
        let more = [
            "--name",
            "autumn",
            "--out",
            &out,
            "--who",
            "A. Clerk",
            "--because",
            "the audit of autumn",
        ];
        self.run(&[&common[..], &more].concat())
    }

    /// Makes the auditor's key; the key as others know it.
    fn key(&self) -> String {
        let made = self.run(&[
            "key",
            "--out",
            &self.path("auditor.key"),
            "--name",
            "auditor.example.com",
        ]);
        made.trim().to_owned()
    }

    /// The report of a sample that was asked for as [`Audit::sample`] does.
    fn report(&self, sample: &str, out: &str, answered: bool) -> std::process::Output {
        self.report_of(sample, out, answered, &[])
    }

    /// The same, where the auditor asked for something else.
    fn report_of(&self, sample: &str, out: &str, answered: bool, other: &[(&str, &str)]) -> std::process::Output {
        let text = fs::read_to_string(self.path("sample.json")).expect("a sample");
        let made: Value = serde_json::from_str(&text).expect("JSON");
        let checkpoint = self.path("kept.checkpoint");
        let month = month();
        let ordered = [
            ("--seed", SEED),
            ("--checkpoint", &checkpoint),
            ("--party", made["party"].as_str().expect("an id")),
            ("--month", &month),
            ("--n", "400"),
        ];
        let ordered: Vec<&str> = ordered
            .into_iter()
            .flat_map(|(name, value)| {
                let instead = other.iter().find(|(other, _)| *other == name);
                [name, instead.map_or(value, |(_, value)| value)]
            })
            .collect();
        let (journal, key, out) = (self.journal_key(), self.path("auditor.key"), self.path(out));
        let (tokens, answers) = (self.path("tokens.json"), self.path("answers.jsonl"));
        let common = [
            "audit",
            "report",
            "--sample",
            sample,
            "--journal-key",
            &journal,
            "--key",
            &key,
            "--out",
            &out,
        ];
        let more = ["--tokens", &tokens, "--answers", &answers];
        wayleave(&[&common[..], &ordered, if answered { &more } else { &[] }].concat())
    }
}

/// The month by the machine's clock, in UTC.
fn month() -> String {
    let date = Command::new("date").args(["-u", "+%Y-%m"]).output().expect("date");
    String::from_utf8_lossy(&date.stdout).trim().to_owned()
}

/// The link of the auditor's text, once it has come.
fn link(text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("/a/"));
    link.expect("a link").to_owned()
}

fn answer(link: &str, word: &str) -> Answer {
    let (host, path) = split(link);
    Request::new("POST", path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("answer={word}"))
        .send(host)
}

/// Starts the auditor's page on a port that is known before the texts are sent.
fn page(audit: &Audit, port: u16) -> Program {
    let (listen, tokens, out) = (
        format!("127.0.0.1:{port}"),
        audit.path("tokens.json"),
        audit.path("answers.jsonl"),
    );
    let arguments = [
        "audit", "answers", "--listen", &listen, "--tokens", &tokens, "--out", &out,
    ];
    Program::start(WAYLEAVE, &arguments, Path::new(&audit.path("answers.log")), None)
}

fn altered(text: &str, from: &str, to: &str) -> String {
    let other = text.replacen(from, to, 1);
    assert_ne!(other, text, "{from}");
    other
}

#[test]
fn an_honest_month_is_found_honest_and_nobody_can_alter_the_finding() {
    let audit = Audit::start();
    let world = &audit.parts.world;
    let partner = world.partner("plain");
    let phones = [world.free_phone(), world.free_phone()];
    for phone in &phones {
        phone.agree_to(&partner, &json!({}));
        for _ in 0..2 {
            assert_answered(&partner.retrieve(&phone.number));
        }
    }
    let sample = audit.sample("400");
    assert_eq!(sample["picks"].as_array().map(Vec::len), Some(4));
    let text = sample.to_string();
    for phone in &phones {
        assert!(!text.contains(phone.number.trim_start_matches('+')), "a number");
    }
    assert!(!text.contains("/c/"), "a person's own link");
    let vkey = audit.key();
    let port = crate::parts::free_port();
    let address = format!("http://127.0.0.1:{port}");
    let first = audit.ask(&address, "tokens.json");
    assert!(first.contains("texts     2 queued"), "{first}");
    let again = audit.ask(&address, "again.json");
    assert!(
        again.contains("texts     0 queued") && again.contains("before    2"),
        "{again}"
    );
    let tokens = fs::read(audit.path("tokens.json")).expect("tokens");
    assert_eq!(fs::read(audit.path("again.json")).expect("tokens"), tokens);

    let page = page(&audit, port);
    assert_eq!(page.ready, address);
    for phone in &phones {
        let link = link(&phone.text("/a/", 0));
        let shown = fetch(&link);
        assert!(
            shown.status == 200 && shown.text().contains("Plainfield Towing"),
            "{}",
            shown.text()
        );
        assert!(
            shown
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("default-src 'none'"))
        );
        assert!(fetch(&format!("{link}?lang=es")).text().contains("¿Aceptó usted?"));
        assert_eq!(
            fs::metadata(audit.path("answers.jsonl")).expect("a file").len(),
            0,
            "a look changed something"
        );
        assert_eq!(answer(&link, "perhaps").status, 400);
        assert_eq!(answer(&link, &"y".repeat(5_000)).status, 400);
    }
    assert_eq!(fetch(&format!("{address}/a/AAAAAAAAAAAAAAAAAAAAAA")).status, 404);
    assert_eq!(answer(&format!("{address}/a/AAAAAAAAAAAAAAAAAAAAAA"), "no").status, 404);
    for phone in &phones {
        let thanks = answer(&link(&phone.text("/a/", 0)), "yes");
        assert!(
            thanks.status == 200 && thanks.text().contains("Thank you"),
            "{}",
            thanks.text()
        );
        assert_eq!(phone.count("/a/"), 1);
    }
    page.end();

    let sample_path = audit.path("sample.json");
    let made = audit.report(&sample_path, "report", true);
    assert!(made.status.success(), "{}", said(&made));
    let report = audit.path("report");
    let shown = audit.run(&["verify", &report, "--key", &vkey]);
    for line in [
        "misuse           0 ",
        "said yes         4\n",
        "0 of 4; 95 % interval 0.0000 % to 60.2365 %",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    refusals(&audit, &vkey);
    others(&audit);
}

/// A sample that the journal's key signed, and that is of another seed, checkpoint, party, month or number than the auditor
/// asked for, is refused.
fn others(audit: &Audit) {
    let newer = audit.path("newer.checkpoint");
    fs::write(&newer, audit.parts.world.get("/journal/checkpoint").body).expect("written");
    for (name, value, what) in [
        ("--seed", "6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e6e", "seed"),
        ("--checkpoint", &newer, "checkpoint"),
        ("--party", "pty_00000000000000000000000001", "party"),
        ("--month", "2020-01", "month"),
        ("--n", "4", "number of entries"),
    ] {
        let refused = audit.report_of(&audit.path("sample.json"), "other", false, &[(name, value)]);
        let said = said(&refused);
        assert!(!refused.status.success(), "{name}: {said}");
        assert!(
            said.contains(&format!("the {what} that was asked for")),
            "{name}: {said}"
        );
        assert!(!Path::new(&audit.path("other")).exists(), "{name}");
    }
}

/// An altered report, an altered sample and one that picks others are refused.
fn refusals(audit: &Audit, vkey: &str) {
    let document = fs::read_to_string(audit.path("report")).expect("a report");
    let other = audit.path("altered");
    fs::copy(audit.path("report.note"), audit.path("altered.note")).expect("copied");
    fs::write(&other, altered(&document, "misuse           0", "misuse           1")).expect("written");
    let checked = wayleave(&["audit", "verify", &other, "--key", vkey]);
    assert!(
        !checked.status.success() && said(&checked).contains("altered"),
        "{}",
        said(&checked)
    );
    let sample = fs::read_to_string(audit.path("sample.json")).expect("a sample");
    fs::remove_file(audit.path("altered.note")).expect("removed");
    fs::copy(audit.path("sample.json.note"), audit.path("altered.note")).expect("copied");
    fs::write(&other, altered(&sample, "\"verified\"", "\"reply\"")).expect("written");
    let refused = audit.report(&other, "never", false);
    assert!(
        !refused.status.success() && said(&refused).contains("altered"),
        "{}",
        said(&refused)
    );
    assert!(!Path::new(&audit.path("never")).exists());
}

#[test]
fn a_no_and_a_forged_consent_are_counted() {
    let audit = Audit::start();
    let world = &audit.parts.world;
    let partner = world.partner("plain");
    let (honest, denies, forged) = (world.free_phone(), world.free_phone(), world.free_phone());
    let mut consent = String::new();
    for phone in [&honest, &denies, &forged] {
        consent = phone.agree_to(&partner, &json!({})).id;
        assert_answered(&partner.retrieve(&phone.number));
    }
    // The last consent's signature is altered in the store.
    let store = Connection::open(audit.parts.gateway_folder().join("wayleave.db")).expect("the store");
    store
        .busy_timeout(std::time::Duration::from_secs(10))
        .expect("a timeout");
    let set = "UPDATE signature SET signature = zeroblob(64)
               WHERE consent = (SELECT id FROM consent ORDER BY row DESC LIMIT 1)";
    assert_eq!(store.execute(set, []).expect("an update"), 1);
    let sample = audit.sample("400");
    let picks = sample["picks"].as_array().expect("picks");
    let fails: Vec<&Value> = picks.iter().filter(|pick| pick["evidence"] != "verified").collect();
    let [fails] = fails[..] else {
        panic!("expected one failure, found {}", fails.len())
    };
    assert_eq!(fails["consent"], consent.as_str());
    let vkey = audit.key();
    let alone = audit.report(&audit.path("sample.json"), "evidence", false);
    assert!(
        alone.status.success() && said(&alone).contains("misuse           1 "),
        "{}",
        said(&alone)
    );

    let port = crate::parts::free_port();
    audit.ask(&format!("http://127.0.0.1:{port}"), "tokens.json");
    let page = page(&audit, port);
    for (phone, words) in [(&honest, ["yes", "do-not-remember"]), (&denies, ["yes", "no"])] {
        let link = link(&phone.text("/a/", 0));
        words
            .iter()
            .for_each(|word| assert_eq!(answer(&link, word).status, 200));
    }
    page.end();
    let made = audit.report(&audit.path("sample.json"), "report", true);
    assert!(made.status.success(), "{}", said(&made));
    let shown = audit.run(&["verify", &audit.path("report"), "--key", &vkey]);
    for line in [
        "evidence fails   1\n",
        "said yes         1\n",
        "said no          1\n",
        "no answer        1\n",
        "misuse           2 ",
        "rate             2 of 3; 95 % interval 9.4299 % to 99.1596 %",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}

#[test]
fn the_page_for_auditors_says_what_python_runs() {
    const PAGE: &str = "docs/auditing/consent-audit.md";
    for heading in ["## Which entries", "## What a number is worth"] {
        let python = block(PAGE, heading, "python");
        assert!(python.contains("assert "), "{python}");
        let output = Command::new("python3").args(["-c", &python]).output().expect("python3");
        assert!(output.status.success(), "{heading}: {}", said(&output));
    }
}
