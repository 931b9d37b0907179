//! The policy: shown, checked and explained by the program; held to its limits; and every change of it written down.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use crate::parts::{Parts, Settings, write_policy};
use crate::program::{folder, said, wayleave};

#[test]
fn a_policy_is_checked_line_by_line_and_said_in_sentences() {
    let folder = folder();
    let file = folder.join("policy.toml");
    let path = file.to_str().expect("a path");
    write_policy(&folder, &[]);
    let good = wayleave(&["policy", "check", path]);
    assert!(
        good.status.success() && said(&good).contains("its hash is "),
        "{}",
        said(&good)
    );
    write_policy(
        &folder,
        &[
            ("per_day_max = 3\n", "per_day_max = 30\n"),
            ("open_max = 2\n", "opened_max = 2\n"),
            ("[questions]", "[purpose.DirectMarketing]\n[questions]"),
        ],
    );
    let bad = wayleave(&["policy", "check", path]);
    let words = said(&bad);
    assert_eq!(bad.status.code(), Some(1), "{words}");
    let text = fs::read_to_string(&file).expect("a policy");
    let line = |of: &str| text.lines().position(|line| line == of).expect(of) + 1;
    for (of, fault) in [
        (
            "per_day_max = 30",
            "`questions.per_day_max`: expected a whole number from 1 to 3, found 30",
        ),
        ("opened_max = 2", "`questions.opened_max`: expected no such key"),
        ("[questions]", "`questions.open_max`: expected the key, found none"),
        ("[purpose.DirectMarketing]", "always refused"),
    ] {
        let told = words.lines().find(|told| told.contains(fault));
        let told = told.unwrap_or_else(|| panic!("expected `{fault}` in {words}"));
        assert!(told.contains(&format!("line {}:", line(of))), "{told}");
    }
    let explained = wayleave(&["policy", "explain", "--purpose", "FraudPreventionAndDetection"]);
    assert!(said(&explained).contains("only yes or no"), "{}", said(&explained));
    let whole = said(&wayleave(&["policy", "explain"]));
    assert!(whole.contains("SellDataToThirdParties: always refused"), "{whole}");
    fs::remove_dir_all(folder).expect("removed");
}

/// The hashes of the policies that the journal says were put in force, and the texts that are kept.
fn recorded(parts: &Parts) -> (Vec<String>, Vec<String>) {
    let store = Connection::open(parts.gateway_folder().join("wayleave.db")).expect("the store");
    let column = |sql: &str| -> Vec<String> {
        let mut select = store.prepare(sql).expect("a query");
        let rows = select.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let entries = column("SELECT party FROM entry WHERE kind = 'policy-changed' ORDER BY leaf");
    let hash = |entry: &String| {
        let entry: Value = serde_json::from_str(entry).expect("an entry");
        entry["policy"].as_str().expect("a hash").to_owned()
    };
    (
        entries.iter().map(hash).collect(),
        column("SELECT text FROM policy ORDER BY row"),
    )
}

#[test]
fn every_change_of_the_policy_is_an_entry_whose_hash_can_be_opened() {
    let mut parts = Parts::start(Settings {
        policy: vec![("per_day_max = 3\n", "per_day_max = 50\n")],
        ..Settings::default()
    });
    parts.gateway = None;
    parts.start_gateway();
    parts.gateway = None;
    let (hashes, texts) = recorded(&parts);
    assert_eq!(
        (hashes.len(), texts.len()),
        (1, 1),
        "the same policy is written down once"
    );
    write_policy(&parts.world.folder, &[("finest_m = 50\n", "finest_m = 300\n")]);
    parts.start_gateway();
    parts.gateway = None;
    let (hashes, texts) = recorded(&parts);
    assert_eq!(hashes.len(), 2);
    for (hash, text) in hashes.iter().zip(&texts) {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(&digest, hash, "the kept text opens the hash");
    }
    assert!(texts[1].contains(">= 300 m") && !texts[0].contains(">= 300 m"));
    let check = wayleave(&[
        "policy",
        "check",
        "--world",
        "sandbox",
        parts.world.folder.join("policy.toml").to_str().expect("a path"),
    ]);
    assert!(
        said(&check).contains(&hashes[1]),
        "the operator sees the same hash: {}",
        said(&check)
    );
    // A policy with a fault keeps the gateway from starting, and says where.
    write_policy(&parts.world.folder, &[("finest_m = 50\n", "finest_m = 5\n")]);
    let config = parts.config.to_str().expect("a path").to_owned();
    let refused = wayleave(&["serve", "--config", &config]);
    let words = said(&refused);
    assert!(
        words.contains("policy_file") && words.contains("finest_m") && words.contains("found 5"),
        "{words}"
    );
    let hindrances = said(&wayleave(&["config", "check", "--config", &config]));
    assert!(hindrances.contains("finest_m"), "{hindrances}");
}
