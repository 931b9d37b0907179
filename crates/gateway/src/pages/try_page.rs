//! The try page: what a visitor sees on the first screen.

use wire::words::{Locale, say};

use super::assets;
use super::frame::Frame;
use super::sentence::plain;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct TryView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// Whether this gateway is reached on this machine only, so that another phone cannot open its link.
    pub only_here: bool,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

struct Words(Locale);

impl Words {
    fn say(&self, id: &str) -> String {
        plain(self.0, id)
    }

    /// A message whose measures the page's script fills in.
    fn with_measures(&self, id: &str) -> String {
        let variables = [
            ("radius", "{radius}".into()),
            ("latitude", "{latitude}".into()),
            ("longitude", "{longitude}".into()),
        ];
        say(self.0, id, &variables)
    }
}

#[derive(askama::Template)]
#[template(path = "try.html")]
struct TryPage {
    frame: Frame,
    words: Words,
    only_here: bool,
    script: String,
    style_map: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &TryView) -> String {
    super::written(&TryPage {
        frame: Frame::new(
            view.locale,
            &plain(view.locale, "try-tab"),
            &view.operator,
            view.sandbox,
        ),
        words: Words(view.locale),
        only_here: view.only_here,
        script: assets::address("try.js"),
        style_map: assets::address("map.css"),
    })
}
