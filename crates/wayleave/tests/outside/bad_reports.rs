//! Reports that nobody waits for, or that are not the carrier's: late, guessed, logged in wrongly, about somebody else,
//! twice, or never. None becomes an answer, and each leaves its trace.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{Request, split};
use crate::partner::{Partner, assert_answered};
use crate::program::until;
use crate::world::{World, ledger};

const CITY: (f64, f64) = (12.0, -40.0);
/// A bank's question has five seconds; the rest is a busy machine's.
const WITHIN: Duration = Duration::from_secs(20);

/// How many reports were dropped for this reason.
fn dropped(world: &World, why: &str) -> u64 {
    world.measure(&format!("wayleave_mlp_reports_dropped_total{{why=\"{why}\"}}"))
}

/// How many entries of dropped reports give this reason.
fn written(world: &World, why: &str) -> usize {
    let rows = world.get("/sandbox/journal").json();
    let rows = rows["entries"].as_array().expect("entries").iter();
    rows.filter(|row| row["kind"] == "report-dropped" && row["reason"] == why)
        .count()
}

/// The reports in the carrier's ledger.
fn pushes(world: &World) -> Vec<Value> {
    ledger(&world.castor)
        .into_iter()
        .filter(|line| line["kind"] == "push")
        .collect()
}

/// Asks while the carrier misbehaves: the status, the code and the true reason.
fn ask(world: &World, bank: &Partner, number: &str, misdeed: Value) -> (u16, String, String) {
    world.castor_behaves(&json!({"misbehave": misdeed, "late_ms": 6000}));
    let started = Instant::now();
    let answer = bank.verify(number, CITY, 50_000.0);
    let took = started.elapsed();
    assert!(took < WITHIN, "{misdeed}: after {took:?}");
    assert!(
        answer.status == 200 || !answer.tells_a_place(),
        "{misdeed}: {}",
        answer.text()
    );
    (answer.status, answer.code(), answer.reason())
}

#[test]
fn a_report_that_is_not_the_one_awaited_is_no_answer() {
    let world = World::demo();
    let (bank, phone) = (world.partner("bank"), world.castor_phone(0));
    phone.agree_to(&bank, &json!({}));
    // What the carrier does, what the partner is told, why its report is dropped, and how the carrier is answered.
    let table = [
        ("push-wrong-login", 503, "source-untrustworthy", "wrong-login", 403),
        ("push-without-login", 503, "source-untrustworthy", "wrong-login", 403),
        ("push-wrong-request", 503, "source-untrustworthy", "wrong-request", 400),
        ("wrong-number", 503, "source-untrustworthy", "not-believed", 400),
        ("push-to-nobody", 504, "source-timeout", "unknown", 200),
        ("late-push", 504, "source-timeout", "late", 200),
    ];
    for (misdeed, status, reason, why, answered) in table {
        let seen = || (dropped(&world, why), written(&world, why), pushes(&world).len());
        let ask = || ask(&world, &bank, &phone.number, json!(misdeed));
        let mut late = dropped(&world, "late");
        let (mut before, mut answer) = (seen(), ask());
        // On a busy machine the report itself may come after the question's time: then it is counted as late, and no case
        // of this.
        for _ in 0..3 {
            if answer.2 == reason {
                break;
            }
            assert_eq!(answer.2, "source-timeout", "{misdeed}");
            until("the late report", || (dropped(&world, "late") > late).then_some(()));
            late = dropped(&world, "late");
            (before, answer) = (seen(), ask());
        }
        let (found, _, told) = answer;
        let (before, entries, reports) = before;
        assert_eq!((found, told.as_str()), (status, reason), "{misdeed}");
        let push = until(misdeed, || pushes(&world).get(reports).cloned());
        assert_eq!(push["status"], answered, "{misdeed}: {push}");
        assert_eq!(dropped(&world, why), before + 1, "{misdeed}");
        until("the journal's entry", || (written(&world, why) > entries).then_some(()));
    }
    assert_eq!(
        ask(&world, &bank, &phone.number, json!("never-push")).2,
        "source-timeout"
    );
    assert_eq!(ask(&world, &bank, &phone.number, Value::Null).0, 200);
}

#[test]
fn a_second_report_finds_nobody() {
    let world = World::demo();
    let (bank, phone) = (world.partner("bank"), world.castor_phone(0));
    phone.agree_to(&bank, &json!({}));
    assert_eq!(ask(&world, &bank, &phone.number, json!("push-twice")).0, 200);
    let reports = until("both reports", || {
        Some(pushes(&world)).filter(|pushes| pushes.len() == 2)
    });
    assert!(reports.iter().all(|push| push["status"] == 200), "{reports:?}");
    assert_eq!(dropped(&world, "late"), 1);
    until("the journal's entry", || (written(&world, "late") == 1).then_some(()));
    assert_eq!(world.castor_requests(&phone.number).len(), 1);
}

#[test]
fn a_report_too_large_or_too_slow_is_cut_off() {
    let world = World::demo();
    let (bank, phone) = (world.partner("bank"), world.castor_phone(0));
    phone.agree_to(&bank, &json!({}));
    for (misdeed, why) in [("push-huge", "too-large"), ("push-slow", "slow")] {
        let (status, ..) = ask(&world, &bank, &phone.number, json!(misdeed));
        assert_eq!(status, 504, "{misdeed}");
        until(misdeed, || (dropped(&world, why) >= 1).then_some(()));
    }
}

/// Where the gateway listens for reports, as it told the carrier.
fn push_address(world: &World) -> String {
    let push = pushes(world).pop().expect("a report");
    push["url"].as_str().expect("an address").to_owned()
}

#[test]
fn a_stranger_who_tries_addresses_learns_nothing_and_fills_no_journal() {
    let world = World::demo();
    let (plain, phone) = (world.partner("plain"), world.castor_phone(0));
    phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    let used = until("the report", || {
        (!pushes(&world).is_empty()).then(|| push_address(&world))
    });
    let (host, path) = split(&used);
    assert_ne!(host, world.host(), "reports have an address of their own");
    let report = |path: &str| {
        let request = Request::new("POST", path).header("content-type", "text/xml");
        let answer = request.body("<svc_result/>").send(host);
        let headers: Vec<_> = answer.headers.into_iter().filter(|(name, _)| name != "date").collect();
        (answer.status, headers, answer.body)
    };
    let seen = report(path);
    assert_eq!((seen.0, seen.2.len()), (200, 0));
    for nth in 0..300_u32 {
        assert_eq!(report(&format!("/mlp/{nth:032x}")), seen);
    }
    assert_eq!(dropped(&world, "unknown"), 300);
    until("the journal's entry", || (written(&world, "unknown") > 0).then_some(()));
    assert!(written(&world, "unknown") <= 4, "one entry stands for many reports");
    // Nothing else of the gateway is there, and no report is taken at the public address.
    for path in ["/", "/metrics", "/healthz", "/oauth2/token", "/sandbox/journal"] {
        assert_eq!(Request::new("GET", path).send(host).status, 404, "{path}");
    }
    assert_eq!(Request::new("GET", path).send(host).status, 405);
    assert_eq!(
        Request::new("POST", path)
            .body("<svc_result/>")
            .send(world.host())
            .status,
        404
    );
}
