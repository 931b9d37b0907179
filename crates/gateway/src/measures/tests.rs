use std::collections::BTreeSet;
use std::path::Path;

use super::*;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating/monitoring.md");
const BEGIN: &str =
    "<!-- The table is made from the program's own: WAYLEAVE_BLESS=1 cargo test -p gateway measures -->\n";
const END: &str = "<!-- End of the table. -->";

/// Every text below a folder of sources, tests and the table itself left out.
fn sources(folder: &Path, found: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let left_out = path.ends_with("measures") || path.ends_with("tests") || path.ends_with("tests.rs");
        if path.is_dir() && !left_out {
            sources(&path, found);
        } else if path.is_file() && !left_out {
            found.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

/// The names of measures in a text, as literals that are nothing else.
fn names(text: &str) -> BTreeSet<&str> {
    let literals = text
        .split("\"wayleave_")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    literals.filter(plain).collect()
}

#[test]
fn what_is_counted_is_named_and_what_is_named_is_counted() {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    text.push_str(include_str!("sample.rs"));
    let counted = names(&text);
    let named: BTreeSet<&str> = MEASURES
        .iter()
        .map(|measure| measure.name.strip_prefix("wayleave_").expect("our own prefix"))
        .collect();
    assert_eq!(named.len(), MEASURES.len(), "a name stands twice in the table");
    let difference: Vec<_> = counted.symmetric_difference(&named).collect();
    assert!(difference.is_empty(), "counted or named, but not both: {difference:?}");
}

#[test]
fn names_end_in_what_they_count() {
    for measure in MEASURES {
        let name = measure.name;
        assert_eq!(measure.kind == Kind::Counter, name.ends_with("_total"), "{name}");
        let in_steps = name.ends_with("_seconds") || name.ends_with("_items");
        assert!(measure.kind != Kind::Histogram || in_steps, "{name} has no steps");
        assert!(
            !measure.about.contains('|') && !measure.act.contains('|'),
            "{name} would break the table"
        );
    }
}

#[test]
fn the_operators_page_has_the_table() {
    let page = std::fs::read_to_string(PAGE).expect("docs/operating/monitoring.md");
    let (before, rest) = page.split_once(BEGIN).expect("the table's beginning");
    let (found, after) = rest.split_once(END).expect("the table's end");
    let want = format!("\n{}\n", reference());
    if found != want && std::env::var_os("WAYLEAVE_BLESS").is_some() {
        std::fs::write(PAGE, format!("{before}{BEGIN}{want}{END}{after}")).expect("written");
        return;
    }
    assert_eq!(
        found, want,
        "WAYLEAVE_BLESS=1 cargo test -p gateway measures writes it anew"
    );
}
