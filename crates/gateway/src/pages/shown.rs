//! Text that others chose, made harmless to look at.
//!
//! Escaping markup is the template's work. What escaping leaves is text that lies about itself: controls that turn the
//! reading direction round, characters without width, line breaks inside a name. They are removed here, and templates put
//! the rest into `<bdi>` so that a name written from right to left cannot move the words around it.

use std::fmt;

/// The most characters of a name that a page shows.
const NAME_CHARACTERS_MAX: usize = 80;

/// A text that is safe to show: no controls, no invisible characters, single spaces, bounded length.
///
/// It still needs escaping, which templates do for every value.
///
/// ```
/// use gateway::pages::shown::Shown;
/// assert_eq!(Shown::name("Aster\u{202e}  Help\n").to_string(), "Aster Help");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

impl Shown {
    /// A name or a reference, of at most 80 characters; a longer one ends in an ellipsis, an empty one is a dash.
    #[must_use]
    pub fn name(text: &str) -> Self {
        Self::bounded(text, NAME_CHARACTERS_MAX)
    }

    /// A sentence, of at most `characters_max` characters.
    #[must_use]
    pub fn bounded(text: &str, characters_max: usize) -> Self {
        let visible: String = text
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !is_deceptive(*c))
            .collect();
        let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
        let joined = words.join(" ");
        if joined.is_empty() {
            return Self("–".to_owned());
        }
        if joined.chars().count() <= characters_max {
            return Self(joined);
        }
        let mut short: String = joined.chars().take(characters_max.saturating_sub(1)).collect();
        short.push('…');
        Self(short)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a character changes how others are read, or takes part in a text without being seen.
///
/// The joiners U+200C and U+200D stay: Persian and Indic names need them.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}'
            | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::Shown;

    #[test]
    fn controls_and_invisible_characters_are_removed() {
        let name = Shown::name("\u{202e}knaB\u{202c} \u{2066}Har\u{200b}bour\u{2069}\u{0007}\u{feff}");
        assert_eq!(name.to_string(), "knaB Harbour");
    }

    #[test]
    fn names_of_other_scripts_stay_whole() {
        for name in ["شرکت می\u{200c}خواهم", "Ålesund Hjälp", "道路援助"] {
            assert_eq!(Shown::name(name).to_string(), name);
        }
    }

    #[test]
    fn a_long_name_is_cut_and_says_so() {
        let shown = Shown::name(&"a".repeat(500)).to_string();
        assert_eq!(shown.chars().count(), 80);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn an_empty_name_is_a_dash() {
        assert_eq!(Shown::name("\u{200b} \n").to_string(), "–");
    }
}
