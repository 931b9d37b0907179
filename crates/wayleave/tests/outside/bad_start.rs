//! A start that cannot be: a missing key, a loose permission, a second process, a busy port, an unknown key in the
//! configuration. Each is named clearly, and nothing is served.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::http::split;
use crate::parts::{Parts, Settings, free_port};
use crate::program::{folder, said, until, wayleave};

/// Tries to serve; what was said instead.
#[track_caller]
fn refused(config: &Path) -> String {
    let output = wayleave(&["serve", "--config", config.to_str().expect("a path")]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("ready http"), "{said}");
    said
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

#[track_caller]
fn assert_says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "expected `{word}` in: {said}");
    }
}

#[test]
fn keys_that_are_missing_or_loose_are_named() {
    let parts = Parts::prepare(Settings::default());
    let config = parts.config.clone();
    let keys = parts.gateway_folder().join("keys");
    for name in ["master.key", "journal.key", "tokens.p8", "world"] {
        let (path, away) = (keys.join(name), parts.world.folder.join("away"));
        fs::rename(&path, &away).expect("moved");
        assert_says(&refused(&config), &["expected the key", name, "backup"]);
        fs::rename(&away, &path).expect("moved back");
        mode(&path, 0o644);
        assert_says(&refused(&config), &[name, "owner only", "0644", "chmod go-rwx"]);
        mode(&path, 0o600);
    }
    mode(&keys, 0o755);
    assert_says(&refused(&config), &["keys", "owner only", "chmod go-rwx"]);
    mode(&keys, 0o700);
    let master = fs::read(keys.join("master.key")).expect("a key");
    fs::write(keys.join("master.key"), "short").expect("written");
    assert_says(&refused(&config), &["master.key", "32 bytes"]);
    fs::write(keys.join("master.key"), master).expect("written");
    // The whole key directory: a store without it is not made anew.
    let away = parts.world.folder.join("away");
    fs::rename(&keys, &away).expect("moved");
    assert_says(&refused(&config), &["key directory", "backup"]);
    assert!(!keys.exists(), "new keys were made beside an old store");
    // The carrier's key and the message centre's password are secrets too.
    fs::rename(&away, &keys).expect("moved back");
    for name in ["carrier.jwk", "smpp.password"] {
        let path = parts.world.folder.join(name);
        mode(&path, 0o640);
        assert_says(&refused(&config), &[name]);
        mode(&path, 0o600);
    }
}

#[test]
fn one_process_serves_from_a_folder_and_a_busy_port_is_named() {
    let parts = Parts::start(Settings::default());
    let text = fs::read_to_string(&parts.config).expect("a configuration");
    let own = split(&parts.world.issuer).0;
    // The same port, from a folder of its own.
    let elsewhere = parts.world.folder.join("elsewhere.toml");
    fs::write(
        &elsewhere,
        text.replace("data_dir = \"gateway\"", "data_dir = \"other\""),
    )
    .expect("written");
    assert_says(&refused(&elsewhere), &["cannot listen on", own]);
    // The same folder, on a port of its own.
    let port = format!("127.0.0.1:{}", free_port());
    let second = parts.world.folder.join("second.toml");
    fs::write(
        &second,
        text.replace(&format!("address = \"{own}\""), &format!("address = \"{port}\"")),
    )
    .expect("written");
    assert_says(&refused(&second), &["alone", "another process"]);
    until("a first process that did not suffer", || {
        (parts.world.get("/readyz").status == 200).then_some(())
    });
}

#[test]
fn a_demo_names_a_busy_port_and_an_address_of_the_world() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().map(|address| (taken, address)).expect("an address");
    let folder = folder();
    let data = folder.join("data");
    for (listen, words) in [
        (taken.1.to_string(), ["free", "--listen"]),
        ("0.0.0.0:0".to_owned(), ["loopback", "sandbox"]),
    ] {
        let output = wayleave(&["demo", "--data", data.to_str().expect("a path"), "--listen", &listen]);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert_says(&said(&output), &words);
        assert_says(&said(&output), &[&listen]);
    }
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_configuration_is_understood_or_refused() {
    let parts = Parts::prepare(Settings::default());
    let good = fs::read_to_string(&parts.config).expect("a configuration");
    let bad = parts.world.folder.join("bad.toml");
    for (from, to, word) in [
        ("life_s = 900", "life_s = 900\nlive_s = 900", "live_s"),
        ("life_s = 900", "life_s = \"900\"", "life_s"),
        ("life_s = 900", "life_s = 0", "life_s"),
        ("[questions]", "[question]", "question"),
        ("world = \"sandbox\"", "world = \"sandpit\"", "sandpit"),
        ("world = \"sandbox\"\n", "", "world"),
        ("kind = \"camara\"", "kind = \"telepathy\"", "telepathy"),
        ("[gateway]", "[gateway", "line"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "`{from}` is not in the configuration");
        fs::write(&bad, text).expect("written");
        assert_says(&refused(&bad), &[word]);
    }
    let missing = parts.world.folder.join("missing.toml");
    assert_says(&refused(&missing), &["missing.toml"]);
}
