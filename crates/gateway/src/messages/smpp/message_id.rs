//! What a message centre calls a part of a text that it took. The receipt names it again, in the same or another
//! spelling: some centres answer in hexadecimal and report in decimal, some the other way round, some pad with zeros,
//! and some name nothing.

use std::fmt;

/// A name of 1 to 64 characters, in small letters and without zeros in front.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageId(String);

impl MessageId {
    /// The name; `None` if the centre gave none, or one that no centre gives.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        let stripped = text.trim_start_matches('0');
        // Nothing but zeros is how some centres say that there is none.
        (plain && !stripped.is_empty()).then(|| Self(stripped.to_ascii_lowercase()))
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the centre may have called the same message when it took it: this, and this read as a number of the other
    /// base.
    #[must_use]
    pub fn spellings(&self) -> Vec<Self> {
        let mut spellings = vec![self.clone()];
        spellings.extend(self.0.parse::<u128>().ok().map(|number| Self(format!("{number:x}"))));
        spellings.extend(
            u128::from_str_radix(&self.0, 16)
                .ok()
                .map(|number| Self(number.to_string())),
        );
        spellings.dedup();
        spellings
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_its_message_in_another_base() {
        for (response, receipt) in [
            ("0a1B", "0A1b"),
            ("4D2", "1234"),
            ("1234", "4d2"),
            ("0000001234", "1234"),
            ("m0000001", "m0000001"),
            ("FFFFFFFF", "4294967295"),
        ] {
            let [taken, told] = [response, receipt].map(|text| MessageId::new(text).expect("a name"));
            assert!(told.spellings().contains(&taken), "{response} {receipt}");
        }
        let told = MessageId::new("1234").expect("a name");
        assert!(!told.spellings().contains(&MessageId::new("1235").expect("a name")));
    }

    #[test]
    fn no_name_is_none() {
        for none in ["", " ", "0", "0000", &"7".repeat(65), "a b", "\u{7}"] {
            assert_eq!(MessageId::new(none), None, "{none:?}");
        }
    }
}
