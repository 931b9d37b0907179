//! AC-43: a carrier suspends a party at one moment, and from a second later nothing of it is answered there, asks in flight
//! included; the other carrier is told at once, and decides for itself.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::operator::{done, enrol};
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::until;

const TOWING: &str = "RequestedServiceProvision";

/// A gateway that tells `other` what it does, and the party that both know.
fn beside(other: &Parts) -> (Parts, String) {
    let mut parts = Parts::prepare(Settings::default());
    let party = enrol(
        &parts,
        "both",
        TOWING,
        &["location-retrieval:read", "wayleave:consents"],
        None,
    );
    enrol(other, "both", TOWING, &["location-retrieval:read"], Some(&party.id));
    let us = enrol(other, "meridian-gateway", TOWING, &["wayleave:notices"], None);
    let key = parts.world.folder.join("peer.jwk");
    fs::write(&key, us.key.private().to_string()).expect("written");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("permissions");
    let peer = format!(
        "\n[[peer]]\nname = \"castor\"\nurl = \"{}\"\nclient_id = \"{}\"\nkey_file = \"peer.jwk\"\n",
        other.world.issuer, us.id
    );
    let config = fs::read_to_string(&parts.config).expect("a configuration");
    fs::write(&parts.config, config + &peer).expect("written");
    parts.start_gateway();
    (parts, party.id)
}

#[test]
fn a_suspension_binds_within_a_second_and_the_other_carrier_is_told() {
    let other = Parts::start(Settings::default());
    let (parts, id) = beside(&other);
    let world = &parts.world;
    let (both, plain) = (world.partner("both"), world.partner("plain"));
    let phone = world.free_phone();
    phone.agree_to(&both, &json!({}));
    phone.agree_to(&plain, &json!({}));
    assert_answered(&both.retrieve(&phone.number));
    // The carrier holds one ask back, and the suspension comes meanwhile.
    world.carrier_behaves(&json!({"last_known_ms": 3000}));
    let before = world.queries(&phone.number).len();
    std::thread::scope(|scope| {
        let held = scope.spawn(|| both.retrieve(&phone.number));
        until("the carrier to be asked", || {
            (world.queries(&phone.number).len() > before).then_some(())
        });
        done(&parts, &["party", "suspend", "both"]);
        let said = Instant::now();
        assert_refused(&both.retrieve(&phone.number), "party-suspended");
        assert!(said.elapsed() < Duration::from_secs(1), "{:?}", said.elapsed());
        assert_refused(&held.join().expect("an answer"), "party-suspended");
    });
    world.carrier_behaves(&json!({"last_known_ms": 0}));
    assert_answered(&plain.retrieve(&phone.number));
    // The other carrier was told, and has decided nothing yet.
    let told = until("the other carrier to be told", || {
        let list = done(&other, &["notice", "list"]);
        list.contains(&id).then_some(list)
    });
    assert!(
        told.contains("noted") && !done(&other, &["party", "list"]).contains("SUSPENDED"),
        "{told}"
    );
    let notice = told.split_whitespace().next().expect("a notice").to_owned();
    let shown = done(&other, &["notice", "show", &notice]);
    assert!(shown.contains("\"kind\": \"suspended\""), "{shown}");
    done(
        &other,
        &["notice", "act", &notice, "--who", "A. Reader", "--because", "as there"],
    );
    assert!(done(&other, &["party", "list"]).contains("SUSPENDED"));
    // It hears of the end of it too, and again decides for itself.
    done(&parts, &["party", "suspend", "both", "--lift"]);
    until("the other carrier to hear that it was lifted", || {
        let list = done(&other, &["notice", "list"]);
        list.contains("  resumed  ").then_some(())
    });
    assert!(done(&other, &["party", "list"]).contains("SUSPENDED"));
    parts.verify_journal();
}
