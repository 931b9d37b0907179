//! That what is written down is on the disk before anybody learns of it, seen from below: in the system calls of a running
//! gateway, as `strace` records them.

use std::fs;

use serde_json::json;

use crate::crash_steps::can_trace;
use crate::partner::assert_answered;
use crate::parts::{Parts, Settings};

/// What a line of the trace is to this test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// Bytes were given to the journal's log.
    Written,
    /// The log was flushed to the disk, and the call came back well.
    Flushed,
    /// The carrier is asked where the phone is.
    Asked,
    /// The partner's answer begins to leave.
    Answered,
}

/// The steps of a trace, in order. A call that another thread interrupts is two lines: a flush counts where it came back,
/// everything else where it began.
fn steps(trace: &str) -> Vec<Step> {
    let mut flushing = Vec::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let (thread, call) = line.trim_start().split_once(' ').unwrap_or(("", line));
        let call = call.trim_start();
        let log = call.contains("wayleave.db-wal>");
        let flush = call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if call.starts_with("pwrite64(") && log {
            steps.push(Step::Written);
        } else if flush && log && call.ends_with("= 0") {
            steps.push(Step::Flushed);
        } else if flush && log {
            flushing.push(thread);
        } else if call.contains("sync resumed>") && call.ends_with("= 0") && flushing.contains(&thread) {
            flushing.retain(|other| *other != thread);
            steps.push(Step::Flushed);
        } else if call.contains("POST /location-retrieval/") && !call.contains("recv") && !call.contains("read") {
            steps.push(Step::Asked);
        } else if call.contains("HTTP/1.1 200") && call.contains("wayleave-receipt") {
            steps.push(Step::Answered);
        }
    }
    steps
}

/// Whether between this step and the one of its kind before it something was written, and flushed after the last write.
fn is_durable(steps: &[Step], at: usize) -> bool {
    let before = &steps[..at];
    let flushed = before.iter().rposition(|step| *step == Step::Flushed);
    let written = before.iter().rposition(|step| *step == Step::Written);
    matches!((written, flushed), (Some(written), Some(flushed)) if written < flushed)
}

fn check(steps: &[Step]) -> Result<(), String> {
    let asked = steps.iter().position(|step| *step == Step::Asked);
    let answered = steps.iter().rposition(|step| *step == Step::Answered);
    let (Some(asked), Some(answered)) = (asked, answered) else {
        return Err(format!("expected a query and an answer, found {steps:?}"));
    };
    if !is_durable(steps, asked) {
        return Err("the carrier was asked before the ask was on the disk".to_owned());
    }
    if !is_durable(steps, answered) {
        return Err("the answer left before its entry was on the disk".to_owned());
    }
    // The two are two entries: something was written in between.
    if !steps[asked..answered].contains(&Step::Written) {
        return Err("nothing was written between the query and the answer".to_owned());
    }
    Ok(())
}

#[test]
fn the_disk_has_each_entry_before_anybody_learns_of_it() {
    if !can_trace() {
        return;
    }
    let mut parts = Parts::prepare(Settings::default());
    let trace = parts.world.folder.join("trace.txt");
    let calls = "trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";
    // The tracer stands beside the gateway, not above it: a signal that ends the gateway reaches it.
    let wrapper = [
        "strace",
        "-D",
        "-f",
        "-y",
        "-s",
        "2000",
        "-o",
        trace.to_str().expect("a path"),
        "-e",
        calls,
    ];
    parts.settings.wrapper = wrapper.map(str::to_owned).to_vec();
    parts.start_gateway();
    let world = &parts.world;
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    phone.agree_to(&partner, &json!({}));
    assert_answered(&partner.retrieve(&phone.number));
    drop(parts.gateway.take());
    let found = steps(&fs::read_to_string(&trace).expect("a trace"));
    assert_eq!(check(&found), Ok(()), "{found:?}");
}

#[test]
fn a_trace_in_which_the_disk_comes_last_is_told() {
    use Step::{Answered, Asked, Flushed, Written};
    let good = [Written, Flushed, Asked, Written, Written, Flushed, Answered];
    assert_eq!(check(&good), Ok(()));
    for (what, trace) in [
        ("no flush of the ask", &[Written, Asked, Written, Flushed, Answered][..]),
        (
            "a flush before the last write",
            &[Written, Flushed, Asked, Written, Flushed, Written, Answered],
        ),
        ("no flush of the answer", &[Written, Flushed, Asked, Written, Answered]),
        (
            "a flush after the answer",
            &[Written, Flushed, Asked, Written, Answered, Flushed],
        ),
        ("one entry", &[Written, Flushed, Asked, Flushed, Answered]),
        ("nothing", &[]),
    ] {
        assert!(check(trace).is_err(), "{what}");
    }
    let lines = "7 pwrite64(4</a/wayleave.db-wal>, \"x\", 1, 2) = 1\n7 fsync(4</a/wayleave.db-wal> <unfinished ...>\n\
                 8 writev(9<socket:[1]>, [{iov_base=\"HTTP/1.1 200 OK\\r\\nwayleave-receipt: x\"}], 1) = 5\n\
                 7 <... fsync resumed>) = 0\n7 fsync(4</a/wayleave.db-wal>) = -1 EIO (Input/output error)\n";
    assert_eq!(steps(lines), [Written, Answered, Flushed]);
}
