//! `/counts`: what was asked and answered, in plots that a newspaper could print, each over the table that it shows.

mod plots;

use wire::words::{Locale, say as say_with};

use super::assets;
use super::frame::Frame;
use super::sentence::plain;
use super::shown::Shown;

/// One number: how many asks, and whether a live gateway would leave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// How many.
    pub asks: u64,
    /// Whether it is shown only since nobody here is real.
    pub small: bool,
}

/// A party's asks for one purpose.
#[derive(Clone, Debug)]
pub struct PartyView {
    /// The party's registered name.
    pub company: String,
    /// What for, in words.
    pub purpose: String,
    /// Answered, refused, without an answer; `None` is left out.
    pub numbers: [Option<Number>; 3],
}

/// A day.
#[derive(Clone, Debug)]
pub struct DayView {
    /// `2026-11-22`.
    pub day: String,
    /// Whether it is today, which only a sandbox shows.
    pub so_far: bool,
    /// Who asked.
    pub rows: Vec<PartyView>,
}

impl DayView {
    /// The day, with an asterisk if it is not over.
    fn marked(&self) -> String {
        format!("{}{}", self.day, if self.so_far { "*" } else { "" })
    }

    /// The three numbers added up over all rows, of what is shown.
    fn sums(&self) -> [u64; 3] {
        let of = |which: usize| {
            let numbers = self
                .rows
                .iter()
                .filter_map(|row| row.numbers.get(which).copied().flatten());
            numbers.map(|number| number.asks).sum()
        };
        [of(0), of(1), of(2)]
    }
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct CountsView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// The journal's name.
    pub journal: String,
    /// The days, oldest first.
    pub days: Vec<DayView>,
    /// Below this a number is left out.
    pub least: u64,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

/// A figure: a plot and its table.
struct Figure {
    id: &'static str,
    title: String,
    lead: String,
    plot: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

#[derive(askama::Template)]
#[template(path = "counts.html")]
struct CountsPage {
    frame: Frame,
    style: String,
    title: String,
    lead: String,
    so_far: Option<String>,
    empty: Option<String>,
    figures: Vec<Figure>,
    legend: [String; 3],
    sections: Vec<(&'static str, String, Vec<String>)>,
    documents: Vec<(String, String)>,
    documents_title: String,
    note: String,
    table_words: String,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &CountsView) -> String {
    let locale = view.locale;
    let say = |id: &str| plain(locale, id);
    let least = || [("least", view.least.into())];
    let so_far = view.days.iter().any(|day| day.so_far);
    let mut frame = Frame::new(locale, &say("counts-tab"), &view.operator, view.sandbox);
    frame.leave_address = "/".to_owned();
    frame.leave = say("counts-front");
    let published = view.days.iter().filter(|day| !day.so_far).rev();
    super::written(&CountsPage {
        frame,
        style: assets::address("counts.css"),
        title: say("counts-title"),
        lead: say_with(
            locale,
            "counts-lead",
            &[("operator", Shown::name(&view.operator).to_string().into())],
        ),
        so_far: so_far.then(|| say_with(locale, "counts-so-far", &least())),
        empty: view.days.is_empty().then(|| say("counts-empty")),
        figures: if view.days.is_empty() {
            Vec::new()
        } else {
            figures(view)
        },
        legend: legend(locale),
        sections: vec![
            (
                "made",
                say("counts-made-title"),
                vec![say("counts-made-1"), say("counts-made-2")],
            ),
            (
                "left-out",
                say("counts-left-out-title"),
                vec![
                    say_with(locale, "counts-left-out-1", &least()),
                    say("counts-left-out-2"),
                    say("counts-left-out-3"),
                ],
            ),
            (
                "check",
                say("counts-check-title"),
                vec![
                    say("counts-check-1"),
                    say_with(locale, "counts-check-2", &[("journal", view.journal.as_str().into())]),
                    say("counts-check-3"),
                ],
            ),
        ],
        documents: published
            .map(|day| (day.day.clone(), format!("/journal/counts/{}", day.day)))
            .collect(),
        documents_title: say("counts-documents"),
        note: say("counts-note"),
        table_words: say("counts-table"),
    })
}

fn legend(locale: Locale) -> [String; 3] {
    ["counts-answered", "counts-refused", "counts-unanswered"].map(|id| plain(locale, id))
}

fn figures(view: &CountsView) -> Vec<Figure> {
    let mut figures = vec![by_day(view)];
    if let Some(latest) = view.days.last() {
        figures.push(by_party(view, latest));
        figures.push(refused_share(view, latest));
    }
    figures
}

fn by_day(view: &CountsView) -> Figure {
    let locale = view.locale;
    let bars: Vec<plots::Column> = view
        .days
        .iter()
        .map(|day| plots::Column {
            // Month and day: the table below has the year.
            name: day.marked().chars().skip("2026-".len()).collect(),
            parts: day.sums(),
        })
        .collect();
    let rows = view.days.iter().rev().map(|day| {
        let sums = day.sums().map(|sum| {
            if sum == 0 {
                "–".to_owned()
            } else {
                grouped(locale, sum)
            }
        });
        [vec![day.marked()], sums.to_vec()].concat()
    });
    let mut heads = vec![plain(locale, "counts-day")];
    heads.extend(legend(locale));
    Figure {
        id: "by-day",
        title: plain(locale, "counts-by-day"),
        lead: plain(locale, "counts-by-day-lead"),
        plot: plots::columns(&plain(locale, "counts-by-day-alt"), &bars, |number| {
            grouped(locale, number)
        }),
        heads,
        rows: rows.collect(),
    }
}

fn by_party(view: &CountsView, day: &DayView) -> Figure {
    let locale = view.locale;
    let bars: Vec<plots::Bar> = day
        .rows
        .iter()
        .map(|row| plots::Bar {
            name: Shown::name(&row.company).to_string(),
            detail: row.purpose.clone(),
            parts: row.numbers.map(|number| number.map_or(0, |number| number.asks)),
            value: in_words(locale, row.numbers),
        })
        .collect();
    let rows = day.rows.iter().map(|row| {
        let numbers = row.numbers.iter().map(|number| cell(locale, *number));
        [Shown::name(&row.company).to_string(), row.purpose.clone()]
            .into_iter()
            .chain(numbers)
            .collect()
    });
    let mut heads = vec![plain(locale, "counts-company"), plain(locale, "counts-purpose")];
    heads.extend(legend(locale));
    let on = [("day", day.marked().into())];
    Figure {
        id: "by-party",
        title: say_with(locale, "counts-by-party", &on),
        lead: plain(locale, "counts-by-party-lead"),
        plot: plots::bars(&plain(locale, "counts-by-party-alt"), &bars),
        heads,
        rows: rows.collect(),
    }
}

fn refused_share(view: &CountsView, day: &DayView) -> Figure {
    let locale = view.locale;
    let shares: Vec<(&PartyView, Option<u64>)> = day
        .rows
        .iter()
        .map(|row| match row.numbers {
            [Some(answered), Some(refused), _] if answered.asks + refused.asks > 0 => {
                (row, Some(refused.asks * 100 / (answered.asks + refused.asks)))
            }
            _ => (row, None),
        })
        .collect();
    let say_share = |share: Option<u64>| {
        share.map_or_else(
            || plain(locale, "counts-not-known"),
            |share| say_with(locale, "counts-percent", &[("percent", share.into())]),
        )
    };
    let bars: Vec<plots::Share> = shares
        .iter()
        .map(|(row, share)| plots::Share {
            name: Shown::name(&row.company).to_string(),
            detail: row.purpose.clone(),
            percent: *share,
            value: say_share(*share),
        })
        .collect();
    let rows = shares.iter().map(|(row, share)| {
        vec![
            Shown::name(&row.company).to_string(),
            row.purpose.clone(),
            say_share(*share),
        ]
    });
    let on = [("day", day.marked().into())];
    Figure {
        id: "refused-share",
        title: say_with(locale, "counts-share", &on),
        lead: plain(locale, "counts-share-lead"),
        plot: plots::shares(&plain(locale, "counts-share-alt"), &bars),
        heads: vec![
            plain(locale, "counts-company"),
            plain(locale, "counts-purpose"),
            plain(locale, "counts-share-head"),
        ],
        rows: rows.collect(),
    }
}

fn cell(locale: Locale, number: Option<Number>) -> String {
    number.map_or_else(|| plain(locale, "counts-left-out"), |number| told(locale, number))
}

fn told(locale: Locale, number: Number) -> String {
    format!(
        "{}{}",
        grouped(locale, number.asks),
        if number.small { "*" } else { "" }
    )
}

/// What a bar shows, in words: nothing of what is left out.
fn in_words(locale: Locale, numbers: [Option<Number>; 3]) -> String {
    let ids = ["counts-so-answered", "counts-so-refused", "counts-so-unanswered"];
    let shown = ids.into_iter().zip(numbers).filter_map(|(id, number)| {
        let number = number.filter(|number| number.asks > 0)?;
        Some(say_with(locale, id, &[("number", told(locale, number).into())]))
    });
    shown.collect::<Vec<_>>().join(" · ")
}

/// A number with its thousands set apart, as the language does.
fn grouped(locale: Locale, number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(match locale {
                Locale::English => ',',
                Locale::Spanish => '\u{202f}',
            });
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
