//! What a witness cosigns is on the disk before anybody has the cosignature: seen from below, in its system calls, and by
//! stopping it exactly between the two.

use std::fs;
use std::path::Path;

use crate::crash_steps::can_trace;
use crate::strange_log::{StrangeLog, parts, size};
use crate::witness::{Witness, path};

const ORIGIN: &str = "gateway.example.com/journal";
/// The calls by which an answer may leave.
const ANSWERS: &str = "sendto,sendmsg,writev";

/// What a line of the trace is to this test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// The new checkpoint was flushed to the disk, under a name that does not count yet.
    Flushed,
    /// It takes the place of the former one.
    Named,
    /// That name was flushed to the disk.
    NameFlushed,
    /// The answer begins to leave.
    Answered,
}

/// The steps of a trace, in order. A call that another thread interrupts is two lines: a flush counts where it came back
/// well, everything else where it began.
fn steps(trace: &str) -> Vec<Step> {
    let mut flushing = Vec::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let (thread, call) = line.trim_start().split_once(' ').unwrap_or(("", line));
        let call = call.trim_start();
        let flushed = if call.contains(".new>") {
            Step::Flushed
        } else {
            Step::NameFlushed
        };
        let flush = call.starts_with("fsync(") || call.starts_with("fdatasync(");
        if flush && call.ends_with("= 0") {
            steps.push(flushed);
        } else if flush && call.contains("unfinished") {
            flushing.push((thread, flushed));
        } else if call.contains("sync resumed>") {
            let begun = flushing.iter().position(|(other, _)| *other == thread);
            let begun = begun.map(|at| flushing.remove(at).1);
            steps.extend(begun.filter(|_| call.ends_with("= 0")));
        } else if call.starts_with("rename(") && call.contains(".new\"") {
            steps.push(Step::Named);
        } else if call.contains("HTTP/1.1 200") {
            steps.push(Step::Answered);
        }
    }
    steps
}

#[test]
fn the_disk_has_what_is_cosigned_before_the_cosignature_leaves() {
    if !can_trace() {
        return;
    }
    let (mut witness, log) = witness();
    let trace = witness.folder.join("trace.txt");
    let calls = format!("trace=fsync,fdatasync,rename,write,{ANSWERS}");
    witness.stop();
    let tracer = ["-f", "-y", "-s", "300", "-o", path(&trace), "-e", &calls];
    witness.serve_under(&[&["strace", "-D"], &tracer[..]].concat());
    assert_eq!(witness.add(&log.submission(7, 12)).status, 200);
    witness.stop();
    use Step::{Answered, Flushed, NameFlushed, Named};
    let found = steps(&fs::read_to_string(&trace).expect("a trace"));
    assert_eq!(found, [Flushed, Named, NameFlushed, Answered]);
}

#[test]
fn a_trace_in_which_the_answer_comes_first_is_told() {
    use Step::{Answered, Flushed, NameFlushed, Named};
    let lines = "7 fsync(9</a/latest/0f.new>) = 0\n7 rename(\"/a/latest/0f.new\", \"/a/latest/0f\") = 0\n\
                 7 fsync(9</a/latest> <unfinished ...>\n8 writev(5<socket:[1]>, [{iov_base=\"HTTP/1.1 200 OK\"}], 1) = 9\n\
                 7 <... fsync resumed>) = 0\n";
    assert_eq!(steps(lines), [Flushed, Named, Answered, NameFlushed]);
    let failed = "7 fsync(9</a/latest/0f.new>) = -1 EIO (Input/output error)\n";
    assert_eq!(steps(failed), []);
}

/// A witness that cosigned the first seven entries of a log of twenty.
fn witness() -> (Witness, StrangeLog) {
    let witness = Witness::start("witness.example.com/w1");
    let mut log = StrangeLog::new(ORIGIN, 1);
    log.grow(20, "a");
    witness.follow(&log.vkey());
    assert_eq!(witness.add(&log.submission(0, 7)).status, 200);
    (witness, log)
}

/// The size of the only checkpoint that is kept.
fn kept(folder: &Path) -> u64 {
    let files = fs::read_dir(folder.join("latest")).expect("a folder");
    let names = files.map(|file| file.expect("a file").path());
    let whole: Vec<_> = names.filter(|name| name.extension().is_none()).collect();
    assert_eq!(whole.len(), 1, "{whole:?}");
    size(&parts(&fs::read_to_string(&whole[0]).expect("a note")).0)
}

#[test]
fn a_witness_that_stops_between_keeping_and_answering_goes_on_from_what_it_kept() {
    if !can_trace() {
        return;
    }
    // Killed as it enters the call: what came before it is done.
    for (call, when, known) in [("fsync", 1, 7), ("rename", 1, 7), ("fsync", 2, 12), (ANSWERS, 1, 12)] {
        let (mut witness, log) = witness();
        let mut fork = StrangeLog::new(ORIGIN, 1);
        fork.grow(12, "another past");
        witness.stop();
        let inject = format!("inject={call}:signal=KILL:when={when}");
        witness.serve_under(&["strace", "-D", "-f", "-qqq", "-o", "/dev/null", "-e", &inject]);
        let what = format!("{call} {when}");
        assert!(witness.try_add(&log.submission(7, 12)).is_err(), "{what}: it answered");
        witness.program = None;
        assert_eq!(kept(&witness.folder), known, "{what}");
        witness.serve();
        // C2SP tlog-witness: whoever begins elsewhere is told the size from which to go on.
        let again = witness.add(&log.submission(7, 12));
        if known == 7 {
            assert_eq!(again.status, 200, "{what}: {}", again.text());
        } else {
            assert_eq!((again.status, again.text().as_str()), (409, "12\n"), "{what}");
        }
        // It is bound to what it kept, though nobody ever had that cosignature: another past of that size is refused.
        assert_eq!(witness.add(&fork.submission(12, 12)).status, 409, "{what}");
        assert_eq!(witness.evidence().len(), 1, "{what}");
        assert_eq!(witness.add(&log.submission(12, 12)).status, 200, "{what}");
        assert_eq!(witness.add(&log.submission(12, 20)).status, 200, "{what}");
    }
}
