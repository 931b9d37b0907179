//! Everything that a subscriber reads, in every language that the gateway speaks: one catalogue a language, in the
//! Fluent syntax, under `catalogues/`. A partner never writes the words; what it does supply comes in as a variable.
//!
//! The catalogues are part of the program. That every language has the same messages with the same variables is held by
//! a test, so a message that is missing here cannot be missing there.

mod catalogue;
mod measures;

pub use measures::{Frequency, Moment, distance, duration, moment, purpose_words};

use std::borrow::Cow;

use catalogue::CATALOGUES;

/// A language that the gateway speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Locale {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// Its tag, as BCP 47 has it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The language of a tag, whatever region or script follows: `es-MX` is Spanish. `None` for one that is not spoken.
    ///
    /// ```
    /// use wire::words::Locale;
    ///
    /// assert_eq!(Locale::from_tag("es-MX"), Some(Locale::Spanish));
    /// assert_eq!(Locale::from_tag("xx"), None);
    /// ```
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }
}

/// What a message is filled with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    /// Words of somebody else, or of another message.
    Text(Cow<'a, str>),
    /// A whole number; a message may take another form for one than for many.
    Number(u64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

/// The message `id` in a language, filled with the variables by name. A message that no catalogue has is its own name.
///
/// Whatever fills a message is stripped of the characters that could hide, break or reorder the words around it.
///
/// ```
/// use wire::words::{Locale, say};
///
/// let words = say(Locale::Spanish, "duration-days", &[("count", 3_u32.into())]);
/// assert_eq!(words, "3 días");
/// ```
#[must_use]
pub fn say(locale: Locale, id: &str, variables: &[(&str, Value<'_>)]) -> String {
    let found = CATALOGUES.of(locale).say(id, variables);
    found.unwrap_or_else(|| id.to_owned())
}

/// Whether a character only shows itself. Controls, line separators, marks of direction and what has no width do not.
#[must_use]
pub fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
                | '\u{e000}'..='\u{f8ff}'
        )
}

#[cfg(test)]
mod tests;
