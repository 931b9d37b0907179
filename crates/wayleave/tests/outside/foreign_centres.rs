//! Two message centres that others wrote: one of npm's package `smpp`, which names messages in hexadecimal and reports in
//! decimal, and one of PyPI's `smppy`, which names no message at all. YES, STOP and receipts really work through them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::texts_lost::closed;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Past the test runner, which keeps what a passing test prints to itself.
pub fn skipped(what: &str) {
    let words = format!("!!! SKIPPED: {what} is missing (scripts/setup build browser outside, or make test)\n");
    let _shown = std::io::stderr().write_all(words.as_bytes());
}

fn script(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name);
    path.to_string_lossy().into_owned()
}

#[test]
fn the_centre_of_npm_carries_questions_replies_and_receipts() {
    let web = root().join("web");
    if !web.join("node_modules/smpp").exists() {
        return skipped("npm's package smpp");
    }
    let web = web.to_string_lossy().into_owned();
    let words = [
        "sh",
        "-c",
        "cd \"$0\" && exec \"$@\"",
        &web,
        "node",
        &script("centre.mjs"),
    ];
    whole_story(words.map(str::to_owned).to_vec());
}

#[test]
fn the_centre_of_pypi_carries_questions_replies_and_receipts() {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let python = target.join("foreign/bin/python");
    if !python.exists() {
        return skipped("PyPI's package smppy");
    }
    whole_story(vec![python.to_string_lossy().into_owned(), script("centre.py")]);
}

fn whole_story(command: Vec<String>) {
    let parts = Parts::start(Settings {
        centre: Some(command),
        ..Settings::default()
    });
    let plain = parts.world.partner("plain");
    let phone = parts.world.free_phone();
    let id = plain.ask_consent(&phone.number, &json!({}));
    let question = phone.question(0);
    phone.reply(&format!("YES {}", question.wrong_code(0)));
    phone.text("fits no open question", 0);
    assert_eq!(plain.consent_state(&id), "PENDING");
    phone.reply(&format!("YES {}", question.code));
    phone.text("You agreed", 0);
    assert_eq!(plain.consent_state(&id), "GIVEN");
    assert_answered(&plain.retrieve(&phone.number));
    phone.reply("stop!!");
    phone.text("Stopped.", 0);
    assert_eq!(plain.consent_state(&id), "ENDED");
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
    // Spanish travels as UCS-2, in parts.
    let spanish = parts.world.free_phone();
    plain.ask_consent(&spanish.number, &json!({"locale": "es"}));
    let text = spanish.text("/c/", 0);
    assert!(
        text.starts_with("Plainfield Towing pregunta dónde está su teléfono"),
        "{text}"
    );
    // A question whose text is lost is closed.
    let lost = parts.world.free_phone();
    parts.world.smsc_behaves(&json!({"receipt": "UNDELIV"}));
    plain.ask_consent(&lost.number, &json!({}));
    closed(&plain, &lost.number);
    let delivered = "wayleave_texts_total{direction=\"receipt\",outcome=\"delivered\"}";
    assert!(parts.world.measure(delivered) > 0);
}
