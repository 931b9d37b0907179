//! AC-69: whoever asks for everything about them gets all of it, in their language, and can verify it offline: every
//! entry with both its parts under one signed head, every consent with its terms, words and evidence.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::jose::unbase64url;
use crate::me::{Me, plain};
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};

/// A gateway whose keys wait two seconds instead of three days.
fn impatient() -> Parts {
    Parts::start(Settings {
        more: "[board]\nkey_wait_s = 2\n".to_owned(),
        ..Settings::default()
    })
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    digest(&SHA256, &parts.concat()).as_ref().to_vec()
}

fn commitment(part: &Value) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &unbase64url(part["salt"].as_str().expect("a salt")));
    let text = part["text"].as_str().expect("a text");
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// The root that an entry and its proof lead to (RFC 9162 §2.1.3.2).
fn root(entry: &Value, size: u64) -> Vec<u8> {
    let tag = unbase64url(entry["tag"].as_str().expect("a tag"));
    let mut hash = sha256(&[&[0], &tag, &commitment(&entry["party"]), &commitment(&entry["subject"])]);
    let (mut index, mut last) = (entry["leaf"].as_u64().expect("a leaf"), size - 1);
    for sibling in entry["proof"].as_array().expect("a proof") {
        let sibling = unbase64url(sibling.as_str().expect("a hash"));
        if index % 2 == 1 || index == last {
            hash = sha256(&[&[1], &sibling, &hash]);
            while index % 2 == 0 && index != 0 {
                (index, last) = (index >> 1, last >> 1);
            }
        } else {
            hash = sha256(&[&[1], &hash, &sibling]);
        }
        (index, last) = (index >> 1, last >> 1);
    }
    assert_eq!(last, 0, "a proof as long as the tree is high");
    hash
}

#[test]
fn everything_about_a_person_is_theirs_to_take_and_to_check() {
    let parts = impatient();
    let world = &parts.world;
    let (partner, bank) = (world.partner("plain"), world.partner("bank"));
    let phone = world.free_phone();
    let given = phone.agree_to(&partner, &json!({}));
    assert_answered(&partner.retrieve(&phone.number));
    assert_refused(
        &bank.verify(&phone.number, world.truth(&phone.number), 3000.0),
        "no-permission",
    );
    phone.press("stop", &given.question);
    let mut me = Me::signed_in(world, &phone);
    assert_eq!(
        me.get("/me/export").status,
        303,
        "not to whoever has only the number for a moment"
    );
    assert_eq!(me.post("/me/wait", "").status, 303);
    let told = |count: usize| phone.text("without a key", count);
    let (first, second) = (told(0), told(1));
    assert!(first.contains("/me") && second.contains("remove it"), "{second}");
    until("the past to open", || me.board().contains("/me/export").then_some(()));
    let history = plain(&me.get("/me/history").text());
    for words in [
        "They were told an area of",
        "Refused: you never agreed to that",
        "You said yes to",
        "You stopped",
    ] {
        assert!(history.contains(words), "{words}: {history}");
    }
    // The wait itself is an entry when it began, and when it was over.
    until("the end of the wait to be written", || {
        let history = plain(&me.get("/me/history").text());
        let both = ["asked to see your past without a key", "The wait was over"].map(|words| history.contains(words));
        (both == [true, true]).then_some(())
    });
    let export = me.get("/me/export?lang=es");
    assert_eq!(export.status, 200, "{}", export.text());
    check(&export.json(), &phone.number, &parts);
}

fn check(export: &Value, number: &str, parts: &Parts) {
    assert_eq!((&export["language"], &export["number"]), (&json!("es"), &json!(number)));
    assert!(
        export["about"]
            .as_str()
            .expect("words")
            .contains("Todo lo que este portal guarda")
    );
    let history = export["history"].as_array().expect("a history");
    let outcomes: Vec<&str> = history.iter().filter_map(|row| row["outcome"].as_str()).collect();
    assert!(
        outcomes
            .iter()
            .any(|outcome| outcome.starts_with("Se les dijo una zona de")),
        "{outcomes:?}"
    );
    assert!(outcomes.contains(&"Rechazado: usted nunca aceptó eso"), "{outcomes:?}");
    let note = export["journal"]["checkpoint"].as_str().expect("a signed head");
    let lines: Vec<&str> = note.lines().collect();
    let size: u64 = lines[1].parse().expect("a size");
    let wanted = unbase64url(&lines[2].replace('+', "-").replace('/', "_").replace('=', ""));
    let entries = export["entries"].as_array().expect("entries");
    for entry in entries {
        assert_eq!(root(entry, size), wanted, "{entry}");
    }
    // The person's own count shows that none is missing: asked, given, an ask, a refusal, withdrawn, and the wait's two.
    let counted = |entry: &Value| -> Option<u64> {
        let own: Value = serde_json::from_str(entry["subject"]["text"].as_str()?).ok()?;
        own["n"].as_u64()
    };
    let mut numbers: Vec<u64> = entries.iter().filter_map(counted).collect();
    numbers.sort_unstable();
    assert_eq!(
        numbers,
        [1, 2, 3, 3, 4, 5, 6, 7],
        "the ask and its answer bear one number"
    );
    let consents = export["consents"].as_array().expect("consents");
    assert_eq!(consents.len(), 1);
    assert_eq!(consents[0]["evidence"]["grade"], "handset-link");
    let receipt = parts.world.folder.join("receipt.json");
    std::fs::write(&receipt, consents[0].to_string()).expect("written");
    let key = export["journal"]["key"].as_str().expect("a key");
    let verified = wayleave(&["consent", "verify", receipt.to_str().expect("a path"), "--key", key]);
    assert!(verified.status.success(), "{}", said(&verified));
    let text = export.to_string();
    for place in ["\"latitude\"", "\"longitude\""] {
        assert!(!text.contains(place), "a position is kept");
    }
}

#[test]
fn a_key_that_waits_can_be_called_off_by_the_number() {
    let parts = Parts::start(Settings::default());
    let world = &parts.world;
    let phone = world.free_phone();
    let mut me = Me::signed_in(world, &phone);
    me.post("/me/wait", "");
    phone.text("without a key", 0);
    let page = me.board();
    assert!(plain(&page).contains("It takes effect on"), "{page}");
    let row = crate::phone::attribute(&page, "name=\"key\" value");
    me.post("/me/remove-key", &format!("key={row}"));
    assert!(!plain(&me.board()).contains("It takes effect on"));
    assert_eq!(me.get("/me/history").status, 303, "three days have not passed");
}
