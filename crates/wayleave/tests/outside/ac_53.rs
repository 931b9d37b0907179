//! AC-53: somebody has a full dump of the database, and nothing of the key directory. They cannot sign in, cannot ask,
//! cannot list numbers, cannot read one text, and find no coordinate at any precision. Each search is also tried on a dump
//! in which there is something to find, so that it can fail.

#[path = "ac_53/dump.rs"]
mod dump;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::hmac;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde_json::json;

use crate::chain::{RESELLER, ROADSIDE, Relay, assert_told};
use crate::http::{Request, split};
use crate::jose::{Key, base64url, unbase64url};
use crate::me::Me;
use crate::operator;
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::phone::Phone;
use crate::program::until;
use crate::tickets::{roadside, tell};
use crate::world::NUMBERS;
use dump::Dump;

/// A ticket that is open.
const TICKET: &str = "TOW-OPEN-7702";
/// What the notice says that somebody sent.
const COMPLAINT: &str = "Three people were located who never asked for a tow.";

/// Everything that a gateway keeps after a busy hour, and what the thief would like to know.
struct Loot {
    store: PathBuf,
    numbers: Vec<String>,
    texts: Vec<String>,
    places: Vec<(f64, f64)>,
    /// A sign-in link that nobody used yet.
    link: String,
    token: String,
    board: String,
}

fn busy(parts: &Parts) -> Loot {
    let world = &parts.world;
    let relay = Relay::start(parts, &RESELLER);
    let service = roadside(parts, &[&relay]);
    let (plain, bank) = (world.partner("plain"), world.partner("bank"));
    let phones = [world.free_phone(), world.free_phone(), world.free_phone()];
    service.agree(&phones[0], &json!({}));
    // A ticket that is open, one that is over, and a notice with its papers.
    for (id, phone) in [(TICKET, &phones[0]), ("TOW-ENDED-7703", &phones[1])] {
        assert_eq!(
            tell(&service, "ticket", &json!({"number": phone.number, "id": id})),
            204
        );
    }
    let ended = json!({"number": phones[1].number, "id": "TOW-ENDED-7703"});
    assert_eq!(tell(&service, "ticket/end", &ended), 204);
    let regulator = operator::enrol(parts, "regulator", ROADSIDE.purposes[0], &["wayleave:notices"], None);
    let about = operator::notice(parts, &regulator, &relay.party.id, None);
    assert_eq!(
        operator::send(parts, "/wayleave/v1/notices", "notice", &about).status,
        202
    );
    phones[0].agree_to(&plain, &json!({}));
    phones[1].agree_to(&bank, &json!({}));
    let told = service.asks(&phones[0].number);
    assert_told(&told);
    let answered = plain.retrieve(&phones[0].number);
    assert_answered(&answered);
    assert_answered(&bank.verify(&phones[1].number, (12.0, -40.0), 5000.0));
    let degrees = |area: &serde_json::Value| {
        let part = |name: &str| area["center"][name].as_f64().expect("degrees");
        (part("latitude"), part("longitude"))
    };
    let mut places = vec![
        degrees(&told["opened"]["answer"]["area"]),
        degrees(&answered.json()["area"]),
    ];
    places.extend(phones.iter().map(|phone| world.truth(&phone.number)));
    plain.ask_consent(&phones[2].number, &json!({}));
    phones[2].question(0);
    phones[2].reply("WHO");
    let mut me = Me::signed_in(world, &phones[0]);
    let board = me.board();
    let link = Me::nobody(world).link(&phones[1]);
    let mut texts: Vec<String> = phones.iter().flat_map(Phone::texts).collect();
    texts.push(COMPLAINT.to_owned());
    // A text that waits for the centre is written down, and sealed.
    world.smsc_behaves(&json!({"down": true}));
    bank.ask_consent(&phones[2].number, &json!({"caseReference": "CARD-WAITS-7731"}));
    let store = world.folder.join("stolen.db");
    steal(&parts.gateway_folder().join("wayleave.db"), &store);
    Loot {
        store,
        numbers: phones.iter().map(|phone| phone.number.clone()).collect(),
        texts,
        places,
        link,
        token: plain.token(),
        board,
    }
}

/// Copies the whole database while the gateway runs.
fn steal(store: &Path, to: &Path) {
    let connection = Connection::open(store).expect("the store");
    connection
        .busy_timeout(std::time::Duration::from_secs(20))
        .expect("a timeout");
    let to = to.to_str().expect("a path");
    connection.execute("VACUUM INTO ?1", [to]).expect("a copy");
}

/// The ways in which a program might write a number down.
fn spellings(number: &str) -> Vec<Vec<u8>> {
    let digits = number.trim_start_matches('+');
    let value: u64 = digits.parse().expect("digits");
    let mut spellings: Vec<Vec<u8>> = [
        number,
        digits,
        &digits[1..],
        &format!("tel:{number}"),
        &format!("00{digits}"),
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    spellings.extend([value.to_be_bytes().to_vec(), value.to_le_bytes().to_vec()]);
    spellings
}

/// A number that the dump gives away by itself, or by a hash without a key.
fn bare(dump: &Dump, number: &str) -> bool {
    let algorithms: [&digest::Algorithm; 4] = [&SHA1_FOR_LEGACY_USE_ONLY, &SHA256, &SHA384, &SHA512];
    spellings(number).iter().any(|spelling| {
        dump.holds_part_of(spelling)
            || algorithms.iter().any(|algorithm| {
                let once = digest(algorithm, spelling);
                dump.holds_part_of(once.as_ref()) || dump.holds_part_of(digest(algorithm, once.as_ref()).as_ref())
            })
    })
}

/// A number that a hash gives away whose key or salt lies in the dump.
fn keyed(dump: &Dump, keys: &BTreeSet<&[u8]>, number: &str) -> bool {
    let spellings = spellings(number);
    keys.iter().any(|key| {
        let mac = hmac::Key::new(hmac::HMAC_SHA256, key);
        spellings.iter().any(|spelling| {
            dump.holds_part_of(hmac::sign(&mac, spelling).as_ref())
                || dump.holds_part_of(digest(&SHA256, &[*key, spelling].concat()).as_ref())
                || dump.holds_part_of(digest(&SHA256, &[spelling, *key].concat()).as_ref())
        })
    })
}

/// What in a dump could be a key or a salt.
fn keys(dump: &Dump) -> BTreeSet<&[u8]> {
    let lengths = [8, 12, 16, 24, 32, 48, 64];
    let cells = dump.cells.iter().map(Vec::as_slice);
    cells.filter(|cell| lengths.contains(&cell.len())).collect()
}

#[test]
fn ac_53_numbers_cannot_be_listed_nor_anything_read() {
    let parts = Parts::start(Settings::default());
    let loot = busy(&parts);
    let mut dump = Dump::of(&loot.store);
    assert!(dump.cells.len() > 200, "the dump holds {} cells only", dump.cells.len());
    assert!(
        dump.reads("Plainfield Towing"),
        "a search that finds nothing proves nothing"
    );
    // The whole block without a key, and the part of it that is in use with every key and salt that lies about.
    let found: Vec<u32> = (0..10_000)
        .filter(|end| bare(&dump, &format!("{NUMBERS}{end:04}")))
        .collect();
    assert!(found.is_empty(), "{found:?}");
    let found: Vec<u32> = (100..200)
        .filter(|end| keyed(&dump, &keys(&dump), &format!("{NUMBERS}{end:04}")))
        .collect();
    assert!(found.is_empty(), "{found:?}");
    for text in &loot.texts {
        // Longer than any registered name, which the store holds for everybody to read.
        let long: Vec<char> = text.chars().collect();
        let pieces = long.chunks(24).map(|piece| piece.iter().collect::<String>());
        for piece in pieces.filter(|piece| piece.chars().count() == 24) {
            assert!(!dump.reads(&piece), "a text can be read: `{piece}`");
        }
        for secret in text.split_whitespace().filter_map(|word| word.split_once("/c/")) {
            assert!(!dump.reads(secret.1), "a link can be read");
        }
    }
    assert!(!dump.reads(TICKET), "a ticket can be read");
    assert!(dump.fractions.is_empty(), "no table needs a fraction");
    for place in &loot.places {
        assert!(!dump.locates(*place), "a place can be found");
    }
    control(&mut dump, &loot);
    parts.verify_journal();
}

/// The same searches find each thing once it is there.
fn control(dump: &mut Dump, loot: &Loot) {
    let number = &loot.numbers[0];
    let key = keys(dump).first().expect("a key").to_vec();
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &spellings(number)[5]);
    let (latitude, longitude) = loot.places[0];
    let both = |bytes: [Vec<u8>; 2]| Value::Blob(bytes.concat());
    assert!(!keyed(dump, &keys(dump), number));
    dump.take(Value::Blob(mac.as_ref()[..16].to_vec()));
    assert!(keyed(dump, &keys(dump), number), "the keyed search is blind");
    dump.take(Value::Text(base64url(digest(&SHA256, number.as_bytes()).as_ref())));
    assert!(bare(dump, number), "the search without a key is blind");
    dump.take(Value::Text(format!("a text: {}", loot.texts[0])));
    assert!(dump.reads(&loot.texts[0]), "the search for texts is blind");
    let written = [
        vec![Value::Text(format!("{{\"lat\":{latitude:.2},\"lon\":{longitude:.2}}}"))],
        vec![both([latitude, longitude].map(|part| part.to_le_bytes().to_vec()))],
        vec![both(
            [latitude, longitude].map(|part| (part as f32).to_be_bytes().to_vec()),
        )],
        vec![both(
            [latitude, longitude].map(|part| ((part * 1e6) as i32).to_be_bytes().to_vec()),
        )],
        [latitude, longitude].map(Value::Real).to_vec(),
        [latitude, longitude]
            .map(|part| Value::Integer((part * 1e6) as i64))
            .to_vec(),
    ];
    for cells in written {
        let mut planted = Dump::of(&loot.store);
        cells.into_iter().for_each(|cell| planted.take(cell));
        assert!(planted.locates(loot.places[0]), "the search for places is blind");
    }
}

/// Every text, and the spelling of every blob, as somebody would try it for a secret.
fn candidates(dump: &Dump) -> BTreeSet<String> {
    let cells = dump.cells.iter();
    let spelled = cells.flat_map(|cell| {
        let text = String::from_utf8(cell.clone()).ok();
        let text = text.filter(|text| text.len() <= 200 && text.chars().all(|c| c.is_ascii_graphic()));
        [text, (cell.len() <= 128).then(|| base64url(cell))]
    });
    let hex = dump.cells.iter().filter(|cell| cell.len() == 16);
    let hex = hex.map(|cell| cell.iter().map(|byte| format!("{byte:02x}")).collect());
    let plain = |text: &String| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    spelled.flatten().chain(hex).filter(plain).collect()
}

/// The private key of a client, if it lies in the dump.
fn private_key(dump: &Dump, partner: &Partner) -> Option<Key> {
    let public = partner.key.public();
    let part = |name: &str| unbase64url(public[name].as_str().expect(name));
    let point = [vec![4], part("x"), part("y")].concat();
    let mut keys = dump.cells.iter().filter(|cell| cell.len() == 32);
    let fits = |cell: &&Vec<u8>| {
        use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as KIND, EcdsaKeyPair};
        EcdsaKeyPair::from_private_key_and_public_key(&KIND, cell, &point).is_ok()
    };
    let found = keys.find(fits)?;
    let mut jwk = public.clone();
    jwk["d"] = base64url(found).into();
    Some(Key::read(&jwk))
}

#[test]
fn ac_53_nobody_signs_in_or_asks_with_a_dump() {
    // Each of them is a guess, and a stranger may guess only so often: here the gateway lets all of them through.
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let loot = busy(&parts);
    let mut dump = Dump::of(&loot.store);
    let candidates = candidates(&dump);
    assert!(candidates.len() > 50, "{}", candidates.len());
    for candidate in &candidates {
        let look = Request::new("GET", &format!("/me/l/{candidate}")).send(world.host());
        let enter = Request::new("POST", &format!("/me/l/{candidate}"))
            .header("origin", &world.issuer)
            .header("content-type", "application/x-www-form-urlencoded");
        let enter = enter.send(world.host());
        assert!(enter.header("set-cookie").is_none() && enter.status != 303, "signed in");
        assert!((400..500).contains(&look.status), "{}", look.status);
        let cookie = format!("wayleave-me={candidate}");
        let board = Request::new("GET", "/me").header("cookie", &cookie).send(world.host());
        assert!(board.text().contains("action=\"/me/link\""), "signed in");
        let question = Request::new("GET", &format!("/c/{candidate}")).send(world.host());
        assert!((400..500).contains(&question.status), "a question was opened");
        let ask = Request::new("POST", "/wayleave/v1/asks").header("authorization", &format!("Bearer {candidate}"));
        assert_eq!(ask.json(&json!({"ask": "x"})).send(world.host()).status, 401);
    }
    let plain = world.partner("plain");
    assert!(private_key(&dump, &plain).is_none(), "a client's key lies in the store");
    for part in loot.token.split('.') {
        assert!(!dump.reads(part), "a token lies in the store");
    }
    let secret = loot.link.rsplit('/').next().expect("a secret").to_owned();
    assert!(!dump.reads(&secret), "a link lies in the store");
    // What was tried works with the true secrets: the link, and the key.
    assert!(!loot.board.contains("action=\"/me/link\""));
    dump.take(Value::Text(secret.clone()));
    assert!(dump.reads(&secret) && self::candidates(&dump).contains(&secret));
    assert_eq!(Request::new("GET", split(&loot.link).1).send(world.host()).status, 200);
    dump.take(Value::Blob(unbase64url(plain.key.private()["d"].as_str().expect("d"))));
    let stolen = private_key(&dump, &plain).expect("the search for keys is not blind");
    let assertion = stolen.assertion(&plain.client_id, &plain.issuer);
    until("the true key to sign in", || {
        (plain.request_token(&plain.scope(), &assertion, None).status == 200).then_some(())
    });
}
