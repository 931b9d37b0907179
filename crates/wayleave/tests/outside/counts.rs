//! Public counts: made from the journal by the command, published when their day is over, fetched and verified by a
//! stranger, and shown on a page.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::http::fetch;
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};
use crate::strange_log::{sha256, signed};

/// What a gateway is started under to live so much later. The loader itself puts the machine's folder of libraries in the
/// place of `$LIB`.
fn later(how_much: &str) -> Vec<String> {
    let clock = format!("FAKETIME={how_much}");
    let library = "LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1";
    ["env", library, &clock, "FAKETIME_DONT_FAKE_MONOTONIC=1"]
        .map(str::to_owned)
        .to_vec()
}

/// The day in UTC, by the gateway's own answer.
fn today(parts: &Parts) -> String {
    let page = parts.world.get("/counts").text();
    let at = page.find("id=\"by-party\"").expect("a plot of who asked");
    let day: String = page[at..]
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take(10)
        .collect();
    assert_eq!(day.len(), 10, "{day}");
    day
}

#[test]
fn what_is_published_can_be_made_again_and_nothing_else_passes() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let partner = world.partner("plain");
    let agreed = world.free_phone();
    agreed.agree_to(&partner, &serde_json::json!({}));
    assert_answered(&partner.retrieve(&agreed.number));
    for _ in 0..11 {
        assert_refused(&partner.retrieve(&world.free_phone().number), "no-permission");
    }
    for _ in 0..12 {
        let bank = world.partner("bank");
        assert_refused(&bank.verify(&agreed.number, (46.2, 6.15), 3000.0), "no-permission");
    }
    let day = today(&parts);
    let config = parts.config.to_str().expect("a path");
    let counts = |more: &[&str]| wayleave(&[&["journal", "counts", "--config", config, "--day", &day], more].concat());
    let made = counts(&[]);
    assert!(made.status.success(), "{}", said(&made));
    let document = String::from_utf8(made.stdout).expect("text");
    let value: serde_json::Value = serde_json::from_str(&document).expect("JSON");
    let rows = value["rows"].as_array().expect("rows");
    // One answer is left out, eleven refusals about eleven people are not; and twelve about one person are.
    assert_eq!(rows.len(), 1, "{document}");
    assert_eq!(
        (&rows[0]["refused"], &rows[0]["answered"]),
        (&11.into(), &serde_json::Value::Null),
        "{document}"
    );
    assert_eq!(rows[0]["name"], "Plainfield Towing");
    let file = world.folder.join("counts.json");
    let verify = |text: &str| {
        fs::write(&file, text).expect("written");
        counts(&["--verify", file.to_str().expect("a path")])
    };
    let honest = verify(&document);
    assert!(
        honest.status.success() && said(&honest).contains("are the journal’s"),
        "{}",
        said(&honest)
    );
    for (from, to, why) in [
        (":11,", ":12,", "different:"),
        ("\"answered\":null", "\"answered\":20", "different:"),
        ("\"refused\":11", "\"refused\":null", "different:"),
        (":11,", ":11 ,", "to the letter"),
    ] {
        let lie = verify(&document.replace(from, to));
        assert!(
            !lie.status.success() && said(&lie).contains(why),
            "{from}: {}",
            said(&lie)
        );
    }
}

#[test]
fn a_sandbox_shows_today_and_marks_what_would_be_left_out() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    assert!(world.get("/counts").text().contains("Nothing is published so far"));
    assert_refused(
        &world.partner("plain").retrieve(&world.free_phone().number),
        "no-permission",
    );
    let page = world.get("/counts");
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(
        text.contains("id=\"so-far\"") && text.contains("1*") && text.contains("Plainfield Towing"),
        "{text}"
    );
    assert_eq!(world.get("/journal/counts/").json()["days"], serde_json::json!([]));
    for path in [
        "/journal/counts/2026-11-01",
        "/journal/counts/yesterday",
        "/journal/counts/2026-11-01/note",
    ] {
        assert_eq!(world.get(path).status, 404, "{path}");
    }
    let spanish = world.get("/counts?lang=es").text();
    assert!(
        spanish.contains("lang=\"es\"") && spanish.contains("Cuántas veces"),
        "{spanish}"
    );
}

#[test]
fn a_day_that_is_over_is_signed_for_and_a_stranger_verifies_it() {
    let mut parts = Parts::start(Settings::default());
    let plain = parts.world.partner("plain");
    for _ in 0..10 {
        assert_refused(&plain.retrieve(&parts.world.free_phone().number), "no-permission");
    }
    let day = today(&parts);
    drop(parts.gateway.take());
    parts.settings.wrapper = later("+25h");
    parts.start_gateway();
    let list = until("the day to be published", || {
        let list = parts.world.get("/journal/counts/").json();
        (list["days"][0]["day"] == day.as_str()).then_some(list)
    });
    let config = parts.config.to_str().expect("a path");
    let key = said(&wayleave(&["journal", "key", "--config", config]));
    assert_eq!(list["key"], key.trim());
    let address = format!("{}/journal/counts/{day}", parts.world.issuer);
    let document = fetch(&address);
    let cached = document.header("cache-control").expect("a header").to_owned();
    assert_eq!((document.status, cached.as_str()), (200, "public, max-age=300"));
    let hash = STANDARD.encode(sha256(document.text().as_bytes()));
    assert_eq!(list["days"][0]["sha256"], hash.as_str());
    let note = fetch(&format!("{address}/note")).text();
    let (name, _) = key.split_once('+').expect("a key");
    assert_eq!(signed(&key, &note), format!("{name}/counts/{day}\n{hash}\n"));
    let row = &document.json()["rows"][0];
    assert_eq!(
        (&row["name"], &row["refused"]),
        (&"Plainfield Towing".into(), &10.into())
    );
    let (file, signature) = (parts.world.folder.join("day.json"), parts.world.folder.join("day.note"));
    fs::write(&file, document.text()).expect("written");
    fs::write(&signature, &note).expect("written");
    let [file, signature] = [&file, &signature].map(|path| path.to_str().expect("a path"));
    let again = ["--day", &day, "--verify", file, "--note", signature];
    let again = wayleave(&[&["journal", "counts", "--config", config], &again[..]].concat());
    assert!(again.status.success(), "{}", said(&again));
    assert!(
        parts
            .world
            .get("/counts")
            .text()
            .contains(&format!("href=\"/journal/counts/{day}\""))
    );
}
