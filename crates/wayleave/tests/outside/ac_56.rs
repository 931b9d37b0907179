//! AC-56: the hub's administrator deletes or alters a log line, shows different logs to two carriers, or stops inclusion.
//! They hold the machine, the store and every key of the gateway; witnesses that they do not hold detect each of it.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::partner::assert_answered;
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};
use crate::strange_log::{cosigned, parts, size};
use crate::witness::{Witness, journal_key, path, sections};
use crate::witnessed::{copy, entries, mark, with_witness};

/// The gateway's configuration with other sections behind it.
fn configure(parts_: &Parts, plain: &str, more: &str) {
    fs::write(&parts_.config, format!("{plain}\n{more}")).expect("written");
}

fn serve_refuses(parts_: &Parts) -> String {
    let refused = wayleave(&["serve", "--config", path(&parts_.config)]);
    assert!(!refused.status.success(), "it served");
    said(&refused)
}

/// The newest checkpoint that is shown, once it covers the whole journal.
fn shown(parts_: &Parts) -> String {
    let wanted = entries(parts_);
    until("a checkpoint of everything", || {
        let note = parts_.world.get("/journal/checkpoint").text();
        (size(&note) >= wanted).then_some(note)
    })
}

#[test]
fn ac_56_a_log_that_was_altered_loses_its_witness() {
    let (mut parts_, witness) = with_witness("");
    let with = fs::read_to_string(&parts_.config).expect("a configuration");
    let without = with.split("\n[journal]").next().expect("the rest").to_owned();
    let (plain, phone) = (parts_.world.partner("plain"), parts_.world.free_phone());
    phone.agree_to(&plain, &json!({}));
    let number = phone.number.clone();
    shown(&parts_);
    parts_.gateway.take().expect("a gateway").end();
    let (gateway, earlier) = (parts_.gateway_folder(), parts_.world.folder.join("earlier"));
    copy(&gateway, &earlier);
    parts_.start_gateway();
    assert_answered(&plain.retrieve(&number));
    let before = size(&shown(&parts_));
    parts_.gateway.take().expect("a gateway").end();

    // A line is altered where it stands: the journal does not verify, whatever anybody else knows.
    let altered = parts_.world.folder.join("altered");
    copy(&gateway, &altered);
    let store = Connection::open(gateway.join("wayleave.db")).expect("the store");
    let alter =
        "UPDATE entry SET party = party || ' ' WHERE leaf = (SELECT max(leaf) FROM entry WHERE kind = 'answered')";
    assert_eq!(store.execute(alter, []).expect("an update"), 1);
    drop(store);
    let verify = wayleave(&["journal", "verify", "--config", path(&parts_.config)]);
    assert!(!verify.status.success(), "{}", said(&verify));
    serve_refuses(&parts_);

    // The lines are cut off, and the journal goes on from there with the gateway's own key, unseen by the witness.
    fs::remove_dir_all(&gateway).expect("removed");
    copy(&earlier, &gateway);
    configure(&parts_, &without, "");
    parts_.start_gateway();
    while entries(&parts_) <= before {
        assert_answered(&plain.retrieve(&number));
    }
    let forged = parts_.world.get("/journal/checkpoint").text();
    assert!(size(&forged) > before);
    parts_.gateway.take().expect("a gateway").end();
    configure(&parts_, &with, "");
    let words = serve_refuses(&parts_);
    assert!(
        words.contains("the witness `w1`") && words.contains("altered or removed"),
        "{words}"
    );
    assert!(witness.log().contains("A JOURNAL CONTRADICTS"), "{}", witness.log());
    let case = witness.evidence().pop().expect("evidence");
    let submitted = fs::read_to_string(case.join("submitted")).expect("what was submitted");
    assert!(size(&submitted) > before, "{submitted}");
    let kept = fs::read_to_string(case.join("cosigned")).expect("what was cosigned");
    let (text, lines) = parts(&kept);
    assert!(cosigned(&witness.vkey, &text, &lines).is_some());
}

#[test]
fn ac_56_two_carriers_that_are_shown_different_logs_prove_it() {
    let one = Witness::start("carrier-one.example.com/w");
    let other = Witness::start("carrier-two.example.com/w");
    let mut parts_ = Parts::prepare(Settings::default());
    let plain_config = fs::read_to_string(&parts_.config).expect("a configuration");
    let key = journal_key(&parts_.config);
    one.follow(&key);
    other.follow(&key);
    let (first, second) = (
        ("one", &one.url[..], &one.vkey[..]),
        ("two", &other.url[..], &other.vkey[..]),
    );
    let (plain, phone) = (parts_.world.partner("plain"), parts_.world.free_phone());
    let number = phone.number.clone();
    // Both see the beginning.
    configure(&parts_, &plain_config, &sections(2, "", &[first, second]));
    parts_.start_gateway();
    parts_.world.phone(&number).agree_to(&plain, &json!({}));
    let both = shown(&parts_);
    let (text, lines) = parts(&both);
    assert!(cosigned(&one.vkey, &text, &lines).is_some() && cosigned(&other.vkey, &text, &lines).is_some());
    parts_.gateway.take().expect("a gateway").end();
    let (gateway, twin) = (parts_.gateway_folder(), parts_.world.folder.join("twin"));
    copy(&gateway, &twin);
    // From here on each carrier is shown a log of its own.
    let mut notes: Vec<PathBuf> = Vec::new();
    for (name, witness) in [("one", first), ("two", second)] {
        if name == "two" {
            fs::rename(&gateway, parts_.world.folder.join("log-one")).expect("moved");
            fs::rename(&twin, &gateway).expect("moved");
        }
        configure(&parts_, &plain_config, &sections(1, "", &[witness]));
        parts_.start_gateway();
        assert_answered(&plain.retrieve(&number));
        let note = shown(&parts_);
        let (text, lines) = parts(&note);
        assert!(cosigned(witness.2, &text, &lines).is_some());
        let path = parts_.world.folder.join(format!("shown-to-{name}"));
        fs::write(&path, note).expect("written");
        notes.push(path);
        parts_.gateway.take().expect("a gateway").end();
    }
    // The carriers compare what they were shown, each of which is well signed and cosigned.
    let compare = wayleave(&["witness", "compare", path(&notes[0]), path(&notes[1]), "--key", &key]);
    assert!(
        !compare.status.success() && said(&compare).contains("FORK"),
        "{}",
        said(&compare)
    );
    // What one was shown, given to the other's witness, is refused and kept.
    let note = fs::read_to_string(&notes[1]).expect("a note");
    let refused = one.add(&format!("old {}\n\n{note}", size(&note)));
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(
        one.evidence().iter().any(|case| path(case).contains("fork-")),
        "{:?}",
        one.evidence()
    );
    // And nobody gets both cosignatures any more.
    configure(&parts_, &plain_config, &sections(2, "", &[first, second]));
    let words = serve_refuses(&parts_);
    assert!(words.contains("the witness `one`"), "{words}");
}

/// The leaf that an answer's receipt names.
fn leaf(answer: &Answer) -> u64 {
    let receipt = URL_SAFE_NO_PAD
        .decode(answer.header("wayleave-receipt").expect("a receipt"))
        .expect("base64url");
    let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
    receipt["leaf"].as_u64().expect("a leaf")
}

#[test]
fn ac_56_entries_that_are_kept_from_the_witness_are_missed_by_their_receipts() {
    let (mut parts_, mut witness) = with_witness("late_after_s = 5");
    let (plain, phone) = (parts_.world.partner("plain"), parts_.world.free_phone());
    phone.agree_to(&plain, &json!({}));
    let number = phone.number.clone();
    shown(&parts_);
    let proof = |leaf: u64| parts_.world.get(&format!("/journal/v1/proof?leaf={leaf}")).status;
    let included = leaf(&plain.retrieve(&number));
    until("an inclusion proof", || (proof(included) == 200).then_some(()));
    // From here on nothing is included for others: the witness hears no more.
    witness.stop();
    let kept_back = plain.retrieve(&number);
    assert_answered(&kept_back);
    let missing = leaf(&kept_back);
    until("a stale mark", || {
        (mark(&parts_.world.get("/oauth2/jwks")).1 >= 5).then_some(())
    });
    let note = parts_.world.get("/journal/checkpoint").text();
    let (text, lines) = parts(&note);
    assert!(
        size(&text) <= missing,
        "the entry is under a checkpoint that others saw"
    );
    assert_eq!(proof(missing), 404, "the receipt's holder finds no proof");
    assert_eq!(proof(included), 200);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("now").as_secs();
    let time = cosigned(&witness.vkey, &text, &lines).expect("a cosignature");
    assert!(
        now >= time + 4,
        "the time in the cosignature stands still: {time} {now}"
    );
    assert!(mark(&plain.retrieve(&number)).0 <= missing, "every answer says so");
    witness.serve();
    until("the entry to be included", || (proof(missing) == 200).then_some(()));
    parts_.gateway.take().expect("a gateway").end();
}
