//! AC-49: a sandbox that could touch the real world. It refuses to start with anything that is not on loopback, and asks
//! nobody about a number that is not reserved.

use std::fs;

use serde_json::Value;

use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};
use crate::world::{CONSENTS, NUMBERS, RETRIEVE, VERIFY, World, ledger, retrieval, verification};

/// Replaces the value of `key` under `heading` in a configuration.
fn with(config: &str, heading: &str, key: &str, value: &str) -> String {
    let (before, section) = config.split_once(heading).expect("the section");
    let at = section.find(&format!("\n{key} = ")).expect("the key") + 1;
    let end = at + section[at..].find('\n').expect("the line's end");
    format!(
        "{before}{heading}{}{key} = \"{value}\"{}",
        &section[..at],
        &section[end..]
    )
}

#[test]
fn ac_49_a_sandbox_with_a_source_of_the_world_does_not_start() {
    let parts = Parts::prepare(Settings::default());
    let good = fs::read_to_string(&parts.config).expect("a configuration");
    let elsewhere = [
        "http://192.0.2.10:9100",
        "https://carrier.example.com",
        "http://127.0.0.1.example.com:9100",
        "http://localhost.example.com",
        "http://127.0.0.1@192.0.2.10:9100",
        "http://0.0.0.0:9100",
        "http://[2001:db8::1]:9100",
    ];
    let mut changes: Vec<(&str, &str, String)> = Vec::new();
    for address in elsewhere {
        changes.push(("[[source]]", "base_url", address.to_owned()));
        changes.push(("[[source]]", "token_endpoint", format!("{address}/oauth2/token")));
    }
    for address in [
        "192.0.2.10:2775",
        "smsc.example.com:2775",
        "0.0.0.0:2775",
        "127.0.0.1.example.com:2775",
    ] {
        changes.push(("[sms]", "address", address.to_owned()));
    }
    for (heading, key, value) in changes {
        fs::write(&parts.config, with(&good, heading, key, &value)).expect("written");
        let output = wayleave(&["serve", "--config", parts.config.to_str().expect("a path")]);
        let said = said(&output);
        assert!(!output.status.success(), "started with {key} = {value}");
        assert!(
            said.contains("loopback") && said.contains("sandbox"),
            "{key} = {value}: {said}"
        );
        assert!(!said.contains("ready"), "{said}");
    }
    // A data directory keeps its world.
    fs::write(&parts.config, with(&good, "[gateway]", "world", "live")).expect("written");
    let output = wayleave(&["serve", "--config", parts.config.to_str().expect("a path")]);
    assert!(!output.status.success(), "{}", said(&output));
}

/// Numbers that no sandbox may know, though the carrier's prefixes would fit them.
fn unreserved() -> [String; 4] {
    [
        format!("{NUMBERS}2222"),
        format!("{NUMBERS}0200"),
        format!("{NUMBERS}0099"),
        concat!("+4915", "112345678").to_owned(),
    ]
}

#[test]
fn ac_49_a_number_that_is_not_reserved_is_asked_about_nowhere() {
    let world = World::shared();
    let (plain, bank) = (world.partner("plain"), world.partner("bank"));
    for number in unreserved() {
        let asks = [
            plain.call("POST", RETRIEVE, &retrieval(&number)),
            bank.call("POST", VERIFY, &verification(&number, (12.0, -40.0), 5000.0)),
            plain.call("POST", CONSENTS, &plain.wish(&number)),
        ];
        for answer in asks {
            assert_eq!(
                (answer.status, answer.reason().as_str()),
                (403, "number-not-reserved"),
                "{}",
                answer.text()
            );
            assert!(!answer.tells_a_place());
        }
        let about = |line: &Value| line.to_string().contains(number.trim_start_matches('+'));
        assert!(!ledger(&world.carrier).iter().any(about), "the carrier heard of it");
        assert!(!ledger(&world.smsc).iter().any(about), "a text was sent to it");
    }
}
