//! Every text that a person may get, in every language, printed beside `docs/operating/texts.md`: what people are told is
//! looked at before it changes. `WAYLEAVE_BLESS=1 cargo test -p gateway texts` writes it anew.

use std::path::Path;

use domain::id::{ConsentId, PartyId};
use domain::journal::settle::Replied;
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use jiff::tz::TimeZone;
use wire::sms::Code;
use wire::sms::coding::Coding;
use wire::sms::split::split;
use wire::sms::words::{
    Particulars, ReplyRole, audit_question, month_words, page_question, party_ends, question, reminder,
};
use wire::words::Locale;

use super::super::sight::{Ask, Ending, Live, OpenQuestion, Sight};
use super::super::{Voice, words};

const LINK: &str = "https://gateway.example.com/c/AbCdEfGhIjKlMnOpQrStUv";
const HEADING: &str = "# Every text that a person may get\n\nMade from the program's own words: `WAYLEAVE_BLESS=1 cargo test -p gateway texts` writes it anew. Behind each stands its\nalphabet and how many parts it takes.\n";

fn terms(locale: Locale, precision: Precision, purpose: Purpose) -> Terms {
    Terms {
        consent: ConsentId::from_bytes([1; 16]),
        recipient: PartyId::from_bytes([2; 16]),
        recipient_name: "Aster Roadside Help".to_owned(),
        purpose,
        precision,
        origin: Origin::Network,
        count: Some(12),
        per_hour: None,
        lasts: Span::seconds(7200),
        within: None,
        case: CaseReference::new("TOW-8841").expect("a reference"),
        locale: locale.tag().to_owned(),
        text_hash: [0; 32],
        gateway: "https://gateway.example.com".to_owned(),
        chain: domain::permission::chain::Chain::default(),
    }
}

fn at(hours: i64) -> Timestamp {
    Timestamp::from_unix_seconds(1_795_357_800 + hours * 3600)
}

fn open(company: &str, code: &str, by_reply: bool) -> OpenQuestion {
    OpenQuestion {
        consent: ConsentId::from_bytes([1; 16]),
        company: company.to_owned(),
        code: Code::parse(code).expect("four digits"),
        by_reply,
        locale: Locale::English,
    }
}

fn sight(paused: bool, never: bool) -> Sight {
    let live = |company: &str, precision| Live {
        company: company.to_owned(),
        precision,
        until: at(2),
    };
    let ask = |ending| Ask {
        company: Some("Harbour Bank".to_owned()),
        at: at(-1),
        ending,
    };
    Sight {
        paused,
        never,
        live: if never {
            Vec::new()
        } else {
            let area = Precision::Area { metres: 200 };
            let yes_no = Precision::YesNo { metres: 2000 };
            let mut live = vec![live("Aster Roadside Help", area), live("Harbour Bank", yes_no)];
            live.extend(vec![live[0].clone(); 3]);
            live
        },
        asks: if never {
            Vec::new()
        } else {
            vec![ask(Ending::Answered), ask(Ending::Refused), ask(Ending::NoPosition)]
        },
    }
}

/// The texts that put a question, or remind of what was answered.
fn questions(locale: Locale) -> Vec<(&'static str, String)> {
    let area = terms(
        locale,
        Precision::Area { metres: 200 },
        Purpose::RequestedServiceProvision,
    );
    let yes_no = terms(
        locale,
        Precision::YesNo { metres: 2000 },
        Purpose::FraudPreventionAndDetection,
    );
    let code = Code::parse("4821").expect("four digits");
    let (area, yes_no) = (Particulars::from(&area), Particulars::from(&yes_no));
    let browser = Particulars {
        origin: Origin::Handset,
        ..area
    };
    vec![
        ("a question", question(&area, LINK, code, ReplyRole::Agrees)),
        (
            "a question, yes or no",
            question(&yes_no, LINK, code, ReplyRole::Confirms),
        ),
        (
            "a question, by the browser",
            question(&browser, LINK, code, ReplyRole::Agrees),
        ),
        ("a page that a company opened", page_question(&area, "204816", None)),
        ("the same, with a reply", page_question(&yes_no, "204816", Some(code))),
        ("a reminder", reminder(&area, "TIME")),
        ("a reminder, yes or no", reminder(&yes_no, "TIME")),
        (
            "a company's agreement ends",
            party_ends(locale, "Port Aster Gateway", "Aster Roadside Help", "2027-01-31"),
        ),
        (
            "an audit",
            audit_question(locale, "Aster Roadside Help", &month_words(locale, 2026, 11), LINK),
        ),
    ]
}

/// The texts that answer a person.
fn answers(voice: &Voice, locale: Locale) -> Vec<(&'static str, String)> {
    let area = terms(
        locale,
        Precision::Area { metres: 200 },
        Purpose::RequestedServiceProvision,
    );
    let yes_no = terms(
        locale,
        Precision::YesNo { metres: 2000 },
        Purpose::FraudPreventionAndDetection,
    );
    let id = area.consent;
    let said = |replied| words::confirmation(voice, locale, replied, None);
    let both = [
        open("Aster Roadside Help", "4821", true),
        open("Harbour Bank", "0007", false),
    ];
    vec![
        (
            "agreed",
            words::confirmation(voice, locale, Replied::Given(id), Some(&area)),
        ),
        (
            "agreed, yes or no",
            words::confirmation(voice, locale, Replied::Given(id), Some(&yes_no)),
        ),
        (
            "no",
            words::confirmation(voice, locale, Replied::Refused(id), Some(&area)),
        ),
        ("STOP", said(Replied::Stopped(1))),
        ("PAUSE", said(Replied::Paused)),
        ("RESUME", said(Replied::Resumed)),
        ("NEVER", said(Replied::Never)),
        ("ALLOW", said(Replied::Lifting(at(24)))),
        ("ALLOW, nothing forbidden", said(Replied::NothingForbidden)),
        ("yes, and the link is needed", said(Replied::LinkNeeded(id))),
        ("a wrong code", said(Replied::WrongCode)),
        ("nothing is open", said(Replied::NothingOpen)),
        ("yes without its code", words::code_missing(voice, locale, &both[..1])),
        ("several questions", words::ambiguous(voice, locale, &both)),
        ("WHO, nobody", words::who(voice, locale, &Sight::default())),
        ("WHO, some", words::who(voice, locale, &sight(false, false))),
        ("WHO, paused", words::who(voice, locale, &sight(true, false))),
        ("WHO, never", words::who(voice, locale, &sight(false, true))),
        ("HELP", words::help(voice, locale)),
        ("anything else", words::unclear(voice, locale)),
    ]
}

#[test]
fn every_text_in_every_language_is_as_the_table_says() {
    let mut table = HEADING.to_owned();
    for locale in Locale::ALL {
        let voice = Voice {
            name: "Port Aster Gateway".to_owned(),
            help: "help@example.com".to_owned(),
            locale,
            zone: TimeZone::get("Europe/Madrid").expect("a zone"),
        };
        table.push_str(&format!("\n## {}\n\n| when | text | |\n|---|---|---|\n", locale.tag()));
        for (when, text) in questions(locale).into_iter().chain(answers(&voice, locale)) {
            let message = split(&text, 0, &[]).expect("it fits");
            let alphabet = if message.coding == Coding::Gsm7 {
                "GSM-7"
            } else {
                "UCS-2"
            };
            let parts = message.segments.len();
            assert!(!text.contains('{') && !text.contains("  "), "{when}: {text}");
            table.push_str(&format!("| {when} | {text} | {alphabet} {parts} |\n"));
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/texts.md");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != table && std::env::var_os("WAYLEAVE_BLESS").is_some() {
        std::fs::write(&path, &table).expect("written");
        return;
    }
    assert_eq!(
        written, table,
        "WAYLEAVE_BLESS=1 cargo test -p gateway texts writes docs/operating/texts.md anew"
    );
}
