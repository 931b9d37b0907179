//! `wayleave witness`, by itself: what it answers, what it keeps, and what it cosigns never goes back, also after `kill -9`.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::http::fetch;
use crate::program::{said, wayleave};
use crate::strange_log::{StrangeLog, cosigned, parts, size};
use crate::witness::{Witness, path};

const ORIGIN: &str = "gateway.example.com/journal";

#[test]
fn every_answer_of_the_protocol() {
    let mut witness = Witness::start("witness.example.com/w1");
    let mut log = StrangeLog::new(ORIGIN, 1);
    log.grow(20, "a");
    let first = log.submission(0, 7);
    assert_eq!(witness.add(&first).status, 404, "nobody follows it yet");
    witness.follow(&log.vkey());
    let other_key = StrangeLog::new(ORIGIN, 2);
    let forged = format!("old 0\n\n{}", other_key.checkpoint(0));
    assert_eq!(witness.add(&forged).status, 403);
    for bad in [
        "",
        "old 0\n",
        "old x\n\n",
        &first.replacen("old 0", "old 00", 1),
        &first.replacen('\n', "\r\n", 1),
    ] {
        assert_eq!(witness.add(bad).status, 400, "{bad:?}");
    }
    assert_eq!(
        witness.add(&log.submission(0, 7).replace("old 0", "old 8")).status,
        400,
        "shrinks"
    );

    let answer = witness.add(&first);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (text, _) = parts(&log.checkpoint(7));
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("now")
        .as_secs();
    let time = cosigned(&witness.vkey, &text, &answer.text()).expect("a cosignature");
    assert!(time.abs_diff(now) < 60, "{time} {now}");
    // From elsewhere it says where it is; with a false proof it refuses; with the true one it goes on.
    let elsewhere = witness.add(&log.submission(0, 12));
    assert_eq!((elsewhere.status, elsewhere.text().as_str()), (409, "7\n"));
    assert_eq!(elsewhere.header("content-type"), Some("text/x.tlog.size"));
    assert_eq!(
        witness.add(&log.submission(7, 12).replacen("\n", "\nAAAA", 1)).status,
        400
    );
    let without = log.submission(0, 12).replacen("old 0", "old 7", 1);
    assert_eq!(witness.add(&without).status, 422);
    assert_eq!(witness.add(&log.submission(7, 12)).status, 200);
    assert_eq!(
        witness.add(&log.submission(12, 12)).status,
        200,
        "the same again, later"
    );
    let overproved = log
        .submission(12, 12)
        .replacen('\n', &format!("\n{}=\n", "A".repeat(43)), 1);
    assert_eq!(witness.add(&overproved).status, 422, "{overproved}");
    assert_eq!(
        witness.evidence().len(),
        1,
        "the checkpoint that it cosigned contradicts nothing"
    );

    // What it cosigned last is there for everybody, and after a restart too.
    let kept = |witness: &Witness| {
        let listed = fetch(&format!("{}/", witness.url)).text();
        let at = listed
            .lines()
            .find_map(|line| line.trim().strip_prefix("checkpoint/"))
            .expect("a digest");
        fetch(&format!("{}/checkpoint/{at}", witness.url)).text()
    };
    let (text, lines) = parts(&kept(&witness));
    assert_eq!(size(&text), 12);
    assert!(cosigned(&witness.vkey, &text, &lines).is_some());
    witness.stop();
    witness.serve();
    assert_eq!(parts(&kept(&witness)).0, text);
    assert_eq!(witness.add(&log.submission(0, 20)).text(), "12\n");

    let folder = path(&witness.folder).to_owned();
    let second = wayleave(&["witness", "serve", "--folder", &folder, "--listen", "127.0.0.1:0"]);
    assert!(said(&second).contains("alone"), "{}", said(&second));
    let again = wayleave(&[
        "witness",
        "init",
        "--folder",
        &folder,
        "--name",
        "witness.example.com/w2",
    ]);
    assert!(!again.status.success(), "a key was overwritten");
    let large = witness.add(&"x".repeat(200_000));
    assert_eq!(large.status, 400, "{}", large.text());
}

#[test]
fn a_fork_is_refused_and_both_sides_are_kept_as_evidence() {
    let witness = Witness::start("witness.example.com/w1");
    let (mut log, mut fork) = (StrangeLog::new(ORIGIN, 1), StrangeLog::new(ORIGIN, 1));
    log.grow(5, "both");
    fork.grow(5, "both");
    log.grow(5, "shown to one");
    fork.grow(9, "shown to the other");
    witness.follow(&log.vkey());
    assert_eq!(witness.add(&log.submission(0, 10)).status, 200);
    let same_size = witness.add(&fork.submission(10, 10));
    assert_eq!((same_size.status, same_size.text().as_str()), (409, "10\n"));
    assert_eq!(witness.add(&fork.submission(10, 14)).status, 422);
    let cases = witness.evidence();
    assert_eq!(cases.len(), 2, "{cases:?}");
    assert!(witness.log().contains("A JOURNAL CONTRADICTS"), "{}", witness.log());
    let case = cases.iter().find(|case| path(case).contains("fork-")).expect("a fork");
    let (one, other) = (case.join("cosigned"), case.join("submitted"));
    let compare = |one: &std::path::Path, other: &std::path::Path| {
        wayleave(&["witness", "compare", path(one), path(other), "--key", &log.vkey()])
    };
    let found = compare(&one, &other);
    assert!(
        !found.status.success() && said(&found).contains("FORK"),
        "{}",
        said(&found)
    );
    let same = compare(&one, &one);
    assert!(
        same.status.success() && said(&same).contains("the same"),
        "{}",
        said(&same)
    );
    fs::write(
        &other,
        fs::read_to_string(&other).expect("a note").replace("\n10\n", "\n11\n"),
    )
    .expect("written");
    assert!(
        said(&compare(&one, &other)).contains("signature"),
        "an altered note was compared"
    );
    // It goes on with the journal that it cosigned.
    assert_eq!(witness.add(&log.submission(10, 10)).status, 200);
}

#[test]
fn what_was_cosigned_is_remembered_whenever_the_witness_is_killed() {
    let mut witness = Witness::start("witness.example.com/w1");
    let mut log = StrangeLog::new(ORIGIN, 1);
    log.grow(400, "a");
    witness.follow(&log.vkey());
    // The highest size that anybody got a cosignature for.
    let highest = AtomicU64::new(0);
    for round in 0..12_u64 {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut old = highest.load(Ordering::Relaxed);
                while !over.load(Ordering::Relaxed) {
                    let next = (old + 1).min(400);
                    let old_size = usize::try_from(old).expect("small");
                    let Ok(answer) = witness.try_add(&log.submission(old_size, usize::try_from(next).expect("small")))
                    else {
                        continue;
                    };
                    match answer.status {
                        200 => old = next,
                        // It was made durable, and the answer was lost: it says where it is.
                        409 => old = answer.text().trim().parse().expect("a size"),
                        other => panic!("{other}: {}", answer.text()),
                    }
                    if answer.status == 200 {
                        highest.fetch_max(next, Ordering::Relaxed);
                    }
                }
            });
            std::thread::sleep(Duration::from_millis(40 + round * 7));
            let pid = witness.program.as_ref().expect("a witness").pid.to_string();
            let killed = std::process::Command::new("kill")
                .args(["-9", &pid])
                .status()
                .expect("kill");
            assert!(killed.success());
            over.store(true, Ordering::Relaxed);
        });
        witness.program = None;
        witness.serve();
        let known: u64 = match witness.add(&log.submission(0, 400)) {
            answer if answer.status == 409 => answer.text().trim().parse().expect("a size"),
            answer => panic!("{} {}", answer.status, answer.text()),
        };
        let cosigned = highest.load(Ordering::Relaxed);
        // At most the one submission whose answer was lost is beyond what anybody saw.
        assert!(known == cosigned || known == cosigned + 1, "{known} {cosigned}");
        highest.store(known, Ordering::Relaxed);
    }
    assert!(highest.into_inner() > 12, "hardly anything was cosigned");
    assert!(witness.evidence().is_empty());
}
