//! The name of an event, such as a ticket or a call, that an ask rests on.

use std::fmt;

/// 1 to 64 characters of `A–Z a–z 0–9 . _ : -`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct EventName(String);

/// The longest name, in bytes.
const BYTES_MAX: usize = 64;

impl EventName {
    /// What a name looks like, for errors.
    pub const WANT: &'static str = "1 to 64 characters of A-Z a-z 0-9 . _ : -";

    /// Reads a name; `None` if it has another form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        ((1..=BYTES_MAX).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
