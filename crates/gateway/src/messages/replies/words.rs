//! What people are told in answer to a text: the words of the text messages' own table, and the few that it leaves to
//! this conversation. Each begins with the name of who speaks.

use domain::journal::settle::Replied;
use domain::permission::terms::Terms;
use wire::sms::words::{Particulars, agreed, refused};
use wire::words::{Locale, say};

use super::Voice;

/// The one answer to what a text did, with the company's name where the terms are at hand.
pub(super) fn confirmation(voice: &Voice, locale: Locale, replied: Replied, terms: Option<&Terms>) -> String {
    let id = match (replied, terms) {
        (Replied::Given(_), Some(terms)) => return spoken(voice, &agreed(&Particulars::from(terms))),
        (Replied::Given(_), None) => "agreed-unnamed",
        (Replied::Refused(_), Some(terms)) => return spoken(voice, &refused(locale, &terms.recipient_name)),
        (Replied::Refused(_), None) => "refused-unnamed",
        // True whether something ended now or nothing was left to end: a STOP that comes twice is answered alike.
        (Replied::Stopped(_), _) => "stopped",
        (Replied::Ambiguous, _) => "ambiguous-unnamed",
        (Replied::NothingOpen, _) => "not-open",
        (Replied::WrongCode, _) => "wrong-code",
        (Replied::LinkNeeded(_), _) => "link-needed",
        (Replied::Paused, _) => "paused",
        (Replied::Resumed, _) => "resumed",
        (Replied::Never, _) => "never",
        (Replied::Lifting(_), _) => "lifting",
        (Replied::NothingForbidden, _) => "nothing-forbidden",
    };
    spoken(voice, &say(locale, id, &[]))
}

/// The text that confirms what a person agreed to on the page.
#[must_use]
pub fn agreed_by_link(operator: &str, terms: &Terms) -> String {
    let voice = Voice {
        name: operator.to_owned(),
        help: String::new(),
        locale: Locale::default(),
    };
    spoken(&voice, &agreed(&Particulars::from(terms)))
}

/// The answer to HELP, which is given to everybody.
pub(super) fn help(voice: &Voice, locale: Locale) -> String {
    let mut words = say(locale, "help", &[]);
    if !voice.help.is_empty() {
        words.push(' ');
        words.push_str(&say(locale, "help-more", &[("help", (&voice.help).into())]));
    }
    spoken(voice, &words)
}

/// The answer to a text that is none of the words.
pub(super) fn unclear(voice: &Voice, locale: Locale) -> String {
    spoken(voice, &say(locale, "unclear", &[]))
}

fn spoken(voice: &Voice, words: &str) -> String {
    if voice.name.is_empty() {
        words.to_owned()
    } else {
        format!("{}: {words}", voice.name)
    }
}

#[cfg(test)]
mod tests {
    use domain::id::ConsentId;
    use wire::sms::split::split;

    use super::*;

    fn voice() -> Voice {
        Voice {
            name: "Aster Wayleave".to_owned(),
            help: "help@example.com".to_owned(),
            locale: Locale::English,
        }
    }

    #[test]
    fn every_answer_is_its_own_and_short() {
        let consent: ConsentId = ConsentId::new(domain::time::Timestamp::from_unix_ms(0), [0; 10]);
        let mut all: Vec<String> = [
            Replied::Given(consent),
            Replied::Refused(consent),
            Replied::Stopped(2),
            Replied::Ambiguous,
            Replied::NothingOpen,
            Replied::WrongCode,
            Replied::LinkNeeded(consent),
            Replied::Paused,
            Replied::Resumed,
            Replied::Never,
            Replied::Lifting(domain::time::Timestamp::from_unix_ms(0)),
            Replied::NothingForbidden,
        ]
        .map(|replied| confirmation(&voice(), Locale::English, replied, None))
        .to_vec();
        all.extend([help(&voice(), Locale::English), unclear(&voice(), Locale::English)]);
        for words in &all {
            let message = split(words, 1, &[]).expect("short enough");
            assert_eq!(message.coding.data_coding(), 0, "{words}");
            assert!(message.segments.len() <= 2, "{words}");
            assert!(words.starts_with("Aster Wayleave: "), "{words}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 11);
        let stopped = |ended| confirmation(&voice(), Locale::English, Replied::Stopped(ended), None);
        assert_eq!(stopped(0), stopped(2));
    }
}
