//! An append that is cut off between every two of its steps: the program is killed at one system call after the other, and
//! each call is made to fail, by `strace`. Whatever stopped it, the next look finds a whole journal, with the append or
//! without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::jose::Key;
use crate::parts::{Parts, Settings};
use crate::program::{WAYLEAVE, said, wayleave};

/// The calls by which the store is written, put in order and named, and by which the program says that it was.
const CALLS: [&str; 6] = ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "write"];
/// No append takes so many calls of one kind.
const CALLS_MAX: u32 = 400;

/// A data directory that is put back as it was before each try.
struct Bench {
    data: PathBuf,
    kept: PathBuf,
    config: String,
    key: String,
}

impl Bench {
    fn new(parts: &Parts) -> Self {
        let folder = &parts.world.folder;
        let (data, kept) = (folder.join("gateway"), folder.join("kept"));
        let key = folder.join("third.pub.jwk");
        fs::write(&key, Key::generate().public().to_string()).expect("written");
        copy(&data, &kept);
        Self {
            data,
            kept,
            config: parts.config.to_string_lossy().into_owned(),
            key: key.to_string_lossy().into_owned(),
        }
    }

    fn put_back(&self) {
        fs::remove_dir_all(&self.data).expect("removed");
        copy(&self.kept, &self.data);
    }

    /// One append: a party is enrolled. `before` stands in front of the program.
    fn append(&self, before: &[&str]) -> Output {
        let add = [
            "party",
            "add",
            "--config",
            &self.config,
            "--client",
            "third",
            "--name",
            "Third Party",
        ];
        let more = [
            "--purpose",
            "RequestedServiceProvision",
            "--jwk",
            &self.key,
            "--scope",
            "wayleave:consents",
        ];
        let command: Vec<&str> = ["-k", "5", "60"]
            .into_iter()
            .chain(before.iter().copied())
            .chain([WAYLEAVE])
            .chain(add)
            .chain(more)
            .collect();
        Command::new("timeout").args(command).output().expect("timeout")
    }

    /// How many entries the journal has; it must be whole.
    fn entries(&self, when: &str) -> u64 {
        let output = wayleave(&["journal", "verify", "--config", &self.config]);
        let text = said(&output);
        assert!(output.status.success(), "{when}: {text}");
        let entries = text.lines().find_map(|line| line.strip_prefix("verified: "));
        let count = entries.and_then(|rest| rest.split(' ').next()?.parse().ok());
        count.unwrap_or_else(|| panic!("{when}: {text}"))
    }

    /// Tries the append with each of its calls tampered with. How many tries kept the append, and how many did not.
    fn tamper(&self, how: &str) -> (u32, u32) {
        self.put_back();
        let before = self.entries("before");
        let each = CALLS.map(|call| self.tamper_with(call, how, before));
        each.into_iter().fold((0, 0), |(kept, lost), (more_kept, more_lost)| {
            (kept + more_kept, lost + more_lost)
        })
    }

    /// The same with the calls of one kind, until one comes that the append does not make.
    fn tamper_with(&self, call: &str, how: &str, before: u64) -> (u32, u32) {
        let (mut kept, mut lost) = (0, 0);
        for when in 1..CALLS_MAX {
            self.put_back();
            let inject = format!("inject={call}:{how}:when={when}");
            let output = self.append(&["strace", "-f", "-qqq", "-o", "/dev/null", "-e", &inject]);
            let what = format!("{how} at {call} {when}: {}", said(&output));
            if output.status.success() {
                assert_eq!(self.entries(&what), before + 1, "{what}");
                return (kept, lost);
            }
            let after = self.entries(&what);
            assert!(after == before || after == before + 1, "{what}: {after} after {before}");
            let again = self.append(&[]);
            // What was kept is there: the same party is not enrolled twice.
            assert_eq!(again.status.success(), after == before, "{what}: {}", said(&again));
            assert_eq!(self.entries(&what), before + 1, "{what}");
            if after == before {
                lost += 1;
            } else {
                kept += 1;
            }
        }
        panic!("{how}: the append makes more than {CALLS_MAX} calls");
    }
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").args([from, to]).status().expect("cp");
    assert!(copied.success());
}

/// Whether programs can be traced here.
pub fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    let can = traced.is_ok_and(|status| status.success());
    if !can {
        let notice = "\n!!! SKIPPED: crashes between the steps of an append, and their order: `strace` is missing or may not trace (scripts/setup outside)\n";
        let _ = std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes());
    }
    can
}

#[test]
fn an_append_that_is_cut_off_anywhere_leaves_a_whole_journal() {
    if !can_trace() {
        return;
    }
    let mut parts = Parts::start(Settings::default());
    drop(parts.gateway.take());
    let bench = Bench::new(&parts);
    // Killed before the call: what came before it is done.
    let (kept, lost) = bench.tamper("signal=KILL");
    assert!(kept > 0 && lost > 3, "kept {kept}, lost {lost}");
    // The call fails and nothing is done: it was not kept. The last ones fail after all is written: it was kept, and
    // reported as failed all the same.
    let (kept, lost) = bench.tamper("error=EIO");
    assert!(kept > 0 && lost > 3, "kept {kept}, lost {lost}");
}
