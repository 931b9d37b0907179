//! The front page of a live gateway: what it is, who runs it, and how to check it.

use super::assets;
use super::shown::Shown;

/// What the front page of a live gateway shows.
#[derive(Clone, Debug)]
pub struct LiveView {
    /// Who runs the gateway, as registered.
    pub operator: String,
    /// Where the operator can be reached: an address or a number, shown as text.
    pub contact: Option<String>,
    /// The gateway's own address.
    pub issuer: String,
    /// The carriers that it asks.
    pub carriers: Vec<String>,
    /// The number that its texts come from.
    pub texts_from: Option<String>,
    /// The journal's verification key in the form of a signed note (`name+hash+key`).
    pub journal_key: Option<String>,
    /// How many entries the journal has.
    pub journal_size: Option<u64>,
}

#[derive(askama::Template)]
#[template(path = "live.html")]
struct LivePage {
    operator: Shown,
    contact: Option<Shown>,
    issuer: Shown,
    carriers: Vec<Shown>,
    texts_from: Option<Shown>,
    journal_key: Option<Shown>,
    journal_size: Option<u64>,
    sandbox: bool,
    style: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &LiveView) -> String {
    super::written(&LivePage {
        operator: Shown::name(&view.operator),
        contact: view.contact.as_deref().map(Shown::name),
        issuer: Shown::bounded(&view.issuer, 200),
        carriers: view.carriers.iter().map(|carrier| Shown::name(carrier)).collect(),
        texts_from: view.texts_from.as_deref().map(Shown::name),
        journal_key: view.journal_key.as_deref().map(|key| Shown::bounded(key, 200)),
        journal_size: view.journal_size,
        sandbox: false,
        style: assets::address("style.css"),
    })
}
