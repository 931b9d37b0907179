//! House rules on Rust sources.

use crate::source::{closing, find_words, functions, line_of};
use crate::tree::{Offence, Source, Tree, is_test_path};

const FUNCTION_LINES_MAX: usize = 60;
/// A test may carry its table with it.
const TEST_FUNCTION_LINES_MAX: usize = 100;

/// A function shows its story: 60 lines at most.
pub fn function_length(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for source in &tree.sources {
        for function in functions(&source.code) {
            let is_test = is_test_path(&source.path) || source.production.as_bytes()[function.offset] == b' ';
            let most = if is_test {
                TEST_FUNCTION_LINES_MAX
            } else {
                FUNCTION_LINES_MAX
            };
            if function.lines > most {
                let what = format!("`{}` has {} lines, at most {most}", function.name, function.lines);
                offences.push(source.offence(function.offset, what));
            }
        }
    }
    offences
}

/// Words with which the pure crate would reach the world.
const WORLDLY: [&str; 16] = [
    "SystemTime",
    "Instant",
    "::now()",
    "tokio",
    "async_std",
    "rand::",
    "rand_core",
    "getrandom",
    "SystemRandom",
    "OsRng",
    "RandomizedNonceKey",
    "::generate(",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
];
const WORLDLY_STD: [&str; 6] = ["env", "fs", "io", "net", "process", "thread"];

/// `domain` performs no I/O, reads no clock, draws no randomness, except in its tests.
pub fn purity(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for source in tree.sources.iter().filter(|source| source.is_in_crate("domain")) {
        for word in WORLDLY {
            for offset in find_words(&source.production, word) {
                offences.push(source.offence(offset, format!("`{word}` in the pure crate")));
            }
        }
        // Its tests too: what they compare with is compiled in.
        for (offset, module) in std_modules(&source.code) {
            if WORLDLY_STD.contains(&module) {
                offences.push(source.offence(offset, format!("`std::{module}` in the pure crate")));
            }
        }
    }
    offences
}

/// Every first-level module of `std` that is named, alone or in a group (`std::{fs, net::IpAddr}`).
fn std_modules(code: &str) -> Vec<(usize, &str)> {
    let mut modules = Vec::new();
    for offset in find_words(code, "std::") {
        let start = offset + "std::".len();
        if code.as_bytes().get(start) == Some(&b'{') {
            let group = &code[start + 1..closing(code.as_bytes(), start)];
            modules.extend(group.split(',').map(|item| (offset, first_word(item))));
        } else {
            modules.push((offset, first_word(&code[start..])));
        }
    }
    modules
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

const PANICS: [&str; 4] = [".unwrap()", ".expect(", "panic!(", "unreachable!("];
/// How many lines above a call its `#[expect(clippy::…, reason = "…")]` may stand.
const EXCEPTION_LINES_ABOVE: usize = 4;

/// Nothing on a request's path may panic, save under an expectation that gives its reason.
pub fn panics(tree: &Tree) -> Vec<Offence> {
    let on_the_path = |source: &&Source| {
        ["domain", "wire", "gateway"]
            .iter()
            .any(|name| source.is_in_crate(name))
    };
    let mut offences = Vec::new();
    for source in tree.sources.iter().filter(on_the_path) {
        for call in PANICS {
            for offset in find_words(&source.production, call) {
                if !is_expected(source, offset) {
                    offences.push(source.offence(offset, format!("`{call}` outside tests; return an error instead")));
                }
            }
        }
    }
    offences
}

fn is_expected(source: &Source, offset: usize) -> bool {
    let line = line_of(&source.code, offset);
    let above = line.saturating_sub(EXCEPTION_LINES_ABOVE + 1);
    source
        .code
        .lines()
        .skip(above)
        .take(line - above)
        .any(|line| line.contains("expect(clippy::"))
}

/// `#[expect(lint, reason = "…")]` is the only form of exception, in tests too.
pub fn exceptions(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for source in &tree.sources {
        for (offset, attribute) in attributes(&source.code) {
            if !find_words(attribute, "allow(").is_empty() {
                offences.push(source.offence(offset, "`allow(…)`; write `#[expect(lint, reason = \"…\")]`"));
            }
            if !find_words(attribute, "expect(").is_empty() && find_words(attribute, "reason").is_empty() {
                offences.push(source.offence(offset, "`expect(…)` without a reason"));
            }
        }
    }
    offences
}

/// Every `#[…]` and `#![…]` with its offset.
fn attributes(code: &str) -> Vec<(usize, &str)> {
    let starts = code.match_indices('#').filter_map(|(offset, _)| {
        let rest = &code[offset + 1..];
        let open = offset + 1 + usize::from(rest.starts_with('!'));
        code[open..].starts_with('[').then_some((offset, open))
    });
    starts
        .map(|(offset, open)| (offset, &code[open..=closing(code.as_bytes(), open)]))
        .collect()
}

/// Every module begins by saying why it exists.
pub fn module_documentation(tree: &Tree) -> Vec<Offence> {
    let modules = tree
        .sources
        .iter()
        .filter(|source| source.path.contains("/src/") && !is_test_path(&source.path));
    modules
        .filter(|source| !source.raw.starts_with("//!"))
        .map(|source| source.offence(0, "the first line is not a `//!` that says what the module is for"))
        .collect()
}

const EMPTY_NAMES: [&str; 6] = ["Manager", "Managers", "Helper", "Helpers", "Util", "Utils"];

/// Names say what a thing is: no `get_`, no Manager, Helper or Utils.
pub fn names(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for source in &tree.sources {
        for offset in find_words(&source.code, "fn")
            .into_iter()
            .filter(|at| source.code[*at..].starts_with("fn get_"))
        {
            offences.push(source.offence(
                offset,
                format!("`{}`: drop `get_`", first_word(&source.code[offset + 3..])),
            ));
        }
        for keyword in ["struct", "enum", "trait", "type", "mod"] {
            for offset in find_words(&source.code, keyword) {
                let name = first_word(&source.code[offset + keyword.len()..]);
                if EMPTY_NAMES
                    .iter()
                    .any(|empty| name.ends_with(empty) || name == empty.to_lowercase())
                {
                    offences.push(source.offence(offset, format!("`{name}` does not say what the thing is")));
                }
            }
        }
    }
    offences
}

/// What each is for is said in `clippy.toml`, which also catches renamed imports.
const CALLED_ONCE: [&str; 2] = ["Journal::open(", "Caller::authenticated("];

/// The constructors that prove something are each called in exactly one place.
pub fn called_once(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for call in CALLED_ONCE {
        let places = tree
            .sources
            .iter()
            .filter(|source| source.path.contains("/src/"))
            .flat_map(|source| {
                find_words(&source.production, call)
                    .into_iter()
                    .map(move |offset| (source, offset))
            });
        let places: Vec<_> = places.collect();
        if places.is_empty() {
            let what = format!("`{call}…)` is called nowhere; expected exactly one place");
            offences.push(Offence {
                path: "crates".to_owned(),
                line: 1,
                what,
            });
        } else if places.len() > 1 {
            let what = format!("`{call}…)` is called in {} places; expected exactly one", places.len());
            offences.extend(
                places
                    .iter()
                    .map(|(source, offset)| source.offence(*offset, what.clone())),
            );
        }
    }
    offences
}

/// The simulated world shares nothing with the gateway but geometry; the outside tests link none of its crates.
pub fn strangers(tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for source in tree
        .sources
        .iter()
        .filter(|source| source.path.starts_with("crates/sim/"))
    {
        for offset in find_words(&source.code, "domain::") {
            if first_word(&source.code[offset + "domain::".len()..]) != "geo" {
                offences.push(source.offence(offset, "the simulator may use `domain::geo` only"));
            }
        }
    }
    for source in tree
        .sources
        .iter()
        .filter(|source| source.path.starts_with("crates/wayleave/tests/"))
        // The hostile hub has the program's own code: that is what makes it hostile.
        .filter(|source| !source.path.starts_with("crates/wayleave/tests/hostile"))
    {
        for name in ["domain::", "wire::", "gateway::", "sim::"] {
            for offset in find_words(&source.code, name) {
                offences.push(source.offence(
                    offset,
                    format!("`{name}` in a test that drives the program from outside"),
                ));
            }
        }
    }
    offences
}
