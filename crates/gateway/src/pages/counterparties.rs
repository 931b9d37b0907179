//! `/counterparties`: who may still ask, with whom that ends, and who has yet to say that it deleted what it received.

use wire::words::{Locale, say as say_with};

use super::assets;
use super::frame::Frame;
use super::sentence::plain;
use super::shown::Shown;

/// A party.
#[derive(Clone, Debug)]
pub struct PartyView {
    /// Its registered name.
    pub name: String,
    /// Where the agreement with it stands.
    pub standing: Standing,
}

/// Where an agreement stands. Days are `2026-11-22`; `keeps` says that it goes on for some purposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It goes on.
    Live,
    /// It was said to end.
    Notice {
        /// When that was said.
        since: String,
        /// When it ends.
        on: String,
        /// How many whole days ago it was said.
        days: u64,
        /// Whether it goes on in part.
        keeps: bool,
    },
    /// It has ended, and the attestation is still to come.
    Due {
        /// When it ended.
        on: String,
        /// Until when the attestation is due.
        due: String,
        /// Whether it goes on in part.
        keeps: bool,
    },
    /// It has ended, and the attestation did not come in time.
    Missing {
        /// When it ended.
        on: String,
        /// Until when the attestation was due.
        due: String,
        /// Whether it goes on in part.
        keeps: bool,
    },
    /// It has ended, and the party attested that it deleted what it received.
    Attested {
        /// When it ended.
        on: String,
        /// Until when.
        until: String,
        /// Whether it goes on in part.
        keeps: bool,
    },
}

impl Standing {
    /// Every word, in the order of the page.
    pub const WORDS: [&'static str; 5] = ["attestation-missing", "attestation-due", "notice", "attested", "live"];

    /// A stable word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Notice { .. } => "notice",
            Self::Due { .. } => "attestation-due",
            Self::Missing { .. } => "attestation-missing",
            Self::Attested { .. } => "attested",
        }
    }

    fn cells(&self, locale: Locale) -> Vec<String> {
        let whole = |keeps: bool| plain(locale, if keeps { "parties-in-part" } else { "parties-whole" });
        match self {
            Self::Live => Vec::new(),
            Self::Notice { since, on, days, keeps } => {
                vec![since.clone(), days.to_string(), on.clone(), whole(*keeps)]
            }
            Self::Due { on, due, keeps } | Self::Missing { on, due, keeps } => {
                vec![on.clone(), due.clone(), whole(*keeps)]
            }
            Self::Attested { on, until, keeps } => vec![on.clone(), until.clone(), whole(*keeps)],
        }
    }
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct CounterpartiesView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// The parties, by name.
    pub parties: Vec<PartyView>,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

/// The parties that stand alike.
struct Group {
    id: &'static str,
    title: String,
    lead: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

#[derive(askama::Template)]
#[template(path = "counterparties.html")]
struct CounterpartiesPage {
    frame: Frame,
    style: String,
    title: String,
    lead: String,
    empty: Option<String>,
    groups: Vec<Group>,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &CounterpartiesView) -> String {
    let locale = view.locale;
    let say = |id: &str| plain(locale, id);
    let mut frame = Frame::new(locale, &say("parties-tab"), &view.operator, view.sandbox);
    frame.leave_address = "/".to_owned();
    frame.leave = say("counts-front");
    let operator = [("operator", Shown::name(&view.operator).to_string().into())];
    super::written(&CounterpartiesPage {
        frame,
        style: assets::address("counts.css"),
        title: say("parties-title"),
        lead: say_with(locale, "parties-lead", &operator),
        empty: view.parties.is_empty().then(|| say("parties-empty")),
        groups: Standing::WORDS.iter().filter_map(|word| group(view, word)).collect(),
    })
}

fn group(view: &CounterpartiesView, word: &'static str) -> Option<Group> {
    let locale = view.locale;
    let parties = view.parties.iter().filter(|party| party.standing.word() == word);
    let rows: Vec<Vec<String>> = parties
        .map(|party| {
            let mut cells = vec![Shown::name(&party.name).to_string()];
            cells.extend(party.standing.cells(locale));
            cells
        })
        .collect();
    let (title, lead, heads): (&str, &str, &[&str]) = match word {
        "attestation-missing" => (
            "parties-missing",
            "parties-missing-lead",
            &["parties-ended", "parties-was-due", "parties-what"],
        ),
        "attestation-due" => (
            "parties-due",
            "parties-due-lead",
            &["parties-ended", "parties-is-due", "parties-what"],
        ),
        "notice" => (
            "parties-notice",
            "parties-notice-lead",
            &["parties-since", "parties-days", "parties-ends", "parties-what"],
        ),
        "attested" => (
            "parties-attested",
            "parties-attested-lead",
            &["parties-ended", "parties-until", "parties-what"],
        ),
        _ => ("parties-live", "parties-live-lead", &[]),
    };
    let mut names = vec![plain(locale, "counts-company")];
    names.extend(heads.iter().map(|head| plain(locale, head)));
    (!rows.is_empty()).then(|| Group {
        id: word,
        title: plain(locale, title),
        lead: plain(locale, lead),
        heads: names,
        rows,
    })
}
