//! The front page of a sandbox: a phone, a partner, the carrier's ledger and the journal, and six steps that act.

use super::assets;
use super::map;
use super::policy;
use super::shown::Shown;

/// What the stage needs to know to play.
#[derive(Clone, Debug)]
pub struct StageView {
    /// The gateway's own address.
    pub issuer: String,
    /// Where the simulated phones are served (`…/phones`, `…/api/phones`), any path is ignored.
    pub phones_url: String,
    /// Where the simulated partner's backend is served (`…/api/partners/{name}/…`), any path is ignored.
    pub partner_url: String,
    /// The simulated carrier's control address (`…/control`).
    pub carrier_control_url: String,
    /// The number of the phone on the stage.
    pub stage_number: String,
    /// The journal's verification key in the form of a signed note (`name+id+key`); without it the page checks a
    /// receipt's proof but not its signature.
    pub journal_key: Option<String>,
    /// Whether journeys can be played at `/journeys`.
    pub has_journeys: bool,
}

#[derive(askama::Template)]
#[template(path = "stage.html")]
struct StagePage {
    issuer: String,
    phones_url: String,
    partner_url: String,
    carrier_control_url: String,
    stage_number: Shown,
    journal_key: String,
    has_journeys: bool,
    city: String,
    style: String,
    styles: [String; 4],
    script: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &StageView) -> String {
    let bare = |address: &str| policy::origin_of(address).unwrap_or_default().to_owned();
    super::written(&StagePage {
        issuer: bare(&view.issuer),
        phones_url: bare(&view.phones_url),
        partner_url: bare(&view.partner_url),
        carrier_control_url: view.carrier_control_url.trim_end_matches('/').to_owned(),
        stage_number: Shown::name(&view.stage_number),
        journal_key: view.journal_key.clone().unwrap_or_default(),
        has_journeys: view.has_journeys,
        city: map::city(),
        style: assets::address("style.css"),
        styles: ["map.css", "stage.css", "stage-phone.css", "stage-scene.css"].map(assets::address),
        script: assets::address("stage.js"),
    })
}
