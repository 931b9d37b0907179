//! Machine lines: an account holder's yes rests on the account's own key and on the list that was signed.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::facts::Line;
use domain::id::AccountId;
use domain::journal::settle::{Change, Item};
use domain::journal::tree::{Hash, sha256};
use domain::locate::Failure;
use domain::permission::assertion::{Assertion, RelyingParty};
use domain::permission::evidence::{HandsetKey, Signed};
use domain::permission::lines::{agreed_by_account, challenge};
use domain::permission::terms::Terms;
use serde_json::json;

use super::world::*;
use crate::seal::Place;

const PARTY: RelyingParty<'static> = RelyingParty {
    id: "gateway.example.com",
    origin: "https://gateway.example.com",
};

/// An authenticator in software.
struct Passkey(EcdsaKeyPair);

impl Passkey {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("key"))
    }

    fn key(&self) -> HandsetKey {
        let point = self.0.public_key().as_ref();
        HandsetKey {
            x: point[1..33].try_into().expect("32 bytes"),
            y: point[33..].try_into().expect("32 bytes"),
        }
    }

    fn sign(&self, challenge: &Hash) -> Assertion {
        #[expect(
            clippy::disallowed_methods,
            reason = "a test plays the part of an authenticator, which has its own chance"
        )]
        let random = SystemRandom::new();
        let client = json!({
            "type": "webauthn.get", "challenge": URL_SAFE_NO_PAD.encode(challenge), "origin": PARTY.origin,
        });
        let client_data = client.to_string().into_bytes();
        let authenticator_data = [&sha256(&[PARTY.id.as_bytes()])[..], &[0x05, 0, 0, 0, 9]].concat();
        let message = [&authenticator_data[..], &sha256(&[&client_data])].concat();
        let signature = self.0.sign(&random, &message).expect("signature").as_ref().to_vec();
        Assertion {
            authenticator_data,
            client_data,
            signature,
        }
    }
}

fn agree(world: &mut World, account: AccountId, signed: Signed) {
    let link = world.id();
    world.changed(Change::AgreeForLine {
        subject: person(1),
        account,
        signed: Box::new(signed),
        words: WORDS.to_owned(),
        link,
    });
}

/// Keeps an account whose holder has this passkey.
fn keep(world: &World, account: AccountId, passkey: &Passkey) {
    let part = |bytes: &[u8; 32]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = (part(&passkey.key().x), part(&passkey.key().y));
    let record =
        json!({"id": account.to_bytes(), "name": "Copper Freight", "key": {"credential": "c", "x": x, "y": y}});
    let place = Place {
        table: "account",
        column: "sealed",
        row: 1,
    };
    let sealed = world.sealer.seal(place, record.to_string().as_bytes()).expect("sealed");
    let (id, sealed) = (hex(&account.to_bytes()), hex(&sealed));
    world.sql(&format!(
        "INSERT OR REPLACE INTO account VALUES (1, x'{id}', x'00', x'{sealed}')"
    ));
}

fn hex(bytes: &[u8]) -> String {
    domain::journal::entry::hex(bytes)
}

#[test]
fn a_machine_line_rests_on_its_account_and_on_the_list_that_was_signed() {
    let mut world = World::new();
    let account = AccountId::from_bytes([6; 16]);
    let machine = Line::Machine { account };
    world.changed(Change::AttestLine {
        subject: person(1).key,
        line: machine,
    });
    let lines: Vec<Terms> = (0..5).map(|_| world.terms(FLEET)).collect();
    let (passkey, other) = (Passkey::new(), Passkey::new());
    let assertion = passkey.sign(&challenge(&lines));
    let signed = agreed_by_account(lines, &assertion, &passkey.key(), PARTY).expect("own signature");
    let leaf = world.store_head();
    agree(&mut world, account, signed[3].clone());
    for (keys, clean) in [(&other, false), (&passkey, true)] {
        keep(&world, account, keys);
        let found = world.check().found;
        assert_eq!(found.is_empty(), clean, "{found:?}");
        assert!(
            found.iter().all(|found| (found.leaf, found.rule) == (leaf, "evidence")),
            "{found:?}"
        );
    }
    let recorded = world.recorded(FLEET, person(1), WHERE);
    world.one(Item::Fail(recorded, Failure::NoSource));
    assert!(world.check().is_clean());
    // The list is altered: the terms are not at their place any more.
    assert_eq!(world.sql("UPDATE signature SET place = zeroblob(length(place))"), 1);
    assert_eq!(world.check().found[0].rule, "evidence");
}

#[test]
fn a_passkey_of_the_person_holds_and_an_altered_one_does_not() {
    let mut world = World::new();
    let terms = world.terms(HELP);
    world.put(person(1), &terms);
    let passkey = Passkey::new();
    let assertion = passkey.sign(&sha256(&[&terms.canonical()]));
    let signed = Signed::by_passkey(terms, assertion, passkey.key(), PARTY).expect("own signature");
    world.changed(Change::Agree {
        subject: person(1).key,
        signed: Box::new(signed),
        confirmation: None,
    });
    assert!(world.check().is_clean(), "{:?}", world.check().found);
    for altered in [
        "UPDATE signature SET client = CAST(replace(client, 'gateway', 'getaway') AS BLOB)",
        "UPDATE signature SET authenticator = zeroblob(37)",
        "UPDATE signature SET client = NULL",
    ] {
        world.sql(altered);
        assert_eq!(world.check().found[0].rule, "evidence", "{altered}");
    }
}
