//! Exports of the journal: what an operator alters is found, though it signs the altered file.

use std::collections::BTreeMap;

use domain::journal::statement;
use domain::journal::tree::sha256;
use gateway::records::check::{Checked, check};
use gateway::records::line::{Asked, Counts, EntryLine, Header, Line, Reader, VERSION, WHAT};
use gateway::records::signed::NAME;
use serde_json::Value;

use crate::input::Choices;
use crate::lined::{ENTRIES, altered, entry, lined};

/// An export for this reader.
fn export(reader: Reader) -> String {
    let mut counts = Counts::default();
    let mut lines = vec![Line::Header(Box::new(header(reader)))];
    for leaf in 0..ENTRIES {
        let entry = entry(leaf);
        *counts.kinds.entry(kind(&entry)).or_default() += 1;
        counts.entries += 1;
        lines.push(Line::Entry(entry));
    }
    counts.people = (reader == Reader::Auditor).then_some(1);
    lines.push(Line::Counts(counts));
    let text = |line| serde_json::to_string(line).expect("JSON") + "\n";
    lines.iter().map(text).collect()
}

fn header(reader: Reader) -> Header {
    Header {
        what: WHAT.to_owned(),
        v: VERSION,
        asked: Asked {
            person: (reader == Reader::Subject).then(|| "per_1".to_owned()),
            ..Asked::default()
        },
        reader,
        gateway: "https://gateway.example.com".to_owned(),
        operator: "Example Mobile".to_owned(),
        made_at: "2026-11-22T12:00:00.000Z".to_owned(),
        key: lined().key.to_string(),
        checkpoint: lined().checkpoint.clone(),
        leaves: (reader == Reader::Auditor).then_some((0, ENTRIES.into())),
        numbered: (reader == Reader::Subject).then_some(10),
    }
}

fn kind(entry: &EntryLine) -> String {
    let party: Value = serde_json::from_str(entry.party.text().expect("opened")).expect("JSON");
    party["kind"].as_str().expect("a kind").to_owned()
}

/// A reader, whether the operator signs what was altered, and how it is altered.
pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let reader = choices.one_of(&[Reader::Subject, Reader::Auditor]);
    let anew = choices.flag();
    let original = export(reader);
    let text = altered(&original, &mut choices);
    let signed = if anew { &text } else { &original };
    let note = statement::sign_hash(&lined().keys, NAME, &sha256(&[signed.as_bytes()]));
    let outcome = check(&mut text.as_bytes(), &note, &lined().key);
    if text == original {
        assert!(outcome.is_ok(), "a true export was refused");
    }
    if let Ok(checked) = outcome {
        assert!(anew || text == original, "an export that nobody signed was accepted");
        is_true(&text, &checked);
    }
}

/// Reads the lines once more: each entry is the journal's own, in order and once, and the counts are of these very lines.
fn is_true(text: &str, checked: &Checked) {
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let (mut entries, mut shells, mut leaves) = (0, 0, Vec::new());
    for line in text.lines() {
        match serde_json::from_str(line).expect("an accepted line") {
            Line::Entry(entry) => {
                let place = usize::try_from(entry.leaf).expect("a small leaf");
                assert_eq!(entry.hash(), lined().hashes.get(place).copied(), "another entry");
                *kinds.entry(kind(&entry)).or_default() += 1;
                entries += 1;
                leaves.push(entry.leaf);
            }
            Line::Shell(shell) => {
                shells += 1;
                leaves.push(shell.leaf);
            }
            Line::Header(_) | Line::Counts(_) => {}
        }
    }
    assert!(leaves.is_sorted_by(|one, next| one < next), "an entry is there twice");
    let counts = &checked.counts;
    assert_eq!(
        (&counts.kinds, counts.entries, counts.shells),
        (&kinds, entries, shells)
    );
    if let Some((first, end)) = checked.header.leaves {
        assert_eq!(
            leaves,
            (first..end).collect::<Vec<_>>(),
            "a leaf of the span is missing"
        );
    }
    if checked.header.reader == Reader::Subject {
        let numbered = checked.header.numbered.expect("a count");
        let asked = kinds.get("asked").copied().unwrap_or_default();
        let erasures = kinds.get("erased").copied().unwrap_or_default();
        assert_eq!(asked + erasures + checked.erased, numbered, "a number is missing");
    }
}
