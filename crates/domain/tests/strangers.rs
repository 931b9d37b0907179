//! Verifiers that others wrote, against our log: Go's `sumdb`, Python's `cryptography`, the crates `tlog_tiles` and
//! `signed_note`; and our own beside them. Each accepts a small log and a receipt, and notices every byte that is altered.

#[path = "strangers/corpus.rs"]
mod corpus;
#[path = "strangers/cosigned.rs"]
mod cosigned;
#[path = "strangers/oracle.rs"]
mod oracle;
#[path = "strangers/own.rs"]
mod own;
#[path = "strangers/programs.rs"]
mod programs;

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use corpus::{Corpus, Files};
use cosigned::Cosigned;

/// One verifier, as functions of what it is given.
trait Verifier: Sync {
    fn log_is_good(&self, files: &Files) -> bool;
    fn receipt_is_good(&self, receipt: &[u8], answer: &[u8]) -> bool;
}

/// Alters one byte after the other, and names what is not noticed; how many alterations there were.
fn flip(corpus: &Corpus, verifier: &dyn Verifier) -> usize {
    assert!(
        verifier.log_is_good(&corpus.log),
        "what was not altered is not accepted"
    );
    assert!(verifier.receipt_is_good(&corpus.receipt, &corpus.answer));
    let alterations = corpus.alterations();
    let next = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            threads.spawn(|| {
                let mut log = corpus.log.clone();
                while let Some((name, at, bit)) = alterations.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let noticed = match name {
                        Some(name) => {
                            log.get_mut(name).expect("there")[*at] ^= 1 << bit;
                            let noticed = !verifier.log_is_good(&log);
                            log.get_mut(name).expect("there")[*at] ^= 1 << bit;
                            noticed
                        }
                        None => {
                            let mut receipt = corpus.receipt.clone();
                            receipt[*at] ^= 1 << bit;
                            !verifier.receipt_is_good(&receipt, &corpus.answer)
                        }
                    };
                    let name = name.as_deref().unwrap_or("the receipt");
                    assert!(noticed, "{name}: bit {bit} of byte {at} is not noticed");
                }
            });
        }
    });
    alterations.len()
}

/// The crates that others wrote bring cryptography of their own, which no program of ours may have. The reader of PDF files has
/// a hash for encrypted ones, which are refused; it is nobody else's.
#[test]
fn what_others_wrote_is_no_part_of_the_programs() {
    let tree = [
        "tree",
        "--locked",
        "--offline",
        "-p",
        "wayleave",
        "-e",
        "normal,build",
        "--prefix",
        "depth",
    ];
    let tree = Command::new(env!("CARGO")).args(tree).output().expect("cargo");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    // Each line begins with its depth; whatever is left of the lines above, one for each depth, is the road to it.
    let (mut road, mut parts) = (Vec::new(), Vec::new());
    for line in tree.lines() {
        let name = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let depth: usize = line[..line.len() - name.len()].parse().expect("a depth");
        let name = name.split(' ').next().unwrap_or_default();
        road.truncate(depth);
        parts.push((road.last().copied().unwrap_or_default(), name));
        road.push(name);
    }
    assert!(parts.iter().any(|(_, name)| *name == "aws-lc-rs"), "{tree}");
    for stranger in [
        "signed_note",
        "tlog_tiles",
        "curve25519-dalek",
        "sha2",
        "ring",
        "openssl",
        "openssl-sys",
    ] {
        let mut whose = parts
            .iter()
            .filter(|part| part.1 == stranger && **part != ("lopdf", "sha2"));
        assert_eq!(whose.next(), None, "{stranger} is part of the programs");
    }
}

#[test]
fn our_own_parts_notice_every_altered_byte() {
    let corpus = Corpus::make();
    assert!(flip(&corpus, &own::Own::new(&corpus.key)) > 30_000);
}

#[test]
fn the_crates_of_others_notice_every_altered_byte() {
    let corpus = Corpus::make();
    assert!(flip(&corpus, &oracle::Oracle::new(&corpus.key)) > 30_000);
}

#[test]
fn go_notices_every_altered_byte() {
    programs::go(&Corpus::make());
}

#[test]
fn python_notices_every_altered_byte() {
    programs::python(&Corpus::make());
}

#[test]
fn every_altered_bit_of_a_cosigned_checkpoint_is_noticed_by_our_own_parts_and_by_the_crate() {
    let cosigned = Cosigned::make();
    let own = cosigned.flip(|note| cosigned.by_our_own(note));
    let theirs = cosigned.flip(|note| cosigned.by_the_crate(note));
    assert!(own == theirs && own > 3_000, "{own} {theirs}");
}

#[test]
fn go_notices_every_altered_bit_of_a_cosigned_checkpoint() {
    cosigned::go(&Cosigned::make());
}

#[test]
fn python_notices_every_altered_bit_of_a_cosigned_checkpoint() {
    cosigned::python(&Cosigned::make());
}
