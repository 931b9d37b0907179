//! What stands around every page that a subscriber reads: language, quick exit, who runs the gateway.

use wire::words::Locale;

use super::assets;
use super::sentence::{Inside, Sentence, plain, sentence};
use super::shown::Shown;

/// A language that a page can be read in.
#[derive(Clone, Debug)]
pub struct Language {
    /// Its tag.
    pub tag: &'static str,
    /// Its name in itself.
    pub name: &'static str,
    /// Whether the page is in it.
    pub current: bool,
}

/// Everything around a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language's tag.
    pub lang: &'static str,
    /// The page's title. It says nothing about the person: titles stay in lists of tabs.
    pub title: String,
    /// The style sheet.
    pub style: String,
    /// The style sheet of these pages alone.
    pub style_sheet: String,
    /// The words of the link that jumps to the page.
    pub skip: String,
    /// The words of the quick exit.
    pub leave: String,
    /// Where the quick exit leads.
    pub leave_address: String,
    /// Who runs the gateway.
    pub run_by: Sentence,
    /// What a sandbox says of itself.
    pub sandbox: Option<String>,
    /// The languages to choose from.
    pub languages: Vec<Language>,
    /// What the languages' addresses carry on with, so that nothing of the page's own is lost: empty, or `&` and more.
    pub keep: String,
    /// What the row of languages is called.
    pub languages_name: String,
}

impl Frame {
    /// The frame of a page with this title.
    #[must_use]
    pub fn new(locale: Locale, title: &str, operator: &str, sandbox: bool) -> Self {
        let operator = Inside::Name(Shown::name(operator));
        Self {
            lang: locale.tag(),
            title: title.to_owned(),
            style: assets::address("style.css"),
            style_sheet: assets::address("sheet.css"),
            skip: plain(locale, "frame-skip"),
            leave: plain(locale, "frame-leave"),
            leave_address: "about:blank".to_owned(),
            run_by: sentence(locale, "frame-run-by", &[("operator", operator)]),
            sandbox: sandbox.then(|| plain(locale, "frame-sandbox")),
            languages: Locale::ALL
                .into_iter()
                .map(|language| Language {
                    tag: language.tag(),
                    name: match language {
                        Locale::English => "English",
                        Locale::Spanish => "Español",
                    },
                    current: language == locale,
                })
                .collect(),
            keep: String::new(),
            languages_name: plain(locale, "frame-languages"),
        }
    }
}
