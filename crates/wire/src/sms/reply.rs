//! What a person meant by a reply. Leaving is easy, agreeing is not: any sign of STOP stops, and a yes counts only with
//! the code of one question and without a word against it.

use super::Code;

/// What a reply means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Yes, to the question with this code.
    Yes(Code),
    /// No; to the question with this code, or else to whatever is open.
    No(Option<Code>),
    /// No more, of anything.
    Stop,
    /// Nothing for now.
    Pause,
    /// The pause is over.
    Resume,
    /// What is this?
    Help,
    /// Anything else, among it a yes without a code.
    Unclear,
}

/// Words that stop wherever they stand. US carriers and 47 CFR 64.1200(a)(10) name them, and any reasonable way to
/// revoke counts; whoever meant something else has lost nothing that cannot be asked for again.
const STOP_ANYWHERE: [&str; 6] = ["STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT", "WITHDRAW"];

/// Words that stop when they come first, and are ordinary words elsewhere.
const STOP_FIRST: [&str; 3] = ["CANCEL", "END", "QUIT"];

/// Words that refuse when they come first.
const NO_FIRST: [&str; 7] = ["NO", "N", "NOPE", "NEVER", "REFUSE", "DECLINE", "DENY"];

/// Words that ask for help when they come first.
const HELP_FIRST: [&str; 2] = ["HELP", "INFO"];

/// Words that pause when they come first.
const PAUSE_FIRST: [&str; 1] = ["PAUSE"];

/// Words that end a pause when they come first, without a word against it.
const RESUME_FIRST: [&str; 2] = ["RESUME", "UNPAUSE"];

/// Words that agree when they come first.
const YES_FIRST: [&str; 2] = ["YES", "Y"];

/// Words that make a yes doubtful.
const AGAINST: [&str; 8] = ["NO", "NOT", "NOPE", "NEVER", "DONT", "CANT", "WONT", "UNLESS"];

/// Words before the one that counts.
const COURTESY: [&str; 7] = ["PLEASE", "PLS", "HI", "HELLO", "OK", "THANKS", "SORRY"];

/// How many words are read; a reply is short.
const WORDS_MAX: usize = 64;

/// Reads a reply.
#[must_use]
pub fn read(text: &str) -> Reply {
    let words = words(text);
    let is = |word: &String, list: &[&str]| list.contains(&word.as_str());
    let opts_out = words
        .windows(2)
        .any(|pair| matches!(pair, [opt, out] if opt == "OPT" && out == "OUT"));
    if opts_out || words.iter().any(|word| is(word, &STOP_ANYWHERE)) {
        return Reply::Stop;
    }
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let Some(first) = words.iter().find(|word| !is_number(word) && !is(word, &COURTESY)) else {
        return Reply::Unclear;
    };
    if is(first, &STOP_FIRST) {
        return Reply::Stop;
    }
    if is(first, &NO_FIRST) {
        return Reply::No(only_code(&words));
    }
    if is(first, &HELP_FIRST) {
        return Reply::Help;
    }
    if is(first, &PAUSE_FIRST) {
        return Reply::Pause;
    }
    let doubtful = words.iter().any(|word| is(word, &AGAINST));
    if is(first, &RESUME_FIRST) && !doubtful {
        return Reply::Resume;
    }
    if is(first, &YES_FIRST) && !doubtful {
        return only_code(&words).map_or(Reply::Unclear, Reply::Yes);
    }
    Reply::Unclear
}

/// The one code among the words; `None` if there is none, or two that differ.
fn only_code(words: &[String]) -> Option<Code> {
    let mut codes = words.iter().filter_map(|word| Code::parse(word));
    let first = codes.next()?;
    codes.all(|code| code == first).then_some(first)
}

/// The words in capitals: runs of letters and runs of digits, without apostrophes. Everything else only separates.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = Kind::Other;
    for character in text.chars().filter(|character| !matches!(character, '\'' | '’' | '‘')) {
        let kind = Kind::of(character);
        if kind != Kind::Other {
            if kind != previous {
                if words.len() == WORDS_MAX {
                    break;
                }
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_uppercase());
            }
        }
        previous = kind;
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            '0'..='9' => Self::Digit,
            _ if character.is_alphabetic() => Self::Letter,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write() {
        let code = Code::parse("4821").expect("four digits");
        for (text, reply) in [
            ("YES 4821", Reply::Yes(code)),
            ("yes 4821", Reply::Yes(code)),
            ("Yes please 4821!", Reply::Yes(code)),
            ("YES4821", Reply::Yes(code)),
            ("“Yes” – 4821 👍", Reply::Yes(code)),
            ("4821 yes", Reply::Yes(code)),
            ("y 4821", Reply::Yes(code)),
            ("YES 4821 4821", Reply::Yes(code)),
            ("Yes I do 4821", Reply::Yes(code)),
            ("\n yes,\n4821.", Reply::Yes(code)),
            ("YES", Reply::Unclear),
            ("yes please", Reply::Unclear),
            ("4821", Reply::Unclear),
            ("YES 482", Reply::Unclear),
            ("YES 48211", Reply::Unclear),
            ("YES 48 21", Reply::Unclear),
            ("YES 4821 4822", Reply::Unclear),
            ("yes 4821 no", Reply::Unclear),
            ("Yes 4821, not!", Reply::Unclear),
            ("I don’t say yes 4821", Reply::Unclear),
            ("ja 4821", Reply::Unclear),
            ("👍", Reply::Unclear),
            ("", Reply::Unclear),
            ("START", Reply::Unclear),
            ("who is this?", Reply::Unclear),
            ("no", Reply::No(None)),
            ("No.", Reply::No(None)),
            ("NO 4821", Reply::No(Some(code))),
            ("no, yes 4821", Reply::No(Some(code))),
            ("nope!!", Reply::No(None)),
            ("no thanks", Reply::No(None)),
            ("STOP", Reply::Stop),
            ("stop!!", Reply::Stop),
            ("Please stop", Reply::Stop),
            ("YES 4821 STOP", Reply::Stop),
            ("STOP ALL", Reply::Stop),
            ("STOPALL", Reply::Stop),
            ("unsubscribe", Reply::Stop),
            ("opt out", Reply::Stop),
            ("Opt-Out", Reply::Stop),
            ("optout", Reply::Stop),
            ("revoke", Reply::Stop),
            ("I withdraw", Reply::Stop),
            ("cancel", Reply::Stop),
            ("End", Reply::Stop),
            ("🛑 quit 🛑", Reply::Stop),
            ("pause", Reply::Pause),
            ("Pause please!", Reply::Pause),
            ("please pause", Reply::Pause),
            ("PAUSE. STOP", Reply::Stop),
            ("resume", Reply::Resume),
            ("do not resume", Reply::Unclear),
            ("resume? no", Reply::Unclear),
            ("help", Reply::Help),
            ("HELP?", Reply::Help),
            ("info", Reply::Help),
        ] {
            assert_eq!(read(text), reply, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,400}") {
            let _ = read(&text);
        }

        #[test]
        fn stop_stops_in_any_dress(before in "[ .!🛑-]{0,5}", after in "[ .!🛑-]{0,5}", bits: u8) {
            let word: String = "stop".chars().enumerate()
                .map(|(index, c)| if bits >> index & 1 == 1 { c.to_ascii_uppercase() } else { c }).collect();
            prop_assert_eq!(read(&format!("{before}{word}{after}")), Reply::Stop);
        }

        #[test]
        fn nothing_agrees_without_its_code(text in "[a-zA-Z !]{0,60}") {
            prop_assert!(!matches!(read(&text), Reply::Yes(_)));
        }
    }
}
