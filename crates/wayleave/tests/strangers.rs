//! Verifiers that others wrote, against our log: Go's `sumdb`, Python's `cryptography`, the crates `tlog_tiles` and
//! `signed_note`; and our own beside them. Each accepts a small log and a receipt, and notices every byte that is altered.

#[path = "strangers/corpus.rs"]
mod corpus;
#[path = "strangers/oracle.rs"]
mod oracle;
#[path = "strangers/own.rs"]
mod own;
#[path = "strangers/programs.rs"]
mod programs;

use std::sync::atomic::{AtomicUsize, Ordering};

use corpus::{Corpus, Files};

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
