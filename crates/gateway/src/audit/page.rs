//! The auditor's page: one question and three buttons, without a script or anything from elsewhere. Its
//! style stands inside it, so that the auditor serves one page and nothing else.

use domain::audit::tally::Said;
use wire::sms::words::month_words;
use wire::words::{Locale, say};

use super::report::Tokens;
use crate::pages::shown::Shown;

/// What may happen to a page of this kind: nothing is loaded, no style but the one of this hash is heard, and forms go back
/// to where it came from.
pub const POLICY: &str = "default-src 'none'; style-src 'sha256-qv7emOIzrZRKwulRkr6ljGkw5BlYHip5g/2Z8BY4dP8='; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The page's style.
const STYLE: &str = include_str!("../../../../web/audit.css");

/// What the page says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The question.
    Question,
    /// The answer was written down.
    Thanks,
    /// Nobody was sent this link.
    Unknown,
    /// The answer could not be written down.
    Failed,
}

#[derive(askama::Template)]
#[template(path = "audit.html")]
struct AuditPage {
    style: &'static str,
    lang: &'static str,
    title: String,
    lead: String,
    who: String,
    choices: Vec<(&'static str, String)>,
    languages: [(&'static str, &'static str); 2],
}

/// The page as HTML.
#[must_use]
pub fn render(locale: Locale, tokens: &Tokens, step: Step) -> String {
    let plain = |id: &str| say(locale, id, &[]);
    let (title, lead) = match step {
        Step::Question => ("audit-title", lead(locale, tokens)),
        Step::Thanks => ("audit-thanks-title", plain("audit-thanks-lead")),
        Step::Unknown => ("audit-unknown-title", plain("audit-unknown-lead")),
        Step::Failed => ("audit-failed-title", plain("audit-failed-lead")),
    };
    let choices = match step {
        Step::Question => Said::ALL.map(|said| (said.word(), plain(button(said)))).to_vec(),
        Step::Thanks | Step::Unknown | Step::Failed => Vec::new(),
    };
    crate::pages::written(&AuditPage {
        style: STYLE,
        lang: locale.tag(),
        title: plain(title),
        lead,
        who: plain("audit-who"),
        choices,
        languages: [("en", "English"), ("es", "Español")],
    })
}

const fn button(said: Said) -> &'static str {
    match said {
        Said::Yes => "audit-yes",
        Said::No => "audit-no",
        Said::DoNotRemember => "audit-do-not-remember",
    }
}

fn lead(locale: Locale, tokens: &Tokens) -> String {
    let (company, operator) = (Shown::name(&tokens.party_name), Shown::name(&tokens.operator));
    let variables = [
        ("month", month(locale, &tokens.month).into()),
        ("company", company.to_string().into()),
        ("operator", operator.to_string().into()),
    ];
    say(locale, "audit-lead", &variables)
}

/// `2026-11` in words.
#[must_use]
pub fn month(locale: Locale, month: &str) -> String {
    let mut parts = month.split('-').map(|part| part.parse().unwrap_or_default());
    let (year, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    month_words(locale, year, month)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use domain::journal::tree::sha256;

    use super::*;

    #[test]
    fn the_policy_lets_the_style_of_the_page_be_heard() {
        let hash = STANDARD.encode(sha256(&[STYLE.as_bytes()]));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
        assert!(!STYLE.contains('<'));
    }

    #[test]
    fn the_page_asks_in_both_languages_and_escapes_names() {
        let tokens = Tokens {
            what: String::new(),
            v: 1,
            audit: "2026-11".to_owned(),
            party_name: "<b>Plainfield Towing".to_owned(),
            month: "2026-11".to_owned(),
            operator: "Port Aster Gateway".to_owned(),
            sample: String::new(),
            tokens: BTreeMap::new(),
            not_asked: BTreeMap::new(),
        };
        let page = |locale, step| render(locale, &tokens, step);
        let english = page(Locale::English, Step::Question);
        assert!(
            english.contains("November 2026") && english.contains("Did you agree?"),
            "{english}"
        );
        assert!(!english.contains("<b>") && !english.contains("<script"), "{english}");
        let spanish = page(Locale::Spanish, Step::Question);
        assert!(
            spanish.contains("noviembre de 2026") && spanish.contains("No me acuerdo"),
            "{spanish}"
        );
        for said in Said::ALL {
            assert!(english.contains(&format!("value=\"{}\"", said.word())), "{english}");
        }
        for step in [Step::Thanks, Step::Unknown, Step::Failed] {
            assert!(!page(Locale::English, step).contains("<form"), "{step:?}");
        }
    }
}
