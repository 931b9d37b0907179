//! Simple values: truth, whole numbers, times and countries, as TS 103 280 and XML Schema write them.

use std::fmt;

use domain::time::Timestamp;

use super::fault::Fault;
use super::fields::{Part, Unused};
use super::page::Page;
use super::xml::{Element, is_space};

/// The text of an element that holds nothing else and says no type of its own.
pub(super) fn leaf<'a>(element: &'a Element, name: &'static str) -> Result<&'a str, Fault> {
    if element.kind.is_some() {
        return Err(Fault::Attribute);
    }
    if element.children.is_empty() {
        Ok(&element.text)
    } else {
        Err(Fault::Mixed(name))
    }
}

/// The text of an element whose type lets white space around it.
pub(super) fn trimmed<'a>(element: &'a Element, name: &'static str) -> Result<&'a str, Fault> {
    leaf(element, name).map(|text| text.trim_matches(is_space))
}

impl Part for bool {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        match trimmed(element, name)? {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Fault::Improper {
                name,
                want: "`true` or `false`",
            }),
        }
    }

    fn print(&self, page: &mut Page) {
        page.text(if *self { "true" } else { "false" });
    }
}

/// A whole number that is not negative. Larger ones than 2³² − 1 have no use here, and are refused.
impl Part for u32 {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        let text = trimmed(element, name)?;
        let numeric = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| numeric);
        number.ok_or(Fault::Improper {
            name,
            want: "a whole number from 0 to 4294967295",
        })
    }

    fn print(&self, page: &mut Page) {
        page.text(&self.to_string());
    }
}

/// TS 103 280 `QualifiedDateTime`: whole seconds and an offset. What is printed is cut to the second, in UTC.
impl Part for Timestamp {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        qualified(trimmed(element, name)?, 0).ok_or(Fault::Improper {
            name,
            want: "a time such as `2026-11-22T08:30:00Z`",
        })
    }

    fn print(&self, page: &mut Page) {
        let text = Self::from_unix_seconds(self.unix_seconds()).rfc3339();
        page.text(&text.replace(".000Z", "Z"));
    }
}

/// A `Timestamp` of a header: TS 103 280 `QualifiedMicrosecondDateTime`. It is kept, and printed, in whole milliseconds.
pub(super) struct Stamp(pub(super) Timestamp);

impl Part for Stamp {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        let time = qualified(trimmed(element, name)?, 6);
        time.map(Self).ok_or(Fault::Improper {
            name,
            want: "a time such as `2026-11-22T08:30:00.000000Z`",
        })
    }

    fn print(&self, page: &mut Page) {
        page.text(&self.0.rfc3339().replace('Z', "000Z"));
    }
}

/// A time of four digits of year, with so many decimals of a second, and an offset or `Z`.
fn qualified(text: &str, decimals: usize) -> Option<Timestamp> {
    let shape = match decimals {
        0 => "dddd-dd-ddTdd:dd:dd",
        _ => "dddd-dd-ddTdd:dd:dd.dddddd",
    };
    let (time, offset) = text.split_at_checked(shape.len())?;
    let offset_fits = offset == "Z" || fits(offset, "+dd:dd") || fits(offset, "-dd:dd");
    (fits(time, shape) && offset_fits).then_some(())?;
    Timestamp::from_rfc3339(text)
}

/// Whether a text has a digit wherever the shape has `d`, and the shape's own characters elsewhere.
fn fits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(found, wanted)| match wanted {
            b'd' => found.is_ascii_digit(),
            _ => found == wanted,
        })
}

/// TS 103 280 `ISOCountryCode`: two capital letters (ISO 3166-1 alpha-2, or `XX` for tests).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0.map(char::from);
        write!(f, "{first}{second}")
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CountryCode({self})")
    }
}

impl Part for CountryCode {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        Self::parse(leaf(element, name)?).ok_or(Fault::Improper {
            name,
            want: "two capital letters",
        })
    }

    fn print(&self, page: &mut Page) {
        page.text(&self.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_shape_each() {
        let time = Timestamp::from_rfc3339("2026-11-22T08:30:00Z");
        for good in ["2026-11-22T08:30:00Z", "2026-11-22T10:30:00+02:00"] {
            assert_eq!(qualified(good, 0), time, "{good}");
        }
        assert_eq!(qualified("2026-11-22T08:30:00.000000Z", 6), time);
        for bad in [
            "2026-11-22T08:30:00",
            "2026-11-22T08:30:00.5Z",
            "2026-11-22t08:30:00Z",
            "2026-11-22T08:30:00z",
            "2026-11-22T08:30Z",
            "2026-02-30T08:30:00Z",
            "2026-11-22T08:30:00+2:00",
            "+026-11-22T08:30:00Z",
            "2026-11-22T08:30:0é",
            "",
        ] {
            assert_eq!(qualified(bad, 0), None, "{bad}");
        }
        assert_eq!(qualified("2026-11-22T08:30:00Z", 6), None);
        assert_eq!(qualified("2026-11-22T08:30:00.000Z", 6), None);
    }

    #[test]
    fn countries_are_two_capital_letters() {
        assert_eq!(
            CountryCode::parse("XX").map(|code| code.to_string()),
            Some("XX".to_owned())
        );
        for bad in ["", "X", "xx", "XXX", "é", "X1"] {
            assert_eq!(CountryCode::parse(bad), None, "{bad}");
        }
    }
}
