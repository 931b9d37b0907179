//! What an auditor asks for can be checked by others: an export by a Python program as the documentation has it, and a
//! carrier's ledger against the journal, line by line.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::partner::assert_answered;
use crate::program::{said, wayleave};
use crate::readme::block;
use crate::world::{World, ledger};

const PAGE: &str = "docs/auditing/questions.md";

fn config(world: &World) -> String {
    world.folder.join("wayleave.toml").to_str().expect("a path").to_owned()
}

/// Runs a command of the journal: whether it ended well, and what it said.
fn journal(world: &World, arguments: &[&str]) -> (bool, String) {
    let config = config(world);
    let output = wayleave(&[&["journal"], arguments, &["--config", &config]].concat());
    (output.status.success(), said(&output))
}

fn check_in_python(world: &World, path: &Path, key: &str) -> (bool, String) {
    let program = world.folder.join("check_export.py");
    std::fs::write(&program, block(PAGE, "## Checking an export", "python")).expect("written");
    let output = Command::new("python3").arg(&program).arg(path).arg(key).output();
    let output = output.unwrap_or_else(|error| panic!("`python3`, which `make setup` installs: {error}"));
    (output.status.success(), said(&output))
}

#[test]
fn an_export_is_checked_by_a_program_that_is_not_ours() {
    let world = World::demo();
    let plain = world.partner("plain");
    let phone = world.free_phone();
    phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    let key = journal(&world, &["key"]).1.trim().to_owned();
    let clerk = ["--who", "A. Clerk", "--because", "request 4711"];
    let wanted: [(&str, Vec<&str>); 3] = [
        ("person", [&["--number", phone.number.as_str()], &clerk[..]].concat()),
        ("party", vec!["--party", "plain"]),
        ("span", vec!["--from", "2020-01-01"]),
    ];
    for (name, whose) in wanted {
        let path = world.folder.join(name);
        let out = path.to_str().expect("a path");
        let (good, said) = journal(&world, &[&["export", "--out", out], &whose[..]].concat());
        assert!(good, "{said}");
        let (good, said) = check_in_python(&world, &path, &key);
        assert!(good && said.contains("verified"), "{name}: {said}");
        // One letter of one entry, and both programs refuse.
        let text = std::fs::read_to_string(&path).expect("an export");
        assert!(
            name != "party" || !text.contains("per_"),
            "a party learns nothing of people"
        );
        let bent = text.replacen("RequestedServiceProvision", "RequestedServiceProvisioN", 1);
        assert_ne!(bent, text);
        std::fs::write(&path, bent).expect("written");
        assert!(!check_in_python(&world, &path, &key).0, "{name}");
        assert!(
            !wayleave(&["journal", "verify-export", out, "--key", &key])
                .status
                .success()
        );
    }
}

/// A carrier's own ledger as its auditor exports it.
fn csv(control: &str, kinds: &[&str], id: &str) -> Vec<String> {
    let lines = ledger(control).into_iter();
    let queries = lines.filter(|line| kinds.iter().any(|kind| line["kind"] == *kind));
    queries
        .map(|line| format!("{},{},{}", text(&line, "at"), text(&line, id), text(&line, "kind")))
        .collect()
}

fn text(line: &Value, field: &str) -> String {
    line[field]
        .as_str()
        .unwrap_or_else(|| panic!("expected `{field}` in {line}"))
        .to_owned()
}

#[test]
fn both_carriers_ledgers_are_held_against_the_journal() {
    let world = World::demo();
    let plain = world.partner("plain");
    for phone in [world.free_phone(), world.castor_phone(0)] {
        phone.agree_to(&plain, &json!({}));
        for _ in 0..3 {
            assert_answered(&plain.retrieve(&phone.number));
        }
    }
    let path = world.folder.join("ledger.csv");
    let file = path.to_str().expect("a path");
    let reconcile = |source: &str, lines: &[String]| {
        std::fs::write(&path, format!("time,id,result\n{}\n", lines.join("\n"))).expect("written");
        journal(&world, &["reconcile", file, "--source", source])
    };
    let camara = csv(&world.carrier, &["retrieve", "verify"], "correlator");
    let mlp = csv(&world.castor, &["slir"], "requestor");
    for (source, lines) in [("meridian", camara), ("castor", mlp)] {
        assert!(lines.len() >= 3, "{lines:?}");
        let (good, said) = reconcile(source, &lines);
        assert!(
            good && said.contains(&format!("in both   {}", lines.len())),
            "{source}: {said}"
        );

        // One query taken out, one smuggled in, one moved by an hour, and one of the other carrier.
        let mut bent = lines.clone();
        let out = bent.pop().expect("a line");
        let id = out.split(',').nth(1).expect("an id");
        let smuggled = "ask_00000000000000000000000001";
        bent.push(format!("2026-11-22T08:00:00Z,{smuggled},delivered"));
        bent[0] = format!("2020-01-01T00:00:00Z,{}", bent[0].split_once(',').expect("columns").1);
        let (good, said) = reconcile(source, &bent);
        assert!(!good, "{said}");
        assert!(said.contains(&format!("in the journal only: `{id}`")), "{said}");
        let place = bent.len() + 1;
        assert!(
            said.contains(&format!("line {place}: in the ledger only: `{smuggled}`")),
            "{said}"
        );
        assert!(said.contains("line 2: at another time"), "{said}");
        assert!(said.contains("found 3 differences"), "{said}");
    }
    let (good, said) = journal(&world, &["reconcile", file]);
    assert!(!good && said.contains("--source"), "{said}");
}
