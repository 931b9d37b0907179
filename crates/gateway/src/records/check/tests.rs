use domain::journal::settle::{Change, Notice};
use domain::time::Timestamp;

use super::super::export::{Wanted, Whose, write};
use super::super::signed::Hashing;
use super::super::tests::{DEPOT, End, Office, ROADSIDE, party};
use super::*;

fn busy() -> Office {
    let mut office = Office::new();
    office.agree(1, ROADSIDE);
    office.agree(2, DEPOT);
    for (person, of, end) in [
        (1, ROADSIDE, End::Answered),
        (2, DEPOT, End::Answered),
        (1, DEPOT, End::Answered),
        (1, ROADSIDE, End::Failed),
        (1, ROADSIDE, End::Answered),
    ] {
        office.ask(person, of, end);
    }
    office
}

struct Exported {
    lines: Vec<String>,
    note: String,
    key: VerifierKey,
}

fn export(office: &Office, whose: Whose, reader: Reader) -> Exported {
    let wanted = Wanted {
        whose,
        from: None,
        to: None,
        reader,
    };
    let book = office.book();
    let mut out = Hashing::new(Vec::new());
    write(&book, &office.gateway, &wanted, Timestamp::from_unix_ms(0), &mut out).expect("written");
    let (bytes, sum) = out.finish();
    let text = String::from_utf8(bytes).expect("text");
    Exported {
        lines: text.lines().map(str::to_owned).collect(),
        note: statement::sign_hash(book.keys(), NAME, &sum),
        key: VerifierKey::of(book.keys()),
    }
}

fn person(office: &Office, person: u8) -> Whose {
    let subject = office.subject(person);
    Whose::Subject(subject.key, subject.number)
}

impl Exported {
    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn check(&self) -> Result<Checked, RecordsError> {
        check(&mut self.text().as_bytes(), &self.note, &self.key)
    }

    /// The same with other lines, signed anew, as a gateway that lies would.
    fn signed_anew(&self, office: &Office, change: impl FnOnce(&mut Vec<String>)) -> String {
        let mut lines = self.lines.clone();
        change(&mut lines);
        let mut altered = Self {
            lines,
            note: String::new(),
            key: self.key.clone(),
        };
        let mut hash = Hashing::new(Vec::new());
        std::io::Write::write_all(&mut hash, altered.text().as_bytes()).expect("written");
        altered.note = statement::sign_hash(office.book().keys(), NAME, &hash.finish().1);
        altered.check().expect_err("an altered export").to_string()
    }
}

#[test]
fn each_reader_gets_what_it_may_have_and_can_check_it() {
    let office = busy();
    let own = export(&office, person(&office, 1), Reader::Subject);
    let checked = own.check().expect("checks");
    // Asked, agreed; three asks of one party, each with its end; one refusal.
    assert_eq!(
        (checked.counts.entries, checked.erased, checked.header.numbered),
        (9, 0, Some(6))
    );
    assert!(own.lines.iter().all(|line| !line.contains("commitment")));

    let theirs = export(&office, Whose::Party(party(DEPOT)), Reader::Party);
    let checked = theirs.check().expect("checks");
    assert_eq!((checked.counts.entries, checked.counts.unanswered), (2, Some(1)));
    assert!(
        theirs
            .lines
            .iter()
            .all(|line| ["per_", "refused", "consent-"].iter().all(|word| !line.contains(word)))
    );

    let all = export(&office, Whose::Everybody, Reader::Auditor);
    let checked = all.check().expect("checks");
    assert_eq!(
        (checked.counts.entries, checked.counts.people),
        (office.book().head().size, Some(2))
    );
}

#[test]
fn every_alteration_is_found_whoever_signs_it() {
    let office = busy();
    let own = export(&office, person(&office, 1), Reader::Subject);
    let text = own.text();
    // Somebody without the key: a sample of all bytes, and every byte of the signature.
    for at in (0..text.len()).step_by(211) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        assert!(check(&mut &bytes[..], &own.note, &own.key).is_err(), "byte {at}");
    }
    for at in 0..own.note.len() {
        let mut note = own.note.clone().into_bytes();
        note[at] ^= 1;
        let refused = String::from_utf8(note).map(|note| check(&mut text.as_bytes(), &note, &own.key).is_err());
        assert!(refused.unwrap_or(true), "byte {at} of the signature");
    }
    // The gateway itself.
    let missing = own.signed_anew(&office, |lines| drop(lines.remove(3)));
    assert!(missing.contains("missing") || missing.contains("number"), "{missing}");
    let twice = own.signed_anew(&office, |lines| lines.insert(3, lines[2].clone()));
    assert!(twice.contains("or a later one"), "{twice}");
    let bent = own.signed_anew(&office, |lines| {
        lines[3] = lines[3].replace("RequestedService", "RequestedSErvice")
    });
    assert!(bent.contains("leads elsewhere"), "{bent}");
    let cut = own.signed_anew(&office, |lines| drop(lines.pop()));
    assert!(cut.contains("it was cut"), "{cut}");
    let counted = own.signed_anew(&office, |lines| {
        let last = lines.len() - 1;
        lines[last] = lines[last].replace("\"entries\":9", "\"entries\":8");
    });
    assert!(counted.contains("expected the counts"), "{counted}");
    let all = export(&office, Whose::Everybody, Reader::Auditor);
    let hole = all.signed_anew(&office, |lines| drop(lines.remove(4)));
    assert!(hole.contains("expected leaf"), "{hole}");
}

#[test]
fn after_an_erasure_shells_stand_in_a_span_and_totals_close_the_gap() {
    let mut office = busy();
    let subject = office.subject(1);
    office.change(Change::Notice(Box::new(Notice::StaffLooked {
        subject: subject.key,
        who: "A. Clerk".to_owned(),
        why: "asked to erase".to_owned(),
    })));
    let spared = office.book().facts(subject.key).expect("a person").last_leaf;
    assert_eq!(office.erase(1, spared), 10, "nine, and that what was agreed has ended");
    let left = office.book().facts(subject.key).expect("a person");
    assert!(left.consents.is_empty() && left.count > 7, "{left:?}");
    let own = export(&office, person(&office, 1), Reader::Subject);
    let checked = own.check().expect("checks");
    assert_eq!((checked.counts.kinds["staff-looked"], checked.erased), (1, 7));
    let all = export(&office, Whose::Everybody, Reader::Auditor);
    let checked = all.check().expect("checks");
    assert_eq!((checked.counts.shells, checked.counts.people), (10, Some(2)));
    let hidden = own.signed_anew(&office, |lines| {
        lines.retain(|line| !line.contains("\\\"totals\\\":[{"))
    });
    assert!(hidden.contains("missing"), "{hidden}");
}

#[test]
fn a_span_has_every_leaf_of_its_time() {
    let mut office = busy();
    let first = office.book().head().size;
    office.wait(10);
    let from = office.now();
    office.ask(2, DEPOT, End::Answered);
    office.wait(10);
    let to = office.now();
    office.ask(2, DEPOT, End::Answered);
    let book = office.book();
    assert_eq!(book.span(Some(from), Some(to)).expect("a span"), first..first + 2);
    assert_eq!(book.span(None, Some(from)).expect("a span"), 0..first);
    assert_eq!(book.span(Some(to), None).expect("a span"), first + 2..first + 4);
    assert_eq!(book.span(Some(to), Some(from)).expect("a span").count(), 0);
}

#[test]
fn found_a_leaf_behind_which_there_is_none() {
    let office = busy();
    let own = export(&office, person(&office, 1), Reader::Subject);
    let beyond = own.signed_anew(&office, |lines| {
        let (before, after) = lines[1].split_once("\"leaf\":").expect("a leaf");
        let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        lines[1] = format!("{before}\"leaf\":{}{after}", u64::MAX);
    });
    assert!(beyond.contains("leads elsewhere"), "{beyond}");
}
