//! Each rule on made-up text: it must find what it is for, and must leave the innocent look-alike alone.

use crate::tree::{Offence, TextFile, Tree};
use crate::{rust_rules, text_rules};

/// The places that `rule` finds in one made-up file, as `line` numbers.
fn lines(rule: fn(&Tree) -> Vec<Offence>, path: &str, text: &str) -> Vec<usize> {
    let file = TextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    rule(&Tree::of(vec![file]))
        .into_iter()
        .map(|offence| offence.line)
        .collect()
}

const NONE: [usize; 0] = [];

#[test]
fn file_length_counts_lines() {
    assert_eq!(lines(text_rules::file_length, "web/a.js", &"x\n".repeat(401)), [401]);
    assert_eq!(lines(text_rules::file_length, "web/a.js", &"x\n".repeat(400)), NONE);
    assert_eq!(lines(text_rules::file_length, "docs/a.md", &"x\n".repeat(500)), NONE);
}

#[test]
fn function_length_counts_from_fn_to_brace() {
    let function = |body: usize| {
        format!(
            "\n#[inline]\nfn long(x: [u8; 4]) -> u8 {{\n{}}}\n",
            "    x();\n".repeat(body)
        )
    };
    assert_eq!(
        lines(rust_rules::function_length, "crates/a/src/b.rs", &function(59)),
        [3]
    );
    assert_eq!(
        lines(rust_rules::function_length, "crates/a/src/b.rs", &function(58)),
        NONE
    );
    assert_eq!(
        lines(rust_rules::function_length, "crates/a/tests/b.rs", &function(98)),
        NONE
    );
    assert_eq!(
        lines(rust_rules::function_length, "crates/a/tests/b.rs", &function(99)),
        [3]
    );
    let braces_in_text = format!("fn short() {{ \"{{\"; '{{'; }} // {{\n{}", "// x\n".repeat(80));
    assert_eq!(
        lines(rust_rules::function_length, "crates/a/src/b.rs", &braces_in_text),
        NONE
    );
}

#[test]
fn leftovers_are_whole_words() {
    let word = concat!("// TO", "DO: later\nlet mastodon = 1;\n", "db", "g!(x);\n");
    assert_eq!(lines(text_rules::leftovers, "crates/a/src/b.rs", word), [1, 3]);
}

#[test]
fn purity_reads_code_not_words_about_it() {
    let text = "//! Reads no SystemTime.\nuse std::time::Instant;\nuse std::{fmt, fs::File};\nlet a = Timestamp::now();\n\
                fn f() -> &'static str { \"std::fs\" }\n#[cfg(test)]\nmod tests { use std::fs; }\nuse std::fmt::Write;\n\
                let r = SystemRandom::new();\n";
    let mut found = lines(rust_rules::purity, "crates/domain/src/x.rs", text);
    found.sort_unstable();
    assert_eq!(found, [2, 3, 4, 7, 9]);
    assert_eq!(lines(rust_rules::purity, "crates/gateway/src/x.rs", text), NONE);
}

#[test]
fn panics_are_found_outside_tests_only() {
    let text = "//! a.unwrap()\nfn f() { a.unwrap(); }\nfn g() { a.unwrap_or(1); }\n#[cfg(test)]\nmod tests {\n\
                fn h() { a.unwrap(); }\n}\nfn i() { a.expect(\"x\"); }\n";
    assert_eq!(lines(rust_rules::panics, "crates/wire/src/x.rs", text), [2, 8]);
    assert_eq!(lines(rust_rules::panics, "crates/wire/src/x/tests.rs", text), NONE);
    assert_eq!(lines(rust_rules::panics, "crates/sim/src/x.rs", text), NONE);
    let expected =
        "#[expect(clippy::unwrap_used, reason = \"a constant\")]\nlet a = B.unwrap();\n\n\n\n\nc.unwrap();\n";
    assert_eq!(lines(rust_rules::panics, "crates/wire/src/x.rs", expected), [7]);
}

#[test]
fn exceptions_are_read_in_attributes() {
    let text = "#![allow(dead_code)]\n#[expect(unused)]\n#[expect(unused, reason = \"r\")]\n#[cfg_attr(test, allow(unused))]\n\
                fn f() { gate.allow(1); x.expect(\"y\") } // #[allow(dead_code)]\n#[should_panic(expected = \"x\")]\nfn g() {}\n";
    assert_eq!(lines(rust_rules::exceptions, "crates/a/src/b.rs", text), [1, 2, 4]);
}

#[test]
fn module_documentation_is_the_first_line() {
    assert_eq!(
        lines(rust_rules::module_documentation, "crates/a/src/b.rs", "use x;\n"),
        [1]
    );
    assert_eq!(
        lines(rust_rules::module_documentation, "crates/a/src/b.rs", "//! Why.\n"),
        NONE
    );
    assert_eq!(
        lines(rust_rules::module_documentation, "crates/a/src/b/tests.rs", "use x;\n"),
        NONE
    );
}

#[test]
fn names_are_judged_where_they_are_given() {
    let text = "fn get_position() {}\nstruct SessionManager;\nmod utils;\nfn target_get() {}\nuse other::IdManager;\n";
    assert_eq!(lines(rust_rules::names, "crates/a/src/b.rs", text), [1, 2, 3]);
}

#[test]
fn called_once_wants_exactly_one() {
    let both = "Journal::open(a);\nCaller::authenticated(b);\n// Journal::open(c)\nJournal::open_all(d);\n";
    assert_eq!(lines(rust_rules::called_once, "crates/a/src/b.rs", both), NONE);
    let twice = format!("{both}journal::Journal::open(e);\n");
    assert_eq!(lines(rust_rules::called_once, "crates/a/src/b.rs", &twice), [1, 5]);
    assert_eq!(
        lines(rust_rules::called_once, "crates/a/src/b.rs", "Journal::open(a);\n").len(),
        1
    );
    let in_a_test = "Journal::open(a);\nCaller::authenticated(b);\n#[cfg(test)]\nfn t() { Journal::open(c); }\n";
    assert_eq!(lines(rust_rules::called_once, "crates/a/src/b.rs", in_a_test), NONE);
}

#[test]
fn strangers_share_no_code() {
    let text = "use domain::geo::Circle;\nuse domain::journal::Entry;\n";
    assert_eq!(lines(rust_rules::strangers, "crates/sim/src/a.rs", text), [2]);
    assert_eq!(lines(rust_rules::strangers, "crates/wayleave/tests/a.rs", text), [1, 2]);
    assert_eq!(lines(rust_rules::strangers, "crates/gateway/src/a.rs", text), NONE);
}

#[test]
fn arrows_read_every_dependency_table() {
    let manifest = "[package]\nname = \"wire\"\n[dependencies]\ndomain.workspace = true\ngateway.workspace = true\n\
                    [dev-dependencies]\nsim = { path = \"../sim\" }\n[build-dependencies.wayleave]\nserde = \"1\"\n";
    assert_eq!(lines(text_rules::arrows, "crates/wire/Cargo.toml", manifest), [5, 7, 8]);
    assert_eq!(
        lines(text_rules::arrows, "crates/domain/Cargo.toml", manifest),
        [4, 5, 7, 8]
    );
}

#[test]
fn machine_paths_are_absolute() {
    let absolute = concat!(
        "see /wo",
        "rk/main/x\nsrc/wo",
        "rk/jobs.rs\n\"/ho",
        "me/me/x\"\n../sha",
        "red/x\nPOST /ho",
        "mepage\n"
    );
    assert_eq!(lines(text_rules::machine_paths, "README.md", absolute), [1, 3, 4]);
}

#[test]
fn phone_numbers_must_be_reserved() {
    // Put together here, so that this file holds no such number itself.
    let real = concat!("+", "4917012345678");
    let spaced = concat!("+", "1 415 555 2671");
    let text = format!(
        "+12025550100\n{real}\n{spaced}\n+99912345678\n+1 202 555 01xx\nx%2B{}\n+01:00\n",
        &real[1..]
    );
    assert_eq!(lines(text_rules::phone_numbers, "docs/a.md", &text), [2, 3, 6]);
    assert_eq!(lines(text_rules::phone_numbers, "Cargo.lock", &text), NONE);
}

#[test]
fn registry_hosts_stand_in_lock_files_only() {
    let text = concat!("https://crates", ".io/x\n");
    assert_eq!(lines(text_rules::registry_hosts, "README.md", text), [1]);
    assert_eq!(lines(text_rules::registry_hosts, "Cargo.lock", text), NONE);
}

#[test]
fn front_page_wants_commands_and_unreleased() {
    assert_eq!(lines(text_rules::front_page, "README.md", "make demo\n").len(), 2);
    assert_eq!(
        lines(text_rules::front_page, "README.md", "make demo, make test\n").len(),
        1
    );
    assert_eq!(
        lines(
            text_rules::front_page,
            "CHANGELOG.md",
            "# Changelog\n## [0.1.0]\n## [Unreleased]\n"
        )
        .len(),
        3
    );
    assert_eq!(
        lines(
            text_rules::front_page,
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n"
        )
        .len(),
        2
    );
}

#[test]
fn links_are_followed_from_their_own_page() {
    let text = "[a](b.md) [c](../docs/x.md#part) [d](https://example.com/e)\n[here](#part) [up](../docs/)\n";
    assert_eq!(lines(text_rules::links, "docs/x.md", text), [1]);
}
