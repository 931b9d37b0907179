//! What is kept of texts that were sent and of words that were heard, on a store of its own.

use std::sync::Arc;

use domain::id::ConsentId;
use domain::journal::store::Cold;
use domain::number::Msisdn;
use domain::secret::Secret;
use domain::time::{Span, Timestamp};
use tempfile::TempDir;

use super::sqlite::{SqliteOutbox, write};
use super::submitted::Submitted;
use crate::messages::smpp::{Accepted, MessageId, Receipt, State};
use crate::seal::Sealer;
use crate::store::sqlite::open_writer;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(Secret::new([5; 32])))
}

fn phone(last: u8) -> Msisdn {
    Msisdn::parse(&format!("+1202555010{last}")).expect("a reserved number")
}

fn question(byte: u8) -> ConsentId {
    ConsentId::from_bytes([byte; 16])
}

/// An outbox with these texts in it, from row 1 on: to whom, and which question.
fn outbox(texts: &[(Msisdn, Option<ConsentId>)]) -> (TempDir, SqliteOutbox) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    let mut connection = open_writer(&path).expect("opens");
    let transaction = connection.transaction().expect("begins");
    for (to, puts) in texts {
        let text = Cold::Text {
            to: *to,
            words: "reply YES 4821".to_owned(),
            until: NOW.after(Span::seconds(1800)),
            puts: *puts,
        };
        write(&transaction, &text, &sealer()).expect("written");
    }
    transaction.commit().expect("committed");
    let outbox = SqliteOutbox::open(&path, sealer()).expect("opens");
    (folder, outbox)
}

fn accept(outbox: &SqliteOutbox, row: i64, names: &[&str]) {
    let accepted = Accepted(names.iter().map(|name| MessageId::new(name)).collect());
    outbox.accepted(row, &accepted, NOW).expect("noted");
}

fn find(outbox: &SqliteOutbox, id: &str, phone: Option<Msisdn>) -> Option<(i64, i64, Option<ConsentId>)> {
    let receipt = Receipt {
        state: State::Undeliverable,
        id: MessageId::new(id),
        phone,
    };
    let found = outbox.submitted(&receipt).expect("read");
    found.map(|Submitted { text, part, question }| (text, part, question))
}

#[test]
fn a_receipt_finds_its_text_by_name_in_either_base() {
    let (folder, outbox) = outbox(&[(phone(1), Some(question(1))), (phone(2), None)]);
    assert_eq!(outbox.due(9).expect("read").len(), 2);
    assert_eq!(outbox.due(9).expect("read")[0].question, Some(question(1)));
    accept(&outbox, 1, &["0A1", "0A2"]);
    accept(&outbox, 2, &["77"]);
    assert!(outbox.due(9).expect("read").is_empty());
    assert_eq!(find(&outbox, "0a2", None), Some((1, 2, Some(question(1)))));
    assert_eq!(find(&outbox, "161", Some(phone(1))), Some((1, 1, Some(question(1)))));
    assert_eq!(find(&outbox, "4d", Some(phone(2))), Some((2, 1, None)));
    assert_eq!(find(&outbox, "0a1", Some(phone(2))), None, "another phone's");
    assert_eq!(find(&outbox, "a3", None), None);
    // The same after a restart.
    drop(outbox);
    let outbox = SqliteOutbox::open(&folder.path().join("store.db"), sealer()).expect("opens");
    assert_eq!(find(&outbox, "0a2", Some(phone(1))), Some((1, 2, Some(question(1)))));
}

#[test]
fn without_names_only_what_is_certain_is_found() {
    let texts = [
        (phone(1), Some(question(1))),
        (phone(2), Some(question(2))),
        (phone(2), None),
    ];
    let (_folder, outbox) = outbox(&texts);
    accept(&outbox, 1, &["", ""]);
    accept(&outbox, 2, &[""]);
    assert_eq!(find(&outbox, "", Some(phone(1))), Some((1, 1, Some(question(1)))));
    assert_eq!(find(&outbox, "9", Some(phone(2))), Some((2, 1, Some(question(2)))));
    assert_eq!(find(&outbox, "", None), None);
    accept(&outbox, 3, &[""]);
    assert_eq!(find(&outbox, "", Some(phone(2))), None, "two texts went there");
    let part = |text, part| Submitted {
        text,
        part,
        question: None,
    };
    outbox.settled(part(3, 1), false).expect("settled");
    assert_eq!(find(&outbox, "", Some(phone(2))), Some((2, 1, Some(question(2)))));
    outbox.settled(part(1, 1), false).expect("settled");
    assert_eq!(find(&outbox, "", Some(phone(1))), Some((1, 2, Some(question(1)))));
    outbox.settled(part(1, 1), true).expect("settled");
    assert_eq!(find(&outbox, "", Some(phone(1))), None);
}

#[test]
fn notes_are_forgotten_a_day_after_the_texts_time() {
    let (_folder, outbox) = outbox(&[(phone(1), Some(question(1))), (phone(2), None)]);
    accept(&outbox, 1, &["1"]);
    let late = NOW.after(Span::seconds(2 * 86_400));
    outbox.accepted(2, &Accepted::default(), late).expect("noted");
    assert_eq!(find(&outbox, "1", None), None);
}

#[test]
fn what_was_heard_last_is_known_for_a_day() {
    let (_folder, outbox) = outbox(&[]);
    let heard = |from, said: &str, at| outbox.was_heard(from, said, at).expect("read");
    assert!(!heard(phone(1), "Stop", NOW));
    outbox.hear(phone(1), "Stop", NOW).expect("written");
    assert!(heard(phone(1), "Stop", NOW.after(Span::seconds(86_000))));
    assert!(!heard(phone(1), "Stop", NOW.after(Span::seconds(86_400))));
    assert!(!heard(phone(2), "Stop", NOW) && !heard(phone(1), "Pause", NOW));
    outbox.hear(phone(1), "Pause", NOW).expect("written");
    assert!(!heard(phone(1), "Stop", NOW), "something else was said since");
}
