//! The house rules, held as a test: each rule lists every offence in the repository as `file:line`. Rules that the
//! compiler or clippy can hold are not repeated here; `tidy/self_test.rs` shows that each rule can fail.

#[path = "tidy/rust_rules.rs"]
mod rust_rules;
#[path = "tidy/self_test.rs"]
mod self_test;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/text_rules.rs"]
mod text_rules;
#[path = "tidy/tree.rs"]
mod tree;

use std::fmt::Write as _;
use std::io::Write as _;

use tree::{Offence, Tree};

/// Fails with a list of every offence against `rule`.
fn hold(rule: fn(&Tree) -> Vec<Offence>, sentence: &str) {
    let mut offences = rule(&Tree::of_repository());
    offences.sort();
    let mut list = String::new();
    for offence in &offences {
        let _ = writeln!(list, "  {}:{}: {}", offence.path, offence.line, offence.what);
    }
    assert!(
        offences.is_empty(),
        "{} against the rule: {sentence}\n{list}",
        offences.len()
    );
}

#[test]
fn files_are_short() {
    hold(
        text_rules::file_length,
        "a source file ends at 400 lines; a longer one has a second idea inside",
    );
}

#[test]
fn functions_are_short() {
    hold(
        rust_rules::function_length,
        "a function shows its story in 60 lines; loops and arithmetic go into small ones",
    );
}

#[test]
fn nothing_is_left_over() {
    hold(
        text_rules::leftovers,
        "what is not finished is said in the documents, not in the code",
    );
}

#[test]
fn domain_is_pure() {
    hold(
        rust_rules::purity,
        "domain performs no I/O, reads no clock, draws no randomness",
    );
}

#[test]
fn request_paths_do_not_panic() {
    hold(
        rust_rules::panics,
        "domain, wire and gateway return errors; they do not stop",
    );
}

#[test]
fn exceptions_give_their_reason() {
    hold(
        rust_rules::exceptions,
        "#[expect(lint, reason = \"…\")] is the only form of exception",
    );
}

#[test]
fn modules_say_what_they_are_for() {
    hold(rust_rules::module_documentation, "a module begins with why it exists");
}

#[test]
fn names_say_what_things_are() {
    hold(rust_rules::names, "nouns of the glossary and verbs, whole words");
}

#[test]
fn proofs_are_minted_in_one_place() {
    hold(
        rust_rules::called_once,
        "Journal::open and Caller::authenticated are each called in one place",
    );
}

#[test]
fn simulator_and_outside_tests_are_strangers() {
    hold(rust_rules::strangers, "what tests the gateway shares none of its code");
}

#[test]
fn crates_depend_in_one_direction() {
    hold(
        text_rules::arrows,
        "wayleave → gateway → wire → domain; sim stands alone",
    );
}

#[test]
fn no_path_of_a_machine() {
    hold(text_rules::machine_paths, "the repository works wherever it is put");
}

#[test]
fn no_number_that_may_be_somebodys() {
    hold(text_rules::phone_numbers, "only numbers that are reserved for examples");
}

#[test]
fn no_registry_outside_lock_files() {
    hold(
        text_rules::registry_hosts,
        "packages come through their ordinary clients",
    );
}

#[test]
fn front_page_names_the_commands() {
    hold(
        text_rules::front_page,
        "README names `make demo` and `make test`; CHANGELOG begins with Unreleased",
    );
}

#[test]
fn documents_point_at_what_is_there() {
    hold(text_rules::links, "a page of the documents leads somewhere");
}

/// Says what `cargo test` alone leaves out, and proves that `make test` does run it.
#[test]
fn browser_tests_belong_to_make_test() {
    let tree = Tree::of_repository();
    if std::env::var_os("WAYLEAVE_MAKE_TEST").is_none() {
        // The handle is written to directly, since the test runner keeps what `eprintln!` prints to itself.
        let notice = "\n!!! SKIPPED: the browser tests and the type check of web/ (they need Node.js and Chromium); \
                      `make test` runs them\n";
        std::io::stderr()
            .write_all(notice.as_bytes())
            .expect("standard error can be written");
    }
    let script = tree.file("scripts/test").map_or("", |file| &file.text);
    assert!(
        script.contains("stage 'browser tests'"),
        "scripts/test has no stage for the browser tests"
    );
    let tests = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with("web/tests/") && file.path.contains(".test."));
    assert!(
        tests.count() > 0,
        "web/tests/ holds no `*.test.*` file for `node --test`"
    );
}
