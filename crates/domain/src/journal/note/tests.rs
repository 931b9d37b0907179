use super::*;
use crate::journal::checkpoint::VerifierKey;

/// The example of Go's `golang.org/x/mod/sumdb/note`.
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// The example of the specification, whose text has an empty line. It comes without its key.
const SPECIFIED: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

fn verified(key: &NoteKey, note: &str) -> Result<(), NoteError> {
    let note = Note::parse(note)?;
    let mut own = key.own(&note).peekable();
    own.peek().ok_or(NoteError::NoSignature)?;
    own.try_for_each(|signature| key.check(note.text().as_bytes(), signature.bytes()))
}

#[test]
fn a_note_that_another_program_signed_is_verified() {
    let key = NoteKey::parse(GO_KEY).expect("a key");
    assert_eq!(key.to_string(), GO_KEY);
    assert_eq!(verified(&key, GO_NOTE), Ok(()));
    assert_eq!(Note::parse(GO_NOTE).expect("a note").to_string(), GO_NOTE);
    for at in 0..GO_NOTE.len() {
        let mut bytes = GO_NOTE.as_bytes().to_vec();
        bytes[at] ^= 1;
        let altered = String::from_utf8(bytes).unwrap_or_default();
        assert!(verified(&key, &altered).is_err(), "{at}: {altered}");
    }
}

#[test]
fn the_specifications_own_notes_are_read() {
    let note = Note::parse(SPECIFIED).expect("a note");
    assert!(note.text().ends_with("\n\ned è subito sera.\n"));
    assert_eq!(note.signatures()[0].name(), "quasimodo.example/salvatore");
    assert_eq!(
        (note.signatures()[0].id, note.signatures()[0].bytes().len()),
        ([0x36, 0x7b, 0xa0, 0x4b], 64)
    );
    assert_eq!(note.to_string(), SPECIFIED);
}

#[test]
fn whatever_is_not_a_note_to_the_letter_is_refused() {
    let line = "— a.example AAAAAAE=\n";
    for good in [
        format!("x\n\n{line}"),
        format!("x\n\n{line}{line}"),
        format!("\n\n\n{line}"),
    ] {
        assert_eq!(Note::parse(&good).map(|note| note.to_string()), Ok(good));
    }
    let bad = [
        "x\n\n".to_owned(),
        format!("x\n{line}"),
        format!("\n\n{line}"),
        format!("x\n\n{}", line.trim_end()),
        format!("x\r\n\n{line}"),
        format!("x\u{1}\n\n{line}"),
        "x\n\n- a.example AAAAAAE=\n".to_owned(),
        "x\n\n—  AAAAAAE=\n".to_owned(),
        "x\n\n— a+b AAAAAAE=\n".to_owned(),
        "x\n\n— a\u{a0}b AAAAAAE=\n".to_owned(),
        "x\n\n— a.example AAAAAA==\n".to_owned(),
        "x\n\n— a.example AAAAAAF=\n".to_owned(),
        "x\n\n— a.example AAAAAAE\n".to_owned(),
        "x\n\n— a.example AAAAAAE= \n".to_owned(),
        format!("x\n\n{}", line.repeat(SIGNATURES_MAX + 1)),
        format!("{}\n\n{line}", "x".repeat(NOTE_BYTES_MAX)),
    ];
    for note in bad {
        assert!(matches!(Note::parse(&note), Err(NoteError::Malformed(_))), "{note:.80}");
    }
    assert!(Note::parse(&format!("x\n\n{}", line.repeat(SIGNATURES_MAX))).is_ok());
}

#[test]
fn a_key_is_read_in_one_spelling() {
    let witness = NoteKey::new("w.example/1", KeyKind::Cosignature, [7; 32]).expect("a key");
    assert_eq!(NoteKey::parse(&witness.to_string()), Ok(witness.clone()));
    let log = NoteKey::new("w.example/1", KeyKind::Text, [7; 32]).expect("a key");
    assert_ne!(witness.id(), log.id(), "one key, two uses");
    assert!(VerifierKey::parse(&witness.to_string()).is_err(), "a witness is no log");
    for bad in [
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW=",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert!(NoteKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_newer_signature_takes_the_place_of_the_same_keys_older_one() {
    let key = NoteKey::new("w.example/1", KeyKind::Cosignature, [7; 32]).expect("a key");
    let mut note = Note::parse(GO_NOTE).expect("a note");
    for time in [1, 2] {
        note.add(NoteSignature::new(&key, vec![time])).expect("room");
    }
    let found: Vec<&[u8]> = key.own(&note).map(NoteSignature::bytes).collect();
    assert_eq!((found, note.signatures().len()), (vec![&[2][..]], 2));
    for n in 2..SIGNATURES_MAX {
        let other = NoteKey::new(&format!("w.example/{n}"), KeyKind::Cosignature, [7; 32]).expect("a key");
        note.add(NoteSignature::new(&other, vec![0])).expect("room");
    }
    let other = NoteKey::new("w.example/more", KeyKind::Cosignature, [7; 32]).expect("a key");
    assert!(note.add(NoteSignature::new(&other, vec![0])).is_err());
}
