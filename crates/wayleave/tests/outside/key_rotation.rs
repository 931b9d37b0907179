//! Keys that change while everything runs: the gateway's, which sign tokens, and a party's, which say who it is.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::jose::{Key, unbase64url};
use crate::oauth::{assert_oauth_error, token_of};
use crate::partner::{Partner, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};
use crate::world::{RETRIEVE, World, retrieval};

/// The names of the keys that the gateway publishes for checking what it signs.
fn published(world: &World) -> Vec<String> {
    let set = world.get("/oauth2/jwks").json();
    let keys = set["keys"].as_array().expect("keys").iter();
    let signing = keys.filter(|key| key["use"] != "enc");
    signing
        .map(|key| key["kid"].as_str().expect("a kid").to_owned())
        .collect()
}

/// The name of the key that signed a token.
fn signer(token: &str) -> String {
    let header = token.split('.').next().expect("a header");
    let header: Value = serde_json::from_slice(&unbase64url(header)).expect("JSON");
    header["kid"].as_str().expect("a kid").to_owned()
}

fn operator(parts: &Parts, arguments: &[&str]) -> Output {
    let config = parts.config.to_str().expect("a path");
    wayleave(&[arguments, &["--config", config]].concat())
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

#[test]
fn the_gateways_next_key_is_published_before_it_signs() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (partner, phone) = (world.partner("plain"), world.free_phone());
    let first = token_of(&partner.ask_token(&partner.scope()));
    assert_eq!(published(world), [signer(&first)]);
    done(&operator(&parts, &["keys", "rotate", "--in", "6"]));
    until("the next key to be published", || {
        (published(world).len() == 2).then_some(())
    });
    let meanwhile = token_of(&partner.ask_token(&partner.scope()));
    assert_eq!(signer(&meanwhile), signer(&first), "it does not sign yet");
    let next = published(world).pop().expect("two keys");
    until("the next key to sign", || {
        (signer(&token_of(&partner.ask_token(&partner.scope()))) == next).then_some(())
    });
    assert_eq!(published(world).len(), 2, "the old one's tokens live");
    let ask = |token: &str| {
        let request = partner.with_token(token, "POST", RETRIEVE);
        request.json(&retrieval(&phone.number)).send(world.host())
    };
    assert_refused(&ask(&first), "no-permission");
    let listed = done(&operator(&parts, &["keys", "list"]));
    assert!(listed.contains("kept") && listed.contains("signs"), "{listed}");
    // A leaked key is gone at once, and with it every token that it signed or might have.
    done(&operator(&parts, &["keys", "rotate", "--leaked"]));
    until("tokens of leaked keys to end", || {
        (ask(&first).status == 401).then_some(())
    });
    assert_eq!(published(world).len(), 1);
    let fresh = token_of(&partner.ask_token(&partner.scope()));
    assert_refused(&ask(&fresh), "no-permission");
}

/// The partner with another key.
fn with_key(folder: &Path, key: &Key) -> Partner {
    let path = folder.join("clients/plain.json");
    let mut file: Value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    file["private_jwk"] = key.private();
    Partner::new(file)
}

#[test]
fn a_partys_next_keys_are_signed_by_its_present_one_and_wait() {
    let mut parts = Parts::prepare(Settings::default());
    let folder = parts.world.folder.clone();
    let config = fs::read_to_string(&parts.config).expect("a configuration");
    let waits = "data_dir = \"gateway\"\nparty_keys_wait_s = 5";
    fs::write(&parts.config, config.replace("data_dir = \"gateway\"", waits)).expect("written");
    parts.start_gateway();
    let (old, key, stranger) = (parts.world.partner("plain"), Key::generate(), Key::generate());
    let new = with_key(&folder, &key);
    let set = folder.join("next.jwks");
    fs::write(&set, json!({"keys": [key.public()]}).to_string()).expect("written");
    let client = folder.join("clients/plain.json");
    let sign = |client: &Path| {
        let (client, set) = (client.to_string_lossy(), set.to_string_lossy());
        wayleave(&["client", "keys", "--client", &client, "--jwks", &set])
    };
    let statement = folder.join("next.jwt");
    let change = |parts: &Parts, text: &[u8]| {
        fs::write(&statement, text).expect("written");
        operator(
            parts,
            &["party", "keys", "plain", "--jwks", &statement.to_string_lossy()],
        )
    };
    // Somebody who holds no present key cannot change them, and neither does the bare set.
    let forged = folder.join("clients/stranger.json");
    let mut file: Value = serde_json::from_slice(&fs::read(&client).expect("a file")).expect("JSON");
    file["private_jwk"] = stranger.private();
    fs::write(&forged, file.to_string()).expect("written");
    assert!(!change(&parts, &sign(&forged).stdout).status.success());
    assert!(!change(&parts, &fs::read(&set).expect("a set")).status.success());
    let signed = sign(&client);
    assert!(change(&parts, &signed.stdout).status.success());
    assert_oauth_error("too soon", &new.ask_token(&new.scope()), 401, "invalid_client");
    token_of(&old.ask_token(&old.scope()));
    until("the new key to be the party's", || {
        (new.ask_token(&new.scope()).status == 200).then_some(())
    });
    assert_oauth_error("too late", &old.ask_token(&old.scope()), 401, "invalid_client");
    // A change that nobody wanted is called off in time.
    file["private_jwk"] = key.private();
    fs::write(&client, file.to_string()).expect("written");
    fs::write(&set, json!({"keys": [stranger.public()]}).to_string()).expect("written");
    done(&change(&parts, &sign(&client).stdout));
    assert!(done(&operator(&parts, &["party", "list"])).contains("other keys from"));
    done(&operator(&parts, &["party", "keys", "plain", "--cancel"]));
    sleep(Duration::from_secs(6));
    token_of(&new.ask_token(&new.scope()));
    let strangers = with_key(&folder, &stranger);
    assert_oauth_error("called off", &strangers.ask_token(&new.scope()), 401, "invalid_client");
    parts.verify_journal();
}
