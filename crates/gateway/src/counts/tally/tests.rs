//! What is counted, what is published of it, and what a recount finds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::journal::entry::Part;

use super::*;
use crate::counts::document::Document;
use crate::counts::recount::differences;

static PARTY: LazyLock<PartyId> = LazyLock::new(|| PartyId::from_bytes([1; 16]));
static OTHER: LazyLock<PartyId> = LazyLock::new(|| PartyId::from_bytes([2; 16]));
const HELP: Purpose = Purpose::RequestedServiceProvision;

fn entry(kind: Kind, party: PartyId, person: u8) -> Entry {
    let text = format!(
        r#"{{"kind":"{}","purpose":"{HELP}","recipient":"{party}"}}"#,
        kind.word()
    );
    let part = |text: String| Part { salt: [0; 16], text };
    Entry {
        leaf: 0,
        kind,
        at: Timestamp::from_unix_ms(0),
        subject: Some(SubjectKey::from_bytes([person; 16])),
        previous: None,
        closes: None,
        tag: [0; 32],
        party: part(text),
        subject_part: part("{}".to_owned()),
    }
}

fn tally(rows: &[(Kind, PartyId, u8, u8)]) -> Tally {
    let mut tally = Tally::default();
    for (kind, party, asks, people) in rows {
        for ask in 0..*asks {
            tally.add(&entry(*kind, *party, ask % people), None).expect("counted");
        }
    }
    tally
}

fn day() -> Day {
    Day::parse("2026-11-22").expect("a day")
}

fn published(tally: &Tally) -> Document {
    let names = BTreeMap::from([(*PARTY, "Aster \"Roadside\" Help".to_owned())]);
    Document::published("gateway.example.com/journal", day(), tally, &names)
}

#[test]
fn what_a_crash_left_open_is_counted_by_its_ask() {
    let mut tally = Tally::default();
    let asked = entry(Kind::Asked, *PARTY, 1);
    let mut end = entry(Kind::Abandoned, *PARTY, 1);
    tally.add(&end, None).expect("it says what for");
    end.party.text = format!(r#"{{"asked":0,"kind":"abandoned","recipient":"{}"}}"#, *PARTY);
    assert!(tally.add(&end, None).is_err(), "nobody says what for");
    tally.add(&end, Some(&asked)).expect("its ask says what for");
    let unanswered = tally.cells.values().map(|cell| cell.unanswered.asks).sum::<u64>();
    assert_eq!((unanswered, tally.cells.len()), (2, 1));
}

#[test]
fn nothing_is_published_below_ten_asks_or_ten_people() {
    let tally = tally(&[
        (Kind::Answered, *PARTY, 12, 10),
        (Kind::Refused, *PARTY, 9, 9),
        (Kind::Withheld, *PARTY, 9, 9),
        (Kind::Failed, *PARTY, 1, 1),
        (Kind::Answered, *OTHER, 200, 9),
        (Kind::ConsentGiven, *OTHER, 50, 50),
    ]);
    let document = published(&tally);
    let rows: Vec<_> = document.rows.iter().map(|row| (row.party, row.numbers())).collect();
    assert_eq!(
        rows,
        [(*PARTY, [Some(12), None, None])],
        "one failed, so ten unanswered of nine people"
    );
}

#[test]
fn no_sum_in_the_document_holds_what_is_left_out() {
    let text = published(&tally(&[
        (Kind::Answered, *PARTY, 40, 20),
        (Kind::Refused, *PARTY, 7, 7),
        (Kind::Answered, *OTHER, 3, 3),
    ]))
    .canonical();
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["rows"].as_array().map(Vec::len), Some(1), "{text}");
    for hidden in ["47", "43", "50"] {
        assert!(!text.contains(&format!(":{hidden}")), "{text}");
    }
    assert!(!text.contains(&OTHER.to_string()), "{text}");
}

#[test]
fn a_document_is_canonical_and_read_to_the_letter() {
    let document = published(&tally(&[(Kind::Answered, *PARTY, 12, 12)]));
    let text = document.canonical();
    let sorted: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(sorted.to_string(), text, "keys in order, no spaces");
    assert_eq!(Document::parse(&format!("{text}\n")), Some(document));
    for altered in [
        text.replace(":12", ": 12"),
        text.replace("\"v\":1", "\"v\":2"),
        text.replace("-22", "-99"),
    ] {
        assert_eq!(Document::parse(&altered), None, "{altered}");
    }
}

#[test]
fn a_recount_finds_every_number_that_was_altered() {
    let counted = tally(&[(Kind::Answered, *PARTY, 12, 12), (Kind::Refused, *PARTY, 30, 30)]);
    let honest = published(&counted);
    assert_eq!(differences(&honest, &counted), []);
    let mut more = honest.clone();
    more.rows[0].answered = Some(13);
    let mut none = honest.clone();
    none.rows.clear();
    let mut small = honest.clone();
    small.rows[0].unanswered = Some(3);
    let mut twice = honest.clone();
    twice.rows.push(honest.rows[0].clone());
    for (why, document, many) in [
        ("more", more, 1),
        ("none", none, 2),
        ("small", small, 1),
        ("twice", twice, 1),
    ] {
        assert_eq!(differences(&document, &counted).len(), many, "{why}");
    }
}

#[test]
fn after_an_erasure_a_number_may_be_larger_by_as_much_and_no_more() {
    let honest = published(&tally(&[(Kind::Answered, *PARTY, 12, 12)]));
    let mut left = tally(&[(Kind::Answered, *PARTY, 9, 9)]);
    left.erased = 3;
    assert_eq!(differences(&honest, &left), []);
    left.erased = 2;
    assert_eq!(differences(&honest, &left).len(), 1);
    let more = tally(&[(Kind::Answered, *PARTY, 13, 13)]);
    assert_eq!(
        differences(&honest, &Tally { erased: 5, ..more }).len(),
        1,
        "erasing takes away"
    );
}
