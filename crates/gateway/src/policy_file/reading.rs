//! Reading a section key by key: what is missing, unknown or out of bounds becomes a fault with its line, and reading
//! goes on.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use domain::time::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The units of lengths of time, as the ends of keys, in seconds.
const UNITS: [(&str, u32); 4] = [("_days", 86_400), ("_hours", 3600), ("_minutes", 60), ("_s", 1)];

/// What is wrong at one place of a policy file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The line, from one.
    pub line: usize,
    /// The key or section.
    pub at: String,
    /// What was expected.
    pub want: String,
    /// What was found.
    pub found: String,
}

impl Fault {
    /// What the reader of TOML says of a text that is none.
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        Self {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            at: "the file".to_owned(),
            want: "TOML".to_owned(),
            found: error.message().to_owned(),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, at, want, found } = self;
        write!(f, "line {line}: `{at}`: expected {want}, found {found}")
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The faults that were found so far.
pub(super) struct Faults<'t> {
    text: &'t str,
    found: Vec<Fault>,
}

impl<'t> Faults<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self {
            text,
            found: Vec::new(),
        }
    }

    pub(super) fn in_order(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|fault| fault.line);
        self.found
    }

    fn add(&mut self, span: &Range<usize>, at: String, want: impl Into<String>, found: impl Into<String>) {
        self.found.push(Fault {
            line: line_of(self.text, span.start),
            at,
            want: want.into(),
            found: found.into(),
        });
    }
}

/// A section of the file, of which keys are taken one by one.
pub(super) struct Section<'t> {
    name: String,
    span: Range<usize>,
    keys: BTreeMap<String, (Range<usize>, Spanned<DeValue<'t>>)>,
}

impl<'t> Section<'t> {
    /// The whole file.
    pub(super) fn whole(document: Spanned<DeTable<'t>>) -> Self {
        // The whole starts at its first line, wherever its first key stands.
        Self::of(String::new(), 0..0, document.into_inner())
    }

    fn of(name: String, span: Range<usize>, table: DeTable<'t>) -> Self {
        let keys = table.into_iter().map(|(key, value)| {
            let span = key.span();
            (key.into_inner().into_owned(), (span, value))
        });
        Self {
            name,
            span,
            keys: keys.collect(),
        }
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// A section that must be there.
    pub(super) fn section(&mut self, name: &str, faults: &mut Faults<'_>) -> Option<Self> {
        if !self.keys.contains_key(name) {
            faults.add(&self.span, self.path(name), "the section", "none");
        }
        self.optional_section(name, faults)
    }

    /// A section that may be there.
    pub(super) fn optional_section(&mut self, name: &str, faults: &mut Faults<'_>) -> Option<Self> {
        let (span, value) = self.keys.remove(name)?;
        match value.into_inner() {
            DeValue::Table(table) => Some(Self::of(self.path(name), span, table)),
            other => {
                faults.add(&span, self.path(name), "a section", shown(&other));
                None
            }
        }
    }

    /// Says that this section may not be there.
    pub(super) fn refuse(&self, want: &str, faults: &mut Faults<'_>) {
        faults.add(&self.span, self.name.clone(), want, "one");
    }

    /// Says which keys nobody knows.
    pub(super) fn finish(self, faults: &mut Faults<'_>) {
        for (key, (span, _)) in &self.keys {
            faults.add(span, self.path(key), "no such key", "one");
        }
    }

    fn take(&mut self, key: &str, faults: &mut Faults<'_>) -> Option<(Range<usize>, Spanned<DeValue<'t>>)> {
        let taken = self.keys.remove(key);
        if taken.is_none() {
            faults.add(&self.span, self.path(key), "the key", "none");
        }
        taken
    }

    /// A whole number within bounds; the least one where it is at fault.
    pub(super) fn number(&mut self, key: &str, bounds: RangeInclusive<u32>, faults: &mut Faults<'_>) -> u32 {
        let least = *bounds.start();
        let taken = self.take(key, faults);
        taken
            .and_then(|(span, value)| self.bounded(key, &span, value.get_ref(), bounds, faults))
            .unwrap_or(least)
    }

    /// A whole number within bounds, if there is one.
    pub(super) fn optional_number(
        &mut self,
        key: &str,
        bounds: RangeInclusive<u32>,
        faults: &mut Faults<'_>,
    ) -> Option<u32> {
        let (span, value) = self.keys.remove(key)?;
        self.bounded(key, &span, value.get_ref(), bounds, faults)
    }

    fn bounded(
        &self,
        key: &str,
        span: &Range<usize>,
        value: &DeValue<'_>,
        bounds: RangeInclusive<u32>,
        faults: &mut Faults<'_>,
    ) -> Option<u32> {
        let number = whole_number(value).filter(|number| bounds.contains(number));
        if number.is_none() {
            let want = format!("a whole number from {} to {}", bounds.start(), bounds.end());
            faults.add(span, self.path(key), want, shown(value));
        }
        number
    }

    /// A length of time whose key ends in its unit; bounds are in seconds.
    pub(super) fn span(&mut self, key: &str, bounds: RangeInclusive<u32>, faults: &mut Faults<'_>) -> Span {
        let least = Span::seconds(*bounds.start());
        if UNITS
            .iter()
            .all(|(unit, _)| !self.keys.contains_key(&format!("{key}{unit}")))
        {
            let want = "the key, with the unit at its end: `_days`, `_hours`, `_minutes` or `_s`";
            faults.add(&self.span, self.path(key), want, "none");
            return least;
        }
        self.optional_span(key, bounds, faults).unwrap_or(least)
    }

    /// A length of time, if there is one. Two units for the same length are a fault.
    pub(super) fn optional_span(
        &mut self,
        key: &str,
        bounds: RangeInclusive<u32>,
        faults: &mut Faults<'_>,
    ) -> Option<Span> {
        let mut spans = Vec::new();
        for (unit, seconds) in UNITS {
            let name = format!("{key}{unit}");
            let Some((span, value)) = self.keys.remove(&name) else {
                continue;
            };
            let total = whole_number(value.get_ref()).and_then(|number| number.checked_mul(seconds));
            let within = total.filter(|total| bounds.contains(total));
            if within.is_none() {
                let (least, most) = (words(*bounds.start()), words(*bounds.end()));
                let want = format!("{least} to {most}");
                faults.add(&span, self.path(&name), want, shown(value.get_ref()));
            }
            if !spans.is_empty() {
                faults.add(&span, self.path(&name), "one unit for one length of time", "two");
            }
            spans.push(within);
        }
        spans.first().copied().flatten().map(Span::seconds)
    }

    /// A length of time that is nothing if it is left out, where nothing is within bounds.
    pub(super) fn span_or_nothing(&mut self, key: &str, bounds: RangeInclusive<u32>, faults: &mut Faults<'_>) -> Span {
        if *bounds.start() == 0 {
            self.optional_span(key, bounds, faults).unwrap_or_default()
        } else {
            self.span(key, bounds, faults)
        }
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)], faults: &mut Faults<'_>) -> Option<T> {
        let (span, value) = self.take(key, faults)?;
        let word = value.get_ref().as_str();
        let chosen = choices.iter().find(|(choice, _)| word == Some(choice));
        if chosen.is_none() {
            let known: Vec<String> = choices.iter().map(|(choice, _)| format!("\"{choice}\"")).collect();
            let want = format!("one of {}", known.join(", "));
            faults.add(&span, self.path(key), want, shown(value.get_ref()));
        }
        chosen.map(|(_, choice)| *choice)
    }

    /// One of some words, if it is there.
    pub(super) fn optional_choice<T: Copy>(
        &mut self,
        key: &str,
        choices: &[(&str, T)],
        faults: &mut Faults<'_>,
    ) -> Option<T> {
        self.keys.contains_key(key).then(|| self.choice(key, choices, faults))?
    }

    /// `true` or `false`, if it is there; where `may` says no, `true` is a fault.
    pub(super) fn optional_boolean(&mut self, key: &str, may: bool, faults: &mut Faults<'_>) -> Option<bool> {
        let (span, value) = self.keys.remove(key)?;
        let found = value.get_ref().as_bool().filter(|found| may || !found);
        if found.is_none() {
            let want = if may { "true or false" } else { "false for this purpose" };
            faults.add(&span, self.path(key), want, shown(value.get_ref()));
        }
        found
    }
}

fn whole_number(value: &DeValue<'_>) -> Option<u32> {
    let integer = value.as_integer()?;
    u32::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A value as a fault shows it: nothing long.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", text.chars().take(40).collect::<String>().escape_debug()),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Boolean(boolean) => boolean.to_string(),
        other => format!("a value of type {}", other.type_str()),
    }
}

/// A length of time in words: `2 hours`, `90 days`.
pub(super) fn words(seconds: u32) -> String {
    for (unit, length) in UNITS {
        if seconds.is_multiple_of(length) && seconds >= length {
            let count = seconds / length;
            let name = match unit {
                "_s" => "_seconds",
                other => other,
            };
            let name = name.trim_start_matches('_');
            let name = if count == 1 { name.trim_end_matches('s') } else { name };
            return format!("{count} {name}");
        }
    }
    "0 seconds".to_owned()
}
