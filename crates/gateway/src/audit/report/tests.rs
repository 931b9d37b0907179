//! Reports are signed, say one thing twice, and count answers by one rule.

use super::*;
use crate::audit::key;

fn report(answers: &[(&str, &str)], auditor: &Keys) -> Report {
    let rows = answers.iter().zip(1..).map(|((evidence, answer), leaf)| Row {
        leaf,
        evidence: (*evidence).to_owned(),
        answer: (*answer).to_owned(),
    });
    Report {
        what: REPORT.to_owned(),
        v: VERSION,
        auditor: VerifierKey::of(auditor).to_string(),
        made_at: "2026-12-01T00:00:00Z".to_owned(),
        journal: "gateway.example.com/journal+00000000+AAAA".to_owned(),
        operator: "Port Aster Gateway".to_owned(),
        size: 40,
        root: "11".repeat(32),
        party: "pty_00000000000000000000000001".to_owned(),
        party_name: "Plainfield\nTowing".to_owned(),
        month: "2026-11".to_owned(),
        seed: "5e".repeat(32),
        population: 30,
        erased: 0,
        sample: "22".repeat(32),
        tokens: None,
        answers: None,
        picks: rows.collect(),
    }
}

fn auditor(seed: u8) -> Keys {
    key::read(&key::print("auditor.example.com", &[seed; 32]).expect("a key").0).expect("a key")
}

#[test]
fn a_report_says_what_was_found_and_cannot_be_altered() {
    let own = auditor(1);
    let found = report(
        &[
            ("verified", "yes"),
            ("reply", "no"),
            ("its signature", "yes"),
            ("verified", "not-asked"),
        ],
        &own,
    );
    let document = found.print().expect("printed");
    for line in [
        "no answer        1\n  never asked    1\nmisuse           2 (",
        "rate             2 of 4; 95 % interval 6.7586 % to 93.2414 %",
        "at the most      3 of 4",
        "! entry 2  no  reply\n! entry 3  yes  its signature\n  entry 4  not-asked  verified\n\n{",
        "consents: PlainfieldTowing, 2026-11",
    ] {
        assert!(document.contains(line), "{line}: {document}");
    }
    let note = statement::sign_document(&own, REPORT_NAME, document.as_bytes());
    let key = VerifierKey::of(&own);
    assert_eq!(verify(&document, &note, &key).expect("it holds"), found);
    assert!(verify(&document.replace("no  reply", "yes  reply"), &note, &key).is_err());
    assert!(verify(&document, &note, &VerifierKey::of(&auditor(2))).is_err());
    // Not even the auditor can have the lines say something else than the JSON.
    let lie = document.replace("misuse           2", "misuse           1");
    let signed = statement::sign_document(&own, REPORT_NAME, lie.as_bytes());
    assert!(
        verify(&lie, &signed, &key)
            .expect_err("a lie")
            .to_string()
            .contains("lines")
    );
}

#[test]
fn of_several_answers_the_first_counts_or_a_no() {
    let line = |token: &str, answer: &str| format!("{{\"token\":\"{token}\",\"answer\":\"{answer}\",\"at\":\"t\"}}\n");
    let text = [
        line("a", "yes"),
        line("a", "no"),
        line("b", "do-not-remember"),
        line("b", "yes"),
    ]
    .concat();
    let answers = read_answers(&text).expect("answers");
    assert_eq!(answers.get("a"), Some(&Said::No));
    assert_eq!(answers.get("b"), Some(&Said::DoNotRemember));
    let unknown = read_answers(&line("a", "maybe")).expect_err("no answer");
    assert!(unknown.to_string().starts_with("line 1"), "{unknown}");
}
