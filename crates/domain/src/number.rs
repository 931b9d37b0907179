//! A subscriber's number. It prints redacted, so that no log line or error message can carry one by accident.

use std::fmt;

/// A number in E.164 form, 5 to 15 digits, the first not zero.
///
/// ```
/// use domain::number::Msisdn;
/// let number = Msisdn::parse("+12025550123").expect("a reserved number");
/// assert_eq!(number.to_e164(), "+12025550123");
/// assert_eq!(format!("{number:?}"), "Msisdn(…23)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Msisdn(u64);

impl Msisdn {
    /// Reads the form that CAMARA uses: `^\+[1-9][0-9]{4,14}$`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_digits(text.strip_prefix('+')?)
    }

    /// Reads bare digits in international form, as SMPP and MLP carry them.
    #[must_use]
    pub fn from_digits(digits: &str) -> Option<Self> {
        let well_formed =
            (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        if well_formed {
            digits.parse().ok().map(Self)
        } else {
            None
        }
    }

    /// The number as it goes on the wire or into a sealed column: `+` and the digits. Never into a log.
    #[must_use]
    pub fn to_e164(self) -> String {
        format!("+{}", self.0)
    }

    /// The digits without `+`.
    #[must_use]
    pub fn to_digits(self) -> String {
        self.0.to_string()
    }

    /// The eight bytes that keyed hashes and sealed columns are made from.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// The number that `to_bytes` gave; `None` for bytes that are no number.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 8]) -> Option<Self> {
        Self::from_digits(&u64::from_be_bytes(bytes).to_string())
    }

    /// Whether the number is set aside for fiction and tests: `+1 NPA 555 01xx`, or a code that belongs to no country
    /// (`+999…`). A sandbox answers for no other.
    #[must_use]
    pub fn is_reserved(self) -> bool {
        let digits = self.to_digits();
        let north_american = digits.len() == 11 && digits.starts_with('1') && digits.get(4..9) == Some("55501");
        north_american || digits.starts_with("999")
    }
}

impl fmt::Debug for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Msisdn(…{:02})", self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_e164_is_a_number() {
        for bad in [
            "12025550123",
            "+0202555",
            "+1234",
            "+1234567890123456",
            "+1 202",
            "+१२३४५",
            "",
        ] {
            assert_eq!(Msisdn::parse(bad), None, "{bad}");
        }
        let number = Msisdn::parse("+12025550123").expect("valid");
        assert_eq!(Msisdn::from_bytes(number.to_bytes()), Some(number));
    }

    #[test]
    fn it_prints_redacted() {
        let number = Msisdn::parse("+12025550123").expect("valid");
        assert!(!format!("{number:?}").contains("202555"));
    }

    #[test]
    fn reserved_numbers_are_fiction() {
        let reserved = |text: &str| Msisdn::parse(text).expect("valid").is_reserved();
        assert!(reserved("+12025550123"));
        assert!(reserved("+999123456"));
        assert!(!reserved(&["+1", "2025551234"].concat()));
        assert!(!reserved(&["+49", "30123456"].concat()));
    }
}
