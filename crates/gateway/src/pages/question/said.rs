//! What the question's page says in each state, from the catalogue.

use wire::words::{Frequency, Locale, distance, duration};

use super::{Half, Precision, QuestionView, Source, State};
use crate::pages::happened::capitalised;
use crate::pages::sentence::{Inside, Sentence, plain, sentence};
use crate::pages::shown::Shown;
use crate::pages::words;

pub(super) fn heading(view: &QuestionView) -> Sentence {
    let company = [("company", Inside::Name(Shown::name(&view.company)))];
    let (id, parts): (_, &[_]) = match (view.state, view.half, view.precision) {
        (State::Asked, Half::Signed | Half::Replied, _) => ("question-step-title", &[]),
        (State::Asked, Half::Neither, Precision::Area { .. }) => ("question-asks-where", &company),
        (State::Asked, Half::Neither, Precision::YesNo { .. }) => ("question-asks-near", &company),
        (State::Given, ..) => ("question-given-title", &[]),
        (State::Refused, ..) => ("question-refused-title", &[]),
        (State::Lapsed, ..) => ("question-lapsed-title", &[]),
        (State::Withdrawn, ..) => ("question-withdrawn-title", &[]),
        (State::Expired, ..) => ("question-expired-title", &[]),
        (State::Void, ..) => ("question-void-title", &[]),
    };
    sentence(view.locale, id, parts)
}

pub(super) fn lead(view: &QuestionView) -> Sentence {
    let company = ("company", Inside::Name(Shown::name(&view.company)));
    let until = ("until", Inside::Moment(view.ends_at.unwrap_or_default()));
    let reply = format!(
        "YES {}",
        view.code
            .as_deref()
            .map_or_else(String::new, |code| Shown::name(code).to_string())
    );
    let near = matches!(view.precision, Precision::YesNo { .. });
    let id = match (view.state, view.half) {
        (State::Asked, Half::Neither) => return sentence(view.locale, "question-asks-lead", &[]),
        (State::Asked, Half::Replied) => return sentence(view.locale, "question-link-step-lead", &[]),
        (State::Asked, Half::Signed) => {
            let parts = [company, ("reply", Inside::Strong(reply))];
            return sentence(view.locale, "question-step-lead", &parts);
        }
        (State::Given, _) => match view.starts_at {
            Some(at) => {
                let parts = [company, ("from", Inside::Moment(at)), until];
                return sentence(view.locale, "question-later-where", &parts);
            }
            None if near => return sentence(view.locale, "question-given-near", &[company, until]),
            None => return sentence(view.locale, "question-given-where", &[company, until]),
        },
        (State::Refused, _) => "question-refused-lead",
        (State::Lapsed, _) => "question-lapsed-lead",
        (State::Withdrawn, _) => "question-withdrawn-lead",
        (State::Expired, _) => "question-expired-lead",
        (State::Void, _) => "question-void-lead",
    };
    sentence(view.locale, id, &[company])
}

pub(super) fn used(view: &QuestionView) -> Sentence {
    if view.used == 0 {
        return sentence(view.locale, "question-used-never", &[]);
    }
    let times = ("times", Inside::Words(words::times(view.locale, view.used)));
    match view.used_last_at {
        Some(at) => sentence(view.locale, "question-used-last", &[times, ("at", Inside::Moment(at))]),
        None => sentence(view.locale, "question-used", &[times]),
    }
}

/// How a reply by text answers: with a code where a reply is evidence enough, else only no.
pub(super) fn by_text(view: &QuestionView, both: &str, no: &str) -> Sentence {
    let strong = |word: String| Inside::Strong(word);
    match view.code.as_deref().filter(|_| !view.needs_reply) {
        Some(code) => {
            let yes = format!("YES {}", Shown::name(code));
            let parts = [("yes", strong(yes)), ("no", strong("NO".to_owned()))];
            sentence(view.locale, both, &parts)
        }
        None => sentence(view.locale, no, &[("no", strong("NO".to_owned()))]),
    }
}

pub(super) const fn facts_heading(view: &QuestionView) -> &'static str {
    match view.state {
        State::Asked => "question-terms-asked",
        State::Given => "question-terms-given",
        State::Refused | State::Lapsed | State::Withdrawn | State::Expired | State::Void => "question-terms-over",
    }
}

/// A distance whose number and unit stay on one line.
pub(super) fn near(locale: Locale, metres: u32) -> String {
    distance(locale, metres).replace(' ', "\u{a0}")
}

/// Everything that would be agreed, line by line.
pub(super) fn facts(view: &QuestionView) -> Vec<(String, Vec<Sentence>)> {
    let locale = view.locale;
    let said = |id: &str, parts: &[(&str, Inside)]| vec![sentence(locale, id, parts)];
    let plainly = |words: String| said("board-words", &[("words", Inside::Words(words))]);
    let reference = Inside::Name(Shown::name(&view.case_reference));
    let purpose = Inside::Words(Shown::bounded(&capitalised(&view.purpose), 160).to_string());
    let exact = match view.precision {
        Precision::Area { metres } => said("board-exact-area", &[("distance", Inside::Words(near(locale, metres)))]),
        Precision::YesNo { metres } => said(
            "board-exact-yes-no",
            &[("distance", Inside::Words(near(locale, metres)))],
        ),
    };
    let frequency = Frequency {
        count: view.count,
        per_hour: view.per_hour,
    };
    let mut facts = vec![
        ("board-fact-through", through(view)),
        (
            "board-fact-why",
            said("board-why", &[("purpose", purpose), ("reference", reference)]),
        ),
        ("board-fact-exact", exact),
        ("board-fact-often", plainly(capitalised(&frequency.say(locale)))),
        ("board-fact-until", how_long(view)),
    ];
    if let Some(within) = &view.within {
        facts.push(("question-fact-starts", plainly(within.clone())));
    } else if view.waits_a_day && view.state == State::Asked {
        facts.push(("question-fact-starts", said("question-safety-wait", &[])));
    }
    facts.push((
        "board-fact-from",
        match view.source {
            Source::Network => said("board-from-network", &[]),
            Source::Handset => said("board-from-browser", &[]),
        },
    ));
    let since = match view.state {
        State::Asked => None,
        State::Given => Some("question-fact-agreed"),
        State::Refused => Some("question-fact-answered"),
        State::Withdrawn => Some("question-fact-stopped"),
        State::Lapsed | State::Expired | State::Void => Some("question-fact-ended"),
    };
    if let (Some(id), Some(at)) = (since, view.state_since) {
        facts.push((id, said("happened-at", &[("at", Inside::Moment(at))])));
    }
    facts
        .into_iter()
        .map(|(id, lines)| (plain(locale, id), lines))
        .collect()
}

fn through(view: &QuestionView) -> Vec<Sentence> {
    if view.relays.is_empty() {
        return vec![sentence(view.locale, "board-through-nobody", &[])];
    }
    let relays = view.relays.iter().map(|relay| Inside::Name(Shown::name(relay)));
    relays
        .map(|relay| sentence(view.locale, "board-words", &[("words", relay)]))
        .collect()
}

fn how_long(view: &QuestionView) -> Vec<Sentence> {
    let span = domain::time::Span::seconds(u32::try_from(view.duration_s).unwrap_or(u32::MAX));
    let lasts = ("duration", Inside::Words(duration(view.locale, span)));
    let (id, parts) = match (view.state, view.ends_at) {
        (State::Asked, _) => ("question-from-yes", vec![lasts]),
        (_, Some(at)) => ("question-from-yes-until", vec![lasts, ("until", Inside::Moment(at))]),
        (_, None) => (
            "board-words",
            vec![("words", Inside::Words(duration(view.locale, span)))],
        ),
    };
    vec![sentence(view.locale, id, &parts)]
}
