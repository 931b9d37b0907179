//! Every decision, derived once more by a program of its own: it agrees with a journal that was left alone, and names what
//! was taken away or altered in one that was not.

use rusqlite::Connection;
use serde_json::json;

use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::{said, until, wayleave};

/// Runs `wayleave journal check`; whether it found nothing, and what it said.
fn check(parts: &Parts) -> (bool, String) {
    let config = parts.config.to_str().expect("a path");
    let output = wayleave(&["journal", "check", "--config", config]);
    (output.status.success(), said(&output))
}

/// Changes so many rows of the store by hand, as whoever can write to the file does.
fn alter(parts: &Parts, statement: &str, rows: usize) {
    let store = Connection::open(parts.gateway_folder().join("wayleave.db")).expect("the store");
    assert_eq!(store.execute(statement, []).expect(statement), rows, "{statement}");
}

#[test]
fn a_journal_that_was_left_alone_passes_and_an_altered_one_is_named() {
    let mut parts = Parts::start(Settings::default());
    let (phone, other, plain) = (
        parts.world.free_phone(),
        parts.world.free_phone(),
        parts.world.partner("plain"),
    );
    let given = phone.agree_to(&plain, &json!({}));
    assert_answered(&plain.retrieve(&phone.number));
    assert_refused(&plain.retrieve(&other.number), "no-permission");
    phone.reply("STOP");
    until("the consent's end", || {
        (plain.consent_state(&given.id) == "ENDED").then_some(())
    });
    other.reply("NEVER");

    // Beside a gateway that serves; each run is an entry, which the next run follows too.
    let (clean, first) = check(&parts);
    assert!(clean, "{first}");
    let (clean, again) = check(&parts);
    assert!(clean && again != first, "{again}");
    parts.gateway.take().expect("a gateway").end();

    // A refusal that names another reason.
    let reason = |from: &str, to: &str| {
        format!(
            "UPDATE entry SET subject_part = replace(subject_part, '\"{from}\"', '\"{to}\"')
             WHERE kind = 'refused' AND subject_part LIKE '%\"{from}\"%'"
        )
    };
    alter(&parts, &reason("no-permission", "not-answered"), 1);
    let (clean, altered) = check(&parts);
    assert!(!clean, "an altered entry passed: {altered}");
    alter(&parts, &reason("not-answered", "no-permission"), 1);
    assert!(check(&parts).0, "what was put back");

    // A person whose row is gone, and with it that nobody may ask them.
    alter(
        &parts,
        "DELETE FROM person WHERE key = (SELECT max(key) FROM person)",
        1,
    );
    let (clean, gone) = check(&parts);
    assert!(!clean && gone.contains("person-row"), "{gone}");
}
