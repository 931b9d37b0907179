//! Every page in every state, rendered from samples: what must be there, and what must never be.
//!
//! With `PAGES_OUT` set to a folder the pages are also written there, so that people can look at them.

use super::journeys::{self, Journey};
use super::live::{self, LiveView};
use super::message::{self, Message, MessageView};
use super::question::{self, Half, Precision, QuestionView, Source, State};
use super::stage::{self, StageView};
use crate::config::world_file::sample_world;
use wire::words::Locale;

const STATES: [State; 7] = [
    State::Asked,
    State::Given,
    State::Refused,
    State::Lapsed,
    State::Withdrawn,
    State::Expired,
    State::Void,
];

const MARKUP: &str = "<script>alert(1)</script>\"'&<b>";
const HOSTILE: &str = "<script>alert(1)</script>\u{202e}\"'&<b>";

fn roadside(state: State) -> QuestionView {
    QuestionView {
        locale: Locale::English,
        token: "Zm9yLXRoZS10ZXN0cw".to_owned(),
        query: String::new(),
        operator: "Port Aster Gateway".to_owned(),
        company: "Aster Roadside Help".to_owned(),
        relays: Vec::new(),
        purpose: "for the help you requested".to_owned(),
        case_reference: "TOW-8841".to_owned(),
        precision: Precision::Area { metres: 200 },
        count: Some(12),
        per_hour: None,
        duration_s: 7200,
        within: None,
        starts_at: None,
        waits_a_day: false,
        needs_reply: false,
        half: Half::Neither,
        passkey: false,
        back: None,
        source: Source::Network,
        state,
        state_since: (state != State::Asked).then_some(1_795_350_600),
        answer_by: Some(1_795_352_400),
        ends_at: matches!(state, State::Given | State::Expired).then_some(1_795_357_800),
        used: if state == State::Given { 3 } else { 0 },
        used_last_at: (state == State::Given).then_some(1_795_352_000),
        code: Some("4821".to_owned()),
        terms: "eyJ2IjoxfQ".to_owned(),
        text: "Aster Roadside Help asks where your phone is: for the help you requested (TOW-8841), area of 200 m, 2 hours, \
               at most 12 times. Read and answer: http://127.0.0.1:8080/c/Zm9yLXRoZS10ZXN0cw or reply YES 4821 or NO. \
               STOP ends all. HELP for help."
            .to_owned(),
        leave_address: None,
        sandbox: true,
    }
}

fn bank(state: State) -> QuestionView {
    QuestionView {
        company: "Harbour Bank".to_owned(),
        relays: vec!["Lantern Relay".to_owned(), "Breakwater Data".to_owned()],
        purpose: "to protect your account from fraud".to_owned(),
        case_reference: "CARD-2207".to_owned(),
        precision: Precision::YesNo { metres: 2000 },
        count: None,
        per_hour: Some(4),
        duration_s: 31_536_000,
        code: None,
        text: "Harbour Bank asks whether your phone is near a place: to protect your account from fraud (CARD-2207), yes or \
               no, 2 km or wider, 1 year. Read and answer: http://127.0.0.1:8080/c/Zm9yLXRoZS10ZXN0cw or reply NO. \
               STOP ends all. HELP for help."
            .to_owned(),
        ..roadside(state)
    }
}

fn handset(state: State) -> QuestionView {
    QuestionView {
        source: Source::Handset,
        precision: Precision::Area { metres: 50 },
        ..roadside(state)
    }
}

fn message_view(message: Message) -> MessageView {
    MessageView {
        message,
        locale: Locale::English,
        operator: "Port Aster Gateway".to_owned(),
        sandbox: true,
    }
}

fn live_view() -> LiveView {
    LiveView {
        operator: "Port Aster Gateway".to_owned(),
        contact: Some("help@gateway.example.com".to_owned()),
        issuer: "https://gateway.example.com".to_owned(),
        carriers: vec!["Meridian Mobile".to_owned()],
        texts_from: Some("+12025550199".to_owned()),
        journal_key: Some("gateway.example.com+0a1b2c3d+AUVGQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo".to_owned()),
        journal_size: Some(1204),
    }
}

fn stage_view() -> StageView {
    StageView {
        issuer: "http://127.0.0.1:8080".to_owned(),
        phones_url: "http://127.0.0.1:4001/".to_owned(),
        partner_url: "http://127.0.0.1:4002".to_owned(),
        carrier_control_url: "http://127.0.0.1:4003/control".to_owned(),
        stage_number: "+12025550101".to_owned(),
        journal_key: Some("gateway.example.com+0a1b2c3d+AUVGQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo".to_owned()),
        has_journeys: true,
    }
}

/// Every page that the gateway can show, with the name of its file.
fn samples() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for state in STATES {
        let name = state.attribute();
        pages.push((format!("question-{name}.html"), question::render(&roadside(state))));
        pages.push((format!("question-bank-{name}.html"), question::render(&bank(state))));
        pages.push((
            format!("question-handset-{name}.html"),
            question::render(&handset(state)),
        ));
        let hostile = QuestionView {
            operator: HOSTILE.to_owned(),
            company: HOSTILE.to_owned(),
            relays: vec![HOSTILE.to_owned()],
            purpose: HOSTILE.to_owned(),
            case_reference: HOSTILE.to_owned(),
            text: HOSTILE.to_owned(),
            code: Some(HOSTILE.to_owned()),
            terms: MARKUP.to_owned(),
            token: MARKUP.to_owned(),
            leave_address: Some(format!("https://example.com/{MARKUP}")),
            ..roadside(state)
        };
        pages.push((format!("question-hostile-{name}.html"), question::render(&hostile)));
    }
    let messages = [
        ("unknown-link", Message::UnknownLink),
        ("not-found", Message::NotFound),
        ("too-many", Message::TooMany { retry_after_s: 30 }),
        ("not-from-here", Message::NotFromHere),
        ("unavailable", Message::Unavailable),
        (
            "failed",
            Message::Failed {
                reference: HOSTILE.to_owned(),
            },
        ),
    ];
    for (name, message) in messages {
        pages.push((format!("message-{name}.html"), message::render(&message_view(message))));
    }
    pages.push(("live.html".to_owned(), live::render(&live_view())));
    let hostile = LiveView {
        operator: HOSTILE.to_owned(),
        carriers: vec![HOSTILE.to_owned()],
        ..live_view()
    };
    pages.push(("live-hostile.html".to_owned(), live::render(&hostile)));
    pages.push(("stage.html".to_owned(), stage::render(&stage_view())));
    let mut world = sample_world();
    pages.push(("journeys.html".to_owned(), journeys::index(&world)));
    world.hub.name = HOSTILE.to_owned();
    world.reseller.name = HOSTILE.to_owned();
    pages.push(("journeys-hostile.html".to_owned(), journeys::index(&world)));
    for journey in Journey::ALL {
        let page = journeys::show(journey, &world, MARKUP);
        pages.push((format!("journey-{}.html", journey.name()), page));
    }
    pages
}

#[test]
fn pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os("PAGES_OUT") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(folder.join("assets")).expect("the folder can be made");
    for (name, page) in samples() {
        std::fs::write(folder.join(name), page).expect("the page can be written");
    }
    for asset in super::assets::all() {
        std::fs::write(folder.join("assets").join(asset.name), asset.bytes).expect("the asset can be written");
    }
}

#[test]
fn no_page_has_code_or_style_of_its_own_or_loads_from_elsewhere() {
    for (name, page) in samples() {
        let lower = page.to_lowercase();
        for tag in lower.split("<script").skip(1) {
            assert!(
                tag.starts_with(" type=\"module\" src=\"/assets/"),
                "{name}: inline script: {tag:.80}"
            );
            assert!(
                tag.split_once('>')
                    .is_some_and(|(_, rest)| rest.starts_with("</script>")),
                "{name}: {tag:.80}"
            );
        }
        assert!(!lower.contains("<style"), "{name} has a style element");
        assert!(!lower.contains(" style="), "{name} has a style attribute");
        assert!(!lower.contains("javascript:"), "{name} has a script address");
        for handler in [" onclick=", " onload=", " onerror=", " onsubmit="] {
            assert!(!lower.contains(handler), "{name} has {handler}");
        }
        for load in [
            "src=\"http",
            "src=\"//",
            "url(",
            "@import",
            "<link rel=\"stylesheet\" href=\"http",
        ] {
            assert!(!lower.contains(load), "{name} loads from elsewhere: {load}");
        }
    }
}

#[test]
fn what_others_wrote_is_escaped_and_cannot_turn_the_text_round() {
    for (name, page) in samples() {
        assert!(!page.contains("<script>alert"), "{name} lets markup through");
        assert!(!page.contains("<b>"), "{name} lets markup through");
        assert!(!page.contains('\u{202e}'), "{name} shows a direction control");
    }
    let hostile = QuestionView {
        company: HOSTILE.to_owned(),
        ..roadside(State::Asked)
    };
    let page = question::render(&hostile);
    assert!(!page.contains('\u{202e}'));
    assert!(
        page.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;b&gt;</bdi>"),
        "{page}"
    );
}

#[test]
fn every_page_says_its_language_and_has_one_heading_and_one_main_part() {
    for (name, page) in samples() {
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{name}");
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
        assert_eq!(page.matches("<main").count(), 1, "{name}");
        assert!(page.contains("name=\"viewport\""), "{name}");
    }
}

#[test]
fn every_state_says_what_it_is_and_carries_its_attributes() {
    let headings = [
        "<bdi>Aster Roadside Help</bdi> asks where your phone is",
        "You said yes",
        "You said no",
        "This question has run out",
        "You stopped it",
        "This permission has ended",
        "This permission is void",
    ];
    for (state, heading) in STATES.into_iter().zip(headings) {
        let page = question::render(&roadside(state));
        assert!(page.contains(heading), "{state:?}");
        let main = format!(
            "<main id=\"question\" class=\"sheet\" data-terms=\"eyJ2IjoxfQ\" data-state=\"{}\" data-source=\"network\" data-step=\"\"",
            state.attribute()
        );
        assert!(page.contains(&main), "{state:?}");
    }
    assert!(question::render(&handset(State::Given)).contains("data-source=\"handset\""));
}

#[test]
fn a_question_names_everything_that_would_be_agreed() {
    let page = question::render(&bank(State::Asked));
    for words in [
        "<bdi>Harbour Bank</bdi> asks whether your phone is near a place",
        "<bdi>Lantern Relay</bdi>, <bdi>Breakwater Data</bdi>",
        "To protect your account from fraud",
        "Their reference: <bdi>CARD-2207</bdi>",
        "Yes or no, within 2\u{a0}km of a place or wider.",
        "Any number of times, at most 4 an hour",
        "1 year from your yes",
        "Your mobile network",
        "Text <strong>STOP</strong>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let page = question::render(&handset(State::Asked));
    assert!(page.contains("Your browser, only while its page is open"));
    assert!(page.contains("An area. Never finer than 50\u{a0}m around."));
}

#[test]
fn the_two_answers_are_equal_buttons() {
    let page = question::render(&roadside(State::Asked));
    let form = between(&page, "<form class=\"answer\"", "</form>");
    assert_eq!(form.matches("<button").count(), 2);
    assert!(
        form.contains("<button class=\"button needs-script\" id=\"agree\" type=\"button\">"),
        "{form}"
    );
    assert!(
        form.contains("<button class=\"button\" id=\"refuse\" type=\"submit\">"),
        "{form}"
    );
    // No style may tell them apart, so no rule may name one of them.
    for style in super::assets::all()
        .iter()
        .filter(|asset| asset.name.ends_with(".css") && asset.name != "noscript.css")
    {
        let rules = std::str::from_utf8(style.bytes).expect("styles are UTF-8");
        for selector in ["#agree", "#refuse", ".needs-script"] {
            assert!(!rules.contains(selector), "{} styles {selector}", style.name);
        }
    }
}

#[test]
fn buttons_are_there_exactly_when_they_can_act() {
    for state in STATES {
        let page = question::render(&handset(state));
        assert_eq!(page.contains("id=\"agree\""), state == State::Asked, "{state:?}");
        assert_eq!(page.contains("/refuse\""), state == State::Asked, "{state:?}");
        assert_eq!(page.contains("/stop\""), state == State::Given, "{state:?}");
        assert_eq!(page.contains("id=\"live\""), state == State::Given, "{state:?}");
        assert_eq!(page.contains("YES"), page.contains("YES 4821"), "{state:?}");
    }
}

#[test]
fn without_javascript_refusing_is_a_form_and_agreeing_is_a_reply() {
    let page = question::render(&roadside(State::Asked));
    assert!(page.contains("<form class=\"answer\" method=\"post\" action=\"/c/Zm9yLXRoZS10ZXN0cw/refuse\">"));
    let body = page.split("</head>").nth(1).expect("there is a body");
    let noscript = between(body, "<noscript>", "</noscript>");
    assert!(
        noscript.contains("reply <strong>YES 4821</strong> to the text"),
        "{noscript}"
    );
    let page = question::render(&bank(State::Asked));
    let body = page.split("</head>").nth(1).expect("there is a body");
    assert!(between(body, "<noscript>", "</noscript>").contains("needs a browser with JavaScript"));
    assert!(!page.contains("YES "));
}

#[test]
fn the_title_tells_a_passer_by_nothing() {
    for state in STATES {
        let page = question::render(&bank(state));
        assert_eq!(
            between(&page, "<title>", "</title>"),
            "<title>A question for you · Wayleave"
        );
    }
}

#[test]
fn the_stage_names_its_peers_and_has_six_steps() {
    let page = stage::render(&stage_view());
    assert!(page.contains(
        "data-issuer=\"http://127.0.0.1:8080\" data-phones=\"http://127.0.0.1:4001\" data-partner=\"http://127.0.0.1:4002\" \
         data-carrier-control=\"http://127.0.0.1:4003/control\" data-number=\"+12025550101\""
    ));
    assert_eq!(page.matches("<li data-step=").count(), 6);
}

/// From `start` up to the next `end`.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("{start} is there"));
    let length = text[from..].find(end).unwrap_or_else(|| panic!("{end} is there"));
    &text[from..from + length]
}
