//! Keys of a board leave entries: whoever adds one, lets it take effect, or removes one writes it into that person's
//! journal, where the person reads it.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::jose::{base64url, unbase64url};
use crate::me::{Me, plain};
use crate::parts::{Parts, Settings};
use crate::phone::attribute;
use crate::program::until;
use crate::world::World;

/// A key that a browser made and keeps.
struct Key {
    pair: EcdsaKeyPair,
}

impl Key {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { pair }
    }

    fn coordinates(&self) -> (String, String) {
        let point = self.pair.public_key().as_ref();
        (base64url(&point[1..33]), base64url(&point[33..]))
    }

    fn signature(&self, drawn: &Value) -> String {
        let challenge = unbase64url(drawn["challenge"].as_str().expect("a challenge"));
        base64url(self.pair.sign(&SystemRandom::new(), &challenge).expect("a signature"))
    }

    /// Enrols it on the board of whoever is signed in.
    fn enrol(&self, world: &World, me: &mut Me<'_>) -> Answer {
        let drawn = post(world, me, "challenge", &json!({"aim": "enrol"})).json();
        let (x, y) = self.coordinates();
        let key = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        let made = json!({"kind": "new-browser-key", "ticket": drawn["ticket"], "key": key,
            "signature": self.signature(&drawn)});
        post(world, me, "enrol", &made)
    }

    /// Signs in with it.
    fn sign_in(&self, world: &World, me: &mut Me<'_>) -> u16 {
        let drawn = post(world, me, "challenge", &json!({"aim": "sign-in"})).json();
        let (x, y) = self.coordinates();
        // RFC 7638: the key's name is the hash of these members, in this order.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let credential = base64url(digest(&SHA256, canonical.as_bytes()));
        let made = json!({"kind": "browser-key", "ticket": drawn["ticket"], "credential": credential,
            "signature": self.signature(&drawn)});
        post(world, me, "sign-in", &made).status
    }
}

fn post(world: &World, me: &mut Me<'_>, what: &str, body: &Value) -> Answer {
    let request = Request::new("POST", &format!("/me/keys/{what}"));
    me.send(request.header("origin", &world.issuer).json(body))
}

#[test]
fn each_step_of_a_key_is_an_entry_that_its_owner_reads() {
    let parts = Parts::start(Settings {
        more: "[board]\nkey_wait_s = 2\n".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let phone = world.free_phone();
    let mut me = Me::signed_in(world, &phone);
    let (first, second) = (Key::new(), Key::new());
    let made = first.enrol(world, &mut me);
    assert_eq!(made.status, 201, "{}", made.text());
    let mut by_key = Me::nobody(world);
    assert_eq!(first.sign_in(world, &mut by_key), 403, "it waits");
    let history = |me: &mut Me<'_>, query: &str| plain(&me.get(&format!("/me/history{query}")).text());
    until("the key to be in effect, and written down", || {
        std::thread::sleep(Duration::from_millis(200));
        if first.sign_in(world, &mut by_key) != 200 {
            return None;
        }
        let said = history(&mut by_key, "");
        (said.contains("A key was added to your board") && said.contains("A key of your board took effect"))
            .then_some(())
    });
    assert!(!history(&mut by_key, "").contains("removed"));
    // A key that stood vouches for another at once; that one is removed again.
    assert_eq!(second.enrol(world, &mut by_key).status, 201);
    let said = history(&mut by_key, "");
    assert_eq!(said.matches("A key was added to your board").count(), 2, "{said}");
    let newest = by_key.board();
    let newest = newest.rsplit("action=\"/me/remove-key\"").next().expect("a button");
    let row = attribute(newest, "name=\"key\" value");
    assert_eq!(by_key.post("/me/remove-key", &format!("key={row}")).status, 303);
    assert!(history(&mut by_key, "").contains("A key of your board was removed"));
    let spanish = history(&mut by_key, "?lang=es");
    for words in [
        "Se añadió una clave a su tablero",
        "Una clave de su tablero entró en vigor",
        "Se quitó una clave de su tablero",
    ] {
        assert!(spanish.contains(words), "{words}: {spanish}");
    }
    assert_eq!(second.sign_in(world, &mut Me::nobody(world)), 403, "it is gone");
    assert!(parts.verify_journal().contains("verified"));
}
