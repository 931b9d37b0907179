//! What operators are told to watch is there: every metric that the manual, the alert rules and the dashboard name comes
//! out of a gateway that has done some work, and every metric that comes out is in the manual.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::partner::{assert_answered, assert_refused};
use crate::program::until;
use crate::world::World;

fn document(path: &str) -> String {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a file of the repository")
}

/// The names of metrics in a text, without what Prometheus hangs on the names of histograms.
fn names(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let found = text.match_indices("wayleave_").map(|(at, _)| {
        let name: String = text[at..].chars().take_while(|c| is_name(*c)).collect();
        ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(&name)
            .to_owned()
    });
    found.collect()
}

/// The names that `/metrics` gives values for.
fn given(world: &World) -> BTreeSet<String> {
    let text = world.get("/metrics").text();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    assert!(
        lines.iter().all(|line| line
            .rsplit(' ')
            .next()
            .is_some_and(|value| value.parse::<f64>().is_ok())),
        "{text}"
    );
    for private in ["+1202", "1202555", "tel:", "ask_0", "con_0"] {
        assert!(!text.contains(private), "a metric tells `{private}`");
    }
    names(&lines.join("\n"))
}

/// The names in the table of the manual.
fn documented() -> BTreeSet<String> {
    let page = document("docs/operating/monitoring.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `wayleave_"));
    rows.map(|row| format!("wayleave_{}", row.split('`').next().unwrap_or_default()))
        .collect()
}

/// These come only with certificates of the gateway's own, with a carrier that fails or has quirks, with witnesses, with a
/// place where the log is published, and after a night.
const AT_TIMES: [&str; 16] = [
    "wayleave_published_entries",
    "wayleave_published_contradicts",
    "wayleave_witness_up",
    "wayleave_witnessed_age_seconds",
    "wayleave_witness_contradictions_total",
    "wayleave_checker_differences",
    "wayleave_checker_unchecked",
    "wayleave_checker_last_run_timestamp_seconds",
    "wayleave_tls_certificate_expires_seconds",
    "wayleave_source_client_certificate_expires_seconds",
    "wayleave_mlp_quirks_total",
    "wayleave_source_doubts_total",
    "wayleave_source_breaker_transitions_total",
    "wayleave_notice_due_timestamp_seconds",
    "wayleave_tellings_total",
    "wayleave_tellings_untold_items",
];

#[test]
fn what_operators_are_told_to_watch_is_there() {
    let world = World::demo();
    let plain = world.partner("plain");
    let phone = world.free_phone();
    assert_refused(&plain.retrieve(&phone.number), "no-permission");
    let given_consent = phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    phone.reply("STOP");
    until("the consent's end", || {
        (plain.consent_state(&given_consent.id) == "ENDED").then_some(())
    });
    let documented = documented();
    assert!(documented.len() > 15, "{documented:?}");
    let expected: BTreeSet<String> = documented
        .iter()
        .filter(|name| !AT_TIMES.contains(&name.as_str()))
        .cloned()
        .collect();
    until("every metric of the manual", || {
        expected.is_subset(&given(&world)).then_some(())
    });
    let given = given(&world);
    assert_eq!(
        given.difference(&documented).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not in the manual"
    );
    for path in [
        "packaging/grafana/wayleave.json",
        "packaging/prometheus/wayleave.rules.yml",
    ] {
        let watched = names(&document(path));
        assert!(watched.len() > 8, "{path} watches {watched:?}");
        assert_eq!(
            watched.difference(&documented).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "{path}"
        );
    }
}

#[test]
fn the_dashboard_is_one_that_grafana_loads() {
    let text = document("packaging/grafana/wayleave.json");
    let dashboard: Value = serde_json::from_str(&text).expect("JSON");
    assert!(dashboard["title"].is_string() && dashboard["uid"].is_string() && dashboard["schemaVersion"].is_u64());
    let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
    for panel in dashboard["panels"].as_array().expect("panels") {
        assert!(ids.insert(panel["id"].as_u64().expect("an id")), "an id twice: {panel}");
        let place = &panel["gridPos"];
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| place[side].as_u64().expect("a place"));
        assert!(x + w <= 24 && w > 0 && h > 0, "{place}");
        for (x, y) in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(places.insert((x, y)), "two panels at {x}, {y}: {panel}");
        }
        if panel["type"] == "row" {
            continue;
        }
        assert!(
            panel["description"].as_str().is_some_and(|about| about.len() > 10),
            "{panel}"
        );
        let targets = panel["targets"].as_array().expect("targets");
        let letters: BTreeSet<&str> = targets.iter().filter_map(|target| target["refId"].as_str()).collect();
        assert!(!targets.is_empty() && letters.len() == targets.len(), "{panel}");
        for target in targets {
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{panel}");
            assert!(
                !names(target["expr"].as_str().expect("a query")).is_empty()
                    || target["expr"].as_str().is_some_and(|expr| expr.starts_with("up{")),
                "{target}"
            );
        }
    }
    assert!(ids.len() > 15, "{ids:?}");
}
