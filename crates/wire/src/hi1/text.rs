//! Texts of a message, which may hold anything about anybody: they print redacted.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::CONTENTS_BYTES_MAX;
use super::fault::Fault;
use super::fields::{Part, Unused};
use super::page::Page;
use super::value::leaf;
use super::xml::{Element, is_space, is_xml};

/// A text of at most `MAX` characters, all of which XML can hold. It prints as its length.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Text<const MAX: usize>(String);

/// TS 103 280 `ShortString`: at most 255 characters.
pub type ShortText = Text<255>;
/// TS 103 280 `LongString`: at most 65,535 characters.
pub type LongText = Text<65_535>;

impl<const MAX: usize> Text<MAX> {
    /// A text; `None` if it is longer, or has a character that XML 1.0 cannot hold.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (text.chars().count() <= MAX && text.chars().all(is_xml)).then(|| Self(text.to_owned()))
    }

    /// The text. Never into a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

impl<const MAX: usize> Part for Text<MAX> {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        let want = if MAX > 255 {
            "at most 65,535 characters"
        } else {
            "at most 255 characters"
        };
        Self::new(leaf(element, name)?).ok_or(Fault::Improper { name, want })
    }

    fn print(&self, page: &mut Page) {
        page.text(&self.0);
    }
}

/// The bytes of a document or a delivery, at most [`CONTENTS_BYTES_MAX`]. On the wire they are base64 (RFC 4648 §4, padded);
/// they print as their length.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents(Vec<u8>);

impl Contents {
    /// Contents; `None` if they are longer.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() <= CONTENTS_BYTES_MAX).then_some(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({} bytes)", self.0.len())
    }
}

impl Part for Contents {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        let compact: String = leaf(element, name)?.chars().filter(|c| !is_space(*c)).collect();
        if compact.len() > CONTENTS_BYTES_MAX.div_ceil(3) * 4 {
            return Err(Fault::ContentsTooLong(name));
        }
        let bytes = STANDARD
            .decode(compact)
            .map_err(|_| Fault::Improper { name, want: "base64" })?;
        Self::new(bytes).ok_or(Fault::ContentsTooLong(name))
    }

    fn print(&self, page: &mut Page) {
        page.text(&STANDARD.encode(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_a_length_and_only_what_xml_holds() {
        assert!(ShortText::new(&"é".repeat(255)).is_some());
        assert_eq!(ShortText::new(&"é".repeat(256)), None);
        assert_eq!(LongText::new("a\0b"), None);
        assert_eq!(LongText::new("a\u{ffff}b"), None);
    }

    #[test]
    fn texts_and_contents_print_redacted() {
        let text = LongText::new("Mona Lot").expect("short");
        assert_eq!(format!("{text:?}"), "Text(8 characters)");
        let contents = Contents::new(b"Mona Lot".to_vec()).expect("short");
        assert_eq!(format!("{contents:?}"), "Contents(8 bytes)");
        assert_eq!(Contents::new(vec![0; CONTENTS_BYTES_MAX + 1]), None);
    }
}
