//! The question on the handset: who asks, why, how exact, how often, until when; two equal buttons; and Stop.
//!
//! One page shows the whole life of a consent, so that the link in the text message stays the place to look and to stop.
//! Reading it changes nothing. Refusing and stopping are plain forms. Agreeing needs a signature, which `question.js`
//! makes; without JavaScript the page offers the reply by text.

mod said;
mod within;

pub use within::within_words;

use wire::words::{Locale, say};

use super::assets;
use super::frame::Frame;
use super::map;
use super::sentence::{Inside, Sentence, plain, sentence};
use super::shown::Shown;

/// How exact an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// An area, never finer than a circle of this radius.
    Area {
        /// The radius in metres.
        metres: u32,
    },
    /// Only yes or no: is the phone within a circle of at least this radius round a place that the company names.
    YesNo {
        /// The radius in metres.
        metres: u32,
    },
}

/// Where a position would come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The person's mobile network.
    Network,
    /// The browser that shows this page, while the page stays open.
    Handset,
}

/// Where the consent is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has answered yet.
    Asked,
    /// The person agreed, and it still holds.
    Given,
    /// The person said no.
    Refused,
    /// Nobody answered in time.
    Lapsed,
    /// The person stopped it.
    Withdrawn,
    /// Its time ran out, or every permitted ask was used.
    Expired,
    /// The number got another SIM, or changed hands.
    Void,
}

/// Which half of a two-step answer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// None; or one step is all that is wanted.
    Neither,
    /// It was signed here, and the number must still reply.
    Signed,
    /// The number replied, and it must still be signed here.
    Replied,
}

/// What a question's page shows.
#[derive(Clone, Debug)]
pub struct QuestionView {
    /// The language.
    pub locale: Locale,
    /// The secret part of the link, `/c/{token}`.
    pub token: String,
    /// What the forms' addresses end with, so that the page comes back as it is: empty, or `?` and a query.
    pub query: String,
    /// Who runs the gateway.
    pub operator: String,
    /// The registered name of the company that would use the answer.
    pub company: String,
    /// The registered names of the companies that would carry the answer, in order.
    pub relays: Vec<String>,
    /// The purpose in plain words, as in the text message: "for the help you requested".
    pub purpose: String,
    /// The company's case reference.
    pub case_reference: String,
    /// How exact an answer may be.
    pub precision: Precision,
    /// At most this many asks in all; `None` is no such limit.
    pub count: Option<u32>,
    /// At most this many asks in an hour; `None` is no such limit.
    pub per_hour: Option<u32>,
    /// How long the permission would last from the yes, in seconds.
    pub duration_s: u64,
    /// The times within which it would hold, in words; `None` for always.
    pub within: Option<String>,
    /// When it takes effect, in Unix seconds, where that is later than the yes.
    pub starts_at: Option<i64>,
    /// Whether it takes effect a day after the yes.
    pub waits_a_day: bool,
    /// Whether a reply from the number is wanted besides a signature.
    pub needs_reply: bool,
    /// Which half of the answer is there already.
    pub half: Half,
    /// Whether the person has a passkey here.
    pub passkey: bool,
    /// Where the person came from, once they answered.
    pub back: Option<String>,
    /// Where a position would come from.
    pub source: Source,
    /// Where the consent is in its life.
    pub state: State,
    /// When that state began, in Unix seconds.
    pub state_since: Option<i64>,
    /// Until when the question may be answered, in Unix seconds.
    pub answer_by: Option<i64>,
    /// When the permission ends, in Unix seconds; known once it is given.
    pub ends_at: Option<i64>,
    /// How often the company has asked so far.
    pub used: u32,
    /// When it last asked, in Unix seconds.
    pub used_last_at: Option<i64>,
    /// The code for agreeing by text (`YES 4821`); `None` where a reply is not enough evidence.
    pub code: Option<String>,
    /// The canonical bytes of the terms, base64url without padding: what the phone's key signs.
    pub terms: String,
    /// The exact text whose hash the terms carry, as it was texted.
    pub text: String,
    /// Where the quick exit leads: a neutral page; `None` is an empty page.
    pub leave_address: Option<String>,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

impl State {
    /// The value of `data-state`.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Void => "void",
        }
    }
}

impl Source {
    /// The value of `data-source`.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Handset => "handset",
        }
    }
}

/// The page's own words, by the name of their message.
struct Words(Locale);

impl Words {
    fn say(&self, id: &str) -> String {
        plain(self.0, id)
    }

    /// A message whose time the page's script fills in.
    fn with_at(&self, id: &str) -> String {
        say(self.0, id, &[("at", "{at}".into())])
    }
}

#[derive(askama::Template)]
#[template(path = "question.html")]
struct QuestionPage {
    frame: Frame,
    words: Words,
    token: String,
    query: String,
    heading: Sentence,
    lead: Sentence,
    live_lead: Sentence,
    used: Sentence,
    caption: Sentence,
    facts_heading: String,
    facts: Vec<(String, Vec<Sentence>)>,
    by_text: Sentence,
    by_text_noscript: Sentence,
    waits: Option<Sentence>,
    always: Sentence,
    checked: Sentence,
    back: Option<(String, Sentence)>,
    also_reply: bool,
    passkey: bool,
    asks: bool,
    step_left: bool,
    is_given: bool,
    handset: bool,
    state: State,
    terms: String,
    text: Shown,
    map: String,
    style_map: String,
    style_noscript: String,
    script: String,
    source_attribute: &'static str,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &QuestionView) -> String {
    let locale = view.locale;
    let write = |id: &str, parts: &[(&str, Inside)]| sentence(locale, id, parts);
    let metres = match view.precision {
        Precision::Area { metres } | Precision::YesNo { metres } => metres,
    };
    let asks = view.state == State::Asked && view.half != Half::Signed;
    let company = || ("company", Inside::Name(Shown::name(&view.company)));
    let operator = ("operator", Inside::Name(Shown::name(&view.operator)));
    let strong = |word: &str| Inside::Strong(word.to_owned());
    let mut frame = Frame::new(locale, &plain(locale, "question-tab"), &view.operator, view.sandbox);
    let back = view.query.split(['?', '&']).find(|part| part.starts_with("back="));
    frame.keep = back.map_or_else(String::new, |back| format!("&{back}"));
    frame.leave_address = leave_address(view.leave_address.as_deref());
    super::written(&QuestionPage {
        frame,
        words: Words(locale),
        token: view.token.clone(),
        query: view.query.clone(),
        heading: said::heading(view),
        lead: said::lead(view),
        live_lead: write("question-live-lead", &[company()]),
        used: said::used(view),
        caption: match view.precision {
            Precision::Area { .. } => write("question-map-area", &[]),
            Precision::YesNo { .. } => write(
                "question-map-near",
                &[("distance", Inside::Words(said::near(locale, metres)))],
            ),
        },
        facts_heading: plain(locale, said::facts_heading(view)),
        facts: said::facts(view),
        by_text: said::by_text(view, "question-by-text-both", "question-by-text-no"),
        by_text_noscript: said::by_text(view, "question-by-text-noscript", "question-needs-script"),
        waits: view
            .answer_by
            .map(|at| write("question-waits", &[("until", Inside::Moment(at))])),
        always: write("always-stop", &[("stop", strong("STOP"))]),
        checked: write("question-checked", &[operator, company()]),
        back: view
            .back
            .clone()
            .map(|address| (address, write("question-back", &[company()]))),
        also_reply: view.needs_reply && asks && view.half == Half::Neither,
        passkey: view.passkey,
        asks,
        step_left: view.state == State::Asked && view.half == Half::Signed,
        is_given: view.state == State::Given,
        handset: view.source == Source::Handset,
        state: view.state,
        terms: view.terms.clone(),
        text: Shown::bounded(&view.text, 1000),
        map: map::precision_circle(locale, metres),
        style_map: assets::address("map.css"),
        style_noscript: assets::address("noscript.css"),
        script: assets::address("question.js"),
        source_attribute: view.source.attribute(),
    })
}

/// Only a web address may leave this page; anything else becomes the empty page.
fn leave_address(address: Option<&str>) -> String {
    address
        .filter(|address| address.starts_with("https://"))
        .unwrap_or("about:blank")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::leave_address;

    #[test]
    fn the_exit_leads_to_the_web_or_nowhere() {
        assert_eq!(leave_address(None), "about:blank");
        assert_eq!(leave_address(Some("javascript:alert(1)")), "about:blank");
        assert_eq!(
            leave_address(Some("https://weather.example.com/")),
            "https://weather.example.com/"
        );
    }
}
