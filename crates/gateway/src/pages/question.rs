//! The question on the handset: who asks, why, how exact, how often, until when; two equal buttons; and Stop.
//!
//! One page shows the whole life of a consent, so that the link in the text message stays the place to look and to stop.
//! Reading it changes nothing. Refusing and stopping are plain forms. Agreeing needs a signature, which `question.js`
//! makes; without JavaScript the page offers the reply by text.

use super::assets;
use super::map;
use super::shown::Shown;
use super::words;

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
}

/// What a question's page shows.
#[derive(Clone, Debug)]
pub struct QuestionView {
    /// The secret part of the link, `/c/{token}`.
    pub token: String,
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

/// A time as people read it and as `<time datetime>` carries it.
struct Moment {
    words: String,
    attribute: String,
}

impl Moment {
    fn at(unix_seconds: i64) -> Self {
        Self {
            words: words::moment(unix_seconds),
            attribute: words::moment_attribute(unix_seconds),
        }
    }
}

#[derive(askama::Template)]
#[template(path = "question.html")]
struct QuestionPage {
    token: String,
    operator: Shown,
    company: Shown,
    relays: Vec<Shown>,
    purpose: Shown,
    case_reference: Shown,
    is_area: bool,
    metres: String,
    how_often: String,
    duration: String,
    handset: bool,
    state: State,
    state_since: Option<Moment>,
    answer_by: Option<Moment>,
    ends_at: Option<Moment>,
    used: Option<String>,
    used_last_at: Option<Moment>,
    code: Option<Shown>,
    terms: String,
    text: Shown,
    map: String,
    leave_address: String,
    sandbox: bool,
    style: String,
    style_map: String,
    style_noscript: String,
    script: String,
    source_attribute: &'static str,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &QuestionView) -> String {
    let (is_area, metres) = match view.precision {
        Precision::Area { metres } => (true, metres),
        Precision::YesNo { metres } => (false, metres),
    };
    super::written(&QuestionPage {
        token: view.token.clone(),
        operator: Shown::name(&view.operator),
        company: Shown::name(&view.company),
        relays: view.relays.iter().map(|relay| Shown::name(relay)).collect(),
        purpose: Shown::bounded(&capitalised(&view.purpose), 160),
        case_reference: Shown::name(&view.case_reference),
        is_area,
        metres: words::distance(metres).replace(' ', "\u{a0}"),
        how_often: how_often(view.count, view.per_hour),
        duration: words::duration(view.duration_s),
        handset: view.source == Source::Handset,
        state: view.state,
        state_since: view.state_since.map(Moment::at),
        answer_by: view.answer_by.map(Moment::at),
        ends_at: view.ends_at.map(Moment::at),
        used: (view.used > 0).then(|| words::times(view.used)),
        used_last_at: view.used_last_at.map(Moment::at),
        code: view.code.as_deref().map(Shown::name),
        terms: view.terms.clone(),
        text: Shown::bounded(&view.text, 1000),
        map: map::precision_circle(metres),
        leave_address: leave_address(view.leave_address.as_deref()),
        sandbox: view.sandbox,
        style: assets::address("style.css"),
        style_map: assets::address("map.css"),
        style_noscript: assets::address("noscript.css"),
        script: assets::address("question.js"),
        source_attribute: view.source.attribute(),
    })
}

/// "At most 12 times, and at most 4 times in an hour".
fn how_often(count: Option<u32>, per_hour: Option<u32>) -> String {
    let in_all = count.map(|count| {
        if count == 1 {
            "Once".to_owned()
        } else {
            format!("At most {}", words::times(count))
        }
    });
    let hourly = per_hour.map(|count| format!("at most {} in an hour", words::times(count)));
    match (in_all, hourly) {
        (Some(in_all), _) if count == Some(1) => in_all,
        (Some(in_all), Some(hourly)) => format!("{in_all}, and {hourly}"),
        (Some(in_all), None) => in_all,
        (None, Some(hourly)) => format!("As often as they need, {hourly}"),
        (None, None) => "As often as they need in that time".to_owned(),
    }
}

/// The same words at the beginning of a line.
fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
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
    use super::{how_often, leave_address};

    #[test]
    fn how_often_says_every_limit() {
        assert_eq!(how_often(Some(1), Some(4)), "Once");
        assert_eq!(how_often(Some(12), None), "At most 12 times");
        assert_eq!(
            how_often(Some(12), Some(4)),
            "At most 12 times, and at most 4 times in an hour"
        );
        assert_eq!(
            how_often(None, Some(1)),
            "As often as they need, at most once in an hour"
        );
        assert_eq!(how_often(None, None), "As often as they need in that time");
    }

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
