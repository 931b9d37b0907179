//! Every kept input on every run, and each of them changed at random: the targets' promises without the engine.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use fuzz::{PLANTED, TARGETS, Target};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// The largest kept input, in bytes, and how many there may be for one target.
const BYTES_MAX: u64 = 4096;
const FILES_MAX: usize = 120;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The kept inputs of a target, by their paths.
fn kept(name: &str) -> Vec<PathBuf> {
    let folder = corpus().join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_kept_input_keeps_its_promises() {
    for target in &TARGETS {
        (target.run)(&[]);
        for path in kept(target.name) {
            let bytes = fs::read(&path).expect("readable");
            let kept = catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes)));
            assert!(
                kept.is_ok(),
                "{}: {} breaks: {}",
                target.name,
                path.display(),
                target.promise
            );
        }
    }
}

#[test]
fn each_target_has_a_small_corpus_of_its_own() {
    let folders: BTreeSet<String> = fs::read_dir(corpus())
        .expect("the corpora")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(folders, names);
    for target in &TARGETS {
        let paths = kept(target.name);
        assert!(
            (1..=FILES_MAX).contains(&paths.len()),
            "{}: {} inputs",
            target.name,
            paths.len()
        );
        for path in paths {
            let size = fs::metadata(&path).expect("there").len();
            assert!(size <= BYTES_MAX, "{}: {size} bytes", path.display());
        }
    }
}

#[test]
fn kept_inputs_name_nobody() {
    for target in &TARGETS {
        for path in kept(target.name) {
            let bytes = fs::read(&path).expect("readable");
            let offence = somebodys_number(&bytes, ["mlp", "smpp"].contains(&target.name));
            assert!(
                offence.is_none(),
                "{}: {offence:?} may be somebody's number",
                path.display()
            );
        }
    }
}

/// A number that is not reserved: after a plus sign, or wherever numbers stand bare.
fn somebodys_number(bytes: &[u8], bare: bool) -> Option<String> {
    let runs = bytes.split(|byte| !byte.is_ascii_digit() && *byte != b'+');
    let numbers = runs.flat_map(|run| {
        let text = String::from_utf8_lossy(run).into_owned();
        let after_plus: Vec<String> = text.split('+').skip(usize::from(!bare)).map(str::to_owned).collect();
        after_plus
    });
    // Fourteen bare digits are a date and a time.
    let lengths = if bare { 10..=13 } else { 7..=15 };
    let reserved = ["999", "120255501", "20255501"];
    numbers
        .filter(|digits| lengths.contains(&digits.len()) && !digits.starts_with('0'))
        .find(|digits| !reserved.iter().any(|beginning| digits.starts_with(beginning)))
}

#[test]
fn somebodys_number_is_found() {
    let real = [&b"{\"phoneNumber\":\"+1"[..], b"2025551234\"}"].concat();
    assert!(somebodys_number(&real, false).is_some());
    assert!(somebodys_number(b"\x0012025551234\x00", false).is_none());
    assert!(somebodys_number(b"\x00\x3112025551234\x00", true).is_some());
    assert!(somebodys_number(b"+12025550123 12025550123 +999123456", true).is_none());
}

/// What a change does to a kept input.
#[derive(Clone, Debug)]
enum Edit {
    Flip(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), 1_u8..).prop_map(|(at, bits)| Edit::Flip(at, bits)),
        (any::<usize>(), 1_usize..20).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<usize>(), prop::collection::vec(any::<u8>(), 1..12)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (any::<usize>(), 1_usize..40).prop_map(|(at, length)| Edit::Repeat(at, length)),
    ]
}

fn changed(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        let place = |at: usize| at % (bytes.len() + 1);
        match edit {
            Edit::Flip(at, bits) => {
                let at = place(*at);
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= bits);
            }
            Edit::Remove(at, length) => {
                let at = place(*at);
                drop(bytes.drain(at..bytes.len().min(at + length)));
            }
            Edit::Insert(at, new) => {
                let at = place(*at);
                bytes.splice(at..at, new.iter().copied());
            }
            Edit::Repeat(at, length) => {
                let at = place(*at);
                let copy = bytes[at..bytes.len().min(at + length)].to_vec();
                bytes.splice(at..at, copy);
            }
        }
    }
    bytes
}

fn holds_for_changed_inputs(target: &Target) {
    let inputs: Vec<Vec<u8>> = kept(target.name)
        .iter()
        .map(|path| fs::read(path).expect("readable"))
        .chain([Vec::new()])
        .collect();
    let any_input = (any::<prop::sample::Index>(), prop::collection::vec(edit(), 0..4));
    let config = Config {
        cases: 128,
        failure_persistence: None,
        ..Config::default()
    };
    let held = TestRunner::new(config).run(&any_input, |(index, edits)| {
        (target.run)(&changed(index.get(&inputs).clone(), &edits));
        Ok(())
    });
    assert!(held.is_ok(), "{}: {held:?}", target.name);
}

macro_rules! changed_inputs {
    ($($test:ident: $name:literal),+ $(,)?) => {
        $(
            #[test]
            fn $test() {
                holds_for_changed_inputs(fuzz::named($name).expect("a target"));
            }
        )+

        #[test]
        fn every_target_is_changed_at_random() {
            let mut names = vec![$($name),+];
            names.sort_unstable();
            assert_eq!(names, TARGETS.map(|target| target.name));
        }
    };
}

changed_inputs! {
    agreement: "agreement",
    asks: "asks",
    audit: "audit",
    camara: "camara",
    camara_answer: "camara-answer",
    claims: "claims",
    config: "config",
    consent: "consent",
    cosigned: "cosigned",
    decide: "decide",
    export: "export",
    form: "form",
    held: "held",
    http: "http",
    json: "json",
    keys: "keys",
    ledger: "ledger",
    mlp: "mlp",
    note: "note",
    proofs: "proofs",
    receipt: "receipt",
    sealed: "sealed",
    signed_ask: "signed-ask",
    smpp: "smpp",
    sms: "sms",
    tiles: "tiles",
}

#[test]
fn the_planted_branch_breaks_its_promise() {
    let mut input = Vec::new();
    let mut before = 0x5A_u8;
    for want in [0x2D_u8, 0x91, 0x3C, 0xE7] {
        before = want ^ before.wrapping_mul(31);
        input.push(before);
    }
    assert!(catch_unwind(|| (PLANTED.run)(&input)).is_err());
    input[3] ^= 1;
    (PLANTED.run)(&input);
}

/// The list in the folder's README is the list of targets.
#[test]
fn the_readme_says_what_each_target_promises() {
    let readme = include_str!("../README.md");
    for target in &TARGETS {
        let row = format!("| `{}` | {} |", target.name, target.promise);
        assert!(readme.contains(&row), "README.md lacks:\n{row}");
    }
}
