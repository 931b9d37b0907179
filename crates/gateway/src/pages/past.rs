//! The list of the past, a page at a time.

use wire::words::Locale;

use super::assets;
use super::checked::Checked;
use super::frame::Frame;
use super::happened::Row;
use super::sentence::plain;

/// What the list shows.
#[derive(Clone, Debug)]
pub struct PastListView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// The entries of this page, newest first.
    pub rows: Vec<Row>,
    /// The entry behind which the next page begins, if there is more.
    pub next: Option<u64>,
    /// The entry behind which this page begins; `None` for the newest.
    pub before: Option<u64>,
    /// The journal's key.
    pub journal_key: String,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

#[derive(askama::Template)]
#[template(path = "past.html")]
struct PastPage {
    frame: Frame,
    heading: String,
    lead: String,
    empty: String,
    back: String,
    export: String,
    more: String,
    rows: Vec<Row>,
    next: Option<u64>,
    checked: Checked,
    script: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &PastListView) -> String {
    let say = |id: &str| plain(view.locale, id);
    super::written(&PastPage {
        frame: Frame::new(view.locale, &say("door-tab"), &view.operator, view.sandbox),
        heading: say("board-past-title"),
        lead: say("past-lead"),
        empty: say("past-empty"),
        back: say("past-back"),
        export: say("board-export"),
        more: say("past-more"),
        rows: view.rows.clone(),
        next: view.next,
        checked: Checked::new(view.locale, &view.journal_key, view.before),
        script: assets::address("board.js"),
    })
}
