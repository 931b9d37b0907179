//! A small journal whose documents an operator hands out, and an operator who alters them and signs them anew.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::checkpoint::{VerifierKey, sign};
use domain::journal::keys::Keys;
use domain::journal::tree::{Frontier, Growth, Hash};
use gateway::records::line::{EntryLine, PartLine};

use crate::input::Choices;

/// So many entries it has.
pub(crate) const ENTRIES: u8 = 12;
/// Whom the answers are for.
pub(crate) const PARTY: &str = "pty_01J00000000000000000000000";

/// A journal.
pub(crate) struct Lined {
    pub(crate) keys: Keys,
    pub(crate) key: VerifierKey,
    pub(crate) checkpoint: String,
    pub(crate) root: Hash,
    pub(crate) hashes: Vec<Hash>,
}

/// The one journal.
pub(crate) fn lined() -> &'static Lined {
    static LINED: OnceLock<Lined> = OnceLock::new();
    LINED.get_or_init(|| {
        let keys = Keys::new("gateway.example.com/journal", &[5; 32], &[6; 32]).expect("keys");
        let hashes: Vec<Hash> = (0..ENTRIES).map(|leaf| bare(leaf).hash().expect("an entry")).collect();
        let root = growth(&hashes).after().root();
        Lined {
            key: VerifierKey::of(&keys),
            checkpoint: sign(&keys, ENTRIES.into(), &root),
            keys,
            root,
            hashes,
        }
    })
}

fn growth(hashes: &[Hash]) -> Growth {
    let mut growth = Growth::from(&Frontier::default());
    for hash in hashes {
        growth.push(*hash);
    }
    growth
}

/// An entry with its proof. Each is about the one person, and numbered in their count.
pub(crate) fn entry(leaf: u8) -> EntryLine {
    let proof = growth(&lined().hashes).inclusion(leaf.into()).expect("a leaf");
    EntryLine {
        proof: proof.iter().map(|hash| encode(hash)).collect(),
        ..bare(leaf)
    }
}

/// Asks and answers in turns, and in the end an erasure that accounts for three numbers.
fn bare(leaf: u8) -> EntryLine {
    let at = "2026-11-22T12:00:00.000Z";
    let number = 1 + leaf / 2;
    let (party, number) = match leaf {
        11 => (
            format!(r#"{{"at":"{at}","kind":"erased","totals":[{{"kind":"asked","n":3}}],"why":"asked"}}"#),
            10,
        ),
        even if even % 2 == 0 => (
            format!(r#"{{"at":"{at}","kind":"asked","recipient":"{PARTY}"}}"#),
            number,
        ),
        odd => (
            format!(
                r#"{{"asked":{},"at":"{at}","kind":"answered","recipient":"{PARTY}"}}"#,
                odd - 1
            ),
            number,
        ),
    };
    EntryLine {
        leaf: leaf.into(),
        tag: encode(&[leaf; 32]),
        party: opened(leaf, party),
        subject: opened(leaf ^ 0x80, format!(r#"{{"n":{number}}}"#)),
        person: Some("per_1".to_owned()),
        proof: Vec::new(),
    }
}

fn opened(salt: u8, text: String) -> PartLine {
    PartLine::Opened {
        salt: encode(&[salt; 16]),
        text,
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Alters a document: lines are removed, repeated or swapped, bytes are changed, words are put in.
pub(crate) fn altered(document: &str, choices: &mut Choices<'_>) -> String {
    let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
    for _ in 0..choices.below(5) {
        let (kind, at) = (choices.byte() % 5, choices.below(lines.len().max(1)));
        let other = choices.below(lines.len().max(1));
        match kind {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(other, lines.get(at).cloned().unwrap_or_default()),
            2 if !lines.is_empty() => lines.swap(at, other),
            3 => {
                let length = choices.below(24);
                let bytes: Vec<u8> = (0..length).map(|_| choices.byte()).collect();
                put(&mut lines, at, choices, &String::from_utf8_lossy(&bytes));
            }
            _ => {
                let words = [
                    "0",
                    "1",
                    "9",
                    "18446744073709551615",
                    "18446744073709551614",
                    "null",
                    "true",
                    "\"\"",
                    "[]",
                    "{}",
                ];
                let word = choices.one_of(&words);
                replace_number(&mut lines, at, choices, word);
            }
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Puts words into a line, in the place of as many bytes as chosen.
fn put(lines: &mut [String], at: usize, choices: &mut Choices<'_>, words: &str) {
    let Some(line) = lines.get_mut(at) else { return };
    let from = usize::from(u16::from_be_bytes(choices.bytes())) % (line.len() + 1);
    let to = (from + choices.below(24)).min(line.len());
    if line.is_char_boundary(from) && line.is_char_boundary(to) {
        line.replace_range(from..to, words);
    }
}

/// Puts a word in the place of one of a line's numbers.
fn replace_number(lines: &mut [String], at: usize, choices: &mut Choices<'_>, word: &str) {
    let Some(line) = lines.get_mut(at) else { return };
    let starts: Vec<usize> = line.match_indices("\":").map(|(place, _)| place + 2).collect();
    let Some(from) = starts.get(choices.below(starts.len().max(1))).copied() else {
        return;
    };
    let length = line[from..].bytes().take_while(u8::is_ascii_digit).count();
    line.replace_range(from..from + length, word);
}
