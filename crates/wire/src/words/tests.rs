//! The catalogues against each other, and against the code that says their messages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::FluentResource;

use super::catalogue::sources;
use super::*;

/// Each message of a file with the variables that it names.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| !id.starts_with(' ')) {
            current = id.to_owned();
            let before = found.insert(current.clone(), BTreeSet::new());
            assert!(before.is_none(), "`{current}` stands there twice");
        }
        let variables = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        if let Some(known) = found.get_mut(&current) {
            known.extend(variables);
        }
    }
    found
}

fn all(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let [texts, pages] = sources(locale);
    messages(&format!("{texts}\n{pages}"))
}

#[test]
fn every_catalogue_is_well_formed() {
    for locale in Locale::ALL {
        for source in sources(locale) {
            if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                panic!("{locale:?}: {errors:?}");
            }
        }
        for id in all(locale).keys() {
            assert!(CATALOGUES.of(locale).has(id), "{locale:?}: {id}");
        }
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let english = all(Locale::English);
    assert!(english.len() > 40, "{}", english.len());
    for locale in Locale::ALL {
        assert_eq!(all(locale), english, "{locale:?}");
    }
}

#[test]
fn every_message_is_used() {
    let mut code = String::new();
    for folder in [
        "../wire/src",
        "../gateway/src",
        "../gateway/templates",
        "../wayleave/src",
    ] {
        read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut code);
    }
    for id in all(Locale::English).keys() {
        assert!(code.contains(&format!("\"{id}\"")), "nothing says `{id}`");
    }
}

fn read_all(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, into);
        } else {
            into.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn a_language_is_found_by_its_tag() {
    for locale in Locale::ALL {
        assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
    }
    assert_eq!(Locale::from_tag("ES-419"), Some(Locale::Spanish));
    for unknown in ["", "e", "english", "de", "-es"] {
        assert_eq!(Locale::from_tag(unknown), None, "{unknown}");
    }
}

#[test]
fn a_variable_cannot_hide_or_reorder_the_words_around_it() {
    for hostile in [
        "Ba\u{202e}nk",
        "Ba\nnk",
        "Ba\u{200b}nk",
        "\u{2066}Bank\u{2069}",
        "B\u{0}ank\u{7f}",
        "\u{feff}Bank",
    ] {
        let words = say(Locale::English, "refused", &[("company", hostile.into())]);
        assert_eq!(
            words, "You said no. Bank may not ask where your phone is.",
            "{hostile:?}"
        );
    }
    let markup = say(Locale::English, "refused", &[("company", "{ $x } \"<b>".into())]);
    assert_eq!(markup, "You said no. { $x } \"<b> may not ask where your phone is.");
}
