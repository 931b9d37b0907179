//! The part of the board about what is passed on to the gateway that is home to the number: whose questions, what for, and
//! a button to stop each.

use domain::id::PartyId;
use domain::purpose::Purpose;
use wire::words::{Locale, purpose_words};

use crate::pages::happened::capitalised;
use crate::pages::sentence::{Inside, Sentence, sentence};
use crate::pages::shown::Shown;

/// Something that is, or was, passed on.
#[derive(Clone, Debug)]
pub struct PassedView {
    /// The party's registered name.
    pub company: String,
    /// The party.
    pub party: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// How it stands.
    pub standing: PassedStanding,
}

/// How something that is passed on stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassedStanding {
    /// It is passed on.
    Going,
    /// The person stopped it here.
    Stopped,
    /// The person ended it at the home.
    Ended,
}

/// One line with its words.
pub(super) struct Passed {
    pub(super) party: String,
    pub(super) purpose: &'static str,
    pub(super) company: Shown,
    pub(super) why: Sentence,
    /// What there is to say besides, where it is not passed on.
    pub(super) badge: Option<Sentence>,
    pub(super) stop_label: Sentence,
}

/// The lines in words.
pub(super) fn lines(locale: Locale, views: &[PassedView]) -> Vec<Passed> {
    views.iter().map(|view| line(locale, view)).collect()
}

/// Whether one of them was stopped here.
pub(super) fn any_stopped(views: &[PassedView]) -> bool {
    views.iter().any(|view| view.standing == PassedStanding::Stopped)
}

/// Whether one of them is passed on.
pub(super) fn any_going(views: &[PassedView]) -> bool {
    views.iter().any(|view| view.standing == PassedStanding::Going)
}

fn line(locale: Locale, view: &PassedView) -> Passed {
    let company = Shown::name(&view.company);
    let why = Inside::Words(capitalised(&purpose_words(locale, view.purpose)));
    Passed {
        party: view.party.to_string(),
        purpose: view.purpose.term(),
        why: sentence(locale, "board-words", &[("words", why)]),
        badge: match view.standing {
            PassedStanding::Going => None,
            PassedStanding::Stopped => Some(sentence(locale, "board-passed-stopped", &[])),
            PassedStanding::Ended => Some(sentence(locale, "board-passed-ended", &[])),
        },
        stop_label: sentence(
            locale,
            "board-stop-company",
            &[("company", Inside::Name(company.clone()))],
        ),
        company,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_has_a_button_and_what_does_not_says_so() {
        let view = |standing| PassedView {
            company: "<b>Aster</b> Roadside".to_owned(),
            party: PartyId::from_bytes([4; 16]),
            purpose: Purpose::RequestedServiceProvision,
            standing,
        };
        let standings = [PassedStanding::Going, PassedStanding::Stopped, PassedStanding::Ended];
        for locale in [Locale::English, Locale::Spanish] {
            let views = standings.map(view);
            let lines = lines(locale, &views);
            let badges: Vec<bool> = lines.iter().map(|line| line.badge.is_some()).collect();
            assert_eq!(badges, [false, true, true]);
            for line in &lines {
                assert_eq!(line.purpose, "RequestedServiceProvision");
                let label = line.stop_label.to_string();
                assert!(label.contains("Aster") && !label.contains("<b>"), "{label}");
            }
        }
        assert!(any_going(&standings.map(view)) && any_stopped(&standings.map(view)));
        assert!(!any_going(&[view(PassedStanding::Ended)]) && !any_stopped(&[view(PassedStanding::Going)]));
    }
}
