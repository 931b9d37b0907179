//! Words that dictionaries give: the standard's own as closed lists, those of nations and providers as they stand.

use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::page::Page;
use super::space::Space;
use super::text::ShortText;
use super::xml::Element;

/// Who keeps the standard's own dictionaries.
const ETSI: &str = "ETSI";

/// A word of any dictionary (TS 103 120 §6.5).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DictionaryEntry {
    /// Who keeps the dictionary: `ETSI`, or a nation or provider.
    pub owner: ShortText,
    /// The dictionary.
    pub name: ShortText,
    /// The word.
    pub value: ShortText,
}

impl DictionaryEntry {
    /// A word of ETSI's dictionaries.
    #[must_use]
    pub fn etsi<T: Word>(word: T) -> Self {
        let [owner, name, value] =
            [ETSI, T::DICTIONARY, word.word()].map(|text| ShortText::new(text).unwrap_or_default());
        Self { owner, name, value }
    }
}

impl Part for DictionaryEntry {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, Space::Common, name, unused)?;
        let entry = Self {
            owner: fields.required("Owner")?,
            name: fields.required("Name")?,
            value: fields.required("Value")?,
        };
        fields.finish()?;
        Ok(entry)
    }

    fn print(&self, page: &mut Page) {
        page.put(Space::Common, "Owner", &self.owner);
        page.put(Space::Common, "Name", &self.name);
        page.put(Space::Common, "Value", &self.value);
    }
}

/// A closed list of words in one of ETSI's dictionaries.
pub trait Word: Copy + Eq + 'static {
    /// The dictionary's name.
    const DICTIONARY: &'static str;
    /// Every word, with its spelling.
    const WORDS: &'static [(&'static str, Self)];

    /// The word as it is spelled.
    #[must_use]
    fn word(self) -> &'static str {
        let known = Self::WORDS.iter().find(|(_, word)| *word == self);
        known.map_or("", |(spelling, _)| spelling)
    }

    /// The word of a spelling.
    #[must_use]
    fn from_word(spelling: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(known, _)| *known == spelling);
        known.map(|(_, word)| *word)
    }
}

/// A word that only ETSI's dictionary can give.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Closed<T>(pub(super) T);

impl<T: Word> Part for Closed<T> {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let improper = Fault::Improper {
            name,
            want: "a word of ETSI's dictionary for it",
        };
        match Term::read(element, name, unused)? {
            Term::Etsi(word) => Ok(Self(word)),
            Term::Other(_) => Err(improper),
        }
    }

    fn print(&self, page: &mut Page) {
        Term::Etsi(self.0).print(page);
    }
}

/// A word of ETSI's dictionary, or of somebody else's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Term<T> {
    /// Of the dictionary that ETSI keeps for the element.
    Etsi(T),
    /// Of a dictionary that somebody else keeps.
    Other(DictionaryEntry),
}

impl<T: Word> Part for Term<T> {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let entry = DictionaryEntry::read(element, name, unused)?;
        if entry.owner.as_str() != ETSI {
            return Ok(Self::Other(entry));
        }
        let word = T::from_word(entry.value.as_str()).filter(|_| entry.name.as_str() == T::DICTIONARY);
        word.map(Self::Etsi).ok_or(Fault::Improper {
            name,
            want: "a word of ETSI's dictionary for it",
        })
    }

    fn print(&self, page: &mut Page) {
        match self {
            Self::Etsi(word) => {
                page.around(Space::Common, "Owner", |page| page.text(ETSI));
                page.around(Space::Common, "Name", |page| page.text(T::DICTIONARY));
                page.around(Space::Common, "Value", |page| page.text(word.word()));
            }
            Self::Other(entry) => entry.print(page),
        }
    }
}

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident in $dictionary:literal { $($(#[doc = $word_doc:literal])+ $word:ident = $spelling:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name {
            $($(#[doc = $word_doc])+ $word,)+
        }

        impl $crate::hi1::dictionary::Word for $name {
            const DICTIONARY: &'static str = $dictionary;
            const WORDS: &'static [(&'static str, Self)] = &[$(($spelling, Self::$word)),+];
        }
    };
}
pub(super) use words;
