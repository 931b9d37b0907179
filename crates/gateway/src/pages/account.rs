//! The page of somebody who holds machine lines: the door, and what is asked for with what became of each line.

use domain::permission::terms::{Precision, Terms};
use wire::sms::words::locale_of;
use wire::words::{Frequency, Locale, distance, duration, purpose_words, say};

use super::assets;
use super::frame::Frame;
use super::question::within_words;
use super::sentence::{Inside, Sentence, plain, sentence};
use super::shown::Shown;

/// Where somebody stands.
#[derive(Clone, Debug)]
pub enum Step {
    /// The link leads nowhere.
    Unknown,
    /// The passkey is still to be made.
    Invited,
    /// The passkey signs in.
    Door,
    /// The holder is signed in.
    SignedIn(Vec<RequestView>),
}

/// What became of a line, as the holder of its account sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineResult {
    /// The holder has not answered.
    Waiting,
    /// It can be located.
    Given,
    /// The carrier does not call it a machine line of this account.
    NotGiven,
    /// It cannot be located any more.
    Ended,
}

/// One line.
#[derive(Clone, Debug)]
pub struct DeviceView {
    /// Its number.
    pub number: String,
    /// The name of its consent.
    pub consent: String,
    /// What became of it.
    pub result: LineResult,
}

/// One request.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// Its name.
    pub id: String,
    /// Who asks.
    pub company: String,
    /// The terms of its first line.
    pub terms: Terms,
    /// The lines.
    pub devices: Vec<DeviceView>,
    /// Until when it can be answered, in Unix seconds.
    pub until: i64,
    /// What the passkey signs to agree, base64url; `None` when nothing can be agreed to any more.
    pub challenge: Option<String>,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// The account's name.
    pub name: String,
    /// The secret of the page's address.
    pub token: String,
    /// Where somebody stands.
    pub step: Step,
    /// Whether this gateway has a name, so that passkeys can be made for it.
    pub passkeys: bool,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

/// The words whose hash the terms carry: who, why, how exact, how long, how often. They are the same for every line.
#[must_use]
pub fn statement(terms: &Terms) -> String {
    let locale = locale_of(terms);
    let id = match terms.precision {
        Precision::Area { .. } => "lines-statement-area",
        Precision::YesNo { .. } => "lines-statement-yes-no",
    };
    let frequency = Frequency {
        count: terms.count,
        per_hour: terms.per_hour,
    };
    let within = terms.within.as_ref().map(|within| within_words(locale, within));
    let variables = [
        ("company", (&terms.recipient_name).into()),
        ("purpose", purpose_words(locale, terms.purpose).into()),
        ("case", terms.case.as_str().into()),
        ("distance", distance(locale, terms.precision.metres()).into()),
        ("duration", duration(locale, terms.lasts).into()),
        ("frequency", frequency.say(locale).into()),
    ];
    let said = say(locale, id, &variables);
    within.map_or_else(|| said.clone(), |within| format!("{said} {within}"))
}

struct Line {
    number: String,
    consent: String,
    result: String,
    stop: Option<String>,
}

struct Request {
    id: String,
    company: String,
    statement: String,
    count: Sentence,
    until: Option<Sentence>,
    challenge: Option<String>,
    agree: String,
    lines: Vec<Line>,
    stop_all: Option<String>,
}

#[derive(askama::Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    script: String,
    token: String,
    heading: Sentence,
    lead: String,
    button: Option<(&'static str, String)>,
    no_passkeys: Option<String>,
    empty: Option<String>,
    requests: Vec<Request>,
    lines_name: String,
    failed: String,
    noscript: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &AccountView) -> String {
    let locale = view.locale;
    let words = |id: &str| plain(locale, id);
    let (heading, lead, button) = match view.step {
        Step::Unknown => ("account-unknown-title", "account-unknown-lead", None),
        Step::Invited => (
            "account-invited-title",
            "account-invited-lead",
            Some(("enrol", "account-enrol")),
        ),
        Step::Door => (
            "account-door-title",
            "account-door-lead",
            Some(("sign-in", "account-sign-in")),
        ),
        Step::SignedIn(_) => ("account-title", "account-lead", None),
    };
    let requests = match &view.step {
        Step::SignedIn(requests) => requests.iter().map(|asked| request(locale, asked)).collect(),
        Step::Unknown | Step::Invited | Step::Door => Vec::new(),
    };
    let nothing = matches!(&view.step, Step::SignedIn(requests) if requests.is_empty());
    let name = Inside::Name(Shown::name(&view.name));
    super::written(&AccountPage {
        frame: Frame::new(locale, &words("account-tab"), &view.operator, view.sandbox),
        script: assets::address("account.js"),
        token: view.token.clone(),
        heading: sentence(locale, heading, &[("account", name)]),
        lead: words(lead),
        button: button.filter(|_| view.passkeys).map(|(id, said)| (id, words(said))),
        no_passkeys: (!view.passkeys && !matches!(view.step, Step::Unknown)).then(|| words("account-no-passkeys")),
        empty: nothing.then(|| words("account-empty")),
        requests,
        lines_name: words("account-lines"),
        failed: words("account-failed"),
        noscript: words("account-noscript"),
    })
}

fn request(locale: Locale, asked: &RequestView) -> Request {
    let words = |id: &str| plain(locale, id);
    let given = |device: &DeviceView| device.result == LineResult::Given;
    let count = u64::try_from(asked.devices.len()).unwrap_or(u64::MAX);
    let until = [("until", Inside::Moment(asked.until))];
    let line = |device: &DeviceView| Line {
        number: device.number.clone(),
        consent: device.consent.clone(),
        result: words(match device.result {
            LineResult::Waiting => "account-line-waiting",
            LineResult::Given => "account-line-given",
            LineResult::NotGiven => "account-line-not-given",
            LineResult::Ended => "account-line-ended",
        }),
        stop: given(device).then(|| say(locale, "account-stop-one", &[("number", (&device.number).into())])),
    };
    Request {
        id: asked.id.clone(),
        company: Shown::name(&asked.company).to_string(),
        // The words that were hashed into the terms, in the request's own language.
        statement: statement(&asked.terms),
        count: sentence(locale, "account-count", &[("count", Inside::Number(count))]),
        until: asked
            .challenge
            .is_some()
            .then(|| sentence(locale, "account-until", &until)),
        challenge: asked.challenge.clone(),
        agree: words("account-agree"),
        lines: asked.devices.iter().map(line).collect(),
        stop_all: asked.devices.iter().any(given).then(|| words("account-stop-all")),
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{ConsentId, PartyId};
    use domain::permission::terms::{CaseReference, Origin};
    use domain::purpose::Purpose;
    use domain::time::Span;

    use super::*;

    fn view(step: Step) -> AccountView {
        AccountView {
            locale: Locale::English,
            operator: "Port Aster".to_owned(),
            name: "<b>Aster".to_owned(),
            token: "c2VjcmV0".to_owned(),
            step,
            passkeys: true,
            sandbox: true,
        }
    }

    #[test]
    fn a_list_says_who_asks_and_what_became_of_each_line() {
        let terms = Terms {
            consent: ConsentId::from_bytes([1; 16]),
            recipient: PartyId::from_bytes([2; 16]),
            recipient_name: "Copper <i>Freight".to_owned(),
            purpose: Purpose::DeliveryOfGoods,
            precision: Precision::Area { metres: 500 },
            origin: Origin::Network,
            count: None,
            per_hour: Some(4),
            lasts: Span::seconds(86_400),
            within: None,
            case: CaseReference::new("ROUTE-7").expect("valid"),
            locale: "en".to_owned(),
            text_hash: [0; 32],
            gateway: "https://gateway.example.com".to_owned(),
            chain: domain::permission::chain::Chain::default(),
        };
        let device = |result| DeviceView {
            number: "+12025550101".to_owned(),
            consent: "con_1".to_owned(),
            result,
        };
        let request = RequestView {
            id: "lrq_1".to_owned(),
            company: terms.recipient_name.clone(),
            terms,
            devices: vec![device(LineResult::Given), device(LineResult::NotGiven)],
            until: 1_795_357_800,
            challenge: None,
        };
        let page = render(&view(Step::SignedIn(vec![request.clone()])));
        for part in ["ROUTE-7", "500 m", "can be located", "not given", "Stop all of these"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<i>") && !page.contains("<b>"), "{page}");
        assert!(!page.contains("data-challenge"), "nothing is left to agree to");
        let open = RequestView {
            challenge: Some("AA".to_owned()),
            devices: vec![device(LineResult::Waiting)],
            ..request
        };
        let page = render(&view(Step::SignedIn(vec![open])));
        assert!(page.contains("data-challenge=\"AA\"") && !page.contains("Stop all of these"));
    }

    #[test]
    fn a_door_shows_nothing_behind_it() {
        let invited = render(&view(Step::Invited));
        assert!(invited.contains("id=\"enrol\"") && !invited.contains("id=\"sign-in\""));
        let door = render(&view(Step::Door));
        assert!(door.contains("id=\"sign-in\"") && !door.contains("id=\"enrol\""));
        let nameless = AccountView {
            passkeys: false,
            ..view(Step::Door)
        };
        let page = render(&nameless);
        assert!(page.contains("IP address") && !page.contains("id=\"sign-in\""));
    }
}
