//! The board: the first line says who can ask where the person is, each line says who, through whom, why, how exact, until
//! when, when last, and what was answered; and every line stops in one tap.

pub mod passed;

use domain::permission::terms::{Origin, Precision, Terms};
use wire::words::{Frequency, Locale, distance, duration, purpose_words, say as say_with};

use super::assets;
use super::checked::Checked;
use super::frame::Frame;
use super::happened::{self, Row};
use super::sentence::{Inside, Sentence, plain, sentence};
use super::shown::Shown;
use super::through::relays;
use passed::{Passed, PassedView};

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in force.
    Live,
    /// It takes effect then.
    From(i64),
    /// It lies under a pause of everything.
    Paused,
    /// It lies under a pause of this company.
    CompanyPaused,
}

/// One permission that is live.
#[derive(Clone, Debug)]
pub struct LineView {
    /// What was agreed.
    pub terms: Terms,
    /// How it stands.
    pub standing: Standing,
    /// When it ends, in Unix seconds.
    pub until: Option<i64>,
    /// How often it was asked.
    pub used: u32,
    /// When last, and what was answered.
    pub last: Option<Row>,
}

/// One question that waits for an answer.
#[derive(Clone, Debug)]
pub struct OpenView {
    /// The company that asks.
    pub company: String,
    /// The question.
    pub consent: String,
    /// Where it is answered; `None` where this session may only say no.
    pub path: Option<String>,
    /// Until when, in Unix seconds.
    pub until: i64,
}

/// A key of the board.
#[derive(Clone, Debug)]
pub struct KeyView {
    /// Its row.
    pub row: i64,
    /// The message that names its kind.
    pub kind: &'static str,
    /// When it was made, in Unix seconds.
    pub at: i64,
    /// When it takes effect, in Unix seconds; `None` if it is in effect.
    pub from: Option<i64>,
    /// Whether this session may remove it.
    pub removable: bool,
}

/// Whether the past is open.
#[derive(Clone, Debug)]
pub enum PastView {
    /// The latest of what happened, newest first, and whether there is more.
    Open(Vec<Row>, bool),
    /// It opens then, in Unix seconds.
    From(i64),
    /// A key is wanted.
    Shut,
}

/// A standing *never*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeverView {
    /// Nobody may ask.
    Stands,
    /// It ends then, in Unix seconds.
    Lifting(i64),
}

/// What the journal's head says beside the one that was seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadView {
    /// The journal's key.
    pub key: String,
    /// The message that says what is wrong, as far as the gateway itself can tell.
    pub alarm: Option<&'static str>,
}

/// What a board shows.
#[derive(Clone, Debug)]
pub struct BoardView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// The end of the number.
    pub number: String,
    /// The permissions that are live.
    pub lines: Vec<LineView>,
    /// The questions that wait.
    pub open: Vec<OpenView>,
    /// What is passed on to the home of the number.
    pub passed: Vec<PassedView>,
    /// Whether everything is paused.
    pub paused: bool,
    /// Whether nobody may ask.
    pub never: Option<NeverView>,
    /// The keys.
    pub keys: Vec<KeyView>,
    /// How long a new key waits, in seconds; zero where the past is open.
    pub key_wait_s: u32,
    /// Whether passkeys can be made for this gateway.
    pub passkeys: bool,
    /// The past.
    pub past: PastView,
    /// Whether everything about them is being erased, as they asked.
    pub erasing: bool,
    /// The journal's head.
    pub head: HeadView,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

/// A line with its words.
struct Line {
    consent: String,
    recipient: String,
    company: Shown,
    badge: Option<Sentence>,
    facts: Vec<(String, Sentence)>,
    stop_label: Sentence,
    paused: bool,
    pause_label: Sentence,
}

struct Open {
    consent: String,
    path: Option<String>,
    words: Sentence,
}

struct Key {
    row: i64,
    words: Sentence,
    removable: bool,
}

#[derive(askama::Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    first: Sentence,
    lead: Sentence,
    alarm: Option<String>,
    lines: Vec<Line>,
    open: Vec<Open>,
    passed: Vec<Passed>,
    passed_stopped: bool,
    passed_going: bool,
    paused: bool,
    never: Option<Sentence>,
    never_stands: bool,
    past: Vec<Row>,
    past_open: bool,
    past_more: bool,
    past_words: Option<Sentence>,
    erasing: bool,
    keys: Vec<Key>,
    passkeys: bool,
    key_words: Sentence,
    checked: Checked,
    always: Sentence,
    check_good: String,
    words: Words,
    script: String,
}

/// The page's own words, by the name of their message.
struct Words(Locale);

impl Words {
    fn say(&self, id: &str) -> String {
        plain(self.0, id)
    }
}

/// The page as HTML.
#[must_use]
pub fn render(view: &BoardView) -> String {
    let locale = view.locale;
    let say = |id: &str, parts: &[(&str, Inside)]| sentence(locale, id, parts);
    let number = Inside::Name(Shown::name(&view.number));
    let stop = Inside::Strong("STOP".to_owned());
    let wait = Inside::Words(duration(locale, domain::time::Span::seconds(view.key_wait_s)));
    let (past, past_more, past_words) = match &view.past {
        PastView::Open(rows, more) => (rows.clone(), *more, None),
        PastView::From(at) => (
            Vec::new(),
            false,
            Some(say("board-past-from", &[("from", Inside::Moment(*at))])),
        ),
        PastView::Shut => (
            Vec::new(),
            false,
            Some(say("board-past-shut", &[("wait", wait.clone())])),
        ),
    };
    super::written(&BoardPage {
        frame: Frame::new(locale, &plain(locale, "door-tab"), &view.operator, view.sandbox),
        first: first_line(view),
        lead: say("board-lead", &[("number", number)]),
        alarm: view.head.alarm.map(|id| plain(locale, id)),
        lines: view.lines.iter().map(|line| self::line(locale, line)).collect(),
        open: view.open.iter().map(|open| self::open(locale, open)).collect(),
        passed: passed::lines(locale, &view.passed),
        passed_stopped: passed::any_stopped(&view.passed),
        passed_going: passed::any_going(&view.passed),
        paused: view.paused,
        never: view.never.map(|never| match never {
            NeverView::Stands => say("board-never-stands", &[]),
            NeverView::Lifting(at) => say("board-never-lifting", &[("at", Inside::Moment(at))]),
        }),
        never_stands: view.never == Some(NeverView::Stands),
        past,
        past_open: matches!(view.past, PastView::Open(..)),
        past_more,
        past_words,
        erasing: view.erasing,
        keys: view.keys.iter().map(|key| self::key(locale, key)).collect(),
        passkeys: view.passkeys,
        key_words: if view.key_wait_s == 0 {
            say("board-keys-now", &[])
        } else {
            say("board-keys-wait", &[("wait", wait)])
        },
        checked: Checked::new(locale, &view.head.key, None),
        always: say("always-stop", &[("stop", stop)]),
        // The page's script fills in what it found.
        check_good: say_with(
            locale,
            "board-check-good",
            &[("leaf", "{leaf}".into()), ("at", "{at}".into())],
        ),
        words: Words(locale),
        script: assets::address("board.js"),
    })
}

/// "Nobody can see where you are", or who can.
fn first_line(view: &BoardView) -> Sentence {
    let locale = view.locale;
    let mut live: Vec<Shown> = Vec::new();
    for line in view.lines.iter().filter(|line| line.standing == Standing::Live) {
        let name = Shown::name(&line.terms.recipient_name);
        if !live.contains(&name) {
            live.push(name);
        }
    }
    let name = |index: usize| Inside::Name(live.get(index).cloned().unwrap_or_else(|| Shown::name("")));
    let count = Inside::Number(live.len() as u64);
    match live.len() {
        0 if view.paused => sentence(locale, "board-first-paused", &[]),
        0 if !view.passed.is_empty() => sentence(locale, "board-first-passed", &[]),
        0 => sentence(locale, "board-first-nobody", &[]),
        1 => sentence(locale, "board-first-one", &[("one", name(0))]),
        2 => sentence(locale, "board-first-two", &[("one", name(0)), ("two", name(1))]),
        _ => sentence(locale, "board-first-many", &[("count", count)]),
    }
}

fn line(locale: Locale, view: &LineView) -> Line {
    let terms = &view.terms;
    let say = |id: &str, parts: &[(&str, Inside)]| sentence(locale, id, parts);
    let company = Shown::name(&terms.recipient_name);
    let name = || Inside::Name(company.clone());
    let badge = match view.standing {
        Standing::Live => None,
        Standing::From(at) => Some(say("board-badge-from", &[("at", Inside::Moment(at))])),
        Standing::Paused => Some(say("board-badge-paused", &[])),
        Standing::CompanyPaused => Some(say("board-badge-company-paused", &[])),
    };
    Line {
        consent: terms.consent.to_string(),
        recipient: terms.recipient.to_string(),
        badge,
        facts: facts(locale, view),
        stop_label: say("board-stop-company", &[("company", name())]),
        paused: view.standing == Standing::CompanyPaused,
        pause_label: if view.standing == Standing::CompanyPaused {
            say("board-resume-company", &[("company", name())])
        } else {
            say("board-pause-company", &[("company", name())])
        },
        company,
    }
}

/// Who carries the answers, in their order, or nobody.
fn through(locale: Locale, terms: &Terms) -> Sentence {
    let names = terms.chain.relays.iter().map(|relay| relay.name.as_str());
    let list = relays(locale, names);
    match list {
        None => sentence(locale, "board-through-nobody", &[]),
        Some(list) => sentence(locale, "board-through-sealed", &[("relays", Inside::Said(list))]),
    }
}

fn facts(locale: Locale, view: &LineView) -> Vec<(String, Sentence)> {
    let terms = &view.terms;
    let say = |id: &str, parts: &[(&str, Inside)]| sentence(locale, id, parts);
    let words = |text: String| say("board-words", &[("words", Inside::Words(text))]);
    let reference = Inside::Name(Shown::name(terms.case.as_str()));
    let purpose = Inside::Words(happened::capitalised(&purpose_words(locale, terms.purpose)));
    let metres = Inside::Words(distance(locale, terms.precision.metres()));
    let exact = match terms.precision {
        Precision::Area { .. } => say("board-exact-area", &[("distance", metres)]),
        Precision::YesNo { .. } => say("board-exact-yes-no", &[("distance", metres)]),
    };
    let frequency = Frequency {
        count: terms.count,
        per_hour: terms.per_hour,
    };
    let source = match terms.origin {
        Origin::Network => say("board-from-network", &[]),
        Origin::Handset => say("board-from-browser", &[]),
    };
    let until = view.until.map_or_else(
        || words(duration(locale, terms.lasts)),
        |at| say("board-until", &[("until", Inside::Moment(at))]),
    );
    let last = view
        .last
        .as_ref()
        .map_or_else(|| say("board-last-never", &[]), |row| row.last.clone());
    let mut facts = vec![
        ("board-fact-through", through(locale, terms)),
        (
            "board-fact-why",
            say("board-why", &[("purpose", purpose), ("reference", reference)]),
        ),
        ("board-fact-exact", exact),
        ("board-fact-often", words(happened::capitalised(&frequency.say(locale)))),
    ];
    facts.extend([
        ("board-fact-from", source),
        ("board-fact-until", until),
        (
            "board-fact-used",
            say("board-used", &[("count", Inside::Number(u64::from(view.used)))]),
        ),
        ("board-fact-last", last),
    ]);
    facts.into_iter().map(|(id, said)| (plain(locale, id), said)).collect()
}

fn open(locale: Locale, view: &OpenView) -> Open {
    let parts = [
        ("company", Inside::Name(Shown::name(&view.company))),
        ("until", Inside::Moment(view.until)),
    ];
    Open {
        consent: view.consent.clone(),
        path: view.path.clone(),
        words: sentence(locale, "board-open", &parts),
    }
}

fn key(locale: Locale, view: &KeyView) -> Key {
    let kind = || Inside::Words(plain(locale, view.kind));
    let made = ("at", Inside::Moment(view.at));
    let words = match view.from {
        None => sentence(locale, "board-key-live", &[("kind", kind()), made]),
        Some(from) => sentence(
            locale,
            "board-key-pending",
            &[("kind", kind()), made, ("from", Inside::Moment(from))],
        ),
    };
    Key {
        row: view.row,
        words,
        removable: view.removable,
    }
}
