//! AC-58: an answer without its durable entry. When the journal cannot be written nobody is answered and no carrier is
//! asked, and what was written before is whole. (Crashes between all steps are the kill test's.)

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::http::Answer;
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::program::{WAYLEAVE, said, until};
use crate::world::{RETRIEVE, World, retrieval};

/// What was answered and asked in one world.
#[derive(Default)]
struct Tally {
    answered: usize,
    silent: usize,
}

impl Tally {
    /// Asks once; an answer counts, and anything else must tell nothing.
    fn ask(&mut self, partner: &Partner, number: &str) -> Option<Answer> {
        let answer = partner
            .signed("POST", RETRIEVE)
            .json(&retrieval(number))
            .try_send(partner.host());
        match answer {
            Ok(answer) if answer.status == 200 => {
                assert_answered(&answer);
                self.answered += 1;
                Some(answer)
            }
            Ok(answer) => {
                assert!(!answer.tells_a_place(), "{}", answer.text());
                assert!(matches!(answer.status, 403 | 503), "{}", answer.text());
                self.silent += usize::from(answer.status == 503);
                Some(answer)
            }
            // A gateway that cannot tell what was written stops at once.
            Err(_) => {
                self.silent += 1;
                None
            }
        }
    }

    /// Every answer has its entry, and so has every query of the carrier.
    fn check(&self, world: &World, number: &str) {
        let entries = entries(world);
        let count = |kind: &str| entries.iter().filter(|entry| entry["kind"] == kind).count();
        let asked = entries.iter().filter(|entry| entry["kind"] == "asked").count();
        assert!(
            self.answered <= count("answered"),
            "{} answers, {entries:?}",
            self.answered
        );
        assert!(world.queries(number).len() <= asked, "{entries:?}");
    }
}

fn entries(world: &World) -> Vec<Value> {
    let mut entries: Vec<Value> = Vec::new();
    loop {
        let after = entries
            .last()
            .map_or_else(String::new, |entry| format!("?after={}", entry["leaf"]));
        let path = if entries.is_empty() {
            "/sandbox/journal?after=0".to_owned()
        } else {
            format!("/sandbox/journal{after}")
        };
        let page = world.get(&path).json()["entries"].as_array().expect("entries").clone();
        if page.is_empty() {
            return entries;
        }
        entries.extend(page);
    }
}

/// Limits how large a file the gateway may write, in bytes.
fn limit(parts: &Parts, bytes: &str) {
    let pid = parts.gateway.as_ref().expect("a gateway").pid.to_string();
    let output = Command::new("prlimit")
        .args(["--pid", &pid, &format!("--fsize={bytes}:unlimited")])
        .output();
    let output = output.expect("prlimit");
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn ac_58_a_store_that_cannot_be_written_answers_nobody() {
    let mut parts = Parts::start(Settings::default());
    let partner = parts.world.partner("plain");
    let number = parts.world.free_phone().number;
    parts.world.phone(&number).agree_to(&partner, &json!({}));
    let mut tally = Tally::default();
    assert!(tally.ask(&partner, &number).is_some_and(|answer| answer.status == 200));
    let log = parts.gateway_folder().join("wayleave.db-wal");
    // Nothing can be written at all; then a little, so that a commit is torn in its middle.
    for more in [0, 1, 3000, 9000] {
        let size = fs::metadata(&log).expect("the log").len();
        let before = (tally.answered, parts.world.queries(&number).len());
        limit(&parts, &(if more == 0 { 0 } else { size + more }).to_string());
        let silent = tally.silent;
        until("a write that fails", || {
            tally.ask(&partner, &number);
            (tally.silent > silent).then_some(())
        });
        for _ in 0..5 {
            tally.ask(&partner, &number);
        }
        if more == 0 {
            let after = (tally.answered, parts.world.queries(&number).len());
            assert_eq!(
                after, before,
                "nothing could be written, and something was asked or answered"
            );
        }
        parts.gateway = None;
        let verified = parts.verify_journal();
        assert!(verified.contains("verified: "), "{verified}");
        parts.start_gateway();
        until("a gateway that is ready", || {
            (parts.world.get("/readyz").status == 200).then_some(())
        });
        tally.check(&parts.world, &number);
    }
    assert!(tally.ask(&partner, &number).is_some());
    tally.check(&parts.world, &number);
}

/// A file system of its own for the gateway's folder, which only its processes see.
const SMALL_DISK: &str = r#"
cp -a "$0" "$0.kept" && mount -t tmpfs -o size=3m,mode=700 none "$0" && cp -a "$0.kept/." "$0" && exec "$@"
"#;

fn can_unshare() -> bool {
    let tried = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "true"])
        .output();
    tried.is_ok_and(|output| output.status.success())
}

/// Fills a file system to its last byte.
fn fill(path: &Path) -> PathBuf {
    let path = path.join("filler");
    let mut file = fs::File::create(&path).expect("a file");
    for piece in [65_536, 4096, 512, 1] {
        while file.write_all(&vec![0; piece]).and_then(|()| file.flush()).is_ok() {}
    }
    path
}

#[test]
fn ac_58_a_full_disk_answers_nobody_and_is_survived() {
    if !can_unshare() {
        let notice = "\n!!! SKIPPED: the gateway on a full disk, since this system lets nobody mount one for a test\n";
        std::io::stderr().write_all(notice.as_bytes()).expect("standard error");
        return;
    }
    let mut parts = Parts::prepare(Settings::default());
    let folder = parts.gateway_folder();
    let wrapper = [
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        SMALL_DISK,
        folder.to_str().expect("a path"),
    ];
    parts.settings.wrapper = wrapper.map(str::to_owned).to_vec();
    let pid = parts.start_gateway().pid;
    let (partner, phone) = (parts.world.partner("plain"), parts.world.free_phone());
    let stranger = parts.world.free_phone().number;
    phone.agree_to(&partner, &json!({}));
    let mut tally = Tally::default();
    tally.ask(&partner, &phone.number);
    assert_eq!(tally.answered, 1);
    let inside = PathBuf::from(format!("/proc/{pid}/root{}", folder.display()));
    let filler = fill(&inside);
    // Asks that are refused are written too, until nothing can be. Now and then a checkpoint makes room in the log again,
    // so that some are answered, and rightly.
    let pump = |tally: &mut Tally| {
        let silent = tally.silent;
        until("a write that fails", || {
            (0..50).for_each(|_| drop(tally.ask(&partner, &stranger)));
            (tally.silent > silent).then_some(())
        });
    };
    until("an ask that is agreed to and cannot be written", || {
        pump(&mut tally);
        let before = parts.world.queries(&phone.number).len();
        let answer = tally.ask(&partner, &phone.number).expect("a gateway that lives on");
        if answer.status != 503 {
            return None;
        }
        assert_eq!(answer.code(), "UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(
            parts.world.queries(&phone.number).len(),
            before,
            "the carrier was asked"
        );
        Some(())
    });
    until("a gateway that says it is not ready", || {
        pump(&mut tally);
        (parts.world.get("/readyz").status == 503).then_some(())
    });
    fs::remove_file(filler).expect("the filler");
    until("a gateway that is ready", || {
        (parts.world.get("/readyz").status == 200).then_some(())
    });
    let again = tally.ask(&partner, &phone.number).expect("an answer");
    assert!(
        again.status == 200 || again.reason() == "count-spent",
        "{}",
        again.text()
    );
    tally.check(&parts.world, &phone.number);
    // From inside, since a path through `/proc` leads SQLite to the folder below the file system.
    let config = parts.config.to_str().expect("a path");
    let output = Command::new("nsenter")
        .args([
            "--target",
            &pid.to_string(),
            "--user",
            "--mount",
            "--preserve-credentials",
        ])
        .args([WAYLEAVE, "journal", "verify", "--config", config])
        .output()
        .expect("nsenter");
    assert!(output.status.success(), "{}", said(&output));
}
