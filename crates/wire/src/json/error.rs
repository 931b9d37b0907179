//! What is wrong with a document: where, what was expected, what kind of thing stood there instead.

use std::borrow::Cow;
use std::fmt;

/// Why a text is not what was wanted. It never carries a value that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// The path of the fault, such as `device.phoneNumber` or `area.boundary[2]`; empty for the whole.
    pub at: String,
    /// What was expected there.
    pub want: Cow<'static, str>,
    /// The kind of thing that stood there.
    pub found: &'static str,
}

impl ParseError {
    /// A fault at the place that the reader is looking at.
    pub fn new(want: impl Into<Cow<'static, str>>, found: &'static str) -> Self {
        Self {
            at: String::new(),
            want: want.into(),
            found,
        }
    }

    /// The same fault, told from one level further out: inside the field `name`.
    #[must_use]
    pub fn under_field(mut self, name: &str) -> Self {
        let separator = if self.at.is_empty() || self.at.starts_with('[') {
            ""
        } else {
            "."
        };
        self.at = format!("{name}{separator}{}", self.at);
        self
    }

    /// The same fault, told from one level further out: inside the list's item `index`.
    #[must_use]
    pub fn under_item(mut self, index: usize) -> Self {
        let separator = if self.at.is_empty() || self.at.starts_with('[') {
            ""
        } else {
            "."
        };
        self.at = format!("[{index}]{separator}{}", self.at);
        self
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() {
            write!(f, "expected {}, found {}", self.want, self.found)
        } else {
            write!(f, "at `{}`: expected {}, found {}", self.at, self.want, self.found)
        }
    }
}

impl std::error::Error for ParseError {}

/// A field's name as an error may repeat it: a stranger's name is repeated only when it is a short plain word, since
/// anything else could be a number or a position in the wrong place.
pub(super) fn plain_name(name: &str) -> &str {
    let plain = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    if plain { name } else { "…" }
}
