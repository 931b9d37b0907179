//! The `x-correlator` header: what a client sends comes back unchanged, so it may hold nothing that does harm there.

use crate::json::ParseError;

/// The header's name.
pub const HEADER: &str = "x-correlator";

/// The longest value, in characters.
const LENGTH_MAX: usize = 256;

/// A client's correlator, or one that the gateway made: `^[a-zA-Z0-9-_:;.\/<>{}]{1,256}$`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correlator(String);

impl Correlator {
    /// Reads a header's value. An empty one is legal and says nothing, as if it were absent.
    ///
    /// # Errors
    /// If the value does not match the pattern.
    pub fn parse(value: &[u8]) -> Result<Option<Self>, ParseError> {
        let legal = value.len() <= LENGTH_MAX
            && value
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(b));
        let text = str::from_utf8(value).ok().filter(|_| legal).ok_or_else(|| {
            ParseError::new(
                "at most 256 characters of a-z A-Z 0-9 - _ : ; . / < > { }",
                "another text",
            )
            .under_field(HEADER)
        })?;
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// The value, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
