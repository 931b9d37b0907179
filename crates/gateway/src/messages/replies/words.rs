//! What people are told in answer to a text: the words of the text messages' own table, and the few that it leaves to
//! this conversation. Each begins with the name of who speaks.

use domain::journal::settle::Replied;
use domain::permission::terms::Terms;
use wire::sms::words::{HELP, NOT_OPEN, PAUSED, Particulars, RESUMED, STOPPED, UNCLEAR, agreed, refused};

use super::Voice;

const AGREED: &str = "You agreed, and it is written down. Reply STOP at any time to end it. HELP for help.";

const REFUSED: &str = "You said no, and it is written down. Nothing is shared for that question.";

const AMBIGUOUS: &str = "You have more than one question, so nothing has changed. Answer each at its own link, or reply \
YES with its code. STOP ends all.";

const WRONG_CODE: &str = "That code fits no open question, so nothing has changed. Reply YES and the four digits of the \
question, or NO. STOP ends all.";

const LINK_NEEDED: &str = "For this question a text is not enough, so nothing has changed. Open the link in the question \
and agree there, or reply NO. STOP ends all.";

/// The one answer to what a text did, with the company's name where the terms are at hand.
pub(super) fn confirmation(voice: &Voice, replied: Replied, terms: Option<&Terms>) -> String {
    let words = match replied {
        Replied::Given(_) => terms.map_or_else(|| AGREED.to_owned(), |terms| agreed(&Particulars::from(terms))),
        Replied::Refused(_) => terms.map_or_else(|| REFUSED.to_owned(), |terms| refused(&terms.recipient_name)),
        // True whether something ended now or nothing was left to end: a STOP that comes twice is answered alike.
        Replied::Stopped(_) => STOPPED.to_owned(),
        Replied::Ambiguous => AMBIGUOUS.to_owned(),
        Replied::NothingOpen => NOT_OPEN.to_owned(),
        Replied::WrongCode => WRONG_CODE.to_owned(),
        Replied::LinkNeeded(_) => LINK_NEEDED.to_owned(),
        Replied::Paused => PAUSED.to_owned(),
        Replied::Resumed => RESUMED.to_owned(),
    };
    spoken(voice, &words)
}

/// The answer to HELP, which is given to everybody.
pub(super) fn help(voice: &Voice) -> String {
    if voice.help.is_empty() {
        spoken(voice, HELP)
    } else {
        spoken(voice, &format!("{HELP} More help: {}", voice.help))
    }
}

/// The answer to a text that is none of the words.
pub(super) fn unclear(voice: &Voice) -> String {
    spoken(voice, UNCLEAR)
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
        ]
        .map(|replied| confirmation(&voice(), replied, None))
        .to_vec();
        all.extend([help(&voice()), unclear(&voice())]);
        for words in &all {
            let message = split(words, 1, &[]).expect("short enough");
            assert_eq!(message.coding.data_coding(), 0, "{words}");
            assert!(message.segments.len() <= 2, "{words}");
            assert!(words.starts_with("Aster Wayleave: "), "{words}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 11);
        let stopped = |ended| confirmation(&voice(), Replied::Stopped(ended), None);
        assert_eq!(stopped(0), stopped(2));
    }
}
