//! The pages of somebody whom a partner sent here: a number, a code that was texted to it, and the way back. They work
//! without JavaScript, and say the same for every number.

use wire::words::{Locale, say};

use super::assets;
use super::shown::Shown;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ErrandView {
    /// The language.
    pub locale: Locale,
    /// Who runs the gateway.
    pub operator: String,
    /// The registered name of the partner; empty where none is known.
    pub company: String,
    /// Where the person stands.
    pub step: Step,
    /// Whether this gateway is a sandbox.
    pub sandbox: bool,
}

/// Where a person stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// They may have a code texted.
    Number {
        /// The sealed ticket.
        ticket: String,
        /// The last digits of the number, if the partner named one; else they give it.
        number: Option<String>,
        /// What came of it before.
        trouble: Option<Trouble>,
        /// Where it goes without.
        leave: String,
    },
    /// They enter the code.
    Code {
        /// The sealed ticket.
        ticket: String,
        /// The last digits of the number.
        number: String,
        /// What came of the code before.
        entering: Entering,
        /// Where it goes without.
        leave: String,
        /// After so many seconds it goes there by itself.
        left_s: u64,
    },
    /// They are through.
    Continue {
        /// Where it goes on.
        back: String,
    },
    /// They agreed, and the number must still reply.
    Waiting {
        /// The same page again.
        again: String,
        /// Where it goes without.
        leave: String,
    },
    /// They are through, and there is nowhere to go back to.
    Done,
    /// Nobody sent them, or not in a way that can be followed.
    Astray,
}

/// Why no text was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// What they gave is no number.
    Malformed,
    /// Too many texts are asked for at this time.
    Busy,
}

/// What came of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entering {
    /// None came yet.
    First,
    /// It was wrong.
    Wrong,
    /// Too many were.
    TooMany,
}

/// How often the page of somebody who must still reply looks again, in seconds.
const AGAIN_S: u64 = 4;

#[derive(askama::Template)]
#[template(path = "errand.html")]
struct ErrandPage {
    lang: &'static str,
    title: String,
    heading: String,
    lead: String,
    from: Option<(String, Shown)>,
    warning: Option<String>,
    refresh: Option<(u64, String)>,
    step: Step,
    number_label: String,
    number_hint: String,
    send: String,
    code_label: String,
    code_hint: String,
    enter: String,
    go_on: String,
    leave: String,
    always: String,
    run_by: String,
    sandbox: Option<String>,
    skip: String,
    style: String,
    style_sheet: String,
    script: String,
    looks: bool,
}

/// The page as HTML.
#[must_use]
pub fn render(view: &ErrandView) -> String {
    let locale = view.locale;
    let plain = |id: &str| say(locale, id, &[]);
    let (heading, lead, warning) = said(&view.step);
    let number = match &view.step {
        Step::Number { number, .. } => number.clone().unwrap_or_default(),
        Step::Code { number, .. } => number.clone(),
        _ => String::new(),
    };
    let refresh = match &view.step {
        Step::Code { leave, left_s, .. } => Some((*left_s, leave.clone())),
        Step::Continue { back } => Some((0, back.clone())),
        Step::Waiting { again, .. } => Some((AGAIN_S, again.clone())),
        Step::Number { .. } | Step::Done | Step::Astray => None,
    };
    let operator = Shown::name(&view.operator).to_string();
    super::written(&ErrandPage {
        lang: locale.tag(),
        title: plain("errand-tab"),
        heading: plain(heading),
        lead: say(locale, lead, &[("number", number.into())]),
        from: (!view.company.is_empty()).then(|| (plain("errand-from"), Shown::name(&view.company))),
        warning: warning.map(plain),
        refresh,
        step: view.step.clone(),
        number_label: plain("errand-number"),
        number_hint: plain("errand-number-hint"),
        send: plain("errand-send"),
        code_label: plain("errand-code"),
        code_hint: plain("errand-code-hint"),
        enter: plain("errand-enter"),
        go_on: plain("errand-go-on"),
        leave: plain("errand-leave"),
        always: plain("errand-always"),
        run_by: say(locale, "errand-run-by", &[("operator", operator.into())]),
        sandbox: view.sandbox.then(|| plain("errand-sandbox")),
        skip: plain("errand-skip"),
        style: assets::address("style.css"),
        style_sheet: assets::address("sheet.css"),
        script: assets::address("errand.js"),
        looks: matches!(view.step, Step::Waiting { .. }),
    })
}

/// The messages of a step: heading, first sentence, warning.
const fn said(step: &Step) -> (&'static str, &'static str, Option<&'static str>) {
    match step {
        Step::Number { number, trouble, .. } => (
            "errand-start-title",
            if number.is_some() {
                "errand-start-lead-known"
            } else {
                "errand-start-lead"
            },
            match trouble {
                None => None,
                Some(Trouble::Malformed) => Some("errand-number-malformed"),
                Some(Trouble::Busy) => Some("errand-busy"),
            },
        ),
        Step::Code { entering, .. } => (
            "errand-code-title",
            "errand-code-lead",
            match entering {
                Entering::First => None,
                Entering::Wrong => Some("errand-code-wrong"),
                Entering::TooMany => Some("errand-code-too-many"),
            },
        ),
        Step::Continue { .. } => ("errand-through-title", "errand-through-lead", None),
        Step::Waiting { .. } => ("errand-waiting-title", "errand-waiting-lead", None),
        Step::Done => ("errand-done-title", "errand-done-lead", None),
        Step::Astray => ("errand-astray-title", "errand-astray-lead", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<Step> {
        let text = |text: &str| text.to_owned();
        let number = |number: Option<&str>, trouble| Step::Number {
            ticket: text("abc_-"),
            number: number.map(str::to_owned),
            trouble,
            leave: text("/errand/leave?ticket=abc_-"),
        };
        let code = |entering| Step::Code {
            ticket: text("abc_-"),
            number: text("… 0123"),
            entering,
            leave: text("/errand/leave?ticket=abc_-"),
            left_s: 900,
        };
        vec![
            number(None, None),
            number(None, Some(Trouble::Malformed)),
            number(Some("… 0123"), None),
            number(Some("… 0123"), Some(Trouble::Busy)),
            code(Entering::First),
            code(Entering::Wrong),
            code(Entering::TooMany),
            Step::Continue {
                back: text("/errand/back?ticket=abc_-"),
            },
            Step::Waiting {
                again: text("/errand/back?ticket=abc_-"),
                leave: text("/errand/leave?ticket=abc_-"),
            },
            Step::Done,
            Step::Astray,
        ]
    }

    #[test]
    fn every_step_is_said_in_every_language() {
        for locale in Locale::ALL {
            for step in steps() {
                let page = render(&ErrandView {
                    locale,
                    operator: "Port Aster Gateway".to_owned(),
                    company: "<b>\u{202e}Bank".to_owned(),
                    step: step.clone(),
                    sandbox: true,
                });
                assert!(page.contains(&format!("lang=\"{}\"", locale.tag())));
                assert!(!page.contains("<b>") && !page.contains('\u{202e}'), "{page}");
                assert!(!page.contains("errand-title") && !page.contains(">errand-"), "{page}");
                let scripts = page.matches("<script").count();
                assert_eq!(
                    scripts,
                    page.matches("<script type=\"module\" src=\"/assets/").count(),
                    "{page}"
                );
                assert!(!page.contains("style=") && !page.contains("onclick"), "{page}");
                assert_eq!(page.matches("<h1").count(), 1, "{page}");
                let form = matches!(step, Step::Number { .. } | Step::Code { .. });
                let locked = matches!(
                    step,
                    Step::Code {
                        entering: Entering::TooMany,
                        ..
                    }
                );
                assert_eq!(page.contains("method=\"post\""), form && !locked, "{page}");
            }
        }
    }
}
