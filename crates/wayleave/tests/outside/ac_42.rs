//! AC-42: a partner presents another's token. It is worth nothing without the key that it is bound to, and both are named
//! in the journal: whose it was, and who had it.

use std::fs;

use serde_json::{Value, json};

use crate::bound_to_certificate::{self, Curl, certificate};
use crate::http::{Answer, Request};
use crate::jose::Key;
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};
use crate::world::{RETRIEVE, retrieval};

/// Enrols a partner whose tokens are bound to a key that each request proves.
fn enrol(parts: &Parts, client: &str, name: &str) -> Partner {
    let (key, issuer) = (Key::generate(), &parts.world.issuer);
    let public = parts.world.folder.join("clients").join(format!("{client}.pub.jwk"));
    fs::write(&public, key.public().to_string()).expect("written");
    let (config, public) = (parts.config.to_string_lossy(), public.to_string_lossy());
    let mut arguments = vec!["party", "add", "--config", &config, "--client", client, "--name", name];
    arguments.extend(["--purpose", "RequestedServiceProvision", "--jwk", &public, "--dpop"]);
    arguments.extend(["--scope", "location-retrieval:read", "--scope", "wayleave:consents"]);
    let output = wayleave(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    Partner::new(json!({
        "client_id": String::from_utf8_lossy(&output.stdout).trim(), "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth2/token"), "purpose": "RequestedServiceProvision",
        "scopes": "location-retrieval:read wayleave:consents", "dpop": true, "private_jwk": key.private(),
    }))
}

/// What the journal says of tokens in other hands.
fn flagged(parts: &Parts, out: &str) -> Vec<Value> {
    let out = parts.world.folder.join(out);
    let (config, file) = (parts.config.to_string_lossy(), out.to_string_lossy());
    let output = wayleave(&[
        "journal",
        "export",
        "--config",
        &config,
        "--from",
        "2020-01-01",
        "--out",
        &file,
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let export = fs::read_to_string(&out).expect("an export");
    let lines = export
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let texts = lines.filter_map(|entry| serde_json::from_str::<Value>(entry["party"]["text"].as_str()?).ok());
    texts.filter(|entry| entry["kind"] == "credential-misused").collect()
}

/// Stops the test unless there is one entry within the minute, and it names the owner, the first who tried, and how.
fn assert_flagged(parts: &Parts, named: [&str; 3]) {
    let mut turn = 0;
    let entries = until("the entry", || {
        turn += 1;
        let entries = flagged(parts, &format!("flagged-{turn}.json"));
        (!entries.is_empty()).then_some(entries)
    });
    assert_eq!(entries.len(), 1, "{entries:?}");
    let found = ["owner", "bearer", "what"].map(|name| entries[0][name].as_str().unwrap_or_default());
    assert_eq!(found, named, "{entries:?}");
}

#[test]
fn ac_42_a_stolen_token_is_worth_nothing_and_both_are_flagged() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let (owner, thief) = (
        enrol(&parts, "owner", "Lantern Roadside"),
        enrol(&parts, "thief", "Copper Finders"),
    );
    let phone = world.free_phone();
    phone.agree_to(&owner, &json!({}));
    // The thief is a partner in good standing, who asks with tokens of its own too.
    assert_eq!(thief.retrieve(&phone.number).status, 403);
    let token = owner.token();
    let url = format!("{}{RETRIEVE}", world.issuer);
    let present = |scheme: &str, key: Option<&Key>| -> Answer {
        let mut request = Request::new("POST", RETRIEVE).header("authorization", &format!("{scheme} {token}"));
        if let Some(key) = key {
            request = request.header("dpop", &key.proof("POST", &url, Some(&token)));
        }
        request.json(&retrieval(&phone.number)).send(world.host())
    };
    let refused = present("DPoP", Some(&thief.key));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (401, "UNAUTHENTICATED"),
        "{}",
        refused.text()
    );
    for (scheme, key) in [
        ("Bearer", None),
        ("DPoP", None),
        ("Bearer", Some(&thief.key)),
        ("DPoP", Some(&Key::generate())),
    ] {
        let again = present(scheme, key);
        assert_eq!((again.status, &again.body), (401, &refused.body), "{scheme}");
    }
    assert!(world.queries(&phone.number).is_empty(), "the carrier was asked");
    assert_flagged(&parts, [&owner.client_id, &thief.client_id, "other-key"]);
    assert_eq!(
        world.measure("wayleave_credentials_misused_total{what=\"other-key\"}"),
        2
    );
    assert!(world.measure("wayleave_credentials_misused_total{what=\"no-key\"}") >= 2);
    assert_answered(&owner.retrieve(&phone.number));
    parts.verify_journal();
}

#[test]
fn ac_42_a_token_that_is_bound_to_a_certificate_is_worth_nothing_with_another() {
    let (mut parts, own) = bound_to_certificate::gateway();
    let (folder, issuer) = (parts.world.folder.clone(), parts.world.issuer.clone());
    let keys = [Key::generate(), Key::generate()];
    let owner = bound_to_certificate::enrol(&parts, "owner", "Lantern Roadside", &keys[0]);
    let thief = bound_to_certificate::enrol(&parts, "thief", "Copper Finders", &keys[1]);
    parts.start_gateway();
    let certificates = ["owner", "thief"].map(|name| certificate(&folder, name));
    let [owners, thiefs] = [0, 1].map(|nth: usize| Curl {
        issuer: &issuer,
        trust: &own,
        shown: Some(&certificates[nth]),
    });
    let number = "+12025550151";
    // Both are partners in good standing, each with a certificate and tokens of its own.
    let (status, token) = owners.token(&keys[0], &owner);
    assert_eq!(status, 200, "{token}");
    let (status, of_its_own) = thiefs.token(&keys[1], &thief);
    assert_eq!(status, 200, "{of_its_own}");
    let known = (403, "PERMISSION_DENIED".to_owned());
    assert_eq!(
        (owners.ask(&token, number), thiefs.ask(&of_its_own, number)),
        (known.clone(), known)
    );
    let stolen = thiefs.ask(&token, number);
    assert_eq!(stolen, (401, "UNAUTHENTICATED".to_owned()));
    // Nor without any.
    let bare = Curl { shown: None, ..thiefs };
    assert_eq!(bare.ask(&token, number), stolen);
    assert!(parts.world.queries(number).is_empty(), "the carrier was asked");
    assert_flagged(&parts, [&owner, &thief, "other-certificate"]);
    parts.verify_journal();
}
