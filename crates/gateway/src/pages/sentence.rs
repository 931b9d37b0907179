//! A sentence of the catalogue with parts that must not melt into it: a company's name in `<bdi>`, a word to text back in
//! `<strong>`, a moment in `<time>`. Everything is escaped here; templates print it as it is.

use std::fmt::{self, Write as _};

use wire::words::{Locale, Value, say};

use super::shown::Shown;
use super::words;

/// Something that stands inside a sentence.
#[derive(Clone, Debug)]
pub enum Inside {
    /// Words of our own, such as a length of time.
    Words(String),
    /// A number, by which the sentence may choose its form.
    Number(u64),
    /// Text that somebody else chose.
    Name(Shown),
    /// A word that the person may send or look for.
    Strong(String),
    /// A point in time, in Unix seconds.
    Moment(i64),
    /// A sentence that is finished.
    Said(Sentence),
}

/// A finished sentence as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence(String);

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Sentence {
    /// The words without marks, for a document that is no page.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            rest = after.split_once('>').map_or("", |(_, behind)| behind);
        }
        text.push_str(rest);
        ["&lt;<", "&gt;>", "&quot;\"", "&#39;'", "&amp;&"]
            .into_iter()
            .fold(text, |text, pair| {
                let (escaped, character) = pair.split_at(pair.len() - 1);
                text.replace(escaped, character)
            })
    }
}

/// What stands for the part with this number until the sentence is whole. No catalogue has these characters, and nothing
/// that others chose is in the text while they are looked for.
fn mark(index: usize) -> String {
    format!("\u{27e6}{index}\u{27e7}")
}

/// The message `id`, filled with these parts by name.
///
/// ```
/// use gateway::pages::sentence::{Inside, sentence};
/// use gateway::pages::shown::Shown;
/// use wire::words::Locale;
///
/// let name = Inside::Name(Shown::name("<b>Aster"));
/// let said = sentence(Locale::English, "board-pause-company", &[("company", name)]);
/// assert!(said.to_string().contains("<bdi>&lt;b&gt;Aster</bdi>"), "{said}");
/// ```
#[must_use]
pub fn sentence(locale: Locale, id: &str, parts: &[(&str, Inside)]) -> Sentence {
    let variables: Vec<(&str, Value<'_>)> = parts
        .iter()
        .enumerate()
        .map(|(index, (name, part))| {
            let value = match part {
                Inside::Number(number) => Value::Number(*number),
                Inside::Words(_) | Inside::Name(_) | Inside::Strong(_) | Inside::Moment(_) | Inside::Said(_) => {
                    mark(index).into()
                }
            };
            (*name, value)
        })
        .collect();
    let words = say(locale, id, &variables);
    let mut html = String::with_capacity(words.len() + 64);
    let mut rest = words.as_str();
    while let Some((before, after)) = rest.split_once('\u{27e6}') {
        escape(before, &mut html);
        let (number, behind) = after.split_once('\u{27e7}').unwrap_or(("", after));
        if let Some((_, part)) = number.parse().ok().and_then(|index: usize| parts.get(index)) {
            part.write(locale, &mut html);
        }
        rest = behind;
    }
    escape(rest, &mut html);
    Sentence(html)
}

impl Inside {
    fn write(&self, locale: Locale, html: &mut String) {
        // Writing into a string cannot fail.
        let _ = match self {
            Self::Number(number) => write!(html, "{number}"),
            Self::Words(words) => {
                escape(words, html);
                Ok(())
            }
            Self::Name(name) => {
                html.push_str("<bdi>");
                escape(&name.to_string(), html);
                html.write_str("</bdi>")
            }
            Self::Strong(word) => {
                html.push_str("<strong>");
                escape(word, html);
                html.write_str("</strong>")
            }
            Self::Said(sentence) => html.write_str(&sentence.0),
            Self::Moment(seconds) => {
                let attribute = words::moment_attribute(*seconds);
                let said = words::moment(locale, *seconds);
                write!(html, "<time datetime=\"{attribute}\">{said}</time>")
            }
        };
    }
}

/// The five characters that mean something to HTML.
fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

/// Our own words, without parts.
#[must_use]
pub fn plain(locale: Locale, id: &str) -> String {
    say(locale, id, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_chose_stays_a_name() {
        let name = Inside::Name(Shown::name("\u{27e6}0\u{27e7}<script>&\u{202e}x"));
        let said = sentence(Locale::English, "board-pause-company", &[("company", name)]).to_string();
        assert!(
            said.contains("<bdi>\u{27e6}0\u{27e7}&lt;script&gt;&amp;x</bdi>") && said.matches("<bdi>").count() == 1,
            "{said}"
        );
    }

    #[test]
    fn moments_and_strong_words_have_their_marks() {
        let until = sentence(
            Locale::English,
            "board-until",
            &[("until", Inside::Moment(1_795_357_800))],
        )
        .to_string();
        assert!(
            until.contains("<time datetime=\"2026-11-22T14:30:00Z\">22 November 2026, 14:30 UTC</time>"),
            "{until}"
        );
    }
}
