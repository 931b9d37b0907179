//! What a page of the board says about what its browser checked: nothing, until a script has; then two short lists, what
//! holds and what no page can find. The script picks its words from here, so that they stand in every language once.

use wire::words::{Locale, Value, say};

use super::sentence::plain;

/// The words of the script, and the variables that it fills in.
const WORDS: [(&str, &[&str]); 24] = [
    ("check-progress", &["checked", "count"]),
    ("check-nothing", &[]),
    ("check-done", &[]),
    ("check-stopped", &[]),
    ("check-head", &["size", "origin"]),
    ("check-goes-on", &["at"]),
    ("check-first-head", &[]),
    ("check-own-shut", &[]),
    ("check-own-all", &["count"]),
    ("check-own-from", &["from", "count"]),
    ("check-own-not-smaller", &["before", "now"]),
    ("check-rows", &["count"]),
    ("check-record", &["leaf"]),
    ("check-unsigned", &[]),
    ("check-older", &["before", "now"]),
    ("check-forked", &[]),
    ("check-restored", &["at", "origin", "before", "now"]),
    ("check-own-unsigned", &[]),
    ("check-own-smaller", &["before", "now"]),
    ("check-own-other", &["number"]),
    ("check-own-differ", &[]),
    ("check-altered", &["leaf"]),
    ("check-missing", &["number"]),
    ("check-row-without", &["leaf"]),
];

/// The section of what was checked.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub(super) journal_key: String,
    /// The entry behind which the rows of the page begin, if they are not the newest.
    pub(super) before: Option<u64>,
    pub(super) title: String,
    pub(super) nothing: String,
    pub(super) holds: String,
    pub(super) cannot: String,
    pub(super) cannot_lines: Vec<String>,
    pub(super) words: Vec<(&'static str, String)>,
}

impl Checked {
    /// The section of a page under this journal's key.
    pub(super) fn new(locale: Locale, journal_key: &str, before: Option<u64>) -> Self {
        let filled = |(word, variables): (&'static str, &[&str])| {
            let marks: Vec<String> = variables.iter().map(|name| format!("{{{name}}}")).collect();
            let values: Vec<(&str, Value<'_>)> = variables
                .iter()
                .zip(&marks)
                .map(|(name, mark)| (*name, mark.as_str().into()))
                .collect();
            (word, say(locale, word, &values))
        };
        Self {
            journal_key: journal_key.to_owned(),
            before,
            title: plain(locale, "checked-title"),
            nothing: plain(locale, "checked-noscript"),
            holds: plain(locale, "checked-holds"),
            cannot: plain(locale, "checked-cannot"),
            cannot_lines: [
                "checked-cannot-1",
                "checked-cannot-2",
                "checked-cannot-3",
                "checked-cannot-4",
            ]
            .map(|id| plain(locale, id))
            .to_vec(),
            words: WORDS.into_iter().map(filled).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_script_keeps_the_places_that_it_fills() {
        for locale in Locale::ALL {
            let checked = Checked::new(locale, "key", None);
            for (word, variables) in WORDS {
                let said = checked
                    .words
                    .iter()
                    .find(|(known, _)| *known == word)
                    .map(|(_, said)| said.as_str());
                let said = said.expect("a word");
                assert!(!said.is_empty() && !said.contains('\u{2068}'), "{word}: {said}");
                for name in variables {
                    assert!(said.contains(&format!("{{{name}}}")), "{locale:?} {word}: {said}");
                }
            }
        }
    }
}
