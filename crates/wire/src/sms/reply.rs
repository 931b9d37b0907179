//! What a person meant by a reply. Leaving is easy, agreeing is not: any sign of STOP stops, and a yes counts only with
//! the code of one question and without a word against it. Whatever is in doubt is nothing yet, and is asked back.

mod vocabulary;

use super::Code;
use crate::words::Locale;
use vocabulary::{
    AGAINST, ALLOW_FIRST, COURTESY, ENGLISH, HELP_FIRST, NEVER_FIRST, NO_FIRST, PAUSE_FIRST, RESUME_FIRST, SPANISH,
    STOP_ANYWHERE, STOP_FIRST, WHO_FIRST, WHO_IS_IT, YES_FIRST, words,
};

/// What a reply means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Yes, to the question with this code.
    Yes(Code),
    /// Something like yes, without the code of one question: nothing, until it is asked back.
    YesWithoutCode,
    /// No; to the question with this code, or else to whatever is open.
    No(Option<Code>),
    /// No more, of anything.
    Stop,
    /// Nothing for now.
    Pause,
    /// The pause is over.
    Resume,
    /// No more of anything, and nobody may ask again.
    Never,
    /// People may ask again.
    Allow,
    /// Who can see me, and who asked?
    Who,
    /// What is this?
    Help,
    /// Anything else.
    Unclear,
}

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
    let mut said = words.iter().filter(|word| !is_number(word) && !is(word, &COURTESY));
    let Some(first) = said.next() else {
        return Reply::Unclear;
    };
    let second = said.next().map_or("", String::as_str);
    let doubtful = words.iter().any(|word| is(word, &AGAINST));
    if is(first, &STOP_FIRST) {
        Reply::Stop
    } else if is(first, &NO_FIRST) {
        Reply::No(only_code(&words))
    } else if is(first, &NEVER_FIRST) && second != "MIND" {
        Reply::Never
    } else if is(first, &HELP_FIRST) || (is(first, &WHO_FIRST) && WHO_IS_IT.contains(&second)) {
        Reply::Help
    } else if is(first, &WHO_FIRST) {
        Reply::Who
    } else if is(first, &PAUSE_FIRST) {
        Reply::Pause
    } else if doubtful {
        Reply::Unclear
    } else if is(first, &RESUME_FIRST) {
        Reply::Resume
    } else if is(first, &ALLOW_FIRST) && !words.iter().any(is_number) {
        Reply::Allow
    } else if is(first, &YES_FIRST) {
        only_code(&words).map_or(Reply::YesWithoutCode, Reply::Yes)
    } else if is(first, &ALLOW_FIRST) {
        // Who writes ALLOW to a question may mean yes, and may mean that questions are welcome.
        Reply::YesWithoutCode
    } else {
        Reply::Unclear
    }
}

/// The language that a reply is written in, as far as its words show: STOP and NO belong to many.
#[must_use]
pub fn language(text: &str) -> Option<Locale> {
    let words = words(text);
    let speaks = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match (speaks(&SPANISH), speaks(&ENGLISH)) {
        (true, false) => Some(Locale::Spanish),
        (false, true) => Some(Locale::English),
        _ => None,
    }
}

/// The one code among the words; `None` if there is none, or two that differ.
fn only_code(words: &[String]) -> Option<Code> {
    let mut codes = words.iter().filter_map(|word| Code::parse(word));
    let first = codes.next()?;
    codes.all(|code| code == first).then_some(first)
}

#[cfg(test)]
mod tests;
