//! AC-38: among very many honest look-ups during calls, invented ones, some of them signed by the platform's genuine key.
//! Every invented one is refused, and the journal names it by its event. `WAYLEAVE_HONEST` says how many are honest.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::parts::Settings;
use crate::phone::Phone;
use crate::prison::{OTHER_LINE, PURPOSE, Prison};
use crate::program::{said, until, wayleave_within};

/// So many honest look-ups, unless the environment says otherwise.
const HONEST: usize = 2_000;
/// So many look-ups rest on one call.
const OF_ONE_CALL: usize = 70;
/// So many look-ups the yes to a call allows, as the policy does: what a busy machine loses is asked for again.
const ALLOWED: usize = 96;
/// So many are sent together.
const TOGETHER: usize = 25;
/// A journal of very many entries takes its reader so long at most, in seconds.
const LONG_S: u32 = 900;
/// So many phones are called, one after the other in each lane.
const PHONES: usize = 40;
/// So many calls go on at a time.
const LANES: usize = 2;

/// What the journal calls the events of these names.
fn keys(prison: &Prison, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let config = prison.parts.config.to_str().expect("a path");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let told = wayleave_within(
        LONG_S,
        &[&["journal", "event", "--config", config], &names[..]].concat(),
    );
    assert!(told.status.success(), "{}", said(&told));
    let told = String::from_utf8(told.stdout).expect("text");
    let lines = told.lines().filter_map(|line| line.split_once("  "));
    let keys: Vec<_> = lines.map(|(key, name)| (key.to_owned(), name.to_owned())).collect();
    assert_eq!(keys.len(), names.len(), "{told}");
    keys
}

fn settings() -> Settings {
    Settings {
        policy: vec![
            ("day.\nper_day_max = 3", "day.\nper_day_max = 100"),
            ("asks_per_day_max = 200", "asks_per_day_max = 100000"),
        ],
        listen: "asks_per_second_max = 1000000".to_owned(),
        source: "requests_per_second_max = 100000\nin_flight_max = 1000".to_owned(),
        ..Settings::default()
    }
}

/// The outcomes of look-ups, each with the name of its event.
fn ask(prison: &Prison, asks: &[Value]) -> Vec<(String, String)> {
    let told = prison.does("batch", &json!({"asks": asks, "brief": true}));
    let outcomes = told["outcomes"].as_array().unwrap_or_else(|| panic!("{told}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = outcomes.iter().map(|one| (text(&one["event"]), text(&one["outcome"])));
    named.collect()
}

/// Asks one by one until there is an answer: until a yes counts, or until the machine has time for one.
fn ask_until_answered(prison: &Prison, number: &str, event: &str) {
    until("an answer", || {
        let one = ask(prison, &[json!({"number": number, "event": event})]);
        (one[0].1 == "answered").then_some(())
    });
}

/// What the journal says of the asks that it refused for this purpose: the events that they named.
fn refused(prison: &Prison) -> BTreeSet<String> {
    let out = prison.parts.world.folder.join("refused.export");
    let file = out.to_str().expect("a path");
    let config = prison.parts.config.to_str().expect("a path");
    let of = [
        "journal",
        "export",
        "--config",
        config,
        "--party",
        "prison",
        "--all-parts",
    ];
    let why = ["--who", "An Auditor", "--because", "invented calls"];
    let output = wayleave_within(LONG_S, &[&of[..], &["--out", file], &why].concat());
    assert!(output.status.success(), "{}", said(&output));
    let export = fs::read_to_string(&out).expect("an export");
    let parts = export
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let parts = parts.filter_map(|line| serde_json::from_str::<Value>(line["party"]["text"].as_str()?).ok());
    parts
        .filter(|part| part["kind"] == "refused" && part["purpose"] == PURPOSE)
        .filter_map(|part| part["event"].as_str().map(str::to_owned))
        .collect()
}

/// What came of one round, or of all.
#[derive(Default)]
struct Told {
    answered: usize,
    /// The invented ones that were not refused.
    passed: Vec<String>,
    invented: BTreeSet<String>,
}

/// One call, and the honest look-ups on it with an invented one among them.
fn round(prison: &Prison, phones: &[Phone<'_>], nth: usize, honest: usize, told: &mut Told) {
    let turn = nth / LANES;
    let (phone, stranger) = (&phones[turn % phones.len()], &phones[(turn + 1) % phones.len()]);
    let call = prison.call(&json!({"to": phone.number, "count": 1000}));
    prison.says_yes(
        phone,
        &call,
        &json!({"count": ALLOWED, "caseReference": format!("CALL-{nth}")}),
    );
    ask_until_answered(prison, &phone.number, &call);
    told.answered += 1;
    let mut asks = vec![json!({"number": phone.number, "event": call}); honest - 1];
    // Each round has another kind of invention among the honest ones.
    let (whom, invention) = match turn % 4 {
        // A call of which nobody ever told.
        0 => (phone, format!("never-{nth}")),
        // One that the platform told of with its genuine key, to a phone that nobody called.
        1 => (stranger, prison.call(&json!({"to": stranger.number, "invented": true}))),
        // The same to the phone that is on another call.
        2 => (phone, prison.call(&json!({"to": phone.number, "invented": true}))),
        // A real call, from a number that nobody listed.
        _ => (
            stranger,
            prison.call(&json!({"to": stranger.number, "line": OTHER_LINE})),
        ),
    };
    told.invented.insert(invention.clone());
    asks.insert(asks.len() / 2, json!({"number": whom.number, "event": invention}));
    for together in asks.chunks(TOGETHER) {
        for (event, outcome) in ask(prison, together) {
            match (event == invention, outcome.as_str()) {
                (true, "refused") => {}
                (true, _) => told.passed.push(event),
                (false, "answered") => told.answered += 1,
                // On a busy machine an answer may be too old to leave, and is thrown away; it is asked for again.
                (false, "failed") => {
                    ask_until_answered(prison, &phone.number, &event);
                    told.answered += 1;
                }
                (false, other) => panic!("an honest look-up on {event} came to `{other}`"),
            }
        }
    }
    prison.hang_up(&call);
    // The call is over: one more look-up on it is an invented one too.
    let late = ask(prison, &[json!({"number": phone.number, "event": call})]);
    assert_eq!(late[0].1, "refused", "{late:?}");
    told.invented.insert(call);
    // A phone is told of a few calls at a time only, whether they are real or not.
    if !turn.is_multiple_of(4) {
        prison.does("hangup", &json!({"id": invention}));
    }
}

#[test]
fn every_invented_look_up_is_refused_and_named() {
    let honest: usize = std::env::var("WAYLEAVE_HONEST").map_or(HONEST, |text| text.parse().expect("a number"));
    let prison = Prison::start(settings());
    let phones: Vec<_> = (0..PHONES).map(|_| prison.parts.world.free_phone()).collect();
    let rounds = honest.div_ceil(OF_ONE_CALL);
    let lanes = phones.chunks(PHONES / LANES).enumerate();
    let all = std::thread::scope(|scope| {
        let prison = &prison;
        let lanes = lanes.map(|(lane, phones)| {
            scope.spawn(move || {
                let mut told = Told::default();
                for nth in (lane..rounds).step_by(LANES) {
                    let most = OF_ONE_CALL.min(honest - nth * OF_ONE_CALL);
                    round(prison, phones, nth, most, &mut told);
                }
                told
            })
        });
        let lanes: Vec<_> = lanes.collect();
        lanes.into_iter().fold(Told::default(), |mut all, lane| {
            let told = lane.join().expect("a lane that came to its end");
            all.answered += told.answered;
            all.passed.extend(told.passed);
            all.invented.extend(told.invented);
            all
        })
    });
    let passed = (all.passed, all.answered);
    assert_eq!(passed, (Vec::new(), honest), "an invented look-up passed");
    let named = refused(&prison);
    let keys = keys(&prison, &all.invented);
    let missing: Vec<_> = keys.iter().filter(|(key, _)| !named.contains(key)).collect();
    assert!(missing.is_empty(), "the journal does not name {missing:?} of {named:?}");
    println!(
        "{honest} honest look-ups answered, {} invented ones refused and named",
        all.invented.len()
    );
    let config = prison.parts.config.to_str().expect("a path");
    let verified = wayleave_within(LONG_S, &["journal", "verify", "--config", config]);
    assert!(verified.status.success(), "{}", said(&verified));
}
